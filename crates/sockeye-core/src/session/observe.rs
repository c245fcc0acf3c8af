//! What a person who looks at the reads of one conversation should be told besides them: a character that an edge has cut,
//! sends that have come together, text in another charset.
//! Never changes what is heard, and says each thing but cut characters once.

use std::sync::Arc;

use crate::{
    charset::{Charset, guess},
    event::Notice,
    frame::Framing,
    unit::Medium,
};

/// Longest beginning of a character, in bytes: GB18030 and UTF-8 have characters of four.
const BEGINNING: usize = 3;

/// So many reads that are no text make a conversation binary.
const BINARY: u8 = 8;

/// What one conversation's reads have shown so far.
#[derive(Debug)]
pub(super) struct Observer {
    charset: Charset,
    edges: Edges,
    // The beginning of a character at the end of the read before, and its length.
    cut: [u8; BEGINNING],
    cut_len: usize,
    // The length of the read before, and its first bytes.
    last: Option<(usize, [u8; 2])>,
    told_glued: bool,
    // Reads that were no text, up to `BINARY`.
    binary: u8,
    guess: Guess,
    // Who sent what is being heard, where that is not the peer.
    sender: Option<Arc<str>>,
}

/// What the edges of what is heard mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edges {
    /// Of messages.
    Messages,
    /// Of reads, which prove nothing.
    Reads,
}

/// How far telling of another charset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    Open,
    /// It was told, or bytes came that are no text at all: then nothing is sure any more.
    Over,
}

impl Observer {
    pub(super) fn new(framing: &Framing, charset: Charset, medium: Medium) -> Self {
        let reads = framing.is_raw() && medium == Medium::Stream;
        let edges = if reads { Edges::Reads } else { Edges::Messages };
        let cut = [0; BEGINNING];
        Self {
            charset,
            edges,
            cut,
            cut_len: 0,
            last: None,
            told_glued: false,
            binary: 0,
            guess: Guess::Open,
            sender: None,
        }
    }

    /// What comes from now on was sent by `sender`, if not by the peer.
    pub(super) fn comes_from(&mut self, sender: Option<Arc<str>>) {
        self.sender = sender;
    }

    /// Who sent what is being heard, where that is not the peer.
    pub(super) fn sender(&self) -> Option<Arc<str>> {
        self.sender.clone()
    }

    /// ViewContext at one read or message; `tell` gets what there is to say. Returns how many of its first bytes end a character
    /// that began in the read before.
    pub(super) fn see(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Notice)) -> usize {
        let joined = match self.edges {
            Edges::Reads => {
                self.see_glued(bytes, tell);
                self.see_edge(bytes, tell)
            }
            Edges::Messages => {
                self.keep(bytes);
                0
            }
        };
        // What belongs to the read before says nothing about this one.
        self.see_text(bytes.get(joined..).unwrap_or_default(), tell);
        joined
    }

    /// ViewContext at what bytes are as text.
    fn see_text(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Notice)) {
        if self.binary < BINARY && bytes.len() > BEGINNING && guess::decoded(bytes, self.charset).is_none() {
            self.binary += 1;
        }
        if self.guess == Guess::Open {
            match guess::guess(bytes, self.charset) {
                guess::Guess::Plain => {}
                guess::Guess::Binary => self.guess = Guess::Over,
                guess::Guess::Other(charset) => {
                    self.guess = Guess::Over;
                    tell(Notice::ReadsAs { charset: charset.into() });
                }
            }
        }
    }

    /// Whether the message seen last was cut within a character whose rest begins `behind`: then its length counted
    /// characters, which are fewer than their bytes.
    pub(super) fn is_cut_short(&self, behind: &[u8]) -> bool {
        let beginning = self.cut.get(..self.cut_len).unwrap_or_default();
        !beginning.is_empty() && self.charset.joined(beginning, behind).is_some()
    }

    /// ViewContext at the edge before `bytes`; says how many of them end a character that it has cut.
    fn see_edge(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Notice)) -> usize {
        let beginning = self.cut.get(..self.cut_len).unwrap_or_default().to_vec();
        if beginning.is_empty() {
            self.keep(bytes);
            return 0;
        }
        match self.charset.joined(&beginning, bytes) {
            Some((text, after)) => {
                // Where there is much that is no text, such a character is one by chance.
                if self.binary < BINARY {
                    tell(Notice::CutCharacter { text, before: beginning.len(), after });
                }
                // What it took is no beginning of another.
                self.keep(bytes.get(after..).unwrap_or_default());
                after
            }
            // Several edges may cut one character.
            None => {
                let all = [&beginning[..], bytes].concat();
                let goes_on = all.len() <= BEGINNING && self.charset.unfinished(&all) == all.len();
                self.keep(if goes_on { &all } else { bytes });
                if goes_on { bytes.len() } else { 0 }
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let len = self.charset.unfinished(bytes);
        let beginning = bytes.get(bytes.len() - len..).unwrap_or_default();
        self.cut_len = if len <= BEGINNING { len } else { 0 };
        for (slot, byte) in self.cut.iter_mut().zip(beginning) {
            *slot = *byte;
        }
    }

    fn see_glued(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Notice)) {
        if self.told_glued {
            return;
        }
        let head = |at: usize| bytes.get(at..at + 2).and_then(|head| <[u8; 2]>::try_from(head).ok());
        let like_before = self.last.is_some_and(|(len, first)| {
            len > 3
                && bytes.iter().any(|byte| Some(byte) != bytes.first())
                && bytes.len() > len
                && bytes.len().is_multiple_of(len)
                && (0..bytes.len()).step_by(len).all(|at| head(at) == Some(first))
        });
        if like_before || repeats(bytes) {
            self.told_glued = true;
            tell(Notice::Glued { len: bytes.len() });
        }
        self.last = head(0).map(|first| (bytes.len(), first));
    }
}

/// Longest read that is looked through for a repeat, in bytes: what fills a buffer is bulk, not messages.
const SMALL: usize = 4096;

/// Whether the bytes are one thing said several times: `hellohellohello`, but not a line of dashes or a run of zeros.
fn repeats(bytes: &[u8]) -> bool {
    if bytes.len() > SMALL {
        return false;
    }
    // The smallest period that divides the length, if it is not the length.
    let period = (1..=bytes.len() / 2).find(|period| {
        bytes.len().is_multiple_of(*period)
            && bytes.iter().zip(bytes.iter().skip(*period)).all(|(a, b)| a == b)
    });
    match period {
        Some(period) => period >= 4 || (period >= 2 && bytes.len() / period >= 3),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(charset: &str, reads: &[&[u8]]) -> Vec<Notice> {
        let charset = Charset::parse(charset).unwrap();
        let mut observer = Observer::new(&Framing::raw(), charset, Medium::Stream);
        let mut told = Vec::new();
        for read in reads {
            observer.see(read, &mut |notice| told.push(notice));
        }
        told
    }

    fn cut(text: &str, before: usize, after: usize) -> Notice {
        Notice::CutCharacter { text: text.to_owned(), before, after }
    }

    #[test]
    fn a_cut_character_is_told_once_its_rest_has_come() {
        assert_eq!(seen("utf-8", &[b"\xe4\xbd", b"\xa0\xff"]), [cut("你", 2, 1)]);
        assert_eq!(seen("utf-8", &[b"\xff\xe4\xbd", b"\xa0\xff"]), [cut("你", 2, 1)]);
        assert_eq!(seen("utf-8", &[b"\xe4", b"\xbd", b"\xa0"]), [cut("你", 2, 1)], "cut twice");
        assert_eq!(seen("utf-8", &[b"\xe4", b"\xbd", b"A\xa0"]), []);
        let chance: Vec<&[u8]> = [&b"\x00\xff1234567\xe4\xbd"[..], b"\xa0\x00\xff1234567"].repeat(50);
        let told = seen("utf-8", &chance).len();
        assert!((1..=8).contains(&told), "binary is not commented on for ever: {told}");
        assert_eq!(seen("gbk", &["你".as_bytes().get(..1).unwrap()]), []);
        assert_eq!(seen("gbk", &[b"a\xc4", b"\xe3b"]), [cut("你", 1, 1)]);
    }

    #[test]
    fn binary_that_ends_in_a_lead_byte_takes_nothing_from_the_next_answer() {
        assert_eq!(seen("gbk", &[b"\x01\x03\xe5", b"AT\r\n"]), []);
        assert_eq!(seen("utf-8", &[b"\xe4\xbd", b"AT"]), []);
    }

    #[test]
    fn glued_sends_are_told_once() {
        let glued = |len| Notice::Glued { len };
        assert_eq!(seen("utf-8", &[b"hellohellohello", b"hellohello"]), [glued(15)]);
        assert_eq!(
            seen(
                "utf-8",
                &[b"\x01\x03\x00\x00\x00\x01", b"\x01\x03\x00\x07\x00\x01\x01\x03\x00\x00\x00\x02"]
            ),
            [glued(12)]
        );
        for one in [&b"hello"[..], b"--------", b"\0\0\0\0\0\0\0\0", b"", b"haha", b"abcd1234"] {
            assert_eq!(seen("utf-8", &[one]), [], "{one:?}");
        }
    }
}
