//! The length inside a composed frame: a number in bytes, in decimal digits, or a varint.
//! Never trusts it: every sum is checked.

use sockeye_text::{Text, text};

use crate::frame::error::FrameError;

/// Where the length stands, how it is written, and what the frame is beyond it. Netty's meaning of each number.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) code: LengthCode,
    /// Bytes of the frame before it.
    pub(super) offset: usize,
    /// What the frame is longer than what ends with the field, and the value, say.
    pub(super) adjust: i64,
    /// Whether the value counts what stands before its end, too.
    pub(super) counts: Counts,
    /// The largest value the field can hold.
    pub(super) most: u64,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    /// What comes behind it.
    Rest,
    /// The frame from its start.
    Frame,
}

/// The largest number that fits `code`, where its highest bit may be a sign.
pub(super) fn most(code: LengthCode, sign_bits: usize) -> u64 {
    match code {
        LengthCode::Digits(width) => {
            10_u64.saturating_pow(u32::try_from(width).unwrap_or(u32::MAX)).saturating_sub(1)
        }
        LengthCode::Big(width) | LengthCode::Little(width) => {
            u64::MAX >> (64 - width.clamp(1, 8) * 8 + sign_bits.min(1))
        }
        LengthCode::Varint => u64::MAX,
    }
}

/// How a length is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum LengthCode {
    /// So many bytes, the high one first.
    Big(usize),
    /// So many bytes, the low one first.
    Little(usize),
    /// So many decimal digits.
    Digits(usize),
    /// Seven bits a byte, the low ones first, as Protocol Buffers and MQTT write it.
    Varint,
}

/// The longest varint, bytes.
const LONGEST: usize = 10;

/// What can be read of the length at the front of a frame.
pub(super) enum LengthRead {
    /// Nothing before the frame has so many bytes.
    Need(usize),
    /// The frame has so many bytes; the field ends at `end`.
    Frame { total: usize, end: usize },
    /// No frame has this length.
    Wrong(FrameError),
}

impl Field {
    /// The least bytes up to the end of the field.
    pub(super) fn header(&self) -> usize {
        self.offset.saturating_add(match self.code {
            LengthCode::Big(width) | LengthCode::Little(width) | LengthCode::Digits(width) => width,
            LengthCode::Varint => 1,
        })
    }

    /// The most bytes up to the end of the field.
    pub(super) fn longest(&self) -> usize {
        match self.code {
            LengthCode::Varint => self.offset.saturating_add(LONGEST),
            _ => self.header(),
        }
    }

    /// The value of the field and where it ends.
    fn value(&self, frame: &[u8]) -> Result<Option<(u64, usize)>, Text> {
        if let LengthCode::Varint = self.code {
            let field = frame.get(self.offset..).unwrap_or_default();
            return Ok(varint(field)?.map(|(value, len)| (value, self.offset + len)));
        }
        let end = self.header();
        let Some(field) = frame.get(self.offset..end) else {
            // What is no digit is wrong before all have come.
            if let (LengthCode::Digits(_), Some(field)) = (self.code, frame.get(self.offset..)) {
                decimal(field)?;
            }
            return Ok(None);
        };
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let value = match self.code {
            LengthCode::Big(_) => field.iter().fold(0, add),
            LengthCode::Little(_) => field.iter().rev().fold(0, add),
            LengthCode::Digits(_) | LengthCode::Varint => decimal(field)?,
        };
        Ok(Some((value, end)))
    }

    /// How long the frame is that begins with these bytes; `spare` bytes of it count for no limit.
    #[inline]
    pub(super) fn read(&self, frame: &[u8], spare: usize, max: usize) -> LengthRead {
        let (value, end) = match self.value(frame) {
            Ok(Some(read)) => read,
            Ok(None) if matches!(self.code, LengthCode::Varint) => {
                return LengthRead::Need(self.header().max(frame.len() + 1));
            }
            Ok(None) => return LengthRead::Need(self.header()),
            Err(what) => return LengthRead::Wrong(FrameError::Malformed { framing: self.name(), what }),
        };
        if value > self.most {
            // The bits above the field are filled with its sign.
            let above = self.most.saturating_mul(2).saturating_add(1);
            return LengthRead::Wrong(FrameError::Negative { value: (value | !above).cast_signed() });
        }
        let from = if self.counts == Counts::Frame { 0 } else { end };
        let total = i128::from(value) + i128::from(self.adjust) + from as i128;
        if total < end as i128 {
            return LengthRead::Wrong(FrameError::TooSmall { announced: value, least: end as u64 });
        }
        let message = total - spare as i128;
        match usize::try_from(total) {
            Ok(total) if message <= max as i128 => LengthRead::Frame { total, end },
            _ => {
                let announced = u64::try_from(message).unwrap_or(u64::MAX);
                LengthRead::Wrong(FrameError::TooLong { announced, limit: max, hint: None })
            }
        }
    }

    /// Writes the length into a frame that has a place for it, and that `more` bytes will be appended to; a varint may take
    /// more or fewer bytes than it did.
    pub(super) fn write(&self, frame: &mut Vec<u8>, more: usize) -> Result<(), FrameError> {
        if let LengthCode::Varint = self.code {
            return self.write_varint(frame, more);
        }
        let (end, total) = (self.header(), frame.len() + more);
        let from = if self.counts == Counts::Frame { 0 } else { end };
        let value = total as i128 - from as i128 - i128::from(self.adjust);
        let most = self.most;
        let Some(value) = u64::try_from(value).ok().filter(|value| *value <= most) else {
            return Err(FrameError::DoesNotFit { value, most });
        };
        let Some(field) = frame.get_mut(self.offset..end) else { return Err(self.no_place(total - more)) };
        match self.code {
            LengthCode::Big(_) => {
                field.iter_mut().rev().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from)
            }
            LengthCode::Little(_) => {
                field.iter_mut().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from)
            }
            LengthCode::Digits(width) => {
                field.iter_mut().zip(format!("{value:0width$}").bytes()).for_each(|(to, from)| *to = from);
            }
            LengthCode::Varint => {}
        }
        Ok(())
    }

    fn write_varint(&self, frame: &mut Vec<u8>, more: usize) -> Result<(), FrameError> {
        let total = frame.len() + more;
        let place = frame.get(self.offset..).unwrap_or_default();
        let old = match varint(place) {
            Ok(Some((_, len))) => len,
            _ => return Err(self.no_place(total)),
        };
        // Its own length may be counted, so the shortest that fits is looked for.
        for len in 1..=LONGEST {
            let total = total - old + len;
            let from = if self.counts == Counts::Frame { 0 } else { self.offset + len };
            let value = total as i128 - from as i128 - i128::from(self.adjust);
            let Ok(value) = u64::try_from(value) else {
                return Err(FrameError::DoesNotFit { value, most: u64::MAX });
            };
            let bytes = as_varint(value);
            if bytes.len() == len {
                frame.splice(self.offset..self.offset + old, bytes);
                return Ok(());
            }
        }
        Err(self.no_place(total))
    }

    fn no_place(&self, have: usize) -> FrameError {
        let want = text!("wanted-length-place", offset = self.offset);
        FrameError::WrongSize { framing: self.name(), have, want }
    }

    fn name(&self) -> &'static str {
        match self.code {
            LengthCode::Big(_) | LengthCode::Little(_) => "len",
            LengthCode::Digits(_) => "digits",
            LengthCode::Varint => "varint",
        }
    }
}

/// A number in decimal digits; what stands there instead.
fn decimal(field: &[u8]) -> Result<u64, Text> {
    let digit = |value: u64, byte: &u8| match byte {
        b'0'..=b'9' => Ok(value.saturating_mul(10).saturating_add(u64::from(byte - b'0'))),
        _ => Err(text!("frame-digits", found = byte.escape_ascii().to_string())),
    };
    field.iter().try_fold(0, digit)
}

/// The value at the front of `field` and how many bytes it takes; none if more must come.
fn varint(field: &[u8]) -> Result<Option<(u64, usize)>, Text> {
    let mut value = 0_u64;
    for (i, &byte) in field.iter().take(LONGEST).enumerate() {
        if i == LONGEST - 1 && byte > 1 {
            return Err(text!("frame-varint-long"));
        }
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            if byte == 0 && i > 0 {
                return Err(text!("frame-varint-padded"));
            }
            return Ok(Some((value, i + 1)));
        }
    }
    Ok(None)
}

fn as_varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
