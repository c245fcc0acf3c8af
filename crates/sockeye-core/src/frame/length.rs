//! Cuts by a length field, with the numbers and the meaning of Netty's `LengthFieldBasedFrameDecoder`.
//! Never trusts the length: every sum is checked, and the limit is checked after the last of them.
//!
//! The one formula, both ways (`offset`, `W`, `adjust`, `strip` are Netty's `lengthFieldOffset`, `lengthFieldLength`,
//! `lengthAdjustment`, `initialBytesToStrip`):
//!
//! ```text
//! frame size = offset + W + value + adjust        receiving: the message is the frame without its first `strip` bytes
//! value      = frame size - offset - W - adjust   sending:   the frame is `strip` bytes and the message
//! ```
//!
//! `includes-header` says that the value counts from the start of the frame, that is `adjust -= offset + W`. `strip` is
//! `offset + W` (the header) unless given, but 0 where `offset` is not 0: what comes before the length then means
//! something, so the message keeps it. Sending writes zeros for stripped bytes outside the field, and always writes the
//! right value into the field, also into that of a message which carries its own header.

use sockeye_text::{Text, text};

use super::checksum::Checksum;
use super::cut::{Cut, CutStep, Flow, Scan, size};
use super::error::{FrameError, SpecError};
use super::spec::{FramingDef, Given};

/// The row of `len=`.
pub(super) const ROW: FramingDef<Length> = FramingDef {
    name: "len",
    form: "len=1|2|3|4|8[,le][,signed][,offset=N][,adjust=N][,includes-header][,strip=N]\
           [,head=HEX][,tail=HEX][,escape=MARK:CODE=BYTE…][,pre=HEX][,mark=HEX][,fill=HEX]",
    about: "about-frame-len",
    samples: &[
        "len=1",
        "len=2,le",
        "len=3",
        "len=4",
        "len=8,le",
        "len=4,includes-header",
        "len=2,adjust=-2",
        "len=2,adjust=3,strip=5",
        "len=2,offset=1",
        "len=2,offset=2,strip=4",
        "len=3,offset=1,adjust=1,strip=1,le",
        "head=aa55,len=2,le,offset=2,strip=4,adjust=1,tail=16",
        "head=7e,len=1,offset=2,pre=01,tail=7e,adjust=1,escape=7d:02=7e:01=7d",
    ],
    build: |given| {
        let width = given.number("len", 1..=8)?;
        let length = Length {
            width: usize::try_from(width).unwrap_or(0),
            order: if given.flag("le")? { Order::Little } else { Order::Big },
            sign: if given.flag("signed")? { Sign::Signed } else { Sign::Unsigned },
            offset: given.optional("offset", 0..=MOST)?.map_or(0, usize_of),
            adjust: given.optional("adjust", -MOST..=MOST)?.unwrap_or(0),
            ..Length::default()
        };
        // Said by default and harmless, but not together with its opposite.
        if given.flag("be")? && length.order == Order::Little {
            return Err(given.contradiction(text!("spec-be-and-le")));
        }
        let counts_header = given.flag("includes-header")?;
        let strip = given.optional("strip", 0..=2 * MOST)?.map(usize_of);
        let header = length.offset + length.width;
        let adjust = if counts_header { length.adjust - i64_of(header) } else { length.adjust };
        let strip = strip.unwrap_or(if length.offset == 0 { header } else { 0 });
        Length { adjust, strip, ..length }.check(given)
    },
};

/// The row of Netty's own notation.
pub(super) const NETTY: FramingDef<Length> = FramingDef {
    name: "netty",
    form: "netty:maxFrame,offset,length,adjust,strip",
    about: "about-frame-netty",
    samples: &["netty:65536,0,2,0,2", "netty:1048576,0,4,-4,4", "netty:65536,1,2,0,3"],
    build: |given| {
        let [most, offset, width, adjust, strip] = given.five()?;
        let length = Length {
            width: usize_of(width),
            offset: usize_of(offset),
            adjust,
            strip: usize_of(strip),
            most: u64::try_from(most).ok().filter(|most| *most > 0),
            ..Length::default()
        };
        let near = |n: i64| n.unsigned_abs() <= MOST.unsigned_abs();
        if most < 1 || offset < 0 || strip < 0 || !near(offset) || !near(adjust) || !near(strip) {
            return Err(given.contradiction(text!("spec-netty")));
        }
        length.check(given)
    },
};

/// The row of TPKT (RFC 1006, section 6): `03 00`, then 16 bits that count from the start of the frame.
pub(super) const TPKT: FramingDef<Length> = FramingDef {
    name: "tpkt",
    form: "tpkt",
    about: "about-frame-tpkt",
    samples: &["tpkt"],
    build: |_| {
        Ok(Length { width: 2, offset: 2, adjust: -4, strip: 4, version: Some(3), ..Length::default() })
    },
};

/// The largest offset and adjustment in bytes; more than this is a slip of the finger.
const MOST: i64 = 1 << 20;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Big,
    Little,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sign {
    #[default]
    Unsigned,
    Signed,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Length {
    /// Bytes in the field: 1, 2, 3, 4 or 8.
    width: usize,
    order: Order,
    sign: Sign,
    /// Bytes before the field.
    offset: usize,
    /// What the frame is longer than its header and the value say.
    adjust: i64,
    /// Leading bytes of the frame that are not the message's.
    strip: usize,
    /// The largest whole frame, of Netty's notation.
    most: Option<u64>,
    /// The first byte of every frame, written when sending and wanted when receiving.
    version: Option<u8>,
}

fn usize_of(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn i64_of(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Length {
    /// Bytes up to the end of the field.
    #[inline]
    pub(super) fn header(&self) -> usize {
        self.offset + self.width
    }

    /// The largest value the field can hold.
    fn most_value(&self) -> u64 {
        let bits = self.width * 8 - usize::from(self.sign == Sign::Signed);
        u64::MAX >> (64 - bits)
    }

    /// Refuses numbers with which no frame, or none of the smallest frames, could be cut.
    fn check(self, given: &Given<'_>) -> Result<Self, SpecError> {
        if !matches!(self.width, 1 | 2 | 3 | 4 | 8) {
            return Err(given.contradiction(text!("spec-width", width = self.width)));
        }
        let (header, least) =
            (self.header(), i128::from(i64_of(self.header())) + i128::from(self.adjust.max(0)));
        if i128::from(i64_of(self.strip)) > least {
            let why = text!("spec-strip", strip = self.strip, least = least, header = header);
            return Err(given.contradiction(why));
        }
        if i128::from(self.most_value()) + i128::from(self.adjust) < 0 {
            let why = text!("spec-adjust", adjust = self.adjust, value = self.most_value());
            return Err(given.contradiction(why));
        }
        if self.most.is_some_and(|most| least > i128::from(most)) {
            return Err(given.contradiction(text!("spec-max-frame")));
        }
        Ok(self)
    }

    /// The field as an unsigned number.
    #[inline]
    fn read(&self, field: &[u8]) -> u64 {
        match (self.order, field) {
            (Order::Big, &[a, b, c, d]) => u64::from(u32::from_be_bytes([a, b, c, d])),
            (Order::Little, &[a, b, c, d]) => u64::from(u32::from_le_bytes([a, b, c, d])),
            (Order::Big, &[a, b]) => u64::from(u16::from_be_bytes([a, b])),
            (Order::Little, &[a, b]) => u64::from(u16::from_le_bytes([a, b])),
            (Order::Big, bytes) => bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b)),
            (Order::Little, bytes) => bytes.iter().rfold(0, |sum, &b| sum << 8 | u64::from(b)),
        }
    }

    fn write(&self, value: u64, field: &mut [u8]) {
        match self.order {
            Order::Big => {
                field.iter_mut().rev().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from);
            }
            Order::Little => field.iter_mut().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from),
        }
    }

    /// The size of the frame whose field holds `value`, once it has passed every check.
    #[inline]
    fn frame(&self, value: u64, field: &[u8], max: usize) -> Result<usize, FrameError> {
        let header = self.header();
        if self.sign == Sign::Signed && value > self.most_value() {
            return Err(self.negative(value));
        }
        // 64 bits of value, and less than 2^22 more: 128 bits cannot overflow, and 64 can only here.
        let Some(total) = value.checked_add_signed(self.adjust + i64_of(header)) else {
            return Err(self.refuse(value, field, max));
        };
        let fits = total >= header as u64
            && total.saturating_sub(self.strip as u64) <= max as u64
            && self.most.is_none_or(|most| total <= most);
        match usize::try_from(total) {
            Ok(total) if fits => Ok(total),
            _ => Err(self.refuse(value, field, max)),
        }
    }

    #[cold]
    fn negative(&self, value: u64) -> FrameError {
        // The bits above the field are filled with its sign.
        FrameError::Negative { value: (value | !(u64::MAX >> (64 - self.width * 8))).cast_signed() }
    }

    #[cold]
    fn refuse(&self, value: u64, field: &[u8], max: usize) -> FrameError {
        let header = self.header() as u64;
        let total = i128::from(value) + i128::from(self.adjust) + i128::from(header);
        if total < i128::from(header) {
            return FrameError::TooSmall { announced: value, least: header };
        }
        let message = total - i128::from(i64_of(self.strip));
        // Of two limits the one that was broken is named; Netty's counts the whole frame.
        let (size, limit) = match self.most.and_then(|most| usize::try_from(most).ok()) {
            Some(most) if message <= max as i128 => (total, most),
            _ => (message, max),
        };
        let announced = u64::try_from(size).unwrap_or(u64::MAX);
        FrameError::TooLong { announced, limit, hint: self.hint(value, field, limit) }
    }

    /// What a length over the limit may really be.
    fn hint(&self, value: u64, field: &[u8], limit: usize) -> Option<Text> {
        if field.len() > 1 && field.iter().all(|b| matches!(b, b' '..=b'~' | b'\r' | b'\n' | b'\t')) {
            let text = field.escape_ascii().to_string();
            return Some(text!("length-is-text", value = value, text = text));
        }
        if self.is_behind_a_type(field) {
            let (width, offset, letter) = (self.width, self.offset + 1, field.first()?.escape_ascii());
            // A length that counts itself does not count the type before it.
            let adjust = if self.adjust == 0 { String::new() } else { format!(",adjust={}", self.adjust) };
            let (letter, spec) = (letter.to_string(), format!("len={width},offset={offset}{adjust}"));
            return Some(text!("length-behind-type", value = value, letter = letter, spec = spec));
        }
        let zeros = field.len() > 2 && field.iter().skip(1).all(|byte| *byte == 0);
        if let (Order::Big, true, Some(first)) = (self.order, zeros, field.first()) {
            return Some(text!(
                "length-turned-or-type",
                value = value,
                turned = *first,
                type = format!("{first:02x}"),
                offset = self.offset + 1,
            ));
        }
        let other = if self.order == Order::Big { Order::Little } else { Order::Big };
        let turned = Self { order: other, ..self.clone() }.read(field);
        if turned > 0 && turned <= limit as u64 {
            return Some(match other {
                Order::Little => text!("length-add-le", value = value, turned = turned),
                Order::Big => text!("length-drop-le", value = value, turned = turned),
            });
        }
        let negative =
            self.sign == Sign::Unsigned && value > Self { sign: Sign::Signed, ..self.clone() }.most_value();
        negative.then(|| text!("length-negative", value = value))
    }

    /// Whether the field seems to begin one byte too early: with a letter that says what kind of message it is, and then the
    /// zeros with which a small length begins.
    fn is_behind_a_type(&self, field: &[u8]) -> bool {
        let Some((first, rest)) = field.split_first() else { return false };
        let zeros = rest.len() > 1 && rest.iter().all(|byte| *byte == 0);
        self.order == Order::Big && first.is_ascii_alphabetic() && zeros
    }

    /// [`Cut::sweep`], with the field read out of the eight bytes that begin with it.
    #[inline]
    fn run<F>(&self, buf: &[u8], max: usize, read: impl Fn([u8; 8]) -> u64, take: &mut F) -> (usize, Flow)
    where
        F: FnMut(&[u8]) -> Flow,
    {
        let bias = self.adjust + i64_of(self.header());
        let most = (max as u64).saturating_add(self.strip as u64).min(self.most.unwrap_or(u64::MAX));
        let least = self.adjust.min(0).unsigned_abs();
        // All checks of `frame` in one comparison: these are the values that pass them.
        let room =
            most.checked_add_signed(-bias).and_then(|most| most.min(self.most_value()).checked_sub(least));
        let Some(room) = room else { return (0, Flow::Go) };
        let mut at = 0;
        while let Some(rest) = buf.get(at..)
            && let Some(word) = rest.get(self.offset..).and_then(<[u8]>::first_chunk::<8>)
        {
            let value = read(*word);
            if value.wrapping_sub(least) > room {
                break;
            }
            let total = usize::try_from(value.wrapping_add_signed(bias)).unwrap_or(usize::MAX);
            let Some(sealed) = rest.get(self.strip..total) else { break };
            at += total;
            if take(sealed) == Flow::Stop {
                return (at, Flow::Stop);
            }
        }
        (at, Flow::Go)
    }
}

impl Length {
    /// Whether the message keeps the field, or a part of it.
    pub(super) fn is_in_message(&self) -> bool {
        self.strip < self.offset + self.width
    }

    /// Where the field stands in a frame.
    pub(super) fn place(&self) -> std::ops::Range<usize> {
        self.offset..self.header()
    }

    /// The same with the bytes of the field in the other order; none where there is but one.
    pub(super) fn turned(&self) -> Option<Self> {
        let order = if self.order == Order::Big { Order::Little } else { Order::Big };
        (self.width > 1).then(|| Self { order, ..self.clone() })
    }
}

impl Cut for Length {
    #[inline]
    fn next(&self, buf: &[u8], _scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if let (Some(version), Some(&first)) = (self.version, buf.first())
            && version != first
        {
            let (version, found) = (format!("{version:02x}"), format!("{first:02x}"));
            let what = text!("frame-tpkt-version", version = version, found = found);
            return Err(FrameError::Malformed { framing: "tpkt", what });
        }
        let header = self.header();
        let Some(field) = buf.get(self.offset..header) else {
            return Ok(CutStep::Need { least: header, total: None });
        };
        let total = self.frame(self.read(field), field, max)?;
        if buf.len() < total {
            return Ok(CutStep::Need { least: total, total: Some(total) });
        }
        Ok(CutStep::Frame { used: total, from: self.strip, to: total })
    }

    #[inline]
    fn sweep<F>(&self, buf: &[u8], max: usize, take: &mut F) -> (usize, Flow)
    where
        F: FnMut(&[u8]) -> Flow,
    {
        if self.version.is_some() {
            return (0, Flow::Go);
        }
        let spare = 64 - self.width * 8;
        match self.order {
            Order::Big => self.run(buf, max, |word| u64::from_be_bytes(word) >> spare, take),
            Order::Little => self.run(buf, max, |word| u64::from_le_bytes(word) << spare >> spare, take),
        }
    }

    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let (start, header) = (out.len(), self.header());
        let body = size(message, sum);
        let total = self.strip.saturating_add(body);
        let value = i128::from(i64_of(total)) - i128::from(i64_of(header)) - i128::from(self.adjust);
        // The header must be the stripped bytes' and the message's, not the checksum's; Netty's frames end after it.
        if total < header || value < 0 || self.strip.saturating_add(message.len()) < header {
            let least =
                i128::from(i64_of(header)) + i128::from(self.adjust.max(0)) - i128::from(i64_of(self.strip));
            let least = least.max(0);
            let want = match header.saturating_sub(self.strip) {
                0 => text!("wanted-adjust", least = least),
                own => text!("wanted-header", least = least, own = own),
            };
            return Err(FrameError::WrongSize { framing: "len", have: body, want });
        }
        let most = self.most_value();
        let Some(value) = u64::try_from(value).ok().filter(|value| *value <= most) else {
            return Err(FrameError::DoesNotFit { value, most });
        };
        if let Some(limit) = self.most.filter(|limit| total as u64 > *limit) {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            return Err(FrameError::TooLong { announced: total as u64, limit, hint: None });
        }
        out.resize(start + self.strip, 0);
        out.extend_from_slice(message);
        if let (Some(version), Some(first)) = (self.version, out.get_mut(start)) {
            *first = version;
        }
        if let Some(field) = out.get_mut(start + self.offset..start + header) {
            self.write(value, field);
        }
        if let Some(sum) = sum {
            // Over the message as it is now: a header it carries has its length filled in.
            let seal = sum.seal(out.get(start + self.strip..).unwrap_or_default());
            out.extend_from_slice(seal.as_slice());
        }
        Ok(())
    }
}
