//! `slow-close=D`: the end of a direction comes later.
//! Never delays a byte.

use std::time::Duration;

use super::fault::{Held, HeldQueue, Stage, StageContext, Step, millis};
use crate::unit::{At, Unit};

/// Keeps the FIN.
#[derive(Debug)]
pub(super) struct SlowClose {
    delay: Duration,
    offset: u64,
    ready: HeldQueue,
    // When the end goes on, once it came.
    due: Option<At>,
}

impl SlowClose {
    pub(super) fn new(delay: Duration) -> Self {
        Self { delay, offset: 0, ready: HeldQueue::default(), due: None }
    }
}

impl Stage for SlowClose {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        match unit {
            Unit::Data(bytes) => {
                self.offset += bytes.len() as u64;
                self.ready.push(Held::of(unit));
            }
            Unit::End => {
                context.note(self.offset, millis(self.delay));
                self.due = Some(at.after(self.delay));
            }
        }
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        if let Some(step) = self.ready.step() {
            return step;
        }
        match self.due {
            None => Step::Idle,
            Some(due) if due > at => Step::Wait(due),
            Some(_) => {
                self.due = None;
                Step::Emit(Held::End)
            }
        }
    }

    fn release(&mut self) -> Vec<Held> {
        let mut held = self.ready.release();
        held.extend(self.due.take().map(|_| Held::End));
        held
    }

    fn held(&self) -> usize {
        self.ready.cost()
    }
}
