//! Candidates whose length is a number of varying width, a varint or decimal digits, and those of one size.

use super::tiling::Front;

/// The longest varint, bytes.
const VARINT: usize = 10;
/// The most digits of a netstring's length.
const DIGITS: usize = 8;

/// The length at the front, and the bytes that it takes; nothing where it is no varint.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(VARINT - 1).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            return (at == 0 || *byte != 0).then_some((value, at + 1));
        }
    }
    None
}

/// The message at the front with its varint.
pub(super) fn counted(bytes: &[u8]) -> Front {
    let has_end = bytes.iter().take(VARINT - 1).any(|byte| *byte < 0x80);
    match varint(bytes) {
        Some((value, header)) => {
            sized(bytes, usize::try_from(value).unwrap_or(usize::MAX).saturating_add(header))
        }
        None if has_end || bytes.len() >= VARINT - 1 => Front::Wrong,
        None => Front::Part(bytes.len() + 1),
    }
}

/// How many bytes of a netstring come before its message: digits and a colon.
pub(super) fn digits(bytes: &[u8]) -> Option<(usize, usize)> {
    let count = bytes.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    let number = bytes.get(..count)?;
    let is_padded = number.len() > 1 && number.first() == Some(&b'0');
    let size = number.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    (count > 0 && !is_padded && bytes.get(count) == Some(&b':')).then_some((size, count + 1))
}

/// The netstring at the front.
pub(super) fn netstring(bytes: &[u8]) -> Front {
    let Some((size, header)) = digits(bytes) else {
        let may_come = bytes.len() <= DIGITS && bytes.iter().all(u8::is_ascii_digit);
        return if may_come { Front::Part(bytes.len() + 1) } else { Front::Wrong };
    };
    match bytes.get(header + size) {
        Some(b',') => Front::Whole(header + size + 1),
        Some(_) => Front::Wrong,
        None => Front::Part(header + size + 1),
    }
}

/// A message of this size.
pub(super) fn sized(bytes: &[u8], size: usize) -> Front {
    if size <= bytes.len() { Front::Whole(size) } else { Front::Part(size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_and_netstrings_are_cut_where_they_end() {
        assert_eq!(counted(b"\x03abcd"), Front::Whole(4));
        assert_eq!(counted(b"\x80"), Front::Part(2));
        assert_eq!(counted(b"\x80\x00"), Front::Wrong);
        assert_eq!(counted(&[0xff; 12]), Front::Wrong);
        assert_eq!(netstring(b"5:hello,5:"), Front::Whole(8));
        assert_eq!(netstring(b"5:hello;"), Front::Wrong);
        assert_eq!(netstring(b"5:hell"), Front::Part(8));
        assert_eq!(netstring(b"05:hello,"), Front::Wrong);
        assert_eq!(netstring(b"12"), Front::Part(3));
        assert_eq!(netstring(b"hello"), Front::Wrong);
    }
}
