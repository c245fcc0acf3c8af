//! Bytes as `hexdump -C` lays them out, with characters of the charset where that tool has ASCII.
//! Never lets a character make a line wider or shift what stands behind it: each byte has one column.

use std::fmt::Write as _;

use sockeye_core::charset::{self, Charset, Decoder, LINE_BYTES, Piece};

use crate::say::page::columns;

/// What stands in the column of one byte.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    /// Nothing that could be shown.
    Dot,
    /// A character, which takes so many columns and has so many bytes.
    Character { shown: String, wide: usize, bytes: usize },
    /// A character before it goes on here.
    More,
}

/// Shows `bytes` line by line, without line ends; the first byte is at `start_offset` of whatever it is part of.
pub(super) fn dump(bytes: &[u8], start_offset: u64, charset: Charset, sink: &mut dyn FnMut(&str)) {
    let cells = cells(bytes, charset);
    let mut lines = cells.chunks(LINE_BYTES);
    let mut carried = 0;
    charset::dump(bytes, start_offset, &mut |line| {
        // The first bar stands behind the digits, and nothing but ASCII before it.
        let digits = line.find('|').map_or(line, |bar| line.get(..bar).unwrap_or(line));
        let (column, rest) = column(lines.next().unwrap_or_default(), carried);
        carried = rest;
        sink(&format!("{digits}|{column}|"));
    });
}

/// The right column of a line, on which a character of the line before takes the first `carried` bytes; and how many the last
/// character of this one takes of the next.
fn column(cells: &[Cell], carried: usize) -> (String, usize) {
    let mut out = String::new();
    let mut rest = 0;
    for (at, cell) in cells.iter().enumerate() {
        match cell {
            Cell::Dot => out.push('.'),
            Cell::More if at < carried => out.push(' '),
            Cell::More => {}
            Cell::Character { shown, wide, bytes } => {
                let here = (*bytes).min(cells.len() - at);
                rest = bytes - here;
                match wide <= &here {
                    // Writing to a string cannot fail.
                    true => drop(write!(out, "{shown}{:1$}", "", here - wide)),
                    // There is no room for it at the end of the line.
                    false => out.extend(std::iter::repeat_n('.', here)),
                }
            }
        }
    }
    (out, rest)
}

fn cells(bytes: &[u8], charset: Charset) -> Vec<Cell> {
    let mut cells = vec![Cell::Dot; bytes.len()];
    let mut decoder = Decoder::new(charset);
    // Where what is being decoded begins.
    let mut begun = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (mut text, mut bad) = (String::new(), 0);
        decoder.push(std::slice::from_ref(byte), &mut |piece| match piece {
            Piece::Text(more) => text.push_str(more),
            // What does not decode comes before what does.
            Piece::Bad(bytes) => bad += bytes.len(),
        });
        begun += bad;
        if text.is_empty() {
            continue;
        }
        put(&mut cells, begun, at + 1, &text);
        begun = at + 1;
    }
    cells
}

/// `text` is what bytes `from` to `to` say.
fn put(cells: &mut [Cell], from: usize, to: usize, text: &str) {
    let mut shown = String::new();
    charset::visible(text, &mut shown);
    let (wide, bytes) = (columns(&shown), to.saturating_sub(from));
    // What cannot be seen is a dot, and so is what would need more columns than it has bytes.
    if shown != text || wide == 0 || wide > bytes {
        return;
    }
    for (at, cell) in cells.iter_mut().enumerate().take(to).skip(from) {
        *cell = match at == from {
            true => Cell::Character { shown: shown.clone(), wide, bytes },
            false => Cell::More,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(bytes: &[u8], charset: &str) -> Vec<String> {
        let mut lines = Vec::new();
        dump(bytes, 0, Charset::parse(charset).unwrap(), &mut |line| {
            lines.push(line.split_once('|').unwrap().1.strip_suffix('|').unwrap().to_owned());
        });
        lines
    }

    #[test]
    fn characters_stand_above_their_bytes() {
        assert_eq!(lines(b"\xc4\xe3\xba\xc3 ok\r\n\xff", "gbk"), ["你好 ok..."]);
        assert_eq!(lines("你好!".as_bytes(), "utf-8"), ["你 好 !"]);
        assert_eq!(lines("é".as_bytes(), "utf-8"), ["é "]);
        assert_eq!(lines(b"\xe9a", "latin1"), ["éa"]);
        assert_eq!(lines(b"a\x1b[2J\xe4\xbd", "utf-8"), ["a.[2J.."]);
        assert_eq!(lines(b"`O}Y", "utf-16le"), ["你好"]);
    }

    #[test]
    fn a_character_at_the_end_of_a_line_goes_on_in_the_next() {
        let text = format!("{}你b", "a".repeat(14));
        assert_eq!(lines(text.as_bytes(), "utf-8"), ["aaaaaaaaaaaaaa你", " b"]);
        let text = format!("{}你b", "a".repeat(15));
        assert_eq!(lines(text.as_bytes(), "utf-8"), ["aaaaaaaaaaaaaaa.", "  b"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_bytes(
            bytes in prop::collection::vec(any::<u8>(), 0..100),
            charset in prop::sample::select(vec!["utf-8", "gbk", "gb18030", "utf-16le", "latin1", "shift_jis", "ascii"]),
        ) {
            let mut rest = bytes.len();
            for line in lines(&bytes, charset) {
                prop_assert_eq!(columns(&line), rest.min(LINE_BYTES), "{:?}", line);
                rest = rest.saturating_sub(LINE_BYTES);
            }
        }

        #[test]
        fn ascii_is_as_hexdump_has_it(bytes in prop::collection::vec(0u8..0x80, 0..100)) {
            let mut expected = Vec::new();
            charset::dump(&bytes, 7, &mut |line| expected.push(line.to_owned()));
            let mut found = Vec::new();
            dump(&bytes, 7, Charset::utf8(), &mut |line| found.push(line.to_owned()));
            prop_assert_eq!(found, expected);
        }
    }
}
