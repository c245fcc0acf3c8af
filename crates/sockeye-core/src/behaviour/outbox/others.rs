//! What a conversation has for others: for the room that it shares with them, or for the one that it is joined to.

use super::Outbox;
use crate::behaviour::RoomAct;

/// What a conversation has heard for the one it is joined to.
#[derive(Debug, Default)]
pub struct HandedOver {
    /// What came, in order.
    pub bytes: Vec<u8>,
    /// Whether the peer's end came behind that.
    pub is_end: bool,
}

impl Outbox {
    /// What was heard is for the conversation that this one is joined to.
    pub fn hand_over(&mut self, bytes: &[u8]) {
        self.handed_over.get_or_insert_default().bytes.extend_from_slice(bytes);
    }

    /// So is the peer's end.
    pub fn hand_over_end(&mut self) {
        self.handed_over.get_or_insert_default().is_end = true;
    }

    /// Takes what was handed over since the last call.
    pub(crate) fn take_handed_over(&mut self) -> HandedOver {
        self.handed_over.take().map_or_else(HandedOver::default, |handed| *handed)
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
