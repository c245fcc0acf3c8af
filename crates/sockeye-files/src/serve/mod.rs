//! The engine of `serve`: binds, accepts, and answers everybody who asks for a file of one folder.
//! Never waits for a client, and never opens a file but through the tree.

mod board;
mod first;
mod hashes;
mod http;
mod name;
mod send;
mod socket;
mod sockeye;
mod talk;
mod total;

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use sockeye_core::{
    address::Address,
    behaviour::{Common, Verdict},
    charset::Charset,
    event::{Eyes, Failure, Kind, Operation, What},
    frame::Framing,
    limit::{SCANS, SERVE_IDLE},
    plan::ServePlan,
    transfer::http::{Hosts, Reach, host},
    unit::Medium,
};
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::bind::{bind_all, cannot_bind};
use crate::{
    accept::{self, Gate},
    desk::{Desk, Report},
    hub::{Hub, Post},
    link::{busy, tcp, unix},
    resolve,
    run_state::CUT,
    tree::Tree,
};

use board::Board;
use hashes::Hashes;
use socket::Socket;
use talk::Talk;
use total::Total;

/// What all conversations of the run share.
#[derive(Debug)]
struct Service {
    plan: ServePlan,
    tree: Arc<Tree>,
    hub: Arc<Hub>,
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
    let ears = bind(&plan).await?;
    let own = plan.address.host().and_then(|own| host(own.to_string().as_bytes()));
    let hosts = Hosts { own, allowed: plan.hosts.clone(), reach: ears.reach() };
    let hashes = Hashes::default();
    let (pulse, board) = (plan.pulse, plan.pulse.map(|_| Board::default()));
    let total = plan.total_rate.map(|rate| Total::new(rate, hub.run.clock.now()));
    let service = Service { plan, tree, hub: Arc::clone(&hub), hosts, hashes, total, listings, board };
    let service = Arc::new(service);
    // Until the very end: what is under way when the run is stopped is still to be seen.
    let _watching = watch(&service, pulse);
    let tracker = TaskTracker::new();
    let shown = ears.shown(&service.plan.address);
    let mut listening = JoinSet::new();
    service.hear(ears, &mut listening, &tracker);
    for addr in shown {
        hub.run.tell(What::Listening { addr }).await;
    }
    stop.cancelled().await;
    hub.run.halt();
    listening.shutdown().await;
    tracker.close();
    if timeout(grace, tracker.wait()).await.is_err() {
        hub.run.cut_short();
        hub.run.cut.cancel();
        let _ = timeout(CUT, tracker.wait()).await;
    }
    let summary = hub.run.conclude().await;
    Ok(Report { summary, verdict: Verdict::Open, ending: None, failure: None, drained: hub.run.drained() })
}

/// Tells what is being sent until it is dropped.
fn watch(service: &Arc<Service>, pulse: Option<Duration>) -> JoinSet<()> {
    let mut watching = JoinSet::new();
    if let Some(every) = pulse {
        let service = Arc::clone(service);
        watching.spawn(async move {
            if let Some(board) = &service.board {
                board.tell(every, &service.hub).await;
            }
        });
    }
    watching
}

/// Where clients come in.
enum Ears {
    Tcp(Vec<TcpListener>),
    Unix(unix::Bound),
}

/// Binds everything, or nothing.
async fn bind(plan: &ServePlan) -> Result<Ears, Failure> {
    match &plan.address {
        Address::Tcp { host, port } => {
            let addresses = resolve::binds(host, *port, plan.family).await?;
            bind_all(host, &addresses, tcp::listen, TcpListener::local_addr)
                .map(Ears::Tcp)
                .map_err(|(address, error)| cannot_bind(Medium::Stream, address, &error))
        }
        Address::Unix(name) => unix::listen(name)
            .map(Ears::Unix)
            .map_err(|error| busy::cannot_bind_unix(&plan.address.to_string(), &error)),
        other @ (Address::Udp { .. } | Address::Stdio) => {
            let detail = "files are served over TCP or a Unix socket";
            Err(Failure::new(Operation::Listen, other.to_string(), Kind::Usage, detail)
                .hint("write a port, as in `sockeye serve . --listen 8889`"))
        }
    }
}

impl Ears {
    /// Who can reach them. No browser opens a Unix socket for a page.
    fn reach(&self) -> Reach {
        let is_loopback =
            |ear: &TcpListener| ear.local_addr().is_ok_and(|address| address.ip().is_loopback());
        match self {
            Self::Tcp(ears) if ears.iter().all(is_loopback) => Reach::Loopback,
            Self::Tcp(_) | Self::Unix(_) => Reach::Beyond,
        }
    }

    /// Where they are, in the form it is written.
    fn shown(&self, asked: &Address) -> Vec<String> {
        match self {
            Self::Tcp(ears) => ears.iter().map(|ear| tcp::show(ear.local_addr())).collect(),
            Self::Unix(_) => vec![asked.to_string()],
        }
    }
}

impl Service {
    /// Lets clients in.
    fn hear(self: &Arc<Self>, ears: Ears, listening: &mut JoinSet<()>, tracker: &TaskTracker) {
        let gate = Gate::new(accept::room(self.plan.limits.max_connections), self.plan.limits.full);
        let (service, tracker, hub) = (Arc::clone(self), tracker.clone(), Arc::clone(&self.hub));
        let looked_at = hub.common.eyes == Eyes::Open;
        let take = move |socket, peer: String, local: Option<String>, permit: OwnedSemaphorePermit| {
            let talk = Talk::new(socket, Arc::clone(&service));
            tracker.spawn(async move {
                talk.hold(peer, local).await;
                drop(permit);
            });
            ControlFlow::Continue(())
        };
        match ears {
            Ears::Tcp(listeners) => {
                let access = Arc::new(self.plan.access.clone());
                listening.spawn(accept::tcp(listeners, gate, access, hub, move |stream, peer, permit| {
                    let local = looked_at.then(|| tcp::show(stream.local_addr()));
                    take(Socket::Tcp(stream), tcp::show(Ok(peer)), local, permit)
                }));
            }
            Ears::Unix(bound) => {
                let name = self.plan.address.to_string();
                listening.spawn(accept::unix(bound, gate, hub, move |stream, permit| {
                    take(Socket::Unix(stream), name.clone(), looked_at.then(|| name.clone()), permit)
                }));
            }
        }
    }
}
