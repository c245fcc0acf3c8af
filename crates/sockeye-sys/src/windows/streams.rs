//! Files sent by a connection, and Unix sockets, of which there are none.

use std::{
    fs::File,
    io,
    os::windows::io::{AsSocket, BorrowedSocket},
    pin::Pin,
    task::{Context, Poll},
};

use socket2::Socket;
use sockeye_core::address::UnixName;
use sockeye_text::text;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use super::read_at;
use crate::elsewhere::send_read;

/// Sends at most `most` bytes of `file`, from the byte `from` on; 0 at the file's end.
///
/// # Errors
/// What the system says, of the file or of the socket; `WouldBlock` where it takes none now.
pub fn send_file(socket: &Socket, file: &File, from: u64, most: usize) -> io::Result<usize> {
    send_read(socket, most, |buffer| read_at(file, buffer, from))
}

fn unavailable() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, text!("unix-not-on-windows"))
}

/// Listens at `name`.
///
/// # Errors
/// Always: there are no Unix sockets here.
pub fn listen_unix(_: &UnixName) -> io::Result<BoundUnix> {
    Err(unavailable())
}

/// Two sockets that are connected to each other.
///
/// # Errors
/// Always: there are no Unix sockets here.
pub fn stream_pair() -> io::Result<(UnixStream, UnixStream)> {
    Err(unavailable())
}

/// Connects to `name`.
///
/// # Errors
/// Always: there are no Unix sockets here.
pub async fn connect_unix(_: &UnixName) -> io::Result<UnixStream> {
    Err(unavailable())
}

/// A Unix socket that listens: there is none here.
#[derive(Debug)]
pub enum BoundUnix {}

impl BoundUnix {
    /// The next connection.
    ///
    /// # Errors
    /// What the system says.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        match *self {}
    }
}

/// A connected Unix socket: there is none here.
#[derive(Debug)]
pub enum UnixStream {}

impl UnixStream {
    /// Waits until there may be something to read.
    ///
    /// # Errors
    /// What the system says.
    pub async fn readable(&self) -> io::Result<()> {
        match *self {}
    }

    /// Waits until it may take something.
    ///
    /// # Errors
    /// What the system says.
    pub async fn writable(&self) -> io::Result<()> {
        match *self {}
    }

    /// Reads what there is.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_read(&self, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    /// Does `act` if the socket is ready for it.
    ///
    /// # Errors
    /// Those of `act`.
    pub fn try_io<R>(&self, _: Interest, _: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        match *self {}
    }

    /// Takes its error.
    ///
    /// # Errors
    /// What the system says.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        match *self {}
    }

    /// The same connection without a runtime.
    ///
    /// # Errors
    /// What the system says.
    pub fn into_std(self) -> io::Result<Self> {
        match self {}
    }
}

impl From<UnixStream> for Socket {
    fn from(stream: UnixStream) -> Self {
        match stream {}
    }
}

impl AsSocket for UnixStream {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        match *self {}
    }
}

impl AsyncRead for UnixStream {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}

impl AsyncWrite for UnixStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match *self {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match *self {}
    }
}
