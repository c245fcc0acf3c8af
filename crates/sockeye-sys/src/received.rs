//! What one call brings of a socket: datagrams, or word of what became of them.

use std::net::{IpAddr, SocketAddr};

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

/// An ICMP message about what a socket sent, as it came: its numbers are of IPv4 or IPv6, as `from` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedIcmp {
    /// Who sent it.
    pub from: IpAddr,
    /// Its type.
    pub kind: u8,
    /// Its code.
    pub code: u8,
}

/// How far a connection is that was asked for without waiting.
#[derive(Debug)]
pub enum Handshake {
    /// It is made.
    Made,
    /// It is on its way: it is made, or has failed, once the socket can be written.
    Begun,
    /// It failed, after it had begun.
    Failed(std::io::Error),
}
