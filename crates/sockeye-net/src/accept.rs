//! Accepts connections: within the limits, and calmly where the system has no more to give.
//! Never waits for a peer.

use std::{io, ops::ControlFlow, sync::Arc, time::Duration};

use sockeye_core::{
    event::{Notice, What},
    limit::Full,
    plan::Access,
};
use sockeye_sys::words;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep},
};

use crate::{
    link::{Accepted, Listener, StreamSocket},
    run_state::RunState,
};

/// Descriptors kept free of conversations, for what a run needs besides them.
const RESERVE: usize = 40;
/// Between two notices of the same kind.
const QUIET: Duration = Duration::from_secs(1);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How many conversations of `each` descriptors a run may hold: what was asked for, below the descriptor limit, which is raised
/// as far as it goes.
#[must_use]
pub fn room(asked: usize, each: usize) -> usize {
    let descriptors = sockeye_sys::raise_descriptor_limit();
    asked.min(descriptors.saturating_sub(RESERVE) / each.max(1)).max(1)
}

/// The gate in front of a listener: whoever is let in holds a permit; others wait in the backlog.
#[derive(Clone, Debug)]
pub struct Gate {
    permits: Arc<Semaphore>,
    most: usize,
    full: Full,
}

impl Gate {
    /// One that lets in `most` at a time.
    #[must_use]
    pub fn new(most: usize, full: Full) -> Self {
        Self { permits: Arc::new(Semaphore::new(most)), most, full }
    }

    /// A place for one more, if there is one now.
    fn try_enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_owned().ok()
    }

    /// A place for whoever comes next: waits for one, or goes without, and who comes then is turned away.
    async fn next(&self, run: &RunState, last_said: &mut Option<Instant>) -> Option<OwnedSemaphorePermit> {
        match self.full {
            Full::Wait => self.enter(run, last_said).await,
            Full::Refuse => self.try_enter(),
        }
    }

    /// A place for one more conversation; says so once a second while there is none.
    pub(crate) async fn enter(
        &self,
        run: &RunState,
        last_said: &mut Option<Instant>,
    ) -> Option<OwnedSemaphorePermit> {
        if let Some(permit) = self.try_enter() {
            return Some(permit);
        }
        if due(last_said) {
            run.tell(What::Notice(Notice::AtLimit { open: self.most })).await;
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

/// Accepts until `take`, which gets each connection and its permit, has enough. All sockets of the listener share the gate,
/// and one place in it is all they keep while they wait. At a Unix socket the modes of its path say who may come.
pub async fn accept(
    mut listener: Listener,
    gate: Gate,
    access: Arc<Access>,
    run: Arc<RunState>,
    mut take: impl FnMut(Accepted, OwnedSemaphorePermit) -> ControlFlow<()>,
) {
    let mut calm = Calm::default();
    loop {
        let mut permit = gate.next(&run, &mut calm.last_said).await;
        match listener.accept().await {
            Ok(accepted) => {
                calm.worked();
                // Somebody may have left while it came.
                permit = permit.or_else(|| gate.try_enter());
                let notice = match (permit, &accepted) {
                    (_, Accepted::Tcp(_, peer)) if !access.permits(peer.ip()) => {
                        Notice::Denied { peer: accepted.peer() }
                    }
                    (Some(permit), _) => match take(accepted, permit) {
                        ControlFlow::Continue(()) => continue,
                        ControlFlow::Break(()) => return,
                    },
                    (None, Accepted::Tcp(..)) => Notice::Full { peer: accepted.peer(), open: gate.most },
                    (None, Accepted::Unix(..)) => Notice::Full { peer: "unix:".to_owned(), open: gate.most },
                };
                turn_away(&run, accepted.into_stream(), notice, &mut calm).await;
            }
            Err(error) => calm.failed(&error, &run).await,
        }
    }
}

/// At once, so that whoever came knows it; `notice` says why, once a second.
async fn turn_away(run: &RunState, stream: StreamSocket, notice: Notice, calm: &mut Calm) {
    stream.arm_reset();
    drop(stream);
    run.count(|s| s.refused += 1);
    if due(&mut calm.last_said) {
        run.tell(What::Notice(notice)).await;
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

    pub(crate) async fn failed(&mut self, error: &io::Error, run: &RunState) {
        // The connection was gone before we took it: nothing to wait for.
        if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) {
            return;
        }
        if due(&mut self.last_said) {
            let detail = words(error);
            run.tell(What::Notice(Notice::AcceptFailed { detail })).await;
        }
        let pause = self.pause.map_or(FIRST_PAUSE, |p| (p * 2).min(LONGEST_PAUSE));
        self.pause = Some(pause);
        sleep(pause).await;
    }
}
