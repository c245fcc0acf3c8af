//! `reorder=P`: each datagram, with that probability, comes after the next one.
//! Never keeps one for longer than [`FAULT_REORDER`] where no next one comes.

use super::{
    fault::{Held, HeldQueue, Stage, StageContext, Step},
    lottery::Lottery,
};
use crate::{
    limit::FAULT_REORDER,
    unit::{At, Unit},
};

/// Swaps a datagram with the next.
#[derive(Debug)]
pub(super) struct Reorder {
    lottery: Lottery,
    ready: HeldQueue,
    // What waits for the next one, and for how long.
    late: Option<(Held, At)>,
    // The last one was struck: this one is what it is swapped with, and is not struck itself.
    is_partner: bool,
}

impl Reorder {
    pub(super) fn new(chance: f64) -> Self {
        Self { lottery: Lottery::new(chance), ready: HeldQueue::default(), late: None, is_partner: false }
    }

    fn let_go(&mut self) {
        if let Some((late, _)) = self.late.take() {
            self.ready.push(late);
        }
    }
}

impl Stage for Reorder {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        let Unit::Data(bytes) = unit else {
            self.let_go();
            return self.ready.push(Held::End);
        };
        if self.late.as_ref().is_some_and(|(_, until)| *until <= at) {
            self.let_go();
        }
        let struck = self.lottery.draw(bytes.len(), context).filter(|_| !self.is_partner);
        self.is_partner = struck.is_some();
        match struck {
            Some(struck) => {
                context.note(struck.offset, struck.number);
                self.late = Some((Held::of(unit), at.after(FAULT_REORDER)));
            }
            None => {
                self.ready.push(Held::of(unit));
                self.let_go();
            }
        }
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        if let Some(step) = self.ready.step() {
            return step;
        }
        match &self.late {
            None => Step::Idle,
            Some((_, until)) if *until > at => Step::Wait(*until),
            Some(_) => self.late.take().map_or(Step::Idle, |(late, _)| Step::Emit(late)),
        }
    }

    fn release(&mut self) -> Vec<Held> {
        self.let_go();
        self.ready.release()
    }

    fn held(&self) -> usize {
        self.ready.cost() + self.late.as_ref().map_or(0, |(late, _)| late.cost())
    }
}
