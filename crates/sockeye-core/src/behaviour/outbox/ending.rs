//! How our direction of a conversation comes to its end, and who hears that all was written.

use super::{Course, Outbox};
use crate::{
    event::What,
    unit::{Dir, Medium},
};

impl Outbox {
    /// Whether a FIN is due now: our direction is ending and all before it is written.
    #[must_use]
    #[inline]
    pub fn fin_due(&self) -> bool {
        self.course == Course::Ending && !self.has_front() && self.outward.is_empty()
    }

    /// The FIN was sent, or is not to be sent any more.
    pub fn fin_done(&mut self) {
        if self.course != Course::Ended {
            self.course = Course::Ended;
            // Datagrams have no FIN, so there is nothing to tell of.
            if self.looked_at() && self.medium == Medium::Stream {
                self.event(self.close.map_or(What::Ended { dir: Dir::Out }, |_| What::Closing));
            }
        }
    }

    /// Whether our direction is over.
    #[must_use]
    #[inline]
    pub fn is_over(&self) -> bool {
        self.course == Course::Ended
    }

    #[inline]
    pub(crate) fn drained_due(&self) -> bool {
        self.asked_drained && self.backlog() == 0
    }

    #[inline]
    pub(crate) fn take_drained(&mut self) -> bool {
        let due = self.drained_due();
        if due {
            self.asked_drained = false;
        }
        due
    }
}
