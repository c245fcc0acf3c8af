//! Where pages go: standard output and standard error, or above the prompt of a terminal.
//! Never loses the order of the two.

use std::io::{self, Write as _};

use rustyline::ExternalPrinter;

use super::encoding;
use crate::view::{Page, Stream};

/// Why standard output takes nothing more.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Whoever read it has gone: a quiet end.
    Gone,
    /// It cannot be written.
    Failed(io::Error),
}

/// Where pages go.
pub(crate) struct Sink {
    way: Way,
    trouble: Option<Trouble>,
    // Standard output is what peers sent, which is written as it is.
    is_data: bool,
}

enum Way {
    /// The two streams.
    Streams,
    /// Above the prompt.
    Above(Box<dyn ExternalPrinter + Send>),
}

impl Sink {
    /// The two streams.
    #[must_use]
    pub(crate) fn streams() -> Self {
        Self { way: Way::Streams, trouble: None, is_data: false }
    }

    /// Above the prompt of a line editor.
    #[must_use]
    pub(crate) fn above(printer: Box<dyn ExternalPrinter + Send>) -> Self {
        Self { way: Way::Above(printer), trouble: None, is_data: false }
    }

    /// The same, where standard output is data if `is_data`.
    #[must_use]
    pub(crate) fn of_data(self, is_data: bool) -> Self {
        Self { is_data, ..self }
    }

    /// Writes what is on the page if it goes to the streams: programs get one line at a time.
    pub(crate) fn turn(&mut self, page: &mut Page) {
        if matches!(self.way, Way::Streams) {
            self.put(page);
        }
    }

    /// Writes everything on the page; once standard output has failed, only what is for people.
    pub(crate) fn put(&mut self, page: &mut Page) {
        let parts = page.take();
        match &mut self.way {
            Way::Streams => {
                for (stream, bytes) in parts {
                    match stream {
                        Stream::Err => {
                            let bytes = encoding::for_people(&io::stderr(), &bytes);
                            let mut err = anstream::stderr().lock();
                            let _ = err.write_all(&bytes).and_then(|()| err.flush());
                        }
                        Stream::Out if self.trouble.is_none() => {
                            let mut out = io::stdout().lock();
                            let bytes = match self.is_data {
                                true => bytes.into(),
                                false => encoding::for_people(&out, &bytes),
                            };
                            let written = out.write_all(&bytes).and_then(|()| out.flush());
                            self.trouble = written.err().map(|error| match error.kind() {
                                io::ErrorKind::BrokenPipe => Trouble::Gone,
                                _ => Trouble::Failed(error),
                            });
                        }
                        Stream::Out => {}
                    }
                }
            }
            Way::Above(printer) => {
                let all: Vec<u8> = parts.into_iter().flat_map(|(_, bytes)| bytes).collect();
                if !all.is_empty() {
                    let _ = printer.print(String::from_utf8_lossy(&all).into_owned());
                }
            }
        }
    }

    /// Waits until everything put above the prompt can be seen.
    ///
    /// The printer takes one text at a time: when it takes another, the one before is being written. That other one
    /// moves up a line and down again, which leaves everything as it is.
    pub(crate) fn settle(&mut self) {
        if let Way::Above(printer) = &mut self.way {
            let _ = printer.print("\x1b[A\n".to_owned());
        }
    }

    /// What went wrong with standard output, if something did.
    #[must_use]
    pub(crate) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The same, at the end.
    #[must_use]
    pub(crate) fn into_trouble(self) -> Option<Trouble> {
        self.trouble
    }
}
