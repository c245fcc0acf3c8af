//! Drives one conversation: the only place that awaits a peer.
//! Never allocates per message while nobody looks, never holds a buffer while nothing comes, never decides what is said.

mod alarm;

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
    event::{Conn, Counters, Ending, Event, Failure, Notice, Operation, What},
    limit::READ,
    session::Session,
    unit::{At, Close, Unit},
};
use tokio::sync::mpsc;
use tokio_util::sync::WaitForCancellationFutureOwned;

use self::alarm::Alarm;
use crate::{
    hub::{Hub, Mail, Mailbox},
    link::{HangUp, Link},
    outlet::Outlet,
    trouble::failure,
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
pub(crate) struct Outcome {
    pub(crate) why: Ending,
    pub(crate) counters: Counters,
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
    mail: Option<mpsc::Receiver<(Conn, Mail)>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    stopping: Halt,
    // Only where something wants time.
    alarm: Option<Box<Alarm>>,
    outlet: Outlet,
    phase: Phase,
    broken: Option<io::Error>,
    // Only where the peer is not read: a read tells by itself.
    hang_up: Option<Box<HangUp>>,
    failure: Option<Box<Failure>>,
    why: Ending,
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
            Some(Mailbox { mail, evicted }) => (Some(mail), evicted),
            None => (None, hub.run.stop.clone()),
        };
        let outlet = Outlet::new(hub.common.eyes);
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
            hang_up: None,
            failure: None,
            why: Ending::Closed,
        };
        drive.announce();
        drive
    }

    /// It is over, and counted with the others of its run.
    pub(crate) fn leave(&self, outcome: &Outcome) {
        self.hub.leave(self.conn, &outcome.counters, outcome.why);
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
        let at = self.hub.run.clock.now();
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

    /// Writes, hears our side and reads until nothing moves, or others are to have their turn.
    fn move_all(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        self.lend();
        let mut moved = Moved::None;
        for turn in 0.. {
            let wrote = self.write(cx, at);
            self.course(cx, at);
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
                }
                Poll::Ready(Err(error)) => self.cannot_send(error, at),
                Poll::Pending => break,
            }
        }
        if moved == Moved::Some || self.session.wants_resume() {
            self.session.resume(at);
        }
        moved
    }

    /// A peer that is not read, because it has said that it sends no more or because we may not hear it now, can still
    /// go away.
    fn look_for_hang_up(&mut self, cx: &mut Context<'_>, at: At) {
        let is_elsewhere = self.session.closing().is_some() || self.session.out().has_front();
        if self.phase != Phase::Talking || is_elsewhere || self.broken.is_some() {
            return;
        }
        if self.hang_up.is_none() {
            self.hang_up = self.link.hang_up().map(Box::new);
        }
        let Some(hang_up) = &self.hang_up else { return };
        let Poll::Ready(Ok(mut guard)) = hang_up.poll_read_ready(cx) else { return };
        guard.clear_ready();
        let Some(error) = self.link.take_error() else { return };
        self.cannot_send(error, at);
        self.course(cx, at);
    }

    /// What was on its way to the peer is lost, but what the peer sent before may still be read.
    fn cannot_send(&mut self, error: io::Error, at: At) {
        let is_reset = ended_by(&error) == Ending::PeerReset;
        if is_reset && self.session.peer_has_ended() && self.session.counters().bytes_out > 0 {
            self.session.note(What::Notice(Notice::Unread), at);
        }
        self.broken = Some(error);
        self.session.out().abandon();
    }

    /// FIN, close and reset, when they are due.
    fn course(&mut self, cx: &mut Context<'_>, at: At) {
        if self.phase != Phase::Talking {
            return;
        }
        if self.session.closing() == Some(Close::Reset) {
            self.link.arm_reset();
            return self.finish(Ending::Reset);
        }
        if self.session.out().fin_due() {
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
            self.phase = Phase::Lingering { until: at.after(self.hub.linger) };
        } else if closing && self.session.out().has_front() {
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
            match self.link.poll_receive(cx, buffer) {
                Poll::Pending => return Moved::None,
                Poll::Ready(Err(error)) => self.cannot_receive(&error),
                Poll::Ready(Ok(0)) => self.peer_ended(at),
                Poll::Ready(Ok(_)) if heed == Heed::Yes => {
                    self.session.receive_buffer(buffer, at);
                    self.hub.wrote(self.conn);
                }
                Poll::Ready(Ok(_)) => {}
            }
            Moved::Some
        })
    }

    fn peer_ended(&mut self, at: At) {
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

    fn cannot_receive(&mut self, error: &io::Error) {
        if self.phase != Phase::Talking {
            return self.finish(Ending::Closed);
        }
        self.report(Operation::Receive, error);
        self.finish(ended_by(error));
    }

    fn report(&mut self, operation: Operation, error: &io::Error) {
        let failure = failure(operation, self.session.out().peer(), error);
        self.failure = Some(Box::new(failure));
    }

    fn hear_our_side(&mut self, cx: &mut Context<'_>, at: At) -> Moved {
        let mut moved = Moved::None;
        while self.phase == Phase::Talking && self.session.wants_speech() {
            let Some(mail) = &mut self.mail else { break };
            match mail.poll_recv(cx) {
                Poll::Pending => break,
                Poll::Ready(None) => {
                    self.mail = None;
                    break;
                }
                Poll::Ready(Some((_, mail))) => mail.give(&mut self.session, at, || self.link.info()),
            }
            moved = Moved::Some;
        }
        moved
    }

    /// The token is looked at only where nothing else moved: a busy conversation needs no second reason to wake.
    fn look_for_stop(&mut self, cx: &mut Context<'_>, at: At) {
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
                if self.hub.run.stop.is_cancelled() {
                    self.session.close(Close::Graceful, Ending::Stopped, at);
                } else {
                    self.session.close(Close::Reset, Ending::TooSlow, at);
                }
                self.stop = Box::pin(self.hub.run.cut.clone().cancelled_owned());
                cx.waker().wake_by_ref();
                Halt::Halted
            }
        };
    }

    /// Arranges the next wake by time, if time alone can bring something.
    fn arm(&mut self, cx: &mut Context<'_>, at: At) {
        let due = match self.phase {
            Phase::Over => return,
            Phase::Lingering { until } => Some(until),
            Phase::Talking => {
                let stuck = self.alarm.as_ref().and_then(|alarm| alarm.stuck);
                let stuck = stuck.map(|since| since.after(self.hub.run.grace));
                [self.session.wake(), stuck].into_iter().flatten().min()
            }
        };
        if let Some(due) = due {
            self.alarm.get_or_insert_default().set(due, at, &self.hub.run.clock, cx);
        }
    }

    fn finish(&mut self, why: Ending) {
        let at = self.hub.run.clock.now();
        if let Some(mail) = &mut self.mail {
            // What somebody says from now on, and what waits, reaches nobody any more.
            mail.close();
            while let Ok((_, mail)) = mail.try_recv() {
                if let Mail::Say(message) = mail {
                    self.session.unsent(message.len());
                }
            }
        }
        self.why = self.session.finish(why, at);
        self.phase = Phase::Over;
    }

    fn share_room(&mut self) {
        if self.session.has_room() {
            for act in self.session.drain_room() {
                self.hub.room(self.conn, act);
            }
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

fn ended_by(error: &io::Error) -> Ending {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Ending::PeerReset,
        _ => Ending::Failed,
    }
}

impl<L: Link> Future for Drive<L> {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let this = self.get_mut();
        ready!(this.turn(cx));
        Poll::Ready(Outcome {
            why: this.why,
            counters: *this.session.counters(),
            verdict: this.session.verdict(),
            failure: this.failure.take().map(|failure| *failure),
        })
    }
}
