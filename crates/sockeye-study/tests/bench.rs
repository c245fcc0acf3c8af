//! Times added up: percentiles are a sorted list's, sums are sums, and what is written can be read.
#![allow(clippy::unwrap_used)] // the functions here are tests' too

use hdrhistogram::{Histogram, serialization::Deserializer};
use proptest::prelude::*;
use sockeye_core::event::{Ending, LoadConnections, LoadTally, Measured};
use sockeye_study::bench::{Account, Times};

fn times(all: &[u64]) -> Times {
    let mut times = Times::default();
    all.iter().for_each(|time| times.add(*time));
    times
}

/// Whether one is the other to one part in a thousand.
fn is_near(found: u64, exact: u64) -> bool {
    found.abs_diff(exact) <= exact / 1000 + 1
}

fn some_times() -> impl Strategy<Value = Vec<u64>> {
    let time = prop_oneof![1..5_000_u64, 1_000..50_000_000_u64, 1..3_600_000_000_000_u64];
    prop::collection::vec(time, 1..400)
}

/// Reads what [`Times::encoded`] writes.
fn decoded(times: &Times) -> Histogram<u64> {
    Deserializer::new().deserialize(&mut times.encoded().as_slice()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn percentiles_are_those_of_a_sorted_list(all in some_times()) {
        let figures = times(&all).figures().unwrap();
        let mut sorted = all.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let place = (share * sorted.len() as f64).ceil() as usize;
            sorted[place.clamp(1, sorted.len()) - 1]
        };
        prop_assert_eq!(figures.count, all.len() as u64);
        let shares = [(figures.p50, 0.5), (figures.p90, 0.9), (figures.p99, 0.99), (figures.p999, 0.999)];
        for (found, share) in shares {
            prop_assert!(is_near(found, at(share)), "{} at {}, not {}", found, share, at(share));
        }
        prop_assert!(is_near(figures.min, sorted[0]) && is_near(figures.max, sorted[sorted.len() - 1]));
        prop_assert!([figures.p50, figures.p90, figures.p99, figures.p999, figures.max].is_sorted());
    }

    #[test]
    fn bars_and_curves_hold_them_all(all in some_times()) {
        let times = times(&all);
        let bars = times.bars();
        prop_assert_eq!(bars.iter().map(|bar| bar.count).sum::<u64>(), all.len() as u64);
        prop_assert!(bars.is_sorted_by_key(|bar| bar.upto));
        prop_assert!(bars.first().is_some_and(|bar| bar.count > 0));
        let curve = times.curve();
        prop_assert!(curve.is_sorted_by_key(|point| point.latency));
        prop_assert!(curve.last().is_some_and(|point| point.percentile >= 100.0));
    }

    #[test]
    fn what_is_encoded_is_all_of_it(all in some_times()) {
        let mut exact = Histogram::<u64>::new_with_bounds(1, 3_600_000_000_000, 3).unwrap();
        all.iter().for_each(|time| exact.saturating_record(*time));
        prop_assert_eq!(decoded(&times(&all)), exact);
    }

    #[test]
    fn an_account_is_the_sum_of_what_was_measured(
        batches in prop::collection::vec((0..4_u32, some_times(), 0..5_u64), 1..20),
    ) {
        let (mut account, mut sent, mut errors, mut seconds) = (Account::in_rounds(), 0, 0, 0);
        for (number, (phase, latencies, lost)) in batches.into_iter().enumerate() {
            let answered = latencies.len() as u64;
            let tally = LoadTally { sent: answered + lost, answered, errors: lost, ..LoadTally::default() };
            if phase > 0 {
                sent += tally.sent;
                errors += lost;
            }
            let lost = (lost > 0).then_some(Ending::PeerReset);
            account.take(&Measured { target: 0, phase, tally, latencies, lost });
            if number % 3 == 0 {
                seconds += account.second().0.sent;
            }
        }
        seconds += account.second().0.sent;
        prop_assert!(!account.has_news() && seconds >= sent);
        let result = account.result("x".to_owned(), 1, LoadConnections::default());
        prop_assert_eq!(result.tally.sent, sent);
        prop_assert_eq!(result.tally.answered + result.tally.errors, sent);
        prop_assert_eq!(result.errors.iter().map(|(_, count)| count).sum::<u64>(), errors);
        prop_assert_eq!(result.latency.map_or(0, |latency| latency.count), result.tally.answered);
        // It compares with itself as with its like.
        let ratios = account.ratios(&account);
        for ratio in [ratios.rate, ratios.p50, ratios.p99].into_iter().flatten() {
            prop_assert!((ratio.value - 1.0).abs() < 1e-9 && ratio.spread.abs() < 1e-9);
        }
    }
}

#[test]
fn none_at_all_have_no_figures() {
    let none = Times::default();
    assert_eq!((none.figures(), none.bars(), none.curve(), none.at(0.5)), (None, Vec::new(), Vec::new(), 0));
    assert!(decoded(&none).is_empty());
    let mut long = Times::default();
    long.add(u64::MAX);
    assert!(long.figures().is_some_and(|figures| figures.max >= 3_600_000_000_000));
}
