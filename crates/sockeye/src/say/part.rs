//! The parts of a frame, named.
//! Never prints.

use super::{more, say};

/// A part of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FramePart {
    /// What it begins with.
    Head,
    /// What stands between that and its length.
    Header,
    /// Its length.
    Length,
    /// What it says.
    Body,
    /// Its checksum, which fits.
    Checksum,
    /// Its checksum, which does not.
    BadChecksum,
    /// What ends it.
    Tail,
}

/// A part and its bytes, of which `rest` are not shown.
#[must_use]
pub(crate) fn part(part: FramePart, digits: &str, rest: usize) -> String {
    let digits = if rest > 0 { format!("{digits} {}", more(rest)) } else { digits.to_owned() };
    match part {
        FramePart::Head => say!("part-head", digits = digits),
        FramePart::Header => say!("part-header", digits = digits),
        FramePart::Length => say!("part-length", digits = digits),
        FramePart::Body => say!("part-body", digits = digits),
        FramePart::Checksum => say!("part-checksum", digits = digits),
        FramePart::BadChecksum => say!("part-bad-checksum", digits = digits),
        FramePart::Tail => say!("part-tail", digits = digits),
    }
}
