//! The encoding of the terminal, where its locale says another than UTF-8 (`zh_CN.GBK`): what people read there is written in
//! it, and what they type is read in it. Data that goes elsewhere stays as it is.

use std::{
    borrow::Cow,
    env,
    io::{self, BufRead, IsTerminal, Read},
    sync::LazyLock,
};

use sockeye_core::charset::{Charset, Decoder, Piece};

/// Those that terminals of Chinese locales have.
const KNOWN: [&str; 3] = ["gbk", "gb18030", "big5"];
/// The variables of the locale's character set, the one that counts most first (POSIX, Environment Variables, section 8.2).
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

static ENCODING: LazyLock<Option<Charset>> = LazyLock::new(|| of_locale(|name| env::var(name).ok()));

fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Option<Charset> {
    let locale = LOCALE.into_iter().find_map(|name| variable(name).filter(|value| !value.is_empty()))?;
    let (_, set) = locale.split_once('.')?;
    let charset = Charset::parse(set.split('@').next()?).ok()?;
    KNOWN.contains(&charset.name()).then_some(charset)
}

/// A word of the command line that is text in the encoding of the locale, as the shell of such a terminal hands it over.
pub(crate) fn word(bytes: &[u8]) -> Option<String> {
    let mut decoder = Decoder::new((*ENCODING)?);
    let (mut text, mut is_whole) = (String::new(), true);
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(piece) => text.push_str(piece),
        Piece::Bad(_) => is_whole = false,
    };
    decoder.push(bytes, &mut take);
    decoder.finish(&mut take);
    is_whole.then_some(text)
}

/// How `stream` is written or read, if that is not UTF-8.
pub(super) fn of(stream: &impl IsTerminal) -> Option<Charset> {
    ENCODING.filter(|_| stream.is_terminal())
}

/// What people are to read on `stream`; a character that its encoding lacks is a question mark.
pub(super) fn for_people<'a>(stream: &impl IsTerminal, text: &'a [u8]) -> Cow<'a, [u8]> {
    let Some(charset) = of(stream) else { return Cow::Borrowed(text) };
    let mut out = Vec::with_capacity(text.len());
    charset.encode_lossy(&String::from_utf8_lossy(text), &mut out);
    Cow::Owned(out)
}

/// Lines of a terminal as UTF-8. No character of these encodings has a line feed in it.
pub(super) struct Typed<R> {
    input: R,
    decoder: Decoder,
    line: Vec<u8>,
    read: usize,
}

impl<R: BufRead> Typed<R> {
    pub(super) fn new(input: R, charset: Charset) -> Self {
        Self { input, decoder: Decoder::new(charset), line: Vec::new(), read: 0 }
    }
}

impl<R: BufRead> BufRead for Typed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.line.len() {
            let mut raw = Vec::new();
            self.input.read_until(b'\n', &mut raw)?;
            self.line.clear();
            self.read = 0;
            let line = &mut self.line;
            self.decoder.push(&raw, &mut |piece| match piece {
                Piece::Text(text) => line.extend_from_slice(text.as_bytes()),
                Piece::Bad(_) => line.extend_from_slice("\u{fffd}".as_bytes()),
            });
        }
        Ok(self.line.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.read = (self.read + amount).min(self.line.len());
    }
}

impl<R: BufRead> Read for Typed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.fill_buf()?.read(buffer)?;
        self.consume(len);
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_how_a_terminal_writes() {
        let of = |locale: &str| of_locale(|name| (name == "LANG").then(|| locale.to_owned()));
        for (locale, name) in [
            ("zh_CN.GBK", Some("gbk")),
            ("zh_CN.GB18030", Some("gb18030")),
            ("zh_CN.gb2312", Some("gbk")),
            ("zh_TW.Big5", Some("big5")),
            ("zh_CN.GBK@pinyin", Some("gbk")),
            ("zh_CN.UTF-8", None),
            ("zh_CN", None),
            ("C", None),
            ("en_US.ISO-8859-1", None),
        ] {
            assert_eq!(of(locale).map(Charset::name), name, "{locale}");
        }
    }

    #[test]
    fn lines_that_are_typed_are_read_as_text() {
        let mut typed = Typed::new(b"\xc4\xe3\xba\xc3\nx\n\xc4".as_slice(), Charset::parse("gbk").unwrap());
        let mut line = String::new();
        typed.read_line(&mut line).unwrap();
        typed.read_line(&mut line).unwrap();
        assert_eq!(line, "你好\nx\n");
    }
}
