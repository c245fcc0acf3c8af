//! Which part of a file a request wants, and whether it has it already (RFC 9110, sections 13 and 14).
//! Never looks at the file: sizes and tags are handed in.

/// What `Range` asks of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it: nothing was asked, or nothing that we answer otherwise.
    Whole,
    /// `length` bytes from `from` on; at least one.
    Of {
        /// Where it begins.
        from: u64,
        /// How many bytes.
        length: u64,
    },
    /// A part that does not exist.
    Beyond,
}

/// The part of a file of `size` bytes that a `Range` header asks for. Several parts at once, other units and what is
/// malformed are answered with the whole, as a server may.
#[must_use]
pub fn part(range: &[u8], size: u64) -> Part {
    let text = std::str::from_utf8(range).unwrap_or_default().trim();
    let unit = text.get(..6).filter(|unit| unit.eq_ignore_ascii_case("bytes="));
    let Some((first, last)) = unit.and_then(|_| text.get(6..)).and_then(|set| set.trim().split_once('-'))
    else {
        return Part::Whole;
    };
    match (number(first), number(last)) {
        (Some(Some(from)), Some(last)) => {
            if last.is_some_and(|last| last < from) {
                return Part::Whole;
            }
            let end = last.map_or(size, |last| last.saturating_add(1)).min(size);
            if from < end { Part::Of { from, length: end - from } } else { Part::Beyond }
        }
        (Some(None), Some(Some(count))) => match count.min(size) {
            0 => Part::Beyond,
            length => Part::Of { from: size - length, length },
        },
        _ => Part::Whole,
    }
}

/// A number, or nothing where nothing is written; no answer where it is something else. One that is too large is the
/// largest.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

/// Whether `If-None-Match` names this state, so that the asker has it already.
#[must_use]
pub fn has_already(if_none_match: &[u8], tag: &str) -> bool {
    let text = std::str::from_utf8(if_none_match).unwrap_or_default();
    text.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// Whether `If-Range` names this state: by its tag, or by the very date we gave it.
#[must_use]
pub fn is_same(if_range: &[u8], tag: &str, date: &str) -> bool {
    let text = std::str::from_utf8(if_range).unwrap_or_default().trim();
    text == tag || text == date
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(from: u64, length: u64) -> Part {
        Part::Of { from, length }
    }

    #[test]
    fn parts_are_what_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-0", of(0, 1)),
            ("bytes=0-", of(0, 10)),
            ("bytes=3-5", of(3, 3)),
            ("bytes=9-9", of(9, 1)),
            ("bytes=3-99999999999999999999999999", of(3, 7)),
            ("Bytes= 3 - 5 ", of(3, 3)),
            ("bytes=-3", of(7, 3)),
            ("bytes=-11", of(0, 10)),
            ("bytes=10-", Part::Beyond),
            ("bytes=10-20", Part::Beyond),
            ("bytes=99999999999999999999999999-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=5-3", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=1", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(part(range.as_bytes(), 10), expected, "{range}");
        }
        assert_eq!(part(b"bytes=0-", 0), Part::Beyond);
        assert_eq!(part(b"bytes=-5", 0), Part::Beyond);
        assert_eq!(part(b"bytes=\xff-", 10), Part::Whole);
        assert_eq!(part(b"bytes=18446744073709551614-", u64::MAX), of(u64::MAX - 1, 1));
    }

    #[test]
    fn states_are_compared_as_the_standard_says() {
        assert!(has_already(b"\"a\", W/\"b\"", "\"b\"") && has_already(b"*", "\"x\""));
        assert!(!has_already(b"\"a\"", "\"b\"") && !has_already(b"b", "\"b\""));
        assert!(is_same(b"\"b\"", "\"b\"", "then") && is_same(b"then", "\"b\"", "then"));
        assert!(!is_same(b"W/\"b\"", "\"b\"", "then"), "a weak tag says nothing of bytes");
    }
}
