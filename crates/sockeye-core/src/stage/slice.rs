//! `slice=N|MIN..MAX[,gap=2ms]`: a stream is cut into pieces that leave one by one, a pause between them.
//! Never loses or reorders a byte.

use std::time::Duration;

use super::fault::{Cutter, StreamPiece};
use crate::rule::Dice;

/// Cuts a stream into pieces of `min` to `max` bytes, both included, `gap` apart.
#[derive(Debug)]
pub(super) struct Slice {
    pub(super) min: u64,
    pub(super) max: u64,
    pub(super) gap: Duration,
}

impl Cutter for Slice {
    fn next(&mut self, dice: &mut Dice) -> StreamPiece {
        StreamPiece { len: dice.between(self.min..=self.max), gap: self.gap }
    }
}
