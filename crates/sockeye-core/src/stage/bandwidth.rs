//! `bandwidth=1MB`: so many bytes a second pass, evenly.
//! Never loses or reorders a byte, and never cuts a datagram.

use std::time::Duration;

use super::fault::{Held, HeldQueue, Stage, StageContext, Step};
use crate::unit::{At, Medium, Unit};

/// What passes at once, as time: short enough to be even, long enough to be cheap.
const PIECE: Duration = Duration::from_millis(4);
/// How far it may fall behind and still catch up: what asks it again does not come to the microsecond.
const CATCH_UP: Duration = Duration::from_millis(16);

/// Lets bytes pass at a rate: each piece takes its time, and the next one waits for that.
#[derive(Debug)]
pub(super) struct Bandwidth {
    // Bytes a second, at least 1.
    rate: u64,
    waiting: HeldQueue,
    // Bytes of the first that have passed.
    taken: usize,
    // When the next byte may pass.
    free: At,
    is_told: bool,
}

impl Bandwidth {
    pub(super) fn new(rate: u64) -> Self {
        let (rate, waiting) = (rate.max(1), HeldQueue::default());
        Self { rate, waiting, taken: 0, free: At::START, is_told: false }
    }

    /// How long so many bytes take.
    fn time(&self, len: usize) -> Duration {
        let nanos = (len as u128) * 1_000_000_000 / u128::from(self.rate);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many bytes pass at once.
    fn piece(&self) -> usize {
        let bytes = u128::from(self.rate) * PIECE.as_nanos() / 1_000_000_000;
        usize::try_from(bytes).unwrap_or(usize::MAX).max(1)
    }

    /// The rest of the unit in front, or as much of it as passes at once.
    fn next(&mut self, medium: Medium) -> Option<Held> {
        let Held::Data(bytes) = self.waiting.front()? else { return self.waiting.pop() };
        let rest = bytes.get(self.taken..).unwrap_or_default();
        let len = match medium {
            Medium::Datagram => rest.len(),
            Medium::Stream => rest.len().min(self.piece()),
        };
        self.free = self.free.after(self.time(len));
        if len == bytes.len() {
            return self.waiting.pop();
        }
        let piece = Held::Data(rest.get(..len).unwrap_or_default().into());
        let is_last = len == rest.len();
        self.taken += len;
        if is_last {
            self.waiting.pop();
            self.taken = 0;
        }
        Some(piece)
    }
}

impl Stage for Bandwidth {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        if !self.is_told && matches!(unit, Unit::Data(bytes) if !bytes.is_empty()) {
            self.is_told = true;
            context.note(0, self.rate);
        }
        if self.waiting.is_empty() {
            // Silence saves nothing up.
            self.free = self.free.max(at);
        }
        self.waiting.push(Held::of(unit));
    }

    fn poll(&mut self, at: At, context: &mut StageContext) -> Step {
        match self.waiting.front() {
            None => return Step::Idle,
            Some(Held::Data(_)) if self.free > at => return Step::Wait(self.free),
            Some(_) => {}
        }
        self.free = self.free.max(At(at.0.saturating_sub(CATCH_UP)));
        self.next(context.medium).map_or(Step::Idle, Step::Emit)
    }

    fn release(&mut self) -> Vec<Held> {
        let mut held = self.waiting.release();
        if let Some(Held::Data(first)) = held.first_mut() {
            *first = first.get(self.taken..).unwrap_or_default().into();
        }
        self.taken = 0;
        held
    }

    fn held(&self) -> usize {
        self.waiting.cost() - self.taken
    }
}
