//! What happens to units in one direction on the way: faults, damage done on purpose, seeded and pure.
//! Never holds a socket or asks a clock; a conversation without stages pays nothing for them.

mod fault;
mod passage;
mod lottery;
mod prompt;
mod exit;
mod latency;
mod bandwidth;
mod slice;
mod glue;
mod cut;
mod reset;
mod stall;
mod slow_close;
mod refuse;
mod slow_accept;
mod corrupt;
mod drop;
mod duplicate;
mod reorder;
mod truncate;
mod edit;
mod fields;
mod table;
mod spec;
mod chain;
mod change;

#[cfg(test)]
pub(crate) mod tests;

pub use crate::unit::Side;
pub use chain::{Chain, Drawn};
pub use edit::EditSetting;
pub use fault::{ChainConfig, Cutter, Fault, Held, HeldQueue, Stage, StageContext, Step, StreamPiece};
pub use fields::{Author, FaultError};
pub use spec::FaultSpec;
pub use table::{FAULTS, FaultClass, FaultMedia, FaultRow};
