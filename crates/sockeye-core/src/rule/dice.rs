//! Chance that can be had again: the same seed and stream give the same numbers on every machine and in every version.
//! Never for secrets: whoever sees some of the numbers can work out the rest.

use std::ops::RangeInclusive;

use rand::Rng as _;
use rand_pcg::Pcg64;

/// One stream of chance; keep one per conversation and direction, so that conversations do not disturb each other.
///
/// PCG XSL RR 128/64 (O'Neill 2014) under distributions of our own, because those of the `rand` crate may change their
/// numbers from version to version.
#[derive(Clone, Debug)]
pub struct Dice(Pcg64);

impl Dice {
    /// The stream number `stream` of the run whose `--seed` is `seed`.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        // Neighbouring seeds and streams would begin alike; mixing drives them apart.
        let wide = |a: u64, b: u64| u128::from(mix(a)) << 64 | u128::from(mix(b));
        let state = wide(seed, seed ^ mix(stream));
        Self(Pcg64::new(state, wide(stream, !stream)))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`, each equally likely; 0 if `n` is 0. (Lemire 2019: multiply, and reject the few that would
    /// make some numbers likelier.)
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let unfair = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            // The low half decides, the high half is the number: both casts cut on purpose.
            #[allow(clippy::cast_possible_truncation)]
            let (high, low) = ((wide >> 64) as u64, wide as u64);
            if low >= unfair {
                return high;
            }
        }
    }

    /// A number of the range, each equally likely; the start of the range if it is empty.
    pub fn between(&mut self, range: RangeInclusive<u64>) -> u64 {
        let (first, last) = range.into_inner();
        match last.checked_sub(first).map(|span| span.checked_add(1)) {
            None => first,
            Some(None) => self.bits(),
            Some(Some(count)) => first + self.below(count),
        }
    }

    /// True with probability `p`: never from 0 down and for NaN, always from 1 up. Takes one number off the stream
    /// in any case, so that changing `p` does not shift what comes later.
    pub fn chance(&mut self, p: f64) -> bool {
        // 53 bits are what a double holds exactly.
        #[allow(clippy::cast_precision_loss)]
        let drawn = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < p
    }

    /// How many tries of probability `p` fail before the next one that does not: the same as asking [`Dice::chance`] again and
    /// again, for a few numbers however rare it is. `u64::MAX` for a `p` of 0 or less.
    ///
    /// The binary digits of such a number are independent of each other, so each is drawn by itself; only multiplication and
    /// division are needed, which give the same on every machine.
    pub fn failures(&mut self, p: f64) -> u64 {
        if p.is_nan() || p <= 0.0 {
            return u64::MAX;
        }
        let (mut count, mut all_fail) = (0, 1.0 - p);
        for digit in 0..u64::BITS - 1 {
            // What is less likely than a billion of billions to one never comes.
            if all_fail < 1e-18 {
                break;
            }
            if self.chance(all_fail / (1.0 + all_fail)) {
                count |= 1 << digit;
            }
            all_fail *= all_fail;
        }
        count
    }

    /// A number of the normal distribution with mean 0 and deviation 65,536, cut off at six deviations: the sum of twelve even
    /// ones.
    pub fn normal(&mut self) -> i64 {
        let sum: u64 = (0..3)
            .map(|_| self.bits())
            .flat_map(|bits| (0..4).map(move |part| bits >> (part * 16) & 0xffff))
            .sum();
        i64::try_from(sum).unwrap_or_default() - 6 * 0xffff
    }

    /// Fills `out` with chance.
    pub fn bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            for (slot, byte) in chunk.iter_mut().zip(self.bits().to_le_bytes()) {
                *slot = byte;
            }
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ n >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_same_for_ever() {
        // If this fails, every recorded `--seed` has lost its meaning.
        let mut dice = Dice::new(42, 0);
        let first: Vec<u64> = (0..4).map(|_| dice.below(1_000_000)).collect();
        assert_eq!(first, GOLDEN);
        let mut again = Dice::new(42, 0);
        assert_eq!(first, (0..4).map(|_| again.below(1_000_000)).collect::<Vec<_>>());
    }

    const GOLDEN: [u64; 4] = [833_163, 760_044, 217_262, 89_447];

    #[test]
    fn streams_and_seeds_differ() {
        let mut seen = std::collections::HashSet::new();
        for seed in 0..20 {
            for stream in 0..20 {
                assert!(seen.insert(Dice::new(seed, stream).bits()));
            }
        }
    }

    #[test]
    fn numbers_stay_in_their_range_and_are_even_enough() {
        let mut dice = Dice::new(1, 1);
        let mut counts = [0_u32; 6];
        for _ in 0..6000 {
            counts[usize::try_from(dice.below(6)).unwrap()] += 1;
        }
        assert!(counts.iter().all(|&n| (850..1150).contains(&n)), "{counts:?}");
        for _ in 0..100 {
            assert!((5..=9).contains(&dice.between(5..=9)));
        }
        assert_eq!((dice.below(0), dice.below(1), dice.between(7..=7)), (0, 0, 7));
        #[allow(clippy::reversed_empty_ranges)]
        let empty = 9..=5;
        assert_eq!(dice.between(empty), 9);
        dice.between(0..=u64::MAX);
    }

    #[test]
    fn chance_keeps_its_promise() {
        let mut dice = Dice::new(3, 0);
        assert!((0..1000).all(|_| !dice.chance(0.0) && dice.chance(1.0)));
        assert!(!dice.chance(f64::NAN) && !dice.chance(-1.0) && dice.chance(2.0));
        let hits = (0..10_000).filter(|_| dice.chance(0.25)).count();
        assert!((2300..2700).contains(&hits), "{hits}");
    }

    #[test]
    fn failures_are_as_many_as_chance_would_have() {
        for p in [0.9, 0.5, 0.1, 0.001] {
            let mut dice = Dice::new(4, 0);
            let all: Vec<u64> = (0..20_000).map(|_| dice.failures(p)).collect();
            let total = u32::try_from(all.iter().sum::<u64>()).unwrap();
            let (mean, expected) = (f64::from(total) / 20_000.0, (1.0 - p) / p);
            assert!((mean - expected).abs() < 0.03 * expected.max(0.2), "{p}: {mean}, not {expected}");
            let none = f64::from(u32::try_from(all.iter().filter(|n| **n == 0).count()).unwrap()) / 20_000.0;
            assert!((none - p).abs() < 0.02, "{p}: {none} at once");
        }
        let mut dice = Dice::new(4, 0);
        assert_eq!(
            (dice.failures(1.0), dice.failures(0.0), dice.failures(f64::NAN)),
            (0, u64::MAX, u64::MAX)
        );
        assert!(dice.failures(1e-18) > 1 << 40);
    }

    #[test]
    fn the_normal_distribution_is_normal_enough() {
        let mut dice = Dice::new(5, 0);
        let all: Vec<i64> = (0..20_000).map(|_| dice.normal()).collect();
        let mean = all.iter().sum::<i64>() / 20_000;
        assert!(mean.abs() < 1500, "{mean}");
        for (deviations, least, most) in [(1, 13_300, 14_000), (2, 18_950, 19_250)] {
            let within = all.iter().filter(|n| n.abs() < deviations * 65_536).count();
            assert!((least..most).contains(&within), "{within} within {deviations}");
        }
    }

    #[test]
    fn bytes_fill_any_length() {
        let mut bytes = [0; 19];
        Dice::new(9, 9).bytes(&mut bytes);
        assert!(bytes.iter().filter(|&&b| b != 0).count() > 12);
    }
}
