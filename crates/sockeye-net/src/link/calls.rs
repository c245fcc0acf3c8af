//! Receiving and sending over TCP, by as few system calls as it can be done with.
//! Never waits longer than readiness takes to come.

use std::{
    io,
    task::{Context, Poll, ready},
};

use socket2::SockRef;
use sockeye_sys::{Flush, Pipe};
use tokio::{io::Interest, net::TcpStream};

/// Receives into the room of `buffer`, which has some.
pub(crate) fn poll_receive(
    stream: &TcpStream,
    cx: &mut Context<'_>,
    buffer: &mut Vec<u8>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_read_ready(cx))?;
        let room = buffer.capacity() - buffer.len();
        let done =
            moved(stream, Interest::READABLE, room, || sockeye_sys::receive(&SockRef::from(stream), buffer));
        if let Some(done) = done {
            return Poll::Ready(done);
        }
    }
}

/// Sends as many of `bytes` as the system takes.
pub(crate) fn poll_send(stream: &TcpStream, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(cx))?;
        let send = || sockeye_sys::send(&SockRef::from(stream), bytes, Flush::Now);
        if let Some(done) = moved(stream, Interest::WRITABLE, bytes.len(), send) {
            return Poll::Ready(done);
        }
    }
}

/// Moves what has come into `pipe`, which has to be empty.
pub(crate) fn poll_fill(stream: &TcpStream, cx: &mut Context<'_>, pipe: &Pipe) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_read_ready(cx))?;
        // It may move less than has come: only the next call can tell.
        if let Some(done) = moved(stream, Interest::READABLE, 0, || pipe.fill(&SockRef::from(stream))) {
            return Poll::Ready(done);
        }
    }
}

/// Moves at most `most` bytes of `pipe` on.
pub(crate) fn poll_pour(
    stream: &TcpStream,
    cx: &mut Context<'_>,
    pipe: &Pipe,
    most: usize,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(cx))?;
        if let Some(done) = moved(stream, Interest::WRITABLE, 0, || pipe.pour(&SockRef::from(stream), most)) {
            return Poll::Ready(done);
        }
    }
}

/// One call that moves at most `most` bytes; nothing where it could not be made now. One that moved fewer has emptied or filled
/// the system's buffer: no other call is needed to find that out.
fn moved(
    stream: &TcpStream,
    interest: Interest,
    most: usize,
    call: impl FnOnce() -> io::Result<usize>,
) -> Option<io::Result<usize>> {
    let mut moved = None;
    let tried = stream.try_io(interest, || {
        let len = call()?;
        moved = Some(len);
        if 0 < len && len < most { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(len) }
    });
    match (moved, tried) {
        (Some(len), _) | (None, Ok(len)) => Some(Ok(len)),
        (None, Err(error)) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => None,
            _ => Some(Err(error)),
        },
    }
}
