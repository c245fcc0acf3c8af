//! Drives one conversation: the only place that awaits a peer.
//! Never allocates per message while nobody looks, never holds a buffer while nothing comes, never decides what is said.

mod alarm;
mod ends;
mod inbox;
mod legs;
mod pair;
mod through;

use std::{
    cell::{Cell, RefCell},
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use sockeye_core::{
    behaviour::{Buffers, Verdict},
    event::{Conn, Counters, Ending, Event, Failure, FaultTally, Operation},
    limit::READ,
    session::Session,
    unit::{At, Close},
};
use sockeye_sys::HangUp;
use tokio_util::sync::WaitForCancellationFutureOwned;

pub(crate) use legs::PairOutcome;
pub(crate) use pair::Pair;
pub(crate) use through::{Rest, Through};

use self::{
    alarm::Alarm,
    inbox::{Inbox, SendRoom},
};
use crate::{
    hub::{Hub, Mail, Mailbox},
    link::{Link, receive},
    outlet::Outlet,
    trouble::ended_by,
};

/// Turns of read and write in one wake before others get theirs.
const TURNS: usize = 32;

thread_local! {
    /// One read buffer for all conversations of a worker: an idle conversation holds none.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// One write buffer, lent to whichever conversation has its turn.
    static SPARE: Cell<Option<Box<Buffers>>> = const { Cell::new(None) };
}

/// What a conversation came to.
#[derive(Clone, Debug)]
pub(crate) struct DriveOutcome {
    pub(crate) why: Ending,
    pub(crate) counters: Counters,
    pub(crate) faults: Vec<FaultTally>,
    pub(crate) verdict: Verdict,
    pub(crate) failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Both directions may carry something.
    Talking,
    /// We closed; what the peer still sends is read and thrown away, so that it sees a FIN and no reset.
    Lingering { until: At },
    /// Over; the last events are on their way out.
    Over,
}

/// Whether what is read is heard or thrown away.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heed {
    Yes,
    No,
}

/// Whether a turn moved anything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moved {
    Some,
    None,
}

/// One conversation over one link.
pub(crate) struct Drive<L> {
    link: L,
    session: Session,
    hub: Arc<Hub>,
    conn: Conn,
    mail: Option<Box<Inbox>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    stopping: Halt,
    // Only where something wants time.
    alarm: Option<Box<Alarm>>,
    outlet: Outlet,
    phase: Phase,
    broken: Option<io::Error>,
    // The link has taken bytes and not sent them yet.
    keeps: bool,
    // Only where the peer is not read: a read tells by itself.
    hang_up: Option<Box<HangUp>>,
    failure: Option<Box<Failure>>,
    why: Ending,
    // Both directions ended by themselves, and nobody closed.
    in_order: bool,
}

/// Whether the stop token still has to be looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Halt {
    Unregistered,
    Registered,
    /// It came to its end; what is still to come is the end of the time for that.
    Halted,
}

impl<L: Link> Drive<L> {
    pub(crate) fn new(
        link: L,
        session: Session,
        hub: Arc<Hub>,
        conn: Conn,
        mailbox: Option<Mailbox>,
    ) -> Self {
        let (mail, stop) = match mailbox {
            Some(Mailbox { mail, evicted }) => (Some(Box::new(Inbox::new(mail))), evicted),
            None => (None, hub.run.stop.clone()),
        };
        let outlet = Outlet::new(hub.common.detail);
        let mut drive = Self {
            link,
            session,
            hub,
            conn,
            mail,
            stop: Box::pin(stop.cancelled_owned()),
            stopping: Halt::Unregistered,
            alarm: None,
            outlet,
            phase: Phase::Talking,
            broken: None,
            keeps: false,
            hang_up: None,
            failure: None,
            why: Ending::Closed,
            in_order: false,
        };
        drive.announce();
        drive
    }

    /// It is over, and counted with the others of its run.
    pub(crate) fn leave(&self, outcome: &DriveOutcome) {
        self.hub.leave(self.conn, &outcome.counters, &outcome.faults, outcome.why);
    }

    /// Tells of its beginning at once if it can, so that conversations begin in the order they were accepted in,
    /// whichever worker drives them.
    fn announce(&mut self) {
        self.share_room();
        // What is said at once is told when it is written.
        if !self.session.out().has_front() {
            // Where there is no room, the first wake waits for it.
            let _ = self.flush_events(&mut Context::from_waker(Waker::noop()));
        }
    }

    /// One wake: everything that can be done now is done, then the next wake is arranged.
    fn turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        ready!(self.outlet.poll_room(&self.hub.run.events, cx));
        let at = self.now();
        self.tick(at);
        let moved = self.move_all(cx, at);
        let halted = self.mail.is_some() || self.hub.run.is_halted();
        if moved == Moved::None || halted || self.stopping == Halt::Unregistered {
            self.look_for_stop(cx, at);
        }
        self.share_room();
        ready!(self.flush_events(cx));
        if self.phase == Phase::Over {
            return Poll::Ready(());
        }
        self.arm(cx, at);
        Poll::Pending
    }

    /// The time, which is not read for a conversation that it makes no difference to.
    fn now(&self) -> At {
        let is_timeless = self.session.is_timeless() && self.phase == Phase::Talking && self.alarm.is_none();
        if is_timeless { At::START } else { self.hub.run.clock.now() }
    }

    /// Writes, hears our side and reads until nothing moves, or others are to have their turn.
    fn move_all(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        self.lend();
        let mut moved = Moved::None;
        for turn in 0.. {
            let wrote = self.write(cx, at);
            self.course(cx);
            let spoke = self.hear_our_side(cx, at);
            let read = self.read(cx, at);
            if [wrote, spoke, read] != [Moved::None; 3] {
                moved = Moved::Some;
            }
            // Nothing has come that could make more; and what was written made no room for more.
            let made_more = wrote == Moved::Some && self.session.out().has_front();
            if self.phase == Phase::Over || ([spoke, read] == [Moved::None; 2] && !made_more) {
                break;
            }
            if turn >= TURNS {
                cx.waker().wake_by_ref();
                break;
            }
            if self.events_leave(cx).is_pending() {
                break;
            }
        }
        self.reclaim();
        moved
    }

    /// While it has nothing to say a conversation holds no buffer; a worker's spare one goes round.
    fn lend(&mut self) {
        if self.session.out().wants_buffers() {
            self.session.out().lend(SPARE.take().unwrap_or_default());
        }
    }

    fn reclaim(&mut self) {
        if let Some(spare) = self.session.out().reclaim() {
            SPARE.set(Some(spare));
        }
    }

    fn tick(&mut self, at: At) {
        let rang = self.alarm.as_mut().is_some_and(|alarm| alarm.rang(at));
        if rang && self.phase == Phase::Talking && self.session.wake().is_some_and(|due| due <= at) {
            self.session.tick(at);
        }
    }

    /// Writes what there is and lets the session go on with what it held back for that.
    fn write(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        let mut moved = Moved::None;
        if self.phase != Phase::Talking {
            return moved;
        }
        while self.broken.is_none() && self.session.out().has_front() {
            let front = self.session.out().front();
            match self.link.poll_send(cx, front) {
                Poll::Ready(Ok(n)) => {
                    self.session.out().wrote(n);
                    if let Some(alarm) = &mut self.alarm {
                        alarm.stuck = None;
                    }
                    moved = Moved::Some;
                    if self.session.out().is_endless() {
                        break;
                    }
                }
                Poll::Ready(Err(error)) => self.cannot_send(error, at),
                Poll::Pending => break,
            }
        }
        if moved == Moved::Some || self.keeps {
            self.flush(cx, at);
        }
        if moved == Moved::Some || self.session.wants_resume() {
            self.session.resume(at);
        }
        moved
    }

    /// What a link takes and keeps is on its way only once it is flushed.
    fn flush(&mut self, cx: &mut Context<'_>, at: At) {
        match Pin::new(&mut self.link).poll_flush(cx) {
            Poll::Ready(Ok(())) => self.keeps = false,
            Poll::Ready(Err(error)) => {
                self.keeps = false;
                self.cannot_send(error, at);
            }
            Poll::Pending => self.keeps = true,
        }
    }

    /// FIN, close and reset, when they are due.
    fn course(&mut self, cx: &mut Context<'_>) {
        if self.phase != Phase::Talking {
            return;
        }
        if self.is_draining() && self.drain() == Moved::Some {
            return;
        }
        if self.session.closing() == Some(Close::Reset) {
            self.link.arm_reset();
            return self.finish(Ending::Reset);
        }
        if self.session.out().fin_due() && !self.keeps {
            match Pin::new(&mut self.link).poll_shutdown(cx) {
                Poll::Pending => return,
                // A peer that is gone already needs no FIN.
                Poll::Ready(_) => self.session.out().fin_done(),
            }
        }
        let closing = self.session.closing().is_some();
        if (closing || self.session.peer_has_ended())
            && let Some(error) = self.broken.take()
        {
            // Nothing more is to be heard either, and what was to be sent is lost: that is no orderly end.
            self.report(Operation::Send, &error);
            self.finish(ended_by(&error));
        } else if self.session.is_done() {
            self.finish(self.session.orderly());
        } else if closing && self.session.out().is_over() {
            self.phase = Phase::Lingering { until: self.hub.run.clock.now().after(self.hub.linger) };
        } else if closing && self.session.out().has_front() {
            let at = self.hub.run.clock.now();
            let since = *self.alarm.get_or_insert_default().stuck.get_or_insert(at);
            if at.since(since) >= self.hub.run.grace {
                self.hub.run.cut_short();
                self.link.arm_reset();
                self.finish(Ending::TooSlow);
            }
        }
    }

    fn read(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        // Once we are closing, what comes is read so that the peer can get on, and thrown away.
        let heed = match self.phase {
            Phase::Talking if self.session.closing().is_some() && !self.session.peer_has_ended() => Heed::No,
            Phase::Talking if self.session.wants_input() => Heed::Yes,
            Phase::Lingering { until } if until > at => Heed::No,
            Phase::Lingering { .. } => {
                self.finish(Ending::Closed);
                return Moved::None;
            }
            _ => {
                self.look_for_hang_up(cx, at);
                return Moved::None;
            }
        };
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            if !(READ..=2 * READ).contains(&buffer.capacity()) {
                // The first one, or one that grew while it was an outbox.
                *buffer = Vec::with_capacity(READ);
            }
            match receive(&mut self.link, cx, buffer, self.hub.read_size) {
                Poll::Pending => return Moved::None,
                Poll::Ready(Err(error)) => self.cannot_receive(&error),
                Poll::Ready(Ok(0)) => self.peer_ended(at),
                Poll::Ready(Ok(_)) if heed == Heed::Yes => {
                    let at = if self.session.measures() { self.hub.run.clock.now() } else { at };
                    self.hear(cx, buffer, at);
                    if let Some(alarm) = &mut self.alarm {
                        alarm.draining = alarm.draining.map(|_| at);
                    }
                    self.hub.wrote(self.conn);
                }
                Poll::Ready(Ok(_)) => {}
            }
            Moved::Some
        })
    }

    /// Hands over what came. What only goes back is written from the buffer it came in, as far as the system takes it.
    #[inline]
    fn hear(&mut self, cx: &mut Context<'_>, buffer: &mut Vec<u8>, at: At) {
        if !self.session.mirrors() {
            return self.session.receive_buffer(buffer, at);
        }
        let sent = self.link.poll_send(cx, buffer);
        if matches!(sent, Poll::Ready(Ok(1..))) {
            self.flush(cx, at);
        }
        match sent {
            Poll::Ready(Ok(n)) if n == buffer.len() => self.session.mirrored(n),
            Poll::Ready(Ok(n)) => {
                self.session.receive_buffer(buffer, at);
                self.session.out().wrote(n);
            }
            Poll::Ready(Err(error)) => {
                self.session.receive_buffer(buffer, at);
                self.cannot_send(error, at);
            }
            Poll::Pending => self.session.receive_buffer(buffer, at),
        }
    }

    fn hear_our_side(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        let mut moved = Moved::None;
        while self.phase == Phase::Talking {
            let Some(mail) = &mut self.mail else { break };
            let room = if self.session.wants_speech() { SendRoom::Some } else { SendRoom::None };
            match mail.poll_next(room, cx) {
                Poll::Pending => break,
                Poll::Ready(None) => {
                    self.mail = None;
                    break;
                }
                Poll::Ready(Some(mail)) => mail.give(&mut self.session, at, || self.link.info()),
            }
            moved = Moved::Some;
        }
        moved
    }

    /// Arranges the next wake by time, if time alone can bring something.
    fn arm(&mut self, cx: &mut Context<'_>, at: At) {
        let due = match self.phase {
            Phase::Over => return,
            Phase::Lingering { until } => Some(until),
            Phase::Talking => {
                let (stuck, draining) =
                    self.alarm.as_ref().map_or((None, None), |alarm| (alarm.stuck, alarm.draining));
                let stuck = stuck.map(|since| since.after(self.hub.run.grace));
                let drained = draining.map(|since| since.after(self.hub.linger));
                [self.session.wake(), stuck, drained].into_iter().flatten().min()
            }
        };
        if let Some(due) = due {
            self.alarm.get_or_insert_default().set(due, at, &self.hub.run.clock, cx);
        }
    }

    fn finish(&mut self, why: Ending) {
        // What it is called belongs before its end.
        self.share_room();
        let at = self.hub.run.clock.now();
        if let Some(mail) = &mut self.mail {
            // What somebody says from now on, and what waits, reaches nobody any more.
            for mail in mail.close() {
                if let Mail::Say(spoken) = mail {
                    self.session.unsent(spoken.bytes().len());
                }
            }
        }
        let nobody_closed = self.session.closing().is_none() && self.session.is_done();
        self.why = self.session.finish(why, at);
        self.in_order = nobody_closed && matches!(self.why, Ending::PeerClosed | Ending::Closed);
        self.phase = Phase::Over;
    }

    fn share_room(&mut self) {
        if self.session.has_room() {
            self.hub.share(self.conn, &mut self.session);
        }
    }

    fn take_events(&mut self) -> Vec<Event> {
        let mut batch = Vec::new();
        self.session.drain_events(&mut batch);
        batch
    }

    /// Sends what has happened and makes sure of room for more.
    fn events_leave(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.outlet.is_open() || !self.session.has_events() {
            return Poll::Ready(());
        }
        ready!(self.flush_events(cx));
        self.outlet.poll_room(&self.hub.run.events, cx)
    }

    fn flush_events(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.session.has_events() {
            ready!(self.outlet.poll_room_for_failures(&self.hub.run.events, cx));
            let batch = self.take_events();
            self.outlet.send(batch);
        } else {
            self.outlet.yield_room();
        }
        Poll::Ready(())
    }
}

impl<L: Link> Future for Drive<L> {
    type Output = DriveOutcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<DriveOutcome> {
        let this = self.get_mut();
        ready!(this.turn(cx));
        Poll::Ready(DriveOutcome {
            why: this.why,
            counters: *this.session.counters(),
            faults: this.session.fault_tally(),
            verdict: this.session.verdict(),
            failure: this.failure.take().map(|failure| *failure),
        })
    }
}
