//! `reset=N[,after=D]`: the conversation is reset after exactly N bytes of a direction have passed.
//! Never lets a byte behind them pass, whatever it waits for.

use std::time::Duration;

use super::{
    fault::{Held, Stage, StageContext, Step, millis},
    passage::Passage,
};
use crate::unit::{At, Close, Unit};

/// Resets the conversation behind a byte.
#[derive(Debug)]
pub(super) struct Reset {
    passage: Passage,
    after: Option<Duration>,
    // When the first unit came.
    first: Option<At>,
}

impl Reset {
    /// After `limit` bytes, and `after` that; with a limit of 0 at the opening, or `after` the first unit came.
    pub(super) fn new(limit: u64, after: Option<Duration>) -> Self {
        Self { passage: Passage::new(limit), after, first: None }
    }

    fn due(&self, joined: At) -> Option<At> {
        let began = match (self.passage.limit(), self.after) {
            (0, Some(_)) => self.first,
            _ => self.passage.reached(joined),
        };
        began.map(|began| began.after(self.after.unwrap_or_default()))
    }
}

impl Stage for Reset {
    fn offer(&mut self, unit: Unit<'_>, at: At, _context: &mut StageContext) {
        self.first.get_or_insert(at);
        self.passage.offer(unit, at);
    }

    fn poll(&mut self, at: At, context: &mut StageContext) -> Step {
        if let Some(step) = self.passage.ready.step() {
            return step;
        }
        match self.due(context.joined) {
            None => Step::Idle,
            Some(due) if due > at => Step::Last(due),
            Some(_) => {
                context.note(self.passage.limit(), millis(self.after.unwrap_or_default()));
                Step::Kill(Close::Reset)
            }
        }
    }

    fn release(&mut self) -> Vec<Held> {
        self.passage.release()
    }

    fn held(&self) -> usize {
        self.passage.held()
    }
}
