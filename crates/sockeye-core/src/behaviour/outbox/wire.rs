//! The driver's side of an outbox: what is to be written next, and what became of it.
//! Never frames anything: what stands here is on its way.

use super::{Buffers, Course, Outbox, Underway};
use crate::{
    event::{FaultTally, What, Wrapping},
    frame::{Flow, Framer, Message},
    limit::OUTBOX,
    stage::{ChainConfig, Drawn, FaultSpec, Held},
    unit::{Dir, Medium},
};

impl Outbox {
    /// From now on what is heard is the whole of a buffer of `len` bytes that may be taken.
    #[inline]
    pub(crate) fn offer_buffer(&mut self, len: usize) {
        self.returnable = len;
    }

    /// Takes the buffer, if what it held goes back; leaves an empty one.
    #[inline]
    pub(crate) fn take_buffer(&mut self, buffer: &mut Vec<u8>) {
        self.returnable = 0;
        if std::mem::take(&mut self.returned) > 0 {
            buffer.extend_from_slice(self.wire());
            std::mem::swap(buffer, &mut self.buffers().wire);
            buffer.clear();
        }
    }

    /// Moves what faults let go onto the wire, one piece at a time: the next waits until the system has the one before it,
    /// or the two would be one again.
    #[inline]
    pub(crate) fn pump(&mut self) {
        while !self.outward.is_empty() && !self.has_front() {
            match self.outward.draw(self.at, &mut self.events) {
                None => return,
                Some(Drawn::Unit(Held::Data(bytes))) => {
                    self.buffers().wire.extend_from_slice(&bytes);
                    self.cut();
                }
                Some(Drawn::Unit(Held::End)) => {
                    // Its own end, or one that a fault has made: a FIN in either case.
                    self.outward_over();
                    if self.course == Course::Open {
                        self.course = Course::Ending;
                    }
                }
                Some(Drawn::Kill(close)) => {
                    // What the faults still hold never leaves; a FIN need not wait for it.
                    self.outward_over();
                    return self.close(close);
                }
            }
        }
    }

    /// Puts other faults in the place of those on the way to the peer; what those hold goes on at once.
    pub(crate) fn change_faults(&mut self, faults: &[FaultSpec], config: ChainConfig) {
        self.outward.change(faults, config, self.at, &mut self.events);
        self.pump();
    }

    /// What the faults on the way to the peer came to.
    pub(crate) fn fault_tally(&self) -> Vec<FaultTally> {
        self.outward.tally()
    }

    /// The bytes to write next, in one write; empty when there are none, or an empty datagram is due.
    #[must_use]
    #[inline]
    pub fn front(&self) -> &[u8] {
        let Some(buffers) = self.buffers.as_ref().filter(|buffers| self.head < buffers.wire.len()) else {
            return self.drawn();
        };
        let end = match buffers.cuts.front() {
            Some(&cut) => usize::try_from(cut - self.base).unwrap_or(usize::MAX).min(buffers.wire.len()),
            None => buffers.wire.len(),
        };
        buffers.wire.get(self.head..end).unwrap_or_default()
    }

    /// Whether anything, be it an empty datagram, waits to be written.
    #[must_use]
    #[inline]
    pub fn has_front(&self) -> bool {
        let waits = self.buffers.as_ref().is_some_and(|buffers| {
            self.head < buffers.wire.len() || (self.medium == Medium::Datagram && !buffers.cuts.is_empty())
        });
        waits || self.is_endless()
    }

    /// The first `n` bytes of `front` were written.
    #[inline]
    pub fn wrote(&mut self, n: usize) {
        if self.is_endless() && self.head == self.wire().len() {
            return self.draw(n);
        }
        if self.tells_by_write() {
            let written = self.front().get(..n).unwrap_or_default();
            // What a relay passes on as it came was told when it came.
            let is_news = self.looked_at() && (self.leg.is_none() || !self.outward.is_empty());
            let message = is_news.then(|| (self.unframed(written), Wrapping::Framed));
            self.sent(message);
        }
        self.counters.bytes_out += n as u64;
        if self.detail().has_wire() {
            let bytes = self.front().get(..n).unwrap_or_default().into();
            self.event(What::Wire { dir: Dir::Out, bytes });
        }
        self.advance(n);
        let written = self.base + self.head as u64;
        while let Some(underway) = self.underway_until(written) {
            self.sent(underway.message);
            if self.medium == Medium::Datagram {
                // One datagram, one message; those behind it may be empty.
                break;
            }
        }
    }

    /// A message of `len` bytes went straight to the system while nothing waited here.
    #[inline]
    pub(crate) fn passed(&mut self, len: usize) {
        self.accepted += 1;
        self.queued += len as u64;
        self.base += len as u64;
        self.counters.bytes_out += len as u64;
        self.counters.messages_out += 1;
    }

    /// The next message whose last byte is before `written`.
    #[inline]
    fn underway_until(&mut self, written: u64) -> Option<Underway> {
        let underway = &mut self.buffers.as_mut()?.underway;
        underway.front().filter(|underway| underway.end <= written)?;
        underway.pop_front()
    }

    /// The first `n` bytes of `front` are done with.
    #[inline]
    fn advance(&mut self, n: usize) {
        let Some(buffers) = &mut self.buffers else { return };
        self.head = (self.head + n).min(buffers.wire.len());
        let reached = self.base + self.head as u64;
        if buffers.cuts.front().is_some_and(|&cut| cut <= reached) {
            buffers.cuts.pop_front();
        }
        if self.head == buffers.wire.len() {
            self.base = reached;
            self.head = 0;
            buffers.wire.clear();
        } else if self.head > OUTBOX {
            // A peer that always leaves a little must not make the buffer grow without end.
            buffers.wire.drain(..self.head);
            self.base = reached;
            self.head = 0;
        }
    }

    /// The front datagram will never be written.
    pub fn lost(&mut self) {
        let len = self.front().len();
        self.advance(len);
        self.underway_until(u64::MAX);
        self.counters.dropped += 1;
        self.counters.unsent += len as u64;
    }

    /// Whether it has no buffers of its own to fill.
    #[must_use]
    #[inline]
    pub fn wants_buffers(&self) -> bool {
        self.buffers.is_none()
    }

    /// Lends it empty buffers, so that an idle conversation need not keep any.
    #[inline]
    pub fn lend(&mut self, spare: Box<Buffers>) {
        if self.wants_buffers() {
            self.buffers = Some(spare);
        }
    }

    /// Takes the buffers back once there is nothing in them.
    #[inline]
    pub fn reclaim(&mut self) -> Option<Box<Buffers>> {
        self.buffers.take_if(|buffers| buffers.is_empty())
    }

    /// The link takes no more: what waits is lost, and our direction is over.
    pub fn abandon(&mut self) {
        self.counters.dropped += u64::from(self.has_front());
        self.base += self.head as u64;
        self.head = 0;
        self.well = None;
        if let Some(buffers) = &mut self.buffers {
            buffers.wire.clear();
            buffers.cuts.clear();
        }
        self.outward_over();
        self.course = Course::Ended;
    }

    /// The conversation is over: what was accepted and the system never took is counted.
    pub(crate) fn count_unsent(&mut self) {
        let reached = self.base + self.head as u64;
        // What faults made of datagrams is their doing: only what waits for the system counts.
        let queued = if self.has_reworked() { self.base + self.wire().len() as u64 } else { self.queued };
        self.counters.unsent += queued.saturating_sub(reached);
    }

    /// The message in a datagram that is leaving; all of it where it is none.
    pub(super) fn unframed(&self, datagram: &[u8]) -> Box<[u8]> {
        let mut found: Option<Box<[u8]>> = None;
        let mut framer = Framer::new(self.common.framing.clone());
        let mut take = |message: Message<'_>| {
            found.get_or_insert_with(|| message.body.into());
            Flow::Go
        };
        let whole = framer.feed(datagram, self.at, &mut take).is_ok();
        let whole = whole && framer.finish(self.at, &mut take).is_ok();
        found.filter(|_| whole).unwrap_or_else(|| datagram.into())
    }

    /// Whether what leaves is only known by its bytes: faults have made datagrams of their own, and what a relay passes on has
    /// no edges of its own.
    #[inline]
    pub(super) fn tells_by_write(&self) -> bool {
        self.leg.is_some() || self.has_reworked()
    }

    /// Whether faults may have reordered, damaged, dropped or doubled datagrams.
    #[inline]
    fn has_reworked(&self) -> bool {
        self.medium == Medium::Datagram && !self.outward.is_empty()
    }
}
