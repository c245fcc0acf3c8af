//! How long a silent pipe may still say something to a peer that has ended its direction.
//! Never ends anything itself.

use super::Outbox;
use crate::{limit::PIPE_PATIENCE, unit::At};

/// Counts from the peer's end, from each word of the pipe, and from each time it shows that the peer still reads.
#[derive(Debug, Default)]
pub(super) struct Patience {
    since: Option<At>,
    // Bytes that the peer's system had when that was looked at last.
    taken: u64,
}

impl Patience {
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

    /// When it is over.
    pub(super) fn due(&self) -> Option<At> {
        self.since.map(|since| since.after(PIPE_PATIENCE))
    }
}
