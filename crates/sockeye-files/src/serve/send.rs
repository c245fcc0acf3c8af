//! The way out of `serve`: heads, pages, and files from the kernel's cache into the socket.
//! Never copies a file through this process (but for small ones), and never sends one state of it and then another unsaid.
//!
//! What was handed to the system lies there by reference until the peer has it. A change of exactly those pages within
//! that moment is seen in no number of the file; only a hash of the whole file, as in our own dialect, finds it.

use std::io;

use sockeye_core::event::{Ending, Outcome};
use sockeye_net::trouble::ended_by;
use sockeye_sys::{Flush, read_exact_at, send, send_file};
use tokio::time::timeout;

use super::{
    close::{CloseMode, is_nothing_yet},
    connection::Connection,
};
use crate::tree::Offered;

/// Bytes between two checks that the file did not change.
pub(super) const STRETCH: u64 = 1024 * 1024;
/// Bytes after which the task yields; each yield costs a system call.
const TURN: u64 = 8 * 1024 * 1024;
/// Files up to this length are read and sent with their head, in one piece.
pub(super) const SMALL: u64 = 16 * 1024;
/// How often a file that changed before a byte of it was sent is opened again.
pub(super) const AGAIN: usize = 3;

/// Why something was not sent whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendError {
    /// The file changed since it was opened.
    Changed,
    /// The file cannot be read.
    Unread,
    /// The peer took nothing for too long.
    Stalled,
    /// The connection is over.
    Gone(Ending),
    /// The run was cut short.
    Stopped,
}

impl SendError {
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Changed => Outcome::Changed,
            Self::Unread => Outcome::Unread,
            Self::Stalled => Outcome::Stalled,
            Self::Gone(_) => Outcome::Gone,
            Self::Stopped => Outcome::Stopped,
        }
    }

    /// How the connection has to be closed, so that the peer does not take what it has for the whole file.
    pub(super) fn close_mode(self) -> CloseMode {
        match self {
            Self::Changed | Self::Unread => CloseMode::Reset(Ending::Failed),
            Self::Stalled => CloseMode::Reset(Ending::TooSlow),
            // If the peer is still there after all, a FIN would look like the end of the file.
            Self::Gone(why) => CloseMode::Reset(why),
            Self::Stopped => CloseMode::Reset(Ending::Stopped),
        }
    }
}

impl Connection {
    /// Notes the file in the transfer progress, unless it is small.
    pub(super) fn begin_file(&self, name: &[u8], length: u64) {
        if let Some(progress) = self.shared.progress.as_ref().filter(|_| length > SMALL) {
            progress.begin(self.conn, name, length);
        }
    }

    /// Sends these bytes.
    pub(super) async fn send(&mut self, bytes: &[u8], then: Flush) -> Result<(), SendError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let sent = self.stream.try_write(|| send(&self.stream.socket(), rest, then));
            match sent {
                Ok(n) => {
                    rest = rest.get(n..).unwrap_or_default();
                    self.counters.bytes_out += n as u64;
                }
                Err(error) if is_nothing_yet(&error) => self.writable().await?,
                Err(error) => return Err(SendError::Gone(ended_by(&error))),
            }
        }
        Ok(())
    }

    /// Sends `head` and, behind it, `length` bytes of `file` from `from` on.
    pub(super) async fn send_file(
        &mut self,
        head: &[u8],
        file: &Offered,
        from: u64,
        length: u64,
    ) -> Result<(), SendError> {
        if length <= SMALL && self.pace.is_unlimited() {
            let mut whole = head.to_vec();
            read(file, from, length, &mut whole)?;
            if !file.is_unchanged() {
                return Err(SendError::Changed);
            }
            self.send(&whole, Flush::Now).await?;
            self.count_sent(length);
            return Ok(());
        }
        if !file.is_unchanged() {
            return Err(SendError::Changed);
        }
        self.send(head, Flush::Later).await?;
        let (mut at, end) = (from, from.saturating_add(length));
        while at < end {
            let before = self.sent;
            let stretch = end.min(at.saturating_add(STRETCH));
            while at < stretch {
                let most = (stretch - at).min(u64::from(self.unsent));
                let most = self.pace.draw(most, &self.shared.run).await.ok_or(SendError::Stopped)?;
                at += self.pass(file, at, most).await?;
            }
            if !file.is_unchanged() {
                return Err(SendError::Changed);
            }
            if self.shared.run.cut.is_cancelled() {
                return Err(SendError::Stopped);
            }
            // A peer that reads as fast as we send never makes this task wait; without a yield others would starve.
            if before / TURN != self.sent / TURN {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// Lets the kernel move up to `most` bytes from the file into the socket.
    async fn pass(&mut self, file: &Offered, from: u64, most: u64) -> Result<u64, SendError> {
        loop {
            let count = usize::try_from(most).unwrap_or(usize::MAX);
            let passed = self.stream.try_write(|| send_file(&self.stream.socket(), file.file(), from, count));
            match passed {
                // The file is shorter than it was.
                Ok(0) => return Err(SendError::Changed),
                Ok(n) => {
                    let n = n as u64;
                    self.counters.bytes_out += n;
                    self.count_sent(n);
                    self.trust();
                    self.pace.put_back(most.saturating_sub(n));
                    return Ok(n);
                }
                Err(error) if is_nothing_yet(&error) => self.writable().await?,
                Err(error) => return Err(send_error(&error)),
            }
        }
    }

    /// Lets the kernel hold more unsent for a peer that has taken more.
    fn trust(&mut self) {
        self.unsent = self.stream.trust(self.unsent, self.sent);
    }

    async fn writable(&self) -> Result<(), SendError> {
        tokio::select! {
            biased;
            () = self.shared.run.cut.cancelled() => Err(SendError::Stopped),
            ready = timeout(self.shared.idle, self.stream.writable()) => match ready {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(SendError::Gone(ended_by(&error))),
                Err(_) => Err(SendError::Stalled),
            },
        }
    }
}

/// Appends a short part of a file to `out`.
pub(super) fn read(file: &Offered, from: u64, length: u64, out: &mut Vec<u8>) -> Result<(), SendError> {
    let begin = out.len();
    out.resize(begin.saturating_add(usize::try_from(length).unwrap_or(0)), 0);
    let part = out.get_mut(begin..).unwrap_or_default();
    read_exact_at(file.file(), part, from).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => SendError::Changed,
        _ => SendError::Unread,
    })
}

/// Errors of the socket and of the file come alike; whatever is not one of these is the file's.
fn send_error(error: &io::Error) -> SendError {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionReset, HostUnreachable, NetworkUnreachable, NotConnected,
        TimedOut,
    };
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | HostUnreachable | NetworkUnreachable
        | NotConnected | TimedOut => SendError::Gone(ended_by(error)),
        _ => SendError::Unread,
    }
}
