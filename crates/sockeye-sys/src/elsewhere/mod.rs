//! What macOS and Windows do in the same way, or what neither of them has.
//! Never pretends: what there is not is an error, or nothing.

mod network;
mod opener;
mod sockets;

pub use network::{congestion_control, ephemeral_ports};
pub(crate) use opener::{OpenerSystem, SteppedOpener, SteppedReader};
pub(crate) use sockets::send_read;
pub use sockets::{
    HangUp, Pipe, SEGMENTS, begin_connect, drain_errors, is_unanswered, limit_unsent, listeners, obstacle,
    obstacle_between, queued_icmp, receive, receive_into, receive_together, report_errors, send,
    send_together, slept, stream_socket, take_together, tcp_info, wait_for_bytes,
};
