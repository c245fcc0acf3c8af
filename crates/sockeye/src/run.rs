//! Runs a job: the engine, whoever types, the view and the signals, and in the end an exit code.
//! Never words or shows anything itself.

use std::time::Duration;

use sockeye_core::{
    address::Address,
    behaviour::Verdict,
    charset::Charset,
    event::{Ending, Event, Eyes, Failure, Kind, Operation, Summary, What},
    frame::Framing,
    limit::Limits,
    plan::{ConnectPlan, GetPlan, ListenPlan, ServePlan},
};
use sockeye_net::{Clock, Desk, EVENT_BATCHES, ORDERS, Report};
use tokio::{runtime::Builder, sync::mpsc};

use crate::{
    failure::{self, Refusal},
    say,
    ui::{self, Keyboard, Trouble, brakes::Brakes, input::Typing},
    view::{
        Looks, Offer, Page, Role, Show, Signs, View,
        download::{Download, Manner},
        json::Json,
        quiet::{Quiet, QuietJson},
        raw::{Form, Raw},
        transcript::Transcript,
    },
};

/// How long the view may take for what is left once the run is stopped.
const FLUSH: Duration = Duration::from_secs(1);

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
            Sight::Transcript | Sight::Raw(_) | Sight::Json | Sight::Download(_) => Eyes::Open,
            Sight::Quiet | Sight::QuietJson => Eyes::Closed,
        }
    }

    fn is_for_programs(self) -> bool {
        matches!(self.sight, Sight::Json | Sight::QuietJson)
    }

    fn is_quiet(self) -> bool {
        matches!(self.sight, Sight::Quiet | Sight::QuietJson | Sight::Download(Manner::Quiet))
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
            Sight::Quiet => Box::new(Quiet),
            Sight::QuietJson => Box::new(QuietJson(Json::new(looks))),
            Sight::Download(manner) => Box::new(Download::new(manner)),
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
    let runtime = builder.thread_keep_alive(IDLE_THREAD).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let failed = Failure::new(Operation::Prepare, "the runtime", Kind::Other, error.to_string());
            let code = failure::code(&failed);
            return ui::refuse(&Refusal::Meaning(say::failure(&failed), code));
        }
    };
    let code = runtime.block_on(conduct(job));
    // A thread may wait for a keyboard or a full pipe; the process ends without it.
    runtime.shutdown_background();
    code
}

/// How the engine came back.
enum Outcome {
    /// With a report, or the failure that kept it from having one.
    Over(Box<Result<Report, Failure>>),
    /// It was not waited for.
    Abandoned,
}

async fn conduct(job: Job) -> u8 {
    let Job { plan, display, typing, banner } = job;
    let clock = Clock::start();
    let brakes = Brakes::default();
    if let Err(error) = brakes.watch() {
        let failed = Failure::new(Operation::Prepare, "signals", Kind::Other, error.to_string());
        return ui::refuse(&Refusal::Meaning(say::failure(&failed), failure::code(&failed)));
    }
    let (orders, taken) = mpsc::channel(ORDERS);
    let (events, batches) = mpsc::channel(EVENT_BATCHES);
    let mut keyboard = Keyboard::open(typing, &clock, orders, &brakes);
    let mut page = Page::default();
    if let Some(banner) = banner.filter(|_| !display.is_quiet()) {
        page.err_line(&banner);
    }
    if keyboard.has_prompt() {
        page.err_line(say::terminal::WELCOME);
    }
    keyboard.sink.put(&mut page);
    let (sink, terminal) = keyboard.part();
    let shown = ui::show(display.view(&clock, &plan), sink, batches, brakes.clone());
    let desk =
        Desk { clock: clock.clone(), eyes: display.eyes(), events, orders: taken, stop: brakes.stop.clone() };
    let (outcome, grace) = (engine(plan.clone(), desk, &brakes).await, plan.limits().grace);
    let shown = tokio::select! {
        biased;
        () = brakes.now.cancelled() => None,
        () = overdue(&brakes, grace) => None,
        shown = shown => shown.ok(),
    };
    let (Some(shown), Outcome::Over(result)) = (shown, outcome) else {
        terminal.abandon();
        return brakes.signal().map_or(failure::SUCCESS, failure::Signal::code);
    };
    brakes.release();
    // People do not need the counters of what never began.
    let has_summary = result.is_ok() || display.is_for_programs();
    let (failed, summary) = verdict(*result, &plan, &clock, &brakes);
    let at = clock.now();
    let code = failed.as_ref().map(failure::code);
    let mut last: Vec<Event> =
        failed.into_iter().map(|failed| Event { at, conn: None, what: What::Failed(failed) }).collect();
    if has_summary {
        last.push(Event { at, conn: None, what: What::Summary(summary) });
    }
    match (shown.finish(&last, terminal), brakes.signal(), &plan) {
        (Some(Trouble::Gone), _, _) => failure::SUCCESS,
        (Some(Trouble::Failed(error)), _, _) => unwritable(&error),
        (None, Some(signal), Plan::Connect(_) | Plan::Get(_)) => signal.code(),
        (None, _, _) => code.unwrap_or(failure::SUCCESS),
    }
}

/// Waits for the engine, unless told not to wait.
async fn engine(plan: Plan, desk: Desk, brakes: &Brakes) -> Outcome {
    let work = async {
        match plan {
            Plan::Connect(plan) => Box::pin(sockeye_net::run::connect(plan, desk)).await,
            Plan::Listen(plan) => Box::pin(sockeye_net::run::listen(plan, desk)).await,
            Plan::Serve(plan) => Box::pin(sockeye_net::run::serve(plan, desk)).await,
            Plan::Get(plan) => Box::pin(sockeye_net::run::get(plan, desk)).await,
        }
    };
    tokio::select! {
        biased;
        () = brakes.now.cancelled() => Outcome::Abandoned,
        result = work => Outcome::Over(Box::new(result)),
    }
}

/// Resolves when the view had its time after a stop; never without one.
async fn overdue(brakes: &Brakes, grace: Duration) {
    brakes.stop.cancelled().await;
    tokio::time::sleep(grace.saturating_add(FLUSH)).await;
}

/// What the run amounts to: the failure that ends it, if one does, and its counters.
fn verdict(
    result: Result<Report, Failure>,
    plan: &Plan,
    clock: &Clock,
    brakes: &Brakes,
) -> (Option<Failure>, Summary) {
    let report = match result {
        Ok(report) => report,
        Err(failed) => {
            let lasted = u64::try_from(clock.now().0.as_nanos()).unwrap_or(u64::MAX);
            return (Some(failed), Summary { lasted, ..Summary::default() });
        }
    };
    let failed = match plan {
        Plan::Listen(_) | Plan::Serve(_) | Plan::Get(_) => report.failure,
        // Whatever came after it: what was to come has come.
        Plan::Connect(plan) if plan.script.expect.is_some() && report.verdict == Verdict::Met => None,
        Plan::Connect(plan) => report.failure.or_else(|| {
            // Who stops it does not wait for answers any more.
            let stopped = brakes.stop.is_cancelled();
            if stopped {
                None
            } else {
                let expected = plan.script.expect.as_ref().map_or("", |expect| &expect.text);
                let peer = plan.target.to_string();
                of_verdict(&report.verdict, report.ending, &peer, expected, plan.conduct.charset)
            }
        }),
    };
    (failed, report.summary)
}

/// The failure that a run with no failure of its own amounts to, if what it was for was not reached.
///
/// `peer` is the address that was talked to; `expected` and `charset` are for saying what did not come.
fn of_verdict(
    verdict: &Verdict,
    ending: Option<Ending>,
    peer: &str,
    expected: &str,
    charset: Charset,
) -> Option<Failure> {
    let (operation, kind, detail) = match (verdict, ending) {
        (Verdict::Met, _) => return None,
        (_, Some(Ending::PeerReset)) => (Operation::Receive, Kind::Reset, say::PEER_RESET.to_owned()),
        (Verdict::NoAnswer, _) => (Operation::Wait, Kind::NoAnswer, say::NO_ANSWER.to_owned()),
        (Verdict::Unmet { last }, _) => {
            (Operation::Wait, Kind::Unexpected, say::unmet(expected, last, charset))
        }
        (Verdict::Open, _) => return None,
    };
    Some(Failure::new(operation, peer, kind, detail))
}

fn unwritable(error: &std::io::Error) -> u8 {
    let failed = Failure::new(Operation::Write, "standard output", Kind::LocalWrite, error.to_string());
    ui::refuse(&Refusal::Meaning(say::failure(&failed), failure::code(&failed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_met_is_no_failure() {
        let of = |verdict, ending| {
            of_verdict(&verdict, ending, "tcp://x:1", "ok", Charset::utf8()).map(|f| failure::code(&f))
        };
        assert_eq!(of(Verdict::Open, Some(Ending::PeerClosed)), None);
        assert_eq!(of(Verdict::Met, Some(Ending::PeerReset)), None);
        assert_eq!(of(Verdict::Open, Some(Ending::PeerReset)), Some(56));
        assert_eq!(of(Verdict::NoAnswer, Some(Ending::Closed)), Some(28));
        assert_eq!(of(Verdict::Unmet { last: Vec::new() }, Some(Ending::PeerClosed)), Some(121));
    }
}
