//! Hearing that a connection failed or hung up without reading it.

use std::{
    io,
    os::fd::{AsFd as _, OwnedFd},
    task::{Context, Poll},
};

use socket2::Socket;
use tokio::io::{Interest, unix::AsyncFd};

/// A second descriptor of a connection that becomes ready when that fails or hangs up, and by nothing else: a stream that
/// is not read tells neither.
#[derive(Debug)]
pub struct HangUp(AsyncFd<OwnedFd>);

impl HangUp {
    /// Begins to watch the connection of `socket`. Urgent data is never looked at: whoever waits for it alone hears of errors
    /// and hang-ups only.
    ///
    /// # Errors
    /// What the system says.
    #[expect(deprecated, reason = "unsound for types that may change their descriptor; an `OwnedFd` cannot")]
    pub fn watch(socket: &Socket) -> io::Result<Self> {
        AsyncFd::with_interest(socket.as_fd().try_clone_to_owned()?, Interest::PRIORITY).map(Self)
    }

    /// Whether something happened since the last call; the connection's error says what, if there is one.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        match self.0.poll_read_ready(cx) {
            Poll::Ready(Ok(mut guard)) => {
                guard.clear_ready();
                Poll::Ready(())
            }
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}
