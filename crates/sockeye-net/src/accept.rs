//! Accepts connections: within the limits, and calmly where the system has no more to give.
//! Never waits for a peer.

use std::{io, net::SocketAddr, ops::ControlFlow, sync::Arc, task::Poll, time::Duration};

use sockeye_core::{
    event::{Notice, What},
    limit::Full,
    plan::Access,
};
use tokio::{
    net::{TcpListener, TcpStream, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep},
};

use crate::{
    hub::Hub,
    link::{tcp, unix::Bound},
};

/// Descriptors kept free of conversations, for what a run needs besides them.
const RESERVE: usize = 40;
/// Between two notices of the same kind.
const QUIET: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How many conversations a run may hold: what was asked for, below the descriptor limit.
pub(crate) fn room(asked: usize) -> usize {
    let descriptors = sockeye_sys::raise_descriptor_limit();
    asked.min(descriptors.saturating_sub(RESERVE)).max(1)
}

/// The gate in front of a listener: whoever is let in holds a permit; others wait in the backlog.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    permits: Arc<Semaphore>,
    most: usize,
    full: Full,
}

impl Gate {
    pub(crate) fn new(most: usize, full: Full) -> Self {
        Self { permits: Arc::new(Semaphore::new(most)), most, full }
    }

    /// A place for one more, if there is one now.
    fn try_enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_owned().ok()
    }

    /// A place for whoever comes next: waits for one, or goes without, and who comes then is turned away.
    async fn next(&self, hub: &Hub, last_said: &mut Option<Instant>) -> Option<OwnedSemaphorePermit> {
        match self.full {
            Full::Wait => self.enter(hub, last_said).await,
            Full::Refuse => self.try_enter(),
        }
    }

    /// A place for one more conversation; says so once a second while there is none.
    pub(crate) async fn enter(
        &self,
        hub: &Hub,
        last_said: &mut Option<Instant>,
    ) -> Option<OwnedSemaphorePermit> {
        if let Some(permit) = self.try_enter() {
            return Some(permit);
        }
        if due(last_said) {
            hub.run.tell(What::Notice(Notice::AtLimit { open: self.most })).await;
        }
        Arc::clone(&self.permits).acquire_owned().await.ok()
    }
}

fn due(last_said: &mut Option<Instant>) -> bool {
    let now = Instant::now();
    let due = last_said.is_none_or(|last| now.duration_since(last) >= QUIET);
    if due {
        *last_said = Some(now);
    }
    due
}

/// Accepts on whichever of `listeners` has a connection; their turns go round.
async fn next(listeners: &[TcpListener], turn: &mut usize) -> io::Result<(TcpStream, SocketAddr)> {
    std::future::poll_fn(|cx| {
        for _ in listeners {
            *turn = turn.wrapping_add(1);
            let listener = listeners.get(*turn % listeners.len());
            if let Some(accepted @ Poll::Ready(_)) = listener.map(|listener| listener.poll_accept(cx)) {
                return accepted;
            }
        }
        Poll::Pending
    })
    .await
}

/// Accepts until `take`, which gets each connection and its permit, has enough. The listeners share the gate, and one place
/// in it is all they keep while they wait.
pub(crate) async fn tcp(
    listeners: Vec<TcpListener>,
    gate: Gate,
    access: Arc<Access>,
    hub: Arc<Hub>,
    mut take: impl FnMut(TcpStream, SocketAddr, OwnedSemaphorePermit) -> ControlFlow<()>,
) {
    let mut calm = Calm::default();
    let mut turn = 0;
    loop {
        let mut permit = gate.next(&hub, &mut calm.last_said).await;
        match next(&listeners, &mut turn).await {
            Ok((stream, peer)) => {
                calm.worked();
                // Somebody may have left while it came.
                permit = permit.or_else(|| gate.try_enter());
                let notice = match permit {
                    _ if !access.permits(peer.ip()) => Notice::Denied { peer: tcp::show(Ok(peer)) },
                    Some(permit) => match take(stream, peer, permit) {
                        ControlFlow::Continue(()) => continue,
                        ControlFlow::Break(()) => return,
                    },
                    None => Notice::Full { peer: tcp::show(Ok(peer)), open: gate.most },
                };
                let _ = stream.set_zero_linger();
                turn_away(&hub, stream, notice, &mut calm).await;
            }
            Err(error) => calm.failed(&error, &hub).await,
        }
    }
}

/// The same at a Unix socket, to which the modes of its path say who may come.
pub(crate) async fn unix(
    bound: Bound,
    gate: Gate,
    hub: Arc<Hub>,
    mut take: impl FnMut(UnixStream, OwnedSemaphorePermit) -> ControlFlow<()>,
) {
    let mut calm = Calm::default();
    loop {
        let mut permit = gate.next(&hub, &mut calm.last_said).await;
        match bound.listener.accept().await {
            Ok((stream, _)) => {
                calm.worked();
                permit = permit.or_else(|| gate.try_enter());
                match permit.map(|permit| take(stream, permit)) {
                    Some(ControlFlow::Continue(())) => {}
                    Some(ControlFlow::Break(())) => return,
                    None => {
                        let notice = Notice::Full { peer: "unix:".to_owned(), open: gate.most };
                        turn_away(&hub, (), notice, &mut calm).await;
                    }
                }
            }
            Err(error) => calm.failed(&error, &hub).await,
        }
    }
}

/// At once, so that whoever came knows it; `notice` says why, once a second.
async fn turn_away<S>(hub: &Hub, stream: S, notice: Notice, calm: &mut Calm) {
    drop(stream);
    hub.run.count(|s| s.refused += 1);
    if due(&mut calm.last_said) {
        hub.run.tell(What::Notice(notice)).await;
    }
}

/// Backs off while the system refuses, so that a full table costs neither a core nor a log.
#[derive(Debug, Default)]
pub(crate) struct Calm {
    pub(crate) last_said: Option<Instant>,
    pause: Option<Duration>,
}

impl Calm {
    pub(crate) fn worked(&mut self) {
        self.pause = None;
    }

    pub(crate) async fn failed(&mut self, error: &io::Error, hub: &Hub) {
        // The connection was gone before we took it: nothing to wait for.
        if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) {
            return;
        }
        if due(&mut self.last_said) {
            let detail = error.to_string();
            hub.run.tell(What::Notice(Notice::AcceptFailed { detail })).await;
        }
        let pause = self.pause.map_or(FIRST_PAUSE, |p| (p * 2).min(LONGEST_PAUSE));
        self.pause = Some(pause);
        sleep(pause).await;
    }
}
