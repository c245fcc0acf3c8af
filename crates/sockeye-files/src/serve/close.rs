//! How a connection is closed, and when a socket only has to be waited for.
//! Never closes one itself.

use std::io;

use sockeye_core::event::Ending;

/// How a connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseMode {
    /// FIN, and reading on for a moment, so that what was sent arrives.
    Lingering(Ending),
    /// RST, so that the peer does not take what it has for the whole file, or because it takes nothing.
    Reset(Ending),
    /// Nothing: the peer is gone already, or the run has no time left for it.
    Gone(Ending),
}

/// Whether the same call may succeed once the socket is ready again.
pub(super) fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
