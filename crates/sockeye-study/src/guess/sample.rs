//! What is studied: the bytes of one or several streams, all in one direction.
//! Never holds more than its limit.

use std::ops::Range;

/// The most bytes that are studied; of what is more only the first so many are looked at.
pub const SAMPLE: usize = 1024 * 1024;

/// Captured bytes: of one conversation, or of several whose peers speak the same protocol.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    bytes: Vec<u8>,
    /// Where each stream ends.
    ends: Vec<usize>,
}

impl Sample {
    /// The bytes of one stream.
    #[must_use]
    pub fn of(stream: &[u8]) -> Self {
        let mut sample = Self::default();
        sample.add(stream);
        sample
    }

    /// Adds a stream, as much of it as there is room for. An empty one says nothing and is left out.
    pub fn add(&mut self, stream: &[u8]) {
        let room = SAMPLE - self.bytes.len();
        let taken = stream.get(..room).unwrap_or(stream);
        if !taken.is_empty() {
            self.bytes.extend_from_slice(taken);
            self.ends.push(self.bytes.len());
        }
    }

    /// All bytes, stream after stream.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each stream lies.
    pub(super) fn streams(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(self.ends.iter().copied()).map(|(begin, end)| begin..end)
    }

    /// The bytes of a range.
    pub(super) fn at(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The same, each stream no longer than its share of `most` bytes.
    pub(super) fn beginning(&self, most: usize) -> Self {
        if self.bytes.len() <= most {
            return self.clone();
        }
        let share = (most / self.ends.len().max(1)).max(1);
        let mut beginning = Self::default();
        for stream in self.streams() {
            let stream = self.at(stream);
            beginning.add(stream.get(..share).unwrap_or(stream));
        }
        beginning
    }
}
