//! Reads what conversations receive as text; where it is a stream, a character that a read's edge has cut is put together.
//! Never makes anything safe for a terminal: it hands out pieces.

use std::collections::{BTreeMap, btree_map::Entry};

use sockeye_core::{
    charset::{Charset, Decoder, Piece},
    event::Conn,
};

/// Decoders for all conversations.
#[derive(Debug)]
pub(super) struct Reading {
    charset: Charset,
    fresh: Decoder,
    /// Those in which a character is cut.
    streams: BTreeMap<Conn, Decoder>,
}

impl Reading {
    /// Reads in `charset`.
    #[must_use]
    pub(super) fn new(charset: Charset) -> Self {
        Self { charset, fresh: Decoder::new(charset), streams: BTreeMap::new() }
    }

    /// Reads bytes that are whole: a character does not go on behind them.
    pub(super) fn whole(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        self.fresh.push(bytes, sink);
        self.fresh.finish(sink);
    }

    /// Reads the next bytes of a stream; `sink` gets what became readable with them.
    pub(super) fn read(&mut self, conn: Conn, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        match self.streams.entry(conn) {
            Entry::Occupied(mut kept) => {
                kept.get_mut().push(bytes, sink);
                if kept.get().is_at_rest() {
                    kept.remove();
                }
            }
            Entry::Vacant(place) => {
                self.fresh.push(bytes, sink);
                // Only where a character is cut does a stream need a memory of its own.
                if !self.fresh.is_at_rest() {
                    place.insert(std::mem::replace(&mut self.fresh, Decoder::new(self.charset)));
                }
            }
        }
    }

    /// That stream is over; `sink` gets the beginning of a character that never ended.
    pub(super) fn finish(&mut self, conn: Conn, sink: &mut dyn FnMut(Piece<'_>)) {
        if let Some(mut decoder) = self.streams.remove(&conn) {
            decoder.finish(sink);
        }
    }

    /// Every stream that is not over, in order of conversations.
    pub(super) fn finish_all(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        for decoder in std::mem::take(&mut self.streams).values_mut() {
            decoder.finish(sink);
        }
    }
}
