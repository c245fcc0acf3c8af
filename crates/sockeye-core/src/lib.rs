//! The pure machine of sockeye: what a conversation does with bytes and time.
//! Never holds a socket, a clock, a file, a terminal or a thread: bytes and time are handed in.
//!
//! Modules in reading order; each uses only those above it.

pub mod unit;
pub mod limit;
pub mod address;
pub mod charset;
pub mod frame;
pub mod rule;
pub mod transfer;
pub mod event;
pub mod stage;
pub mod behaviour;
pub mod session;
pub mod plan;
