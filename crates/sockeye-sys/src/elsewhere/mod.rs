//! What macOS and Windows do in the same way, or what neither of them has.
//! Never pretends: what there is not is an error, or nothing.

mod network;
mod opener;
mod sockets;

pub use network::{congestion_control, ephemeral_ports};
pub(crate) use opener::{OpenerSystem, SteppedOpener, SteppedReader};
pub(crate) use sockets::send_read;
pub use sockets::{
    HangUp, Pipe, SEGMENTS, drain_errors, limit_unsent, obstacle, obstacle_between, receive, receive_into,
    receive_together, report_errors, send, send_together, take_together, tcp_info, wait_for_bytes,
};
