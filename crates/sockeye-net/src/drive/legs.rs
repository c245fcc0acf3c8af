//! What the two ways of driving a relayed conversation have in common: what it came to, and what one leaves to the other.

use sockeye_core::event::{Counters, Ending, FaultTally, Leg};

/// What a relayed conversation came to.
#[derive(Clone, Debug)]
pub(crate) struct PairOutcome {
    /// How it ended.
    pub(crate) why: Ending,
    /// On which leg that began.
    pub(crate) leg: Leg,
    /// What passed with the client.
    pub(crate) client: Counters,
    /// What passed with the target.
    pub(crate) target: Counters,
    /// What faults came to.
    pub(crate) faults: Vec<FaultTally>,
}

/// What is left of one direction.
pub(crate) struct LaneRest {
    /// Bytes that came and are to be passed on.
    pub(crate) pending: Vec<u8>,
    /// Whether its end came.
    pub(crate) has_ended: bool,
    /// Bytes that came, and those of them that were passed on.
    pub(crate) came: u64,
    pub(crate) went: u64,
}
