//! The engine of `serve`: binds, accepts, and answers everybody who asks for a file of one folder.
//! Never waits for a client, and never opens a file but through the tree.

mod progress;
mod sniff;
mod hashes;
mod http;
mod name;
mod send;
mod sockeye;
mod connection;
mod pace;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::Verdict,
    event::{Eyes, Failure, What},
    limit::{SCANS, SERVE_IDLE},
    plan::ServePlan,
    transfer::http::{Hosts, Reach, host},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::TaskTracker;

use sockeye_net::{
    CUT, Desk, Report, RunState,
    accept::{self, Gate},
    link::{Accepted, Listener},
};

use crate::tree::Tree;

use connection::Talk;
use hashes::Hashes;
use pace::Total;
use progress::Board;

/// What all conversations of the run share.
#[derive(Debug)]
struct Service {
    plan: ServePlan,
    tree: Arc<Tree>,
    run: Arc<RunState>,
    hosts: Hosts,
    hashes: Hashes,
    /// What all conversations together may send.
    total: Option<Total>,
    /// How many folders may be read at once.
    listings: Arc<Semaphore>,
    /// What is being sent, where somebody watches.
    board: Option<Board>,
}

/// Serves until the desk's stop; then lets what is under way finish for at most the plan's grace.
///
/// # Errors
/// The folder cannot be opened, or the address be resolved or bound; then nothing was started.
pub async fn serve(plan: ServePlan, desk: Desk) -> Result<Report, Failure> {
    let Desk { clock, eyes, events, orders: _, stop } = desk;
    let mut plan = plan;
    plan.limits.idle_timeout.get_or_insert(SERVE_IDLE);
    let tree = Arc::new(Tree::new(&plan.folder, plan.dot_files)?);
    let grace = plan.limits.grace;
    let run = Arc::new(RunState::new(clock, eyes, events, grace));
    let listings = Arc::new(Semaphore::new(SCANS));
    let listener = Listener::bind(&plan.address, plan.family).await?;
    let own = plan.address.host().and_then(|own| host(own.to_string().as_bytes()));
    // No browser opens a Unix socket for a page.
    let reach = if listener.is_loopback() { Reach::Loopback } else { Reach::Beyond };
    let hosts = Hosts { own, allowed: plan.hosts.clone(), reach };
    let hashes = Hashes::default();
    let (pulse, board) = (plan.pulse, plan.pulse.map(|_| Board::default()));
    let total = plan.total_rate.map(|rate| Total::new(rate, run.clock.now()));
    let service = Service { plan, tree, run: Arc::clone(&run), hosts, hashes, total, listings, board };
    let service = Arc::new(service);
    // Until the very end: what is under way when the run is stopped is still to be seen.
    let _watching = watch(&service, pulse);
    let tracker = TaskTracker::new();
    let shown = listener.shown();
    let mut listening = JoinSet::new();
    service.hear(listener, &mut listening, &tracker);
    for addr in shown {
        run.tell(What::Listening { addr }).await;
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

/// Tells what is being sent until it is dropped.
fn watch(service: &Arc<Service>, pulse: Option<Duration>) -> JoinSet<()> {
    let mut watching = JoinSet::new();
    if let Some(every) = pulse {
        let service = Arc::clone(service);
        watching.spawn(async move {
            if let Some(board) = &service.board {
                board.tell(every, &service.run).await;
            }
        });
    }
    watching
}

impl Service {
    /// Lets clients in.
    fn hear(self: &Arc<Self>, listener: Listener, listening: &mut JoinSet<()>, tracker: &TaskTracker) {
        let gate = Gate::new(accept::room(self.plan.limits.max_connections), self.plan.limits.full);
        let access = Arc::new(self.plan.access.clone());
        let (service, tracker) = (Arc::clone(self), tracker.clone());
        let take = move |accepted: Accepted, permit: OwnedSemaphorePermit| {
            let peer = accepted.peer();
            let local = (service.run.eyes == Eyes::Open).then(|| accepted.local());
            let talk = Talk::new(accepted.into_stream(), Arc::clone(&service));
            tracker.spawn(async move {
                talk.hold(peer, local).await;
                drop(permit);
            });
            ControlFlow::Continue(())
        };
        listening.spawn(accept::accept(listener, gate, access, Arc::clone(&self.run), take));
    }
}
