//! What is asked of the machine's network besides sockets: its interfaces, and who may have which port.

use std::{ffi::CString, io, os::fd::AsRawFd as _};

use socket2::Socket;

/// The command that lists the addresses of this machine.
pub const ADDRESS_LISTER: &str = "ifconfig";
/// The command that lists its network interfaces.
pub const INTERFACE_LISTER: &str = "ifconfig";
/// The key of the words that say how somebody may have a port below [`first_free_port`] all the same.
pub const PORT_RIGHT: &str = "port-right-macos";

/// The first port that everybody may have, at every address.
#[must_use]
pub fn first_free_port() -> u16 {
    1024
}

/// The number of the network interface of this name; none where there is no such interface.
#[must_use]
pub fn interface_number(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: the system reads a string that is alive and ends with a NUL.
    let number = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (number != 0).then_some(number)
}

/// Sends multicast datagrams of IPv4 by the interface of this number.
///
/// # Errors
/// What the system says.
pub fn use_interface_v4(socket: &Socket, number: u32) -> io::Result<()> {
    let nowhere = libc::in_addr { s_addr: 0 };
    let number = libc::c_int::try_from(number).map_err(|_| io::ErrorKind::InvalidInput)?;
    let interface = libc::ip_mreqn { imr_multiaddr: nowhere, imr_address: nowhere, imr_ifindex: number };
    let len = libc::socklen_t::try_from(size_of::<libc::ip_mreqn>()).unwrap_or(12);
    // SAFETY: the kernel reads `len` bytes of a live structure of that size.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_IP,
            libc::IP_MULTICAST_IF,
            (&raw const interface).cast(),
            len,
        )
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
