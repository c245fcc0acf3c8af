//! `duplicate=P`: each datagram, with that probability, comes twice.

use super::{
    fault::{Held, HeldQueue, StageContext},
    lottery::Lottery,
    prompt::PromptFault,
};
use crate::unit::Unit;

/// Sends datagrams twice.
#[derive(Debug)]
pub(super) struct Duplicate {
    lottery: Lottery,
}

impl Duplicate {
    pub(super) fn new(chance: f64) -> Self {
        Self { lottery: Lottery::new(chance) }
    }
}

impl PromptFault for Duplicate {
    fn pass(&mut self, unit: Unit<'_>, ready: &mut HeldQueue, context: &mut StageContext) {
        if let Unit::Data(bytes) = unit
            && let Some(struck) = self.lottery.draw(bytes.len(), context)
        {
            context.note(struck.offset, struck.number);
            ready.push(Held::of(unit));
        }
        ready.push(Held::of(unit));
    }
}
