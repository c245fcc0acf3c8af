//! Whether what comes back is the answer that had to come.
//! Never reads a socket: bytes are handed in.

use sockeye_core::{
    frame::{Flow, FrameError, Framer, Framing, Message},
    limit::{PROBE_ANSWER, PROBE_SHOWN},
    plan::ProbeTalk,
    unit::{At, Medium},
};
use sockeye_study::probe::{ProbeEnd, ProbeStep, WrongAnswer};

/// Hears a conversation out.
pub(super) struct ProbeEar<'a> {
    talk: &'a ProbeTalk,
    framer: Framer,
    medium: Medium,
    /// What the pattern looks at: the last message, or all that came where nothing cuts it.
    seen: Vec<u8>,
    /// The first bytes that came.
    first: Vec<u8>,
    total: usize,
    met: bool,
    bad_checksum: bool,
}

impl<'a> ProbeEar<'a> {
    pub(super) fn new(talk: &'a ProbeTalk, framing: &Framing, medium: Medium) -> Self {
        Self {
            talk,
            framer: Framer::new(framing.clone()),
            medium,
            seen: Vec::new(),
            first: Vec::new(),
            total: 0,
            met: false,
            bad_checksum: false,
        }
    }

    /// Takes what one read or datagram brought; says how the attempt ends, once that is known.
    pub(super) fn hear(&mut self, bytes: &[u8], at: At) -> Option<ProbeEnd> {
        self.total += bytes.len();
        let room = PROBE_SHOWN.saturating_sub(self.first.len());
        self.first.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        let cut = self.cut(|framer, take| framer.feed(bytes, at, take));
        if self.medium == Medium::Datagram && cut.is_ok() {
            // Every datagram is whole.
            let _ = self.cut(|framer, take| framer.finish(at, take));
            self.framer = Framer::new(self.framer.framing().clone());
        }
        self.so_far(cut.is_err())
    }

    /// When a pause ends a chunk, if one can.
    pub(super) fn wake(&self) -> Option<At> {
        self.framer.wake()
    }

    /// That pause is over.
    pub(super) fn tick(&mut self, at: At) -> Option<ProbeEnd> {
        let _ = self.cut(|framer, take| {
            framer.tick(at, take);
            Ok(())
        });
        self.so_far(false)
    }

    /// The target has ended its direction.
    pub(super) fn hear_end(&mut self, at: At) -> ProbeEnd {
        let cut = self.cut(|framer, take| framer.finish(at, take));
        let nothing = if self.total == 0 { ProbeEnd::Ended } else { self.wrong(cut.is_err()) };
        self.so_far(false).unwrap_or(nothing)
    }

    /// The time is over.
    pub(super) fn give_up(&self) -> ProbeEnd {
        match self.total {
            0 => ProbeEnd::TimedOut(ProbeStep::Answer),
            _ => self.wrong(false),
        }
    }

    /// The first bytes that came.
    pub(super) fn into_first(self) -> Box<[u8]> {
        self.first.into()
    }

    fn so_far(&self, is_broken: bool) -> Option<ProbeEnd> {
        let is_bare = self.framer.framing().is_bare();
        match self.met {
            true if is_bare && self.talk.expect.is_none() && is_tls_alert(&self.first) => {
                Some(ProbeEnd::Wrong(WrongAnswer::Tls))
            }
            true => Some(ProbeEnd::Met),
            false if is_broken || self.total > PROBE_ANSWER || is_bare && is_tls_alert(&self.first) => {
                Some(self.wrong(is_broken))
            }
            false => None,
        }
    }

    fn wrong(&self, is_broken: bool) -> ProbeEnd {
        ProbeEnd::Wrong(match () {
            () if is_tls_alert(&self.first) => WrongAnswer::Tls,
            () if self.bad_checksum => WrongAnswer::Checksum,
            () if is_broken => WrongAnswer::NotFramed,
            () => WrongAnswer::Other,
        })
    }

    fn cut(
        &mut self,
        feed: impl FnOnce(&mut Framer, &mut dyn FnMut(Message<'_>) -> Flow) -> Result<(), FrameError>,
    ) -> Result<(), FrameError> {
        let Self { talk, framer, seen, met, bad_checksum, medium, .. } = self;
        let in_parts = framer.framing().is_raw() && *medium == Medium::Stream;
        feed(framer, &mut |message| {
            if message.check.is_bad() {
                *bad_checksum = true;
                return Flow::Go;
            }
            if !in_parts {
                seen.clear();
            }
            seen.extend_from_slice(message.body);
            *met |= talk.expect.as_ref().is_none_or(|expect| expect.pattern.matches(seen).is_some());
            Flow::Go
        })
    }
}

/// Whether it is an alert of TLS, which is what a server of TLS answers to what is none (RFC 8446, section 6).
fn is_tls_alert(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15, 0x03, 0..=4, 0, 2, 1 | 2, _, ..])
}
