//! `drop=P`: each datagram, with that probability, is lost.

use super::{
    fault::{Held, HeldQueue, Stage, StageContext, Step},
    lottery::Lottery,
};
use crate::unit::{At, Unit};

/// Loses datagrams.
#[derive(Debug)]
pub(super) struct DropSome {
    lottery: Lottery,
    ready: HeldQueue,
}

impl DropSome {
    pub(super) fn new(chance: f64) -> Self {
        Self { lottery: Lottery::new(chance), ready: HeldQueue::default() }
    }
}

impl Stage for DropSome {
    fn offer(&mut self, unit: Unit<'_>, _at: At, context: &mut StageContext) {
        if let Unit::Data(bytes) = unit
            && let Some(struck) = self.lottery.draw(bytes.len(), context)
        {
            return context.note(struck.offset, struck.number);
        }
        self.ready.push(Held::of(unit));
    }

    fn poll(&mut self, _at: At, _context: &mut StageContext) -> Step {
        self.ready.step().unwrap_or(Step::Idle)
    }

    fn release(&mut self) -> Vec<Held> {
        self.ready.release()
    }

    fn held(&self) -> usize {
        self.ready.cost()
    }
}
