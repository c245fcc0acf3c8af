//! Which signals end a run.

/// What somebody asks a process to end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopSignal {
    /// Ctrl-C (SIGINT).
    Interrupt,
    /// An orderly request to end: SIGTERM; on Windows that the machine is shut down.
    Terminate,
    /// The terminal has gone: SIGHUP; on Windows that the console is closed.
    Hangup,
    /// Ctrl-\\ (SIGQUIT); on Windows Ctrl-Break.
    Quit,
}
