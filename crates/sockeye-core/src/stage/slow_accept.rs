//! `slow-accept=D`: nothing passes until that long after the opening, as where a program is slow to accept.
//! Never reorders or loses anything.

use std::time::Duration;

use super::fault::{Held, HeldQueue, Stage, StageContext, Step, millis};
use crate::unit::{At, Unit};

/// Keeps all that comes early.
#[derive(Debug)]
pub(super) struct SlowAccept {
    delay: Duration,
    kept: HeldQueue,
    is_told: bool,
}

impl SlowAccept {
    pub(super) fn new(delay: Duration) -> Self {
        Self { delay, kept: HeldQueue::default(), is_told: false }
    }
}

impl Stage for SlowAccept {
    fn offer(&mut self, unit: Unit<'_>, _at: At, _context: &mut StageContext) {
        self.kept.push(Held::of(unit));
    }

    fn poll(&mut self, at: At, context: &mut StageContext) -> Step {
        if !self.is_told {
            self.is_told = true;
            context.note(0, millis(self.delay));
        }
        let until = context.opened.after(self.delay);
        match self.kept.is_empty() {
            true => Step::Idle,
            false if until > at => Step::Wait(until),
            false => self.kept.step().unwrap_or(Step::Idle),
        }
    }

    fn release(&mut self) -> Vec<Held> {
        self.kept.release()
    }

    fn held(&self) -> usize {
        self.kept.cost()
    }
}
