//! What the kernel tells of a connection.

use serde::{Deserialize, Serialize};

/// What the kernel knows of a connection. Fields it does not tell are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketInfo {
    /// TCP state as the kernel names it (`established`, `close-wait`…).
    pub state: Option<String>,
    /// Smoothed round-trip time, microseconds.
    pub rtt_us: Option<u64>,
    /// Its variation, microseconds.
    pub rtt_var_us: Option<u64>,
    /// Retransmission timeout, microseconds.
    pub rto_us: Option<u64>,
    /// Congestion window, segments.
    pub cwnd: Option<u64>,
    /// Maximum segment size for sending, bytes.
    pub mss: Option<u64>,
    /// Segments sent again since the connection began.
    pub retransmits: Option<u64>,
    /// Segments sent and not yet acknowledged.
    pub unacked: Option<u64>,
    /// Bytes in the kernel's send queue.
    pub send_queue: Option<u64>,
    /// Bytes of the send queue that have not been sent even once.
    pub unsent: Option<u64>,
    /// Bytes in the kernel's receive queue that we have not read.
    pub recv_queue: Option<u64>,
    /// Size of the send buffer, bytes.
    pub send_buffer: Option<u64>,
    /// Size of the receive buffer, bytes.
    pub recv_buffer: Option<u64>,
    /// Congestion control algorithm.
    pub congestion: Option<String>,
}
