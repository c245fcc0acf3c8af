//! ICMP errors of a socket (`IP_RECVERR`): so that a UDP client that is not connected learns that nobody listens, and so
//! that whoever connects by TCP learns who says so.
//! Never reads a datagram.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::AsRawFd,
};

use socket2::Socket;

use crate::received::QueuedIcmp;

/// Asks the kernel to report ICMP errors on this socket, which is of the family of `peer`, as errors of its next call, and
/// to keep them for [`queued_icmp`]. Source: ip(7), ipv6(7); of TCP since Linux 5.8, for connections that are being made.
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

/// The next ICMP message that the kernel keeps for this socket; others that it keeps are passed over.
#[must_use]
pub fn queued_icmp(socket: &Socket) -> Option<QueuedIcmp> {
    // Room for one extended error with its address, and for other words of the kernel beside it.
    const ROOM: usize = 64;
    loop {
        let mut control = [0u64; ROOM];
        let mut byte = 0u8;
        let mut part = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
        // SAFETY: msghdr is plain data for which all zeroes is a valid value: no name, no control buffer.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = size_of_val(&control) as _;
        // SAFETY: the header points at one live iovec of one live byte and at a live control buffer, aligned for its headers.
        let got = unsafe {
            libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_ERRQUEUE | libc::MSG_DONTWAIT)
        };
        if got < 0 {
            return None;
        }
        if let Some(found) = icmp_of(&message) {
            return Some(found);
        }
    }
}

/// The ICMP message that a control message tells.
fn icmp_of(message: &libc::msghdr) -> Option<QueuedIcmp> {
    // SAFETY: the header is one that recvmsg filled in, whose control buffer lives as long as it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(message) };
    while !next.is_null() {
        // SAFETY: not null, so it points at a whole header inside the control buffer.
        let header = unsafe { std::ptr::read_unaligned(next) };
        let is_error = matches!(
            (header.cmsg_level, header.cmsg_type),
            (libc::IPPROTO_IP, libc::IP_RECVERR) | (libc::IPPROTO_IPV6, libc::IPV6_RECVERR)
        );
        let least = size_of::<libc::sock_extended_err>() + size_of::<libc::sockaddr_in>();
        // SAFETY: the length of an empty control message is computed from nothing but that.
        let empty = unsafe { libc::CMSG_LEN(0) } as usize;
        if is_error && header.cmsg_len as usize >= empty + least {
            // SAFETY: the kernel wrote an extended error here, as the level and the type say, and the length has room for it.
            let error: libc::sock_extended_err =
                unsafe { std::ptr::read_unaligned(libc::CMSG_DATA(next).cast()) };
            let is_icmp = matches!(error.ee_origin, libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6);
            // SAFETY: behind the error lies the address of whoever sent it, for which the length has room too.
            let offender = unsafe { libc::CMSG_DATA(next).add(size_of::<libc::sock_extended_err>()) };
            let room = header.cmsg_len as usize - empty - size_of::<libc::sock_extended_err>();
            if let (true, Some(from)) = (is_icmp, offender_of(offender, room)) {
                return Some(QueuedIcmp { from, kind: error.ee_type, code: error.ee_code });
            }
        }
        // SAFETY: both are of the same live message.
        next = unsafe { libc::CMSG_NXTHDR(message, next) };
    }
    None
}

/// The address at `at`, where `room` bytes may be read, at least those of an address of IPv4.
fn offender_of(at: *const u8, room: usize) -> Option<IpAddr> {
    // SAFETY: the caller has at least a `sockaddr_in` there, which begins with the family.
    let four: libc::sockaddr_in = unsafe { std::ptr::read_unaligned(at.cast()) };
    match i32::from(four.sin_family) {
        libc::AF_INET => Some(Ipv4Addr::from(four.sin_addr.s_addr.to_ne_bytes()).into()),
        libc::AF_INET6 if room >= size_of::<libc::sockaddr_in6>() => {
            // SAFETY: its length was just compared with the room there is.
            let six: libc::sockaddr_in6 = unsafe { std::ptr::read_unaligned(at.cast()) };
            Some(Ipv6Addr::from(six.sin6_addr.s6_addr).into())
        }
        _ => None,
    }
}
