//! Runs jobs side by side from their beginning to the exit code.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use sockeye_core::event::{Event, Failure, Kind, Operation, What};
use sockeye_net::{Clock, EVENT_BATCHES, ORDERS, Order, RunContext};
use sockeye_text::Text;
use tokio::{runtime::Handle, sync::mpsc, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    end::{JobOutcome, end},
    job::{Job, LogPlan},
    log::{self, LogFile},
};
use crate::{
    events::{Overflow, Purpose, Reader, Readers, Roster, Wish},
    failure::{self, Refusal},
    say,
    ui::{self, Keyboard, Logs, Pointers, Trouble, input::Typing, shutdown::Shutdown},
    view::{Page, Role},
};

/// How long the view may take for what is left once the run is stopped.
const FLUSH: Duration = Duration::from_millis(1500);
/// How long a job waits for its log, which is then passed by until it can be written again.
const LOG_PATIENCE: Duration = Duration::from_secs(1);
/// Batches of events that may wait for the screen besides those that wait to be numbered.
const SCREEN: usize = 4;

/// What becomes of the logs that are written.
type Written = Mutex<Vec<JoinHandle<io::Result<()>>>>;

/// Who waits for a job to listen can see that it does, or that it never will.
#[derive(Clone, Debug, Default)]
struct Progress {
    listens: CancellationToken,
    over: CancellationToken,
}

pub(super) async fn conduct(mut jobs: Vec<Job>, shutdown: Shutdown) -> u8 {
    let clock = Clock::start();
    let files = match log_files(&jobs) {
        Ok(files) => files,
        Err(failed) => return ui::refuse(&Refusal::Meaning(say::failure(&failed), failure::code(&failed))),
    };
    let (orders, taken) = mpsc::channel(ORDERS);
    let typing = typing(&mut jobs);
    let has_typist = typing.has_commands();
    let (roster, written) = (Roster::default(), Arc::new(Written::default()));
    let (wish, wishes) = mpsc::channel(1);
    let logs = log_switch(jobs.first(), &clock, wish.clone(), Arc::clone(&written));
    let keyboard = Keyboard::open(typing, &clock, orders, &shutdown, roster.clone(), logs, wish);
    let keyboard = welcome(keyboard, &jobs, &shutdown);
    let mishap = keyboard.mishap.clone();
    let (sink, terminal) = keyboard.part();
    let (screen, shown) = mpsc::channel(SCREEN);
    let views = jobs.iter().map(|job| (job.view(&clock), pointers(job)));
    let sink = sink.of_data(jobs.iter().all(|job| job.display.is_data()));
    let shown = ui::show(views.collect(), sink, shown, shutdown.clone());
    let progress = vec![Progress::default(); jobs.len()];
    let run = Run { jobs: &jobs, clock: &clock, shutdown: &shutdown, progress: &progress };
    // Nobody gives orders to the others, which is not the end of orders.
    let mut nobody: Vec<mpsc::Sender<Order>> = Vec::new();
    let mut first = Some(taken);
    let mut typist = has_typist.then_some((roster, wishes));
    let running = FuturesUnordered::new();
    for (place, job) in jobs.iter().enumerate() {
        let mut readers = vec![Reader::new(screen.clone(), Purpose::Screen, Overflow::Wait)];
        for (reader, log) in job.logs.iter().filter_map(|plan| logged(job, plan, &files, &clock)) {
            readers.push(reader);
            locked(&written).push(log);
        }
        let orders = first.take().unwrap_or_else(|| {
            let (orders, taken) = mpsc::channel(1);
            nobody.push(orders);
            taken
        });
        let readers = Readers::new(place, readers).with_typist(typist.take()).with_meter(job.meter(&clock));
        running.push(run.job(place, orders, readers));
    }
    drop(screen);

    let grace = jobs.iter().map(|job| job.plan.limits().grace).max().unwrap_or_default();
    let overdue = overdue(&shutdown, grace);
    tokio::pin!(overdue);
    let ended = async {
        let codes: Vec<u8> = running.collect().await;
        let mut code = codes.into_iter().max().unwrap_or(failure::SUCCESS);
        let shown = shown.await.ok();
        code = code.max(written_out(&written).await);
        (code, shown)
    };
    let ended = tokio::select! {
        biased;
        () = shutdown.now.cancelled() => None,
        () = &mut overdue => None,
        ended = ended => Some(ended),
    };
    let Some((code, Some(shown))) = ended else { return abandoned(terminal, &shutdown) };
    shutdown.release();
    match shown.finish(terminal) {
        Some(Trouble::Gone) => failure::SUCCESS,
        Some(Trouble::Failed(error)) => unwritable(&say::standard_output(), say::system(&error)),
        None if code == failure::SUCCESS => mishap.code().unwrap_or(code),
        None => code,
    }
}

/// Waits until the logs are written; the exit code of that.
async fn written_out(written: &Written) -> u8 {
    let mut code = failure::SUCCESS;
    let logs = std::mem::take(&mut *locked(written));
    for log in logs {
        let why = match timeout(FLUSH, log).await {
            Ok(Ok(Err(error))) => say::system(&error),
            Ok(_) => continue,
            Err(_) => say::log_is_stuck(),
        };
        code = code.max(unwritable(&say::the_log(), why));
    }
    code
}

/// Says what is to be known before anything happens.
fn welcome(mut keyboard: Keyboard, jobs: &[Job], shutdown: &Shutdown) -> Keyboard {
    let mut page = Page::default();
    for job in jobs.iter().filter(|job| !job.display.is_quiet()) {
        if let Some(banner) = &job.banner {
            page.err_line(&say::of_job(job.name.as_deref(), banner));
        }
    }
    if keyboard.has_prompt() {
        // Without them the prompt is only left less tidily.
        let _ = shutdown.watch_terminal();
        page.err_line(&match jobs {
            [job] if job.display.role == Role::Relay => say::terminal::welcome_to_relay(),
            _ => say::terminal::welcome(),
        });
    }
    keyboard.sink.put(&mut page);
    keyboard
}

/// A reader that writes a log of `job`, and what comes of that.
fn logged(
    job: &Job,
    plan: &LogPlan,
    files: &[Arc<Mutex<LogFile>>],
    clock: &Clock,
) -> Option<(Reader, JoinHandle<io::Result<()>>)> {
    let file = Arc::clone(files.iter().find(|file| is_of(file, plan))?);
    let view = job.log_view(plan.format, clock);
    let (queue, batches) = mpsc::channel(log::QUEUE);
    let log = tokio::task::spawn_blocking(move || log::write(&file, view, batches));
    Some((Reader::new(queue, Purpose::Log, Overflow::PassBy(LOG_PATIENCE)), log))
}

/// The switch of the log of `job`, which alone has somebody who types.
fn log_switch(job: Option<&Job>, clock: &Clock, wish: mpsc::Sender<Wish>, written: Arc<Written>) -> Logs {
    let format = job.and_then(|job| job.logs.first()).map(|plan| plan.format).unwrap_or_default();
    let max = job.and_then(|job| job.logs.first()).and_then(|plan| plan.max);
    let view = job.map(|job| job.log_maker(format, clock));
    let runtime = Handle::current();
    Logs::new(move |file| {
        let reader = match (file, &view) {
            (Some(file), Some(view)) => {
                let plan = LogPlan { file: file.to_path_buf(), format, max };
                let opened = LogFile::open(&plan)?;
                let (queue, batches) = mpsc::channel(log::QUEUE);
                let view = view();
                let log = runtime.spawn_blocking(move || log::write(&opened, view, batches));
                locked(&written).push(log);
                Some(Reader::new(queue, Purpose::Log, Overflow::PassBy(LOG_PATIENCE)))
            }
            _ => None,
        };
        wish.blocking_send(Wish::Log(reader)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the jobs of a run share.
#[derive(Clone, Copy)]
struct Run<'a> {
    jobs: &'a [Job],
    clock: &'a Clock,
    shutdown: &'a Shutdown,
    progress: &'a [Progress],
}

impl Run<'_> {
    /// Runs one job, once the one it comes after listens; returns its exit code.
    async fn job(self, place: usize, orders: mpsc::Receiver<Order>, readers: Readers) -> u8 {
        let (Some(job), Some(mine)) = (self.jobs.get(place), self.progress.get(place)) else {
            return failure::SUCCESS;
        };
        let (events, told) = mpsc::channel(EVENT_BATCHES);
        let serving = tokio::spawn(readers.serve(told, mine.listens.clone()));
        let result = match self.begin(job).await {
            Begin::Now => {
                let (clock, stop) = (self.clock.clone(), self.shutdown.stop.clone());
                let lost =
                    if job.display.is_data() { self.shutdown.lost.clone() } else { CancellationToken::new() };
                let context = RunContext { clock, detail: job.detail(), events, orders, stop, lost };
                Some(job.plan.clone().start(context).await)
            }
            Begin::Never(failed) => {
                drop(events);
                failed.map(Err)
            }
        };
        mine.over.cancel();
        let (Ok(mut readers), Some(result)) = (serving.await, result) else { return failure::SUCCESS };
        // People do not need the counters of what never began.
        let has_summary = result.is_ok() || job.display.is_for_programs();
        let JobOutcome { failed, code, summary } = end(result, &job.plan, self.clock, self.shutdown);
        let at = self.clock.now();
        let event = |what| Event { at, conn: None, leg: None, what };
        let mut last: Vec<Event> = failed.into_iter().map(|failed| event(What::Failed(failed))).collect();
        if has_summary {
            last.push(event(What::Summary(summary)));
        }
        readers.give(last).await;
        code
    }

    /// Waits until `job` may begin.
    async fn begin(self, job: &Job) -> Begin {
        let before = job.after.and_then(|place| Some((self.jobs.get(place)?, self.progress.get(place)?)));
        let Some((other, its)) = before else { return Begin::Now };
        tokio::select! {
            biased;
            () = its.listens.cancelled() => Begin::Now,
            () = self.shutdown.stop.cancelled() => Begin::Never(None),
            () = its.over.cancelled() => Begin::Never(Some(not_begun(job, other))),
        }
    }
}

/// When a job begins.
enum Begin {
    Now,
    /// The run is over before, or what it waits for will never come.
    Never(Option<Failure>),
}

fn not_begun(job: &Job, other: &Job) -> Failure {
    let name = |job: &Job| job.name.clone().unwrap_or_default();
    Failure::new(Operation::Prepare, name(job), Kind::Other, say::not_begun(&name(other)))
}

/// The files that jobs log to, each once.
fn log_files(jobs: &[Job]) -> Result<Vec<Arc<Mutex<LogFile>>>, Failure> {
    let mut files: Vec<Arc<Mutex<LogFile>>> = Vec::new();
    for plan in jobs.iter().flat_map(|job| &job.logs) {
        if !files.iter().any(|file| is_of(file, plan)) {
            let failed = |error: io::Error| {
                let file = plan.file.display().to_string();
                Failure::new(Operation::Write, file, Kind::LocalWrite, say::system(&error))
            };
            files.push(LogFile::open(plan).map_err(failed)?);
        }
    }
    Ok(files)
}

fn is_of(file: &Mutex<LogFile>, plan: &LogPlan) -> bool {
    locked(file).is_of(plan)
}

/// Nothing more is waited for.
fn abandoned(terminal: ui::Keyboardless, shutdown: &Shutdown) -> u8 {
    terminal.abandon();
    shutdown.signal().map_or(failure::SUCCESS, failure::code_of)
}

/// Only a job that is alone has somebody who types.
fn typing(jobs: &mut [Job]) -> Typing {
    match jobs {
        [job] => std::mem::replace(&mut job.typing, Typing::nobody(Role::Listen)),
        _ => Typing::nobody(Role::Listen),
    }
}

/// Where people read, what explains a message is named behind it.
fn pointers(job: &Job) -> Pointers {
    if job.display.is_for_programs() || !ui::can_redraw() { Pointers::None } else { Pointers::default() }
}

/// Resolves when the view had its time after a stop; never without one.
async fn overdue(shutdown: &Shutdown, grace: Duration) {
    shutdown.stop.cancelled().await;
    tokio::time::sleep(grace.saturating_add(FLUSH)).await;
}

/// `what` cannot be written: says so; returns the exit code.
fn unwritable(what: &str, why: Text) -> u8 {
    let failed = Failure::new(Operation::Write, what, Kind::LocalWrite, why);
    ui::refuse(&Refusal::Meaning(say::failure(&failed), failure::code(&failed)))
}
