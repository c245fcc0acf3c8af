//! What was passed over between messages, counted by why.
//! Never holds the bytes themselves.

use super::cut::Astray;

/// What was passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Bytes that were shown as no message.
    pub bytes: u64,
    /// Where cutting went on behind the last of them: bytes of the stream before that place.
    pub at: u64,
    /// Frames given up because their length cannot be, or the stream ended before it was reached.
    pub lengths: u64,
    /// Frames given up because they do not end with their tail.
    pub tails: u64,
    /// Frames given up because an escape in them stands for nothing.
    pub escapes: u64,
}

impl PassedOver {
    /// Adds so many bytes, behind which the stream goes on at `at`.
    pub(super) fn count(&mut self, bytes: u64, at: u64, why: Astray) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.at = at;
        match why {
            Astray::Outside => {}
            Astray::Length | Astray::Endless => self.lengths += 1,
            Astray::Tail => self.tails += 1,
            Astray::Escape => self.escapes += 1,
        }
    }
}
