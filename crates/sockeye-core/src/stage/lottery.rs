//! Which datagrams of a direction a fault strikes: each is drawn for by its number, whatever its bytes and its time.

use super::fault::StageContext;

/// Counts datagrams and draws for each.
#[derive(Debug)]
pub(super) struct Lottery {
    chance: f64,
    number: u64,
    offset: u64,
}

/// A datagram that is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Struck {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Where in the direction its first byte lies.
    pub(super) offset: u64,
}

impl Lottery {
    pub(super) fn new(chance: f64) -> Self {
        Self { chance, number: 0, offset: 0 }
    }

    /// The next datagram, of `len` bytes, if it is struck.
    pub(super) fn draw(&mut self, len: usize, context: &mut StageContext) -> Option<Struck> {
        let offset = self.offset;
        self.number += 1;
        self.offset += len as u64;
        context.dice.chance(self.chance).then_some(Struck { number: self.number, offset })
    }
}
