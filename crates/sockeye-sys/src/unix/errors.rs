//! What errors of the system mean.

use std::io;

use rustix::io::Errno;
use sockeye_text::Text;

use crate::words::plain;

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

/// The system's words for an error, lower case and without its number.
#[must_use]
pub fn words(error: &io::Error) -> Text {
    let known = Errno::from_io_error(error).and_then(|error| KEYS.iter().find(|(known, _)| *known == error));
    known.map_or_else(|| plain(error), |(_, key)| Text::of_key(*key))
}

static KEYS: [(Errno, &str); 47] = [
    (Errno::ACCESS, "errno-acces"),
    (Errno::ADDRINUSE, "errno-addrinuse"),
    (Errno::ADDRNOTAVAIL, "errno-addrnotavail"),
    (Errno::AFNOSUPPORT, "errno-afnosupport"),
    (Errno::AGAIN, "errno-again"),
    (Errno::BADF, "errno-badf"),
    (Errno::BUSY, "errno-busy"),
    (Errno::CONNABORTED, "errno-connaborted"),
    (Errno::CONNREFUSED, "errno-connrefused"),
    (Errno::CONNRESET, "errno-connreset"),
    (Errno::DESTADDRREQ, "errno-destaddrreq"),
    (Errno::DQUOT, "errno-dquot"),
    (Errno::EXIST, "errno-exist"),
    (Errno::FBIG, "errno-fbig"),
    (Errno::HOSTUNREACH, "errno-hostunreach"),
    (Errno::INTR, "errno-intr"),
    (Errno::INVAL, "errno-inval"),
    (Errno::IO, "errno-io"),
    (Errno::ISCONN, "errno-isconn"),
    (Errno::ISDIR, "errno-isdir"),
    (Errno::LOOP, "errno-loop"),
    (Errno::MFILE, "errno-mfile"),
    (Errno::MSGSIZE, "errno-msgsize"),
    (Errno::NAMETOOLONG, "errno-nametoolong"),
    (Errno::NETDOWN, "errno-netdown"),
    (Errno::NETUNREACH, "errno-netunreach"),
    (Errno::NFILE, "errno-nfile"),
    (Errno::NOBUFS, "errno-nobufs"),
    (Errno::NODEV, "errno-nodev"),
    (Errno::NOENT, "errno-noent"),
    (Errno::NOMEM, "errno-nomem"),
    (Errno::NOSPC, "errno-nospc"),
    (Errno::NOSYS, "errno-nosys"),
    (Errno::NOTCONN, "errno-notconn"),
    (Errno::NOTDIR, "errno-notdir"),
    (Errno::NOTEMPTY, "errno-notempty"),
    (Errno::NOTSOCK, "errno-notsock"),
    (Errno::NXIO, "errno-nxio"),
    (Errno::OPNOTSUPP, "errno-opnotsupp"),
    (Errno::PERM, "errno-perm"),
    (Errno::PIPE, "errno-pipe"),
    (Errno::PROTOTYPE, "errno-prototype"),
    (Errno::ROFS, "errno-rofs"),
    (Errno::STALE, "errno-stale"),
    (Errno::TIMEDOUT, "errno-timedout"),
    (Errno::TXTBSY, "errno-txtbsy"),
    (Errno::XDEV, "errno-xdev"),
];
