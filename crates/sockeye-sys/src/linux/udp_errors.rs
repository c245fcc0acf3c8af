//! ICMP errors of an unconnected UDP socket (`IP_RECVERR`), so that a client learns that nobody listens.
//! Never reads a datagram.

use std::{io, net::SocketAddr, os::fd::AsRawFd};

use socket2::Socket;

/// Asks the kernel to report ICMP errors on this socket, which is of the family of `peer`, as errors of its next call. Source: ip(7), ipv6(7).
///
/// # Errors
/// What the system says; a kernel without the option is no reason to stop.
pub fn report_errors(socket: &Socket, peer: SocketAddr) -> io::Result<()> {
    let (level, name) = match peer {
        SocketAddr::V4(_) => (libc::IPPROTO_IP, libc::IP_RECVERR),
        SocketAddr::V6(_) => (libc::IPPROTO_IPV6, libc::IPV6_RECVERR),
    };
    let on: libc::c_int = 1;
    let len = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or(4);
    // SAFETY: the kernel reads `len` bytes of a live integer of that size.
    let done = unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, (&raw const on).cast(), len) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Empties the error queue, which would otherwise keep the socket ready for ever. Returns how many there were.
#[must_use]
pub fn drain_errors(socket: &Socket) -> usize {
    let mut count = 0;
    loop {
        let mut byte = 0u8;
        let mut part = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
        // SAFETY: msghdr is plain data for which all zeroes is a valid value: no name, no control buffer.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        // SAFETY: the header points at one live iovec of one live byte, and at nothing else.
        let got = unsafe {
            libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT)
        };
        if got < 0 {
            return count;
        }
        count += 1;
    }
}
