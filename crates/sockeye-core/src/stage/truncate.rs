//! `truncate=N`: of each datagram at most N bytes come.

use super::fault::{Held, HeldQueue, Stage, StageContext, Step};
use crate::unit::{At, Unit};

/// Cuts datagrams short.
#[derive(Debug)]
pub(super) struct Truncate {
    most: usize,
    offset: u64,
    ready: HeldQueue,
}

impl Truncate {
    pub(super) fn new(most: usize) -> Self {
        Self { most, offset: 0, ready: HeldQueue::default() }
    }
}

impl Stage for Truncate {
    fn offer(&mut self, unit: Unit<'_>, _at: At, context: &mut StageContext) {
        let unit = match unit {
            Unit::End => Unit::End,
            Unit::Data(bytes) => {
                let (whole, lost) = bytes.split_at(self.most.min(bytes.len()));
                if !lost.is_empty() {
                    context.note(self.offset, lost.len() as u64);
                }
                self.offset += bytes.len() as u64;
                Unit::Data(whole)
            }
        };
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
