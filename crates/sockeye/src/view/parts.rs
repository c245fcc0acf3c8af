//! A frame with its parts told apart: head, length, body, checksum, tail.
//! Never sees what travelled: a message is framed again, with the checksum that came where that was another.

use sockeye_core::{
    event::{What, Wrapping},
    frame::{Check, FrameParts, Framing},
};

use super::Colours;
use crate::say::{self, FramePart};

/// Bytes of a body that are shown; how many more there are is said.
const BODY: usize = 48;

const YELLOW: &str = "\x1b[33m";
const MAGENTA: &str = "\x1b[35m";
const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// The frame that carries `message`, in a line; none where the framing has no parts, or cannot carry it.
pub(super) fn parts(framing: &Framing, what: &What, message: &[u8], colours: Colours) -> Option<String> {
    if let What::Sent { wrapping: Wrapping::Raw, .. } = what {
        return None;
    }
    let mut frame = Vec::new();
    framing.encode(message, &mut frame).ok()?;
    let FrameParts { head, length, body, checksum, tail } = framing.parts(&frame)?;
    if body.len() == frame.len() {
        return None;
    }
    let check = if let What::Recv { check, .. } = what { *check } else { Check::Good };
    let came = match check {
        Check::Bad { found, layout, .. } => Some(layout.bytes(found)),
        _ => None,
    };
    let came =
        came.as_ref().and_then(|(bytes, len)| bytes.get(..*len)).filter(|came| came.len() == checksum.len());
    let (sum, colour) = match check.is_bad() {
        true => (FramePart::BadChecksum, RED),
        false => (FramePart::Checksum, GREEN),
    };
    // What stands between head and length: an address, a type.
    let header = if length.is_empty() { 0..0 } else { head.end..length.start };
    let all = [
        (FramePart::Head, head, YELLOW),
        (FramePart::Header, header, PLAIN),
        (FramePart::Length, length, MAGENTA),
        (FramePart::Body, body, PLAIN),
        (sum, checksum, colour),
        (FramePart::Tail, tail, YELLOW),
    ];
    let mut shown: Vec<(usize, String)> = Vec::new();
    for (part, place, colour) in all {
        let bytes = match (part, came) {
            (FramePart::BadChecksum, Some(came)) => came,
            _ => frame.get(place.clone()).unwrap_or_default(),
        };
        if bytes.is_empty() {
            continue;
        }
        let digits = match colours {
            Colours::On if colour != PLAIN => format!("{colour}{}{PLAIN}", hex(bytes)),
            _ => hex(bytes),
        };
        shown.push((place.start, say::part(part, &digits, bytes.len().saturating_sub(BODY))));
    }
    shown.sort_by_key(|(start, _)| *start);
    let words: Vec<String> = shown.into_iter().map(|(_, words)| words).collect();
    Some(format!("  {}", words.join("  ")))
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().take(BODY).map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use sockeye_core::frame::{ByteOrder, Checksum, Layout};

    use super::*;

    fn seen(spec: &str, sum: Option<&str>, message: &[u8], check: Check) -> Option<String> {
        let mut framing = Framing::parse(spec).unwrap();
        if let Some(sum) = sum {
            framing = framing.with_checksum(Checksum::parse(sum).unwrap()).unwrap();
        }
        let what = What::Recv { data: message.into(), check, from: None, joined: 0 };
        parts(&framing, &what, message, Colours::Off)
    }

    #[test]
    fn each_part_is_named() {
        assert_eq!(seen("len=2", None, b"abc", Check::None).unwrap(), "  length 00 03  body 61 62 63");
        assert_eq!(seen("line", None, b"abc", Check::None).unwrap(), "  body 61 62 63  tail 0a");
        assert_eq!(seen("head=02,tail=03", None, b"a", Check::None).unwrap(), "  head 02  body 61  tail 03");
        assert_eq!(seen("raw", None, b"abc", Check::None), None);
        let long = seen("len=2", None, &[7; 60], Check::None).unwrap();
        assert!(long.ends_with("07 07 (+12 bytes)"), "{long}");
    }

    #[test]
    fn a_bad_checksum_is_the_one_that_came() {
        let layout = Layout { size: 2, order: ByteOrder::Little };
        let check = Check::Bad { found: 0x1234, expected: 0xabcd, layout };
        let line = seen("len=2", Some("crc16-modbus"), b"a", check).unwrap();
        assert!(line.ends_with("body 61  bad checksum 34 12"), "{line}");
        let line = seen("len=2", Some("crc16-modbus"), b"a", Check::Good).unwrap();
        assert!(line.contains("body 61  checksum "), "{line}");
    }
}
