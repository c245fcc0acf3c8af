//! What makes a device of the end that connects: it answers, comes back, and may be one of many.

use std::time::Duration;

use crate::behaviour::Reply;

/// How our ends of `connect` behave besides following their script.
#[derive(Clone, Debug)]
pub struct DevicePlan {
    /// What is answered to what the peer says, if anything is.
    pub reply: Option<Reply>,
    /// Connecting again after a loss or a failed attempt, for ever: the pause before the first attempt; those after it are
    /// longer and longer, up to [`RECONNECT_LONGEST`](crate::limit::RECONNECT_LONGEST).
    pub reconnect: Option<Duration>,
    /// How many such ends there are at once; one at least.
    pub clients: u64,
}

impl Default for DevicePlan {
    fn default() -> Self {
        Self { reply: None, reconnect: None, clients: 1 }
    }
}
