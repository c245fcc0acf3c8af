//! Why our end cannot be where it was to be, in words: who has the port, or what rests there.
//! Never frees anything.

use std::{io, net::SocketAddr};

use sockeye_core::event::{Failure, Operation};
use sockeye_sys::{
    ADDRESS_LISTER, Holder, Obstacle, PORT_RIGHT, Transport, first_free_port, obstacle, obstacle_between,
};
use sockeye_text::{Text, text};

use crate::trouble::failure;

/// The failure of `operation` with `shown` because a socket could not be bound at `address`.
pub(crate) fn cannot_bind(
    operation: Operation,
    shown: &str,
    transport: Transport,
    address: SocketAddr,
    error: &io::Error,
) -> Failure {
    let mut failed = failure(operation, shown, error);
    if operation == Operation::Connect {
        failed.detail = text!("our-end", address = address.to_string(), detail = failed.detail);
    }
    match error.kind() {
        io::ErrorKind::AddrInUse => failed.hint(in_the_way(transport, obstacle(transport, address))),
        io::ErrorKind::PermissionDenied => failed.hint(privilege(address.port())),
        io::ErrorKind::AddrNotAvailable => failed.hint(text!("not-our-address", command = ADDRESS_LISTER)),
        _ => failed,
    }
}

/// The failure to listen at a Unix socket.
pub(crate) fn cannot_bind_unix(shown: &str, error: &io::Error) -> Failure {
    let failed = failure(Operation::Listen, shown, error);
    match error.kind() {
        io::ErrorKind::AddrInUse => failed.hint(text!("unix-in-use")),
        io::ErrorKind::PermissionDenied => failed.hint(text!("unix-not-permitted")),
        io::ErrorKind::NotFound => failed.hint(text!("unix-no-folder")),
        _ => failed,
    }
}

/// What to try where a connection could not be opened from `local` to `remote`, since there is one.
pub(crate) fn between(local: SocketAddr, remote: SocketAddr) -> Text {
    match obstacle_between(local, remote) {
        Some(Obstacle::TimeWait) => text!("between-time-wait"),
        Some(Obstacle::Bound { holder, .. } | Obstacle::Connected { holder }) => {
            text!("between-held", holder = whose(holder))
        }
        Some(Obstacle::Closing) | None => text!("between-closing"),
    }
}

fn in_the_way(transport: Transport, found: Option<Obstacle>) -> Text {
    match found {
        Some(Obstacle::Bound { holder, time_wait }) => {
            let held = text!("port-held", holder = whose(holder));
            if time_wait { held.and(text!("port-time-wait-is-not-why")) } else { held }
        }
        Some(Obstacle::Connected { holder }) => {
            text!("port-connected", holder = whose(holder))
        }
        // Our own connections let a listener bind over their TIME_WAIT (SO_REUSEADDR); it takes both.
        Some(Obstacle::TimeWait) => text!("port-time-wait"),
        Some(Obstacle::Closing) => text!("port-closing"),
        None if transport == Transport::Tcp => text!("port-bound"),
        None => text!("port-hidden"),
    }
}

fn whose(holder: Option<Holder>) -> Text {
    match holder {
        Some(holder) => text!("holder", name = holder.name, pid = holder.pid.to_string()),
        None => text!("holder-of-another-user"),
    }
}

/// Why a port may not be bound, and what to do.
fn privilege(port: u16) -> Text {
    let first = first_free_port();
    if port >= first {
        return text!("port-forbidden");
    }
    let higher = if port < 1000 { port + 8000 } else { first };
    text!("port-privileged", first = first, higher = higher, right = Text::of_key(PORT_RIGHT))
}
