//! Cuts messages between a head and a tail, such as STX and ETX.
//! Never takes bytes outside of them for a message: they are skipped and counted, and an endless run of them is an error.

use data_encoding::HEXLOWER;
use memchr::memmem::Finder;
use sockeye_text::text;

use super::checksum::Checksum;
use super::cut::{Astray, Cut, CutStep, Scan, put};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Markers> = FramingDef {
    name: "head",
    form: "head=HEX,tail=HEX[,escape=MARK:CODE=BYTE…][,mark=HEX][,fill=HEX]",
    about: "about-frame-head",
    samples: &[
        "head=02,tail=03",
        "head=aa55,tail=0d0a",
        "tail=7e,head=7e",
        "head=1002,tail=1003,escape=10:10=10",
    ],
    build: |given| {
        let (head, tail) = (given.bytes("head")?, given.bytes("tail")?);
        Ok(Markers::new(&head, &tail))
    },
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Markers {
    head: Finder<'static>,
    tail: Finder<'static>,
}

impl Markers {
    /// Markers of at least one byte each.
    pub(super) fn new(head: &[u8], tail: &[u8]) -> Self {
        Self { head: Finder::new(head).into_owned(), tail: Finder::new(tail).into_owned() }
    }

    /// What is at the front of bytes that do not begin with the head.
    fn skip(&self, buf: &[u8]) -> CutStep {
        let head = self.head.needle();
        // The end of what came may be the beginning of a head.
        let kept = || (1..head.len()).rev().find(|&n| head.get(..n).is_some_and(|part| buf.ends_with(part)));
        let used = match self.head.find(buf) {
            Some(at) => at,
            None => buf.len() - kept().unwrap_or(0),
        };
        if used == 0 {
            CutStep::Need { least: buf.len() + 1, total: None }
        } else {
            CutStep::Garbage { used, why: Astray::Outside }
        }
    }

    #[cold]
    fn too_long(&self, max: usize) -> FrameError {
        let hint =
            Some(text!("no-end-came", end = text!("end-tail", bytes = HEXLOWER.encode(self.tail.needle()))));
        FrameError::TooLong { announced: max as u64 + 1, limit: max, hint }
    }
}

impl Cut for Markers {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        let (head, tail) = (self.head.needle(), self.tail.needle());
        if !buf.starts_with(head) {
            return Ok(self.skip(buf));
        }
        let from = head.len().max(scan.at);
        let Some(found) = self.tail.find(buf.get(from..).unwrap_or_default()) else {
            let sure = (buf.len() + 1).saturating_sub(tail.len()).max(head.len());
            if sure - head.len() > max {
                return Err(self.too_long(max));
            }
            scan.at = sure;
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        };
        let to = from + found;
        if to - head.len() > max {
            return Err(self.too_long(max));
        }
        Ok(CutStep::Frame { used: to + tail.len(), from: head.len(), to })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        out.extend_from_slice(self.head.needle());
        let start = out.len();
        put(message, sum, out);
        let body = out.len() - start;
        out.extend_from_slice(self.tail.needle());
        match self.tail.find(out.get(start..).unwrap_or_default()) {
            Some(at) if at < body => {
                let what = text!("end-tail-marker", bytes = HEXLOWER.encode(self.tail.needle()));
                Err(FrameError::ContainsDelimiter { what, at })
            }
            _ => Ok(()),
        }
    }
}
