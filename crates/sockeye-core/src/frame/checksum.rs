//! Computes, appends and verifies the checksums that ride at the end of messages.
//! Never changes a message and never drops one: what a bad checksum means is for people to say.

mod catalogue;

use std::fmt;
use std::ops::Range;

use sockeye_text::text;

use self::catalogue::{ALIASES, Engine, SUMS, Sum, find};
use super::check::{ByteOrder, Check, Layout};
use super::error::SpecError;
use crate::address::nearest::nearest;

/// A checksum at the end of every message: which one, in which byte order, over which bytes.
///
/// `Display` prints a text that [`Checksum::parse`] reads.
#[derive(Clone, Copy)]
pub struct Checksum {
    sum: &'static Sum,
    order: ByteOrder,
    writing: Writing,
    skip: usize,
    from: Option<i64>,
    to: Option<i64>,
}

/// How the bytes of a checksum are written into a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// As they are.
    Bytes,
    /// Two ASCII digits a byte.
    Digits,
}

/// What may stand behind a name.
pub(super) const FORM: &str = "[,be|,le][,hex][,from=N][,to=-N][,skip=N]";

/// The bytes of one computed checksum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seal {
    bytes: [u8; 16],
    size: usize,
}

impl Seal {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.size).unwrap_or_default()
    }
}

impl Checksum {
    /// The checksum `text` names: a name of [`Checksum::names`], in which case, `-`, `_` and `/` do not count, then
    /// `,be` or `,le` for the byte order (by default the one the protocol uses: `crc16-modbus` low byte first, all
    /// others high byte first), `,hex` where each byte travels as two ASCII digits, and what it covers: `,skip=N` leaves out
    /// the first N bytes of a message; `,from=N` and `,to=-N` are places in the whole frame, below zero from its end.
    ///
    /// # Errors
    /// [`SpecError`] names what is not understood and the nearest name there is.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        let mut parts = text.split(',').map(str::trim);
        let sum = find(parts.next().unwrap_or_default())?;
        let mut read = Self { sum, order: sum.order, writing: Writing::Bytes, skip: 0, from: None, to: None };
        let mut seen: Vec<&str> = Vec::new();
        for part in parts {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) => (key.trim(), Some(value.trim())),
                None => (part, None),
            };
            // Of the two orders only one is kept.
            let once = if key == "le" { "be" } else { key };
            if seen.contains(&once) {
                return Err(SpecError::Duplicate { spec: text.to_owned(), key: part.to_owned() });
            }
            seen.push(once);
            read.set(text, key, value)?;
        }
        read.check(text)
    }

    /// Takes one key of the text in.
    fn set(&mut self, text: &str, key: &str, value: Option<&str>) -> Result<(), SpecError> {
        let bad = |why| {
            let (spec, value) = (text.to_owned(), value.unwrap_or_default().to_owned());
            SpecError::BadValue { spec, key: key.to_owned(), value, why }
        };
        let place = || value.and_then(|value| value.parse::<i32>().ok()).map(i64::from);
        match (key, value) {
            ("be", None) => self.order = ByteOrder::Big,
            ("le", None) => self.order = ByteOrder::Little,
            ("hex", None) => self.writing = Writing::Digits,
            ("be" | "le" | "hex", Some(_)) => return Err(bad(text!("spec-takes-no-value", key = key))),
            ("skip", _) => {
                let bytes = value.and_then(|value| value.parse::<u32>().ok());
                let bytes = bytes.ok_or_else(|| bad(text!("spec-skip")))?;
                self.skip = usize::try_from(bytes).unwrap_or(usize::MAX);
            }
            ("from", _) => self.from = Some(place().ok_or_else(|| bad(text!("spec-place")))?),
            ("to", _) => self.to = Some(place().ok_or_else(|| bad(text!("spec-place")))?),
            _ => {
                return Err(SpecError::UnknownKey {
                    spec: text.to_owned(),
                    name: self.sum.name.to_owned(),
                    key: key.to_owned(),
                    nearest: nearest(key, ["be", "le", "hex", "from", "to", "skip"]).map(str::to_owned),
                    form: format!("{}{FORM}", self.sum.name),
                });
            }
        }
        Ok(())
    }

    /// Refuses what covers nothing, whatever the frame.
    fn check(self, text: &str) -> Result<Self, SpecError> {
        let wrong = |why| Err(SpecError::Contradiction { spec: text.to_owned(), why });
        if self.from.is_some() && self.skip > 0 {
            return wrong(text!("spec-from-and-skip"));
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) if (from < 0) == (to < 0) && from >= to => {
                wrong(text!("spec-covers-nothing", from = from, to = to))
            }
            (_, Some(to)) if to == 0 || (to < 0 && to.unsigned_abs() < self.size() as u64) => {
                wrong(text!("spec-covers-itself", to = to, most = -i64::try_from(self.size()).unwrap_or(0)))
            }
            _ => Ok(self),
        }
    }

    /// Its name, as [`Checksum::names`] writes it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.sum.name
    }

    /// Which of its bytes is sent first.
    #[must_use]
    pub fn order(&self) -> ByteOrder {
        self.order
    }

    /// Its length in bytes: 1, 2, 4 or 8.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a checksum is never empty
    pub fn len(&self) -> usize {
        self.sum.size
    }

    /// How many bytes it takes where it is stored: its length, or twice that as digits.
    #[must_use]
    pub fn stored(&self) -> usize {
        self.size()
    }

    /// Whether `stored` is the checksum of exactly these bytes, as it is written.
    #[must_use]
    pub fn is_written(&self, covered: &[u8], stored: &[u8]) -> bool {
        self.judge(covered, stored) == Check::Good
    }

    /// The checksum of exactly these bytes as it travels, in the order of the wire.
    #[must_use]
    pub fn written_of(&self, covered: &[u8]) -> Vec<u8> {
        self.seal_of(covered).as_slice().to_vec()
    }

    /// How many bytes it takes in a frame.
    pub(super) fn size(self) -> usize {
        match self.writing {
            Writing::Bytes => self.sum.size,
            Writing::Digits => self.sum.size * 2,
        }
    }

    /// Whether it says by places in the frame what it covers.
    pub(super) fn has_places(self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Up to where it covers a frame, if it says so.
    pub(super) fn reach(self) -> Option<i64> {
        self.to
    }

    /// Which bytes of a frame of `len` bytes it covers, whose checksum stands at `seal` and whose message begins at `start`.
    /// None where there are no such bytes in a frame of this size.
    #[inline]
    pub(super) fn covered(self, len: usize, start: usize, seal: usize) -> Option<Range<usize>> {
        let place = |at: i64| match usize::try_from(at) {
            Ok(at) => Some(at),
            Err(_) => len.checked_sub(usize::try_from(at.unsigned_abs()).ok()?),
        };
        let from = match self.from {
            Some(from) => place(from)?,
            None => start.saturating_add(self.skip).min(seal),
        };
        let to = self.to.map_or(Some(seal), place)?;
        (from <= to && to <= seal).then_some(from..to)
    }

    /// The checksum of `message` (which does not hold one yet), without the bytes it leaves out.
    #[must_use]
    pub fn compute(&self, message: &[u8]) -> u64 {
        let covered = self.covered(message.len().saturating_add(self.size()), 0, message.len());
        self.of(message.get(covered.unwrap_or(0..0)).unwrap_or_default())
    }

    /// The checksum of exactly these bytes.
    #[must_use]
    #[inline]
    pub fn of(&self, covered: &[u8]) -> u64 {
        match self.sum.engine {
            Engine::Crc8(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc16(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc32(crc) => u64::from(crc.checksum(covered)),
            Engine::Crc64(crc) => crc.checksum(covered),
            Engine::Plain(compute) => compute(covered),
        }
    }

    fn layout(self) -> Layout {
        Layout { size: self.sum.size, order: self.order }
    }

    /// The bytes that `message` is to be followed by.
    pub(super) fn seal(self, message: &[u8]) -> Seal {
        self.written(self.compute(message))
    }

    /// The bytes of the checksum of exactly these bytes.
    pub(super) fn seal_of(self, covered: &[u8]) -> Seal {
        self.written(self.of(covered))
    }

    fn written(self, value: u64) -> Seal {
        let (plain, size) = self.layout().bytes(value);
        let mut bytes = [0; 16];
        match self.writing {
            Writing::Bytes => bytes.iter_mut().zip(plain).for_each(|(to, from)| *to = from),
            Writing::Digits => {
                let digits = plain.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let digits =
                    digits.map(|digit| *b"0123456789ABCDEF".get(usize::from(digit)).unwrap_or(&b'0'));
                bytes.iter_mut().zip(digits).for_each(|(to, from)| *to = from);
            }
        }
        Seal { bytes, size: if self.writing == Writing::Digits { size * 2 } else { size } }
    }

    /// Appends the checksum of `message` to `out`.
    pub fn append(&self, message: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(self.seal(message).as_slice());
    }

    /// Parts `sealed` into the message and what its checksum says. Bytes too few to hold a checksum are given back whole,
    /// as bad.
    #[must_use]
    #[inline]
    pub fn verify<'a>(&self, sealed: &'a [u8]) -> (&'a [u8], Check) {
        let split = sealed.len().checked_sub(self.size()).and_then(|at| sealed.split_at_checked(at));
        let Some((body, tail)) = split else { return (sealed, Check::Short { size: self.size() }) };
        let covered = self.covered(sealed.len(), 0, body.len());
        let Some(covered) = covered.and_then(|covered| body.get(covered)) else {
            return (sealed, Check::Short { size: self.size() });
        };
        (body, self.judge(covered, tail))
    }

    /// What the checksum written as `stored` says of the bytes it covers.
    #[inline]
    pub(super) fn judge(self, covered: &[u8], stored: &[u8]) -> Check {
        let expected = self.of(covered);
        match self.read(stored) {
            Some(found) if found == expected => Check::Good,
            Some(found) => Check::Bad { found, expected, layout: self.layout() },
            None => {
                // No digits: they are told as the bytes they are.
                let number =
                    |bytes: &[u8]| bytes.iter().fold(0, |sum: u64, &byte| sum << 8 | u64::from(byte));
                let layout = Layout { size: stored.len().min(8), order: ByteOrder::Big };
                let right = self.written(expected);
                Check::Bad { found: number(stored), expected: number(right.as_slice()), layout }
            }
        }
    }

    /// The value of a checksum as it is written; none where digits are none.
    #[inline]
    fn read(self, stored: &[u8]) -> Option<u64> {
        let value = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
        match (self.writing, self.order) {
            (Writing::Bytes, ByteOrder::Big) => Some(stored.iter().fold(0, value)),
            (Writing::Bytes, ByteOrder::Little) => Some(stored.iter().rev().fold(0, value)),
            (Writing::Digits, order) => {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(stored).ok()?;
                Some(match order {
                    ByteOrder::Big => bytes.iter().fold(0, value),
                    ByteOrder::Little => bytes.iter().rev().fold(0, value),
                })
            }
        }
    }

    /// Other names, each with the one of [`Checksum::names`] it stands for.
    #[must_use]
    pub fn aliases() -> &'static [(&'static str, &'static str)] {
        &ALIASES
    }

    /// The names there are, for help, completion and suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SUMS.iter().map(|sum| sum.name)
    }
}

impl PartialEq for Checksum {
    fn eq(&self, other: &Self) -> bool {
        self.sum.name == other.sum.name && self.to_string() == other.to_string()
    }
}

impl Eq for Checksum {}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sum.name)?;
        if self.order != self.sum.order {
            f.write_str(if self.order == ByteOrder::Big { ",be" } else { ",le" })?;
        }
        if self.writing == Writing::Digits {
            f.write_str(",hex")?;
        }
        if let Some(from) = self.from {
            write!(f, ",from={from}")?;
        }
        if let Some(to) = self.to {
            write!(f, ",to={to}")?;
        }
        if self.skip > 0 {
            write!(f, ",skip={}", self.skip)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crc_gives_its_catalogue_check_value() {
        for sum in SUMS {
            let want = match sum.engine {
                Engine::Crc8(crc) => u64::from(crc.algorithm.check),
                Engine::Crc16(crc) => u64::from(crc.algorithm.check),
                Engine::Crc32(crc) => u64::from(crc.algorithm.check),
                Engine::Crc64(crc) => crc.algorithm.check,
                Engine::Plain(_) => continue,
            };
            let checksum = Checksum::parse(sum.name).unwrap();
            assert_eq!(checksum.compute(b"123456789"), want, "{}", sum.name);
            assert!(sum.name.starts_with(&format!("crc{}", checksum.len() * 8)), "{}", sum.name);
        }
    }

    #[test]
    fn verifying_what_is_too_short_is_bad_and_keeps_it_whole() {
        let sum = Checksum::parse("crc32").unwrap();
        let (body, check) = sum.verify(b"ab");
        assert_eq!(body, b"ab");
        assert!(matches!(check, Check::Short { .. }));
    }
}
