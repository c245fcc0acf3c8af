//! Reads bytes that were written down as hex: dumps of `hexdump -C`, `xxd`, tcpdump and Wireshark, and plain digits.
//! Never takes text for hex unless all of it is.

use sockeye_core::charset;
use sockeye_text::{Text, text};

use super::sample::SAMPLE;

/// The most bytes of a dump that are read; a byte takes up to five in the widest form.
pub const DUMP: usize = 6 * SAMPLE;
/// The least digits of one run that are taken for bytes without being told.
const STREAM: usize = 16;
/// The least bytes written apart that are.
const PAIRS: usize = 4;
/// The most bytes in a line with an offset.
const LINE: usize = 64;

/// How bytes were written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpForm {
    /// With offsets: `hexdump -C`, `xxd`, `tcpdump -X`, Wireshark's dump.
    Offsets,
    /// Digits alone: `01 03 0A`, Wireshark's hex stream.
    Digits,
}

/// Where something is no hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: Text,
}

/// The bytes of a text that is hex beyond doubt, and how they were written down.
#[must_use]
pub fn recognise(text: &[u8]) -> Option<(Vec<u8>, DumpForm)> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(bytes) = with_offsets(text) {
        return Some((bytes, DumpForm::Offsets));
    }
    let tokens = || text.split_whitespace();
    let is_hex = |token: &str| token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let first = tokens().next()?;
    // Lines of figures are more often figures than bytes.
    let is_stream = tokens().count() == 1
        && first.len() >= STREAM
        && (first.starts_with('0') || first.bytes().any(|byte| byte.is_ascii_alphabetic()));
    let are_pairs = tokens().count() >= PAIRS && tokens().all(|token| token.len() == 2);
    let has_all = (is_stream || are_pairs) && tokens().all(is_hex);
    let bytes = has_all.then(|| digits(text).ok()).flatten()?;
    Some((bytes, DumpForm::Digits))
}

/// The bytes of a text that is said to be hex.
///
/// # Errors
/// The first line that is not.
pub fn read(text: &[u8]) -> Result<Vec<u8>, DumpError> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = text.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        DumpError { line, why: text!("guess-dump-no-text") }
    })?;
    // Whose first line is one of a dump is a dump.
    with_offsets(text).or_else(|error| if error.line > 1 { Err(error) } else { digits(text) })
}

fn digits(text: &str) -> Result<Vec<u8>, DumpError> {
    let mut bytes = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let read = charset::hex(line).map_err(|error| DumpError { line: number + 1, why: error.text() })?;
        bytes.extend(read);
        if bytes.len() >= SAMPLE {
            break;
        }
    }
    Ok(bytes)
}

/// Every line has its offset, which is the number of bytes before it; 0 begins anew, as the next packet of a dump does.
fn with_offsets(text: &str) -> Result<Vec<u8>, DumpError> {
    let (mut bytes, mut from, mut folds, mut lines) = (Vec::new(), 0, false, 0);
    for (number, line) in text.lines().enumerate() {
        let wrong = || DumpError { line: number + 1, why: text!("guess-dump-line") };
        match line.trim() {
            "" => continue,
            "*" if bytes.len() > from => {
                folds = true;
                continue;
            }
            _ => {}
        }
        let (offset, found) = row(line).ok_or_else(wrong)?;
        if folds {
            unfold(&mut bytes, from, offset).ok_or_else(wrong)?;
            folds = false;
        }
        match offset {
            0 => from = bytes.len(),
            offset if offset == bytes.len() - from => {}
            _ => return Err(wrong()),
        }
        lines += usize::from(!found.is_empty());
        bytes.extend(found);
        if bytes.len() >= SAMPLE {
            break;
        }
    }
    if lines == 0 {
        return Err(DumpError { line: 1, why: text!("guess-dump-line") });
    }
    Ok(bytes)
}

/// Writes out the lines that `*` stands for: the last one again, up to an offset.
fn unfold(bytes: &mut Vec<u8>, from: usize, offset: usize) -> Option<()> {
    let last = bytes.len().checked_sub(16).filter(|at| *at >= from)?;
    let again = bytes.get(last..)?.to_vec();
    let most = offset.min(SAMPLE);
    while bytes.len() - from < most {
        bytes.extend(again.iter().take(most - (bytes.len() - from)));
    }
    Some(())
}

/// The offset of a line and its bytes.
fn row(line: &str) -> Option<(usize, Vec<u8>)> {
    let line = line.trim_start();
    let line = line.strip_prefix("0x").unwrap_or(line);
    let end = line.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(line.len());
    let (offset, rest) = line.split_at_checked(end).filter(|(offset, _)| (4..=16).contains(&offset.len()))?;
    let offset = usize::from_str_radix(offset, 16).ok()?;
    let columns = match rest.strip_prefix(':') {
        // The text of xxd and tcpdump stands two blanks behind the last digit.
        Some(rest) => rest.trim_start().split("  ").next()?,
        None if rest.is_empty() => "",
        // That of hexdump stands between bars, and Wireshark's three blanks behind.
        None => rest.strip_prefix("  ")?.split('|').next()?.split("   ").next()?,
    };
    let mut bytes = Vec::new();
    for token in columns.split_whitespace() {
        if token.len() % 2 != 0 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.extend(charset::hex(token).ok()?);
    }
    (bytes.len() <= LINE).then_some((offset, bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELLO: &[u8] = b"hello\r\n\xff0123456789";

    #[test]
    fn the_usual_dumps_are_recognised() {
        let hexdump = "\
            00000000  68 65 6c 6c 6f 0d 0a ff  30 31 32 33 34 35 36 37  |hello...01234567|\n\
            00000010  38 39                                             |89|\n\
            00000012\n";
        let xxd = "00000000: 6865 6c6c 6f0d 0aff 3031 3233 3435 3637  hello...01234567\n\
                   00000010: 3839                                     89\n";
        let tcpdump =
            "\t0x0000:  6865 6c6c 6f0d 0aff 3031 3233 3435 3637  hello...01234567\n\t0x0010:  3839  89\n";
        let wireshark =
            "0000  68 65 6c 6c 6f 0d 0a ff 30 31 32 33 34 35 36 37   hello...01234567\n0010  38 39   89\n";
        for text in [hexdump, xxd, tcpdump, wireshark] {
            assert_eq!(recognise(text.as_bytes()), Some((HELLO.to_vec(), DumpForm::Offsets)), "{text}");
            assert_eq!(read(text.as_bytes()).as_deref(), Ok(HELLO));
        }
        for text in [
            "68656c6c6f0d0aff30313233343536373839\n",
            "68 65 6c 6c 6F 0D 0a ff 30 31 32 33\n34 35 36 37 38 39",
        ] {
            assert_eq!(recognise(text.as_bytes()), Some((HELLO.to_vec(), DumpForm::Digits)), "{text}");
        }
    }

    #[test]
    fn folded_lines_are_written_out_and_no_further_than_the_limit() {
        let text =
            "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000040\n";
        assert_eq!(recognise(text.as_bytes()), Some((vec![0; 64], DumpForm::Offsets)));
        let endless = text.replace("00000040", "ffffffffffffffff");
        assert!(read(endless.as_bytes()).is_err_and(|error| error.line == 3));
    }

    #[test]
    fn text_and_figures_are_not_taken_for_hex() {
        for text in [
            "hello\n",
            "12345678\n87654321\n",
            "cafe\n",
            "1234567890123456\n",
            "12 34\n",
            "",
            "00000000  hello\n",
        ] {
            assert_eq!(recognise(text.as_bytes()), None, "{text}");
        }
        let wrong = read(b"01 03\n0g\n").unwrap_err();
        assert_eq!(wrong.line, 2);
        assert_eq!(read(b"01\n\xff").unwrap_err().line, 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_our_own_dump_writes_is_read_back(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
            let mut text = String::new();
            charset::dump(&bytes, 0, &mut |line| { text.push_str(line); text.push('\n'); });
            prop_assert_eq!(recognise(text.as_bytes()), Some((bytes, DumpForm::Offsets)));
        }

        #[test]
        fn nothing_is_more_than_the_limit_nor_a_panic(text in "[0-9a-f:*| \n]{0,200}") {
            prop_assert!(read(text.as_bytes()).map_or(true, |bytes| bytes.len() <= SAMPLE + LINE));
        }
    }
}
