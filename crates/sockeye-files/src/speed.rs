//! How fast a number of bytes grows, as people want to read it.
//! Never looks by itself.

use std::time::Instant;

/// How fast something grows.
#[derive(Debug)]
pub(crate) struct Speed {
    looked: Instant,
    at: u64,
    rate: u64,
}

impl Speed {
    /// Begins now, at `at` bytes.
    pub(crate) fn new(at: u64) -> Self {
        Self { looked: Instant::now(), at, rate: 0 }
    }

    /// When it was looked at last.
    pub(crate) fn looked(&self) -> Instant {
        self.looked
    }

    /// Bytes a second lately, now that it is `at`.
    pub(crate) fn look(&mut self, at: u64) -> u64 {
        let micros = u64::try_from(self.looked.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
        let now = at.saturating_sub(self.at).saturating_mul(1_000_000) / micros;
        // Averaged with the last rate, so that the number does not flicker.
        let rate = if self.rate == 0 { now } else { self.rate / 2 + now / 2 };
        *self = Self { looked: Instant::now(), at, rate };
        rate
    }
}
