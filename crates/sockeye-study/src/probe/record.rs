//! What attempts at one target come to, one after the other: since when it is up or down, what changed, statistics.
//! Never keeps more for a million attempts than for a thousand.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    event::{Attempt, Change, ProbeState, ProbeTotal},
    unit::At,
};

use super::times::SparseTimes;

/// What is known of a target.
#[derive(Clone, Debug, Default)]
pub struct TargetRecord {
    sent: u64,
    up: u64,
    down: u64,
    local: u64,
    /// The last state that says something of the target.
    last: Option<ProbeState>,
    /// Whether the last attempt could not be made at all.
    could_not: bool,
    /// Since when it is up, or is not.
    since: At,
    /// Since when it is in that very state.
    in_state: At,
    run: u64,
    longest: Duration,
    times: SparseTimes,
    before: Option<Duration>,
    differences: Duration,
    /// How many of those there are.
    compared: u32,
}

/// What an attempt means after those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Which attempt it was, from 1.
    pub number: u64,
    /// Since when the target is up, or is not.
    pub since: At,
    /// What was before, where the state is another now.
    pub change: Option<Change>,
    /// Whether it is to be found out why: it is the first that is not in order, or not in order in another way.
    pub is_news: Asks,
}

/// Whether it is to be found out why an attempt ended as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// It is.
    Why,
    /// Everything is in order, or it was told before.
    Nothing,
}

impl TargetRecord {
    /// Takes an attempt that began at `at`.
    pub fn take(&mut self, attempt: &Attempt, at: At) -> Meaning {
        let state = attempt.state;
        self.sent += 1;
        if state == ProbeState::Local {
            return self.could_not(at);
        }
        let could_not = std::mem::take(&mut self.could_not);
        let was = self.last.replace(state);
        let turned = was.is_none_or(|was| was.is_up() != state.is_up());
        let change = was.filter(|was| *was != state).map(|was| {
            let begun = if turned { self.since } else { self.in_state };
            Change { was, lasted: at.since(begun) }
        });
        if turned {
            if was.is_some_and(ProbeState::is_down) {
                self.longest = self.longest.max(at.since(self.since));
            }
            (self.since, self.run) = (at, 0);
        }
        if was != Some(state) {
            self.in_state = at;
        }
        self.run += 1;
        match state.is_up() {
            true => self.up += 1,
            false => self.down += 1,
        }
        if let Some(time) = attempt.time() {
            self.time(time);
        }
        let is_odd = !state.is_up() || attempt.then.is_some();
        let is_new = was != Some(state) || could_not;
        let is_news = if is_odd && is_new { Asks::Why } else { Asks::Nothing };
        Meaning { number: self.sent, since: self.since, change, is_news }
    }

    /// The target's last state; none where it was never tried, or only in vain.
    #[must_use]
    pub fn state(&self) -> Option<ProbeState> {
        match (self.could_not, self.sent) {
            (_, 0) => None,
            (true, _) => Some(ProbeState::Local),
            (false, _) => self.last,
        }
    }

    fn could_not(&mut self, at: At) -> Meaning {
        self.local += 1;
        if self.last.is_none() && !self.could_not {
            self.since = at;
        }
        let is_news = if self.could_not { Asks::Nothing } else { Asks::Why };
        self.could_not = true;
        Meaning { number: self.sent, since: self.since, change: None, is_news }
    }

    fn time(&mut self, time: Duration) {
        if let Some(before) = self.before.replace(time) {
            self.differences += before.abs_diff(time);
            self.compared = self.compared.saturating_add(1);
        }
        self.times.add(time);
    }

    /// What all attempts until `at` came to.
    #[must_use]
    pub fn total(&self, target: Arc<str>, index: usize, at: At) -> ProbeTotal {
        let is_down = self.last.is_some_and(ProbeState::is_down);
        let outage = if is_down { at.since(self.since) } else { Duration::ZERO };
        ProbeTotal {
            target,
            index,
            state: self.state(),
            sent: self.sent,
            up: self.up,
            down: self.down,
            local: self.local,
            min: self.times.min,
            p50: self.times.percentile(50),
            p99: self.times.percentile(99),
            max: self.times.max,
            jitter: (self.compared > 0).then(|| self.differences / self.compared),
            run: self.run,
            longest_outage: self.longest.max(outage),
            down_since: is_down.then_some(self.since),
        }
    }
}
