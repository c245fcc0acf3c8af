//! Runs a job: the engine, whoever types, the view and the signals, and in the end an exit code.
//! Never words or shows anything itself.

use std::{io, panic, sync::mpsc::channel, thread, time::Duration};

use sockeye_core::{
    address::Address,
    behaviour::Verdict,
    charset::Charset,
    event::{Ending, Event, Eyes, Failure, Kind, Operation, Summary, What},
    frame::Framing,
    limit::Limits,
    plan::{Clients, ConnectPlan, GetPlan, ListenPlan, ServePlan},
};
use sockeye_net::{Clock, Desk, Drained, EVENT_BATCHES, ORDERS, Report};
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
};

use crate::{
    failure::{self, Refusal},
    say,
    ui::{self, Keyboard, Trouble, brakes::Brakes, input::Typing},
    view::{
        Looks, Offer, Page, Role, Show, Signs, View,
        download::{Downloads, Manner},
        json::Json,
        quiet::{Quiet, QuietJson, QuietRaw},
        raw::{Form, Raw},
        transcript::Transcript,
    },
};

/// How long the view may take for what is left once the run is stopped.
const FLUSH: Duration = Duration::from_millis(1500);

/// How long a thread that shows events waits for more of them.
const IDLE_THREAD: Duration = Duration::from_millis(50);

/// Everything there is to do.
#[derive(Debug)]
pub(crate) struct Job {
    /// What the engine does.
    pub plan: Plan,
    /// What is shown.
    pub display: Display,
    /// Who types.
    pub typing: Typing,
    /// What is said before anything happens.
    pub banner: Option<String>,
}

/// A plan of either command.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// Talk to a server.
    Connect(ConnectPlan),
    /// Stand one up.
    Listen(ListenPlan),
    /// Offer a folder.
    Serve(ServePlan),
    /// Fetch files.
    Get(GetPlan),
}

impl Plan {
    fn address(&self) -> &Address {
        match self {
            Self::Connect(plan) => &plan.target,
            Self::Listen(plan) => &plan.address,
            Self::Serve(plan) => &plan.address,
            Self::Get(plan) => &plan.target,
        }
    }

    /// How messages read as text and how they are cut.
    fn reading(&self) -> (Charset, Framing) {
        match self {
            Self::Connect(ConnectPlan { conduct, .. }) | Self::Listen(ListenPlan { conduct, .. }) => {
                (conduct.charset, conduct.framing.clone())
            }
            Self::Serve(_) | Self::Get(_) => (Charset::utf8(), Framing::raw()),
        }
    }

    fn limits(&self) -> &Limits {
        match self {
            Self::Connect(ConnectPlan { conduct, .. }) | Self::Listen(ListenPlan { conduct, .. }) => {
                &conduct.limits
            }
            Self::Serve(plan) => &plan.limits,
            Self::Get(plan) => &plan.limits,
        }
    }

    fn offer(&self) -> Option<Offer> {
        match self {
            Self::Serve(plan) => {
                let folder = std::path::absolute(&plan.folder).unwrap_or_else(|_| plan.folder.clone());
                Some(Offer { folder: folder.display().to_string(), dialects: plan.dialects })
            }
            Self::Connect(_) | Self::Listen(_) | Self::Get(_) => None,
        }
    }
}

/// Which view is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// For people at a terminal.
    Transcript,
    /// Received data.
    Raw(Form),
    /// For programs.
    Json,
    /// Received data and failures.
    QuietRaw,
    /// Only failures.
    Quiet,
    /// For programs that want little.
    QuietJson,
    /// Files on their way.
    Download(Manner),
}

/// What is shown, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Display {
    /// Which command it is.
    pub role: Role,
    /// Which view.
    pub sight: Sight,
    /// Text, hex or both.
    pub show: Show,
    /// Arrows or ASCII.
    pub signs: Signs,
    /// What was said about colours.
    pub color: clap::ColorChoice,
}

impl Display {
    fn eyes(self) -> Eyes {
        match self.sight {
            Sight::Transcript | Sight::Raw(_) | Sight::QuietRaw | Sight::Json | Sight::Download(_) => {
                Eyes::Open
            }
            Sight::Quiet | Sight::QuietJson => Eyes::Closed,
        }
    }

    fn is_for_programs(self) -> bool {
        matches!(self.sight, Sight::Json | Sight::QuietJson)
    }

    fn is_quiet(self) -> bool {
        matches!(
            self.sight,
            Sight::Quiet | Sight::QuietRaw | Sight::QuietJson | Sight::Download(Manner::Quiet)
        )
    }

    fn view(self, clock: &Clock, plan: &Plan) -> Box<dyn View> {
        let (charset, framing) = plan.reading();
        let looks = Looks {
            wall: clock.wall().clone(),
            role: self.role,
            address: plan.address().clone(),
            charset,
            framing,
            show: self.show,
            signs: self.signs,
            colours: ui::colours(self.color),
            offer: plan.offer(),
        };
        match self.sight {
            Sight::Transcript => Box::new(Transcript::new(looks)),
            Sight::Raw(form) => Box::new(Raw::new(looks, form)),
            Sight::Json => Box::new(Json::new(looks)),
            Sight::QuietRaw => Box::new(QuietRaw(Raw::new(looks, Form::Bytes))),
            Sight::Quiet => Box::new(Quiet),
            Sight::QuietJson => Box::new(QuietJson(Json::quiet(looks))),
            Sight::Download(manner) => Box::new(Downloads::new(manner)),
        }
    }
}

/// Runs a job; returns the exit code.
#[must_use]
pub(crate) fn run(job: Job) -> u8 {
    // With one core there is nobody to share work with, and a plain queue treats all conversations alike.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = Builder::new_current_thread();
    if cores > 1 {
        builder = Builder::new_multi_thread();
        builder.global_queue_interval(1);
    }
    builder.thread_keep_alive(IDLE_THREAD).enable_all();
    let brakes = Brakes::default();
    let runtime = match prepare(builder, &brakes) {
        Ok(runtime) => runtime,
        Err(detail) => {
            let failed = Failure::new(Operation::Prepare, "the runtime", Kind::Other, detail);
            let code = failure::code(&failed);
            return ui::refuse(&Refusal::Meaning(say::failure(&failed), code));
        }
    };
    let code = runtime.block_on(conduct(job, brakes));
    // A thread may wait for a keyboard or a full pipe; the process ends without it.
    runtime.shutdown_background();
    code
}

/// A runtime whose signals pull the brakes.
///
/// The runtime panics where it gets no thread or no pair of sockets, and what it tidies up then may wait for ever for a
/// thread that has only just begun. So this is done by a thread that is not waited for if that happens.
///
/// # Errors
/// What the system refuses.
fn prepare(mut builder: Builder, brakes: &Brakes) -> Result<Runtime, String> {
    let (tell, told) = channel();
    let brakes = brakes.clone();
    let panicked = tell.clone();
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let detail = info.payload_as_str().unwrap_or("the system refuses what it needs");
        let _ = panicked.send(Err(detail.to_owned()));
    }));
    let mut build = move || {
        let runtime = builder.build()?;
        let inside = runtime.enter();
        brakes.watch()?;
        drop(inside);
        Ok(runtime)
    };
    let work = move || {
        // Whoever heard of a panic first does not listen any more.
        let _ = tell.send(build().map_err(|error: io::Error| error.to_string()));
    };
    let begun = thread::Builder::new().name("prepare".to_owned()).spawn(work);
    let prepared = match begun {
        Ok(_) => told.recv().unwrap_or_else(|error| Err(error.to_string())),
        Err(error) => Err(error.to_string()),
    };
    panic::set_hook(hook);
    prepared
}

/// How the engine came back.
enum Outcome {
    /// With a report, or the failure that kept it from having one.
    Over(Box<Result<Report, Failure>>),
    /// It was not waited for.
    Abandoned,
}

async fn conduct(job: Job, brakes: Brakes) -> u8 {
    let Job { plan, display, typing, banner } = job;
    let clock = Clock::start();
    let (orders, taken) = mpsc::channel(ORDERS);
    let (events, batches) = mpsc::channel(EVENT_BATCHES);
    let mut keyboard = Keyboard::open(typing, &clock, orders, &brakes);
    let mut page = Page::default();
    if let Some(banner) = banner.filter(|_| !display.is_quiet()) {
        page.err_line(&banner);
    }
    if keyboard.has_prompt() {
        // Without them the prompt is only left less tidily.
        let _ = brakes.watch_terminal();
        page.err_line(say::terminal::WELCOME);
    }
    keyboard.sink.put(&mut page);
    let mishap = keyboard.mishap.clone();
    let (sink, terminal) = keyboard.part();
    let shown = ui::show(display.view(&clock, &plan), sink, batches, brakes.clone());
    let desk =
        Desk { clock: clock.clone(), eyes: display.eyes(), events, orders: taken, stop: brakes.stop.clone() };
    let overdue = overdue(&brakes, plan.limits().grace);
    tokio::pin!(overdue);
    let outcome = tokio::select! {
        biased;
        () = brakes.now.cancelled() => Outcome::Abandoned,
        () = &mut overdue => Outcome::Abandoned,
        result = engine(plan.clone(), desk) => Outcome::Over(Box::new(result)),
    };
    let Outcome::Over(result) = outcome else { return abandoned(terminal, &brakes) };
    let shown = tokio::select! {
        biased;
        () = brakes.now.cancelled() => None,
        () = overdue => None,
        shown = shown => shown.ok(),
    };
    let Some(shown) = shown else { return abandoned(terminal, &brakes) };
    brakes.release();
    // People do not need the counters of what never began.
    let has_summary = result.is_ok() || display.is_for_programs();
    let End { failed, code, summary } = end(*result, &plan, &clock, &brakes);
    let at = clock.now();
    let mut last: Vec<Event> =
        failed.into_iter().map(|failed| Event { at, conn: None, what: What::Failed(failed) }).collect();
    if has_summary {
        last.push(Event { at, conn: None, what: What::Summary(summary) });
    }
    match shown.finish(&last, terminal) {
        Some(Trouble::Gone) => failure::SUCCESS,
        Some(Trouble::Failed(error)) => unwritable(&error),
        None if code == failure::SUCCESS => mishap.code().unwrap_or(code),
        None => code,
    }
}

/// Nothing more is waited for.
fn abandoned(terminal: ui::Keyboardless, brakes: &Brakes) -> u8 {
    terminal.abandon();
    brakes.signal().map_or(failure::SUCCESS, failure::Signal::code)
}

async fn engine(plan: Plan, desk: Desk) -> Result<Report, Failure> {
    match plan {
        Plan::Connect(plan) => Box::pin(sockeye_net::run::connect(plan, desk)).await,
        Plan::Listen(plan) => Box::pin(sockeye_net::run::listen(plan, desk)).await,
        Plan::Serve(plan) => Box::pin(sockeye_files::serve(plan, desk)).await,
        Plan::Get(plan) => Box::pin(sockeye_files::get(plan, desk)).await,
    }
}

/// Resolves when the view had its time after a stop; never without one.
async fn overdue(brakes: &Brakes, grace: Duration) {
    brakes.stop.cancelled().await;
    tokio::time::sleep(grace.saturating_add(FLUSH)).await;
}

/// What a run amounts to.
struct End {
    /// The failure that ends it, unless that was told already.
    failed: Option<Failure>,
    code: u8,
    summary: Summary,
}

fn end(result: Result<Report, Failure>, plan: &Plan, clock: &Clock, brakes: &Brakes) -> End {
    let report = match result {
        Ok(report) => report,
        Err(failed) => {
            let lasted = u64::try_from(clock.now().0.as_nanos()).unwrap_or(u64::MAX);
            let summary = Summary { lasted, ..Summary::default() };
            return End { code: failure::code(&failed), failed: Some(failed), summary };
        }
    };
    let summary = report.summary;
    let failed = match plan {
        Plan::Listen(plan) => report.failure.clone().or_else(|| of_first(&report, plan)),
        Plan::Serve(_) | Plan::Get(_) => report.failure.clone(),
        // Whatever came after it: what was to come has come.
        Plan::Connect(plan) if plan.script.expect.is_some() && report.verdict == Verdict::Met => None,
        // Who stops it does not wait for answers any more.
        Plan::Connect(_) if brakes.stop.is_cancelled() => report.failure.clone(),
        Plan::Connect(plan) => report.failure.clone().or_else(|| of_verdict(&report, plan)),
    };
    let code = match (brakes.signal(), plan, &failed) {
        (Some(signal), Plan::Connect(_) | Plan::Get(_), _) => signal.code(),
        // The one conversation it was for has not come to its end.
        (Some(signal), Plan::Listen(plan), _)
            if plan.clients == Clients::First && report.ending.is_none() =>
        {
            signal.code()
        }
        // Work left undone; a listener that has drained is done.
        (Some(signal), Plan::Listen(_) | Plan::Serve(_), _) if report.drained == Drained::Part => {
            signal.code()
        }
        (_, _, Some(failed)) => failure::code(failed),
        // The conversation has told why.
        (_, Plan::Connect(_) | Plan::Listen(_), None) if report.ending == Some(Ending::Refused) => {
            failure::RECEIVE
        }
        _ => failure::SUCCESS,
    };
    End { failed, code, summary }
}

/// The failure that the one conversation of `listen --once` amounts to, if it did not end in order.
fn of_first(report: &Report, plan: &ListenPlan) -> Option<Failure> {
    let unsent = report.summary.totals.unsent;
    let (operation, kind, detail) = match report.ending? {
        Ending::PeerReset => (Operation::Receive, Kind::Reset, say::PEER_RESET.to_owned()),
        Ending::TooSlow => (Operation::Send, Kind::Timeout, say::unsent(unsent)),
        Ending::PeerClosed | Ending::Idle if unsent > 0 => {
            (Operation::Send, Kind::Broken, say::unsent(unsent))
        }
        _ => return None,
    };
    Some(Failure::new(operation, plan.address.to_string(), kind, detail))
}

/// The failure that a run with no failure of its own amounts to, if what it was for was not reached.
fn of_verdict(report: &Report, plan: &ConnectPlan) -> Option<Failure> {
    let came = &report.summary.totals;
    let (operation, kind, detail) = match (&report.verdict, report.ending) {
        (Verdict::Met | Verdict::Open, ending) if ending != Some(Ending::PeerReset) => return None,
        (Verdict::Met, _) | (_, Some(Ending::Refused)) => return None,
        (Verdict::CutShort { rounds, of }, ending) => {
            let kind = if ending == Some(Ending::PeerReset) { Kind::Reset } else { Kind::Broken };
            (Operation::Receive, kind, say::cut_short(*rounds, *of))
        }
        (_, Some(Ending::PeerReset)) => (Operation::Receive, Kind::Reset, say::PEER_RESET.to_owned()),
        (Verdict::Unmet { last }, _) if came.bytes_in > 0 || came.messages_in > 0 => {
            let expected = plan.script.expect.as_ref().map_or("", |expect| &expect.text);
            let instead = match last.as_slice() {
                [] if came.bad_checksums > 0 => say::damaged(&plan.conduct.framing),
                [] if came.bytes_in == 0 => say::EMPTY.to_owned(),
                [] => say::no_answer(came.bytes_in, &plan.conduct.framing),
                last => say::came_instead(last, plan.conduct.charset),
            };
            (Operation::Wait, Kind::Unexpected, say::unmet(expected, &instead))
        }
        _ if came.bad_checksums > 0 => {
            (Operation::Receive, Kind::Broken, say::damaged(&plan.conduct.framing))
        }
        _ => (Operation::Wait, Kind::NoAnswer, say::no_answer(came.bytes_in, &plan.conduct.framing)),
    };
    let failed = Failure::new(operation, plan.target.to_string(), kind, detail);
    Some(match (kind, came.bytes_in, report.ending) {
        (Kind::NoAnswer, 1.., _) => failed.hint(say::OTHER_FRAMING),
        (Kind::NoAnswer, 0, Some(Ending::PeerClosed)) => failed.hint(say::NO_QUESTION),
        _ => failed,
    })
}

fn unwritable(error: &std::io::Error) -> u8 {
    let failed = Failure::new(Operation::Write, "standard output", Kind::LocalWrite, error.to_string());
    ui::refuse(&Refusal::Meaning(say::failure(&failed), failure::code(&failed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> ConnectPlan {
        match crate::cli::read(["sockeye", "connect", "x:1", "--send", "a"].map(Into::into)) {
            Ok(crate::cli::Task::Run(job)) => match job.plan {
                Plan::Connect(plan) => plan,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_met_is_no_failure() {
        let of = |verdict, ending, bad_checksums| {
            let mut summary = Summary::default();
            summary.totals.bytes_in = bad_checksums * 4;
            summary.totals.bad_checksums = bad_checksums;
            let report =
                Report { summary, verdict, ending: Some(ending), failure: None, drained: Drained::All };
            of_verdict(&report, &plan()).map(|failed| failure::code(&failed))
        };
        assert_eq!(of(Verdict::Open, Ending::PeerClosed, 0), None);
        assert_eq!(of(Verdict::Met, Ending::PeerReset, 0), None);
        assert_eq!(of(Verdict::Open, Ending::PeerReset, 0), Some(56));
        assert_eq!(of(Verdict::NoAnswer, Ending::Closed, 0), Some(28));
        assert_eq!(of(Verdict::NoAnswer, Ending::Closed, 1), Some(56));
        assert_eq!(of(Verdict::NoAnswer, Ending::Refused, 0), None);
        assert_eq!(of(Verdict::Unmet { last: Vec::new() }, Ending::PeerClosed, 0), Some(28));
        assert_eq!(of(Verdict::Unmet { last: Vec::new() }, Ending::PeerClosed, 1), Some(121));
    }
}
