//! What faults came to in numbers: how often each acted, and on how much it could have.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::unit::Way;

/// What is counted of that on which a fault can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TallyUnit {
    /// Bytes of a direction.
    Bytes,
    /// Datagrams.
    Datagrams,
    /// Ends of a direction (FIN).
    Ends,
    /// Whole conversations.
    Conversations,
}

impl TallyUnit {
    /// Its name, as programs read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Datagrams => "datagrams",
            Self::Ends => "ends",
            Self::Conversations => "conversations",
        }
    }
}

/// What one fault came to in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultTally {
    /// Its name in the fault table.
    pub fault: Cow<'static, str>,
    /// The direction.
    pub way: Way,
    /// How often it acted: as many as there are events of it, whether or not anybody looked.
    pub acts: u64,
    /// On how much it could have acted.
    pub of: u64,
    /// What `of` counts.
    pub unit: TallyUnit,
}

/// Adds `more` to `all`: those of one fault, direction and unit become one.
pub fn tally_up(all: &mut Vec<FaultTally>, more: &[FaultTally]) {
    for tally in more {
        let same =
            |had: &&mut FaultTally| (&had.fault, had.way, had.unit) == (&tally.fault, tally.way, tally.unit);
        match all.iter_mut().find(same) {
            Some(had) => {
                had.acts += tally.acts;
                had.of += tally.of;
            }
            None => all.push(tally.clone()),
        }
    }
}
