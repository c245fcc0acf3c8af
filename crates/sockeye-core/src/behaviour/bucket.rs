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

    /// An empty bucket that fills from `at` on: what is drawn from it never comes faster than the rate.
    #[must_use]
    pub fn empty(rate: u64, at: At) -> Self {
        Self { rate, level: 0, last: at }
    }

    fn fill(&mut self, at: At) {
        let most = u128::from(self.rate.max(1)) * TOKEN;
        self.level = (self.level + at.since(self.last).as_nanos() * u128::from(self.rate)).min(most);
        self.last = at;
    }

    /// Takes as many tokens as there are, at most `most`.
    pub fn draw(&mut self, most: u64, at: At) -> u64 {
        self.fill(at);
        let there = u64::try_from(self.level / TOKEN).unwrap_or(u64::MAX);
        let taken = there.min(most);
        self.level -= u128::from(taken) * TOKEN;
        taken
    }

    /// Puts back tokens that were drawn and not used.
    pub fn put_back(&mut self, tokens: u64) {
        self.level += u128::from(tokens) * TOKEN;
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, at: At) -> bool {
        self.fill(at);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_drawn_keeps_the_rate() {
        let at = |millis| At(Duration::from_millis(millis));
        let mut bucket = Bucket::empty(1000, at(0));
        assert_eq!(bucket.draw(500, at(0)), 0);
        assert_eq!(bucket.draw(500, at(100)), 100);
        bucket.put_back(40);
        assert_eq!(bucket.draw(500, at(100)), 40);
        assert_eq!(bucket.draw(u64::MAX, at(60_000)), 1000, "a burst is a second's worth");
        assert_eq!(bucket.next(), at(60_001));
    }
}
