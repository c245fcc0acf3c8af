//! Keeps bytes for a while and gives them up from the front without moving the rest each time.
//! Never keeps more memory than it was given bytes, and gives most of it back when it is empty.

/// Bytes kept, taken from the front without moving the rest each time.
#[derive(Debug, Default)]
pub(super) struct HeldBytes {
    all: Vec<u8>,
    /// Bytes at the front that are gone.
    gone: usize,
}

/// Memory that is kept for the next unfinished frame; what is larger is given back.
const KEEP: usize = 64 * 1024;

impl HeldBytes {
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.all.get(self.gone..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.gone >= self.all.len()
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.gone > 0 && self.gone >= self.all.len() / 2 {
            self.all.drain(..self.gone);
            self.gone = 0;
        }
        self.all.extend_from_slice(bytes);
    }

    pub(super) fn drop_front(&mut self, used: usize) {
        self.gone += used;
        if self.is_empty() {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        self.gone = 0;
        self.all.clear();
        self.all.shrink_to(KEEP);
    }

    /// How many bytes of memory there are for it.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.all.capacity()
    }
}
