//! What a message must look like for a rule or an expectation to hold.
//! Never takes more than linear time on what a peer sent: there is no backtracking.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};
use sockeye_text::{Text, text};
use thiserror::Error;

use crate::charset::{Charset, Decoder, InputError, Piece, Unencodable};

/// How many groups a reply can refer to, `$0` included.
pub const GROUPS: usize = 10;
/// The most memory one compiled pattern may take, in bytes.
pub const PATTERN_MEMORY: usize = 4 << 20;
/// The longest pattern, in bytes of its text.
pub const PATTERN_MAX: usize = 64 << 10;

/// Why a text is no pattern. A usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum PatternError {
    /// A pattern that every message would match.
    Empty,
    /// More than [`PATTERN_MAX`] bytes.
    TooLong,
    /// The regular expression does not compile.
    Regex { text: String, why: Text },
    /// Neither hex digits nor `??`.
    Hex { column: usize, found: char },
    /// A hex digit without its partner.
    Odd(InputError),
    /// The text has a character that the charset does not have.
    #[error(transparent)]
    Charset(#[from] Unencodable),
}

impl PatternError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => text!("pattern-empty"),
            Self::TooLong => text!("pattern-long"),
            Self::Regex { text, why } => {
                text!("pattern-regex", text = format!("{text:?}"), why = why.clone())
            }
            Self::Hex { column, found } => {
                text!("pattern-hex", column = *column, found = format!("{found:?}"))
            }
            Self::Odd(error) => text!("pattern-odd", detail = error.text()),
            Self::Charset(error) => error.text(),
        }
    }
}

/// A condition on one message.
#[derive(Clone, Debug)]
pub struct Pattern(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Equals(Vec<u8>),
    Prefix(Vec<u8>),
    Contains(Box<Finder<'static>>),
    /// At a place of the message, counted from its end where that is negative.
    At(i32, Regex),
    /// On the message's bytes.
    Bytes(Regex),
    /// On the message's text, because its charset is not UTF-8.
    Text(Regex, Charset),
}

/// Where a pattern matched: the whole match and the groups of a regular expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures {
    groups: [Option<Range<usize>>; GROUPS],
    /// The groups' bytes, where they are not stretches of the message: text encoded again.
    encoded: Option<Vec<u8>>,
}

impl Captures {
    /// The bytes of a group of `message`, which must be the message that matched; 0 is the whole match. `None` where
    /// the group took no part or does not exist.
    #[must_use]
    pub fn get<'a>(&'a self, group: usize, message: &'a [u8]) -> Option<&'a [u8]> {
        let range = self.groups.get(group)?.clone()?;
        self.encoded.as_deref().unwrap_or(message).get(range)
    }

    fn whole(range: Range<usize>) -> Self {
        let mut found = Self::default();
        if let Some(slot) = found.groups.first_mut() {
            *slot = Some(range);
        }
        found
    }
}

impl Pattern {
    /// The message is exactly this text in `charset`; empty is allowed (an empty datagram).
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn equals(text: &str, charset: Charset) -> Result<Self, PatternError> {
        Ok(Self(Kind::Equals(literal(text, charset)?)))
    }

    /// The message begins with this text in `charset`.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn prefix(text: &str, charset: Charset) -> Result<Self, PatternError> {
        Ok(Self(Kind::Prefix(not_empty(literal(text, charset)?)?)))
    }

    /// This text in `charset` occurs in the message.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn contains(text: &str, charset: Charset) -> Result<Self, PatternError> {
        Self::contains_bytes(&literal(text, charset)?)
    }

    /// These bytes occur in the message.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn contains_bytes(bytes: &[u8]) -> Result<Self, PatternError> {
        Ok(Self(Kind::Contains(Box::new(Finder::new(not_empty(bytes)?).into_owned()))))
    }

    /// The regular expression (syntax of the `regex` crate) matches somewhere in the message.
    ///
    /// In UTF-8 it runs on the bytes as they are; `(?-u)\xff` matches bytes that are no text. In another charset it
    /// runs on the decoded text, U+FFFD for what does not decode, and captures are encoded again (`?` for U+FFFD).
    ///
    /// # Errors
    /// [`PatternError`]; also for one that needs more than [`PATTERN_MEMORY`].
    pub fn regex(text: &str, charset: Charset) -> Result<Self, PatternError> {
        Self::regex_with(text, charset, Case::Counts)
    }

    fn regex_with(text: &str, charset: Charset, case: Case) -> Result<Self, PatternError> {
        let regex = compile(not_empty(text)?, case)?;
        Ok(Self(if charset.is_utf8() { Kind::Bytes(regex) } else { Kind::Text(regex, charset) }))
    }

    /// The whole message is these bytes, in hex: `??` is any byte, `3?` and `?3` fix one half of it, `*` is any number
    /// of bytes. `01 03 *` is a beginning, `* 0d 0a` an end.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn hex(text: &str) -> Result<Self, PatternError> {
        let bytes = hex_regex(not_empty(text)?)?;
        Ok(Self(Kind::Bytes(compile(&format!("(?s-u)\\A{bytes}\\z"), Case::Counts)?)))
    }

    /// These bytes, in hex as in [`Pattern::hex`], stand in the message from byte `at` on, from 0; a negative `at` counts from
    /// its end. What comes behind them does not matter.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn field(at: i32, text: &str) -> Result<Self, PatternError> {
        let bytes = hex_regex(not_empty(text)?)?;
        Ok(Self(Kind::At(at, compile(&format!("(?s-u)\\A{bytes}"), Case::Counts)?)))
    }

    /// An expectation (`--expect`): `TEXT` occurs; `/regex/` or `/regex/i` (case does not count) matches; `hex:01 ?? 03`
    /// occurs. `text:` in front makes anything plain text.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn expect(text: &str, charset: Charset) -> Result<Self, PatternError> {
        if let Some(plain) = text.strip_prefix("text:") {
            return Self::contains(plain, charset);
        }
        if let Some(bytes) = text.strip_prefix("hex:") {
            let bytes = hex_regex(not_empty(bytes)?)?;
            return Ok(Self(Kind::Bytes(compile(&format!("(?s-u){bytes}"), Case::Counts)?)));
        }
        let slashes = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
        match slashes {
            Some((regex, "")) => Self::regex_with(regex, charset, Case::Counts),
            Some((regex, "i")) => Self::regex_with(regex, charset, Case::Ignored),
            _ => Self::contains(text, charset),
        }
    }

    /// Whether the message matches, and where.
    #[must_use]
    pub fn matches(&self, message: &[u8]) -> Option<Captures> {
        match &self.0 {
            Kind::Equals(bytes) => (message == bytes).then(|| Captures::whole(0..message.len())),
            Kind::Prefix(bytes) => message.starts_with(bytes).then(|| Captures::whole(0..bytes.len())),
            Kind::Contains(finder) => {
                let at = finder.find(message)?;
                Some(Captures::whole(at..at + finder.needle().len()))
            }
            Kind::At(at, regex) => {
                let distance = usize::try_from(at.unsigned_abs()).ok()?;
                let start = if *at < 0 { message.len().checked_sub(distance)? } else { distance };
                let found = regex.find(message.get(start..)?)?;
                Some(Captures::whole(start + found.start()..start + found.end()))
            }
            Kind::Bytes(regex) => groups(regex, message),
            Kind::Text(regex, charset) => {
                let text = decode(message, *charset);
                let found = groups(regex, text.as_bytes())?;
                Some(encode_again(&found, &text, *charset))
            }
        }
    }

    /// How many groups a reply can refer to, `$0` not counted.
    #[must_use]
    pub fn groups(&self) -> usize {
        match &self.0 {
            Kind::Equals(_) | Kind::Prefix(_) | Kind::Contains(_) | Kind::At(..) => 0,
            Kind::Bytes(regex) | Kind::Text(regex, _) => regex.captures_len() - 1,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Counts,
    Ignored,
}

fn literal(text: &str, charset: Charset) -> Result<Vec<u8>, PatternError> {
    if text.len() > PATTERN_MAX {
        return Err(PatternError::TooLong);
    }
    Ok(charset.encode(text)?)
}

fn not_empty<T: AsRef<[u8]>>(text: T) -> Result<T, PatternError> {
    match text.as_ref().len() {
        0 => Err(PatternError::Empty),
        1..=PATTERN_MAX => Ok(text),
        _ => Err(PatternError::TooLong),
    }
}

fn compile(text: &str, case: Case) -> Result<Regex, PatternError> {
    RegexBuilder::new(text)
        .size_limit(PATTERN_MEMORY)
        .dfa_size_limit(PATTERN_MEMORY)
        .case_insensitive(case == Case::Ignored)
        .build()
        .map_err(|e| {
            let why = match e {
                regex::Error::CompiledTooBig(_) => text!("regex-large"),
                // The parser draws several lines; the last says what is wrong.
                e => {
                    let drawn = e.to_string();
                    let last = drawn.lines().last().unwrap_or_default();
                    Text::verbatim(last.trim_start_matches("error: "))
                }
            };
            PatternError::Regex { text: text.into(), why }
        })
}

fn groups(regex: &Regex, message: &[u8]) -> Option<Captures> {
    // Finding the groups costs more than finding the match.
    if regex.captures_len() == 1 {
        return regex.find(message).map(|found| Captures::whole(found.range()));
    }
    let found = regex.captures(message)?;
    let mut captures = Captures::default();
    for (slot, group) in captures.groups.iter_mut().zip(found.iter()) {
        *slot = group.map(|group| group.range());
    }
    Some(captures)
}

fn decode(message: &[u8], charset: Charset) -> String {
    let mut text = String::with_capacity(message.len());
    let mut sink = |piece: Piece<'_>| match piece {
        Piece::Text(piece) => text.push_str(piece),
        Piece::Bad(_) => text.push('\u{fffd}'),
    };
    let mut decoder = Decoder::new(charset);
    decoder.push(message, &mut sink);
    decoder.finish(&mut sink);
    text
}

fn encode_again(found: &Captures, text: &str, charset: Charset) -> Captures {
    let mut encoded = Vec::new();
    let mut again = Captures::default();
    for (slot, group) in again.groups.iter_mut().zip(&found.groups) {
        let Some(group) = group.clone() else { continue };
        // With `(?-u)` a group can begin within a character.
        let group = text.as_bytes().get(group).map(String::from_utf8_lossy).unwrap_or(Cow::Borrowed(""));
        let start = encoded.len();
        charset.encode_lossy(&group, &mut encoded);
        *slot = Some(start..encoded.len());
    }
    again.encoded = Some(encoded);
    again
}

/// A hex pattern as the middle of a byte regex.
fn hex_regex(text: &str) -> Result<String, PatternError> {
    let mut out = String::new();
    let mut half: Option<(usize, char)> = None;
    for (column, c) in text.chars().enumerate().map(|(n, c)| (n + 1, c)) {
        let separates = c.is_whitespace() || matches!(c, ',' | ':' | '-' | ';' | '*');
        match half {
            Some((column, found)) if separates => {
                return Err(PatternError::Odd(InputError::OddDigit { column, found }));
            }
            _ if c == '*' => out.push_str(".*?"),
            _ if separates => {}
            _ if !(c.is_ascii_hexdigit() || c == '?') => return Err(PatternError::Hex { column, found: c }),
            None => half = Some((column, c)),
            Some((_, high)) => {
                push_byte(&mut out, high, c);
                half = None;
            }
        }
    }
    match half {
        Some((column, found)) => Err(PatternError::Odd(InputError::OddDigit { column, found })),
        None if out.is_empty() => Err(PatternError::Empty),
        None => Ok(out),
    }
}

fn push_byte(out: &mut String, high: char, low: char) {
    // Writing to a string cannot fail.
    let _ = match (high, low) {
        ('?', '?') => write!(out, "."),
        (high, '?') => write!(out, "[\\x{high}0-\\x{high}f]"),
        ('?', low) => {
            out.push('[');
            for high in "0123456789abcdef".chars() {
                let _ = write!(out, "\\x{high}{low}");
            }
            write!(out, "]")
        }
        (high, low) => write!(out, "\\x{high}{low}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF8: Charset = Charset::utf8();

    fn at(pattern: &Pattern, message: &[u8]) -> Option<Vec<u8>> {
        pattern.matches(message).map(|found| found.get(0, message).unwrap().to_vec())
    }

    #[test]
    fn the_simple_ones() {
        let gbk = Charset::parse("gbk").unwrap();
        let equals = Pattern::equals("你好", gbk).unwrap();
        assert!(equals.matches(b"\xc4\xe3\xba\xc3").is_some());
        assert!(equals.matches(b"\xc4\xe3\xba\xc3!").is_none());
        let prefix = Pattern::prefix("get ", UTF8).unwrap();
        assert_eq!(at(&prefix, b"get x").unwrap(), b"get ");
        assert!(prefix.matches(b" get x").is_none());
        let contains = Pattern::contains("x", UTF8).unwrap();
        assert_eq!(contains.matches(b"axb").unwrap().groups[0], Some(1..2));
        assert!(Pattern::equals("", UTF8).unwrap().matches(b"").is_some());
        assert_eq!(Pattern::contains("", UTF8).unwrap_err(), PatternError::Empty);
        assert!(matches!(Pattern::prefix("😀", gbk), Err(PatternError::Charset(_))));
    }

    #[test]
    fn regexes_on_bytes_and_on_text() {
        let regex = Pattern::regex("(?i)hello (\\w+)(!)?", UTF8).unwrap();
        let message = "say HELLO 世界".as_bytes();
        let found = regex.matches(message).unwrap();
        assert_eq!(found.get(1, message).unwrap(), "世界".as_bytes());
        assert_eq!(
            (found.get(2, message), found.get(3, message), found.get(99, message)),
            (None, None, None)
        );
        assert_eq!(regex.groups(), 2);
        assert!(Pattern::regex("(?-u)^\\xff.$", UTF8).unwrap().matches(b"\xff\x00").is_some());

        let gbk = Charset::parse("gbk").unwrap();
        let regex = Pattern::regex("^你(.)", gbk).unwrap();
        let message = b"\xc4\xe3\xba\xc3";
        assert_eq!(regex.matches(message).unwrap().get(1, message).unwrap(), b"\xba\xc3");
        let utf16 = Charset::parse("utf-16le").unwrap();
        let regex = Pattern::regex("b+", utf16).unwrap();
        assert_eq!(at(&regex, b"a\0b\0b\0").unwrap(), b"b\0b\0");
    }

    #[test]
    fn a_field_stands_at_its_place() {
        let pattern = Pattern::field(2, "03 ??").unwrap();
        assert_eq!(at(&pattern, &[1, 2, 3, 4, 5]).unwrap(), [3, 4]);
        assert!(pattern.matches(&[1, 2, 3]).is_none() && pattern.matches(&[3, 3, 2, 3]).is_none());
        assert!(pattern.matches(&[1]).is_none());
        let last = Pattern::field(-1, "ff").unwrap();
        assert_eq!(at(&last, &[0xff, 0xff]).unwrap(), [0xff]);
        assert!(last.matches(&[0xff, 0]).is_none() && last.matches(&[]).is_none());
        assert!(Pattern::field(i32::MIN, "ff").unwrap().matches(&[0xff]).is_none());
    }

    #[test]
    fn hex_patterns_are_whole_messages() {
        let pattern = Pattern::hex("01 03 ?? ?0 0?").unwrap();
        assert!(pattern.matches(&[1, 3, 10, 0x30, 0x0f]).is_some());
        assert!(pattern.matches(&[1, 3, 10, 0x31, 0x0f]).is_none());
        assert!(pattern.matches(&[1, 3, 10, 0x30, 0x1f]).is_none());
        assert!(pattern.matches(&[1, 3, 10, 0x30, 0x0f, 0]).is_none());
        assert!(Pattern::hex("0103*").unwrap().matches(&[1, 3]).is_some());
        assert!(Pattern::hex("* 0D 0a").unwrap().matches(b"x\r\n").is_some());
        assert!(Pattern::hex("??").unwrap().matches(b"\n").is_some());
        assert!(matches!(
            Pattern::hex("01 ?"),
            Err(PatternError::Odd(InputError::OddDigit { column: 4, .. }))
        ));
        assert!(matches!(Pattern::hex("1 23"), Err(PatternError::Odd(_))));
        assert!(matches!(Pattern::hex("01 zz"), Err(PatternError::Hex { column: 4, found: 'z' })));
        assert_eq!(Pattern::hex(" ").unwrap_err(), PatternError::Empty);
    }

    #[test]
    fn expectations() {
        let holds =
            |text: &str, message: &[u8]| Pattern::expect(text, UTF8).unwrap().matches(message).is_some();
        assert!(holds("ok", b"it is ok."));
        assert!(holds("/^o.$/", b"ok") && !holds("/^o.$/", b"OK"));
        assert!(holds("/^o.$/i", b"OK"));
        assert!(holds("hex:01 ?? 03", &[0, 1, 2, 3, 4]));
        assert!(holds("/usr/bin", b"in /usr/bin"));
        assert!(holds("text:/a/", b"/a/") && !holds("text:/a/", b"a"));
        assert!(Pattern::contains_bytes(b"\r\n\xff").unwrap().matches(b"a\r\n\xff").is_some());
        assert!(Pattern::expect("", UTF8).is_err() && Pattern::expect("//", UTF8).is_err());
        let e = Pattern::expect("/(/", UTF8).unwrap_err().to_string();
        assert_eq!(e, "regex \"(\": unclosed group");
    }

    #[test]
    fn a_regex_that_eats_memory_is_refused() {
        let e = Pattern::regex("(a{1000}){1000}", UTF8).unwrap_err().to_string();
        assert!(e.contains("4 MiB"), "{e}");
        assert_eq!(Pattern::regex(&"a".repeat(PATTERN_MAX + 1), UTF8).unwrap_err(), PatternError::TooLong);
    }
}
