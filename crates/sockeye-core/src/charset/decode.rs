//! Turns the bytes of one direction into text as they come, however they are cut.
//! Never drops a byte and never guesses: what does not decode comes out as the bytes it was.

use encoding_rs::DecoderResult;

use super::{Charset, table::CharsetKind};

/// How much text the table-driven decoders hand out at a time, in bytes.
const SCRATCH: usize = 4096;
/// The malformed bytes of a sequence and those read behind it before it was noticed; six at most (ISO-2022-JP).
const RECENT: usize = 8;

/// A stretch of what was decoded; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text. Not yet safe for a terminal: see [`super::visible`].
    Text(&'a str),
    /// Exactly the bytes that do not decode, one malformed sequence at a time.
    Bad(&'a [u8]),
}

/// Decodes one direction of a conversation; keep one for each.
///
/// A character cut by the network is held back (a few bytes, no more) until its rest comes or
/// [`Decoder::finish`] is called. The pieces do not depend on how the bytes were cut, but for where one
/// [`Piece::Text`] ends and the next begins. A byte order mark is no signal: it switches nothing and comes out as
/// U+FEFF.
#[derive(Debug)]
pub struct Decoder {
    charset: Charset,
    state: State,
}

enum State {
    Utf8(Carry),
    Single { last: u8, scratch: String },
    Table(Box<Table>),
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Utf8(_) => "Utf8",
            Self::Single { .. } => "Single",
            Self::Table(_) => "Table",
        })
    }
}

impl Decoder {
    /// A decoder at the beginning of a direction.
    #[must_use]
    pub fn new(charset: Charset) -> Self {
        let state = match charset.0.kind {
            CharsetKind::Utf8 => State::Utf8(Carry::default()),
            CharsetKind::Latin1 => State::Single { last: 0xff, scratch: String::with_capacity(SCRATCH) },
            CharsetKind::Ascii => State::Single { last: 0x7f, scratch: String::with_capacity(SCRATCH) },
            CharsetKind::Utf16Le => State::Table(Table::new(encoding_rs::UTF_16LE)),
            CharsetKind::Utf16Be => State::Table(Table::new(encoding_rs::UTF_16BE)),
            CharsetKind::Whatwg(encoding) => State::Table(Table::new(encoding)),
        };
        Self { charset, state }
    }

    /// The charset this decoder reads.
    #[must_use]
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// Decodes the next bytes. Valid UTF-8 is borrowed, not copied.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        match &mut self.state {
            State::Utf8(carry) => carry.push(bytes, sink),
            State::Single { last, scratch } => single(bytes, *last, scratch, sink),
            State::Table(table) => table.push(bytes, Last::No, sink),
        }
    }

    /// The direction is over: what was held back cannot be completed and comes out as [`Piece::Bad`]. Afterwards the
    /// decoder is as new.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        match &mut self.state {
            State::Utf8(carry) => carry.finish(sink),
            State::Single { .. } => {}
            State::Table(table) => {
                table.push(&[], Last::Yes, sink);
                table.decoder = table.encoding.new_decoder_without_bom_handling();
                table.known = 0;
            }
        }
    }

    /// Whether it surely holds nothing back: another direction could use it. A decoder of UTF-16 never knows.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        match &self.state {
            State::Utf8(carry) => carry.len == 0,
            State::Single { .. } => true,
            State::Table(table) => table.decoder.latin1_byte_compatible_up_to(b"a").is_some(),
        }
    }
}

/// The beginning of a UTF-8 character whose rest has not come yet.
#[derive(Default)]
struct Carry {
    bytes: [u8; 4],
    len: usize,
}

impl Carry {
    fn push(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        while self.len > 0 {
            let Some((&next, rest)) = bytes.split_first() else { return };
            if let Some(slot) = self.bytes.get_mut(self.len) {
                *slot = next;
            }
            let tried = self.bytes.get(..=self.len).unwrap_or_default();
            match std::str::from_utf8(tried) {
                Ok(text) => {
                    sink(Piece::Text(text));
                    self.len = 0;
                    bytes = rest;
                }
                Err(e) if e.error_len().is_none() => {
                    self.len += 1;
                    bytes = rest;
                }
                // The held bytes were a possible beginning, so it is the new byte that breaks them.
                Err(_) => self.finish(sink),
            }
        }
        loop {
            let (valid, wrong) = match std::str::from_utf8(bytes) {
                Ok(text) => return text_piece(text, sink),
                Err(e) => (e.valid_up_to(), e.error_len()),
            };
            let (good, rest) = bytes.split_at_checked(valid).unwrap_or((&[], bytes));
            text_piece(std::str::from_utf8(good).unwrap_or_default(), sink);
            let Some(wrong) = wrong else { return self.hold(rest) };
            let (bad, rest) = rest.split_at_checked(wrong).unwrap_or((rest, &[]));
            sink(Piece::Bad(bad));
            bytes = rest;
        }
    }

    fn hold(&mut self, beginning: &[u8]) {
        for (slot, &byte) in self.bytes.iter_mut().zip(beginning) {
            *slot = byte;
        }
        self.len = beginning.len().min(self.bytes.len());
    }

    fn finish(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        match self.bytes.get(..self.len) {
            Some(held) if !held.is_empty() => sink(Piece::Bad(held)),
            _ => {}
        }
        self.len = 0;
    }
}

fn text_piece(text: &str, sink: &mut dyn FnMut(Piece<'_>)) {
    if !text.is_empty() {
        sink(Piece::Text(text));
    }
}

/// Charsets in which byte N is character N, up to `last`; each byte above is bad by itself.
fn single(bytes: &[u8], last: u8, scratch: &mut String, sink: &mut dyn FnMut(Piece<'_>)) {
    scratch.clear();
    for byte in bytes {
        if *byte > last {
            text_piece(scratch, sink);
            scratch.clear();
            sink(Piece::Bad(std::slice::from_ref(byte)));
            continue;
        }
        scratch.push(char::from(*byte));
        if scratch.len() >= SCRATCH - 1 {
            text_piece(scratch, sink);
            scratch.clear();
        }
    }
    text_piece(scratch, sink);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    No,
    Yes,
}

/// A decoder of the WHATWG tables, and the bytes it may still call malformed.
struct Table {
    encoding: &'static encoding_rs::Encoding,
    decoder: encoding_rs::Decoder,
    scratch: String,
    /// The last bytes read, the newest at the end; the first `RECENT - known` mean nothing.
    recent: [u8; RECENT],
    /// How many bytes were read in all, as far as `recent` can hold them.
    known: usize,
}

impl Table {
    fn new(encoding: &'static encoding_rs::Encoding) -> Box<Self> {
        Box::new(Self {
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            scratch: String::with_capacity(SCRATCH),
            recent: [0; RECENT],
            known: 0,
        })
    }

    fn push(&mut self, bytes: &[u8], last: Last, sink: &mut dyn FnMut(Piece<'_>)) {
        let mut rest = bytes;
        loop {
            self.scratch.clear();
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(rest, &mut self.scratch, last == Last::Yes);
            let (done, left) = rest.split_at_checked(read).unwrap_or((rest, &[]));
            self.remember(done);
            rest = left;
            text_piece(&self.scratch, sink);
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(len, behind) => {
                    let end = RECENT.saturating_sub(usize::from(behind));
                    let start = end.saturating_sub(usize::from(len)).max(RECENT - self.known);
                    match self.recent.get(start..end) {
                        Some(bad) if !bad.is_empty() => sink(Piece::Bad(bad)),
                        _ => {}
                    }
                }
            }
        }
    }

    fn remember(&mut self, read: &[u8]) {
        let newest = read.get(read.len().saturating_sub(RECENT)..).unwrap_or_default();
        self.recent.rotate_left(newest.len());
        for (slot, &byte) in self.recent.iter_mut().rev().zip(newest.iter().rev()) {
            *slot = byte;
        }
        self.known = (self.known + newest.len()).min(RECENT);
    }
}
