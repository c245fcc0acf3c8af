//! Two conversations of which each says what the other hears: what stands between two ends.

use super::Session;
use crate::{
    event::Ending,
    unit::{At, Close, Unit},
};

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The one that was there first.
    Left,
    /// The other one.
    Right,
}

impl Half {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// Two sessions, both with the behaviour [`Forward`](crate::behaviour::Forward).
///
/// Each half has its own faults: the inward ones damage what it hears, the outward ones what it says. What one half has heard
/// and the other cannot say yet is bounded by bytes: the first is not read until the second has room, and nothing is dropped
/// for it. A half-close passes as a half-close, a reset as a reset.
///
/// Whoever drives it writes [`Outbox::front`](crate::behaviour::Outbox::front) of each half and says [`Joined::wrote`], reads
/// a half only while its session wants input, and calls [`Joined::tick`] when one of the two wants it.
#[derive(Debug)]
pub struct Joined {
    left: Session,
    right: Session,
}

impl Joined {
    /// Joins two sessions.
    #[must_use]
    pub fn new(left: Session, right: Session) -> Self {
        Self { left, right }
    }

    /// One of the two.
    pub fn half(&mut self, half: Half) -> &mut Session {
        match half {
            Half::Left => &mut self.left,
            Half::Right => &mut self.right,
        }
    }

    /// Takes what came from the wire of one half.
    pub fn receive(&mut self, half: Half, unit: Unit<'_>, at: At) {
        self.half(half).receive(unit, at);
        self.pass(half, at);
    }

    /// The first `n` bytes of a half's front were written.
    pub fn wrote(&mut self, half: Half, n: usize, at: At) {
        let session = self.half(half);
        session.out().wrote(n);
        session.resume(at);
        // There may be room again for what the other one hears.
        self.pass(half.other(), at);
    }

    /// A half is over, for this reason; the other one learns of it as its own end: by a reset, or by a FIN after all that
    /// it had still to say.
    pub fn lost(&mut self, half: Half, why: Ending, at: At) {
        let close = match why {
            Ending::PeerReset | Ending::Reset | Ending::Failed | Ending::TooSlow => Close::Reset,
            _ => Close::Graceful,
        };
        let other = self.half(half.other());
        if other.closing().is_none() {
            other.close(close, why, at);
        }
    }

    /// Lets time pass for both.
    pub fn tick(&mut self, at: At) {
        for half in [Half::Left, Half::Right] {
            self.half(half).tick(at);
            self.pass(half, at);
        }
    }

    /// When it wants a `tick`.
    #[must_use]
    pub fn wake(&self) -> Option<At> {
        [self.left.wake(), self.right.wake()].into_iter().flatten().min()
    }

    /// What one half has heard goes to the other, as far as there is room; then it is heard on, or not.
    fn pass(&mut self, from: Half, at: At) {
        loop {
            let is_full = self.half(from.other()).out().full();
            if is_full {
                return self.half(from).hold();
            }
            self.half(from).release();
            let handed = self.half(from).out().take_handed_over();
            let is_empty = handed.bytes.is_empty();
            let to = self.half(from.other());
            if !is_empty {
                to.say(&handed.bytes, at);
            }
            if handed.is_end {
                to.say_no_more(at);
            }
            if is_empty {
                return;
            }
            // Faults may hold more that there is room for now.
            self.half(from).resume(at);
        }
    }
}
