//! What can be in the way of a port, and who has one.

use std::net::SocketAddr;

/// Which sockets are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP sockets.
    Tcp,
    /// UDP sockets.
    Udp,
}

/// A process that holds a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number.
    pub pid: u32,
    /// Its name, as the system keeps it (Linux: at most 15 bytes).
    pub name: String,
}

/// A socket of this machine that listens, or that a port of datagrams belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// Connections that wait for it to accept them.
    pub waiting: u64,
    /// Whose it is, where the system tells.
    pub holder: Option<Holder>,
}

/// What has a port, so that nobody else can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A socket that listens there (UDP: that is bound there).
    Bound {
        /// Whose it is, where the system tells.
        holder: Option<Holder>,
        /// Whether old connections of that port rest in TIME_WAIT besides, which are not what is in the way.
        time_wait: bool,
    },
    /// A connection whose own end is there.
    Connected {
        /// Whose it is, where the system tells.
        holder: Option<Holder>,
    },
    /// Nobody: an old connection rests in TIME_WAIT, which lasts 60 s.
    TimeWait,
    /// Nobody: the kernel is still closing an old connection.
    Closing,
}
