//! Makes what a peer sent safe to show on a terminal, and readable.
//! Never lets a control character, a reordering or an invisible one through.
//!
//! What is shown how:
//!
//! | text | shown |
//! |---|---|
//! | CR, LF, TAB, NUL | `\r` `\n` `\t` `\0` |
//! | other control characters below U+0080 | `\x1b` |
//! | U+0080 to U+009F, format and bidi characters, separators U+2028/9, other invisible, private and no characters | `\u{202e}` |
//! | a byte that does not decode | `\xff` |
//!
//! The backslash itself stays as it is, so that paths and Chinese text keep their look; so a peer that sends the
//! four characters `\x1b` looks like one that sends ESC. Where that matters, use `--hex` or `--json`. In return,
//! what was made visible once is not changed by being made visible again.

use std::fmt::Write as _;

use super::{Charset, Decoder, Piece};

/// Appends `text`, made visible as the head of this file says.
pub fn visible(text: &str, out: &mut String) {
    let mut shown = 0;
    for (at, c) in text.char_indices() {
        if !is_hidden(c) {
            continue;
        }
        out.push_str(text.get(shown..at).unwrap_or_default());
        shown = at + c.len_utf8();
        match c {
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            // Writing to a string cannot fail.
            c if c.is_ascii() => drop(write!(out, "\\x{:02x}", u32::from(c))),
            c => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
        }
    }
    out.push_str(text.get(shown..).unwrap_or_default());
}

/// Appends bytes that do not decode, as `\xNN` each.
pub fn bad(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\x{byte:02x}");
    }
}

/// Appends what a [`Decoder`] hands out: text by [`visible`], the rest by [`bad`].
pub fn visible_piece(piece: Piece<'_>, out: &mut String) {
    match piece {
        Piece::Text(text) => visible(text, out),
        Piece::Bad(bytes) => bad(bytes, out),
    }
}

/// A whole message made visible.
#[must_use]
pub fn visible_bytes(bytes: &[u8], charset: Charset) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut decoder = Decoder::new(charset);
    decoder.push(bytes, &mut |piece| visible_piece(piece, &mut out));
    decoder.finish(&mut |piece| visible_piece(piece, &mut out));
    out
}

/// Text as it may stand anywhere in HTML and XML, in an attribute too. What XML 1.0 has no way to write becomes `?`.
#[must_use]
pub fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push('\t'),
            c if c < ' ' || matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character steers the terminal, reorders what is around it, or cannot be seen.
///
/// Control characters (Cc), format characters (Cf) and the separators U+2028/9 of Unicode 17, the rest of its
/// `Default_Ignorable_Code_Point`s (fillers, variation selectors, tags), private use and noncharacters.
fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}'
        | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}'
    ) || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        visible(text, &mut out);
        out
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(markup("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(markup("a\r\n\t\x1b\u{9b}\u{ffff}é中"), "a?&#10;\t???é中");
    }

    #[test]
    fn text_stays_and_control_shows() {
        assert_eq!(shown("你好, C:\\temp"), "你好, C:\\temp");
        assert_eq!(shown("a\r\n\t\0\x1b[31m\x7f"), "a\\r\\n\\t\\0\\x1b[31m\\x7f");
        assert_eq!(shown("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(shown("a\u{202e}b\u{200b}\u{feff}"), "a\\u{202e}b\\u{200b}\\u{feff}");
        assert_eq!(shown("\u{e0041}\u{1ffff}\u{e000}"), "\\u{e0041}\\u{1ffff}\\u{e000}");
        assert_eq!(shown("é e\u{301} 한 😀 العربية"), "é e\u{301} 한 😀 العربية");
    }

    #[test]
    fn a_message_is_shown_in_its_charset() {
        let gbk = Charset::parse("gbk").unwrap();
        assert_eq!(visible_bytes(b"\xc4\xe3\xba\xc3\r\n\xff", gbk), "你好\\r\\n\\xff");
        assert_eq!(visible_bytes(b"\xe4\xbd\xa0\xe4\xbd", Charset::utf8()), "你\\xe4\\xbd");
    }
}
