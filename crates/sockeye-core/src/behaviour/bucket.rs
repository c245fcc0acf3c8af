//! A rate as a pure token bucket.
//! Never waits and never asks a clock: time is handed in.

use crate::unit::At;

/// A token bucket: `rate` a second, a burst of one second's worth.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    rate: u64,
    // In billionths of a token, so that no time is rounded away.
    level: u128,
    last: At,
}

const TOKEN: u128 = 1_000_000_000;

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(rate: u64) -> Self {
        Self { rate, level: u128::from(rate.max(1)) * TOKEN, last: At::START }
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, at: At) -> bool {
        let most = u128::from(self.rate.max(1)) * TOKEN;
        self.level = (self.level + at.since(self.last).as_nanos() * u128::from(self.rate)).min(most);
        self.last = at;
        let has = self.level >= TOKEN;
        if has {
            self.level -= TOKEN;
        }
        has
    }

    /// When the next token is there.
    #[must_use]
    pub fn next(&self) -> At {
        let missing = TOKEN.saturating_sub(self.level);
        let nanos = missing.div_ceil(u128::from(self.rate.max(1)));
        self.last.after(std::time::Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    }
}
