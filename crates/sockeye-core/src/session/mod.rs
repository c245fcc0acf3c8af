//! One conversation's conduct: stages, framer and behaviour wired together.
//! Never holds a socket or a clock: units and time go in; bytes to write, a close and events come out.

mod config;
mod cutting;
mod ending;
mod faults;
mod hearing;
mod observe;
mod pacing;
mod relayed;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::{config::SessionConfig, relayed::Passed};
use self::{hearing::Hearing, observe::Observer, pacing::Pacing};
use crate::{
    behaviour::{Behaviour, Input, Outbox, RoomAct, Verdict},
    event::{Counters, Ending, Event, Leg, Notice, Unsent, What},
    frame::{Framer, Framing},
    limit::{DELAY_HOLD, FAULT_HOLD},
    stage::{Chain, ChainConfig, Drawn, Side},
    unit::{At, Close, Dir, Medium, Unit},
};

/// One conversation: units and time go in, bytes to write and events come out.
///
/// Whoever drives it writes [`Outbox::front`] and says how much of it left, reads only while [`Session::wants_input`],
/// calls [`Session::tick`] at [`Session::wake`], and says [`Session::finish`] once, in the end.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use sockeye_core::{
///     behaviour::{Common, Reply},
///     charset::Charset,
///     event::{Ending, EventDetail},
///     frame::Framing,
///     session::{SessionConfig, Session},
///     stage::Side,
///     unit::{At, Medium, Unit, Wall},
/// };
///
/// let common = Arc::new(Common {
///     framing: Framing::parse("line")?,
///     charset: Charset::utf8(),
///     detail: EventDetail::Messages,
///     wall: Wall::new(Duration::ZERO, jiff::tz::TimeZone::UTC),
///     seed: 1,
///     rate: None,
/// });
/// let reply = Reply::parse("text:you said {text}", Charset::utf8(), &|_| Err(sockeye_text::Text::verbatim("no files")))?;
/// let config = SessionConfig {
///     common: &common,
///     conn: 1,
///     peer: "tcp://192.0.2.1:40000".into(),
///     local: "tcp://192.0.2.2:8888",
///     took: None,
///     medium: Medium::Stream,
///     side: Side::Server,
///     faults: &[],
///     idle: None,
/// };
/// let mut session = Session::open(config, reply.start(), At::START);
///
/// // One line in two reads, then a FIN.
/// for unit in [Unit::Data(b"hel"), Unit::Data(b"lo\n"), Unit::End] {
///     session.receive(unit, At(Duration::from_millis(1)));
/// }
/// assert_eq!(session.out().front(), b"you said hello\n");
/// session.out().wrote(15);
/// assert!(session.out().fin_due());
/// session.out().fin_done();
/// assert_eq!(session.finish(Ending::PeerClosed, At(Duration::from_millis(4))), Ending::PeerClosed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Session {
    framer: Framer,
    inward: Chain,
    behaviour: Box<dyn Behaviour>,
    out: Outbox,
    // Only where there are limits in time.
    pacing: Option<Box<Pacing>>,
    opened: At,
    peer_ended: bool,
    // Its end has passed the faults.
    end_came: bool,
    told_end: bool,
    // Whether that was before our direction began to end.
    peer_was_first: bool,
    told_left: bool,
    // Only where somebody looks.
    observer: Option<Box<Observer>>,
    // Bytes go back as they came, and nothing is told, timed or damaged.
    is_mirror: bool,
    // Each read has a time of its own.
    measures: bool,
    // What it hears has no place to go to now.
    is_held: bool,
    side: Side,
    why: Option<Ending>,
}

impl Session {
    /// Begins a conversation at `at`; the behaviour may speak at once.
    #[must_use]
    pub fn open(config: SessionConfig<'_>, behaviour: Box<dyn Behaviour>, at: At) -> Self {
        Self::begin(config, behaviour, None, at)
    }

    fn begin(
        config: SessionConfig<'_>,
        behaviour: Box<dyn Behaviour>,
        relayed: Option<(Leg, &Framing)>,
        at: At,
    ) -> Self {
        let SessionConfig { common, conn, peer, local, took, medium, side, faults, idle } = config;
        let (detail, seed) = (common.detail, common.seed);
        let config = |dir| ChainConfig { way: side.way(dir), medium, detail, seed, conn, opened: at };
        let chain = |dir| Chain::new(faults, config(dir));
        let mut out = Outbox::new(Arc::clone(common), conn, Arc::clone(&peer), medium, chain(Dir::Out));
        out.relay(relayed.map(|(leg, _)| leg));
        out.now(at);
        let framing = relayed.map_or(&common.framing, |(_, seen)| seen);
        if out.looked_at() {
            let took = took.map(|took| u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
            out.event(What::Opened { peer: peer.to_string(), local: local.to_owned(), took });
        }
        let observer = out.looked_at().then(|| Box::new(Observer::new(framing, common.charset, medium)));
        let pacing = Pacing::new(idle, common.rate.filter(|_| medium == Medium::Stream), at);
        let inward = if relayed.is_some() { Chain::empty() } else { chain(Dir::In) };
        let is_plain = medium == Medium::Stream && common.framing.is_bare() && faults.is_empty();
        let is_unobserved = observer.is_none() && pacing.is_none();
        let mut session = Self {
            is_mirror: is_plain && is_unobserved && behaviour.mirrors(),
            measures: behaviour.measures(),
            framer: Framer::new(framing.clone().on_side(side)),
            inward,
            behaviour,
            out,
            pacing,
            opened: at,
            peer_ended: false,
            end_came: false,
            told_end: false,
            peer_was_first: false,
            told_left: false,
            observer,
            is_held: false,
            side,
            why: None,
        };
        session.tell(Input::Opened, at);
        session
    }

    /// Takes what came from the wire.
    #[inline]
    pub fn receive(&mut self, unit: Unit<'_>, at: At) {
        if self.out.is_sealed() {
            return;
        }
        self.out.now(at);
        if let Some(pacing) = &mut self.pacing {
            pacing.hear(at);
        }
        match unit {
            Unit::Data(bytes) => {
                self.out.counters.bytes_in += bytes.len() as u64;
                self.out.counters.reads += 1;
                if self.out.detail().has_wire() {
                    self.out.event(What::Wire { dir: Dir::In, bytes: bytes.into() });
                }
            }
            Unit::End => {
                self.peer_was_first = self.out.is_open();
                self.peer_ended = true;
                if self.out.looked_at() {
                    self.out.event(What::Ended { dir: Dir::In });
                }
            }
        }
        if self.inward.is_empty() {
            self.take(unit, at);
        } else {
            self.inward.offer(unit, at, &mut self.out.events);
            self.draw_inward(at);
        }
    }

    /// The same for a datagram from somebody who is not the peer but answers for it: one of a group. What faults hold back
    /// is nobody's in particular when it comes.
    pub fn receive_from(&mut self, datagram: &[u8], sender: Arc<str>, at: At) {
        let is_known = self.inward.is_empty();
        if let Some(observer) = &mut self.observer {
            observer.comes_from(is_known.then_some(sender));
        }
        self.receive(Unit::Data(datagram), at);
        if let Some(observer) = &mut self.observer {
            observer.comes_from(None);
        }
    }

    /// The same for bytes in a buffer of which they are all. If they go back as they are, so does the buffer, and an
    /// empty one is left in its place.
    #[inline]
    pub fn receive_buffer(&mut self, buffer: &mut Vec<u8>, at: At) {
        if self.inward.is_empty() {
            self.out.offer_buffer(buffer.len());
        }
        self.receive(Unit::Data(buffer), at);
        self.out.take_buffer(buffer);
    }

    /// Whether the time makes no difference to it: `at` need not be exact.
    #[must_use]
    #[inline]
    pub fn is_timeless(&self) -> bool {
        self.is_mirror
    }

    /// Whether what comes now is to go back as it is, without anything before it: whoever has written all of it to the peer
    /// says [`Session::mirrored`], and hands over whatever else by [`Session::receive_buffer`].
    #[must_use]
    #[inline]
    pub fn mirrors(&self) -> bool {
        self.is_mirror && self.out.is_open() && !self.out.has_front()
    }

    /// `len` bytes came and went back.
    #[inline]
    pub fn mirrored(&mut self, len: usize) {
        let counters = &mut self.out.counters;
        counters.bytes_in += len as u64;
        counters.reads += 1;
        counters.messages_in += 1;
        self.out.passed(len);
    }

    /// Takes what somebody on our side has for the peer; once our direction is over, it is told to be unsent.
    pub fn say(&mut self, message: &[u8], at: At) {
        if self.out.is_open() {
            return self.tell(Input::Typed(message), at);
        }
        self.out.now(at);
        self.unsent(message.len());
    }

    /// The same for bytes that go out as they are, past the framing and whatever our end does.
    pub fn say_raw(&mut self, bytes: &[u8], at: At) {
        self.out.now(at);
        if self.out.is_open() { self.out.send_raw(bytes) } else { self.unsent(bytes.len()) }
    }

    /// This many bytes from our side reach nobody any more.
    pub fn unsent(&mut self, len: usize) {
        self.out.counters.unsent += len as u64;
        self.out.counters.dropped += 1;
        // What a pipe still brings in one go is one notice.
        let last = self.out.events.last_mut().map(|event| &mut event.what);
        if let Some(What::Notice(Notice::Unsent { len: all, .. })) = last {
            *all += len;
        } else if self.out.looked_at() {
            self.out.event(What::Notice(Notice::Unsent { len, why: Unsent::Ended }));
        }
    }

    /// Nobody on our side will say more.
    pub fn say_no_more(&mut self, at: At) {
        self.tell(Input::TypedEnd, at);
    }

    /// Ends our direction after what was said.
    pub fn end(&mut self, at: At) {
        self.out.now(at);
        self.out.end();
    }

    /// Ends the conversation for the reason `why`.
    pub fn close(&mut self, close: Close, why: Ending, at: At) {
        self.out.now(at);
        // Whoever closes after the peer was not the first to do so.
        let why = if why == Ending::Closed { self.orderly() } else { why };
        self.why.get_or_insert(why);
        self.out.close(close);
    }

    /// Whatever `wake` asked for: delayed units, the behaviour's timer, the idle limit, input held back.
    pub fn tick(&mut self, at: At) {
        self.out.now(at);
        if self.inward.wake().is_some_and(|due| due <= at) {
            self.draw_inward(at);
        }
        if self.framer.wake().is_some_and(|due| due <= at) {
            self.framed(at, |framer, hearing| {
                framer.tick(at, |message| hearing.take(message));
                Ok(())
            });
        }
        if self.behaviour.wake().is_some_and(|due| due <= at) {
            self.tell(Input::Timer, at);
        }
        if self.out.wake().is_some_and(|due| due <= at) {
            self.out.pump();
        }
        if let Some(pacing) = &mut self.pacing {
            pacing.tick(at);
        }
        if self.idle_due().is_some_and(|due| due <= at) && self.out.closing().is_none() {
            self.close(Close::Graceful, Ending::Idle, at);
        }
        self.resume(at);
    }

    /// When it wants a `tick`.
    #[must_use]
    #[inline]
    pub fn wake(&self) -> Option<At> {
        if self.out.closing().is_some() {
            // Only what is on its way out still counts; a deadline that is past would be wanted again and again.
            return self.out.wake();
        }
        let behaviour = self.behaviour.wake();
        if self.pacing.is_none() && self.inward.is_empty() {
            // The common case of a responder without limits, once for every wake.
            return earliest(behaviour, earliest(self.framer.wake(), self.out.wake()));
        }
        // What is due while nothing may be heard waits for that, not for time.
        let inward = self.inward.wake().filter(|_| self.may_hear() && !self.framer.stopped());
        [behaviour, self.framer.wake(), self.out.wake(), inward, self.paused(), self.idle_due()]
            .into_iter()
            .flatten()
            .min()
    }

    #[inline]
    fn idle_due(&self) -> Option<At> {
        self.pacing.as_ref().and_then(|pacing| pacing.idle_due())
    }

    #[inline]
    fn paused(&self) -> Option<At> {
        self.pacing.as_ref().and_then(|pacing| pacing.paused())
    }

    /// Whether `resume` would do anything.
    #[must_use]
    #[inline]
    pub fn wants_resume(&self) -> bool {
        self.framer.stopped()
            || self.out.drained_due()
            || !self.inward.is_empty()
            || (self.end_came && !self.told_end)
    }

    /// Goes on with input that was held back while the outbox was full; call after writing.
    #[inline]
    pub fn resume(&mut self, at: At) {
        self.out.now(at);
        if self.out.take_drained() {
            self.tell(Input::Drained, at);
        }
        self.out.pump();
        if self.framer.stopped() && self.may_hear() {
            self.framed(at, |framer, hearing| framer.resume(at, |message| hearing.take(message)));
        }
        self.settle_end(at);
        if !self.inward.is_empty() && self.may_hear() {
            self.draw_inward(at);
        }
    }

    /// Whether more should be read from the peer.
    #[must_use]
    #[inline]
    pub fn wants_input(&self) -> bool {
        !self.peer_ended
            && self.may_hear()
            && !self.framer.stopped()
            && (self.inward.is_empty() || self.inward.held() < FAULT_HOLD)
    }

    #[inline]
    fn may_hear(&self) -> bool {
        self.out.closing().is_none()
            && !self.is_held
            && !(self.out.full() && self.behaviour.answers())
            && self.paused().is_none()
            && self.behaviour.held() < DELAY_HOLD
    }

    /// Whether more should be taken from our side's typists.
    #[must_use]
    #[inline]
    pub fn wants_speech(&self) -> bool {
        !self.out.full()
    }

    /// What there is to write, and how far our direction has come.
    pub fn out(&mut self) -> &mut Outbox {
        &mut self.out
    }

    /// How the conversation is to be ended now, if it is.
    #[must_use]
    #[inline]
    pub fn closing(&self) -> Option<Close> {
        self.out.closing()
    }

    /// What its behaviour was for, and whether that was reached.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.behaviour.verdict()
    }

    /// What passed.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.out.counters
    }

    /// Moves the events since the last call to the end of `into`.
    pub fn drain_events(&mut self, into: &mut Vec<Event>) {
        if into.is_empty() {
            // Also hands the buffer over: an idle session keeps none.
            std::mem::swap(into, &mut self.out.events);
        } else {
            into.append(&mut self.out.events);
        }
    }

    /// Whether there are events to drain.
    #[must_use]
    #[inline]
    pub fn has_events(&self) -> bool {
        !self.out.events.is_empty()
    }

    /// What the behaviour does in the room it shares with others.
    pub fn drain_room(&mut self) -> Vec<RoomAct> {
        self.out.take_room()
    }

    /// What it is to be called from now on, if a rule has found that out.
    pub fn take_name(&mut self) -> Option<String> {
        self.out.take_name()
    }

    /// Whether it did anything there, or is to be called something.
    #[must_use]
    #[inline]
    pub fn has_room(&self) -> bool {
        self.out.has_room()
    }

    /// Adds an event of this conversation that only the driver can know of.
    pub fn note(&mut self, what: What, at: At) {
        self.out.now(at);
        self.out.event(what);
    }

    fn tell(&mut self, input: Input<'_>, at: At) {
        self.out.now(at);
        self.behaviour.on(input, at, &mut self.out);
    }

    fn draw_inward(&mut self, at: At) {
        while self.may_hear() && !self.framer.stopped() {
            match self.inward.draw(at, &mut self.out.events) {
                None => break,
                Some(Drawn::Kill(close)) => {
                    let why = match close {
                        Close::Graceful => Ending::Closed,
                        Close::Reset => Ending::Reset,
                    };
                    return self.close(close, why, at);
                }
                Some(Drawn::Unit(held)) => self.take(held.unit(), at),
            }
        }
    }
}

fn earliest(a: Option<At>, b: Option<At>) -> Option<At> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
