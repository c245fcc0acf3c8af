//! `slice=N|MIN..MAX`: a stream is cut into pieces that are sent, or handed on, one by one.
//! Never loses or reorders a byte; datagrams pass whole, since cutting one would make two.

use std::collections::VecDeque;

use super::{Held, Kit, Stage, Step};
use crate::unit::{At, Medium, Unit};

/// Cuts what comes into pieces of `min` to `max` bytes, both included.
#[derive(Debug)]
pub(super) struct Slice {
    min: u64,
    max: u64,
    pieces: VecDeque<Held>,
    held: usize,
    offset: u64,
    // What is left of the piece being cut: pieces are a function of the offset, not of how the bytes arrived.
    left: u64,
}

impl Slice {
    pub(super) fn new(min: u64, max: u64) -> Self {
        Self { min, max, pieces: VecDeque::new(), held: 0, offset: 0, left: 0 }
    }
}

impl Stage for Slice {
    fn offer(&mut self, unit: Unit<'_>, _at: At, kit: &mut Kit) {
        let Unit::Data(mut bytes) = unit else {
            self.pieces.push_back(Held::End);
            return;
        };
        if kit.medium == Medium::Datagram {
            self.held += bytes.len();
            self.pieces.push_back(Held::Data(bytes.into()));
            return;
        }
        while !bytes.is_empty() {
            if self.left == 0 {
                self.left = self.min + kit.dice.below(self.max - self.min + 1);
                kit.note(self.offset, self.left);
            }
            let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            let (piece, rest) = bytes.split_at(take);
            self.pieces.push_back(Held::Data(piece.into()));
            self.held += take;
            self.left -= take as u64;
            self.offset += take as u64;
            bytes = rest;
        }
    }

    fn poll(&mut self, _at: At) -> Step {
        match self.pieces.pop_front() {
            Some(held) => {
                self.held -= held.len();
                Step::Emit(held)
            }
            None => Step::Idle,
        }
    }

    fn held(&self) -> usize {
        self.held
    }
}
