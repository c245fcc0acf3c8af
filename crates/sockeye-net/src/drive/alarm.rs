//! When a conversation wants to be woken by time alone, and since when it cannot get on.
//! Never decides what happens then. A conversation that waits for no time has none of this.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use sockeye_core::unit::At;

use crate::clock::{Clock, Sleeper};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    sleep: Option<Sleeper>,
    armed: Option<At>,
    /// Whom it wakes.
    waker: Option<Waker>,
    /// Since when a closing conversation has not got a byte out.
    pub(super) stuck: Option<At>,
    /// Where the run has stopped and the peer may finish what it says: since when it says nothing.
    pub(super) draining: Option<At>,
}

impl Alarm {
    /// Whether it went off by `at`; it is set for whatever wants time, so where it did not, nothing is due.
    pub(super) fn rang(&mut self, at: At) -> bool {
        let rang = self.armed.is_some_and(|due| due <= at);
        if rang {
            self.armed = None;
        }
        rang
    }

    /// Sets it for `due`, if it would not go off before anyway.
    pub(super) fn set(&mut self, due: At, at: At, clock: &Clock, cx: &mut Context<'_>) {
        if due <= at {
            self.armed = Some(due);
            return cx.waker().wake_by_ref();
        }
        // One that goes off too early costs one wake; moving it, or asking it, at every message would cost something each time.
        let is_sooner = self.armed.is_none_or(|armed| due < armed);
        if !is_sooner && self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return;
        }
        if is_sooner {
            let deadline = clock.instant(due);
            match &mut self.sleep {
                Some(sleep) => sleep.reset(deadline),
                None => self.sleep = Some(clock.sleeper(due)),
            }
            self.armed = Some(due);
        }
        self.waker = Some(cx.waker().clone());
        if let Some(sleep) = &mut self.sleep
            && Pin::new(sleep).poll(cx) == Poll::Ready(())
        {
            self.armed = None;
            cx.waker().wake_by_ref();
        }
    }
}
