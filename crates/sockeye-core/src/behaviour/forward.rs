//! The behaviour of a conversation that is joined to another: what it hears is for the other to say.

use super::{Behaviour, Input, Outbox};
use crate::unit::At;

/// Hands over what it hears, and sends what it is handed.
#[derive(Debug)]
pub struct Forward;

impl Behaviour for Forward {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        match input {
            Input::Message(message) => out.hand_over(message),
            Input::PeerEnded => out.hand_over_end(),
            Input::Typed(bytes) => out.send(bytes),
            Input::TypedEnd => out.end(),
            Input::Opened | Input::Timer | Input::Drained => {}
        }
    }

    fn answers(&self) -> bool {
        false
    }
}
