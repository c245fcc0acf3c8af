//! The engine of `probe`: tries targets, each at its own pace, and tells what that found.
//! Never decides why a target is down: the study does.

mod knock;
mod manner;
mod ear;
mod stream;
mod datagram;
mod attempt;
mod around;

pub use attempt::{ProbeFinding, ProbeTarget, attempt};
pub use manner::ProbeManner;
