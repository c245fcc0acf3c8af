//! An outbox that writes bytes without end.
//! Never lets anything else wait behind them.

use super::{
    Outbox,
    well::{Pouring, Well},
};
use crate::unit::Medium;

impl Outbox {
    /// From now on `piece` is written again and again whenever nothing else waits, until our direction ends.
    pub fn pour(&mut self, piece: &[u8]) -> Pouring {
        let is_plain = self.common.framing.is_bare() && self.outward.is_empty() && !self.looked_at();
        if !is_plain || self.medium != Medium::Stream || piece.is_empty() || !self.is_open() {
            return Pouring::Not;
        }
        self.well = Some(Box::new(Well::new(piece)));
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
        self.well.as_ref().map_or(&[], |well| well.drawn())
    }

    /// The first `n` bytes of that were written.
    pub(super) fn draw(&mut self, n: usize) {
        if let Some(well) = &mut self.well {
            well.draw(n);
            self.counters.bytes_out += n as u64;
            self.base += n as u64;
            self.queued += n as u64;
        }
    }
}
