//! Where a behaviour puts what it has to say: framed, damaged on purpose if asked, and bounded.
//! Never writes to a socket: the driver takes the bytes from its front.

mod convoy;
mod ending;
mod others;
mod shared;
mod well;
mod wire;
mod pouring;

pub use convoy::Convoy;
pub use others::HandedOver;
pub use shared::Common;
pub use well::Pouring;
use well::Well;

use std::{collections::VecDeque, sync::Arc};

use sockeye_text::text;

use super::{Bucket, RoomAct};
use crate::{
    charset::Charset,
    event::{Conn, Counters, Event, EventDetail, Failure, Kind, Leg, Notice, Operation, What, Wrapping},
    frame::Framing,
    limit::{BULK, LEG, OUTBOX, OUTBOX_MESSAGES},
    rule::Dice,
    stage::Chain,
    unit::{At, Close, Medium, Unit, Wall},
};

/// How far our direction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Open,
    Ending,
    Ended,
}

/// A message that the system has not taken whole.
#[derive(Debug)]
struct Underway {
    // Bytes of our direction up to its end.
    end: u64,
    // As it is told of; none where nobody looks.
    message: Option<(Box<[u8]>, Wrapping)>,
}

/// What an outbox that has something to say works with; one that has not keeps none.
#[derive(Debug, Default)]
pub struct Buffers {
    // What is to be written, from `head` of the outbox on.
    wire: Vec<u8>,
    // Absolute offsets that one write must not cross.
    cuts: VecDeque<u64>,
    // Messages the system has not taken whole, in order; not those of datagrams that pass faults, which may reorder them.
    underway: VecDeque<Underway>,
    // Where a message is built.
    scratch: Vec<u8>,
    // What is done in the room shared with others.
    room: Vec<RoomAct>,
    // What the conversation is to be called.
    name: Option<String>,
    // What was heard for the conversation that it is joined to.
    handed_over: HandedOver,
}

impl Buffers {
    fn is_empty(&self) -> bool {
        let is_quiet = self.room.is_empty() && self.name.is_none() && self.handed_over.is_empty();
        self.wire.is_empty() && self.cuts.is_empty() && self.underway.is_empty() && is_quiet
    }
}

/// What one conversation has to say.
#[derive(Debug)]
pub struct Outbox {
    common: Arc<Common>,
    conn: Conn,
    // Which of our clients holds it; none where it is a client's conversation with us.
    client: Option<u64>,
    peer: Arc<str>,
    // Only where it is one of two.
    leg: Option<Leg>,
    medium: Medium,
    // Only where chance was asked for.
    dice: Option<Box<Dice>>,
    outward: Chain,
    buffers: Option<Box<Buffers>>,
    head: usize,
    // Absolute offset of the wire's first byte in our direction's stream.
    base: u64,
    // Bytes of our direction that were accepted, framed.
    queued: u64,
    course: Course,
    // Only where bytes are without end.
    well: Option<Box<Well>>,
    close: Option<Close>,
    // The conversation is over: nothing more happens in it.
    sealed: bool,
    at: At,
    allowance: Option<Box<Bucket>>,
    withheld: bool,
    asked_drained: bool,
    // Messages that were accepted for sending.
    accepted: u64,
    // Bytes of the buffer being heard from that may go back in it; none while it is not ours to take.
    returnable: usize,
    // Bytes of it that do.
    returned: usize,
    pub(crate) events: Vec<Event>,
    pub(crate) counters: Counters,
}

impl Outbox {
    pub(crate) fn new(
        common: Arc<Common>,
        conn: Conn,
        peer: Arc<str>,
        medium: Medium,
        outward: Chain,
    ) -> Self {
        let allowance = match medium {
            Medium::Datagram => common.rate.map(|rate| Box::new(Bucket::new(rate))),
            Medium::Stream => None,
        };
        Self {
            common,
            conn,
            client: None,
            peer,
            leg: None,
            medium,
            dice: None,
            outward,
            buffers: None,
            head: 0,
            base: 0,
            queued: 0,
            course: Course::Open,
            well: None,
            close: None,
            sealed: false,
            at: At::START,
            allowance,
            withheld: false,
            asked_drained: false,
            accepted: 0,
            returnable: 0,
            returned: 0,
            events: Vec::new(),
            counters: Counters::default(),
        }
    }

    /// Sends one message, framed. Once our direction is ending nothing more is taken.
    pub fn send(&mut self, message: &[u8]) {
        self.queue(message, Edge::Joined, Wrapping::Framed);
    }

    /// Sends bytes as they are, past the framing.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        self.queue(bytes, Edge::Joined, Wrapping::Raw);
    }

    /// Sends one message in a write of its own, so that it travels apart from what comes before and after.
    pub fn send_apart(&mut self, message: &[u8]) {
        self.queue(message, Edge::Apart, Wrapping::Framed);
    }

    /// Sends the message that is being heard back as it is. Where it fills the buffer it came in, that buffer travels
    /// on and nothing is copied.
    #[inline]
    pub fn send_back(&mut self, message: &[u8]) {
        let as_it_is = self.medium == Medium::Stream && self.common.framing.is_bare();
        let alone = self.wire().is_empty() && self.outward.is_empty() && self.returned == 0;
        if !as_it_is || !alone || !self.is_open() || message.len() < BULK || message.len() != self.returnable
        {
            return self.send(message);
        }
        self.returned = message.len();
        let told = self.looked_at().then(|| (message.into(), Wrapping::Framed));
        self.queued(message.len(), told);
    }

    /// Builds one message in place and sends it.
    pub fn send_with(&mut self, build: impl FnOnce(&mut Vec<u8>, &mut Self)) {
        let mut message = std::mem::take(&mut self.buffers().scratch);
        message.clear();
        build(&mut message, self);
        self.send(&message);
        self.buffers().scratch = message;
    }

    /// Ends our direction after what was sent: a FIN. The peer may go on.
    pub fn end(&mut self) {
        if self.course != Course::Open {
            return;
        }
        self.course = Course::Ending;
        self.well = None;
        if !self.outward.is_empty() {
            self.outward.offer(Unit::End, self.at, &mut self.events);
            self.pump();
        }
    }

    /// Ends the conversation: graceful after what was sent, reset at once.
    pub fn close(&mut self, close: Close) {
        if close == Close::Graceful {
            self.end();
        }
        self.close.get_or_insert(close);
    }

    /// From now on nothing is sent; what would have been is counted as suppressed.
    pub fn withhold(&mut self) {
        self.withheld = true;
        while self.has_front() {
            self.lost();
        }
    }

    /// Asks for `Input::Drained` once all that was sent is with the system.
    pub fn ask_drained(&mut self) {
        self.asked_drained = true;
    }

    /// Whether so much waits for the peer that nothing more should be made.
    #[must_use]
    #[inline]
    pub fn full(&self) -> bool {
        let most = if self.leg.is_some() { LEG } else { OUTBOX };
        let Some(buffers) = &self.buffers else { return self.backlog() >= most };
        self.backlog() >= most || buffers.underway.len() >= OUTBOX_MESSAGES
    }

    /// Bytes waiting for the peer, those that faults hold included.
    #[must_use]
    #[inline]
    pub fn backlog(&self) -> usize {
        self.returned + self.wire().len() - self.head
            + if self.outward.is_empty() { 0 } else { self.outward.held() }
    }

    /// Bytes that the system has taken so far.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.counters.bytes_out
    }

    /// Whether anything can still be sent.
    #[must_use]
    #[inline]
    pub fn is_open(&self) -> bool {
        self.course == Course::Open && self.close.is_none()
    }

    /// The number of this conversation.
    #[must_use]
    pub fn conn(&self) -> Conn {
        self.conn
    }

    /// The other end.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// How messages read as text.
    #[must_use]
    pub fn charset(&self) -> Charset {
        self.common.charset
    }

    /// The time of day.
    #[must_use]
    pub fn wall(&self) -> &Wall {
        &self.common.wall
    }

    /// Stream or datagrams.
    #[must_use]
    pub fn medium(&self) -> Medium {
        self.medium
    }

    /// How our messages are framed.
    #[must_use]
    pub fn framing(&self) -> &Framing {
        &self.common.framing
    }

    /// Messages accepted for sending so far.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// This conversation's chance.
    pub fn dice(&mut self) -> &mut Dice {
        let (seed, conn) = (self.common.seed, self.conn);
        self.dice.get_or_insert_with(|| Box::new(Dice::new(seed, (conn << 16) | 0xffff)))
    }

    #[inline]
    fn buffers(&mut self) -> &mut Buffers {
        self.buffers.get_or_insert_default()
    }

    /// What is to be written, what was written already included.
    #[inline]
    fn wire(&self) -> &[u8] {
        self.buffers.as_ref().map_or(&[], |buffers| &buffers.wire)
    }

    /// What all conversations share.
    #[must_use]
    pub fn common(&self) -> Arc<Common> {
        Arc::clone(&self.common)
    }

    /// Says that something failed without ending the conversation.
    pub fn fail(&mut self, failure: Failure) {
        self.event(What::Failed(failure));
    }

    /// Says something that people should know, if anybody looks.
    pub(crate) fn notice(&mut self, notice: Notice) {
        if self.looked_at() {
            self.event(What::Notice(notice));
        }
    }

    pub(crate) fn event(&mut self, what: What) {
        if !self.sealed {
            self.events.push(Event { at: self.at, conn: Some(self.conn), leg: self.leg, what });
        }
    }

    /// The last event is noted: nothing is sent, faulted or told any more.
    pub(crate) fn seal(&mut self) {
        self.sealed = true;
        self.close.get_or_insert(Close::Reset);
        self.outward_over();
        self.well = None;
        self.head = 0;
        if let Some(buffers) = &mut self.buffers {
            // They go to the next conversation.
            buffers.wire.clear();
            buffers.cuts.clear();
            buffers.underway.clear();
        }
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed
    }

    #[inline]
    pub(crate) fn detail(&self) -> EventDetail {
        self.common.detail
    }

    #[inline]
    pub(crate) fn looked_at(&self) -> bool {
        self.common.detail.has_messages()
    }

    #[inline]
    pub(crate) fn now(&mut self, at: At) {
        self.at = at;
    }

    #[inline]
    pub(crate) fn closing(&self) -> Option<Close> {
        self.close
    }

    #[inline]
    pub(crate) fn wake(&self) -> Option<At> {
        // What waits behind a piece that the system has not taken waits for that, not for time.
        self.outward.wake().filter(|_| !self.has_front())
    }

    #[inline]
    fn queue(&mut self, message: &[u8], edge: Edge, wrapping: Wrapping) {
        if message.is_empty() && self.medium == Medium::Stream && self.common.framing.is_raw() {
            // It has no bytes, so there is nothing that could be sent, and no checksum of nothing either.
            return;
        }
        if !self.is_open() {
            self.counters.dropped += 1;
            return;
        }
        let (at, medium) = (self.at, self.medium);
        if self.withheld || self.allowance.as_mut().is_some_and(|bucket| !bucket.take(at)) {
            self.counters.suppressed += 1;
            return;
        }
        let buffers = self.buffers.get_or_insert_default();
        let before = buffers.wire.len();
        let framed = match wrapping {
            Wrapping::Framed => self.common.framing.encode(message, &mut buffers.wire),
            Wrapping::Raw => {
                buffers.wire.extend_from_slice(message);
                Ok(())
            }
        };
        if let Err(error) = framed {
            self.counters.dropped += 1;
            self.fail(Failure::new(
                Operation::Send,
                self.peer.to_string(),
                Kind::Framing,
                text!("not-sent", detail = error.text()),
            ));
            return;
        }
        let framed = self.wire().get(before..).unwrap_or_default();
        let len = framed.len();
        let is_told = self.looked_at() && !self.tells_by_write();
        let told = is_told.then(|| match wrapping {
            Wrapping::Framed if self.common.framing.fills_in() => (self.unframed(framed), wrapping),
            _ => (message.into(), wrapping),
        });
        if self.outward.is_empty() {
            if medium == Medium::Datagram || edge == Edge::Apart {
                self.cut();
            }
            return self.queued(len, told);
        }
        let wire = &mut self.buffers.get_or_insert_default().wire;
        let framed = Unit::Data(wire.get(before..).unwrap_or_default());
        self.outward.offer(framed, at, &mut self.events);
        wire.truncate(before);
        self.queued(len, told);
        self.pump();
    }

    /// A message is on its way, `len` bytes with its framing; `message` is how it is told of, where somebody looks.
    #[inline]
    fn queued(&mut self, len: usize, message: Option<(Box<[u8]>, Wrapping)>) {
        self.accepted += 1;
        self.queued += len as u64;
        if self.tells_by_write() {
            return;
        }
        let end = self.queued;
        self.buffers().underway.push_back(Underway { end, message });
    }

    /// The system has taken a message.
    #[inline]
    fn sent(&mut self, message: Option<(Box<[u8]>, Wrapping)>) {
        self.counters.messages_out += 1;
        if let Some((data, wrapping)) = message {
            self.event(What::Sent { data, wrapping });
        }
    }

    fn cut(&mut self) {
        let base = self.base;
        let buffers = self.buffers();
        buffers.cuts.push_back(base + buffers.wire.len() as u64);
    }

    #[cfg(test)]
    pub(crate) fn set_outward(&mut self, outward: Chain) {
        self.outward = outward;
    }

    fn outward_over(&mut self) {
        self.outward.close();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Joined,
    Apart,
}
