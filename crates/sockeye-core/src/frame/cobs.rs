//! Cuts COBS frames (Cheshire and Baker, 1999, "Consistent Overhead Byte Stuffing"): stuffed so that no zero is left
//! inside, and ended by one.
//! Never delivers what a lone zero ends: it only brings a receiver into step.

use memchr::memchr;
use sockeye_text::text;

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Opened, Scan};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Cobs> = FramingDef {
    name: "cobs",
    form: "cobs",
    about: "about-frame-cobs",
    samples: &["cobs"],
    build: |_| Ok(Cobs),
};

/// Data bytes in the longest block.
const BLOCK: usize = 254;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Cobs;

/// Stuffs bytes as they are handed in, so that a message and its checksum need not be joined first.
struct Stuffing<'a> {
    out: &'a mut Vec<u8>,
    /// Where the code byte of the open block is.
    code: usize,
}

impl<'a> Stuffing<'a> {
    fn begin(out: &'a mut Vec<u8>) -> Self {
        let code = out.len();
        out.push(1);
        Self { out, code }
    }

    fn close_block(&mut self) {
        self.code = self.out.len();
        self.out.push(1);
    }

    fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            // A full block is closed only when more follows, so that 254 bytes need no second block.
            if self.out.len() - self.code > BLOCK {
                self.close_block();
            }
            if byte == 0 {
                self.close_block();
            } else {
                self.out.push(byte);
                self.out[self.code] += 1;
            }
        }
    }
}

impl Cut for Cobs {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if buf.first() == Some(&0) {
            return Ok(CutStep::Fill { used: 1 });
        }
        let end = memchr(0, buf.get(scan.at..).unwrap_or_default());
        let sealed = scan.at + end.unwrap_or(buf.len() - scan.at);
        // The most a message within the limit can grow to: one code byte, and one more for every full block.
        if sealed > max.saturating_add(max / BLOCK).saturating_add(1) {
            return Err(too_long(max));
        }
        if end.is_none() {
            scan.at = buf.len();
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        }
        Ok(CutStep::Frame { used: sealed + 1, from: 0, to: sealed })
    }

    fn open(&self, sealed: &[u8], scratch: &mut Vec<u8>, max: usize) -> Result<Opened, FrameError> {
        scratch.clear();
        let mut rest = sealed;
        while let Some((&code, after)) = rest.split_first() {
            let size = usize::from(code).saturating_sub(1);
            let Some((block, left)) = after.split_at_checked(size) else {
                let what = text!("frame-cobs-block", size = size, left = after.len());
                return Err(FrameError::Malformed { framing: "cobs", what });
            };
            scratch.extend_from_slice(block);
            if size < BLOCK && !left.is_empty() {
                scratch.push(0);
            }
            rest = left;
        }
        if scratch.len() > max {
            return Err(too_long(max));
        }
        Ok(Opened::Scratch)
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let mut stuffing = Stuffing::begin(out);
        stuffing.push(message);
        if let Some(sum) = sum {
            stuffing.push(sum.seal(message).as_slice());
        }
        out.push(0);
        Ok(())
    }
}

fn too_long(max: usize) -> FrameError {
    let hint = Some(text!("no-end-came", end = text!("end-zero")));
    FrameError::TooLong { announced: max as u64 + 1, limit: max, hint }
}
