//! The engine of `serve`: binds, accepts, and answers everybody who asks for a file of one folder.
//! Never waits for a client, and never opens a file but through the tree.

mod close;
mod progress;
mod pace;
mod connection;
mod send;
mod hashes;
mod offering;
mod name;
mod sockeye;
mod http;
mod sniff;
mod dispatch;
#[cfg(test)]
mod tests;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::Verdict,
    event::{Failure, Operation, What},
    limit::SERVE_IDLE,
    plan::ServePlan,
    transfer::http::{HostScope, Hosts, host},
};
use tokio::{sync::OwnedSemaphorePermit, task::JoinSet, time::timeout};
use tokio_util::task::TaskTracker;

use sockeye_net::{
    CUT, Report, RunContext, RunState,
    accept::{self, Gate},
    link::{Accepted, Listener},
    run::Damages,
    trouble::failure,
};

use crate::tree::Tree;

use connection::{Connection, Shared};
use dispatch::hold;
use offering::Offering;
use pace::TotalRate;
use progress::TransferProgress;

/// Serves until the context's stop; then lets what is under way finish for at most the plan's grace.
///
/// # Errors
/// The folder cannot be opened, or the address be resolved or bound; then nothing was started.
pub async fn serve(plan: ServePlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, detail, events, orders: _, stop, lost: _ } = context;
    let tree = Tree::new(&plan.folder, plan.dot_files)?;
    let grace = plan.limits.grace;
    let run = Arc::new(RunState::new(clock, detail, events, grace));
    let listener = Listener::bind(&plan.address, plan.family).await?;
    let own = plan.address.host().and_then(|own| host(own.to_string().as_bytes()));
    // A web page cannot make its browser open a Unix socket.
    let reach = if listener.is_loopback() { HostScope::Loopback } else { HostScope::Beyond };
    let hosts = Hosts { own, allowed: plan.hosts.clone(), reach };
    let offering = Arc::new(Offering::new(tree, hosts, plan.dialects));
    let faults = match plan.faults.as_slice() {
        [] => None,
        _ => Some(
            Damages::new(&run, plan.faults, plan.seed)
                .map_err(|error| failure(Operation::Prepare, plan.address.to_string(), &error))?,
        ),
    };
    let shared = Arc::new(Shared {
        run: Arc::clone(&run),
        idle: plan.limits.idle_timeout.unwrap_or(SERVE_IDLE),
        language: plan.language,
        rate: plan.rate,
        total: plan.total_rate.map(|rate| Arc::new(TotalRate::new(rate, run.clock.now()))),
        progress: plan.pulse.map(|_| TransferProgress::default()),
    });
    // Kept until the end, so that transfers are shown while the stopped run drains.
    let _watching = watch(&shared, plan.pulse);
    let tracker = TaskTracker::new();
    let shown = listener.shown();
    let mut listening = JoinSet::new();
    let gate = Gate::new(
        accept::room(plan.limits.max_connections, if faults.is_some() { 3 } else { 1 }),
        plan.limits.full,
    );
    let access = Arc::new(plan.access);
    let take = taker(shared, offering, faults, tracker.clone());
    listening.spawn(accept::accept(listener, gate, access, Arc::clone(&run), take));
    for addr in shown {
        run.tell(What::Listening { addr, target: None }).await;
    }
    stop.cancelled().await;
    run.halt();
    listening.shutdown().await;
    tracker.close();
    if timeout(grace, tracker.wait()).await.is_err() {
        run.cut_short();
        run.cut.cancel();
        let _ = timeout(CUT, tracker.wait()).await;
    }
    let summary = run.conclude().await;
    Ok(Report { summary, verdict: Verdict::Open, ending: None, failure: None, drained: run.drained() })
}

/// Reports transfer progress until the returned set is dropped.
fn watch(shared: &Arc<Shared>, pulse: Option<Duration>) -> JoinSet<()> {
    let mut watching = JoinSet::new();
    if let Some(every) = pulse {
        let shared = Arc::clone(shared);
        watching.spawn(async move {
            if let Some(progress) = &shared.progress {
                progress.tell(every, &shared.run).await;
            }
        });
    }
    watching
}

/// The callback for `accept`: it gives each connection a task of its own.
fn taker(
    shared: Arc<Shared>,
    offering: Arc<Offering>,
    faults: Option<Damages>,
    tracker: TaskTracker,
) -> impl FnMut(Accepted, OwnedSemaphorePermit) -> ControlFlow<()> {
    move |accepted, permit| {
        let peer = accepted.peer();
        let local = (shared.run.detail.has_messages()).then(|| accepted.local());
        let conn = shared.run.number();
        let damaged = match &faults {
            None => Ok((accepted.into_stream(), None)),
            Some(faults) => {
                faults.on(accepted.into_stream(), conn, &peer).map(|(near, damage)| (near, Some(damage)))
            }
        };
        // The system has no sockets left: whoever came is gone, and the next one finds some.
        let Ok((stream, damage)) = damaged else { return ControlFlow::Continue(()) };
        let connection = Connection::new(stream, conn, damage, Arc::clone(&shared));
        let offering = Arc::clone(&offering);
        tracker.spawn(async move {
            hold(connection, &offering, peer, local).await;
            drop(permit);
        });
        ControlFlow::Continue(())
    }
}
