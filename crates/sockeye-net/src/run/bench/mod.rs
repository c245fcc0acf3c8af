//! The engine of `bench`: many conversations like that of `connect`, whose measures it gathers second by second.
//! Never frames, never matches an answer: the behaviours do; never adds up: the study does.

mod reach;
mod side;
mod lives;
mod connects;
mod load;

use std::{net::SocketAddr, sync::Arc};

use sockeye_core::{
    behaviour::Verdict,
    event::{Ending, Event, EventDetail, Failure, Kind, LoadMode, LoadReport, LoadTally, Operation, What},
    plan::{BenchPlan, LoadWork},
};
use sockeye_text::text;
use tokio::sync::mpsc;

use self::{load::LoadRun, reach::reach};
use crate::{
    clock::{Clock, FineTimer},
    context::{Drained, Report, RunContext},
    run_state::RunState,
};

/// Batches of measures that may wait to be added up.
const MEASURES: usize = 1024;

/// Puts the plan's load on its target, once `consent`, which is told where that is, has agreed.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     behaviour::{Payload, Sought},
/// #     charset::Charset,
/// #     event::EventDetail,
/// #     frame::Framing,
/// #     limit::Limits,
/// #     plan::{BenchPlan, Conduct, Consent, Family, LoadWork},
/// # };
/// use std::{io::{Read, Write}, net::TcpListener, time::Duration};
/// use sockeye_core::event::What;
/// use sockeye_net::{Clock, RunContext, EVENT_BATCHES, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A server that echoes.
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// std::thread::spawn(move || {
///     for mut stream in listener.incoming().flatten() {
///         std::thread::spawn(move || {
///             let mut buffer = [0; 4096];
///             while let Ok(len @ 1..) = stream.read(&mut buffer) {
///                 let _ = stream.write_all(&buffer[..len]);
///             }
///         });
///     }
/// });
///
/// let plan = BenchPlan {
///     target: Address::parse(&address)?,
///     work: LoadWork::Open { rate: 500 },
///     connections: 2,
///     payloads: vec![Payload::Bytes(b"hello".to_vec())],
///     duration: Duration::from_millis(200),
///     // …and the rest as usual
/// #     rival: None,
/// #     family: Family::Any,
/// #     is_numbered: false,
/// #     sought: Sought::Echo,
/// #     ramp: Duration::ZERO,
/// #     warm_up: Duration::ZERO,
/// #     timeout: Duration::from_secs(2),
/// #     keeps_histograms: false,
/// #     consent: Consent::Asked,
/// #     conduct: Conduct {
/// #         framing: Framing::raw(),
/// #         charset: Charset::utf8(),
/// #         faults: Vec::new(),
/// #         seed: 0,
/// #         limits: Limits::default(),
/// #     },
/// };
/// let (events, mut seen) = mpsc::channel(EVENT_BATCHES);
/// let (_orders, orders) = mpsc::channel(1);
/// let stop = CancellationToken::new();
/// let lost = CancellationToken::new();
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Summary, events, orders, stop, lost };
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let report = runtime.block_on(run::bench(plan, context, |_| std::future::ready(Ok(()))))?;
/// assert!(report.failure.is_none());
/// let Some(What::Loaded(load)) = seen.blocking_recv().and_then(|batch| Some(batch.first()?.what.clone())) else { panic!() };
/// let tally = load.targets.first().ok_or("no target")?.tally;
/// assert_eq!((tally.sent, tally.answered, tally.wrong), (100, 100, 0));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A target cannot be resolved or connected to, or `consent` does not agree; then nothing was sent.
pub async fn bench<C>(
    plan: BenchPlan,
    context: RunContext,
    consent: impl FnOnce(Vec<SocketAddr>) -> C,
) -> Result<Report, Failure>
where
    C: Future<Output = Result<(), Failure>>,
{
    let RunContext { clock, detail, events, stop, .. } = context;
    let grace = plan.conduct.limits.grace;
    let run = RunState::new(clock, detail, events, grace);
    let (measures, measured) = mpsc::channel(MEASURES);
    let timer = Timer::start(&plan)?;
    let inner = Arc::new(RunState::new(timer.of(&run.clock), EventDetail::Summary, measures, grace));
    let begun = async {
        let reached = reach(&plan).await?;
        consent(reached.iter().flat_map(|target| &target.addresses).copied().collect()).await?;
        LoadRun::begin(&plan, reached, &run, Arc::clone(&inner), measured).await
    };
    let begun = tokio::select! {
        begun = Box::pin(begun) => Some(begun?),
        () = stop.cancelled() => None,
    };
    let Some(mut load) = begun else {
        let (summary, ending, drained) = (run.conclude().await, Some(Ending::Stopped), Drained::All);
        return Ok(Report { summary, verdict: Verdict::Open, ending, failure: None, drained });
    };
    let ending = Some(load.watch(&stop).await);
    let report = load.report();
    let failure = failure(&report);
    // A view that is gone has no use for it.
    let what = What::Loaded(Box::new(report));
    let _ = run.events.send(vec![Event { at: run.clock.now(), conn: None, leg: None, what }]).await;
    run.count(|summary| *summary = inner.summary());
    let summary = run.conclude().await;
    Ok(Report { summary, verdict: Verdict::Open, ending, failure, drained: inner.drained() })
}

/// What says things on time, in a thread of its own that ends with it.
struct Timer(Option<FineTimer>);

impl Timer {
    /// # Errors
    /// The system has no thread for it.
    fn start(plan: &BenchPlan) -> Result<Self, Failure> {
        if !matches!(plan.work, LoadWork::Open { .. } | LoadWork::Connect { .. }) {
            return Ok(Self(None));
        }
        let timer = FineTimer::default();
        let run = timer.clone();
        let failed = |error| crate::trouble::failure(Operation::Prepare, "bench", &error);
        std::thread::Builder::new().name("timer".to_owned()).spawn(move || run.run()).map_err(failed)?;
        Ok(Self(Some(timer)))
    }

    /// `clock`, by which things are said on time where they have to be.
    fn of(&self, clock: &Clock) -> Clock {
        match &self.0 {
            Some(timer) => clock.clone().with_fine(timer.clone()),
            None => clock.clone(),
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(timer) = &self.0 {
            timer.close();
        }
    }
}

/// The failure that a load amounts to: what this machine lacked says nothing of the target, and no answer or a wrong one is
/// no measure of it.
fn failure(report: &LoadReport) -> Option<Failure> {
    for target in &report.targets {
        let (connections, tally) = (&target.connections, &target.tally);
        let failed = |operation, kind, detail| Some(Failure::new(operation, &target.addr, kind, detail));
        if connections.exhausted > 0 {
            let (missed, asked) = (connections.exhausted, connections.asked);
            let detail = text!("bench-exhausted", count = missed, asked = asked);
            return failed(Operation::Prepare, Kind::Exhausted, detail)
                .map(|failed| failed.hint(text!("bench-exhausted-hint")));
        }
        if is_deaf(report.mode, tally) {
            let (operation, kind) = match (connections.failed.first(), tally) {
                (Some((kind, _)), _) if report.mode == LoadMode::Connect => (Operation::Connect, *kind),
                (_, LoadTally { missing: 0, errors: 1.., .. }) => (Operation::Receive, Kind::Reset),
                _ => (Operation::Wait, Kind::NoAnswer),
            };
            return failed(operation, kind, text!("bench-no-answer", count = tally.sent));
        }
        if tally.wrong > 0 {
            let detail = text!("bench-wrong", wrong = tally.wrong, answered = tally.answered);
            return failed(Operation::Wait, Kind::Unexpected, detail);
        }
    }
    None
}

/// Whether nothing came back of what something should have.
fn is_deaf(mode: LoadMode, tally: &LoadTally) -> bool {
    match mode {
        LoadMode::Bulk => tally.bytes_in + tally.bytes_out == 0,
        LoadMode::Closed | LoadMode::Open | LoadMode::Connect => tally.sent > 0 && tally.answered == 0,
    }
}
