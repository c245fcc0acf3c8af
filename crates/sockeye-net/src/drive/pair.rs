//! Drives a conversation over two connections: each is driven as any other is, and what the one hears the other says.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use sockeye_core::{
    event::{Ending, Leg},
    session::Passed,
    stage::FaultSpec,
    unit::{Close, Unit},
};

use super::{
    Drive, Phase, TURNS,
    legs::{LaneRest, PairOutcome},
};
use crate::link::Link;

/// Both legs of a conversation.
pub(crate) struct Pair<L> {
    client: Drive<L>,
    target: Drive<L>,
    /// How the leg ended that was the first to end other than in order.
    broken: Option<(Ending, Leg)>,
}

impl<L: Link> Pair<L> {
    pub(crate) fn new(client: Drive<L>, target: Drive<L>) -> Self {
        Self { client, target, broken: None }
    }

    /// What came by the fast way and was not passed on is said first, and the ends that came with it.
    pub(crate) fn with_rest(mut self, up: &LaneRest, down: &LaneRest) -> Self {
        let at = self.client.hub.run.clock.now();
        let (client, target) = (&mut self.client.session, &mut self.target.session);
        for (lane, to) in [(up, &mut *target), (down, &mut *client)] {
            if !lane.pending.is_empty() {
                to.say(&lane.pending, at);
            }
        }
        for (lane, from) in [(up, client), (down, target)] {
            if lane.has_ended {
                from.receive(Unit::End, at);
            }
        }
        self
    }

    /// Other faults act from now on; what the old ones held goes on.
    pub(crate) fn change_faults(&mut self, faults: &[FaultSpec]) {
        for drive in [&mut self.client, &mut self.target] {
            if drive.phase != Phase::Over {
                let at = drive.hub.run.clock.now();
                drive.session.change_faults(faults, at);
            }
        }
    }

    /// Both legs come to their end.
    pub(crate) fn close(&mut self, close: Close, why: Ending) {
        self.client.close(close, why);
        self.target.close(close, why);
    }

    /// It ends here and now, as where a cable is pulled: what is on its way on either leg, or held by a fault, is lost.
    pub(crate) fn break_off(&mut self, why: Ending) {
        for drive in [&mut self.client, &mut self.target] {
            if drive.phase != Phase::Over {
                drive.finish(why);
            }
        }
    }

    /// Drives both until nothing moves any more, or others are to have their turn.
    fn turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..TURNS {
            self.drive(Leg::Client, cx);
            let up = self.pass(Leg::Client);
            self.drive(Leg::Target, cx);
            let down = self.pass(Leg::Target);
            // What the target took has made room for more.
            let more = self.pass(Leg::Client);
            if self.client.phase == Phase::Over && self.target.phase == Phase::Over {
                return Poll::Ready(());
            }
            if [up, down, more] == [Passed::Nothing; 3] {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn drive(&mut self, leg: Leg, cx: &mut Context<'_>) {
        let (this, other) = match leg {
            Leg::Client => (&mut self.client, &mut self.target),
            Leg::Target => (&mut self.target, &mut self.client),
        };
        // What ended in order has passed already.
        if this.phase == Phase::Over || this.turn(cx).is_pending() || this.in_order {
            return;
        }
        self.broken.get_or_insert((this.why, leg));
        if other.phase != Phase::Over {
            let at = other.hub.run.clock.now();
            other.session.follow(this.why, at);
            // It has not heard of that yet.
            cx.waker().wake_by_ref();
        }
    }

    fn pass(&mut self, from: Leg) -> Passed {
        let (from, to) = match from {
            Leg::Client => (&mut self.client, &mut self.target),
            Leg::Target => (&mut self.target, &mut self.client),
        };
        if from.phase == Phase::Over && to.phase == Phase::Over {
            return Passed::Nothing;
        }
        let at = from.now();
        from.session.pass_to(&mut to.session, at)
    }

    fn outcome(&self) -> PairOutcome {
        let first = match self.target.why {
            Ending::PeerClosed => (Ending::PeerClosed, Leg::Target),
            _ => (self.client.why, Leg::Client),
        };
        let (why, leg) = self.broken.unwrap_or(first);
        let (client, target) = (*self.client.session.counters(), *self.target.session.counters());
        // What is said to the target goes up.
        let mut faults = self.target.session.fault_tally();
        faults.extend(self.client.session.fault_tally());
        PairOutcome { why, leg, client, target, faults }
    }
}

impl<L: Link> Future for Pair<L> {
    type Output = PairOutcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<PairOutcome> {
        let this = self.get_mut();
        this.turn(cx).map(|()| this.outcome())
    }
}
