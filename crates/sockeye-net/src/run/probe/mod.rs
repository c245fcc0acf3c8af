//! The engine of `probe`: tries targets, each at its own pace, and tells what that found.
//! Never decides why a target is down: the study does.

mod knock;
mod tables;
mod manner;
mod ear;
mod streams;
mod datagram;
mod attempt;
mod around;
mod probes;
mod pace;

use std::{collections::HashSet, future::Future, sync::Arc};

use futures_util::{StreamExt as _, stream};
use sockeye_core::{
    address::{Address, Host},
    behaviour::Verdict,
    event::{Ending, Failure, Kind, Operation, ProbeState, ProbeTotal},
    limit::PROBE_LOOKUPS,
    plan::{AddressScope, ProbePlan},
};
use sockeye_text::text;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

pub use self::{
    attempt::{ProbeFinding, ProbeTarget, attempt},
    manner::ProbeManner,
    probes::Probes,
};
use crate::{
    context::{Drained, Report, RunContext},
    run_state::RunState,
};

/// Tries the plan's targets, and beside that runs `manage`, which may report what is found and ends by itself once
/// [`Probes::over`] says so.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     charset::Charset,
/// #     event::EventDetail,
/// #     frame::Framing,
/// #     limit::Limits,
/// #     plan::{AddressScope, Conduct, Family, Look, MonitorPlan, ProbePlan},
/// # };
/// use std::{net::TcpListener, time::Duration};
/// use sockeye_core::{behaviour::Verdict, event::{ProbeState, What}};
/// use sockeye_net::{Clock, EVENT_BATCHES, RunContext, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let plan = ProbePlan {
///     targets: vec![Address::tcp(listener.local_addr()?)],
///     count: Some(1),
///     timeout: Duration::from_secs(2),
///     // …and the rest as usual
/// #     scope: AddressScope::Together,
/// #     family: Family::Any,
/// #     source: None,
/// #     duration: None,
/// #     interval: Duration::from_secs(1),
/// #     talk: None,
/// #     look: Look::Target,
/// #     on_change: Vec::new(),
/// #     monitor: MonitorPlan::default(),
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
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Messages, events, orders, stop, lost };
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let report = runtime.block_on(run::probe(plan, context, async |_probes| Ok(())))?;
/// assert_eq!(report.verdict, Verdict::Met);
/// let Some(What::Probed(probed)) = seen.blocking_recv().and_then(|batch| Some(batch.first()?.what.clone())) else { panic!() };
/// assert_eq!(probed.attempt.state, ProbeState::Open);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Our end has no address, or `manage` failed; then nothing is tried any more.
pub async fn probe<M>(
    plan: ProbePlan,
    context: RunContext,
    manage: impl FnOnce(Probes) -> M,
) -> Result<Report, Failure>
where
    M: Future<Output = Result<(), Failure>>,
{
    let RunContext { clock, detail, events, stop, .. } = context;
    let grace = plan.conduct.limits.grace;
    let manner = ProbeManner::new(&plan, clock.clone()).await?;
    let run = Arc::new(RunState::new(clock, detail, events, grace));
    let targets = stop.run_until_cancelled(targets(&plan, &manner)).await.unwrap_or_default();
    let probes = Probes::new(plan, manner, targets, Arc::clone(&run));
    let mut managed = Box::pin(manage(probes.clone()));
    let mut pacing = JoinSet::new();
    for index in 0..probes.targets().len() {
        pacing.spawn(pace::pace(probes.clone(), index));
    }
    let mut watch = JoinSet::new();
    watch.spawn(pace::watch(Arc::clone(&run)));
    let mut is_managed = true;
    let is_stopped = loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break true,
            outcome = &mut managed, if is_managed => {
                outcome?;
                is_managed = false;
            }
            done = pacing.join_next() => if done.is_none() { break false },
        }
    };
    drop((pacing, watch));
    probes.conclude().await;
    run.halt();
    if is_managed {
        timeout(grace, managed).await.unwrap_or(Ok(()))?;
    }
    let totals = probes.totals();
    let failure = failure(&totals);
    let verdict = match failure {
        None => Verdict::Met,
        Some(_) => Verdict::Unmet { last: Vec::new() },
    };
    let ending = Some(if is_stopped { Ending::Stopped } else { Ending::Closed });
    Ok(Report { summary: run.conclude().await, verdict, ending, failure, drained: Drained::All })
}

/// The targets of a plan, each once; each address of a name where that is asked for.
async fn targets(plan: &ProbePlan, manner: &ProbeManner) -> Vec<ProbeTarget> {
    let each = stream::iter(&plan.targets).map(|target| addresses(target, plan, manner));
    let all: Vec<Vec<Address>> = each.buffered(PROBE_LOOKUPS).collect().await;
    let mut known = HashSet::new();
    let new = |target: &ProbeTarget| known.insert(Arc::clone(&target.name));
    all.into_iter().flatten().map(ProbeTarget::new).filter(new).collect()
}

/// The addresses of a target; itself where its name has none now.
async fn addresses(target: &Address, plan: &ProbePlan, manner: &ProbeManner) -> Vec<Address> {
    let host = target.host().filter(|host| matches!(host, Host::Name(_) | Host::Unspecified));
    let (AddressScope::Each, Some(host), Some(port)) = (plan.scope, host, target.port()) else {
        return vec![target.clone()];
    };
    match manner.resolve(host, port, Instant::now() + manner.timeout).await {
        Some(Ok(found)) => found
            .into_iter()
            .map(|at| match target {
                Address::Udp { options, .. } => {
                    Address::Udp { host: Host::from(at), port: at.port(), options: options.clone() }
                }
                _ => Address::tcp(at),
            })
            .collect(),
        _ => vec![target.clone()],
    }
}

/// The failure that the last states of all targets amount to.
fn failure(totals: &[ProbeTotal]) -> Option<Failure> {
    let count = |fits: &dyn Fn(ProbeState) -> bool| {
        totals.iter().filter(|total| total.state.is_some_and(fits)).count()
    };
    let tried = count(&|_| true);
    let (down, local) = (count(&ProbeState::is_down), count(&|state| state == ProbeState::Local));
    let unresolved = count(&|state| state == ProbeState::Unresolved);
    let first = |fits: &dyn Fn(ProbeState) -> bool| {
        let found = totals.iter().find(|total| total.state.is_some_and(fits));
        found.map_or_else(String::new, |total| total.target.to_string())
    };
    if tried > 0 && unresolved == tried {
        let detail = text!("probe-none-resolved", count = tried);
        let address = first(&|state| state == ProbeState::Unresolved);
        return Some(Failure::new(Operation::Resolve, address, Kind::NameNotResolved, detail));
    }
    if down > 0 {
        let detail = text!("probe-down", down = down, tried = tried);
        return Some(Failure::new(Operation::Wait, first(&ProbeState::is_down), Kind::Unexpected, detail));
    }
    if local > 0 {
        let address = first(&|state| state == ProbeState::Local);
        let detail = text!("probe-not-tried", count = local, tried = tried);
        return Some(Failure::new(Operation::Prepare, address, Kind::Other, detail));
    }
    None
}
