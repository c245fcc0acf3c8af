//! Cuts at a delimiter: lines, NUL-ended text, or any bytes.
//! Never looks at a byte twice while it waits for the delimiter, and never waits past the limit.

use memchr::{memchr, memmem::Finder};
use sockeye_text::{Text, text};

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, Tail, put};
use super::error::FrameError;
use super::spec::FramingDef;

/// The row of `line`.
pub(super) const LINE: FramingDef<Delimiter> = FramingDef {
    name: "line",
    form: "line",
    about: "about-frame-line",
    samples: &["line"],
    build: |_| Ok(Delimiter::new(b"\n", Ending::Line, text!("end-line-feed"))),
};

/// The row of `crlf`.
pub(super) const CRLF: FramingDef<Delimiter> = FramingDef {
    name: "crlf",
    form: "crlf",
    about: "about-frame-crlf",
    samples: &["crlf"],
    build: |_| Ok(Delimiter::new(b"\r\n", Ending::Exact, Text::verbatim("CR LF"))),
};

/// The row of `nul`.
pub(super) const NUL: FramingDef<Delimiter> = FramingDef {
    name: "nul",
    form: "nul",
    about: "about-frame-nul",
    samples: &["nul"],
    build: |_| Ok(Delimiter::new(b"\0", Ending::Exact, text!("end-zero"))),
};

/// The row of `delim=HEX`.
pub(super) const DELIM: FramingDef<Delimiter> = FramingDef {
    name: "delim",
    form: "delim=HEX",
    about: "about-frame-delim",
    samples: &["delim=ff", "delim=2323", "delim=616162"],
    build: |given| {
        let bytes = given.bytes("delim")?;
        let name = text!("end-delimiter", bytes = data_encoding::HEXLOWER.encode(&bytes));
        Ok(Delimiter::new(&bytes, Ending::Exact, name))
    },
};

/// What belongs to the delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Its bytes.
    Exact,
    /// A line feed, and a carriage return before it if there is one.
    Line,
}

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Delimiter {
    /// The delimiter's last byte stands for it where it has only one.
    last: u8,
    size: usize,
    finder: Finder<'static>,
    ending: Ending,
    name: Text,
}

impl Delimiter {
    /// A delimiter of at least one byte, called `name` in errors.
    fn new(bytes: &[u8], ending: Ending, name: Text) -> Self {
        Self {
            last: bytes.last().copied().unwrap_or_default(),
            size: bytes.len().max(1),
            finder: Finder::new(bytes).into_owned(),
            ending,
            name,
        }
    }

    #[inline]
    fn find(&self, bytes: &[u8]) -> Option<usize> {
        if self.size == 1 { memchr(self.last, bytes) } else { self.finder.find(bytes) }
    }

    /// Where the message ends that comes before a delimiter at `end`.
    #[inline]
    fn trim(&self, buf: &[u8], end: usize) -> usize {
        let text = buf.get(..end).unwrap_or_default();
        if self.ending == Ending::Line && text.last() == Some(&b'\r') { end - 1 } else { end }
    }

    #[cold]
    fn too_long(&self, max: usize) -> FrameError {
        let hint = Some(text!("no-end-came", end = self.name.clone()));
        FrameError::TooLong { announced: max as u64 + 1, limit: max, hint }
    }
}

impl Cut for Delimiter {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        let Some(found) = self.find(buf.get(scan.at..).unwrap_or_default()) else {
            // The last bytes may be the beginning of the delimiter, so they are looked at again and do not count yet.
            let sure = (buf.len() + 1).saturating_sub(self.size);
            if self.trim(buf, sure) > max {
                return Err(self.too_long(max));
            }
            scan.at = sure;
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        };
        let end = scan.at + found;
        let to = self.trim(buf, end);
        if to > max {
            return Err(self.too_long(max));
        }
        Ok(CutStep::Frame { used: end + self.size, from: 0, to })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let start = out.len();
        put(message, sum, out);
        let end = out.len() - start;
        // The receiver drops one CR before the LF: a message that ends with one is given a second.
        if self.ending == Ending::Line && out.get(start..).and_then(<[u8]>::last) == Some(&b'\r') {
            out.push(b'\r');
        }
        let body = out.len() - start;
        out.extend_from_slice(self.finder.needle());
        // Searched with the delimiter in place: the message's end and the delimiter may together hold an earlier one.
        match self.find(out.get(start..).unwrap_or_default()) {
            Some(at) if at < body => {
                Err(FrameError::ContainsDelimiter { what: self.name.clone(), at: at.min(end) })
            }
            _ => Ok(()),
        }
    }

    fn tail(&self, _rest: &[u8]) -> Tail {
        Tail::Message
    }
}
