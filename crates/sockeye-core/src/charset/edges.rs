//! Characters that the edge of a read has cut.

use super::{Charset, Decoder, Piece, guess};

impl Charset {
    /// How many bytes at the end of `bytes` are the beginning of a character whose rest is missing. Where the charset is not
    /// UTF-8, whose characters cannot be mistaken for others, only if all before them is text.
    #[must_use]
    pub fn unfinished(self, bytes: &[u8]) -> usize {
        let ends_in_ascii = bytes.last().is_none_or(u8::is_ascii);
        if self.ascii_width() == 1 && ends_in_ascii {
            // So does no beginning but one half of GB18030's longest characters.
            return 0;
        }
        let bytes = match self.is_utf8() {
            true => bytes.get(bytes.len().saturating_sub(4)..).unwrap_or_default(),
            false if guess::decoded(bytes, self).is_none() => return 0,
            false => bytes,
        };
        let mut len = 0;
        let mut decoder = Decoder::new(self);
        decoder.push(bytes, &mut |_| {});
        decoder.finish(&mut |piece| {
            if let Piece::Bad(rest) = piece {
                len += rest.len();
            }
        });
        len
    }

    /// The character that `beginning` and the first bytes of `rest` are together, and how many of those it takes. Nothing
    /// where `rest` begins with ASCII, which more probably begins something of its own.
    #[must_use]
    pub fn joined(self, beginning: &[u8], rest: &[u8]) -> Option<(String, usize)> {
        if self.ascii_width() == 1 && rest.first().is_none_or(u8::is_ascii) {
            return None;
        }
        (1..=rest.len().min(3)).find_map(|len| {
            let all = [beginning, rest.get(..len)?].concat();
            let text = guess::decoded(&all, self).filter(|text| !text.is_empty())?;
            (self.unfinished(&all) == 0).then_some((text, len))
        })
    }
}
