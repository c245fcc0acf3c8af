//! What passes in a second, or whatever time was asked for.

use serde::{Deserialize, Serialize};

/// What passed in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsFlow {
    /// Bytes that came or were taken by the system, framing and all.
    pub bytes: u64,
    /// Messages (reads and writes, under raw framing).
    pub messages: u64,
    /// What went wrong: coming, frames that were damaged or passed over; going, what could not be sent.
    pub errors: u64,
}

impl StatsFlow {
    /// Adds `other` to it.
    pub fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.messages += other.messages;
        self.errors += other.errors;
    }
}

/// What passed in both directions: from peers and to them, or, through a relay, up from clients and down to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsFlows {
    /// From peers.
    pub inward: StatsFlow,
    /// To them.
    pub outward: StatsFlow,
}

impl StatsFlows {
    /// Adds `other` to them.
    pub fn add(&mut self, other: &Self) {
        self.inward.add(&other.inward);
        self.outward.add(&other.outward);
    }
}

/// What passed since the one before, in the run or in one conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// How long ago that was, in nanoseconds.
    pub lasted: u64,
    /// Conversations that are open.
    pub open: u64,
    /// Since then.
    pub passed: StatsFlows,
    /// Since the run began.
    pub total: StatsFlows,
}
