//! HTTP as far as files need it: the head of a request, whom it calls, which part of a file it wants.
//! Never sees a socket or a file, and never answers.

pub mod percent;

mod head;
mod host;
mod range;

pub use head::{After, Bad, HttpHead, Method, parse};
pub use host::{HostScope, Hosts, host};
pub use range::{Part, has_already, is_same, part};
