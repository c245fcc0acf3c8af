//! Cuts SLIP packets (RFC 1055): END ends a packet, ESC hides an END or ESC inside it. An END is sent before and after.
//! Never delivers an empty packet (the RFC's receivers ignore them) and never guesses at a broken escape.

use memchr::{memchr, memchr_iter};
use sockeye_text::text;

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Opened, Scan, size};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Slip> = FramingDef {
    name: "slip",
    form: "slip",
    about: "about-frame-slip",
    samples: &["slip"],
    build: |_| Ok(Slip),
};

const END: u8 = 0xc0;
const ESC: u8 = 0xdb;
const ESC_END: u8 = 0xdc;
const ESC_ESC: u8 = 0xdd;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Slip;

fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        match byte {
            END => out.extend_from_slice(&[ESC, ESC_END]),
            ESC => out.extend_from_slice(&[ESC, ESC_ESC]),
            _ => out.push(byte),
        }
    }
}

impl Cut for Slip {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if buf.first() == Some(&END) {
            return Ok(CutStep::Fill { used: 1 });
        }
        let fresh = buf.get(scan.at..).unwrap_or_default();
        let end = memchr(END, fresh);
        let sealed = scan.at + end.unwrap_or(fresh.len());
        // An escape is two bytes for one, so the count of them tells the packet's size before it is opened. They are
        // counted only in what is new, or a slow sender of many escapes would cost the square of the limit.
        if end.is_none() || sealed > max {
            let new = fresh.get(..end.unwrap_or(fresh.len())).unwrap_or_default();
            scan.count += memchr_iter(ESC, new).count();
        }
        if sealed > max && sealed - scan.count > max {
            let hint = Some(text!("no-end-came", end = "END (c0)"));
            return Err(FrameError::TooLong { announced: max as u64 + 1, limit: max, hint });
        }
        if end.is_none() {
            scan.at = buf.len();
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        }
        Ok(CutStep::Frame { used: sealed + 1, from: 0, to: sealed })
    }

    fn open(&self, sealed: &[u8], scratch: &mut Vec<u8>, _max: usize) -> Result<Opened, FrameError> {
        let Some(first) = memchr(ESC, sealed) else { return Ok(Opened::AsIs) };
        scratch.clear();
        let (plain, rest) = sealed.split_at(first);
        scratch.extend_from_slice(plain);
        let mut bytes = rest.iter();
        while let Some(&byte) = bytes.next() {
            scratch.push(match byte {
                ESC => match bytes.next() {
                    Some(&ESC_END) => END,
                    Some(&ESC_ESC) => ESC,
                    other => {
                        let other = other.map_or_else(|| "END".to_owned(), |b| format!("{b:02x}"));
                        let what = text!("frame-slip-escape", found = other);
                        return Err(FrameError::Malformed { framing: "slip", what });
                    }
                },
                _ => byte,
            });
        }
        Ok(Opened::Scratch)
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let have = size(message, sum);
        if have == 0 {
            let want = text!("wanted-not-empty");
            return Err(FrameError::WrongSize { framing: "slip", have, want });
        }
        out.push(END);
        escape(message, out);
        if let Some(sum) = sum {
            escape(sum.seal(message).as_slice(), out);
        }
        out.push(END);
        Ok(())
    }
}
