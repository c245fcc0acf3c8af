//! What is asked of the machine's network besides sockets: its interfaces, and who may have which port.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};
use socket2::{Domain, Protocol, Socket, Type};

/// The command that lists the addresses of this machine.
pub const ADDRESS_LISTER: &str = "ip addr";
/// The command that lists its network interfaces.
pub const INTERFACE_LISTER: &str = "ip link";
/// The key of the words that say how somebody may have a port below [`first_free_port`] all the same.
pub const PORT_RIGHT: &str = "port-right-linux";

/// The first port that everybody may have.
#[must_use]
pub fn first_free_port() -> u16 {
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    first.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(1024)
}

/// The number of the network interface of this name; none where there is no such interface.
#[must_use]
pub fn interface_number(name: &str) -> Option<u32> {
    let number = fs::read_to_string(format!("/sys/class/net/{}/ifindex", name.replace('/', "")));
    number.ok()?.trim().parse().ok()
}

/// Sends multicast datagrams of IPv4 by the interface of this number. IPv4 chooses it by one of its addresses.
///
/// # Errors
/// What the system says.
pub fn use_interface_v4(socket: &Socket, number: u32) -> io::Result<()> {
    let address = interface_address(number).unwrap_or(Ipv4Addr::UNSPECIFIED);
    socket.set_multicast_if_v4(&address)
}

/// The source address the system would use on an interface, found without sending anything.
fn interface_address(number: u32) -> Option<Ipv4Addr> {
    let name = fs::read_dir("/sys/class/net").ok()?.filter_map(Result::ok).find(|entry| {
        fs::read_to_string(entry.path().join("ifindex")).is_ok_and(|text| text.trim() == number.to_string())
    })?;
    if name.file_name() == "lo" {
        return Some(Ipv4Addr::LOCALHOST);
    }
    let probe = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).ok()?;
    probe.bind_device(Some(name.file_name().as_encoded_bytes())).ok()?;
    probe.connect(&SocketAddr::from((Ipv4Addr::new(224, 0, 0, 1), 9)).into()).ok()?;
    match probe.local_addr().ok()?.as_socket()?.ip() {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(_) => None,
    }
}

/// Whether this machine has asked its network who has this address of IPv4, and nobody has said so (yet).
#[must_use]
pub fn is_unanswered(ip: IpAddr) -> bool {
    let table = fs::read_to_string("/proc/net/arp").unwrap_or_default();
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace();
        let is_it = fields.next().and_then(|text| text.parse().ok()) == Some(ip);
        // Flags without ATF_COM: not complete (arp(7)).
        is_it && fields.nth(1).is_some_and(|flags| flags == "0x0")
    })
}

/// How long this machine was suspended since it was started.
#[must_use]
pub fn slept() -> Duration {
    let now = |clock| Duration::try_from(clock_gettime(clock)).unwrap_or_default();
    // The one that goes on is asked second, so that the time between the two calls is none of it where it never was.
    let awake = now(ClockId::Monotonic);
    now(ClockId::Boottime).saturating_sub(awake)
}
