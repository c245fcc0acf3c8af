//! What a run has besides its plan: where events go, who types, when to stop, and what it reports in the end.
//! Never does anything itself.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use sockeye_core::{
    behaviour::Verdict,
    event::{Conn, Ending, Event, EventDetail, Failure, Notice, Summary},
    stage::FaultSpec,
};
use sockeye_text::{Text, text};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;

/// For whom an order is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum To {
    /// Whoever [`Action::Use`] chose; else `connect`: the peer, and `listen`: the client that wrote last, or all when none has.
    #[default]
    Default,
    /// These conversations.
    Some(Vec<Whom>),
    /// Every conversation.
    All,
}

impl To {
    /// The conversation of that number.
    #[must_use]
    pub fn conn(conn: Conn) -> Self {
        Self::Some(vec![Whom::Conn(conn)])
    }
}

impl fmt::Display for To {
    /// As a command takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("last"),
            Self::All => f.write_str("all"),
            Self::Some(list) => {
                let words: Vec<String> = list.iter().map(Whom::to_string).collect();
                f.write_str(&words.join(","))
            }
        }
    }
}

/// A conversation, as an order names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// By its number.
    Conn(Conn),
    /// By its name: whichever conversation is called so when the order is carried out.
    Name(String),
}

impl fmt::Display for Whom {
    /// As a command takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conn(conn) => write!(f, "{conn}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send this.
    Say(Spoken),
    /// Send this, as all before with the same anchor, to those to whom the first of them went, whoever wrote since.
    Again(Spoken, Anchor),
    /// From now on [`To::Default`] are those for whom this order is; for [`To::Default`] itself the choice is over.
    Use,
    /// Call the one conversation that this order is for so.
    Name(String),
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
    /// Tell this, in its order among the events.
    Tell(Notice),
    /// Change the faults of a relay, as [`FaultOrder`] reads it.
    Faults(FaultOrder),
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// A message, which is framed.
    Message(Bytes),
    /// Bytes that go out as they are, past the framing.
    Raw(Bytes),
}

impl Spoken {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        match self {
            Self::Message(bytes) | Self::Raw(bytes) => bytes,
        }
    }
}

impl From<Bytes> for Spoken {
    /// A message.
    fn from(bytes: Bytes) -> Self {
        Self::Message(bytes)
    }
}

impl From<&'static str> for Spoken {
    /// A message.
    fn from(text: &'static str) -> Self {
        Self::Message(text.into())
    }
}

/// Keeps what is sent again and again with those to whom it went first.
#[derive(Clone, Debug, Default)]
pub struct Anchor(Arc<Anchored>);

#[derive(Debug, Default)]
struct Anchored {
    to: OnceLock<To>,
    is_missed: AtomicBool,
    is_lost: AtomicBool,
}

impl PartialEq for Anchor {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Anchor {}

impl Anchor {
    /// To whom it goes, once it went to somebody.
    #[must_use]
    pub fn to(&self) -> Option<&To> {
        self.0.to.get()
    }

    pub(crate) fn drop_at(&self, to: To) {
        // The first one counts.
        let _ = self.0.to.set(to);
    }

    /// Whether those it is for are there, as far as they can come back; says whether that was so before.
    pub(crate) fn miss(&self, is_missed: bool) -> bool {
        self.0.is_missed.swap(is_missed, Ordering::Relaxed)
    }

    pub(crate) fn lose(&self) {
        self.0.is_lost.store(true, Ordering::Relaxed);
    }

    /// Whether the conversation is over, so that nothing more can be sent to it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.0.is_lost.load(Ordering::Relaxed)
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
#[derive(Clone, Debug, PartialEq)]
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
