//! How two targets that took turns compare, round by round.
//! Never takes a round that one of them did not answer in.

use sockeye_core::event::{LoadRatio, LoadRatios};

use super::{Account, account::Round};

impl Account {
    /// How `other` compares with this one: its figures divided by these.
    #[must_use]
    pub fn ratios(&self, other: &Self) -> LoadRatios {
        let both: Vec<(&Round, &Round)> = self
            .rounds()
            .filter_map(|(number, mine)| Some((mine, other.round(number)?)))
            .filter(|(mine, its)| mine.times.count() > 0 && its.times.count() > 0)
            .collect();
        let of = |figure: fn(&Round) -> u64| {
            ratio(both.iter().map(|(mine, its)| quotient(figure(its), figure(mine))).collect())
        };
        LoadRatios {
            rounds: both.len() as u64,
            rate: of(|round| round.tally.answered),
            p50: of(|round| round.times.at(0.5)),
            p99: of(|round| round.times.at(0.99)),
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "a ratio needs no more than a double has")]
fn quotient(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}

/// The median, and the distance between the quartiles.
fn ratio(mut all: Vec<f64>) -> Option<LoadRatio> {
    all.sort_by(f64::total_cmp);
    Some(LoadRatio { value: quantile(&all, 1, 2)?, spread: quantile(&all, 3, 4)? - quantile(&all, 1, 4)? })
}

/// The value at `part` of `of` of a sorted list, between two of its values where it falls there.
fn quantile(sorted: &[f64], part: usize, of: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let (low, rest) = (last * part / of, last * part % of);
    let below = sorted.get(low)?;
    let above = sorted.get(low + 1).unwrap_or(below);
    #[allow(clippy::cast_precision_loss, reason = "both are small")]
    let share = rest as f64 / of as f64;
    Some(below + (above - below) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_that_of_the_middle_half() {
        let found = ratio(vec![4.0, 1.0, 2.0, 3.0, 100.0]).unwrap();
        assert_eq!((found.value, found.spread), (3.0, 2.0));
        assert_eq!(ratio(vec![1.0, 2.0]), Some(LoadRatio { value: 1.5, spread: 0.5 }));
        assert_eq!(ratio(Vec::new()), None);
    }
}
