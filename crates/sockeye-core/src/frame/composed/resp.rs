//! Where a value of RESP, the protocol of Redis, ends: a line, a string of announced length, or so many values in a row.
//! Never builds a value, and never counts deeper than the limit lets its bytes be.
//!
//! <https://redis.io/docs/latest/develop/reference/protocol-spec/>, versions 2 and 3; an inline command is a line.

use memchr::memchr;
use sockeye_text::{Text, text};

/// How far a value was walked through: kept between two looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    /// Bytes that are done with.
    pub(super) at: usize,
    /// Values that are still to come.
    pub(super) left: usize,
}

/// What came of walking.
pub(super) enum Walked {
    /// The value has so many bytes.
    Whole(usize),
    /// So many bytes must be there first.
    Need(usize),
}

/// The longest line, bytes: of a simple string, a number, an inline command.
const LINE: usize = 64 * 1024;
/// The longest line that announces a size.
const NUMBER: usize = 24;

/// Goes on from `walk`; no value may be longer than `max`.
pub(super) fn walk(buf: &[u8], walk: &mut Walk, max: usize) -> Result<Walked, Text> {
    while walk.left > 0 {
        let rest = buf.get(walk.at..).unwrap_or_default();
        let Some(&kind) = rest.first() else { return Ok(Walked::Need(walk.at + 1)) };
        let is_sized = matches!(kind, b'$' | b'!' | b'=' | b'*' | b'~' | b'>' | b'%' | b'|');
        let most = if is_sized { NUMBER } else { LINE };
        let Some(end) = memchr(b'\n', rest.get(..most).unwrap_or(rest)) else {
            if rest.len() >= most {
                return Err(text!("frame-resp-line", at = walk.at));
            }
            return Ok(Walked::Need(buf.len() + 1));
        };
        let line = rest.get(..end).unwrap_or_default();
        let Some(line) = line.strip_suffix(b"\r") else { return Err(text!("frame-resp-line", at = walk.at)) };
        let next = walk.at + end + 1;
        let (bytes, values) = announced(kind, line.get(1..).unwrap_or_default(), walk.at)?;
        let after = next.saturating_add(bytes);
        if after > max.saturating_add(2) || values > max {
            return Err(text!("frame-resp-long", limit = max));
        }
        if bytes > 0 {
            match buf.get(after - 2..after) {
                Some(b"\r\n") => {}
                Some(_) => return Err(text!("frame-resp-end", at = after - 2)),
                None => return Ok(Walked::Need(after)),
            }
        }
        walk.at = after;
        walk.left = (walk.left - 1).saturating_add(values);
        // Every value takes three bytes at least, so that no more may be announced than can come.
        if walk.left > max {
            return Err(text!("frame-resp-long", limit = max));
        }
    }
    Ok(Walked::Whole(walk.at))
}

/// How many bytes, CR LF included, and how many values a line of this kind announces.
fn announced(kind: u8, number: &[u8], at: usize) -> Result<(usize, usize), Text> {
    let size = || match number {
        b"-1" => Ok(None),
        _ => {
            let digits =
                std::str::from_utf8(number).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
            let size =
                digits.and_then(|text| text.parse::<u32>().ok()).and_then(|size| usize::try_from(size).ok());
            size.map(Some).ok_or_else(|| text!("frame-resp-size", at = at))
        }
    };
    Ok(match kind {
        b'$' | b'!' | b'=' => (size()?.map_or(0, |size| size.saturating_add(2)), 0),
        b'*' | b'~' | b'>' => (0, size()?.unwrap_or(0)),
        b'%' => (0, size()?.unwrap_or(0).saturating_mul(2)),
        // Attributes stand before the value they are of.
        b'|' => (0, size()?.unwrap_or(0).saturating_mul(2).saturating_add(1)),
        _ => (0, 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(buf: &[u8]) -> Option<usize> {
        match walk(buf, &mut Walk { at: 0, left: 1 }, 1000) {
            Ok(Walked::Whole(size)) => Some(size),
            Ok(Walked::Need(need)) => {
                assert!(need > buf.len());
                None
            }
            Err(_) => Some(0),
        }
    }

    #[test]
    fn the_values_of_the_standard() {
        for whole in [
            "+OK\r\n",
            "-ERR no\r\n",
            ":1000\r\n",
            "$5\r\nhello\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "*0\r\n",
            "*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n",
            "*3\r\n:1\r\n*1\r\n+a\r\n$-1\r\n",
            "%1\r\n+a\r\n:1\r\n",
            "#t\r\n",
            "_\r\n",
            "PING\r\n",
            "|1\r\n+k\r\n+v\r\n*1\r\n:1\r\n",
            "=7\r\ntxt:a\r\n\r\n",
            ">1\r\n+m\r\n",
            "~1\r\n(12\r\n",
        ] {
            assert_eq!(size(whole.as_bytes()), Some(whole.len()), "{whole:?}");
            for cut in 0..whole.len() {
                assert_eq!(size(&whole.as_bytes()[..cut]), None, "{whole:?} {cut}");
            }
        }
        for wrong in ["$x\r\n", "$5\r\nhello!\r\n", "*99999999\r\n", "$-2\r\n", "+OK\n", "$2000\r\n"] {
            assert_eq!(size(wrong.as_bytes()), Some(0), "{wrong:?}");
        }
    }
}
