//! Which bytes of a message are meant: `2..4`, `8..`, `..-2`.
//! Never fails on a short message: what lies outside of it is not there.

use std::ops::Range;

/// Bytes from one place up to, not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByteRange {
    from: Edge,
    to: Edge,
}

/// A place between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// So many bytes behind the beginning.
    Front(u32),
    /// So many bytes before the end.
    Back(u32),
}

impl Edge {
    fn parse(text: &str, otherwise: Self) -> Option<Self> {
        let (digits, edge): (&str, fn(u32) -> Self) = match text.strip_prefix('-') {
            Some(digits) => (digits, Self::Back),
            None if text.is_empty() => return Some(otherwise),
            None => (text, Self::Front),
        };
        let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
        Some(edge(number))
    }

    fn of(self, len: usize) -> usize {
        match self {
            Self::Front(bytes) => len.min(bytes as usize),
            Self::Back(bytes) => len.saturating_sub(bytes as usize),
        }
    }
}

impl ByteRange {
    /// All of it.
    pub(super) const WHOLE: Self = Self { from: Edge::Front(0), to: Edge::Back(0) };

    /// Reads `A..B`; a negative number counts from the end, and either may be left out. `None` where it is no range, or
    /// one that is empty whatever the message is.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        let range = Self { from: Edge::parse(from, Self::WHOLE.from)?, to: Edge::parse(to, Self::WHOLE.to)? };
        match (range.from, range.to) {
            (Edge::Front(from), Edge::Front(to)) => from < to,
            (Edge::Back(from), Edge::Back(to)) => from > to,
            _ => true,
        }
        .then_some(range)
    }

    /// Its bytes of `message`, as far as there are any.
    pub(super) fn of(self, message: &[u8]) -> &[u8] {
        message.get(self.within(message.len())).unwrap_or_default()
    }

    /// How many bytes that is of a message of `len` bytes.
    pub(super) fn len_of(self, len: usize) -> usize {
        self.within(len).len()
    }

    fn within(self, len: usize) -> Range<usize> {
        let from = self.from.of(len);
        from..self.to.of(len).max(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_people_write_them() {
        for (text, bytes) in [
            ("0..2", &b"he"[..]),
            ("1..", b"ello"),
            ("..-2", b"hel"),
            ("..", b"hello"),
            ("-2..", b"lo"),
            ("-3..-1", b"ll"),
            ("3..99", b"lo"),
            ("7..9", b""),
            ("-9..2", b"he"),
            ("3..-3", b""),
        ] {
            let range = ByteRange::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(range.of(b"hello"), bytes, "{text}");
            assert_eq!(range.len_of(5), bytes.len(), "{text}");
            assert_eq!(range.of(b""), b"");
        }
        for text in ["", "2", "4..2", "2..2", "-1..-2", "0..0", "a..b", "1...2", "--1..2", "1..99999999999"] {
            assert_eq!(ByteRange::parse(text), None, "{text}");
        }
    }
}
