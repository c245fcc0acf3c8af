//! What errors of the system mean.

use std::io;

use rustix::io::Errno;

/// Whether it says that the system has no more descriptors or memory just now.
#[must_use]
pub fn is_exhausted(error: &io::Error) -> bool {
    let busy = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::AGAIN, Errno::INTR];
    Errno::from_io_error(error).is_some_and(|error| busy.contains(&error))
}

/// Whether it says that the machine has no such family of addresses (IPv6).
#[must_use]
pub fn is_no_such_family(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::AFNOSUPPORT)
}

/// Whether it says that a datagram is longer than may be sent.
#[must_use]
pub fn is_too_long(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::MSGSIZE)
}
