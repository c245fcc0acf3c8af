//! UDP sockets: bound, multicast joined, broadcast allowed, ICMP errors asked for.
//! Never reads or sends a datagram.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockRef, Socket, Type};
use sockeye_core::{
    address::UdpOptions,
    event::{Failure, Operation},
};
use sockeye_sys::Transport;
use tokio::{io::Interest, net::UdpSocket};

use super::busy;
use crate::{resolve::interface, trouble::failure};

/// The interface and lifetime options of `options`, resolved.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reach {
    index: u32,
    ttl: Option<u32>,
    broadcast: bool,
    join: bool,
}

impl Reach {
    /// # Errors
    /// There is no such interface.
    pub(crate) fn new(options: &UdpOptions) -> Result<Self, Failure> {
        let index = options.iface.as_deref().map(interface).transpose()?.unwrap_or_default();
        Ok(Self { index, ttl: options.ttl.map(u32::from), broadcast: options.broadcast, join: options.join })
    }

    /// Whether a socket of its own has to hear the group.
    pub(crate) fn joins(&self, ip: IpAddr) -> bool {
        self.join && ip.is_multicast()
    }
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn set_reach(socket: &Socket, address: SocketAddr, reach: Reach) -> io::Result<()> {
    if reach.broadcast {
        socket.set_broadcast(true)?;
    }
    if address.is_ipv4() {
        if reach.index != 0 {
            sockeye_sys::use_interface_v4(socket, reach.index)?;
        }
        if let Some(ttl) = reach.ttl {
            socket.set_ttl_v4(ttl)?;
            socket.set_multicast_ttl_v4(ttl)?;
        }
    } else {
        if reach.index != 0 {
            socket.set_multicast_if_v6(reach.index)?;
        }
        if let Some(ttl) = reach.ttl {
            socket.set_unicast_hops_v6(ttl)?;
            socket.set_multicast_hops_v6(ttl)?;
        }
    }
    Ok(())
}

fn join(socket: &Socket, group: IpAddr, reach: Reach) -> io::Result<()> {
    match group {
        IpAddr::V4(group) => socket.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(reach.index)),
        IpAddr::V6(group) => socket.join_multicast_v6(&group, reach.index),
    }
}

/// A socket bound at `address`; a multicast group is joined, and shared with whoever else listens to it.
///
/// # Errors
/// What the system says.
pub(crate) fn bind(address: SocketAddr, reach: Reach) -> io::Result<UdpSocket> {
    let socket = socket(address)?;
    set_reach(&socket, address, reach)?;
    let group = address.ip().is_multicast();
    if group {
        socket.set_reuse_address(true)?;
    }
    socket.bind(&address.into())?;
    if group {
        join(&socket, address.ip(), reach)?;
    }
    UdpSocket::from_std(socket.into())
}

/// A socket to talk to `target` from, with ICMP errors reported.
///
/// # Errors
/// What the system says, as a failure to connect to `name`.
pub(crate) fn dial(
    target: SocketAddr,
    source: Option<SocketAddr>,
    reach: Reach,
    name: &str,
) -> Result<UdpSocket, Failure> {
    let anywhere: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let failed = |error: io::Error| failure(Operation::Connect, name, &error);
    let socket = socket(target).map_err(failed)?;
    set_reach(&socket, target, reach).map_err(failed)?;
    let ours = source.unwrap_or(anywhere);
    socket
        .bind(&ours.into())
        .map_err(|error| busy::cannot_bind(Operation::Connect, name, Transport::Udp, ours, &error))?;
    // Without the option a refusal looks like silence, which is still an answer.
    let _ = sockeye_sys::report_errors(&socket, target);
    UdpSocket::from_std(socket.into()).map_err(failed)
}

/// A socket to ask `target` from, with ICMP errors reported; one that hears nobody else, unless it is a group that is asked.
///
/// # Errors
/// What the system says.
pub(crate) fn ask(target: SocketAddr, source: SocketAddr, reach: Reach) -> io::Result<UdpSocket> {
    let socket = socket(target)?;
    set_reach(&socket, target, reach)?;
    // Without the option nobody can tell who says that nobody listens.
    let _ = sockeye_sys::report_errors(&socket, target);
    socket.bind(&source.into())?;
    if !reach.broadcast && !target.ip().is_multicast() {
        socket.connect(&target.into())?;
    }
    UdpSocket::from_std(socket.into())
}

/// Our end towards `peer` of a socket that is bound to `local`: where that is every address, the one that the system would
/// send from, found without sending anything.
pub(crate) fn own_end(socket: &UdpSocket, local: SocketAddr, peer: SocketAddr) -> SocketAddr {
    if !local.ip().is_unspecified() {
        return local;
    }
    let found = || -> io::Result<Option<SocketAddr>> {
        let (probe, real) =
            (Socket::new(Domain::for_address(peer), Type::DGRAM, None)?, SockRef::from(socket));
        // A broadcast address would be refused without it.
        probe.set_broadcast(true)?;
        match peer {
            SocketAddr::V4(_) => probe.set_multicast_if_v4(&real.multicast_if_v4()?)?,
            SocketAddr::V6(_) => probe.set_multicast_if_v6(real.multicast_if_v6()?)?,
        }
        probe.connect(&peer.into())?;
        Ok(probe.local_addr()?.as_socket())
    };
    match found() {
        Ok(Some(found)) => SocketAddr::new(found.ip(), local.port()),
        _ => local,
    }
}

/// Whether the system keeps this socket from sending to broadcast addresses.
pub(crate) fn may_not_broadcast(socket: &UdpSocket) -> bool {
    socket.local_addr().is_ok_and(|local| local.is_ipv4()) && socket.broadcast().is_ok_and(|may| !may)
}

/// Waits for something to read; without a socket, for ever.
pub(crate) async fn readable(socket: Option<&UdpSocket>) -> io::Result<()> {
    match socket {
        Some(socket) => socket.readable().await,
        None => std::future::pending().await,
    }
}

/// The error that waits on a socket that is ready with one; then the socket is ready with none.
pub(crate) fn pending_error(socket: &UdpSocket) -> Option<io::Error> {
    let mut found = None;
    let _ = socket.try_io(Interest::ERROR, || {
        found = socket.take_error()?;
        Err::<(), _>(io::ErrorKind::WouldBlock.into())
    });
    found
}
