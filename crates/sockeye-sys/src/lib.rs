//! What the kernel knows about a socket and no safe crate tells.
//! Never decides anything: no policy, no waiting, no printing.

mod linux;

pub use linux::{
    Family, Holder, NAMING, Obstacle, Received, SEGMENTS, Transport, drain_errors, obstacle,
    obstacle_between, raise_descriptor_limit, receive, report_errors, send, take_together, tcp_info,
};
