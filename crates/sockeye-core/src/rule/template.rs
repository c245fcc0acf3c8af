//! Answers with blanks: `[{time}] {text}`, filled in for each message.
//! Never grows without end: what a rendering may take is handed in, and more is an error.

use sockeye_text::{Text, text};
use thiserror::Error;

use super::{
    dice::Dice,
    pattern::{Captures, GROUPS},
    range::ByteRange,
};
use crate::{
    address::nearest,
    charset::{Charset, Unencodable},
    unit::{At, Wall},
};

/// The longest `{peer}` that is written, in ASCII characters; a longer one is cut. TCP and UDP peers are never longer.
pub const PEER_MAX: usize = 128;
/// The most digits `{random:N}` gives.
pub const RANDOM_DIGITS_MAX: usize = 1024;
/// The longest RFC 3339 time with milliseconds and a six-digit year.
const TIME_MAX: usize = 40;
/// The most digits of a 64-bit number, with a sign.
const NUMBER_MAX: usize = 20;
/// The length of a UUID in text form (RFC 9562).
const UUID_LEN: usize = 36;
/// The digits of a plain `{random}`.
const RANDOM_DIGITS: usize = 4;

/// The placeholders there are, with what they give (the keys of sentences): for help and for suggestions.
pub const PLACEHOLDERS: [(&str, &str); 13] = [
    ("text", "about-place-text"),
    ("hex", "about-place-hex"),
    ("len", "about-place-len"),
    ("peer", "about-place-peer"),
    ("conn", "about-place-conn"),
    ("client", "about-place-client"),
    ("time", "about-place-time"),
    ("ctime", "about-place-ctime"),
    ("date", "about-place-date"),
    ("unix", "about-place-unix"),
    ("counter", "about-place-counter"),
    ("random", "about-place-random"),
    ("uuid", "about-place-uuid"),
];

/// What is wrong with a template. A usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum TemplateError {
    /// `{something}` that is no placeholder.
    Unknown { column: usize, name: String, nearest: Option<String> },
    /// A number behind a placeholder that takes none.
    NoNumber { column: usize, name: String },
    /// Behind `text` or `hex` stands something that is no range of bytes.
    Range { column: usize, name: String },
    /// Among bytes in hex, a placeholder that is none of the message's bytes.
    Splice { column: usize, name: String },
    /// `{random:0}`, or more digits than [`RANDOM_DIGITS_MAX`].
    Digits { column: usize },
    /// `$N` without such a group.
    Group { column: usize, group: usize, groups: usize },
    /// A character that the charset does not have.
    #[error(transparent)]
    Charset(#[from] Unencodable),
}

/// A rendering would have taken more than its limit. Nothing of it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct Expansion {
    /// What was allowed, in bytes.
    pub limit: usize,
}

impl TemplateError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Unknown { column, name, nearest } => {
                let maybe = nearest::hint(nearest.as_deref());
                text!("template-unknown", column = *column, name = name, maybe = maybe)
            }
            Self::NoNumber { column, name } => text!("template-no-number", column = *column, name = name),
            Self::Range { column, name } => text!("template-range", column = *column, name = name),
            Self::Splice { column, name } => text!("template-splice", column = *column, name = name),
            Self::Digits { column } => text!("template-digits", column = *column),
            Self::Group { column, group, groups } => {
                text!("template-group", column = *column, group = *group, groups = *groups)
            }
            Self::Charset(error) => error.text(),
        }
    }
}

impl Expansion {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        text!("template-expansion", limit = self.limit)
    }
}

/// What a template is filled in with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The message that is answered; empty where none is.
    pub message: &'a [u8],
    /// The peer's address.
    pub peer: &'a str,
    /// The number of the conversation.
    pub conn: u64,
    /// The number of our client that holds it, from 1; for a server that of the conversation.
    pub client: u64,
    /// The number of the message, from 1.
    pub counter: u64,
    /// When it is rendered.
    pub at: At,
    /// What time of day that is.
    pub wall: &'a Wall,
    /// Where the rule's pattern matched `message`.
    pub captures: Option<&'a Captures>,
    /// The most bytes the rendering may take.
    pub limit: usize,
}

/// A text with placeholders (see [`PLACEHOLDERS`]), in a charset.
///
/// A placeholder is `{` small letters, perhaps `:` and digits or a range of bytes, `}`: all other braces are themselves, so
/// JSON needs no care. `{{` is one `{`, and `}}` is one `}` where it closes a `{{`: `{{text}}` gives `{text}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub(super) parts: Vec<TemplatePart>,
    pub(super) charset: Charset,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TemplatePart {
    Literal(Vec<u8>),
    Text(ByteRange),
    Hex(ByteRange),
    Len,
    Peer,
    Conn,
    Client,
    Time,
    Ctime,
    Date,
    Unix,
    Counter,
    Random(usize),
    Uuid,
    Group(usize),
}

impl Template {
    /// Reads a template; `$` is itself.
    ///
    /// # Errors
    /// [`TemplateError`], with the column.
    pub fn parse(src: &str, charset: Charset) -> Result<Self, TemplateError> {
        Reader::new(src, charset, None).read()
    }

    /// Reads a template in which `$0` is the match and `$1` to `$9` are the `groups` groups of a regular expression, as
    /// far as they exist; `$$` is one `$`.
    ///
    /// # Errors
    /// [`TemplateError`], with the column.
    pub fn parse_with_groups(src: &str, charset: Charset, groups: usize) -> Result<Self, TemplateError> {
        Reader::new(src, charset, Some(groups)).read()
    }

    /// These bytes and nothing else.
    #[must_use]
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self { parts: vec![TemplatePart::Literal(bytes)], charset: Charset::utf8() }
    }

    /// Whether `{counter}` occurs: whether two renderings in a row differ by more than time and chance.
    #[must_use]
    pub fn has_counter(&self) -> bool {
        self.parts.contains(&TemplatePart::Counter)
    }

    /// The length in bytes of every rendering, if all have the same.
    #[must_use]
    pub fn fixed_len(&self) -> Option<usize> {
        self.parts.iter().try_fold(0, |sum: usize, part| match part {
            TemplatePart::Literal(_) | TemplatePart::Random(_) | TemplatePart::Uuid => {
                Some(sum.saturating_add(self.most(part, 0)))
            }
            _ => None,
        })
    }

    /// Whether the peer's address is filled in.
    #[must_use]
    pub fn names_peer(&self) -> bool {
        self.parts.contains(&TemplatePart::Peer)
    }

    /// The largest number of bytes a rendering can take for a message of `message_len` bytes.
    #[must_use]
    pub fn bound(&self, message_len: usize) -> usize {
        self.parts.iter().fold(0, |sum: usize, part| sum.saturating_add(self.most(part, message_len)))
    }

    fn most(&self, part: &TemplatePart, message_len: usize) -> usize {
        let characters = match part {
            TemplatePart::Literal(bytes) => return bytes.len(),
            TemplatePart::Text(range) => return range.len_of(message_len),
            TemplatePart::Group(_) if self.charset.is_utf8() => return message_len,
            // Encoded again, and in ISO-2022-JP with switches to and fro.
            TemplatePart::Group(_) => return message_len.saturating_mul(4).saturating_add(16),
            TemplatePart::Hex(range) => range.len_of(message_len).saturating_mul(2),
            TemplatePart::Len
            | TemplatePart::Conn
            | TemplatePart::Client
            | TemplatePart::Counter
            | TemplatePart::Unix => NUMBER_MAX,
            TemplatePart::Peer => PEER_MAX,
            TemplatePart::Time | TemplatePart::Ctime | TemplatePart::Date => TIME_MAX,
            TemplatePart::Random(digits) => *digits,
            TemplatePart::Uuid => UUID_LEN,
        };
        characters.saturating_mul(self.charset.ascii_width())
    }

    /// Appends the template filled in.
    ///
    /// # Errors
    /// [`Expansion`] if it takes more than `ctx.limit` bytes; `out` is then as it was.
    pub fn render(&self, ctx: &Context<'_>, dice: &mut Dice, out: &mut Vec<u8>) -> Result<(), Expansion> {
        let start = out.len();
        for part in &self.parts {
            let room = ctx.limit.saturating_sub(out.len() - start);
            if self.render_part(part, ctx, dice, room, out).is_none() {
                out.truncate(start);
                return Err(Expansion { limit: ctx.limit });
            }
        }
        Ok(())
    }

    /// `None` if the part does not fit into `room` bytes.
    fn render_part(
        &self,
        part: &TemplatePart,
        ctx: &Context<'_>,
        dice: &mut Dice,
        room: usize,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let value = match part {
            TemplatePart::Literal(bytes) => return append(bytes, room, out),
            TemplatePart::Text(range) => return append(range.of(ctx.message), room, out),
            TemplatePart::Group(group) => {
                let found = ctx.captures.and_then(|captures| captures.get(*group, ctx.message));
                return append(found.unwrap_or_default(), room, out);
            }
            // Asked first, so that a large message is not turned into text twice its size in vain.
            TemplatePart::Hex(_) if self.most(part, ctx.message.len()) > room => return None,
            TemplatePart::Hex(range) => data_encoding::HEXLOWER.encode(range.of(ctx.message)),
            TemplatePart::Len => ctx.message.len().to_string(),
            TemplatePart::Peer => peer(ctx.peer),
            TemplatePart::Conn => ctx.conn.to_string(),
            TemplatePart::Client => ctx.client.to_string(),
            TemplatePart::Time => ctx.wall.rfc3339(ctx.at),
            TemplatePart::Ctime => ctx.wall.ctime(ctx.at),
            TemplatePart::Date => ctx.wall.local(ctx.at).date().to_string(),
            TemplatePart::Unix => ctx.wall.timestamp(ctx.at).as_second().to_string(),
            TemplatePart::Counter => ctx.counter.to_string(),
            TemplatePart::Random(digits) => (0..*digits)
                .filter_map(|_| char::from_digit(u32::try_from(dice.below(10)).ok()?, 10))
                .collect(),
            TemplatePart::Uuid => uuid(dice),
        };
        if value.len().saturating_mul(self.charset.ascii_width()) > room {
            return None;
        }
        self.charset.encode_lossy(&value, out);
        Some(())
    }
}

fn append(bytes: &[u8], room: usize, out: &mut Vec<u8>) -> Option<()> {
    (bytes.len() <= room).then(|| out.extend_from_slice(bytes))
}

/// The peer as ASCII of bounded length: a Unix socket's name may be anything.
fn peer(name: &str) -> String {
    name.chars().take(PEER_MAX).map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

/// A version 4 UUID (RFC 9562, section 5.4).
fn uuid(dice: &mut Dice) -> String {
    let mut bytes = [0; 16];
    dice.bytes(&mut bytes);
    let bits = u128::from_be_bytes(bytes);
    let bits = bits & !(0xf << 76) | 4 << 76;
    let bits = bits & !(3 << 62) | 2 << 62;
    let digits = format!("{bits:032x}");
    let mut out = String::with_capacity(UUID_LEN);
    for (n, digit) in digits.chars().enumerate() {
        if matches!(n, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

/// Reads a template from left to right.
struct Reader<'a> {
    src: &'a str,
    at: usize,
    charset: Charset,
    /// The groups `$N` may name; none where `$` is itself.
    groups: Option<usize>,
    literal: String,
    /// How many `{{` wait for their `}}`.
    open: usize,
    parts: Vec<TemplatePart>,
}

impl<'a> Reader<'a> {
    fn new(src: &'a str, charset: Charset, groups: Option<usize>) -> Self {
        Self { src, at: 0, charset, groups, literal: String::new(), open: 0, parts: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.src.get(self.at..).unwrap_or_default()
    }

    /// The column of what is read next, counted in characters from 1.
    fn column(&self) -> usize {
        self.src.get(..self.at).map_or(0, |read| read.chars().count()) + 1
    }

    fn read(mut self) -> Result<Template, TemplateError> {
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            if rest.starts_with("{{") {
                self.open += 1;
                self.take_literal('{', 2);
            } else if rest.starts_with("}}") && self.open > 0 {
                self.open -= 1;
                self.take_literal('}', 2);
            } else if let Some((shape, name, number)) = shape(rest) {
                let part = self.placeholder(name, number)?;
                self.take_part(part, shape)?;
            } else if let Some(groups) = self.groups.filter(|_| c == '$') {
                self.dollar(rest, groups)?;
            } else {
                self.take_literal(c, c.len_utf8());
            }
        }
        self.flush()?;
        Ok(Template { parts: self.parts, charset: self.charset })
    }

    fn take_literal(&mut self, c: char, bytes: usize) {
        self.literal.push(c);
        self.at += bytes;
    }

    fn take_part(&mut self, part: TemplatePart, bytes: usize) -> Result<(), TemplateError> {
        self.flush()?;
        self.parts.push(part);
        self.at += bytes;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), TemplateError> {
        if !self.literal.is_empty() {
            let bytes = self.charset.encode(&self.literal).map_err(|e| self.in_whole(e))?;
            self.parts.push(TemplatePart::Literal(bytes));
            self.literal.clear();
        }
        Ok(())
    }

    /// The same error, its position counted in the whole template: as reading stops at the first such character, and
    /// nothing but literal text can contain one, it is the first of its kind.
    fn in_whole(&self, e: Unencodable) -> Unencodable {
        let position = self.src.chars().position(|c| c == e.char).map_or(e.position, |at| at + 1);
        Unencodable { position, ..e }
    }

    fn dollar(&mut self, rest: &str, groups: usize) -> Result<(), TemplateError> {
        let next = rest.chars().nth(1);
        let Some(group) = next.and_then(|c| c.to_digit(10)).and_then(|group| usize::try_from(group).ok())
        else {
            self.take_literal('$', if next == Some('$') { 2 } else { 1 });
            return Ok(());
        };
        if group > groups || group >= GROUPS {
            return Err(TemplateError::Group { column: self.column(), group, groups });
        }
        self.take_part(TemplatePart::Group(group), 2)
    }

    fn placeholder(&self, name: &str, number: Option<&str>) -> Result<TemplatePart, TemplateError> {
        let column = self.column();
        let part = match name {
            "random" => {
                let digits = number.map_or(Ok(RANDOM_DIGITS), str::parse::<usize>);
                return match digits {
                    Ok(digits @ 1..=RANDOM_DIGITS_MAX) => Ok(TemplatePart::Random(digits)),
                    _ => Err(TemplateError::Digits { column }),
                };
            }
            "text" | "hex" => {
                let range = number.map_or(Some(ByteRange::WHOLE), ByteRange::parse);
                let range = range.ok_or_else(|| TemplateError::Range { column, name: name.into() })?;
                return Ok(if name == "text" { TemplatePart::Text(range) } else { TemplatePart::Hex(range) });
            }
            "len" => TemplatePart::Len,
            "peer" => TemplatePart::Peer,
            "conn" => TemplatePart::Conn,
            "client" => TemplatePart::Client,
            "time" => TemplatePart::Time,
            "ctime" => TemplatePart::Ctime,
            "date" => TemplatePart::Date,
            "unix" => TemplatePart::Unix,
            "counter" => TemplatePart::Counter,
            "uuid" => TemplatePart::Uuid,
            other => {
                let names = PLACEHOLDERS.iter().map(|(name, _)| *name);
                let nearest = nearest::nearest(other, names).map(str::to_owned);
                return Err(TemplateError::Unknown { column, name: other.into(), nearest });
            }
        };
        match number {
            Some(_) => Err(TemplateError::NoNumber { column, name: name.into() }),
            None => Ok(part),
        }
    }
}

/// If `rest` begins with `{name}`, `{name:digits}` or `{name:A..B}`: how many bytes that is, the name and what is behind it.
pub(super) fn shape(rest: &str) -> Option<(usize, &str, Option<&str>)> {
    let (inside, _) = rest.strip_prefix('{')?.split_once('}')?;
    let (name, number) = match inside.split_once(':') {
        Some((name, number)) => (name, Some(number)),
        None => (inside, None),
    };
    let letters = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
    let is_range = |n: &str| n.contains("..") && n.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
    let digits = number.is_none_or(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()) || is_range(n));
    (letters && digits).then_some((inside.len() + 2, name, number))
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
