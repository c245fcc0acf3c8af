//! Bytes in an address: `%41` for what would mean something there (RFC 3986, section 2.1).
//! Never decodes twice.

use std::fmt::Write as _;

/// Text of an address, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes it stands for.
    pub bytes: Vec<u8>,
    /// Percent signs without two digits behind them; they stay as they are.
    pub strays: usize,
}

/// `%41` is `A`; nothing else is decoded.
#[must_use]
pub fn decode(text: &[u8]) -> Decoded {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut bytes, mut strays, mut rest) = (Vec::with_capacity(text.len()), 0, text);
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let pair = after.split_first_chunk::<2>();
        let pair = pair.and_then(|([high, low], after)| Some((digit(high)? << 4 | digit(low)?, after)));
        match pair {
            Some((value, after)) => {
                bytes.push(value);
                rest = after;
            }
            None => {
                bytes.push(b'%');
                strays += 1;
            }
        }
    }
    Decoded { bytes, strays }
}

/// Appends a name as the path of an address: all but slashes and what is unreserved (section 2.3) is written `%NN`.
pub fn encode(name: &[u8], out: &mut String) {
    for byte in name {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(*byte));
            }
            other => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_triplet_stays() {
        for (text, bytes, strays) in [
            ("a%20b", "a b", 0),
            ("%252e", "%2e", 0),
            ("100%", "100%", 1),
            ("%2", "%2", 1),
            ("%zz%41", "%zzA", 1),
            ("%%41", "%A", 1),
        ] {
            assert_eq!(decode(text.as_bytes()), Decoded { bytes: bytes.into(), strays }, "{text}");
        }
    }

    #[test]
    fn what_means_something_is_written_in_digits() {
        let mut out = String::new();
        encode("a b\"<%?#/报\u{202e}".as_bytes(), &mut out);
        assert_eq!(out, "a%20b%22%3C%25%3F%23/%E6%8A%A5%E2%80%AE");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_the_same(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut text = String::new();
            encode(&bytes, &mut text);
            prop_assert_eq!(decode(text.as_bytes()), Decoded { bytes, strays: 0 });
        }
    }
}
