//! Waits for peers: it resolves, connects, accepts and drives conversations.
//! Never prints, never parses arguments, never decides what a conversation says.

mod clock;
mod context;
pub mod trouble;
mod run_state;
mod hub;
mod resolve;
pub mod link;
mod outlet;
mod drive;
mod datagrams;
pub mod accept;
pub mod run;
#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use context::{
    Action, Anchor, Drained, EVENT_BATCHES, FaultOrder, ORDERS, Order, Report, RunContext, Spoken, To, Whom,
};
pub use run_state::{CUT, RunState};
