//! `duplicate=P`: each datagram, with that probability, comes twice.

use super::{
    fault::{Held, HeldQueue, Stage, StageContext, Step},
    lottery::Lottery,
};
use crate::unit::{At, Unit};

/// Sends datagrams twice.
#[derive(Debug)]
pub(super) struct Duplicate {
    lottery: Lottery,
    ready: HeldQueue,
}

impl Duplicate {
    pub(super) fn new(chance: f64) -> Self {
        Self { lottery: Lottery::new(chance), ready: HeldQueue::default() }
    }
}

impl Stage for Duplicate {
    fn offer(&mut self, unit: Unit<'_>, _at: At, context: &mut StageContext) {
        if let Unit::Data(bytes) = unit
            && let Some(struck) = self.lottery.draw(bytes.len(), context)
        {
            context.note(struck.offset, struck.number);
            self.ready.push(Held::of(unit));
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
