//! One target of a load: how conversations with it are opened, what became of its connections, what they share.
//! Never decides when.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sockeye_core::{
    address::Address,
    behaviour::{Behaviour, Generator, LoadPace, LoadSpec, Torrent},
    event::{Event, Failure, Kind, LoadConnections, LoadTally, Measured, Operation, What},
    plan::{BenchPlan, LoadWork},
    unit::At,
};
use sockeye_study::bench::Times;
use sockeye_sys::connect_unix;
use tokio::time::{Instant, timeout};

use super::reach::Reached;
use crate::{
    hub::Hub,
    link::{Connected, StreamSocket, tcp},
    trouble::failure,
};

/// What the conversations with one target share.
pub(super) struct LoadSide {
    pub(super) plan: Arc<BenchPlan>,
    pub(super) reached: Reached,
    pub(super) spec: Arc<LoadSpec>,
    pub(super) hub: Arc<Hub>,
    open: AtomicU64,
    connections: Mutex<(LoadConnections, Times)>,
}

impl LoadSide {
    pub(super) fn new(plan: Arc<BenchPlan>, reached: Reached, spec: LoadSpec, hub: Arc<Hub>) -> Self {
        let asked = LoadConnections { asked: plan.connections as u64, ..LoadConnections::default() };
        Self {
            plan,
            reached,
            spec: Arc::new(spec),
            hub,
            open: AtomicU64::new(0),
            connections: Mutex::new((asked, Times::default())),
        }
    }

    /// What our end of the conversation in this place does, from `from` on.
    pub(super) fn behaviour(&self, place: usize, from: At) -> Box<dyn Behaviour> {
        let pace = match &self.plan.work {
            LoadWork::Closed { depth } => LoadPace::Closed { depth: *depth },
            LoadWork::Open { rate } => {
                let of = self.plan.connections as u64;
                let ahead = place as u64 * 1_000_000_000 / (*rate).max(1);
                let first = self.spec.rounds.start.after(Duration::from_nanos(ahead));
                LoadPace::Open { first, of, rate: *rate }
            }
            LoadWork::Connect { .. } => LoadPace::Once,
            LoadWork::Bulk { way, piece } => {
                let (rounds, grace, target) = (self.spec.rounds, self.spec.grace, self.spec.target);
                return Box::new(Torrent::new(*way, piece.clone(), rounds, grace, target));
            }
        };
        Box::new(Generator::new(Arc::clone(&self.spec), pace, from))
    }

    /// A connection, counted.
    ///
    /// # Errors
    /// It could not be opened; that is counted too.
    pub(super) async fn connect(&self) -> Result<Connected, Failure> {
        let connected = dial(&self.plan, &self.reached).await;
        self.count(&connected);
        connected
    }

    /// Counts an attempt to connect.
    pub(super) fn count(&self, connected: &Result<Connected, Failure>) {
        match connected {
            Ok(connected) => self.count_one(connected),
            Err(failed) => self.failed(failed),
        }
    }

    /// Counts a connection.
    pub(super) fn count_one(&self, connected: &Connected) {
        let mut known = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        known.0.opened += 1;
        known.1.add(u64::try_from(connected.took.as_nanos()).unwrap_or(u64::MAX));
    }

    /// An attempt failed.
    pub(super) fn failed(&self, failed: &Failure) {
        let mut known = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        match is_ours(failed) {
            true => known.0.exhausted += 1,
            false => add_one(&mut known.0.failed, failed.kind),
        }
    }

    /// A socket of datagrams was opened.
    pub(super) fn opened(&self) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).0.opened += 1;
    }

    /// A connection was lost that nobody here had ended.
    pub(super) fn lost(&self) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).0.lost += 1;
    }

    /// What became of connections so far.
    pub(super) fn connections(&self) -> LoadConnections {
        let known = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        LoadConnections { took: known.1.figures(), ..known.0.clone() }
    }

    /// How many are open.
    pub(super) fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// One more is open, for as long as what comes back is kept.
    pub(super) fn enter(&self) -> OpenConnection<'_> {
        self.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(self)
    }

    /// Tells what came of messages that no conversation can tell of, due at `due`.
    pub(super) async fn tell(&self, due: At, tally: LoadTally, latencies: Vec<u64>) {
        let phase = self.spec.rounds.phase(due);
        let measured = Measured { target: self.spec.target, phase, tally, latencies, lost: None };
        let what = What::Measured(Box::new(measured));
        let event = Event { at: self.hub.run.clock.now(), conn: None, leg: None, what };
        // Only a run that is over has nobody to add it up.
        let _ = self.hub.run.events.send(vec![event]).await;
    }
}

/// One connection that counts as open.
pub(super) struct OpenConnection<'a>(&'a LoadSide);

impl Drop for OpenConnection<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add_one(failed: &mut Vec<(Kind, u64)>, kind: Kind) {
    match failed.iter_mut().find(|(known, _)| *known == kind) {
        Some((_, count)) => *count += 1,
        None => failed.push((kind, 1)),
    }
}

/// Connects to a target.
///
/// # Errors
/// It cannot be reached in time.
pub(super) async fn dial(plan: &BenchPlan, reached: &Reached) -> Result<Connected, Failure> {
    let Reached { address, name, addresses } = reached;
    let within = plan.conduct.limits.connect_timeout;
    if let Address::Unix(path) = address {
        let begun = Instant::now();
        let failed = |error| failure(Operation::Connect, name.as_str(), &error);
        let late = |_| failed(std::io::ErrorKind::TimedOut.into());
        let stream = timeout(within, connect_unix(path)).await.map_err(late)?.map_err(failed)?;
        return Ok(Connected { stream: StreamSocket::Unix(stream), took: begun.elapsed() });
    }
    let within = tcp::Within { whole: within, left: within };
    let tcp::Dialled { stream, took } = tcp::dial(addresses, None, within, name).await?;
    Ok(Connected { stream: StreamSocket::Tcp(stream), took })
}

/// Whether it is this machine that has no port or descriptor left, which says nothing of the target.
pub(super) fn is_ours(failed: &Failure) -> bool {
    matches!(failed.kind, Kind::Exhausted | Kind::AddressNotAvailable | Kind::AddressInUse)
}
