//! Sockets with what every system has, and no more.

use std::{
    io::{self, Read as _},
    net::{IpAddr, SocketAddr},
    task::{Context, Poll},
    time::Duration,
};

use socket2::{Domain, Protocol, Socket, Type};
use sockeye_core::event::SocketInfo;

use crate::{
    files::Flush,
    obstacle::{Listening, Obstacle, Transport},
    received::{Handshake, QueuedIcmp, Received},
};

/// Most bytes of a file that are copied for one call.
const COPIED: usize = 64 * 1024;

/// Most datagrams that one call sends.
pub const SEGMENTS: usize = 1;

/// Nothing: this system shows nobody's sockets but its administrator's tools.
#[must_use]
pub fn obstacle(_: Transport, _: SocketAddr) -> Option<Obstacle> {
    None
}

/// Nothing, as for [`obstacle`].
#[must_use]
pub fn obstacle_between(_: SocketAddr, _: SocketAddr) -> Option<Obstacle> {
    None
}

/// What the system knows of a TCP connection; what it does not tell stays `None`.
#[must_use]
pub fn tcp_info(socket: &Socket) -> SocketInfo {
    let bytes = |size: io::Result<usize>| size.ok().and_then(|size| u64::try_from(size).ok());
    SocketInfo {
        send_buffer: bytes(socket.send_buffer_size()),
        recv_buffer: bytes(socket.recv_buffer_size()),
        ..SocketInfo::default()
    }
}

/// Receives into the room of `buffer`, which has some; 0 is the peer's FIN.
///
/// # Errors
/// What the system says; `WouldBlock` where there is nothing.
pub fn receive(socket: &Socket, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let count = socket.recv(buffer.spare_capacity_mut())?;
    // SAFETY: the system has written `count` bytes to the beginning of the spare capacity.
    unsafe { buffer.set_len(buffer.len() + count) };
    Ok(count)
}

/// Receives into `buffer`; 0 is the peer's FIN.
///
/// # Errors
/// As for [`receive`].
pub fn receive_into(mut socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    socket.read(buffer)
}

/// Sends as many of `bytes` as the system takes.
///
/// # Errors
/// What the system says; `WouldBlock` where it takes none now.
pub fn send(socket: &Socket, bytes: &[u8], _: Flush) -> io::Result<usize> {
    socket.send(bytes)
}

/// Sends at most `most` bytes that `read` reads; 0 where it reads none. What the system does not take is read again.
pub(crate) fn send_read(
    socket: &Socket,
    most: usize,
    read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut copied = vec![0; most.min(COPIED)];
    let count = read(&mut copied)?;
    match copied.get(..count) {
        None | Some([]) => Ok(0),
        Some(bytes) => socket.send(bytes),
    }
}

/// There is no such bound here.
///
/// # Errors
/// Always.
pub fn limit_unsent(_: &Socket, _: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Datagrams come one by one here.
///
/// # Errors
/// Always.
pub fn take_together(_: &Socket) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Receives one datagram.
///
/// # Errors
/// The system's; `WouldBlock` where there is nothing.
pub fn receive_together(socket: &Socket, buffer: &mut [u8]) -> io::Result<Received> {
    let mut received = Vec::with_capacity(buffer.len());
    let (len, from) = socket.recv_from(received.spare_capacity_mut())?;
    // SAFETY: the system has written `len` bytes to the beginning of the spare capacity.
    unsafe { received.set_len(len) };
    if let Some(room) = buffer.get_mut(..len) {
        room.copy_from_slice(&received);
    }
    let from = from.as_socket().ok_or(io::ErrorKind::InvalidData)?;
    Ok(Received { len, segment: len, from })
}

/// Datagrams leave one by one here.
///
/// # Errors
/// Always.
pub fn send_together(_: &Socket, _: &[u8], _: u16, _: SocketAddr) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// An unconnected UDP socket hears of no ICMP errors here.
///
/// # Errors
/// Always.
pub fn report_errors(_: &Socket, _: SocketAddr) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// No errors are queued here.
#[must_use]
pub fn drain_errors(_: &Socket) -> usize {
    0
}

/// What would hear that a connection failed or hung up without reading it: there is none here.
#[derive(Debug)]
pub enum HangUp {}

impl HangUp {
    /// Begins to watch a connection.
    ///
    /// # Errors
    /// Always.
    pub fn watch(_: &Socket) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether something happened since the last call.
    pub fn poll(&self, _: &mut Context<'_>) -> Poll<()> {
        match *self {}
    }
}

/// Has whoever waits for the connection woken only once so many bytes have come: pipes alone want that, and there are none.
///
/// # Errors
/// Always.
pub fn wait_for_bytes(_: &Socket, _bytes: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A pipe between two connections: there is none here.
#[derive(Debug)]
pub struct Pipe(std::convert::Infallible);

impl Pipe {
    /// A new one.
    ///
    /// # Errors
    /// Always.
    pub fn open() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Bytes that it can hold.
    #[must_use]
    pub fn size(&self) -> usize {
        match self.0 {}
    }

    /// Moves what has come on a connection into it.
    ///
    /// # Errors
    /// Never called.
    pub fn fill(&self, _: &Socket) -> io::Result<usize> {
        match self.0 {}
    }

    /// Moves at most `most` of what is in it on to a connection.
    ///
    /// # Errors
    /// Never called.
    pub fn pour(&self, _: &Socket, _most: usize) -> io::Result<usize> {
        match self.0 {}
    }

    /// Takes what is in it back.
    ///
    /// # Errors
    /// Never called.
    pub fn take(&self, _: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }
}

/// Nothing is kept here.
#[must_use]
pub fn queued_icmp(_: &Socket) -> Option<QueuedIcmp> {
    None
}

/// Nobody, as for [`obstacle`].
#[must_use]
pub fn listeners(_: Transport, _wanted: &dyn Fn(SocketAddr) -> bool, _most: usize) -> Vec<Listening> {
    Vec::new()
}

/// A socket of TCP for the family of `address`, which does not block.
///
/// # Errors
/// What the system says.
pub fn stream_socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// Begins to connect `socket`, which does not block, to `address`.
///
/// # Errors
/// What the system says before anything has left this machine.
pub fn begin_connect(socket: &Socket, address: SocketAddr) -> io::Result<Handshake> {
    match socket.connect(&address.into()) {
        Ok(()) => Ok(Handshake::Made),
        Err(error) if is_begun(&error) => Ok(Handshake::Begun),
        Err(error) => Err(error),
    }
}

/// Whether it says that a connection is on its way.
fn is_begun(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(libc::EINPROGRESS);
    #[cfg(not(unix))]
    return error.kind() == io::ErrorKind::WouldBlock;
}

/// No: nobody tells here what the network was asked.
#[must_use]
pub fn is_unanswered(_: IpAddr) -> bool {
    false
}

/// Nothing: nobody tells here how long the machine was suspended.
#[must_use]
pub fn slept() -> Duration {
    Duration::ZERO
}
