//! Bytes as `hexdump -C` lays them out: offset, two groups of eight, and the ASCII between bars.
//! Never folds repeated lines into `*`, as that tool does: every line is shown.

use std::fmt::Write as _;

/// How many bytes a line shows.
pub const LINE_BYTES: usize = 16;

/// Shows `bytes` line by line, without line ends; the first byte is at `start_offset` of whatever it is part of.
/// Offsets have eight hex digits, more from 4 GiB up.
pub fn dump(bytes: &[u8], start_offset: u64, sink: &mut dyn FnMut(&str)) {
    let mut line = String::with_capacity(80);
    let mut offset = start_offset;
    for chunk in bytes.chunks(LINE_BYTES) {
        line.clear();
        // Writing to a string cannot fail.
        let _ = write!(line, "{offset:08x}  ");
        for column in 0..LINE_BYTES {
            match chunk.get(column) {
                Some(byte) => drop(write!(line, "{byte:02x} ")),
                None => line.push_str("   "),
            }
            if column % 8 == 7 {
                line.push(' ');
            }
        }
        line.push('|');
        line.extend(chunk.iter().map(|&b| if (0x20..0x7f).contains(&b) { char::from(b) } else { '.' }));
        line.push('|');
        sink(&line);
        offset = offset.saturating_add(LINE_BYTES as u64);
    }
}

/// The last line of `hexdump -C`: the offset behind the last byte.
pub fn dump_end(offset: u64, sink: &mut dyn FnMut(&str)) {
    sink(&format!("{offset:08x}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_hexdump() {
        let mut lines = Vec::new();
        dump(b"hello\r\n\xff0123456789", 0, &mut |line| lines.push(line.to_owned()));
        dump_end(18, &mut |line| lines.push(line.to_owned()));
        // Taken from `printf 'hello\r\n\3770123456789' | hexdump -C`.
        assert_eq!(
            lines,
            [
                "00000000  68 65 6c 6c 6f 0d 0a ff  30 31 32 33 34 35 36 37  |hello...01234567|",
                "00000010  38 39                                             |89|",
                "00000012",
            ]
        );
    }

    #[test]
    fn offsets_go_on_and_grow() {
        let mut lines = Vec::new();
        dump(b"a", 0x1_0000_0000, &mut |line| lines.push(line.to_owned()));
        assert!(lines.concat().starts_with("100000000  61 "));
        dump(b"", 5, &mut |_| panic!("no bytes, no line"));
        dump(&[0; 17], u64::MAX, &mut |line| lines.push(line.to_owned()));
    }
}
