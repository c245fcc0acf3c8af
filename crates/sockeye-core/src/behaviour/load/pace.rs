//! When messages of a load are due, and which part of a run they count for.
//! Never asks a clock.

use std::time::Duration;

use crate::unit::At;

const NANOS: u128 = 1_000_000_000;

/// When the messages of one conversation are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadPace {
    /// As soon as fewer than so many are unanswered.
    Closed {
        /// How many.
        depth: usize,
    },
    /// At times of their own, whatever is answered: evenly, in turn with the other conversations of a run.
    Open {
        /// When the first one is due.
        first: At,
        /// How many conversations take turns; one at least.
        of: u64,
        /// How many messages a second all of them say; one at least.
        rate: u64,
    },
    /// One, at once, and no other.
    Once,
}

impl LoadPace {
    /// When the message `number`, from 0, is due; nothing where that depends on answers.
    pub(super) fn due(self, number: u64) -> Option<At> {
        let Self::Open { first, of, rate } = self else { return None };
        let nanos = u128::from(number) * u128::from(of) * NANOS / u128::from(rate.max(1));
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        Some(first.after(Duration::from_nanos(nanos)))
    }

    /// The number of the first message that is due at `at` or later.
    #[must_use]
    pub fn first_from(self, at: At) -> u64 {
        let Self::Open { first, of, rate } = self else { return 0 };
        let nanos = at.since(first).as_nanos() * u128::from(rate);
        u64::try_from(nanos.div_ceil(u128::from(of.max(1)) * NANOS)).unwrap_or(u64::MAX)
    }
}

/// When a run measures, and when it is which target's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadRounds {
    /// When it begins.
    pub start: At,
    /// How long what is measured counts for nothing.
    pub warm_up: Duration,
    /// When nothing more is said.
    pub end: At,
    /// How long a turn is; nothing where a target is alone.
    pub length: Option<Duration>,
    /// Whose turn it is that this is for, from 0.
    pub turn: u32,
    /// How many take turns.
    pub of: u32,
}

impl LoadRounds {
    fn slot(&self, at: At) -> Option<u32> {
        let length = self.length?.as_nanos().max(1);
        Some(u32::try_from(at.since(self.start).as_nanos() / length).unwrap_or(u32::MAX))
    }

    /// What a message counts for that is due at `at`: 0 is the warm-up; from 1 on rounds, in each of which all have their turn.
    #[must_use]
    pub fn phase(&self, at: At) -> u32 {
        match self.slot(at) {
            _ if at < self.start.after(self.warm_up) => 0,
            Some(slot) => 1 + slot / self.of.max(1),
            None => 1,
        }
    }

    /// When it is its turn again, which may be at once.
    #[must_use]
    pub fn next(&self, at: At) -> At {
        let (Some(slot), Some(length)) = (self.slot(at), self.length) else { return at };
        let of = self.of.max(1);
        let ahead = (self.turn % of + of - slot % of) % of;
        if ahead == 0 { at } else { self.start.after(length.saturating_mul(slot.saturating_add(ahead))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> At {
        At(Duration::from_millis(millis))
    }

    #[test]
    fn messages_of_all_conversations_are_evenly_apart() {
        let paces: Vec<LoadPace> =
            (0..4).map(|place| LoadPace::Open { first: at(1000 + place * 10), of: 4, rate: 100 }).collect();
        let mut all: Vec<At> = paces.iter().flat_map(|pace| (0..5).filter_map(|n| pace.due(n))).collect();
        all.sort_unstable();
        assert_eq!(all, (0..20).map(|n| at(1000 + n * 10)).collect::<Vec<_>>());
        for pace in paces {
            for n in 0..5 {
                let due = pace.due(n).unwrap();
                assert_eq!(
                    (pace.first_from(due), pace.first_from(due.after(Duration::from_nanos(1)))),
                    (n, n + 1)
                );
            }
        }
    }

    #[test]
    fn turns_follow_each_other() {
        let rounds = |turn| LoadRounds {
            start: at(100),
            warm_up: Duration::from_millis(400),
            end: at(9999),
            length: Some(Duration::from_millis(200)),
            turn,
            of: 2,
        };
        for (now, first, second) in [(100, 100, 300), (299, 299, 300), (300, 500, 300), (500, 500, 700)] {
            assert_eq!((rounds(0).next(at(now)), rounds(1).next(at(now))), (at(first), at(second)), "{now}");
        }
        for (now, phase) in [(100, 0), (499, 0), (500, 2), (899, 2), (900, 3)] {
            assert_eq!(rounds(0).phase(at(now)), phase, "{now}");
        }
        let alone = LoadRounds { length: None, ..rounds(0) };
        assert_eq!((alone.phase(at(499)), alone.phase(at(5000)), alone.next(at(7))), (0, 1, at(7)));
    }
}
