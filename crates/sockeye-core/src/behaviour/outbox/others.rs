//! What a conversation has for others: for the room that it shares with them, or for the one that it is joined to; and the
//! bytes without end that it may have for its peer.

use super::{
    Outbox,
    well::{Pouring, Well},
};
use crate::{
    behaviour::RoomAct,
    event::{Failure, Leg, What},
    unit::Medium,
};

/// What a conversation has heard for the one it is joined to.
#[derive(Debug, Default)]
pub struct HandedOver {
    /// What came, in order: of a stream, or one datagram.
    pub bytes: Vec<u8>,
    /// Whether anything came, be it an empty datagram.
    pub is_unit: bool,
    /// Whether the peer's end came behind that.
    pub is_end: bool,
}

impl HandedOver {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_unit && !self.is_end
    }
}

impl Outbox {
    /// What was heard is for the conversation that this one is joined to.
    pub fn hand_over(&mut self, bytes: &[u8]) {
        let handed_over = &mut self.buffers().handed_over;
        handed_over.bytes.extend_from_slice(bytes);
        handed_over.is_unit = true;
    }

    /// Which leg of a relayed conversation this is, if it is one.
    pub(crate) fn relay(&mut self, leg: Option<Leg>) {
        self.leg = leg;
    }

    /// Which leg of a relayed conversation this is.
    #[must_use]
    #[inline]
    pub fn leg(&self) -> Option<Leg> {
        self.leg
    }

    /// So is the peer's end.
    pub fn hand_over_end(&mut self) {
        self.buffers().handed_over.is_end = true;
    }

    /// Takes what was handed over since the last call.
    pub(crate) fn take_handed_over(&mut self) -> HandedOver {
        self.buffers.as_mut().map(|buffers| std::mem::take(&mut buffers.handed_over)).unwrap_or_default()
    }

    /// Says something to the room.
    pub fn room(&mut self, act: RoomAct) {
        self.buffers().room.push(act);
    }

    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.buffers.as_ref().is_some_and(|buffers| !buffers.room.is_empty())
    }

    pub(crate) fn take_room(&mut self) -> Vec<RoomAct> {
        self.buffers.as_mut().map(|buffers| std::mem::take(&mut buffers.room)).unwrap_or_default()
    }
}

impl Outbox {
    /// From now on `piece` is written again and again whenever nothing else waits, until our direction ends.
    pub fn pour(&mut self, piece: &[u8]) -> Pouring {
        let is_plain = self.common.framing.is_bare() && self.outward.is_empty() && !self.looked_at();
        if !is_plain || self.medium != Medium::Stream || piece.is_empty() || !self.is_open() {
            return Pouring::Not;
        }
        self.well = Some(Well::of(piece));
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

    /// Says that something failed without ending the conversation.
    pub fn fail(&mut self, failure: Failure) {
        self.event(What::Failed(failure));
    }
}
