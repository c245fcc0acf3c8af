//! `refuse`: the conversation is reset at its opening, before anything passes.

use super::fault::{Held, HeldQueue, Stage, StageContext, Step};
use crate::unit::{At, Close, Unit};

/// Resets the conversation as soon as it is asked what to do.
#[derive(Debug, Default)]
pub(super) struct Refuse {
    kept: HeldQueue,
}

impl Stage for Refuse {
    fn offer(&mut self, unit: Unit<'_>, _at: At, _context: &mut StageContext) {
        self.kept.push(Held::of(unit));
    }

    fn poll(&mut self, _at: At, context: &mut StageContext) -> Step {
        context.note(0, 0);
        Step::Kill(Close::Reset)
    }

    fn release(&mut self) -> Vec<Held> {
        self.kept.release()
    }

    fn held(&self) -> usize {
        self.kept.cost()
    }
}
