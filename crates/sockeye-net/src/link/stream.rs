//! A connected stream socket, of TCP or Unix: whatever is done with one is done here for both.
//! Never buffers.

use std::{
    io,
    net::Shutdown,
    pin::Pin,
    task::{Context, Poll},
};

use socket2::{SockRef, Socket};
use sockeye_core::{
    event::SocketInfo,
    limit::{NOTSENT_MOST, NOTSENT_SHARE},
};
use sockeye_sys::{HangUp, Pipe, UnixStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf},
    net::TcpStream,
};
use tokio_util::io::poll_read_buf;

use super::{Link, calls};

/// A connected stream socket.
#[derive(Debug)]
pub enum StreamSocket {
    /// Of TCP.
    Tcp(TcpStream),
    /// Of Unix, where the system has such sockets.
    Unix(UnixStream),
}

impl StreamSocket {
    /// The socket itself, for calls that do not wait.
    #[must_use]
    pub fn socket(&self) -> SockRef<'_> {
        match self {
            Self::Tcp(stream) => SockRef::from(stream),
            Self::Unix(stream) => SockRef::from(stream),
        }
    }

    /// Waits until there may be something to read.
    ///
    /// # Errors
    /// What the system says.
    pub async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
            Self::Unix(stream) => stream.readable().await,
        }
    }

    /// Waits until it may take something.
    ///
    /// # Errors
    /// What the system says.
    pub async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.writable().await,
            Self::Unix(stream) => stream.writable().await,
        }
    }

    /// Reads what there is; 0 is the peer's FIN.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` where there is nothing yet.
    pub fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_read(buffer),
            Self::Unix(stream) => stream.try_read(buffer),
        }
    }

    /// Does `act`, which writes, if the socket may take something. Where `act` says `WouldBlock`, it may not until
    /// [`StreamSocket::writable`] says so again.
    ///
    /// # Errors
    /// Those of `act`; `WouldBlock` where it was not done.
    pub fn try_write<R>(&self, act: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        match self {
            Self::Tcp(stream) => stream.try_io(Interest::WRITABLE, act),
            Self::Unix(stream) => stream.try_io(Interest::WRITABLE, act),
        }
    }

    /// Lets the system hold at most about so many bytes unsent, where it can be told; a Unix socket has bounds of its own.
    pub fn limit_unsent(&self, bytes: u32) {
        let _ = sockeye_sys::limit_unsent(&self.socket(), bytes);
    }

    /// Lets the system hold more unsent for a peer that has taken `taken` bytes by now, where it may hold `allowed`; how much it
    /// may hold then, bytes.
    #[must_use]
    pub fn trust(&self, allowed: u32, taken: u64) -> u32 {
        let earned = u32::try_from(taken / NOTSENT_SHARE).unwrap_or(u32::MAX).min(NOTSENT_MOST);
        // Each change costs a system call, so it is made only when the limit doubles.
        if earned / 2 < allowed {
            return allowed;
        }
        self.limit_unsent(earned);
        earned
    }

    /// Moves what has come into `pipe`, which has to be empty; 0 is the peer's FIN.
    pub(crate) fn poll_fill(&self, cx: &mut Context<'_>, pipe: &Pipe) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => calls::poll_fill(stream, cx, pipe),
            Self::Unix(_) => Poll::Ready(Err(io::ErrorKind::Unsupported.into())),
        }
    }

    /// Moves at most `most` bytes of `pipe` on.
    pub(crate) fn poll_pour(
        &self,
        cx: &mut Context<'_>,
        pipe: &Pipe,
        most: usize,
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => calls::poll_pour(stream, cx, pipe, most),
            Self::Unix(_) => Poll::Ready(Err(io::ErrorKind::Unsupported.into())),
        }
    }

    /// Whether the kernel can move its bytes through a pipe.
    pub(crate) fn has_pipes(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    /// Ends our direction (FIN).
    pub fn end(&self) {
        let _ = self.socket().shutdown(Shutdown::Write);
    }

    /// Makes the coming drop a reset (RST) instead of an orderly end; a Unix socket has none.
    pub fn arm_reset(&self) {
        match self {
            // A linger of zero; the stream is never split, so no half can send a FIN first when it is dropped.
            Self::Tcp(stream) => drop(stream.set_zero_linger()),
            Self::Unix(_) => {}
        }
    }

    /// The same connection for a thread that waits for it by itself.
    ///
    /// # Errors
    /// What the system says.
    pub fn into_blocking(self) -> io::Result<Socket> {
        let socket = match self {
            Self::Tcp(stream) => Socket::from(stream.into_std()?),
            Self::Unix(stream) => Socket::from(stream.into_std()?),
        };
        socket.set_nonblocking(false)?;
        Ok(socket)
    }
}

impl AsyncRead for StreamSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for StreamSocket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

impl Link for StreamSocket {
    fn poll_receive(&mut self, cx: &mut Context<'_>, buffer: &mut Vec<u8>) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => calls::poll_receive(stream, cx, buffer),
            Self::Unix(stream) => poll_read_buf(Pin::new(stream), cx, buffer),
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(stream) => calls::poll_send(stream, cx, bytes),
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn arm_reset(&self) {
        Self::arm_reset(self);
    }

    fn info(&self) -> SocketInfo {
        match self {
            Self::Tcp(stream) => sockeye_sys::tcp_info(&SockRef::from(stream)),
            Self::Unix(_) => SocketInfo::default(),
        }
    }

    fn hang_up(&self) -> Option<HangUp> {
        HangUp::watch(&self.socket()).ok()
    }

    fn take_error(&self) -> Option<io::Error> {
        match self {
            Self::Tcp(stream) => stream.take_error().ok().flatten(),
            Self::Unix(stream) => stream.take_error().ok().flatten(),
        }
    }
}
