//! Cuts netstrings, `5:hello,` (D. J. Bernstein, <https://cr.yp.to/proto/netstrings.txt>).
//! Never accepts a leading zero, a space or a missing comma: the standard forbids them.

use sockeye_text::{Text, text};

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, put, size};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Netstring> = FramingDef {
    name: "netstring",
    form: "netstring",
    about: "about-frame-netstring",
    samples: &["netstring"],
    build: |_| Ok(Netstring),
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Netstring;

fn malformed(what: Text) -> FrameError {
    FrameError::Malformed { framing: "netstring", what }
}

fn shown(byte: u8) -> String {
    byte.escape_ascii().to_string()
}

/// The length at the front of `buf` and how many bytes it and its colon take; `None` if more must come.
#[inline]
fn length(buf: &[u8], max: usize) -> Result<Option<(usize, usize)>, FrameError> {
    let mut value = 0_u64;
    for (i, &byte) in buf.iter().enumerate() {
        match byte {
            b':' if i > 0 => return Ok(Some((usize::try_from(value).unwrap_or(usize::MAX), i + 1))),
            b'0'..=b'9' if i > 0 && value == 0 => {
                return Err(malformed(text!("frame-netstring-zero", found = shown(byte))));
            }
            b'0'..=b'9' => value = value.saturating_mul(10).saturating_add(u64::from(byte - b'0')),
            _ if i == 0 => return Err(malformed(text!("frame-netstring-start", found = shown(byte)))),
            _ => return Err(malformed(text!("frame-netstring-length", found = shown(byte)))),
        }
        // Checked digit by digit, so that the digits themselves are bounded.
        if value > max as u64 {
            return Err(FrameError::TooLong { announced: value, limit: max, hint: None });
        }
    }
    Ok(None)
}

impl Cut for Netstring {
    #[inline]
    fn next(&self, buf: &[u8], _scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        let Some((value, header)) = length(buf, max)? else {
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        };
        let to = header.saturating_add(value);
        let total = to.saturating_add(1);
        match buf.get(to) {
            None => Ok(CutStep::Need { least: total, total: Some(total) }),
            Some(b',') => Ok(CutStep::Frame { used: total, from: header, to }),
            Some(&byte) => Err(malformed(text!("frame-netstring-end", found = shown(byte)))),
        }
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut left = size(message, sum);
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        out.extend_from_slice(&digits[at..]);
        out.push(b':');
        put(message, sum, out);
        out.push(b',');
        Ok(())
    }
}
