//! How a session comes to its end, and what is told of it last.

use super::Session;
use crate::{
    event::{Ending, What},
    unit::At,
};

impl Session {
    /// Whether the peer may finish what it says when the run stops.
    #[must_use]
    pub fn may_finish(&self) -> bool {
        self.behaviour.receives() && !self.peer_ended && self.out.closing().is_none()
    }

    /// Whether it comes to its end by itself once it was told that nobody says any more.
    #[must_use]
    pub fn winds_up(&self) -> bool {
        self.measures && self.out.closing().is_none()
    }

    /// Whether each read is to be handed over with the time it came at.
    #[must_use]
    #[inline]
    pub fn measures(&self) -> bool {
        self.measures
    }

    /// Whether both directions ended in order, and all that came was heard.
    #[must_use]
    #[inline]
    pub fn is_done(&self) -> bool {
        let is_heard = self.told_end || self.out.closing().is_some();
        self.peer_ended && is_heard && self.out.is_over()
    }

    /// How a conversation that is done in order was ended: by whoever began.
    #[must_use]
    pub fn orderly(&self) -> Ending {
        if self.peer_was_first { Ending::PeerClosed } else { Ending::Closed }
    }

    /// Whether the peer said it will send no more.
    #[must_use]
    #[inline]
    pub fn peer_has_ended(&self) -> bool {
        self.peer_ended
    }

    /// The conversation is over: notes the last event, once; whatever is called afterwards does nothing.
    ///
    /// `why` counts only if nothing gave a reason before.
    pub fn finish(&mut self, why: Ending, at: At) -> Ending {
        self.out.now(at);
        let why = *self.why.get_or_insert(why);
        self.note_left();
        if !self.out.is_sealed() {
            self.behaviour.finish(why, at, &mut self.out);
            self.out.count_unsent();
        }
        // That a relayed conversation is over, and what was done to it, is told once both its legs are.
        if self.out.looked_at() && self.out.leg().is_none() {
            let tallies = self.fault_tally();
            if !tallies.is_empty() {
                self.out.event(What::Faults { seed: self.out.common().seed, tallies });
            }
            let lasted = u64::try_from(at.since(self.opened).as_nanos()).unwrap_or(u64::MAX);
            self.out.event(What::Closed { why, counters: self.out.counters, target: None, lasted });
        }
        self.out.seal();
        why
    }
}
