//! The switch of a run's log: whoever types can turn it on, to another file, and off.
//! Never writes a log.

use std::{
    fmt, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Begins a log in a file, in the place of any other; without one, ends it.
type Turn = dyn FnMut(Option<&Path>) -> io::Result<()> + Send;

/// See the module.
#[derive(Clone)]
pub(crate) struct Logs(Arc<Mutex<Turn>>);

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Logs")
    }
}

impl Logs {
    /// A switch that does what `turn` does.
    #[must_use]
    pub(crate) fn new(turn: impl FnMut(Option<&Path>) -> io::Result<()> + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(turn)))
    }

    /// Logs into `file` from now on, and nowhere else; nowhere at all without one.
    ///
    /// # Errors
    /// The file cannot be written: all stays as it was.
    pub(crate) fn turn(&self, file: Option<&Path>) -> io::Result<()> {
        let mut turn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (*turn)(file)
    }
}
