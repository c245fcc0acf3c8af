//! Binding all addresses of a listener, and saying who holds one that cannot be bound.
//! Never accepts.

use std::{io, net::SocketAddr};

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Operation},
    unit::Medium,
};

use crate::trouble::failure;

/// Binds every address, or none. A chosen port is the same for all; a machine without IPv6 does with IPv4.
pub(super) fn bind_all<S>(
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
        || error.raw_os_error() == Some(97)
}

/// The failure to bind `address`, with who holds it where the system tells.
pub(super) fn cannot_bind(medium: Medium, address: SocketAddr, error: &io::Error) -> Failure {
    let (shown, transport) = match medium {
        Medium::Stream => (Address::tcp(address).to_string(), sockeye_sys::Transport::Tcp),
        Medium::Datagram => (Address::udp(address).to_string(), sockeye_sys::Transport::Udp),
    };
    let failed = failure(Operation::Listen, shown, error);
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let hint = match sockeye_sys::holder(transport, address.ip(), address.port()) {
                Some(holder) => format!(
                    "{} (process {}) holds it; stop it, or take another port (0 chooses a free one)",
                    holder.name, holder.pid
                ),
                None => "another process holds it; take another port (0 chooses a free one)".to_owned(),
            };
            failed.hint(hint)
        }
        io::ErrorKind::PermissionDenied => {
            failed.hint("ports below 1024 need a privilege; take a higher one")
        }
        io::ErrorKind::AddrNotAvailable => {
            failed.hint("it is not an address of this machine; `ip addr` lists them")
        }
        _ => failed,
    }
}
