//! Linux.
//! Never decides anything: no policy, no waiting, no printing.

mod holder;
mod limits;
mod naming;
mod tcp_info;
mod udp_together;
mod udp_errors;

pub use holder::{Holder, Obstacle, Transport, obstacle, obstacle_between};
pub use limits::raise_descriptor_limit;
pub use naming::NAMING;
pub use tcp_info::tcp_info;
pub use udp_errors::{V as Family, drain_errors, report_errors};
pub use udp_together::{Received, SEGMENTS, receive, send, take_together};
