//! `corrupt=P`: each byte, with that probability, gets one of its bits flipped.
//! Never changes how many bytes there are, or their order.

use super::{
    fault::{Held, HeldQueue, StageContext},
    prompt::PromptFault,
};
use crate::unit::Unit;

/// Flips bits. What is drawn is how many bytes stay whole before the next: a number an act, not one a byte.
#[derive(Debug)]
pub(super) struct Corrupt {
    chance: f64,
    offset: u64,
    // Offset of the next byte that is damaged, once it was drawn.
    next: Option<u64>,
}

impl Corrupt {
    pub(super) fn new(chance: f64) -> Self {
        Self { chance, offset: 0, next: None }
    }

    fn damage(&mut self, bytes: &mut [u8], context: &mut StageContext) {
        loop {
            let next = match self.next {
                Some(next) => next,
                None => context.dice.failures(self.chance),
            };
            self.next = Some(next);
            let place = usize::try_from(next.saturating_sub(self.offset)).unwrap_or(usize::MAX);
            let Some(byte) = bytes.get_mut(place) else { break };
            let bit = u8::try_from(context.dice.below(8)).unwrap_or_default();
            context.note_bit(next, *byte, bit);
            *byte ^= 1 << bit;
            let whole = context.dice.failures(self.chance);
            self.next = Some(next.saturating_add(1).saturating_add(whole));
        }
        self.offset += bytes.len() as u64;
    }
}

impl PromptFault for Corrupt {
    fn pass(&mut self, unit: Unit<'_>, ready: &mut HeldQueue, context: &mut StageContext) {
        let mut held = Held::of(unit);
        if let Held::Data(bytes) = &mut held {
            self.damage(bytes, context);
        }
        ready.push(held);
    }
}
