//! Reads the bytes people type: text with escapes, and hex digits.
//! Never repairs: what cannot be meant exactly is an error with its place.

use sockeye_text::{Text, text};
use thiserror::Error;

use super::{Charset, Unencodable};

/// What is wrong with typed bytes, and in which column (counted in characters from 1). A usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum InputError {
    /// A backslash before something that is no escape.
    Escape { column: usize, found: String },
    /// A backslash at the very end.
    LoneBackslash { column: usize },
    /// `\x` without two hex digits.
    ShortByte { column: usize },
    /// `\u` without `{`, one to six hex digits and `}`, or not a character's number.
    Unicode { column: usize },
    /// A character that the charset does not have.
    Charset { column: usize, source: Unencodable },
    /// Neither a hex digit nor something that may separate them.
    NotHex { column: usize, found: char },
    /// A hex digit without its partner.
    OddDigit { column: usize, found: char },
}

impl InputError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Escape { column, found } => text!("input-escape", column = *column, found = found),
            Self::LoneBackslash { column } => text!("input-lone-backslash", column = *column),
            Self::ShortByte { column } => text!("input-short-byte", column = *column),
            Self::Unicode { column } => text!("input-unicode", column = *column),
            Self::Charset { column, source } => {
                let (char, charset) = (format!("{:?}", source.char), source.charset.name());
                text!("input-charset", column = *column, char = char, charset = charset)
            }
            Self::NotHex { column, found } => {
                text!("input-not-hex", column = *column, found = format!("{found:?}"))
            }
            Self::OddDigit { column, found } => {
                let write = format!("0{found}");
                text!("input-odd-digit", column = *column, found = format!("{found:?}"), write = write)
            }
        }
    }

    /// The column, counted in characters from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        match self {
            Self::Escape { column, .. }
            | Self::LoneBackslash { column }
            | Self::ShortByte { column }
            | Self::Unicode { column }
            | Self::Charset { column, .. }
            | Self::NotHex { column, .. }
            | Self::OddDigit { column, .. } => *column,
        }
    }
}

/// Reads `-e` notation: `\r \n \t \0 \\ \a \b \e \f \v`, `\xNN` and `\u{…}`; the rest is text in `charset`.
///
/// `\xNN` is one byte, whatever the charset. All the others are characters and are encoded as such: in UTF-16 a
/// `\n` is two bytes.
///
/// # Errors
/// [`InputError`] with the column.
pub fn unescape(text: &str, charset: Charset) -> Result<Vec<u8>, InputError> {
    let mut out = Vec::with_capacity(text.len());
    let mut run = Run { text: String::new(), columns: Vec::new(), charset };
    let mut chars = text.chars().enumerate().map(|(n, c)| (n + 1, c));
    while let Some((column, c)) = chars.next() {
        if c != '\\' {
            run.push(column, c);
            continue;
        }
        let Some((_, kind)) = chars.next() else { return Err(InputError::LoneBackslash { column }) };
        let plain = match kind {
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            '0' => '\0',
            '\\' => '\\',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'u' => unicode(&mut chars).ok_or(InputError::Unicode { column })?,
            'x' => {
                let mut digit = || chars.next().and_then(|(_, c)| c.to_digit(16));
                let byte = digit().zip(digit()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                run.flush(&mut out)?;
                out.push(byte.ok_or(InputError::ShortByte { column })?);
                continue;
            }
            other => return Err(InputError::Escape { column, found: other.escape_debug().to_string() }),
        };
        run.push(column, plain);
    }
    run.flush(&mut out)?;
    Ok(out)
}

/// Text waiting to be encoded, and the column each of its characters was typed in.
struct Run {
    text: String,
    columns: Vec<usize>,
    charset: Charset,
}

impl Run {
    fn push(&mut self, column: usize, c: char) {
        self.text.push(c);
        self.columns.push(column);
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), InputError> {
        let bytes = self.charset.encode(&self.text).map_err(|source| {
            let column = self.columns.get(source.position - 1).copied().unwrap_or(1);
            InputError::Charset { column, source }
        })?;
        out.extend_from_slice(&bytes);
        self.text.clear();
        self.columns.clear();
        Ok(())
    }
}

/// `{…}` behind `\u`.
fn unicode(chars: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let (_, '{') = chars.next()? else { return None };
    let mut value = 0_u32;
    for count in 0..=6 {
        match chars.next()?.1 {
            '}' if count > 0 => return char::from_u32(value),
            c if count < 6 => value = value * 16 + c.to_digit(16)?,
            _ => return None,
        }
    }
    None
}

/// Reads hex digits, two a byte, as people write and paste them: `0103000A`, `01 03 00 0A`, `0x01,0x03`, `01:03`,
/// `01-03`, `\x01\x03`, over several lines, in either case. Space, `,` `:` `-` `;` separate bytes; a byte is never
/// split by them.
///
/// # Errors
/// [`InputError::OddDigit`] or [`InputError::NotHex`], with the column.
pub fn hex(text: &str) -> Result<Vec<u8>, InputError> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut half: Option<(usize, char, u8)> = None;
    let mut chars = text.chars().enumerate().map(|(n, c)| (n + 1, c)).peekable();
    // Whether a prefix has just been read: a digit must follow, and not another prefix.
    let mut prefixed = false;
    while let Some((column, c)) = chars.next() {
        let marks_prefix = half.is_none() && !prefixed && (c == '0' || c == '\\');
        if marks_prefix && chars.next_if(|(_, x)| matches!(x, 'x' | 'X')).is_some() {
            prefixed = true;
            if !chars.peek().is_some_and(|(_, c)| c.is_ascii_hexdigit()) {
                let found = chars.next().map_or('x', |(_, c)| c);
                return Err(InputError::NotHex { column: column + 2, found });
            }
            continue;
        }
        prefixed = false;
        let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (digit, half) {
            (Some(low), Some((_, _, high))) => {
                out.push(high << 4 | low);
                half = None;
            }
            (Some(high), None) => half = Some((column, c, high)),
            (None, None) if is_separator(c) => {}
            (None, Some((column, found, _))) if is_separator(c) => {
                return Err(InputError::OddDigit { column, found });
            }
            (None, _) => return Err(InputError::NotHex { column, found: c }),
        }
    }
    match half {
        Some((column, found, _)) => Err(InputError::OddDigit { column, found }),
        None => Ok(out),
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ':' | '-' | ';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_bytes() {
        let utf8 = Charset::utf8();
        assert_eq!(
            unescape("a\\r\\n\\0\\\\\\x41\\xff\\u{4f60}", utf8).unwrap(),
            b"a\r\n\0\\A\xff\xe4\xbd\xa0"
        );
        assert_eq!(unescape("\\a\\b\\e\\f\\v", utf8).unwrap(), b"\x07\x08\x1b\x0c\x0b");
        let gbk = Charset::parse("gbk").unwrap();
        assert_eq!(unescape("你\\x00\\u{597d}", gbk).unwrap(), b"\xc4\xe3\0\xba\xc3");
        let utf16 = Charset::parse("utf-16le").unwrap();
        assert_eq!(unescape("a\\n\\x0a", utf16).unwrap(), b"a\0\n\0\n");
    }

    #[test]
    fn a_wrong_escape_has_its_column() {
        let column = |text: &str| unescape(text, Charset::utf8()).unwrap_err().column();
        assert_eq!(column("你好\\q"), 3);
        assert_eq!(column("ab\\"), 3);
        assert_eq!(column("\\x4"), 1);
        assert_eq!(column("\\xg0"), 1);
        assert_eq!(column("\\u4f60"), 1);
        assert_eq!(column("\\u{}"), 1);
        assert_eq!(column("\\u{d800}"), 1);
        assert_eq!(column("\\u{1234567}"), 1);
        let ascii = Charset::parse("ascii").unwrap();
        let e = unescape("\\n\\x41a你", ascii).unwrap_err();
        assert_eq!((e.column(), e.to_string().contains("ascii")), (8, true));
    }

    #[test]
    fn hex_is_read_as_people_write_it() {
        for text in [
            "0103000A",
            "01 03 00 0A",
            "0x01,0x03, 0x00,0x0a",
            "01:03:00:0a",
            "01-03-00-0A",
            "\\x01\\x03\\x00\\x0a",
            "01 03\n00 0a\n",
            "01;03;00;0A",
            "0x0103000a",
            "0X01 0X03 000a",
        ] {
            assert_eq!(hex(text).unwrap(), [1, 3, 0, 10], "{text:?}");
        }
        assert_eq!(hex("").unwrap(), b"");
    }

    #[test]
    fn wrong_hex_has_its_column() {
        assert_eq!(hex("01 3 0A"), Err(InputError::OddDigit { column: 4, found: '3' }));
        assert_eq!(hex("01030"), Err(InputError::OddDigit { column: 5, found: '0' }));
        assert_eq!(hex("01 0g"), Err(InputError::NotHex { column: 5, found: 'g' }));
        assert_eq!(hex("01 0x"), Err(InputError::NotHex { column: 6, found: 'x' }));
        assert_eq!(hex("0x0x12"), Err(InputError::NotHex { column: 4, found: 'x' }));
        assert_eq!(hex("0x1"), Err(InputError::OddDigit { column: 3, found: '1' }));
        assert_eq!(hex("[01]"), Err(InputError::NotHex { column: 1, found: '[' }));
        assert_eq!(hex("１２"), Err(InputError::NotHex { column: 1, found: '１' }));
    }
}
