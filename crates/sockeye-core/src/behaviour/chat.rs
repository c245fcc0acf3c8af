//! A client's end of the chat room.

use super::{Behaviour, Input, Outbox, room::RoomAct};
use crate::unit::At;

/// One member's end: hands lines to the room and lines from the room to the peer.
#[derive(Debug)]
pub(super) struct Chat;

impl Behaviour for Chat {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        match input {
            Input::Opened => out.room(RoomAct::Join),
            Input::Message(line) => out.room(RoomAct::Line(line.to_vec())),
            Input::Typed(line) => out.send(line),
            Input::PeerEnded => out.end(),
            Input::Timer | Input::TypedEnd | Input::Drained => {}
        }
    }
}
