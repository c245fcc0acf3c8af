//! `truncate=N`: of each datagram at most N bytes come.

use super::{
    fault::{Held, HeldQueue, StageContext},
    prompt::PromptFault,
};
use crate::unit::Unit;

/// Cuts datagrams short.
#[derive(Debug)]
pub(super) struct Truncate {
    most: usize,
    offset: u64,
}

impl Truncate {
    pub(super) fn new(most: usize) -> Self {
        Self { most, offset: 0 }
    }
}

impl PromptFault for Truncate {
    fn pass(&mut self, unit: Unit<'_>, ready: &mut HeldQueue, context: &mut StageContext) {
        let unit = match unit {
            Unit::End => Unit::End,
            Unit::Data(bytes) => {
                let (whole, lost) = bytes.split_at(self.most.min(bytes.len()));
                if !lost.is_empty() {
                    context.note(self.offset, lost.len() as u64);
                }
                self.offset += bytes.len() as u64;
                Unit::Data(whole)
            }
        };
        ready.push(Held::of(unit));
    }
}
