//! What kind of file it is, and in which charset, as far as that is sure.
//! Never claims a charset that a guess alone stands for: a wrong one is worse than none, since browsers then do not look.

use std::{os::unix::fs::FileExt as _, path::Path};

use crate::tree::Offered;

/// Bytes of a text that are looked at.
const SAMPLE: usize = 16 * 1024;

/// The media type of a file of this name.
pub(super) fn of(name: &[u8], file: &Offered) -> String {
    let guess = mime_guess::from_path(Path::new(&*String::from_utf8_lossy(name))).first_or_octet_stream();
    if guess.type_() != mime_guess::mime::TEXT || guess.get_param("charset").is_some() {
        return guess.to_string();
    }
    let mut sample = vec![0; SAMPLE];
    let count = file.file().read_at(&mut sample, 0).unwrap_or(0);
    let sample = sample.get(..count).unwrap_or_default();
    match reads_as_utf8(sample, count as u64 == file.state.size) {
        true => format!("{guess}; charset=utf-8"),
        false => guess.to_string(),
    }
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
}
