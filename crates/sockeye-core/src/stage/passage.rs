//! Exactly so many bytes of a stream pass, however they were chunked, and what comes behind them is kept apart.

use super::fault::{Held, HeldQueue};
use crate::unit::{At, Unit};

/// A stream up to a byte, and what comes behind it.
#[derive(Debug)]
pub(super) struct Passage {
    limit: u64,
    passed: u64,
    // When the last byte that passes came; none before that.
    reached: Option<At>,
    /// What passes.
    pub(super) ready: HeldQueue,
    /// What came behind that.
    pub(super) behind: HeldQueue,
}

impl Passage {
    /// So many bytes pass.
    pub(super) fn new(limit: u64) -> Self {
        let (ready, behind) = (HeldQueue::default(), HeldQueue::default());
        Self { limit, passed: 0, reached: None, ready, behind }
    }

    /// How many bytes pass.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// When all that passes had come: at `joined` where nothing does.
    pub(super) fn reached(&self, joined: At) -> Option<At> {
        if self.limit == 0 { Some(joined) } else { self.reached }
    }

    pub(super) fn offer(&mut self, unit: Unit<'_>, at: At) {
        let room = self.limit - self.passed;
        match unit {
            _ if room == 0 => self.behind.push(Held::of(unit)),
            Unit::End => self.ready.push(Held::End),
            Unit::Data(bytes) => {
                let len = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
                let (first, rest) = bytes.split_at(len);
                self.passed += len as u64;
                self.ready.push(Held::Data(first.into()));
                if self.passed == self.limit {
                    self.reached = Some(at);
                }
                if !rest.is_empty() {
                    self.behind.push(Held::Data(rest.into()));
                }
            }
        }
    }

    /// All that it holds, in order.
    pub(super) fn release(&mut self) -> Vec<Held> {
        let mut held = self.ready.release();
        held.append(&mut self.behind.release());
        held
    }

    pub(super) fn held(&self) -> usize {
        self.ready.cost() + self.behind.cost()
    }
}
