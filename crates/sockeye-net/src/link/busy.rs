//! Why our end cannot be where it was to be, in words: who has the port, or what rests there.
//! Never frees anything.

use std::{io, net::SocketAddr};

use sockeye_core::event::{Failure, Operation};
use sockeye_sys::{
    ADDRESS_LISTER, Holder, Obstacle, PORT_RIGHT, Transport, first_free_port, obstacle, obstacle_between,
};

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
        failed.detail = format!("our end {address}: {}", failed.detail);
    }
    match error.kind() {
        io::ErrorKind::AddrInUse => failed.hint(in_the_way(transport, obstacle(transport, address))),
        io::ErrorKind::PermissionDenied => failed.hint(privilege(address.port())),
        io::ErrorKind::AddrNotAvailable => {
            failed.hint(format!("it is not an address of this machine; `{ADDRESS_LISTER}` lists them"))
        }
        _ => failed,
    }
}

/// The failure to listen at a Unix socket.
pub(crate) fn cannot_bind_unix(shown: &str, error: &io::Error) -> Failure {
    let failed = failure(Operation::Listen, shown, error);
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            failed.hint("another program listens there, or the path is no socket; take another path")
        }
        io::ErrorKind::PermissionDenied => failed.hint("this user may not make files in that folder"),
        io::ErrorKind::NotFound => failed.hint("the folder it is to be in does not exist; make it first"),
        _ => failed,
    }
}

/// What to try where a connection could not be opened from `local` to `remote`, since there is one.
pub(crate) fn between(local: SocketAddr, remote: SocketAddr) -> String {
    match obstacle_between(local, remote) {
        Some(Obstacle::TimeWait) => {
            "nobody holds it: the last connection between the two rests in TIME_WAIT (up to 60 s); \
             wait, or leave the port of --source to the system"
                .to_owned()
        }
        Some(Obstacle::Bound { holder, .. } | Obstacle::Connected { holder }) => {
            format!("{} has it; end that, or leave the port of --source to the system", whose(holder))
        }
        Some(Obstacle::Closing) | None => "the last connection between the two is still being closed; \
             wait, or leave the port of --source to the system"
            .to_owned(),
    }
}

fn in_the_way(transport: Transport, found: Option<Obstacle>) -> String {
    let other = "take another port (0 chooses a free one)";
    match found {
        Some(Obstacle::Bound { holder, time_wait }) => {
            let besides = if time_wait {
                "; the old connections that rest in TIME_WAIT there are not what is in the way"
            } else {
                ""
            };
            format!("{} holds it; stop it, or {other}{besides}", whose(holder))
        }
        Some(Obstacle::Connected { holder }) => {
            format!("{} has a connection whose own end is that port; end it, or {other}", whose(holder))
        }
        // Our own connections let a listener bind over their TIME_WAIT (SO_REUSEADDR); it takes both.
        Some(Obstacle::TimeWait) => format!(
            "nobody holds it: an old connection rests in TIME_WAIT (up to 60 s), of a program that did not \
             set SO_REUSEADDR; wait, or {other}"
        ),
        Some(Obstacle::Closing) => {
            format!("nobody holds it: an old connection is still being closed; wait, or {other}")
        }
        None if transport == Transport::Tcp => {
            format!("a socket holds it that is bound and neither listens nor is connected; {other}")
        }
        None => format!("a socket holds it that the system does not show; {other}"),
    }
}

fn whose(holder: Option<Holder>) -> String {
    match holder {
        Some(holder) => format!("{} (process {})", holder.name, holder.pid),
        None => "a process of another user".to_owned(),
    }
}

/// Why a port may not be bound, and what to do.
fn privilege(port: u16) -> String {
    let first = first_free_port();
    if port >= first {
        return "something on this machine forbids it: a sandbox, or a security module".to_owned();
    }
    let higher = if port < 1000 { port + 8000 } else { first };
    format!("ports below {first} need a privilege: take a higher one, as in {higher}; or {PORT_RIGHT}")
}
