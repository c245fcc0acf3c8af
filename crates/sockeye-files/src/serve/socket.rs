//! A client's socket, of TCP or Unix: all that answering takes of it.
//! Never buffers.

use std::{
    io,
    net::Shutdown,
    os::fd::{AsFd, BorrowedFd},
};

use socket2::SockRef;
use tokio::{
    io::Interest,
    net::{TcpStream, UnixStream},
};

use crate::link::Link as _;

/// A client's socket.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Unix(stream) => stream.as_fd(),
        }
    }
}

impl Socket {
    pub(super) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
            Self::Unix(stream) => stream.readable().await,
        }
    }

    pub(super) async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.writable().await,
            Self::Unix(stream) => stream.writable().await,
        }
    }

    pub(super) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_read(buffer),
            Self::Unix(stream) => stream.try_read(buffer),
        }
    }

    /// Does `act` if the socket may take something; what is "nothing yet" clears that.
    pub(super) fn try_write<R>(&self, act: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        match self {
            Self::Tcp(stream) => stream.try_io(Interest::WRITABLE, act),
            Self::Unix(stream) => stream.try_io(Interest::WRITABLE, act),
        }
    }

    /// Lets the kernel hold at most so many bytes unsent; a Unix socket has bounds of its own.
    pub(super) fn hold_at_most(&self, bytes: u32) {
        let _ = SockRef::from(self).set_tcp_notsent_lowat(bytes);
    }

    /// Ends our direction.
    pub(super) fn end(&self) {
        let _ = SockRef::from(self).shutdown(Shutdown::Write);
    }

    /// Makes the coming drop a reset, where there is such a thing.
    pub(super) fn arm_reset(&self) {
        match self {
            Self::Tcp(stream) => stream.arm_reset(),
            Self::Unix(stream) => stream.arm_reset(),
        }
    }
}
