//! A pipe through which the kernel moves bytes from one connection to another without showing them to us.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
};

use rustix::pipe::{PipeFlags, SpliceFlags, fcntl_setpipe_size, pipe_with, splice};
use socket2::Socket;

/// Bytes that it can hold, where the system allows so many.
const SIZE: usize = 1024 * 1024;

/// See the module.
#[derive(Debug)]
pub struct Pipe {
    out: OwnedFd,
    into: OwnedFd,
    size: usize,
}

impl Pipe {
    /// A new one.
    ///
    /// # Errors
    /// What the system says.
    pub fn open() -> io::Result<Self> {
        let (out, into) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        // What it has by itself is enough to go on with.
        let size = fcntl_setpipe_size(&into, SIZE).unwrap_or(64 * 1024);
        Ok(Self { out, into, size })
    }

    /// Bytes that it can hold.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Moves what has come on a connection into it, which has to be empty; 0 is the peer's FIN.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` where nothing has come.
    pub fn fill(&self, from: &Socket) -> io::Result<usize> {
        Ok(splice(from.as_fd(), None, &self.into, None, self.size, flags())?)
    }

    /// Moves at most `most` of what is in it on to a connection.
    ///
    /// # Errors
    /// What the system says; `WouldBlock` where the connection takes nothing now.
    pub fn pour(&self, to: &Socket, most: usize) -> io::Result<usize> {
        Ok(splice(&self.out, None, to.as_fd(), None, most, flags())?)
    }

    /// Takes what is in it back, at most the room that there is in `buffer`.
    ///
    /// # Errors
    /// What the system says.
    pub fn take(&self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(&self.out, buffer)?)
    }
}

fn flags() -> SpliceFlags {
    SpliceFlags::NONBLOCK | SpliceFlags::MOVE
}
