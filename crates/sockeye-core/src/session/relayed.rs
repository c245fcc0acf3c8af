//! One conversation over two connections: what stands between two ends has a session for each, and what the one hears is what
//! the other says.
//! Never changes a byte and never waits for a message to be whole: framing is for those who look.

use super::{Session, SessionConfig};
use crate::{
    behaviour::Forward,
    event::{Ending, Leg, Notice},
    frame::{FrameError, Framer, Framing},
    unit::{At, Close, Medium},
};

/// Whether anything went from one session to another, or can again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// Bytes, a datagram or an end, or there is room for more.
    Something,
    /// Nothing.
    Nothing,
}

impl Session {
    /// Begins one leg of a conversation that is relayed. `config.common` must not frame: what is heard goes on as it came,
    /// whether or not it can be cut by `seen`, the framing that people are shown it by. Faults damage what this leg says, so that
    /// each direction passes them once.
    #[must_use]
    pub fn open_leg(config: SessionConfig<'_>, leg: Leg, seen: &Framing, at: At) -> Self {
        Self::begin(config, Box::new(Forward), Some((leg, seen)), at)
    }

    /// What this leg has heard is said by the other, as far as there is room there; then it is heard on, or not.
    pub fn pass_to(&mut self, other: &mut Self, at: At) -> Passed {
        let mut passed = Passed::Nothing;
        loop {
            if other.out.full() {
                self.is_held = true;
                return passed;
            }
            if std::mem::take(&mut self.is_held) {
                // It may be read again.
                passed = Passed::Something;
            }
            let handed = self.out.take_handed_over();
            if handed.is_empty() {
                return passed;
            }
            passed = Passed::Something;
            // Neither is idle while anything passes.
            if let Some(pacing) = &mut other.pacing {
                pacing.hear(at);
            }
            if handed.is_unit {
                other.say(&handed.bytes, at);
            }
            if handed.is_end {
                other.say_no_more(at);
            }
            self.resume(at);
        }
    }

    /// The other leg ended other than in order, for the reason `why`: this one learns of it as its own end, by a reset, or by a
    /// FIN after all that it had still to say.
    pub fn follow(&mut self, why: Ending, at: At) {
        let close = match why {
            Ending::PeerReset | Ending::Reset | Ending::Failed | Ending::TooSlow => Close::Reset,
            _ => Close::Graceful,
        };
        if self.closing().is_none() {
            self.close(close, why, at);
        }
    }

    /// What a leg hears goes on as it is; who looks is shown it in messages.
    pub(super) fn take_and_pass(&mut self, bytes: &[u8], at: At) {
        self.out.hand_over(bytes);
        if !self.out.looked_at() {
            self.out.counters.messages_in += 1;
        } else if self.out.medium() == Medium::Datagram {
            self.take_datagram(bytes, at);
        } else {
            self.take_stream(bytes, at);
        }
    }

    /// What passes does not follow the framing that it is shown by: from now on it is shown as it comes.
    pub(super) fn unframed(&mut self, error: &FrameError) {
        self.out.notice(Notice::Unframed { detail: error.text() });
        if self.out.medium() == Medium::Stream {
            self.framer = Framer::new(Framing::raw());
        }
    }
}
