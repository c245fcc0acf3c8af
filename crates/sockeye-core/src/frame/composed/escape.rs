//! Byte stuffing: a mark and a code stand for a byte that must not travel as it is.
//! Never guesses: a mark that no code follows is damage.

use memchr::{memchr, memchr2};
use sockeye_text::{Text, text};

/// What is done to the bytes between head and tail.
#[derive(Clone, Debug)]
pub(super) enum Coding {
    /// They travel as they are.
    Plain,
    /// Some are escaped.
    Escape(Escape),
    /// Each travels as two hex digits.
    Digits,
}

/// A mark, and for each byte that it hides the code behind it.
#[derive(Clone, Debug)]
pub(super) struct Escape {
    mark: u8,
    /// Code and the byte that it stands for.
    pairs: Vec<(u8, u8)>,
}

/// What an escape hides, as far as one can see.
pub(super) enum Hidden {
    /// This byte.
    Byte(u8),
    /// Nothing that is known.
    Unknown,
}

impl Escape {
    /// An escape as it is written, `7d:02=7e:01=7d`; what is wrong with it otherwise.
    pub(super) fn parse(text: &str) -> Result<Self, Text> {
        let byte = |text: &str| match (text.len(), u8::from_str_radix(text, 16)) {
            (2, Ok(byte)) => Ok(byte),
            _ => Err(text!("spec-escape-byte", found = text)),
        };
        let lower = text.to_lowercase();
        let mut parts = lower.split(':').map(str::trim);
        let mark = byte(parts.next().unwrap_or_default())?;
        let mut pairs: Vec<(u8, u8)> = Vec::new();
        for part in parts {
            let (code, hidden) = part.split_once('=').ok_or_else(|| text!("spec-escape-form"))?;
            let (code, hidden) = (byte(code.trim())?, byte(hidden.trim())?);
            if pairs.iter().any(|(other, _)| *other == code) {
                return Err(text!("spec-escape-code-twice", code = format!("{code:02x}")));
            }
            if pairs.iter().any(|(_, other)| *other == hidden) {
                return Err(text!("spec-escape-byte-twice", byte = format!("{hidden:02x}")));
            }
            pairs.push((code, hidden));
        }
        if !pairs.iter().any(|(_, hidden)| *hidden == mark) {
            return Err(text!("spec-escape-mark", mark = format!("{mark:02x}")));
        }
        Ok(Self { mark, pairs })
    }

    fn hides(&self, byte: u8) -> bool {
        self.pairs.iter().any(|(_, hidden)| *hidden == byte)
    }

    fn is_code(&self, byte: u8) -> bool {
        self.pairs.iter().any(|(code, _)| *code == byte)
    }

    /// Whether escaped bytes can never hold `tail`: one of its bytes never travels, or it is the mark and no code.
    pub(super) fn protects(&self, tail: &[u8]) -> bool {
        let never = |byte: &u8| self.hides(*byte) && !self.is_code(*byte) && *byte != self.mark;
        let is_marked = matches!(tail, [first, second, ..] if *first == self.mark && !self.is_code(*second));
        tail.iter().any(never) || is_marked
    }

    /// What a mark with `code` behind it stands for.
    fn behind(&self, code: u8) -> Hidden {
        self.pairs
            .iter()
            .find(|(known, _)| *known == code)
            .map_or(Hidden::Unknown, |(_, byte)| Hidden::Byte(*byte))
    }

    /// Appends `plain` as it travels.
    pub(super) fn encode(&self, plain: &[u8], out: &mut Vec<u8>) {
        for &byte in plain {
            match self.pairs.iter().find(|(_, hidden)| *hidden == byte) {
                Some((code, _)) => out.extend_from_slice(&[self.mark, *code]),
                None => out.push(byte),
            }
        }
    }

    /// Appends what `raw`, in which every mark has its code, stands for.
    pub(super) fn decode(&self, raw: &[u8], out: &mut Vec<u8>) {
        let mut rest = raw;
        while let Some(at) = memchr(self.mark, rest) {
            let (plain, marked) = rest.split_at(at);
            out.extend_from_slice(plain);
            match marked.get(1).map(|code| self.behind(*code)) {
                Some(Hidden::Byte(byte)) => out.push(byte),
                _ => out.extend(marked.first()),
            }
            rest = marked.get(2..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
    }

    /// How many bytes `raw`, in which every mark has its code, is longer than what it stands for.
    pub(super) fn hidden(&self, raw: &[u8]) -> usize {
        let (mut rest, mut count) = (raw, 0);
        while let Some(at) = memchr(self.mark, rest) {
            count += 1;
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        count
    }

    /// Where `tail` begins in escaped bytes, looked for from `at`: there, or how far it has been looked, or the place of a
    /// mark without a code.
    pub(super) fn find_tail(&self, buf: &[u8], mut at: usize, tail: &[u8]) -> Found {
        let Some(&first) = tail.first() else { return Found::NotYet(at) };
        loop {
            let rest = buf.get(at..).unwrap_or_default();
            let Some(hit) = memchr2(self.mark, first, rest) else { return Found::NotYet(buf.len()) };
            at += hit;
            let here = buf.get(at..).unwrap_or_default();
            if here.starts_with(tail) {
                return Found::At(at);
            }
            if here.len() < tail.len().max(2) && (tail.starts_with(here) || here.len() < 2) {
                return Found::NotYet(at);
            }
            at += match here {
                [byte, code, ..] if *byte == self.mark => match self.behind(*code) {
                    Hidden::Byte(_) => 2,
                    Hidden::Unknown => return Found::Broken(at),
                },
                _ => 1,
            };
        }
    }

    /// Walks escaped bytes from `at` until they stand for `wanted` bytes, of which `have` were passed before: how far that
    /// is and how many were passed, or the place of a mark without a code.
    pub(super) fn walk(
        &self,
        buf: &[u8],
        mut at: usize,
        mut have: usize,
        wanted: usize,
    ) -> Result<(usize, usize), usize> {
        while have < wanted {
            match buf.get(at..) {
                Some([byte, code, ..]) if *byte == self.mark => match self.behind(*code) {
                    Hidden::Byte(_) => at += 2,
                    Hidden::Unknown => return Err(at),
                },
                Some([byte, ..]) if *byte != self.mark => at += 1,
                _ => break,
            }
            have += 1;
        }
        Ok((at, have))
    }
}

/// What came of looking for a tail.
pub(super) enum Found {
    /// It begins here.
    At(usize),
    /// It does not begin before here.
    NotYet(usize),
    /// Here is a mark with no code behind it.
    Broken(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ambiguous_is_refused() {
        for wrong in [
            "",
            "7d",
            "7d:02",
            "7d:02=7e",
            "7d:2=7e:01=7d",
            "7d:02=7e:02=7d",
            "7d:02=7d:01=7d",
            "7:02=7e:01=7d",
        ] {
            assert!(Escape::parse(wrong).is_err(), "{wrong}");
        }
        let jt808 = Escape::parse("7d:02=7e:01=7d").unwrap();
        assert!(jt808.protects(b"\x7e") && !jt808.protects(b"\x7d") && !jt808.protects(b"\r\n"));
        // Data link escape, doubled inside, and before what ends a frame.
        let doubled = Escape::parse("10:10=10").unwrap();
        assert!(
            doubled.protects(b"\x10\x03") && !doubled.protects(b"\x10\x10") && !doubled.protects(b"\x03")
        );
    }

    #[test]
    fn the_example_of_jt808() {
        // JT/T 808-2019, 4.4.2: 30 7e 08 7d 55 is sent as 30 7d 02 08 7d 01 55.
        let jt808 = Escape::parse("7d:02=7e:01=7d").unwrap();
        let mut sent = Vec::new();
        jt808.encode(b"\x30\x7e\x08\x7d\x55", &mut sent);
        assert_eq!(sent, b"\x30\x7d\x02\x08\x7d\x01\x55");
        let mut back = Vec::new();
        jt808.decode(&sent, &mut back);
        assert_eq!(back, b"\x30\x7e\x08\x7d\x55");
    }
}
