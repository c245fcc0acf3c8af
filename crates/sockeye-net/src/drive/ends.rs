//! How a conversation ends that its peer, its link or the run ends.

use std::{
    io,
    task::{Context, Poll},
};

use sockeye_core::{
    event::{Ending, Notice, Operation, What},
    unit::{At, Close, Unit},
};

use super::{Drive, Halt, Moved, Phase};
use crate::{
    link::Link,
    trouble::{ended_by, failure},
};

impl<L: Link> Drive<L> {
    /// Whether a fault ends it before anything has passed.
    pub(crate) fn is_over_at_once(&mut self) -> bool {
        let at = self.hub.run.clock.now();
        if self.session.wake().is_some_and(|due| due <= at) {
            self.session.tick(at);
        }
        self.session.closing().is_some()
    }

    /// Ends it for the reason `why`.
    pub(crate) fn close(&mut self, close: Close, why: Ending) {
        let at = self.hub.run.clock.now();
        self.session.close(close, why, at);
    }

    /// A peer that is not read, because it has said that it sends no more or because we may not hear it now, can still
    /// go away.
    pub(super) fn look_for_hang_up(&mut self, cx: &mut Context<'_>, at: At) {
        let is_elsewhere = self.session.closing().is_some() || self.session.out().has_front();
        if self.phase != Phase::Talking || is_elsewhere || self.broken.is_some() {
            return;
        }
        if self.hang_up.is_none() {
            self.hang_up = self.link.hang_up().map(Box::new);
        }
        let Some(hang_up) = &self.hang_up else { return };
        let Poll::Ready(()) = hang_up.poll(cx) else { return };
        let Some(error) = self.link.take_error() else { return };
        self.cannot_send(error, at);
        self.course(cx);
    }

    /// What was on its way to the peer is lost, but what the peer sent before may still be read.
    pub(super) fn cannot_send(&mut self, error: io::Error, at: At) {
        let is_reset = ended_by(&error) == Ending::PeerReset;
        if is_reset && self.session.peer_has_ended() && self.session.counters().bytes_out > 0 {
            self.session.note(What::Notice(Notice::Unread), at);
        }
        self.broken = Some(error);
        self.session.out().abandon();
    }

    pub(super) fn peer_ended(&mut self, at: At) {
        if self.phase != Phase::Talking {
            return self.finish(Ending::Closed);
        }
        self.session.receive(Unit::End, at);
        if let Some(error) = self.broken.take() {
            // It closed and would not take what we had left.
            self.report(Operation::Send, &error);
            self.finish(ended_by(&error));
        }
    }

    pub(super) fn cannot_receive(&mut self, error: &io::Error) {
        if self.phase != Phase::Talking {
            return self.finish(Ending::Closed);
        }
        self.report(Operation::Receive, error);
        self.finish(ended_by(error));
    }

    pub(super) fn report(&mut self, operation: Operation, error: &io::Error) {
        let failure = failure(operation, self.session.out().peer(), error);
        self.failure = Some(Box::new(failure));
    }

    /// Whether the run has stopped, and the peer may finish what it says.
    #[inline]
    pub(super) fn is_draining(&self) -> bool {
        self.alarm.as_ref().is_some_and(|alarm| alarm.draining.is_some())
    }

    /// A peer that says nothing more after the stop has finished.
    pub(super) fn drain(&mut self) -> Moved {
        let now = self.hub.run.clock.now();
        let linger = self.hub.linger;
        let Some(alarm) = self.alarm.as_mut() else { return Moved::None };
        if alarm.draining.is_none_or(|since| now.since(since) < linger) {
            return Moved::None;
        }
        alarm.draining = None;
        self.session.close(Close::Graceful, Ending::Stopped, now);
        // It was read on for long enough.
        self.phase = Phase::Lingering { until: now };
        Moved::Some
    }

    /// The token is looked at only where nothing else moved: a busy conversation needs no second reason to wake.
    pub(super) fn look_for_stop(&mut self, cx: &mut Context<'_>, at: At) {
        let stopped = self.stop.as_mut().poll(cx).is_ready();
        self.stopping = match (self.stopping, stopped) {
            (Halt::Halted, false) => Halt::Halted,
            (Halt::Halted, true) => {
                self.hub.run.cut_short();
                self.link.arm_reset();
                return self.finish(Ending::Stopped);
            }
            (_, false) => Halt::Registered,
            (_, true) => {
                if !self.hub.run.stop.is_cancelled() {
                    self.session.close(Close::Reset, Ending::TooSlow, at);
                } else if self.hub.run.is_lost() {
                    // A FIN would say that all of it was taken.
                    self.session.close(Close::Reset, Ending::Stopped, at);
                } else if self.session.winds_up() {
                    self.session.say_no_more(at);
                } else if self.session.may_finish() {
                    self.session.end(at);
                    self.alarm.get_or_insert_default().draining = Some(at);
                } else {
                    self.session.close(Close::Graceful, Ending::Stopped, at);
                }
                self.stop = Box::pin(self.hub.run.cut.clone().cancelled_owned());
                cx.waker().wake_by_ref();
                Halt::Halted
            }
        };
    }
}
