//! What all attempts at each target came to, counted for metrics.
//! Never tries a target, and never keeps more for a million attempts than for one.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sockeye_core::event::{Attempt, ProbeState, Probed};

/// Upper bounds of the times that are counted together, in seconds: from a loopback to a lost SYN that was sent again.
pub(super) const BOUNDS: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5];

/// Times, counted by how long they are.
#[derive(Clone, Debug, Default)]
pub(super) struct TimeCounts {
    /// How many are no longer than each bound, and longer than the one before; the last are longer than all.
    pub(super) counts: [u64; BOUNDS.len() + 1],
    /// Their sum.
    pub(super) sum: Duration,
}

impl TimeCounts {
    fn add(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        let place = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
        self.sum = self.sum.saturating_add(time);
    }

    /// How many there are.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// What all attempts at one target came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    /// How many found it in each state.
    pub(super) states: [u64; ProbeState::ALL.len()],
    /// How long handshakes took.
    pub(super) connects: TimeCounts,
    /// How long answers took.
    pub(super) answers: TimeCounts,
}

impl Series {
    /// One more attempt.
    pub(super) fn take(&mut self, attempt: &Attempt) {
        let place = ProbeState::ALL.iter().position(|state| *state == attempt.state);
        if let Some(count) = place.and_then(|place| self.states.get_mut(place)) {
            *count += 1;
        }
        if let Some(time) = attempt.connect {
            self.connects.add(time);
        }
        if let Some(time) = attempt.answer {
            self.answers.add(time);
        }
    }
}

/// What became of values that were to be sent to a Zabbix server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    /// It took them.
    pub(super) taken: u64,
    /// It did not, or nobody knows.
    pub(super) refused: u64,
    /// They were too many to wait.
    pub(super) dropped: u64,
}

/// What is counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallied {
    /// Of each target, by its place.
    pub(super) series: Vec<Series>,
    /// Results that came too fast to be counted.
    pub(super) missed: u64,
    /// Where values are sent to a Zabbix server: what became of them.
    pub(super) sent: Option<Sent>,
}

/// Where it is counted while the run goes on.
#[derive(Debug, Default)]
pub(super) struct Board(Mutex<Tallied>);

impl Board {
    fn counted(&self) -> MutexGuard<'_, Tallied> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of it as it is now.
    pub(super) fn look(&self) -> Tallied {
        self.counted().clone()
    }

    /// Takes a result.
    pub(super) fn take(&self, probed: &Probed) {
        let mut counted = self.counted();
        if counted.series.len() <= probed.index {
            counted.series.resize_with(probed.index + 1, Series::default);
        }
        if let Some(series) = counted.series.get_mut(probed.index) {
            series.take(&probed.attempt);
        }
    }

    /// So many results came too fast.
    pub(super) fn miss(&self, results: u64) {
        self.counted().missed += results;
    }

    /// Counts what became of values that were to be sent.
    pub(super) fn count(&self, change: impl FnOnce(&mut Sent)) {
        change(self.counted().sent.get_or_insert_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_once_each() {
        let mut counts = TimeCounts::default();
        for micros in [1, 500, 501, 2_500_000, 2_500_001, 90_000_000] {
            counts.add(Duration::from_micros(micros));
        }
        assert_eq!(counts.counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(counts.total(), 6);
        assert_eq!(counts.sum, Duration::from_micros(95_001_003));
    }
}
