//! Many clients at once, and what they came to together.
//! Never knows what one of them says.

use std::{collections::BTreeSet, sync::Arc};

use sockeye_core::{
    address::Address,
    behaviour::Verdict,
    event::{Ending, Failure, Operation, What},
};
use sockeye_text::text;
use tokio::task::JoinSet;

use super::fleet::Fleet;
use crate::drive::DriveOutcome;

/// What the clients of a run came to.
#[derive(Default)]
pub(super) struct FleetTally {
    /// What the one came to that did worst; of those that did alike, the first that ended.
    pub(super) worst: Option<DriveOutcome>,
    /// How the first of those failed that could not connect.
    pub(super) failed: Option<Failure>,
    failures: u64,
}

impl FleetTally {
    fn add(&mut self, lived: Result<Option<DriveOutcome>, Failure>) {
        match lived {
            Ok(None) => {}
            Ok(Some(outcome)) => {
                if self.worst.as_ref().is_none_or(|worst| badness(&outcome) > badness(worst)) {
                    self.worst = Some(outcome);
                }
            }
            Err(failure) => {
                self.failures += 1;
                self.failed.get_or_insert(failure);
            }
        }
    }

    /// The failure that it is if some of many could not connect.
    pub(super) fn failure(&self, target: &Address, clients: u64) -> Option<Failure> {
        let failed = self.failed.as_ref()?;
        let detail =
            text!("clients-failed", count = self.failures, clients = clients, detail = failed.detail.clone());
        let failure = Failure::new(Operation::Connect, target.to_string(), failed.kind, detail);
        Some(failed.hint.iter().fold(failure, |failure, hint| failure.hint(hint.clone())))
    }
}

/// How far a conversation is from having come to a good end.
fn badness(outcome: &DriveOutcome) -> u8 {
    match (&outcome.failure, &outcome.verdict, outcome.why) {
        (Some(_), ..) => 4,
        (None, Verdict::Unmet { .. } | Verdict::NoAnswer, _) => 3,
        (None, Verdict::CutShort { .. } | Verdict::HalfSaid { .. }, why) if why != Ending::Stopped => 2,
        (None, _, Ending::PeerReset | Ending::Failed | Ending::Refused | Ending::TooSlow) => 1,
        _ => 0,
    }
}

/// Lets so many clients live, at once.
pub(super) async fn run(fleet: &Arc<Fleet>, clients: u64) -> FleetTally {
    let mut tally = FleetTally::default();
    if clients == 1 {
        tally.add(fleet.live(1).await);
        return tally;
    }
    let mut lives = JoinSet::new();
    for client in 1..=clients {
        let fleet = Arc::clone(fleet);
        lives.spawn(async move { fleet.live(client).await });
    }
    let mut told = BTreeSet::new();
    while let Some(lived) = lives.join_next().await {
        // Only one that was aborted has no outcome, and none is.
        let Ok(lived) = lived else { continue };
        if let Err(failure) = &lived
            && told.insert(failure.to_string())
            && told.len() <= TOLD
        {
            fleet.hub.run.tell(What::Failed(failure.clone())).await;
        }
        tally.add(lived);
    }
    tally
}

/// Kinds of failures that are told at once, as many as people will read.
const TOLD: usize = 8;
