//! What a run has besides its plan: where events go, who types, when to stop, and what it reports in the end.
//! Never does anything itself.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use sockeye_core::{
    behaviour::Verdict,
    event::{Conn, Ending, Event, EventDetail, Failure, Summary},
    stage::FaultSpec,
};
use sockeye_text::{Text, text};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// For whom an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// `connect`: the peer. `listen`: the client that wrote last, or all when none has.
    Default,
    /// This conversation.
    Conn(Conn),
    /// Every conversation.
    All,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this message.
    Say(Bytes),
    /// Send this message to the conversation that the first one with the same anchor went to, whoever wrote since.
    Again(Bytes, Anchor),
    /// Nobody will type any more.
    SayNoMore,
    /// End our direction (FIN), go on receiving.
    Half,
    /// Close after what was sent.
    Close,
    /// Reset at once (RST).
    Reset,
    /// Tell what the kernel knows of the connection.
    Info,
    /// Tell who is connected.
    List,
    /// Change the faults of a relay, as [`FaultOrder`] reads it.
    Faults(FaultOrder),
}

/// Keeps what is sent again and again with the conversation it began with.
#[derive(Clone, Debug, Default)]
pub struct Anchor(Arc<AtomicU64>);

impl PartialEq for Anchor {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Anchor {}

impl Anchor {
    const GONE: u64 = u64::MAX;

    /// The conversation, once there is one.
    pub(crate) fn conn(&self) -> Option<Conn> {
        Some(self.0.load(Ordering::Relaxed)).filter(|conn| *conn != 0)
    }

    pub(crate) fn drop_at(&self, conn: Conn) {
        self.0.store(conn, Ordering::Relaxed);
    }

    pub(crate) fn lose(&self) {
        self.0.store(Self::GONE, Ordering::Relaxed);
    }

    /// Whether the conversation is over, so that nothing more can be sent to it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::GONE
    }
}

/// What is to become of the faults of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultOrder {
    /// This one too, behind the others.
    Add(FaultSpec),
    /// Tell which there are.
    Tell,
    /// None any more.
    Clear,
}

impl FaultOrder {
    /// Reads `/fault SPEC`, `/faults` or `/clear`.
    ///
    /// # Errors
    /// It is none of these, or the fault is wrong, in a sentence.
    pub fn parse(line: &str) -> Result<Self, Text> {
        let (command, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        match (command, rest.trim()) {
            ("/fault", "") => Err(text!("order-fault-missing")),
            ("/fault", spec) => FaultSpec::parse(spec).map(Self::Add).map_err(|error| error.text()),
            ("/faults", "") => Ok(Self::Tell),
            ("/clear", "") => Ok(Self::Clear),
            _ => Err(text!("order-none", line = line.trim())),
        }
    }
}

/// One order of the person or the pipe at our side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// For whom.
    pub to: To,
    /// What.
    pub what: Action,
}

/// Batches of events that may wait for the view; above it conversations wait.
pub const EVENT_BATCHES: usize = 64;
/// Orders that may wait for the engine; above it the keyboard or pipe waits.
pub const ORDERS: usize = 16;

/// What a run has besides its plan.
#[derive(Debug)]
pub struct RunContext {
    /// The clock of the run.
    pub clock: Clock,
    /// Whether anybody looks at single messages.
    pub detail: EventDetail,
    /// Where events go, in batches, in order.
    pub events: mpsc::Sender<Vec<Event>>,
    /// What the person or the pipe says. Its end is no order: say `SayNoMore`.
    pub orders: mpsc::Receiver<Order>,
    /// Cancelled once: stop accepting, drain, report.
    pub stop: CancellationToken,
    /// Cancelled before `stop` where what is received can be delivered no more: peers are told by a reset that it was lost.
    pub lost: CancellationToken,
}

/// Whether conversations came to their end before the grace was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// All that there were.
    All,
    /// Some were cut short.
    Part,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its counters.
    pub summary: Summary,
    /// Whether what it was for was reached.
    pub verdict: Verdict,
    /// How its one conversation ended, for `connect`.
    pub ending: Option<Ending>,
    /// What failed in it, for `connect`.
    pub failure: Option<Failure>,
    /// What became of those that were open at the stop.
    pub drained: Drained,
}
