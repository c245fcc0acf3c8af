//! What a process makes of signals, what its threads cost, and folders that are its user's alone.

use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt as _, path::Path, time::Duration};

use rustix::{
    process::Signal,
    time::{ClockId, clock_gettime},
};
use tokio::signal::unix::{SignalKind, signal};

use crate::signal::StopSignal;

/// Signals that ask for the end of a run. They end the process no more once they are listened for.
#[derive(Debug)]
pub struct StopSignals {
    first: (tokio::signal::unix::Signal, StopSignal),
    second: (tokio::signal::unix::Signal, StopSignal),
}

impl StopSignals {
    /// SIGINT and SIGTERM.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_anybody() -> io::Result<Self> {
        Ok(Self {
            first: (signal(SignalKind::interrupt())?, StopSignal::Interrupt),
            second: (signal(SignalKind::terminate())?, StopSignal::Terminate),
        })
    }

    /// SIGHUP and SIGQUIT, which terminals send.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_a_terminal() -> io::Result<Self> {
        Ok(Self {
            first: (signal(SignalKind::hangup())?, StopSignal::Hangup),
            second: (signal(SignalKind::quit())?, StopSignal::Quit),
        })
    }

    /// Waits for the next of them.
    pub async fn next(&mut self) -> StopSignal {
        let Self { first, second } = self;
        tokio::select! {
            _ = first.0.recv() => first.1,
            _ = second.0.recv() => second.1,
        }
    }
}

/// How long processors have worked for this thread; none where the system does not say.
#[must_use]
pub fn thread_time() -> Option<Duration> {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).ok()
}

/// Makes a file size limit (`RLIMIT_FSIZE`) a failed write, and not a signal that ends the process.
///
/// # Errors
/// What the system says.
pub fn catch_file_size_signal() -> io::Result<()> {
    // What listens is not needed: the handler stays for as long as the process.
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

/// Makes the folder and those above it that are missing, with mode 0700.
///
/// # Errors
/// What the system says.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.mode(0o700).recursive(true).create(path)
}
