//! Links: one open conversation's bytes, whatever carries them.
//! Never frames, never decides what is said.

pub(crate) mod busy;
pub(crate) mod tcp;
pub(crate) mod udp;
pub(crate) mod unix;

use sockeye_core::event::SocketInfo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
};

/// A stream that the driver can drive.
pub(crate) trait Link: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Makes the coming drop a reset (RST) instead of an orderly end, where the transport has one.
    fn arm_reset(&self);

    /// What the kernel knows of it.
    fn info(&self) -> SocketInfo;
}

impl Link for TcpStream {
    fn arm_reset(&self) {
        // A linger of zero; the stream is never split, so no half can send a FIN first when it is dropped.
        let _ = self.set_zero_linger();
    }

    fn info(&self) -> SocketInfo {
        use std::os::fd::AsFd;
        sockeye_sys::tcp_info(self.as_fd())
    }
}

impl Link for UnixStream {
    fn arm_reset(&self) {}

    fn info(&self) -> SocketInfo {
        SocketInfo::default()
    }
}

#[cfg(test)]
impl Link for tokio::io::DuplexStream {
    fn arm_reset(&self) {}

    fn info(&self) -> SocketInfo {
        SocketInfo::default()
    }
}
