//! What one call brings of a UDP socket.

use std::net::SocketAddr;

/// What one call brought.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    /// Bytes, one datagram behind the other.
    pub len: usize,
    /// Bytes of each datagram but the last, which may be shorter; `len` where it is only one.
    pub segment: usize,
    /// Who sent them.
    pub from: SocketAddr,
}
