//! Binding all addresses of a listener, and saying who holds one that cannot be bound.
//! Never accepts.

use std::{io, net::SocketAddr};

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Operation},
    unit::Medium,
};
use sockeye_sys::Transport;

use super::busy;

/// Binds every address, or none. A chosen port is the same for all; a machine without IPv6 does with IPv4.
pub(crate) fn bind_all<S>(
    host: &Host,
    addresses: &[SocketAddr],
    bind: impl Fn(SocketAddr) -> io::Result<S>,
    local: impl Fn(&S) -> io::Result<SocketAddr>,
) -> Result<Vec<S>, (SocketAddr, io::Error)> {
    const TRIES: usize = 16;
    let bare = matches!(host, Host::Unspecified | Host::Any);
    let mut last = None;
    for _ in 0..TRIES {
        match bind_once(bare, addresses, &bind, &local) {
            Ok(bound) => return Ok(bound),
            // The port chosen for one family is taken in the other: choose another.
            Err((address, error)) if address.port() == 0 && error.kind() == io::ErrorKind::AddrInUse => {
                last = Some((address, error));
            }
            Err(failed) => return Err(failed),
        }
    }
    match last {
        Some(failed) => Err(failed),
        None => Ok(Vec::new()),
    }
}

fn bind_once<S>(
    bare: bool,
    addresses: &[SocketAddr],
    bind: &impl Fn(SocketAddr) -> io::Result<S>,
    local: &impl Fn(&S) -> io::Result<SocketAddr>,
) -> Result<Vec<S>, (SocketAddr, io::Error)> {
    let mut bound: Vec<S> = Vec::new();
    let mut port = None;
    for &wanted in addresses {
        let mut address = wanted;
        if let Some(chosen) = port.filter(|_| wanted.port() == 0) {
            address.set_port(chosen);
        }
        match bind(address) {
            Ok(socket) => {
                port = port.or_else(|| local(&socket).ok().map(|a| a.port()));
                bound.push(socket);
            }
            Err(error) if bare && !bound.is_empty() && no_such_family(&error) => {}
            Err(error) => return Err((wanted, error)),
        }
    }
    Ok(bound)
}

fn no_such_family(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || sockeye_sys::is_no_such_family(error)
}

/// The failure to bind `address`, with what is in the way where the system tells.
pub(crate) fn cannot_bind(medium: Medium, address: SocketAddr, error: &io::Error) -> Failure {
    let (shown, transport) = match medium {
        Medium::Stream => (Address::tcp(address), Transport::Tcp),
        Medium::Datagram => (Address::udp(address), Transport::Udp),
    };
    busy::cannot_bind(Operation::Listen, &shown.to_string(), transport, address, error)
}
