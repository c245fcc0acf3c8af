//! Protocols that are known by more than their framing: function codes, protocol numbers, fixed bytes.
//! Never names one by its framing alone: several have the same.

use super::{
    candidate::Shape,
    length::{FieldOrder, LengthField},
};

/// A protocol.
pub(super) struct Protocol {
    /// Its name: the preset's, where there is one.
    pub(super) name: &'static str,
    /// The bits by which chance is less likely to make such a message than one of the framing with the same fixed bytes.
    pub(super) bits: f64,
    frames: fn(&Shape) -> bool,
    fits: fn(&[u8]) -> bool,
}

const PROTOCOLS: [Protocol; 11] = [
    Protocol { name: "modbus-tcp", bits: 4.0, frames: |shape| is_field(shape, 4, 2, 0), fits: modbus_tcp },
    Protocol {
        name: "tpkt",
        bits: 1.0,
        frames: |shape| is_field(shape, 2, 2, -4),
        fits: |frame| starts(frame, &[3, 0]),
    },
    Protocol { name: "iec104", bits: 2.0, frames: |shape| is_field(shape, 1, 1, 0), fits: iec104 },
    Protocol { name: "postgres", bits: 3.0, frames: |shape| is_field(shape, 1, 4, -4), fits: postgres },
    Protocol { name: "dns-tcp", bits: 4.0, frames: |shape| is_field(shape, 0, 2, 0), fits: dns },
    Protocol { name: "dlt645", bits: 8.0, frames: |shape| is_field(shape, 9, 1, 2), fits: dlt645 },
    Protocol {
        name: "mllp",
        bits: 1.0,
        frames: |shape| is_between(shape, b"\x0b", b"\x1c\x0d"),
        fits: |frame| starts(frame, b"\x0bMSH"),
    },
    Protocol { name: "jt808", bits: 8.0, frames: |shape| is_between(shape, b"\x7e", b"\x7e"), fits: jt808 },
    Protocol { name: "nmea", bits: 8.0, frames: is_crlf, fits: nmea },
    Protocol { name: "modbus-ascii", bits: 8.0, frames: is_crlf, fits: modbus_ascii },
    Protocol {
        name: "hj212",
        bits: 4.0,
        frames: is_crlf,
        fits: |frame| starts(frame, b"##") && frame.iter().skip(2).take(4).all(u8::is_ascii_digit),
    },
];

/// The protocol whose messages all these are.
pub(super) fn protocol<'a>(
    shape: &Shape,
    mut frames: impl Iterator<Item = &'a [u8]> + Clone,
) -> Option<&'static Protocol> {
    PROTOCOLS.iter().find(|protocol| {
        (protocol.frames)(shape) && frames.clone().all(protocol.fits) && frames.next().is_some()
    })
}

/// Other names of a framing.
pub(super) fn names(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Length(LengthField { offset: 0, width: 4, order: FieldOrder::Big, adjust: 0 }) => {
            vec!["py-struct-!I", "twisted-int32"]
        }
        Shape::Length(LengthField { offset: 0, width: 4, order: FieldOrder::Little, adjust: 0 }) => {
            vec!["py-struct-i"]
        }
        Shape::Length(LengthField { offset: 0, width: 2, order: FieldOrder::Big, adjust: 0 }) => {
            vec!["py-struct-!H"]
        }
        Shape::Length(LengthField { offset: 0, width: 2, order: FieldOrder::Little, adjust: 0 }) => {
            vec!["py-struct-<H"]
        }
        Shape::Between(head, tail) if head == b"\x02" && tail == b"\x03" => vec!["stx-etx"],
        _ => Vec::new(),
    }
}

fn is_field(shape: &Shape, offset: usize, width: usize, adjust: i64) -> bool {
    let Shape::Length(field) = shape else { return false };
    *field == LengthField { offset, width, order: FieldOrder::Big, adjust }
}

fn is_between(shape: &Shape, head: &[u8], tail: &[u8]) -> bool {
    matches!(shape, Shape::Between(h, t) if h == head && t == tail)
}

fn is_crlf(shape: &Shape) -> bool {
    match shape {
        Shape::Ending(end) | Shape::Between(_, end) => end == b"\r\n",
        _ => false,
    }
}

fn starts(frame: &[u8], with: &[u8]) -> bool {
    frame.starts_with(with)
}

/// Modbus Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3, and the function codes of the protocol.
fn modbus_tcp(frame: &[u8]) -> bool {
    let [_, _, 0, 0, 0, 2..=254, _, function, ..] = frame else { return false };
    matches!(function & 0x7f, 1..=8 | 11 | 12 | 15..=17 | 20..=24 | 43)
}

/// IEC 60870-5-104: 68, a length of 4 to 253, and four bytes of which the form can be told.
fn iec104(frame: &[u8]) -> bool {
    let [0x68, length @ 4..=253, control, _, third, _, ..] = frame else { return false };
    match control & 3 {
        3 => *length == 4,
        1 => *length == 4 && third & 1 == 0,
        _ => *length > 4 && third & 1 == 0,
    }
}

/// The types of PostgreSQL's messages, version 3.0 of the protocol.
fn postgres(frame: &[u8]) -> bool {
    frame.first().is_some_and(|kind| b"BCDEFHPQSXcdfp123AIKNRTVZGWnst".contains(kind))
}

/// RFC 1035, section 4.1.1: a header of 12 bytes; known operations, and counts that are no chance.
fn dns(frame: &[u8]) -> bool {
    let [_, _, _, _, flags, codes, 0, 0..=1, 0, _, 0, _, 0, _, ..] = frame else { return false };
    flags >> 3 & 0xf <= 6 && codes & 0x40 == 0
}

/// DL/T 645: 68, six bytes of address, 68, control, length, data, the sum of all, 16.
fn dlt645(frame: &[u8]) -> bool {
    let [0x68, _, _, _, _, _, _, 0x68, .., sum, 0x16] = frame else { return false };
    let covered = frame.get(..frame.len() - 2).unwrap_or_default();
    covered.iter().fold(0_u8, |all, byte| all.wrapping_add(*byte)) == *sum
}

/// JT/T 808: between two 7e the bytes, of which 7d 02 is 7e and 7d 01 is 7d, come to zero when they are combined.
fn jt808(frame: &[u8]) -> bool {
    let body = frame.get(1..frame.len().saturating_sub(1)).unwrap_or_default();
    let (mut all, mut count, mut is_escaped) = (0_u8, 0, false);
    for &byte in body {
        let meant = match (is_escaped, byte) {
            (false, 0x7d) => {
                is_escaped = true;
                continue;
            }
            (false, byte) => byte,
            (true, 1) => 0x7d,
            (true, 2) => 0x7e,
            (true, _) => return false,
        };
        is_escaped = false;
        all ^= meant;
        count += 1;
    }
    count >= 13 && all == 0
}

/// NMEA 0183: `$`, text, `*`, and two digits of what the text comes to when its bytes are combined.
fn nmea(frame: &[u8]) -> bool {
    let [b'$' | b'!', .., b'*', high, low, b'\r', b'\n'] = frame else { return false };
    let text = frame.get(1..frame.len() - 5).unwrap_or_default();
    let sum = text.iter().fold(0, |all, byte| all ^ byte);
    hex(*high).zip(hex(*low)).is_some_and(|(high, low)| high << 4 | low == sum)
}

/// Modbus over Serial Line V1.02, section 2.5.2: `:`, pairs of digits whose bytes come to zero when they are added.
fn modbus_ascii(frame: &[u8]) -> bool {
    let [b':', digits @ .., b'\r', b'\n'] = frame else { return false };
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(hex(*high)? << 4 | hex(*low)?),
            _ => None,
        })
        .collect();
    bytes.is_some_and(|bytes| {
        bytes.len() > 2 && bytes.iter().fold(0_u8, |all, byte| all.wrapping_add(*byte)) == 0
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
