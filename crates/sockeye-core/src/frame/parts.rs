//! Where the parts of one whole frame lie, for those who show it.
//! Never takes part in cutting, so that it costs nothing where nobody asks.

use std::ops::Range;

/// Where the parts of a frame lie, as it travels: places in its bytes, escapes included. What a frame does not have is empty,
/// and bytes between head and length are of no part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrameParts {
    /// What it begins with.
    pub head: Range<usize>,
    /// Its length.
    pub length: Range<usize>,
    /// What stands between the header and the checksum or tail.
    pub body: Range<usize>,
    /// Its checksum, and the mark before it.
    pub checksum: Range<usize>,
    /// What ends it.
    pub tail: Range<usize>,
}
