//! What a process hears from its console, what its threads cost, and folders that are its user's alone.

use std::{fs, io, path::Path, time::Duration};

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
};

use windows_sys::Win32::{
    Foundation::FILETIME,
    System::Threading::{GetCurrentThread, GetThreadTimes},
};

use crate::signal::StopSignal;

/// Events of the console that ask for the end of a run.
#[derive(Debug)]
pub struct StopSignals(Events);

#[derive(Debug)]
enum Events {
    Anybody(CtrlC, CtrlShutdown),
    Terminal(CtrlClose, CtrlBreak),
}

impl StopSignals {
    /// Ctrl-C, and that the machine is shut down.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_anybody() -> io::Result<Self> {
        Ok(Self(Events::Anybody(ctrl_c()?, ctrl_shutdown()?)))
    }

    /// That the console is closed, and Ctrl-Break.
    ///
    /// # Errors
    /// What the system says.
    pub fn of_a_terminal() -> io::Result<Self> {
        Ok(Self(Events::Terminal(ctrl_close()?, ctrl_break()?)))
    }

    /// Waits for the next of them.
    pub async fn next(&mut self) -> StopSignal {
        match &mut self.0 {
            Events::Anybody(interrupt, shutdown) => tokio::select! {
                _ = interrupt.recv() => StopSignal::Interrupt,
                _ = shutdown.recv() => StopSignal::Terminate,
            },
            Events::Terminal(close, quit) => tokio::select! {
                _ = close.recv() => StopSignal::Hangup,
                _ = quit.recv() => StopSignal::Quit,
            },
        }
    }
}

/// How long processors have worked for this thread; none where the system does not say.
#[must_use]
pub fn thread_time() -> Option<Duration> {
    let mut times = [FILETIME::default(); 4];
    let [made, ended, kernel, user] = &mut times;
    // SAFETY: the handle is that of this thread, and the system writes one time through each pointer to a live one.
    let done = unsafe { GetThreadTimes(GetCurrentThread(), made, ended, kernel, user) };
    let nanos = |time: &FILETIME| {
        (u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)).saturating_mul(100)
    };
    (done != 0).then(|| Duration::from_nanos(nanos(kernel).saturating_add(nanos(user))))
}

/// There are no file size limits here.
///
/// # Errors
/// Never.
pub fn catch_file_size_signal() -> io::Result<()> {
    Ok(())
}

/// Makes the folder and those above it that are missing; what lies in a user's profile is that user's alone.
///
/// # Errors
/// What the system says.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// How a console was set once: nothing has to be remembered of it, since its line editor sets it back.
#[derive(Debug)]
pub enum TerminalMode {}

impl TerminalMode {
    /// Nothing.
    #[must_use]
    pub fn of_stdin() -> Option<Self> {
        None
    }

    /// Sets it so again.
    pub fn restore(&self) {
        match *self {}
    }
}

/// A line editor that waits for a key cannot be woken here.
///
/// # Errors
/// Always.
pub fn wake_line_editor() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Always: no shell of this system has jobs in the background of its console.
#[must_use]
pub fn is_in_foreground() -> bool {
    true
}

/// Nothing: it is not asked here.
#[must_use]
pub fn terminal_size() -> Option<(usize, usize)> {
    None
}
