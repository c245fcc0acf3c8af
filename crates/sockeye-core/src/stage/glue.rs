//! `glue=50ms`: what comes within that time of a first byte goes on as one piece.
//! Never reorders, loses or delays a byte by more than that.

use std::time::Duration;

use super::fault::{Held, HeldQueue, Stage, StageContext, Step, millis};
use crate::unit::{At, Unit};

/// Collects what comes close together.
#[derive(Debug)]
pub(super) struct Glue {
    within: Duration,
    piece: Vec<u8>,
    // When the piece goes on.
    due: At,
    ready: HeldQueue,
    is_told: bool,
}

impl Glue {
    pub(super) fn new(within: Duration) -> Self {
        Self { within, piece: Vec::new(), due: At::START, ready: HeldQueue::default(), is_told: false }
    }

    fn finish(&mut self) {
        if !self.piece.is_empty() {
            self.ready.push(Held::Data(std::mem::take(&mut self.piece).into()));
        }
    }
}

impl Stage for Glue {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        if self.due <= at {
            self.finish();
        }
        match unit {
            Unit::Data(bytes) => {
                if !self.is_told && !bytes.is_empty() {
                    self.is_told = true;
                    context.note(0, millis(self.within));
                }
                if self.piece.is_empty() {
                    self.due = at.after(self.within);
                }
                self.piece.extend_from_slice(bytes);
            }
            // Nothing more can come.
            Unit::End => {
                self.finish();
                self.ready.push(Held::End);
            }
        }
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        if self.due <= at {
            self.finish();
        }
        match self.ready.step() {
            Some(step) => step,
            None if self.piece.is_empty() => Step::Idle,
            None => Step::Wait(self.due),
        }
    }

    fn release(&mut self) -> Vec<Held> {
        self.finish();
        self.ready.release()
    }

    fn held(&self) -> usize {
        self.ready.cost() + self.piece.len()
    }
}
