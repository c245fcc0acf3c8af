//! Links: one open conversation's bytes, whatever carries them.
//! Never frames, never decides what is said.

pub(crate) mod busy;
pub(crate) mod bind;
mod calls;
pub(crate) mod tcp;
pub(crate) mod udp;
mod stream;
mod dial;
mod listener;

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::BufMut as _;
use sockeye_core::{event::SocketInfo, limit::READ};
use sockeye_sys::HangUp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::io::poll_read_buf;

pub use dial::{Connected, Dialing, dial};
pub use listener::{Accepted, Listener};
pub use stream::StreamSocket;

/// A stream that the driver can drive.
pub(crate) trait Link: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Receives into the room of `buffer`, which is empty and has some; 0 is the peer's FIN.
    fn poll_receive(&mut self, cx: &mut Context<'_>, buffer: &mut Vec<u8>) -> Poll<io::Result<usize>> {
        poll_read_buf(Pin::new(self), cx, buffer)
    }

    /// Sends as many of `bytes` as the system takes.
    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self).poll_write(cx, bytes)
    }

    /// Makes the coming drop a reset (RST) instead of an orderly end, where the transport has one.
    fn arm_reset(&self);

    /// What the kernel knows of it.
    fn info(&self) -> SocketInfo;

    /// What hears that it fails or hangs up while nobody reads it; none where there is no such thing.
    fn hang_up(&self) -> Option<HangUp> {
        None
    }

    /// Takes the error that the system has for it, if there is one.
    fn take_error(&self) -> Option<io::Error> {
        None
    }
}

/// Receives into the room of `buffer`, which is empty, at most so many bytes.
#[inline]
pub(crate) fn receive(
    link: &mut impl Link,
    cx: &mut Context<'_>,
    buffer: &mut Vec<u8>,
    most: usize,
) -> Poll<io::Result<usize>> {
    match most {
        READ.. => link.poll_receive(cx, buffer),
        _ => poll_read_buf(Pin::new(link), cx, &mut (&mut *buffer).limit(most)),
    }
}

#[cfg(test)]
impl Link for tokio::io::DuplexStream {
    fn arm_reset(&self) {}

    fn info(&self) -> SocketInfo {
        SocketInfo::default()
    }
}
