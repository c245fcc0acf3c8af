//! `drop=P`: each datagram, with that probability, is lost.

use super::{
    fault::{Held, HeldQueue, StageContext},
    lottery::Lottery,
    prompt::PromptFault,
};
use crate::unit::Unit;

/// Loses datagrams.
#[derive(Debug)]
pub(super) struct DropSome {
    lottery: Lottery,
}

impl DropSome {
    pub(super) fn new(chance: f64) -> Self {
        Self { lottery: Lottery::new(chance) }
    }
}

impl PromptFault for DropSome {
    fn pass(&mut self, unit: Unit<'_>, ready: &mut HeldQueue, context: &mut StageContext) {
        if let Unit::Data(bytes) = unit
            && let Some(struck) = self.lottery.draw(bytes.len(), context)
        {
            return context.note(struck.offset, struck.number);
        }
        ready.push(Held::of(unit));
    }
}
