//! Waits for peers: it resolves, connects, accepts and drives conversations.
//! Never prints, never parses arguments, never decides what a conversation says.

mod clock;
mod desk;
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
pub use desk::{Anchor, Desk, Drained, EVENT_BATCHES, Errand, ORDERS, Order, Report, To};
pub use run_state::{CUT, RunState};
