//! Cuts by a length in Protocol Buffers' base-128 varint before each message, as `writeDelimitedTo` sends them
//! (<https://protobuf.dev/programming-guides/encoding/#varints>).
//! Never accepts a length written longer than needed or past 64 bits.

use sockeye_text::{Text, text};

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Scan, put, size};
use super::error::FrameError;
use super::spec::FramingDef;

/// The table's row.
pub(super) const ROW: FramingDef<Varint> = FramingDef {
    name: "varint",
    form: "varint[,offset=N][,adjust=N][,includes-header][,strip=N]\
           [,head=HEX][,tail=HEX][,escape=MARK:CODE=BYTE…][,pre=HEX][,mark=HEX][,fill=HEX]",
    about: "about-frame-varint",
    samples: &["varint", "varint,head=aa,offset=2,pre=55"],
    build: |_| Ok(Varint),
};

/// The longest varint: ten groups of seven bits hold 64.
const LONGEST: usize = 10;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Varint;

fn malformed(what: Text) -> FrameError {
    FrameError::Malformed { framing: "varint", what }
}

/// The length at the front of `buf` and how many bytes it takes; `None` if more must come.
#[inline]
fn length(buf: &[u8]) -> Result<Option<(u64, usize)>, FrameError> {
    let mut value = 0_u64;
    for (i, &byte) in buf.iter().take(LONGEST).enumerate() {
        let group = u64::from(byte & 0x7f);
        // The tenth group has one bit left of the 64; a further group would have none.
        if i == LONGEST - 1 && byte > 1 {
            return Err(malformed(text!("frame-varint-long")));
        }
        value |= group << (7 * i);
        if byte < 0x80 {
            if byte == 0 && i > 0 {
                return Err(malformed(text!("frame-varint-padded")));
            }
            return Ok(Some((value, i + 1)));
        }
    }
    Ok(None)
}

impl Cut for Varint {
    #[inline]
    fn next(&self, buf: &[u8], _scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        let Some((value, header)) = length(buf)? else {
            return Ok(CutStep::Need { least: buf.len() + 1, total: None });
        };
        if value > max as u64 {
            return Err(FrameError::TooLong { announced: value, limit: max, hint: None });
        }
        let total = usize::try_from(value).unwrap_or(usize::MAX).saturating_add(header);
        if buf.len() < total {
            return Ok(CutStep::Need { least: total, total: Some(total) });
        }
        Ok(CutStep::Frame { used: total, from: header, to: total })
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let mut left = size(message, sum);
        while left >= 0x80 {
            out.push((left & 0x7f) as u8 | 0x80);
            left >>= 7;
        }
        out.push(left as u8);
        put(message, sum, out);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn the_examples_of_the_standard_and_its_edges() {
        assert_eq!(length(&[0x96, 0x01]), Ok(Some((150, 2))));
        assert_eq!(length(&[0x00]), Ok(Some((0, 1))));
        assert_eq!(length(&[0x80]), Ok(None));
        assert!(length(&[0x80, 0x00]).is_err());
        let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(length(&most), Ok(Some((u64::MAX, 10))));
        let over = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert!(length(&over).is_err());
        assert!(length(&[0xff; 10]).is_err());
    }
}
