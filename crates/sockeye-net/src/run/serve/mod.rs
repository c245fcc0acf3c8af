//! The engine of `serve`: binds, accepts, and answers everybody who asks for a file of one folder.
//! Never waits for a client, and never opens a file but through the tree.

mod first;
mod hashes;
mod http;
mod name;
mod send;
mod sockeye;
mod talk;

use std::sync::Arc;

use sockeye_core::{
    address::Address,
    behaviour::{Common, Verdict},
    charset::Charset,
    event::{Eyes, Failure, Kind, Operation, What},
    frame::Framing,
    limit::{SCANS, SERVE_IDLE},
    plan::ServePlan,
    transfer::http::{Hosts, Reach},
    unit::Medium,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::{
    CUT,
    bind::{bind_all, cannot_bind},
    conclude,
};
use crate::{
    accept::{self, Gate},
    desk::{Desk, Report},
    hub::{Hub, Post},
    link::tcp,
    resolve,
    tree::Tree,
};

use hashes::Hashes;
use talk::Talk;

/// What all conversations of the run share.
#[derive(Debug)]
struct Service {
    plan: ServePlan,
    tree: Arc<Tree>,
    hub: Arc<Hub>,
    hosts: Hosts,
    hashes: Hashes,
    /// How many folders may be read at once.
    listings: Arc<Semaphore>,
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
    let common = Common {
        framing: Framing::raw(),
        charset: Charset::utf8(),
        eyes,
        wall: clock.wall().clone(),
        seed: 0,
        rate: None,
    };
    let hub = Arc::new(Hub::new(clock, common, events, grace, Post::None));
    let listings = Arc::new(Semaphore::new(SCANS));
    let listeners = bind(&plan).await?;
    let is_loopback = |ear: &TcpListener| ear.local_addr().is_ok_and(|address| address.ip().is_loopback());
    let reach = if listeners.iter().all(is_loopback) { Reach::Loopback } else { Reach::Beyond };
    let hosts = Hosts { allowed: plan.hosts.clone(), reach };
    let hashes = Hashes::default();
    let service = Arc::new(Service { plan, tree, hub: Arc::clone(&hub), hosts, hashes, listings });
    let tracker = TaskTracker::new();
    let shown: Vec<String> = listeners.iter().map(|ear| tcp::show(ear.local_addr())).collect();
    let mut ears = JoinSet::new();
    service.hear(listeners, &mut ears, &tracker);
    for addr in shown {
        hub.tell(What::Listening { addr }).await;
    }
    stop.cancelled().await;
    hub.halt();
    ears.shutdown().await;
    tracker.close();
    if timeout(grace, tracker.wait()).await.is_err() {
        hub.cut_short();
        hub.cut.cancel();
        let _ = timeout(CUT, tracker.wait()).await;
    }
    let summary = conclude(&hub).await;
    Ok(Report { summary, verdict: Verdict::Open, ending: None, failure: None, drained: hub.drained() })
}

/// Binds everything, or nothing.
async fn bind(plan: &ServePlan) -> Result<Vec<TcpListener>, Failure> {
    let Address::Tcp { host, port } = &plan.address else {
        let shown = plan.address.to_string();
        return Err(Failure::new(Operation::Listen, shown, Kind::Usage, "files are served over TCP")
            .hint("write a port, as in `sockeye serve . --listen 8889`"));
    };
    let addresses = resolve::binds(host, *port, plan.family).await?;
    bind_all(host, &addresses, tcp::listen, TcpListener::local_addr)
        .map_err(|(address, error)| cannot_bind(Medium::Stream, address, &error))
}

impl Service {
    /// Lets clients in.
    fn hear(self: &Arc<Self>, listeners: Vec<TcpListener>, ears: &mut JoinSet<()>, tracker: &TaskTracker) {
        let gate = Gate::new(accept::room(self.plan.limits.max_connections));
        let access = Arc::new(self.plan.access.clone());
        let (service, tracker) = (Arc::clone(self), tracker.clone());
        let take = move |stream: TcpStream, peer, permit| {
            let looked_at = service.hub.common.eyes == Eyes::Open;
            let local = looked_at.then(|| tcp::show(stream.local_addr()));
            let talk = Talk::new(stream, Arc::clone(&service));
            tracker.spawn(async move {
                talk.hold(tcp::show(Ok(peer)), local).await;
                drop(permit);
            });
        };
        ears.spawn(accept::tcp(listeners, gate, access, Arc::clone(&self.hub), take));
    }
}
