//! Bytes without end: one piece that is written again and again, without being copied.
//! Never lets anything else wait behind it.

/// What is written whenever nothing else waits.
#[derive(Debug)]
pub(super) struct Well {
    piece: Box<[u8]>,
    at: usize,
}

impl Well {
    pub(super) fn of(piece: &[u8]) -> Box<Self> {
        Box::new(Self { piece: piece.into(), at: 0 })
    }

    /// What it has to write next.
    pub(super) fn drawn(&self) -> &[u8] {
        self.piece.get(self.at..).unwrap_or_default()
    }

    /// The first `n` bytes of that were written.
    pub(super) fn draw(&mut self, n: usize) {
        self.at = (self.at + n) % self.piece.len().max(1);
    }
}

/// Whether an outbox writes a piece again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pouring {
    /// It does, until its direction ends.
    Endless,
    /// It cannot: what leaves is framed, damaged on purpose, told of, or a datagram.
    Not,
}
