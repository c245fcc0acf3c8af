//! Many times, kept so that percentiles are right to one part in a thousand, whatever they are.
//! Never grows: what is longer than an hour counts as an hour.

use hdrhistogram::{
    Histogram,
    serialization::{Serializer as _, V2DeflateSerializer},
};
use sockeye_core::event::{LatencyBar, LatencyFigures, LatencyPoint};

/// The longest time that is told apart, nanoseconds: an hour.
const LONGEST: u64 = 3_600_000_000_000;
/// Digits of a time that are kept.
const DIGITS: u8 = 3;
/// Points of a curve for each halving of the distance to 100 %.
const POINTS: u32 = 4;
/// Bars of a histogram for people, for each power of ten.
const STEPS: [u64; 3] = [1, 2, 5];

/// See the module.
#[derive(Clone, Debug)]
pub struct Times {
    // None where it could not be made, which its bounds rule out.
    histogram: Option<Histogram<u64>>,
}

impl Default for Times {
    fn default() -> Self {
        Self { histogram: Histogram::new_with_bounds(1, LONGEST, DIGITS).ok() }
    }
}

impl Times {
    /// Adds a time, nanoseconds.
    pub fn add(&mut self, nanos: u64) {
        if let Some(histogram) = &mut self.histogram {
            histogram.saturating_record(nanos.max(1));
        }
    }

    /// Adds all of `other`.
    pub fn add_all(&mut self, other: &Self) {
        if let (Some(histogram), Some(other)) = (&mut self.histogram, &other.histogram) {
            // Both have the same bounds.
            let _ = histogram.add(other);
        }
    }

    /// As HdrHistogram's readers take them: version 2 of its encoding, in zlib.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(histogram) = &self.histogram {
            // A vector takes all that is written to it.
            let _ = V2DeflateSerializer::new().serialize(histogram, &mut out);
        }
        out
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.as_ref().map_or(0, Histogram::len)
    }

    /// The time that this share of all did not exceed, nanoseconds; 0 where there are none.
    #[must_use]
    pub fn at(&self, share: f64) -> u64 {
        self.histogram.as_ref().map_or(0, |histogram| histogram.value_at_quantile(share).min(histogram.max()))
    }

    /// All of it in a few numbers; nothing where there are none.
    #[must_use]
    pub fn figures(&self) -> Option<LatencyFigures> {
        let histogram = self.histogram.as_ref().filter(|histogram| !histogram.is_empty())?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of what fits")]
        let mean = histogram.mean() as u64;
        Some(LatencyFigures {
            count: histogram.len(),
            min: histogram.min(),
            mean,
            p50: self.at(0.5),
            p90: self.at(0.9),
            p99: self.at(0.99),
            p999: self.at(0.999),
            max: histogram.max(),
        })
    }

    /// How many lie in each step of 1, 2, 5, 10…, from the first step that has any to the last.
    #[must_use]
    pub fn bars(&self) -> Vec<LatencyBar> {
        let Some(histogram) = self.histogram.as_ref().filter(|histogram| !histogram.is_empty()) else {
            return Vec::new();
        };
        let mut bars = Vec::new();
        let mut from = 0;
        let steps = (0..).map_while(|power| 10_u64.checked_pow(power));
        for upto in steps.flat_map(|power| STEPS.map(|step| step.saturating_mul(power))) {
            let count = histogram.count_between(from, upto);
            if count > 0 || !bars.is_empty() {
                bars.push(LatencyBar { upto, count });
            }
            if upto >= histogram.max() {
                break;
            }
            from = histogram.highest_equivalent(upto) + 1;
        }
        bars
    }

    /// Latency by percentile, ever closer to 100.
    #[must_use]
    pub fn curve(&self) -> Vec<LatencyPoint> {
        let Some(histogram) = self.histogram.as_ref().filter(|histogram| !histogram.is_empty()) else {
            return Vec::new();
        };
        let point =
            |percentile, latency: u64| LatencyPoint { percentile, latency: latency.min(histogram.max()) };
        let first = std::iter::once(point(0.0, histogram.min()));
        let others = histogram
            .iter_quantiles(POINTS)
            .map(|step| point(step.quantile_iterated_to() * 100.0, step.value_iterated_to()));
        first.chain(others).collect()
    }
}
