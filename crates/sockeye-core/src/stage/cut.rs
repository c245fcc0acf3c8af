//! `cut=N`: a direction ends, by a FIN, after exactly N bytes; what comes behind them is swallowed.
//! Never touches the other direction.

use super::{
    fault::{Held, Stage, StageContext, Step},
    passage::Passage,
};
use crate::unit::{At, Unit};

/// Ends its direction behind a byte.
#[derive(Debug)]
pub(super) struct CutOff {
    passage: Passage,
    is_done: bool,
}

impl CutOff {
    pub(super) fn new(limit: u64) -> Self {
        Self { passage: Passage::new(limit), is_done: false }
    }
}

impl Stage for CutOff {
    fn offer(&mut self, unit: Unit<'_>, at: At, _context: &mut StageContext) {
        if !self.is_done {
            self.passage.offer(unit, at);
        }
    }

    fn poll(&mut self, _at: At, context: &mut StageContext) -> Step {
        if let Some(step) = self.passage.ready.step() {
            return step;
        }
        if self.is_done || self.passage.reached(context.joined).is_none() {
            return Step::Idle;
        }
        self.is_done = true;
        self.passage.behind.release();
        context.note(self.passage.limit(), 0);
        Step::Emit(Held::End)
    }

    fn release(&mut self) -> Vec<Held> {
        self.passage.release()
    }

    fn held(&self) -> usize {
        self.passage.held()
    }
}
