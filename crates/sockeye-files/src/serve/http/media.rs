//! What kind of file it is, and in which charset, as far as that is sure.
//! Never claims a charset that a guess alone stands for: a wrong one is worse than none, since browsers then do not look.

use std::path::Path;

use sockeye_core::charset;
use sockeye_sys::read_at;

use crate::tree::Offered;

/// Bytes of a text that are looked at.
const SAMPLE: usize = 16 * 1024;
/// Bytes of it, from the first that is not ASCII on, that tell whether it is Chinese.
const TELLING: usize = 2 * 1024;

/// The media type of a file of this name.
pub(super) fn of(name: &[u8], file: &Offered) -> String {
    let guess = mime_guess::from_path(Path::new(&*String::from_utf8_lossy(name))).first_or_octet_stream();
    if guess.type_() != mime_guess::mime::TEXT || guess.get_param("charset").is_some() {
        return guess.to_string();
    }
    let mut sample = vec![0; SAMPLE];
    let count = read_at(file.file(), &mut sample, 0).unwrap_or(0);
    let sample = sample.get(..count).unwrap_or_default();
    match charset_of(sample, count as u64 == file.state.size) {
        Some(charset) => format!("{guess}; charset={charset}"),
        None => guess.to_string(),
    }
}

/// The charset of a text that begins so, if that is sure: UTF-8, or the GBK of a Chinese Windows.
fn charset_of(sample: &[u8], is_all: bool) -> Option<&'static str> {
    if reads_as_utf8(sample, is_all) {
        return Some("utf-8");
    }
    // A program's source may begin with a page of ASCII; the first other byte begins a character in both.
    let first = sample.iter().position(|byte| !byte.is_ascii())?;
    let telling = sample.get(first..sample.len().min(first + TELLING)).unwrap_or_default();
    charset::is_surely_gbk(telling).then_some("gbk")
}

/// Whether a text that begins so is UTF-8. GBK, Big5 and the like are not UTF-8 by chance for long; but they can begin
/// with ASCII, so that ASCII alone says nothing of what comes behind it. NUL is in no text but UTF-16 and UTF-32, and
/// ESC in none but those that switch between charsets (ISO 2022).
fn reads_as_utf8(sample: &[u8], is_all: bool) -> bool {
    if sample.iter().any(|byte| matches!(byte, 0 | 0x1b)) {
        return false;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => is_all || !sample.is_ascii(),
        // The last character may go on behind the sample.
        Err(error) => {
            !is_all && error.error_len().is_none() && error.valid_up_to() > 0 && {
                let before = sample.get(..error.valid_up_to()).unwrap_or_default();
                !before.is_ascii()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_is_claimed_only_where_it_is_sure() {
        let utf8 = "你好，世界".as_bytes();
        let gbk = b"\xc4\xe3\xba\xc3";
        assert!(reads_as_utf8(utf8, true) && reads_as_utf8(utf8, false));
        assert!(reads_as_utf8(&utf8[..utf8.len() - 1], false), "cut by the sample's end");
        assert!(!reads_as_utf8(&utf8[..utf8.len() - 1], true), "cut by the file's end");
        assert!(!reads_as_utf8(gbk, true) && !reads_as_utf8(gbk, false));
        assert!(reads_as_utf8(b"plain", true) && reads_as_utf8(b"", true));
        assert!(!reads_as_utf8(b"plain so far", false));
        assert!(!reads_as_utf8(b"a\0b\0", true), "UTF-16");
        assert!(!reads_as_utf8(b"\x1b$B%F", true), "ISO-2022-JP");
    }

    #[test]
    fn gbk_is_claimed_where_it_is_surely_chinese() {
        // 你好，世界
        let gbk = b"\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7";
        let source = [b"/* page after page */\n".repeat(100).as_slice(), b"// ", gbk].concat();
        assert_eq!(charset_of(gbk, true), Some("gbk"));
        assert_eq!(charset_of(&source, true), Some("gbk"));
        assert_eq!(charset_of("你好".as_bytes(), true), Some("utf-8"));
        // こんにちは in Shift JIS, Привет in windows-1251, é in Latin-1, and nothing but ASCII so far.
        for other in [
            b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd".as_slice(),
            b"\xcf\xf0\xe8\xe2\xe5\xf2",
            b"caf\xe9",
            b"plain so far",
        ] {
            assert_eq!(charset_of(other, false), None, "{other:?}");
        }
    }
}
