//! What the conversations with one target measured, added up: all of it, each second, and each round where it takes turns.
//! Never keeps single messages.

use std::collections::BTreeMap;

use sockeye_core::{
    event::{Ending, LoadConnections, LoadResult, LoadTally, Measured},
    limit::BENCH_ROUNDS,
};

use super::Times;

/// One round of a target.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    pub(super) tally: LoadTally,
    pub(super) times: Times,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Account {
    total: Round,
    second: Round,
    /// Only where it takes turns.
    rounds: Option<BTreeMap<u32, Round>>,
    errors: Vec<(Ending, u64)>,
}

impl Account {
    /// One of a target that takes turns with another.
    #[must_use]
    pub fn in_rounds() -> Self {
        Self { rounds: Some(BTreeMap::new()), ..Self::default() }
    }

    /// Adds what a conversation measured. What is of the warm-up counts only for its second.
    pub fn take(&mut self, measured: &Measured) {
        let Measured { phase, tally, latencies, lost, .. } = measured;
        self.second.take(tally, latencies);
        if *phase == 0 {
            return;
        }
        self.total.take(tally, latencies);
        if let Some(rounds) = &mut self.rounds {
            rounds.entry((*phase).min(BENCH_ROUNDS)).or_default().take(tally, latencies);
        }
        if let Some(why) = lost
            && tally.errors > 0
        {
            match self.errors.iter_mut().find(|(known, _)| known == why) {
                Some((_, count)) => *count += tally.errors,
                None => self.errors.push((*why, tally.errors)),
            }
        }
    }

    /// Whether anything came since [`Account::second`] was called.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.second.tally != LoadTally::default()
    }

    /// What came since the last call.
    pub fn second(&mut self) -> (LoadTally, Times) {
        let Round { tally, times } = std::mem::take(&mut self.second);
        (tally, times)
    }

    /// All there was but the warm-up.
    #[must_use]
    pub fn tally(&self) -> &LoadTally {
        &self.total.tally
    }

    /// What it came to at `addr` in `lasted` nanoseconds.
    #[must_use]
    pub fn result(&self, addr: String, lasted: u64, connections: LoadConnections) -> LoadResult {
        let Round { tally, times } = &self.total;
        LoadResult {
            addr,
            lasted,
            tally: *tally,
            latency: times.figures(),
            bars: times.bars(),
            curve: times.curve(),
            errors: self.errors.clone(),
            connections,
        }
    }

    pub(super) fn rounds(&self) -> impl Iterator<Item = (u32, &Round)> {
        self.rounds.iter().flatten().map(|(number, round)| (*number, round))
    }

    pub(super) fn round(&self, number: u32) -> Option<&Round> {
        self.rounds.as_ref()?.get(&number)
    }
}

impl Round {
    fn take(&mut self, tally: &LoadTally, latencies: &[u64]) {
        self.tally.add(tally);
        latencies.iter().for_each(|nanos| self.times.add(*nanos));
    }
}
