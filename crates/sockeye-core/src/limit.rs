//! Every bound of a run, by name, with its default and the flag that changes it.
//! Never enforces one: whoever owns the thing that grows does.

mod bound;
mod defaults;
mod table;

use std::time::Duration;

pub use bound::{Bound, Counted};
pub use defaults::*;
pub use table::{LIMITS, Limit, default_of};

/// The bounds of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Longest message, bytes.
    pub max_frame: usize,
    /// Conversations open at once; also capped below the descriptor limit.
    pub max_connections: usize,
    /// What becomes of those who come when there are so many.
    pub full: Full,
    /// Longest silence of a conversation before it is closed.
    pub idle_timeout: Option<Duration>,
    /// Messages a second one peer is answered.
    pub rate: Option<u64>,
    /// Longest time for connecting, over all addresses of a name.
    pub connect_timeout: Duration,
    /// The most bytes read at once from a stream.
    pub read_size: usize,
    /// Longest time for finishing after the first stop signal.
    pub grace: Duration,
}

/// What becomes of whoever connects when as many are connected as may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Full {
    /// They wait in the system's backlog until somebody leaves.
    #[default]
    Wait,
    /// They are reset at once.
    Refuse,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: MAX_FRAME,
            max_connections: MAX_CONNECTIONS,
            full: Full::Wait,
            idle_timeout: None,
            rate: None,
            connect_timeout: CONNECT_TIMEOUT,
            read_size: READ,
            grace: GRACE,
        }
    }
}
