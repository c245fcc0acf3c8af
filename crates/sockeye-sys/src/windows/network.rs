//! What is asked of the machine's network besides sockets: its interfaces, and who may have which port.

use std::{ffi::CString, io, net::Ipv4Addr};

use socket2::Socket;
use windows_sys::Win32::NetworkManagement::IpHelper::if_nametoindex;

/// The command that lists the addresses of this machine.
pub const ADDRESS_LISTER: &str = "ipconfig";
/// The command that lists its network interfaces.
pub const INTERFACE_LISTER: &str = "netsh interface show interface";
/// The key of the words that say how somebody may have a port that is refused all the same.
pub const PORT_RIGHT: &str = "port-right-windows";

/// `WSAEAFNOSUPPORT`.
const NO_SUCH_FAMILY: i32 = 10_047;
/// `WSAEMSGSIZE`.
const TOO_LONG: i32 = 10_040;

/// The first port that everybody may have: all are free here.
#[must_use]
pub fn first_free_port() -> u16 {
    0
}

/// How many sockets this process may hold: the system has no limit of its own.
#[must_use]
pub fn raise_descriptor_limit() -> usize {
    usize::MAX
}

/// The number of the network interface of this name; none where there is no such interface.
#[must_use]
pub fn interface_number(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: the system reads a string that is alive and ends with a NUL.
    let number = unsafe { if_nametoindex(name.as_ptr().cast()) };
    (number != 0).then_some(number)
}

/// Sends multicast datagrams of IPv4 by the interface of this number, which stands for an address in `0.0.0.0/8` here.
///
/// # Errors
/// What the system says.
pub fn use_interface_v4(socket: &Socket, number: u32) -> io::Result<()> {
    socket.set_multicast_if_v4(&Ipv4Addr::from(number))
}

/// Whether it says that the machine has no such family of addresses (IPv6).
#[must_use]
pub fn is_no_such_family(error: &io::Error) -> bool {
    error.raw_os_error() == Some(NO_SUCH_FAMILY)
}

/// Whether it says that a datagram is longer than may be sent.
#[must_use]
pub fn is_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(TOO_LONG)
}

/// The system's words for an error, in its own language.
#[must_use]
pub fn words(error: &std::io::Error) -> sockeye_text::Text {
    crate::words::plain(error)
}

/// Nobody that can be told: this system keeps them by interface.
#[must_use]
pub fn name_servers() -> Vec<String> {
    Vec::new()
}
