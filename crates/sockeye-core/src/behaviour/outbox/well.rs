//! Bytes without end: one piece that is written again and again, without being copied.
//! Never lets anything else wait behind it.

use super::Outbox;
use crate::unit::Medium;

/// What is written whenever nothing else waits.
#[derive(Debug)]
pub(super) struct Well {
    piece: Box<[u8]>,
    at: usize,
}

/// Whether an outbox writes a piece again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pouring {
    /// It does, until its direction ends.
    Endless,
    /// It cannot: what leaves is framed, damaged on purpose, told of, or a datagram.
    Not,
}

impl Outbox {
    /// From now on `piece` is written again and again whenever nothing else waits, until our direction ends.
    pub fn pour(&mut self, piece: &[u8]) -> Pouring {
        let is_plain = self.common.framing.is_bare() && self.outward.is_empty() && !self.looked_at();
        if !is_plain || self.medium != Medium::Stream || piece.is_empty() || !self.is_open() {
            return Pouring::Not;
        }
        self.well = Some(Box::new(Well { piece: piece.into(), at: 0 }));
        Pouring::Endless
    }

    /// Whether there will always be something to write: whoever writes has to let others have their turn.
    #[must_use]
    #[inline]
    pub fn is_endless(&self) -> bool {
        self.well.is_some()
    }

    /// What the well has to write next.
    pub(super) fn drawn(&self) -> &[u8] {
        self.well.as_ref().and_then(|well| well.piece.get(well.at..)).unwrap_or_default()
    }

    /// The first `n` bytes of that were written.
    pub(super) fn draw(&mut self, n: usize) {
        if let Some(well) = &mut self.well {
            well.at = (well.at + n) % well.piece.len().max(1);
            self.counters.bytes_out += n as u64;
            self.base += n as u64;
            self.queued += n as u64;
        }
    }
}
