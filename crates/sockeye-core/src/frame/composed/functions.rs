//! How long a frame of Modbus RTU is: by its function code, and by whether it asks or answers.
//! Never knows more than the sizes: what a request means is nobody's business here.
//!
//! The sizes are those of the MODBUS Application Protocol Specification V1.1b3, section 6, and of MODBUS over Serial Line
//! V1.02, section 2.5.1: address, function, data, two bytes of checksum.

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum RtuRole {
    /// Who asks: the client, called master on serial lines.
    Client,
    /// Who answers: the server, called slave on serial lines.
    Server,
}

impl RtuRole {
    /// The one who hears this one.
    pub(in super::super) fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// How long one kind of frame is, checksum included.
#[derive(Clone, Copy, Debug)]
enum FunctionSize {
    /// Always so many bytes.
    Fixed(usize),
    /// A number of `width` bytes at `at`, the high one first, and `plus` bytes.
    Counted { at: usize, width: usize, plus: usize },
    /// The objects of a device identification: their number is at `at`, and each has its length.
    Objects { at: usize },
}

use FunctionSize::{Counted, Fixed, Objects};

/// The longest frame of Modbus over a serial line, bytes.
pub(super) const LONGEST: usize = 256;

/// A count of one byte behind the function.
const BYTES: FunctionSize = Counted { at: 2, width: 1, plus: 5 };

/// Function code, request, response.
static FUNCTIONS: [(u8, FunctionSize, FunctionSize); 19] = [
    (0x01, Fixed(8), BYTES),
    (0x02, Fixed(8), BYTES),
    (0x03, Fixed(8), BYTES),
    (0x04, Fixed(8), BYTES),
    (0x05, Fixed(8), Fixed(8)),
    (0x06, Fixed(8), Fixed(8)),
    (0x07, Fixed(4), Fixed(5)),
    (0x08, Fixed(8), Fixed(8)),
    (0x0b, Fixed(4), Fixed(8)),
    (0x0c, Fixed(4), BYTES),
    (0x0f, Counted { at: 6, width: 1, plus: 9 }, Fixed(8)),
    (0x10, Counted { at: 6, width: 1, plus: 9 }, Fixed(8)),
    (0x11, Fixed(4), BYTES),
    (0x14, BYTES, BYTES),
    (0x15, BYTES, BYTES),
    (0x16, Fixed(10), Fixed(10)),
    (0x17, Counted { at: 10, width: 1, plus: 13 }, BYTES),
    (0x18, Fixed(6), Counted { at: 2, width: 2, plus: 6 }),
    (0x2b, Fixed(7), Objects { at: 7 }),
];

/// An exception is its code, and nothing else.
const EXCEPTION: usize = 5;

/// What can be said of the frame at the front of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RtuLength {
    /// It has so many bytes.
    Known(usize),
    /// So many bytes must come first.
    Need(usize),
    /// There is no such function, or it is longer than any.
    Unknown,
}

/// How long the frame is that `speaker` began with these bytes.
pub(super) fn length(frame: &[u8], speaker: RtuRole) -> RtuLength {
    let Some(&function) = frame.get(1) else { return RtuLength::Need(2) };
    if speaker == RtuRole::Server && function >= 0x80 {
        let is_known = FUNCTIONS.iter().any(|(known, ..)| *known == function & 0x7f);
        return if is_known { RtuLength::Known(EXCEPTION) } else { RtuLength::Unknown };
    }
    let Some((_, request, response)) = FUNCTIONS.iter().find(|(known, ..)| *known == function) else {
        return RtuLength::Unknown;
    };
    match sized(frame, if speaker == RtuRole::Client { *request } else { *response }) {
        RtuLength::Known(len) if len > LONGEST => RtuLength::Unknown,
        length => length,
    }
}

fn sized(frame: &[u8], size: FunctionSize) -> RtuLength {
    match size {
        Fixed(len) => RtuLength::Known(len),
        Counted { at, width, plus } => match frame.get(at..at + width) {
            Some(count) => {
                RtuLength::Known(plus + count.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
            }
            None => RtuLength::Need(at + width),
        },
        Objects { at } => {
            let Some(&count) = frame.get(at) else { return RtuLength::Need(at + 1) };
            let mut end = at + 1;
            for _ in 0..count {
                // Its number, its length, itself.
                let Some(&len) = frame.get(end + 1) else { return RtuLength::Need(end + 2) };
                end += 2 + usize::from(len);
            }
            RtuLength::Known(end + 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_the_standard() {
        let ask = |frame: &[u8]| length(frame, RtuRole::Client);
        let answer = |frame: &[u8]| length(frame, RtuRole::Server);
        assert_eq!(ask(b"\x11\x03\x00\x6b\x00\x03"), RtuLength::Known(8));
        assert_eq!(answer(b"\x11\x03\x06"), RtuLength::Known(11));
        assert_eq!(answer(b"\x11\x83"), RtuLength::Known(5));
        assert_eq!(ask(b"\x11\x10\x00\x01\x00\x02\x04"), RtuLength::Known(13));
        assert_eq!(
            (ask(b"\x11"), ask(b"\x11\x10\x00"), answer(b"\x11\x03")),
            (RtuLength::Need(2), RtuLength::Need(7), RtuLength::Need(3))
        );
        assert_eq!(
            (ask(b"\x11\x83"), ask(b"\x11\x63"), answer(b"\x11\xe3")),
            (RtuLength::Unknown, RtuLength::Unknown, RtuLength::Unknown)
        );
        // Two objects of two bytes and of one.
        assert_eq!(answer(b"\x01\x2b\x0e\x01\x01\x00\x00\x02\x00\x02ab\x01\x01c"), RtuLength::Known(17));
        assert_eq!(answer(b"\x01\x18\x7f\xff"), RtuLength::Unknown);
    }
}
