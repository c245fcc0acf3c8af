//! What a conversation has for others: for the room that it shares with them, or for the one that it is joined to.

use super::Outbox;
use crate::{
    behaviour::{RoomAct, registered_name},
    event::Leg,
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
    /// The number of our client that holds this conversation, from 1; for a server the conversation's.
    #[must_use]
    pub fn client(&self) -> u64 {
        self.client.unwrap_or(self.conn)
    }

    /// It is held by our client of this number.
    pub(in crate::behaviour) fn be_client(&mut self, client: u64) {
        self.client = Some(client);
    }

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

    /// The conversation is to be called as whoever registers with `message`, which [`registered_name`] makes a name of; where nothing
    /// is left of it, everything stays as it is.
    pub fn register(&mut self, message: &[u8]) {
        if let Some(name) = registered_name(message, self.charset()) {
            self.buffers().name = Some(name);
        }
    }

    pub(crate) fn take_name(&mut self) -> Option<String> {
        self.buffers.as_mut().and_then(|buffers| buffers.name.take())
    }

    /// Whether there is anything for those that it shares its run with.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.buffers.as_ref().is_some_and(|buffers| !buffers.room.is_empty() || buffers.name.is_some())
    }

    pub(crate) fn take_room(&mut self) -> Vec<RoomAct> {
        self.buffers.as_mut().map(|buffers| std::mem::take(&mut buffers.room)).unwrap_or_default()
    }
}
