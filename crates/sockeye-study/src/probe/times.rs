//! Times of many attempts in little room: counted by size, two durations of one count less than 1 % apart.
//! Never forgets the shortest and the longest.

use std::time::Duration;

/// Counts of one power of two: the size of a step is at most one of 128 of the time.
const STEPS_BITS: u32 = 7;
const STEPS: u64 = 1 << STEPS_BITS;

/// Times, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct SparseTimes {
    /// How many there are of each size, in order of size.
    counts: Vec<(u16, u64)>,
    total: u64,
    pub(super) min: Option<Duration>,
    pub(super) max: Option<Duration>,
}

impl SparseTimes {
    pub(super) fn add(&mut self, time: Duration) {
        let size = size(micros(time));
        match self.counts.binary_search_by_key(&size, |(size, _)| *size) {
            Ok(at) => {
                if let Some((_, count)) = self.counts.get_mut(at) {
                    *count += 1;
                }
            }
            Err(at) => self.counts.insert(at, (size, 1)),
        }
        self.total += 1;
        self.min = Some(self.min.map_or(time, |min| min.min(time)));
        self.max = Some(self.max.map_or(time, |max| max.max(time)));
    }

    /// The time that so many of 100 keep; none where there is no time.
    pub(super) fn percentile(&self, of_hundred: u64) -> Option<Duration> {
        let (min, max) = (self.min?, self.max?);
        let rank = (self.total * of_hundred).div_ceil(100).max(1);
        let mut before = 0;
        for (size, count) in &self.counts {
            before += count;
            if before >= rank {
                return Some(Duration::from_micros(middle(*size)).clamp(min, max));
            }
        }
        Some(max)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The count that a time of so many microseconds belongs to: up to 128 each has its own, then 128 for every power of two.
fn size(micros: u64) -> u16 {
    let power = micros.checked_ilog2().unwrap_or(0).saturating_sub(STEPS_BITS);
    let step = micros >> power;
    u16::try_from(u64::from(power) * STEPS + step).unwrap_or(u16::MAX)
}

/// The microseconds in the middle of a count.
fn middle(size: u16) -> u64 {
    let size = u64::from(size);
    if size < 2 * STEPS {
        return size;
    }
    let power = size / STEPS - 1;
    let step = size - power * STEPS;
    (step << power) + (1 << power) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_times_are_told_as_they_are() {
        let mut times = SparseTimes::default();
        assert_eq!(times.percentile(50), None);
        for micros in [3, 1, 2] {
            times.add(Duration::from_micros(micros));
        }
        assert_eq!(times.percentile(50), Some(Duration::from_micros(2)));
        assert_eq!(times.percentile(99), Some(Duration::from_micros(3)));
    }

    proptest! {
        #[test]
        fn a_percentile_is_near_the_one_of_the_sorted_times(
            micros in prop::collection::vec(prop_oneof![0..300u64, 0..5_000_000u64, any::<u64>()], 1..200),
            of_hundred in 1..100u64,
        ) {
            let mut times = SparseTimes::default();
            for one in &micros {
                times.add(Duration::from_micros(*one));
            }
            let mut sorted = micros;
            sorted.sort_unstable();
            let rank = (sorted.len() as u64 * of_hundred).div_ceil(100).max(1) as usize;
            let exact = sorted[rank - 1];
            let told = u64::try_from(times.percentile(of_hundred).unwrap().as_micros()).unwrap();
            prop_assert!(told.abs_diff(exact) <= exact / 100, "{told} is not {exact}");
        }
    }
}
