//! What a charset is: its name, and text to its bytes.

use std::fmt;

use encoding_rs::{Encoder, EncoderResult};
use serde::{Deserialize, Serialize};
use sockeye_text::{Text, text};
use thiserror::Error;

use super::table::{self, CharsetKind, Row};

/// How bytes read as text: a row of the table of charsets.
///
/// ```
/// use sockeye_core::charset::{Charset, Decoder, Piece, visible_bytes};
///
/// let gbk = Charset::parse("gbk")?;
/// let bytes = gbk.encode("你好")?;
/// assert_eq!(bytes, b"\xc4\xe3\xba\xc3");
///
/// // A character that the network cut is held back until the rest of it comes.
/// let (mut decoder, mut text) = (Decoder::new(gbk), String::new());
/// for read in bytes.chunks(3) {
///     decoder.push(read, &mut |piece| {
///         if let Piece::Text(part) = piece {
///             text.push_str(part);
///         }
///     });
/// }
/// assert_eq!(text, "你好");
///
/// // What does not decode is shown, never lost and never fatal.
/// assert_eq!(visible_bytes(b"ok \xff", gbk), r"ok \xff");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Charset(pub(super) &'static Row);

/// A charset name nobody here knows. A usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct UnknownCharset {
    /// What was written.
    pub label: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

/// A character that a charset does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct Unencodable {
    /// The character.
    pub char: char,
    /// Which one of the text it is, counted in characters from 1.
    pub position: usize,
    /// The charset that lacks it.
    pub charset: Charset,
}

impl UnknownCharset {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let unknown = match self.label.trim() {
            "" => text!("charset-none"),
            _ => text!("charset-unknown", label = format!("{:?}", self.label)),
        };
        unknown.and(match self.nearest {
            Some(nearest) => text!("charset-maybe", name = format!("{nearest:?}")),
            None => text!("charset-common"),
        })
    }
}

impl Unencodable {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let (char, charset) = (format!("{:?}", self.char), self.charset.name());
        text!("charset-lacks", char = char, position = self.position, charset = charset)
    }
}

impl Charset {
    /// Finds a charset by name: a name or alias of the table, or any label of the WHATWG Encoding Standard, in
    /// either case. Beware of three: `latin1` and `ascii` are what they say, not windows-1252 as browsers have it;
    /// `utf-16` is little-endian.
    ///
    /// # Errors
    /// [`UnknownCharset`], with the nearest name if there is one.
    pub fn parse(label: &str) -> Result<Self, UnknownCharset> {
        let wanted = label.trim().to_ascii_lowercase();
        let row = all().find(|row| row.name == wanted || row.aliases.contains(&wanted.as_str()));
        let row = row.or_else(|| {
            let encoding = encoding_rs::Encoding::for_label_no_replacement(wanted.as_bytes())?;
            all().find(|row| row.kind.encoding() == Some(encoding))
        });
        row.map(Self).ok_or_else(|| {
            let names = all().flat_map(|row| std::iter::once(row.name).chain(row.aliases.iter().copied()));
            UnknownCharset { label: label.into(), nearest: crate::address::nearest::nearest(&wanted, names) }
        })
    }

    /// UTF-8, the default.
    #[must_use]
    pub const fn utf8() -> Self {
        Self(&table::UTF_8)
    }

    /// Whether this is UTF-8, in which text is its own bytes.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        matches!(self.0.kind, CharsetKind::Utf8)
    }

    /// The name it is listed under, such as `gbk`; [`Charset::parse`] takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// How many bytes an ASCII character takes: 2 in UTF-16, otherwise 1.
    #[must_use]
    pub fn ascii_width(self) -> usize {
        match self.0.kind {
            CharsetKind::Utf16Le | CharsetKind::Utf16Be => 2,
            CharsetKind::Utf8 | CharsetKind::Latin1 | CharsetKind::Ascii | CharsetKind::Whatwg(_) => 1,
        }
    }

    /// The text in this charset. No byte order mark is added.
    ///
    /// # Errors
    /// [`Unencodable`], naming the first character that the charset does not have.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, Unencodable> {
        let mut out = Vec::with_capacity(text.len());
        match self.encode_into(text, &mut out, OnMissing::Stop) {
            None => Ok(out),
            Some((char, at)) => {
                let before = text.get(..at).map_or(0, |text| text.chars().count());
                Err(Unencodable { char, position: before + 1, charset: self })
            }
        }
    }

    /// Appends the text in this charset, `?` for each character that the charset does not have.
    pub fn encode_lossy(self, text: &str, out: &mut Vec<u8>) {
        self.encode_into(text, out, OnMissing::QuestionMark);
    }

    /// Encodes; with [`OnMissing::Stop`] returns the first character missing and its byte offset in the text.
    fn encode_into(self, text: &str, out: &mut Vec<u8>, missing: OnMissing) -> Option<(char, usize)> {
        match self.0.kind {
            CharsetKind::Utf8 => out.extend_from_slice(text.as_bytes()),
            CharsetKind::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            CharsetKind::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            CharsetKind::Latin1 => return one_byte(text, '\u{ff}', out, missing),
            CharsetKind::Ascii => return one_byte(text, '\u{7f}', out, missing),
            CharsetKind::Whatwg(encoding) => return by_table(encoding.new_encoder(), text, out, missing),
        }
        None
    }
}

/// What to do about a character that a charset does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnMissing {
    Stop,
    QuestionMark,
}

/// Every charset, for help and completion: UTF-8 first, then by how often one meets them.
pub fn labels() -> impl Iterator<Item = &'static Row> {
    all()
}

fn all() -> impl Iterator<Item = &'static Row> {
    std::iter::once(&table::UTF_8).chain(table::OTHERS)
}

/// Charsets in which character N is byte N, up to `last`.
fn one_byte(text: &str, last: char, out: &mut Vec<u8>, missing: OnMissing) -> Option<(char, usize)> {
    for (at, c) in text.char_indices() {
        match u8::try_from(c) {
            Ok(byte) if c <= last => out.push(byte),
            _ if missing == OnMissing::QuestionMark => out.push(b'?'),
            _ => return Some((c, at)),
        }
    }
    None
}

fn by_table(
    mut encoder: Encoder,
    text: &str,
    out: &mut Vec<u8>,
    missing: OnMissing,
) -> Option<(char, usize)> {
    let mut rest = text;
    loop {
        // Room for the least the encoder wants at a time, so that every turn makes progress.
        out.reserve(rest.len().max(16));
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, out, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return None,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(c) if missing == OnMissing::Stop => {
                return Some((c, text.len() - rest.len() - c.len_utf8()));
            }
            // Through the encoder, because in ISO-2022-JP it may have to switch back to ASCII first.
            EncoderResult::Unmappable(_) => {
                out.reserve(16);
                let _ = encoder.encode_from_utf8_to_vec_without_replacement("?", out, false);
            }
        }
    }
}

impl Default for Charset {
    fn default() -> Self {
        Self::utf8()
    }
}

impl PartialEq for Charset {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Charset {}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Charset({})", self.name())
    }
}

impl std::str::FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(label: &str) -> Result<Self, UnknownCharset> {
        Self::parse(label)
    }
}

impl TryFrom<String> for Charset {
    type Error = UnknownCharset;

    fn try_from(label: String) -> Result<Self, UnknownCharset> {
        Self::parse(&label)
    }
}

impl From<Charset> for String {
    fn from(charset: Charset) -> Self {
        charset.name().to_owned()
    }
}
