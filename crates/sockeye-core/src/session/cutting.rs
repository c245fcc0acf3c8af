//! How a session cuts what comes into messages, and what it tells of bytes that become none.
//! Never decides what a message means.

use sockeye_text::text;

use super::{Hearing, Input, Session};
use crate::{
    event::{Ending, Failure, Kind, Notice, Operation, What},
    frame::{FrameError, Framer, PassedOver},
    unit::{At, Close, Medium, Unit},
};

/// Bytes of an unfinished message that are shown.
const UNFINISHED: usize = 256;

impl Session {
    #[inline]
    pub(super) fn take(&mut self, unit: Unit<'_>, at: At) {
        match unit {
            // Once we are closing nothing is heard, and what is cut short by that is nobody's mistake.
            Unit::Data(_) if self.out.closing().is_some() => {}
            Unit::Data(bytes) if self.out.leg().is_some() => self.take_and_pass(bytes, at),
            Unit::Data(bytes) if self.out.medium() == Medium::Datagram => self.take_datagram(bytes, at),
            Unit::Data(bytes) => self.take_stream(bytes, at),
            Unit::End => {
                self.end_came = true;
                self.settle_end(at);
            }
        }
    }

    #[inline]
    pub(super) fn take_stream(&mut self, bytes: &[u8], at: At) {
        let messages =
            self.framed(at, |framer, hearing| framer.feed(bytes, at, |message| hearing.take(message)));
        if let Some(messages) = messages {
            self.note_sticky(bytes.len(), messages);
        }
    }

    /// Whatever its framing, a datagram is whole: nothing of it waits for the next one.
    pub(super) fn take_datagram(&mut self, bytes: &[u8], at: At) {
        if self.framer.framing().is_raw() {
            self.framed(at, |framer, hearing| framer.feed(bytes, at, |message| hearing.take(message)));
        } else if self.framer.stopped() {
            self.out.counters.dropped += 1;
        } else {
            self.framer = Framer::new(self.framer.framing().clone());
            self.framed(at, |framer, hearing| {
                framer.feed(bytes, at, |message| hearing.take(message))?;
                framer.finish(at, |message| hearing.take(message))
            });
        }
    }

    /// The lesson of the sticky packet, where framing lets us know it.
    #[inline]
    fn note_sticky(&mut self, len: usize, messages: u64) {
        if !self.out.looked_at() || self.framer.framing().is_chunk() || self.out.medium() == Medium::Datagram
        {
            return;
        }
        let left = if self.framer.stopped() { 0 } else { self.framer.held() };
        if messages != 1 || left > 0 {
            self.out.event(What::Sticky { len, messages, left });
        }
    }

    /// Tells the behaviour of the peer's FIN once everything before it has been heard.
    #[inline]
    pub(super) fn settle_end(&mut self, at: At) {
        if self.told_end || !self.end_came || self.framer.stopped() {
            return;
        }
        self.told_end = true;
        if self.out.closing().is_none() {
            self.framed(at, |framer, hearing| framer.finish(at, |message| hearing.take(message)));
        }
        self.tell(Input::PeerEnded, at);
    }

    /// Drives the framer; returns how many messages came, or nothing where it lost its way, which is told.
    #[inline]
    pub(super) fn framed(
        &mut self,
        at: At,
        drive: impl FnOnce(&mut Framer, &mut Hearing<'_>) -> Result<(), FrameError>,
    ) -> Option<u64> {
        let mut hearing = Hearing {
            behaviour: &mut *self.behaviour,
            out: &mut self.out,
            pacing: self.pacing.as_deref_mut(),
            observer: self.observer.as_deref_mut(),
            at,
            messages: 0,
        };
        let outcome = drive(&mut self.framer, &mut hearing);
        let messages = hearing.messages;
        self.note_passed_over();
        match outcome {
            Ok(()) => Some(messages),
            Err(error) => {
                self.broken(&error, at);
                None
            }
        }
    }

    /// Counts and tells what was between messages or in the place of one.
    #[inline]
    fn note_passed_over(&mut self) {
        let over = self.framer.take_passed_over();
        if over != PassedOver::default() {
            self.out.counters.pass_over(&over);
            if over.bytes > 0 && self.out.looked_at() {
                self.out.event(What::Notice(Notice::Skipped { bytes: over.bytes, at: over.at }));
            }
        }
    }

    fn broken(&mut self, error: &FrameError, at: At) {
        self.note_left();
        if self.out.leg().is_some() {
            return self.unframed(error);
        }
        self.out.counters.dropped += 1;
        let peer = self.out.peer().to_owned();
        let failure = Failure::new(Operation::Receive, peer, Kind::Framing, error.text());
        let is_cut_short =
            self.observer.as_ref().is_some_and(|observer| observer.is_cut_short(self.framer.leftover()));
        self.out.fail(match is_cut_short {
            true => failure.hint(text!("cut-within-character")),
            false => failure,
        });
        // The next datagram begins anew; a stream has lost its way for good.
        if self.out.medium() == Medium::Stream {
            self.close(Close::Graceful, Ending::Refused, at);
        }
    }

    /// Shows, once, what is held of a message that will never be whole.
    pub(super) fn note_left(&mut self) {
        // What we no longer wanted to hear may hold whole messages.
        if self.framer.stopped() {
            return;
        }
        let left = self.framer.leftover();
        if left.is_empty() || self.told_left || !self.out.looked_at() {
            return;
        }
        self.told_left = true;
        let data = left.get(..left.len().min(UNFINISHED)).unwrap_or_default().into();
        let len = left.len();
        self.out.event(What::Notice(Notice::Unfinished { len, data }));
    }
}
