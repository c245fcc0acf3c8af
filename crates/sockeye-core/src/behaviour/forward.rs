//! The behaviour of one leg of a relayed conversation: it says what the other leg has heard.

use super::{Behaviour, Input, Outbox};
use crate::unit::At;

/// Sends what it is handed, and hands over the end; the session itself hands over the bytes, whether or not they are messages.
#[derive(Debug)]
pub struct Forward;

impl Behaviour for Forward {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        match input {
            Input::PeerEnded => out.hand_over_end(),
            Input::Typed(bytes) => out.send(bytes),
            Input::TypedEnd => out.end(),
            Input::Opened | Input::Message(_) | Input::Timer | Input::Drained => {}
        }
    }

    fn answers(&self) -> bool {
        false
    }
}
