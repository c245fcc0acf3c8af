//! How the terminal behind standard input is set.

use std::{fs::File, io};

use rustix::{
    process::{Signal, getpgrp, getpid, kill_process},
    termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr},
};

/// How a terminal was set once.
#[derive(Debug)]
pub struct TerminalMode(Termios);

impl TerminalMode {
    /// How the terminal behind standard input is set now; none where none is there.
    #[must_use]
    pub fn of_stdin() -> Option<Self> {
        tcgetattr(io::stdin()).ok().map(Self)
    }

    /// Sets it so again.
    pub fn restore(&self) {
        // A terminal that has gone needs no setting.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Wakes a line editor that waits in a system call, by the SIGINT it listens for itself.
///
/// # Errors
/// What the system says.
pub fn wake_line_editor() -> io::Result<()> {
    Ok(kill_process(getpid(), Signal::INT)?)
}

/// Whether a process of ours that reads the terminal behind standard input gets what is typed: one that a shell started in the
/// background is stopped instead (SIGTTIN).
#[must_use]
pub fn is_in_foreground() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}

/// Columns and lines of the terminal of this process; none where it has none.
#[must_use]
pub fn terminal_size() -> Option<(usize, usize)> {
    let size = tcgetwinsize(File::open("/dev/tty").ok()?).ok()?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row))).filter(|(columns, _)| *columns > 0)
}
