//! Connections: bytes in and out, files out, and Unix sockets by their names.
//!
//! By the system calls themselves: those of the C library are places where threads can be cancelled, which costs a process
//! that ever had a second thread a tenth of its own time for each message.

use std::{
    fs::File,
    io,
    os::{fd::AsRawFd as _, linux::net::SocketAddrExt as _, unix::net::SocketAddr},
};

use rustix::{
    buffer::spare_capacity,
    fs::sendfile,
    net::{RecvFlags, SendFlags},
};
use socket2::Socket;
use sockeye_core::address::UnixName;

use crate::{
    files::Flush,
    unix::{self, BoundUnix, UnixStream},
};

/// Receives into the room of `buffer`, which has some; 0 is the peer's FIN.
///
/// # Errors
/// What the system says; `WouldBlock` where there is nothing.
#[inline]
pub fn receive(socket: &Socket, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let (_, count) = rustix::net::recv(socket, spare_capacity(buffer), RecvFlags::empty())?;
    Ok(count)
}

/// Receives into `buffer`; 0 is the peer's FIN.
///
/// # Errors
/// As for [`receive`].
#[inline]
pub fn receive_into(socket: &Socket, buffer: &mut [u8]) -> io::Result<usize> {
    let (count, _) = rustix::net::recv(socket, buffer, RecvFlags::empty())?;
    Ok(count)
}

/// Sends as many of `bytes` as the system takes.
///
/// # Errors
/// What the system says; `WouldBlock` where it takes none now.
#[inline]
pub fn send(socket: &Socket, bytes: &[u8], flush: Flush) -> io::Result<usize> {
    let flags = match flush {
        Flush::Later => SendFlags::MORE | SendFlags::NOSIGNAL,
        Flush::Now => SendFlags::NOSIGNAL,
    };
    Ok(rustix::net::send(socket, bytes, flags)?)
}

/// Lets the kernel move at most `most` bytes of `file`, from the byte `from` on, into the connection; 0 at the file's end.
///
/// # Errors
/// What the system says, of the file or of the socket; `WouldBlock` where it takes none now.
pub fn send_file(socket: &Socket, file: &File, from: u64, most: usize) -> io::Result<usize> {
    let mut offset = from;
    Ok(sendfile(socket, file, Some(&mut offset), most)?)
}

/// Lets the kernel hold at most about so many bytes unsent (`TCP_NOTSENT_LOWAT`).
///
/// # Errors
/// What the system says.
pub fn limit_unsent(socket: &Socket, bytes: u32) -> io::Result<()> {
    socket.set_tcp_notsent_lowat(bytes)
}

/// Has whoever waits for the connection woken only once so many bytes have come, or its end (`SO_RCVLOWAT`).
///
/// # Errors
/// What the system says.
pub fn wait_for_bytes(socket: &Socket, bytes: u32) -> io::Result<()> {
    let value = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    let len = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or_default();
    // SAFETY: the kernel only reads `len` bytes from a live integer of that size.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_RCVLOWAT,
            (&raw const value).cast(),
            len,
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Listens at `name`. A path is made with mode 0600; a socket left behind by a dead process is replaced.
///
/// # Errors
/// What the system says; `AddrInUse` where somebody listens there or something else has the name.
pub fn listen_unix(name: &UnixName) -> io::Result<BoundUnix> {
    unix::listen_unix(name, abstract_name)
}

/// Connects to `name`.
///
/// # Errors
/// What the system says.
pub async fn connect_unix(name: &UnixName) -> io::Result<UnixStream> {
    unix::connect_unix(name, abstract_name).await
}

fn abstract_name(name: &str) -> io::Result<SocketAddr> {
    SocketAddr::from_abstract_name(name)
}
