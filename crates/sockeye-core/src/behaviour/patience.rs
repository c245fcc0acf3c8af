//! How long a silent pipe may still say something to a peer that has ended its direction.
//! Never ends anything itself.

use std::time::Duration;

use super::Outbox;
use crate::{
    event::{Notice, Speaker},
    limit::PIPE_PATIENCE,
    unit::At,
};

/// Counts from the peer's end, from each word of the pipe, and from each time it shows that the peer still reads.
#[derive(Debug, Default)]
pub(super) struct PipePatience {
    since: Option<At>,
    // Bytes that the peer's system had when that was looked at last.
    taken: u64,
}

impl PipePatience {
    /// The peer has ended its direction.
    pub(super) fn begin(&mut self, at: At, out: &Outbox) {
        *self = Self { since: Some(at), taken: out.taken() };
    }

    /// Whether the peer has ended its direction.
    pub(super) fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    /// The pipe has said something.
    pub(super) fn speak(&mut self, at: At) {
        self.since = self.since.map(|_| at);
    }

    /// A peer that still reads what it was sent is not left for the pipe's silence.
    pub(super) fn look(&mut self, at: At, out: &Outbox) {
        if self.has_begun() && out.taken() > self.taken {
            self.begin(at, out);
        }
    }

    /// Says that it is over.
    pub(super) fn give_up(&mut self, out: &mut Outbox) {
        *self = Self::default();
        gave_up(PIPE_PATIENCE, Speaker::Pipe, out);
    }

    /// When it is over.
    pub(super) fn due(&self) -> Option<At> {
        self.since.map(|since| since.after(PIPE_PATIENCE))
    }
}

/// Tells that nobody on our side said anything for so long after the peer's FIN.
pub(super) fn gave_up(waited: Duration, whom: Speaker, out: &mut Outbox) {
    let waited = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
    out.notice(Notice::GaveUp { waited, whom });
}
