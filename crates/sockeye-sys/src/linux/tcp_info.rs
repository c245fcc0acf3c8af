//! `TCP_INFO` and the socket's buffers and queues, as Linux tells them.
//! Never changes the socket.

use std::{
    mem::MaybeUninit,
    os::fd::{AsFd as _, AsRawFd, BorrowedFd},
};

use socket2::Socket;
use sockeye_core::event::SocketInfo;

/// Bytes of the send queue that were never sent (`SIOCOUTQNSD` of linux/sockios.h), which `libc` does not name.
const SIOCOUTQNSD: libc::c_ulong = 0x894b;

/// What the kernel knows of a TCP connection; what it does not tell stays `None`.
///
/// Source: `struct tcp_info` of linux/tcp.h; `SIOCINQ`/`SIOCOUTQ` of tcp(7).
#[must_use]
pub fn tcp_info(socket: &Socket) -> SocketInfo {
    let fd = socket.as_fd();
    let mut info = SocketInfo {
        send_buffer: number(fd, libc::SOL_SOCKET, libc::SO_SNDBUF),
        recv_buffer: number(fd, libc::SOL_SOCKET, libc::SO_RCVBUF),
        recv_queue: queue(fd, libc::FIONREAD),
        send_queue: queue(fd, libc::TIOCOUTQ),
        unsent: queue(fd, SIOCOUTQNSD),
        congestion: congestion(fd),
        ..SocketInfo::default()
    };
    if let Some(raw) = raw_info(fd) {
        info.state = Some(state_name(raw.tcpi_state).to_owned());
        info.rtt_us = Some(raw.tcpi_rtt.into());
        info.rtt_var_us = Some(raw.tcpi_rttvar.into());
        info.rto_us = Some(raw.tcpi_rto.into());
        info.cwnd = Some(raw.tcpi_snd_cwnd.into());
        info.mss = Some(raw.tcpi_snd_mss.into());
        info.retransmits = Some(raw.tcpi_total_retrans.into());
        info.unacked = Some(raw.tcpi_unacked.into());
    }
    info
}

fn raw_info(fd: BorrowedFd<'_>) -> Option<libc::tcp_info> {
    let mut info = MaybeUninit::<libc::tcp_info>::zeroed();
    let mut len = libc::socklen_t::try_from(size_of::<libc::tcp_info>()).ok()?;
    // SAFETY: the kernel writes at most `len` bytes to a buffer of that size; every bit pattern of the
    // integers in tcp_info is valid, and what an older kernel does not write stays zero.
    let done = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_INFO,
            info.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    // SAFETY: zeroed above, so initialised whatever the kernel wrote.
    (done == 0).then(|| unsafe { info.assume_init() })
}

fn number(fd: BorrowedFd<'_>, level: libc::c_int, name: libc::c_int) -> Option<u64> {
    let mut value: libc::c_int = 0;
    let mut len = libc::socklen_t::try_from(size_of::<libc::c_int>()).ok()?;
    // SAFETY: the kernel writes at most `len` bytes to a live integer of that size.
    let done =
        unsafe { libc::getsockopt(fd.as_raw_fd(), level, name, (&raw mut value).cast(), &raw mut len) };
    (done == 0).then_some(value).and_then(|v| u64::try_from(v).ok())
}

fn queue(fd: BorrowedFd<'_>, request: libc::c_ulong) -> Option<u64> {
    let mut value: libc::c_int = 0;
    // SAFETY: both requests write one int through the pointer, to a live integer.
    let done = unsafe { libc::ioctl(fd.as_raw_fd(), request as _, &raw mut value) };
    (done == 0).then_some(value).and_then(|v| u64::try_from(v).ok())
}

fn congestion(fd: BorrowedFd<'_>) -> Option<String> {
    let mut name = [0u8; 16];
    let mut len = libc::socklen_t::try_from(name.len()).ok()?;
    // SAFETY: the kernel writes at most `len` bytes to a buffer of that size.
    let done = unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_CONGESTION,
            name.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    let name = name.split(|b| *b == 0).next().unwrap_or_default();
    (done == 0 && !name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
}

/// The names of tcp_states.h, as `ss` writes them.
fn state_name(state: u8) -> &'static str {
    match state {
        1 => "established",
        2 => "syn-sent",
        3 => "syn-recv",
        4 => "fin-wait-1",
        5 => "fin-wait-2",
        6 => "time-wait",
        7 => "closed",
        8 => "close-wait",
        9 => "last-ack",
        10 => "listen",
        11 => "closing",
        _ => "unknown",
    }
}
