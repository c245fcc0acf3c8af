//! From the system's errors to failures that carry the operation, the address and a kind.

use std::io::{self, ErrorKind};

use sockeye_core::event::{Ending, Failure, Kind, Operation};
use sockeye_sys::words;

/// What kind of failure a system error is during `operation`.
#[must_use]
pub(crate) fn kind(operation: Operation, error: &io::Error) -> Kind {
    match error.kind() {
        ErrorKind::ConnectionRefused => Kind::Refused,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => Kind::Reset,
        ErrorKind::BrokenPipe => Kind::Broken,
        ErrorKind::TimedOut => Kind::Timeout,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::NetworkDown => {
            Kind::Unreachable
        }
        ErrorKind::AddrInUse => Kind::AddressInUse,
        ErrorKind::AddrNotAvailable => Kind::AddressNotAvailable,
        ErrorKind::PermissionDenied => Kind::NotPermitted,
        kind if kind != ErrorKind::WouldBlock && sockeye_sys::is_exhausted(error) => Kind::Exhausted,
        ErrorKind::NotFound if operation == Operation::Connect => Kind::Refused,
        _ => match operation {
            Operation::Send | Operation::Receive => Kind::Broken,
            Operation::Read => Kind::LocalRead,
            Operation::Write => Kind::LocalWrite,
            _ => Kind::Other,
        },
    }
}

/// How a conversation ended whose socket fails with this.
#[must_use]
pub fn ended_by(error: &io::Error) -> Ending {
    match error.kind() {
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Ending::PeerReset,
        _ => Ending::Failed,
    }
}

/// The failure of `operation` at `address` with the system's words, lower case and without its number.
#[must_use]
pub fn failure(operation: Operation, address: impl Into<String>, error: &io::Error) -> Failure {
    let kind = kind(operation, error);
    Failure::new(operation, address, kind, words(error))
}
