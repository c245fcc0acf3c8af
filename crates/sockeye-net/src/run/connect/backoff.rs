//! How long to wait between attempts: longer and longer, never twice the same, so that many who lost one server do not
//! come back to it at once.
//! Never waits itself.

use std::time::Duration;

use sockeye_core::{limit::RECONNECT_LONGEST, rule::Dice};

/// The shortest first pause: without any an attempt that fails at once would follow the next without end.
const SHORTEST: Duration = Duration::from_millis(10);

/// The pauses of one client.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    pause: Duration,
    dice: Dice,
}

impl Backoff {
    /// Pauses of about `first`, then twice that, and so on up to `RECONNECT_LONGEST`.
    pub(super) fn new(first: Duration, dice: Dice) -> Self {
        let first = first.clamp(SHORTEST, RECONNECT_LONGEST);
        Self { first, pause: first, dice }
    }

    /// The next one is the first again.
    pub(super) fn reset(&mut self) {
        self.pause = self.first;
    }

    /// What the next one is at most.
    pub(super) fn longest(&self) -> Duration {
        self.pause
    }

    /// How long to wait now: between half of what it is at most, and that.
    pub(super) fn next(&mut self) -> Duration {
        let most = self.pause;
        self.pause = (most * 2).min(RECONNECT_LONGEST);
        let half = u64::try_from(most.as_nanos() / 2).unwrap_or(u64::MAX);
        most - Duration::from_nanos(self.dice.below(half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_begin_anew() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Dice::new(1, 2));
        for most in [1, 2, 4, 8, 16, 30, 30, 30] {
            let (most, pause) = (Duration::from_secs(most), backoff.next());
            assert!(pause > most / 2 && pause <= most, "{pause:?} of {most:?}");
        }
        backoff.reset();
        assert!(backoff.next() <= Duration::from_secs(1));
        let mut eager = Backoff::new(Duration::ZERO, Dice::new(1, 2));
        assert!(eager.next() >= SHORTEST / 2);
    }

    #[test]
    fn clients_do_not_come_back_together() {
        let first = |client| Backoff::new(Duration::from_secs(1), Dice::new(7, client)).next();
        let pauses: std::collections::BTreeSet<Duration> = (0..100).map(first).collect();
        assert!(pauses.len() > 90);
        assert_eq!(first(3), first(3));
    }
}
