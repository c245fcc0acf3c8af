//! Tells people things beside the events: on standard error, or above a prompt.

use std::{
    io::{self, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use rustyline::ExternalPrinter;

use super::encoding;

/// Tells people things beside the events.
#[derive(Clone)]
pub(crate) struct Teller(Way);

#[derive(Clone)]
enum Way {
    Stderr,
    Above(Arc<Mutex<Box<dyn ExternalPrinter + Send>>>),
    #[cfg(test)]
    Nobody,
}

impl std::fmt::Debug for Teller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Teller")
    }
}

impl Teller {
    /// On standard error.
    #[must_use]
    pub(crate) fn stderr() -> Self {
        Self(Way::Stderr)
    }

    /// Above the prompt of a line editor.
    #[must_use]
    pub(crate) fn above(printer: Box<dyn ExternalPrinter + Send>) -> Self {
        Self(Way::Above(Arc::new(Mutex::new(printer))))
    }

    /// Tells one thing; it may have several lines.
    pub(crate) fn tell(&self, text: &str) {
        match &self.0 {
            Way::Stderr => tell_stderr(text),
            Way::Above(printer) => {
                let mut printer = printer.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = printer.print(format!("{text}\n"));
            }
            #[cfg(test)]
            Way::Nobody => {}
        }
    }

    #[cfg(test)]
    pub(crate) fn nobody() -> Self {
        Self(Way::Nobody)
    }
}

/// Writes a line on standard error.
pub(crate) fn tell_stderr(text: &str) {
    let line = format!("{text}\n");
    // Where nobody listens there is nobody to tell.
    let _ = anstream::stderr().lock().write_all(&encoding::for_people(&io::stderr(), line.as_bytes()));
}
