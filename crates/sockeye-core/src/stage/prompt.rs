//! What faults have in common that decide about each unit as it comes, and keep none back.

use std::fmt;

use super::fault::{Held, HeldQueue, Stage, StageContext, Step};
use crate::unit::{At, Unit};

/// Decides about a unit as it comes.
pub(super) trait PromptFault: Send + fmt::Debug {
    /// Puts into `ready` what goes on in the place of `unit`.
    fn pass(&mut self, unit: Unit<'_>, ready: &mut HeldQueue, context: &mut StageContext);
}

/// The stage of such a fault.
#[derive(Debug)]
pub(super) struct Prompt<F> {
    fault: F,
    ready: HeldQueue,
}

impl<F> Prompt<F> {
    pub(super) fn of(fault: F) -> Self {
        Self { fault, ready: HeldQueue::default() }
    }
}

impl<F: PromptFault> Stage for Prompt<F> {
    fn offer(&mut self, unit: Unit<'_>, _at: At, context: &mut StageContext) {
        self.fault.pass(unit, &mut self.ready, context);
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
