//! `stall=N[,close=D]`: after N bytes of a direction nothing passes any more, its end neither.
//! Never loses what it keeps: who sends on is slowed down, as by a peer that does not read.

use std::time::Duration;

use super::{
    fault::{Held, Stage, StageContext, Step, millis},
    passage::Passage,
};
use crate::unit::{At, Close, Unit};

/// Keeps all that comes behind a byte, for ever or until it ends the conversation in order.
#[derive(Debug)]
pub(super) struct Stall {
    passage: Passage,
    close: Option<Duration>,
    is_told: bool,
}

impl Stall {
    pub(super) fn new(limit: u64, close: Option<Duration>) -> Self {
        Self { passage: Passage::new(limit), close, is_told: false }
    }
}

impl Stage for Stall {
    fn offer(&mut self, unit: Unit<'_>, at: At, _context: &mut StageContext) {
        self.passage.offer(unit, at);
    }

    fn poll(&mut self, at: At, context: &mut StageContext) -> Step {
        if let Some(step) = self.passage.ready.step() {
            return step;
        }
        let Some(began) = self.passage.reached(context.joined) else { return Step::Idle };
        if !self.is_told {
            self.is_told = true;
            context.note(self.passage.limit(), millis(self.close.unwrap_or_default()));
        }
        match self.close.map(|close| began.after(close)) {
            None => Step::Idle,
            Some(due) if due > at => Step::Last(due),
            Some(_) => Step::Kill(Close::Graceful),
        }
    }

    fn release(&mut self) -> Vec<Held> {
        self.passage.release()
    }

    fn held(&self) -> usize {
        self.passage.held()
    }
}
