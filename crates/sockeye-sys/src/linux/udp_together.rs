//! Several datagrams of one sender or receiver in one call: `UDP_GRO` and `UDP_SEGMENT` (udp(7); Linux 5.0 and 4.18).
//! Never blocks, and never decides what may travel together.

use std::{
    io,
    mem::{MaybeUninit, size_of, zeroed},
    net::SocketAddr,
    os::fd::AsRawFd,
};

use socket2::{SockAddr, SockAddrStorage, Socket};

use crate::received::Received;

/// Most datagrams that every kernel sends in one call (`UDP_MAX_SEGMENTS`; later ones take more).
pub const SEGMENTS: usize = 64;

/// Room for one control message with a number in it, aligned as the kernel wants it.
#[repr(C)]
union Control {
    head: libc::cmsghdr,
    room: [u8; 64],
}

/// Asks the kernel to hand over datagrams together that a sender gave it together.
///
/// # Errors
/// The kernel cannot; then each comes alone, through the same calls.
pub fn take_together(socket: &Socket) -> io::Result<()> {
    let on: libc::c_int = 1;
    let len = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or(4);
    // SAFETY: the kernel reads `len` bytes of a live integer of that size.
    let done = unsafe {
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_UDP, libc::UDP_GRO, (&raw const on).cast(), len)
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Receives one datagram, or several of one sender. A buffer of 64 KiB holds all that a call can bring.
///
/// # Errors
/// The system's; `WouldBlock` where there is nothing.
pub fn receive_together(socket: &Socket, buffer: &mut [u8]) -> io::Result<Received> {
    let mut control = MaybeUninit::<Control>::zeroed();
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    let mut len = 0;
    let mut segment = None;
    let call = |name: *mut SockAddrStorage, name_len: *mut libc::socklen_t| {
        // SAFETY: msghdr is plain data for which all zeroes is a valid value.
        let mut message: libc::msghdr = unsafe { zeroed() };
        message.msg_name = name.cast();
        // SAFETY: socket2 hands out a pointer to a live length, that of the storage behind `name`.
        message.msg_namelen = unsafe { *name_len };
        message.msg_iov = &raw mut part;
        message.msg_iovlen = 1;
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = size_of::<Control>();
        // SAFETY: every pointer leads to live memory of the length beside it, which nothing else uses meanwhile.
        let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_DONTWAIT) };
        let Ok(got) = usize::try_from(got) else { return Err(io::Error::last_os_error()) };
        len = got;
        segment = segment_of(&message);
        // SAFETY: as above; the kernel has written so many bytes of an address.
        unsafe { *name_len = message.msg_namelen };
        Ok(())
    };
    // SAFETY: `call` lets the kernel write an address, and leaves its length.
    let ((), from) = unsafe { SockAddr::try_init(call) }?;
    let from = from.as_socket().ok_or(io::ErrorKind::InvalidData)?;
    Ok(Received { len, segment: segment.filter(|segment| *segment > 0).unwrap_or(len), from })
}

/// The length of each datagram, where several came.
fn segment_of(message: &libc::msghdr) -> Option<usize> {
    // SAFETY: the kernel has written the control messages of a header that is alive, and their length.
    let head = unsafe { libc::CMSG_FIRSTHDR(message).as_ref() }?;
    if (head.cmsg_level, head.cmsg_type) != (libc::SOL_UDP, libc::UDP_GRO) {
        return None;
    }
    // SAFETY: behind the head of this kind of control message stands an integer, maybe unaligned.
    let size = unsafe { libc::CMSG_DATA(head).cast::<libc::c_int>().read_unaligned() };
    usize::try_from(size).ok()
}

/// Sends `bytes` as datagrams of `segment` bytes, the last of them maybe shorter; at most [`SEGMENTS`] of them, and no
/// more bytes than one datagram could have. All of them are with the system, or none.
///
/// # Errors
/// The system's; `WouldBlock` where there is no room. A kernel or a device that cannot do this says `EIO`, `EINVAL`
/// or `EMSGSIZE`, and the same datagrams one by one may be taken.
pub fn send_together(socket: &Socket, bytes: &[u8], segment: u16, to: SocketAddr) -> io::Result<usize> {
    let name = SockAddr::from(to);
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut control = MaybeUninit::<Control>::zeroed();
    // SAFETY: msghdr is plain data for which all zeroes is a valid value.
    let mut message: libc::msghdr = unsafe { zeroed() };
    message.msg_name = name.as_ptr().cast_mut().cast();
    message.msg_namelen = name.len();
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    let size = u32::try_from(size_of::<u16>()).unwrap_or(2);
    message.msg_control = control.as_mut_ptr().cast();
    // SAFETY: it only computes a length.
    message.msg_controllen = unsafe { libc::CMSG_SPACE(size) } as usize;
    // SAFETY: the header leads to a zeroed, aligned room for one control message of that size, which this fills.
    unsafe {
        let head = libc::CMSG_FIRSTHDR(&raw const message);
        if let Some(head) = head.as_mut() {
            head.cmsg_level = libc::SOL_UDP;
            head.cmsg_type = libc::UDP_SEGMENT;
            head.cmsg_len = libc::CMSG_LEN(size) as usize;
            libc::CMSG_DATA(head).cast::<u16>().write_unaligned(segment);
        }
    }
    // SAFETY: every pointer leads to live memory of the length beside it, which the kernel only reads.
    let sent = unsafe {
        libc::sendmsg(socket.as_raw_fd(), &raw const message, libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL)
    };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use socket2::SockRef;

    use super::*;

    fn pair() -> (UdpSocket, UdpSocket) {
        let socket = || UdpSocket::bind("127.0.0.1:0").unwrap();
        (socket(), socket())
    }

    #[test]
    fn what_is_sent_together_is_single_datagrams() {
        let (a, b) = pair();
        let to = b.local_addr().unwrap();
        assert_eq!(send_together(&SockRef::from(&a), b"aaabbbc", 3, to).unwrap(), 7);
        let mut buffer = [0; 100];
        for datagram in [b"aaa".as_slice(), b"bbb", b"c"] {
            let (count, from) = b.recv_from(&mut buffer).unwrap();
            assert_eq!((&buffer[..count], from), (datagram, a.local_addr().unwrap()));
        }
    }

    #[test]
    fn what_was_sent_together_comes_together_and_tells_its_edges() {
        let (a, b) = pair();
        take_together(&SockRef::from(&b)).unwrap();
        send_together(&SockRef::from(&a), b"aaabbbc", 3, b.local_addr().unwrap()).unwrap();
        let mut buffer = [0; 65536];
        let received = receive_together(&SockRef::from(&b), &mut buffer).unwrap();
        assert_eq!((received.len, received.segment, received.from), (7, 3, a.local_addr().unwrap()));
        for alone in [b"alone".as_slice(), b""] {
            a.send_to(alone, b.local_addr().unwrap()).unwrap();
            let received = receive_together(&SockRef::from(&b), &mut buffer).unwrap();
            assert_eq!((received.len, received.segment), (alone.len(), alone.len()));
        }
        assert_eq!(
            receive_together(&SockRef::from(&b), &mut buffer).unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
    }
}
