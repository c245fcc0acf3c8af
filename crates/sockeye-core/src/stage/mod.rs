//! What happens to units in one direction on the way: faults, damage done on purpose, seeded and pure.
//! Never holds a socket or asks a clock; a conversation without stages pays nothing for them.

mod fault;
mod exit;
mod latency;
mod slice;
mod spec;
mod chain;

#[cfg(test)]
pub(crate) mod tests;

pub use chain::{Chain, Drawn};
pub use fault::{Cutter, Fault, Held, Stage, StageContext, Step, StreamPiece};
pub use spec::{FAULTS, FaultError, FaultRow, FaultSpec, Side, Way};
