//! Reads the messages of every conversation as text, each direction with its own memory where messages are only chunks.
//! Never makes anything safe for a terminal: it hands out pieces.

use std::collections::{HashMap, hash_map::Entry};

use sockeye_core::{
    charset::{Charset, Decoder, Piece},
    event::Conn,
    unit::Dir,
};

/// Decoders for all conversations.
#[derive(Debug)]
pub(crate) struct Reading {
    charset: Charset,
    edges: Edges,
    fresh: Decoder,
    streams: HashMap<(Conn, Dir), Decoder>,
}

/// What the edges of messages mean for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edges {
    /// A message is whole: a character does not go on in the next.
    Whole,
    /// A message is what a read carried: a character may be cut.
    Chunks,
}

impl Reading {
    /// Reads in `charset`.
    #[must_use]
    pub(crate) fn new(charset: Charset, edges: Edges) -> Self {
        Self { charset, edges, fresh: Decoder::new(charset), streams: HashMap::new() }
    }

    /// Reads one message; `sink` gets what became readable with it.
    pub(crate) fn read(&mut self, conn: Conn, dir: Dir, bytes: &[u8], sink: &mut dyn FnMut(Piece<'_>)) {
        match self.edges {
            Edges::Whole => {
                self.fresh.push(bytes, sink);
                self.fresh.finish(sink);
            }
            Edges::Chunks => match self.streams.entry((conn, dir)) {
                Entry::Occupied(mut kept) => {
                    kept.get_mut().push(bytes, sink);
                    if kept.get().is_at_rest() {
                        kept.remove();
                    }
                }
                Entry::Vacant(place) => {
                    self.fresh.push(bytes, sink);
                    // Only where a character is cut does a direction need a memory of its own.
                    if !self.fresh.is_at_rest() {
                        place.insert(std::mem::replace(&mut self.fresh, Decoder::new(self.charset)));
                    }
                }
            },
        }
    }

    /// That direction is over; `sink` gets the beginning of a character that never ended.
    pub(crate) fn finish(&mut self, conn: Conn, dir: Dir, sink: &mut dyn FnMut(Piece<'_>)) {
        if let Some(mut decoder) = self.streams.remove(&(conn, dir)) {
            decoder.finish(sink);
        }
    }

    /// Every direction that is not over, in order of conversations.
    pub(crate) fn finish_all(&mut self, sink: &mut dyn FnMut(Conn, Dir, Piece<'_>)) {
        let mut rest: Vec<_> = self.streams.drain().collect();
        rest.sort_by_key(|((conn, dir), _)| (*conn, *dir));
        for ((conn, dir), mut decoder) in rest {
            decoder.finish(&mut |piece| sink(conn, dir, piece));
        }
    }
}
