//! How a connection is closed, and when a socket only has to be waited for.
//! Never closes one itself.

use std::io;

use sockeye_core::event::Ending;

/// How a connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloseMode {
    /// FIN, and reading on for a moment, so that what was sent arrives.
    Lingering(Ending),
    /// RST: what was sent is not to be taken for whole, or nobody takes it.
    Reset(Ending),
    /// There is nobody any more.
    Gone(Ending),
}

/// Whether the same call may succeed once the socket is ready again.
pub(super) fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
