//! Stopping: the first signal (or /quit) asks the run to finish, the second ends it at once.
//! Never ends the process itself.

use std::sync::{Arc, Mutex, PoisonError};

use sockeye_sys::{StopSignal, StopSignals};
use tokio_util::sync::CancellationToken;

/// Why a run is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A signal, or the key that stands for it.
    Signal(StopSignal),
    /// Somebody asked for it in order, or nobody can see it any more.
    Asked,
}

/// Stops one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shutdown {
    /// Cancelled first: finish.
    pub stop: CancellationToken,
    /// Cancelled before that where what is received can be written no more.
    pub lost: CancellationToken,
    /// Cancelled second: leave everything as it is.
    pub now: CancellationToken,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    first: Option<Cause>,
    over: Option<Over>,
}

#[derive(Debug)]
struct Over;

impl Shutdown {
    /// Listens for SIGINT and SIGTERM from now on.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn watch(&self) -> std::io::Result<()> {
        StopSignals::of_anybody().map(|signals| self.obey(signals))
    }

    /// Also for the signals of a terminal, so that it is given back as it was. Without one they keep their meaning
    /// (`nohup`).
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn watch_terminal(&self) -> std::io::Result<()> {
        StopSignals::of_a_terminal().map(|signals| self.obey(signals))
    }

    fn obey(&self, mut signals: StopSignals) {
        let shutdown = self.clone();
        tokio::spawn(async move {
            loop {
                shutdown.pull(Cause::Signal(signals.next().await));
            }
        });
    }

    /// Stop; if that was asked for before, at once.
    pub(crate) fn pull(&self, cause: Cause) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.over.is_some() {
            return;
        }
        if state.first.is_none() {
            state.first = Some(cause);
            self.stop.cancel();
        } else if let Cause::Signal(_) = cause {
            // The code is that of a signal, whatever came before it.
            if state.first == Some(Cause::Asked) {
                state.first = Some(cause);
            }
            self.now.cancel();
        }
    }

    /// What is received can be written no more.
    pub(crate) fn lose(&self) {
        self.lost.cancel();
        self.pull(Cause::Asked);
    }

    /// The run is over: signals mean nothing any more.
    pub(crate) fn release(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).over = Some(Over);
    }

    /// The signal that stopped it, if one did.
    #[must_use]
    pub(crate) fn signal(&self) -> Option<StopSignal> {
        match self.state.lock().unwrap_or_else(PoisonError::into_inner).first {
            Some(Cause::Signal(signal)) => Some(signal),
            Some(Cause::Asked) | None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_in_order_then_at_once() {
        let shutdown = Shutdown::default();
        shutdown.pull(Cause::Signal(StopSignal::Terminate));
        assert!(shutdown.stop.is_cancelled() && !shutdown.now.is_cancelled());
        shutdown.pull(Cause::Asked);
        assert!(!shutdown.now.is_cancelled(), "a broken pipe while stopping is no reason to hurry");
        shutdown.pull(Cause::Signal(StopSignal::Interrupt));
        assert!(shutdown.now.is_cancelled());
        assert_eq!(shutdown.signal(), Some(StopSignal::Terminate));
    }

    #[test]
    fn after_the_end_nothing_counts() {
        let shutdown = Shutdown::default();
        shutdown.release();
        shutdown.pull(Cause::Signal(StopSignal::Interrupt));
        assert_eq!((shutdown.signal(), shutdown.stop.is_cancelled()), (None, false));
    }
}
