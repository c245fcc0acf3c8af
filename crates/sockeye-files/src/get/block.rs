//! A block of a file on its way: bytes that lie together, and where in the file they belong.
//! Never grows, and never moves: the disk takes its bytes straight from where they were received.

/// Bytes of a block, which is one write. Smaller ones spend more time on calls than on bytes.
pub(super) const BLOCK: usize = 1024 * 1024;
/// Direct I/O (`O_DIRECT`) wants addresses, offsets and lengths to be multiples of this.
pub(super) const ALIGNMENT: usize = 4096;

/// Where the bytes of a block go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BlockPlace {
    /// Nowhere: they are only hashed.
    #[default]
    Nowhere,
    /// To this offset of the file.
    At(u64),
}

/// Room for a piece of a file, and the bytes that are in it.
#[derive(Debug, Default)]
pub(super) struct Block {
    buffer: Vec<u8>,
    /// Where in the buffer the first aligned byte is.
    begin: usize,
    filled: usize,
    pub(super) place: BlockPlace,
}

impl Block {
    /// Empties it; takes its memory if it has none yet.
    pub(super) fn ready(&mut self) {
        if self.buffer.is_empty() {
            self.buffer = vec![0; BLOCK + ALIGNMENT];
            let off = self.buffer.as_ptr().align_offset(ALIGNMENT);
            // Where the alignment cannot be computed the bytes are merely copied by the kernel.
            self.begin = off.min(ALIGNMENT);
        }
        self.filled = 0;
        self.place = BlockPlace::Nowhere;
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.begin..self.begin + self.filled).unwrap_or_default()
    }

    /// The next `most` bytes of free room; less, if there is less.
    pub(super) fn room(&mut self, most: usize) -> &mut [u8] {
        let begin = self.begin + self.filled;
        let end = begin.saturating_add(most).min(self.begin + BLOCK);
        self.buffer.get_mut(begin..end).unwrap_or_default()
    }

    /// So many bytes of the room were filled.
    pub(super) fn fill(&mut self, count: usize) {
        self.filled = (self.filled + count).min(BLOCK);
    }
}

/// How many bytes a block at `offset` takes, so that the next one begins at a multiple of `BLOCK`.
pub(super) fn span(offset: u64) -> usize {
    // The remainder is less than a block.
    BLOCK - usize::try_from(offset % BLOCK as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lie_where_a_disk_wants_them() {
        let mut block = Block::default();
        block.ready();
        assert_eq!(block.room(usize::MAX).as_ptr().align_offset(ALIGNMENT), 0);
        assert_eq!(block.room(usize::MAX).len(), BLOCK);
        block.room(3).copy_from_slice(b"abc");
        block.fill(3);
        assert_eq!(block.bytes(), b"abc");
        assert_eq!(block.room(usize::MAX).len(), BLOCK - 3);
        block.ready();
        assert!(block.bytes().is_empty());
        assert_eq!((span(0), span(1), span(BLOCK as u64 + 5)), (BLOCK, BLOCK - 1, BLOCK - 5));
    }
}
