//! What our end of a conversation does: answers, chats, talks.
//! Never holds a socket; it sees inputs and fills an outbox.

mod bucket;
mod chat;
mod device;
mod forward;
mod outbox;
mod patience;
mod reply;
mod respond;
mod room;
mod rules;
mod talk;
mod load;
mod names;

use std::fmt;

pub use bucket::Bucket;
pub use device::Device;
pub use forward::Forward;
pub use load::{Generator, LoadPace, LoadRounds, LoadSpec, Sought, Torrent, TorrentWay};
pub use names::{Names, NamingError, NewName, check as check_name, registered as registered_name};
pub use outbox::{Buffers, Common, Convoy, HandedOver, Outbox, Pouring};
pub use reply::{Growth, Load, REPLIES, Reply, ReplyError, ReplyRow};
pub use respond::Awaits;
pub use room::{Delivery, Room, RoomAct};
pub use talk::{Expectation, Payload, Script, ScriptInput, Talk};

use crate::{event::Ending, unit::At};

/// What a behaviour is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The conversation is open.
    Opened,
    /// A message came whole, its checksum good or not asked for.
    Message(&'a [u8]),
    /// Somebody on our side, a person, a pipe or another conversation, has this for the peer.
    Typed(&'a [u8]),
    /// Nobody on our side will type any more.
    TypedEnd,
    /// The peer will send no more (FIN).
    PeerEnded,
    /// The time asked for by `wake` has come.
    Timer,
    /// All that was to be sent has been handed to the system.
    Drained,
}

/// What a conversation was for, and whether that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing in particular was asked for.
    #[default]
    Open,
    /// An answer, or the expected answer, came.
    Met,
    /// No answer came at all.
    NoAnswer,
    /// The peer went away before everything was said.
    CutShort {
        /// Rounds that were said.
        rounds: u64,
        /// Rounds that were asked for, if there was to be an end.
        of: Option<u64>,
    },
    /// The peer went away, or did not answer, before all messages of one round were said.
    HalfSaid {
        /// How many were.
        said: u64,
        /// How many there are.
        of: u64,
        /// Whether it was an answer that did not come.
        gave_up: bool,
    },
    /// What was expected did not come.
    Unmet {
        /// The end of what came instead, at most [`TAIL`](crate::limit::TAIL) bytes.
        last: Vec<u8>,
    },
}

/// What our end does.
pub trait Behaviour: Send + fmt::Debug {
    /// Told something; what there is to say goes to `out`.
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox);

    /// When it wants a `Timer`.
    fn wake(&self) -> Option<At> {
        None
    }

    /// Whether what it sends is made from what it hears: then a full outbox stops its reading. Where it is not, reading
    /// goes on, or two ends that both say much would wait for each other.
    fn answers(&self) -> bool {
        true
    }

    /// Bytes it keeps to send later; above a limit nothing more is read from the peer.
    fn held(&self) -> usize {
        0
    }

    /// Whether what the peer says is what it is there for: then the peer may finish saying it when the run stops.
    fn receives(&self) -> bool {
        false
    }

    /// Whether it sends every message back as it came and does nothing else until the peer ends, whatever the time.
    fn mirrors(&self) -> bool {
        false
    }

    /// Whether it measures the peer: then each read is stamped when it came, and not with the time of its wake, and at the
    /// stop of the run it comes to its end by itself, once it was told that nobody will type any more.
    fn measures(&self) -> bool {
        false
    }

    /// The conversation is over, for the reason `why`; nothing is sent any more, but events are still told.
    fn finish(&mut self, _why: Ending, _at: At, _out: &mut Outbox) {}

    /// Whether what it was for was reached.
    fn verdict(&self) -> Verdict {
        Verdict::Open
    }
}
