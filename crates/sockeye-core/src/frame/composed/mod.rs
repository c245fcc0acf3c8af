//! Cuts frames that are composed of parts: a head to find them by, a length, escapes, a checksum over a part, a tail.
//! Never loses its place for longer than a damaged frame: where there is a head, the next whole frame is looked for.
//!
//! A frame here is the unescaped one, from its head to its tail; all positions count in it. What travels is the same with what
//! lies between head and tail escaped. The message is the frame without head, checksum and tail, and without the first `strip`
//! bytes.

mod escape;
mod field;
mod functions;
mod measure;
mod resp;
mod search;
mod spec;
mod typed;

use std::ops::Range;

use data_encoding::HEXLOWER;
use memchr::memmem::Finder;
use sockeye_text::text;

use self::escape::Coding;
use self::field::{Field, Reading};
pub(super) use self::functions::Speaker;
use self::measure::Measured;
use self::search::Starts;
pub(super) use self::spec::{DIGITS, composes, from_length, from_markers, from_tail, from_varint, preset};
use super::check::Check;
use super::checksum::Checksum;
use super::cut::{Astray, Cut, CutStep, Opened, Scan, Tail, Unsealed};
use super::error::{FrameError, SpecError};
use super::parts::FrameParts;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Composed {
    /// What errors call it.
    name: &'static str,
    head: Finder<'static>,
    tail: Finder<'static>,
    sizing: Sizing,
    coding: Coding,
    strip: Strip,
    /// The bytes between head and length, where the message does not have them.
    pre: Vec<u8>,
    /// What stands before the checksum, if there is one.
    mark: Vec<u8>,
    /// A byte that may stand between frames.
    fill: Option<u8>,
    sum: Option<Checksum>,
}

/// What of the front of a frame is not the message's, besides the head.
#[derive(Clone, Copy, Debug)]
enum Strip {
    /// So many bytes.
    Bytes(usize),
    /// All up to the end of its varint.
    Varint,
}

/// What says where a frame ends.
#[derive(Clone, Debug)]
enum Sizing {
    /// Its length.
    Field(Field),
    /// Its tail alone.
    Tail,
    /// Its function code; who speaks is who is heard.
    Functions { heard: Option<Speaker> },
    /// It is a value of RESP.
    Values,
    /// It is a message of PostgreSQL.
    Typed,
}

impl Composed {
    fn head(&self) -> &[u8] {
        self.head.needle()
    }

    fn tail(&self) -> &[u8] {
        self.tail.needle()
    }

    /// Whether frames are found again after damage.
    fn syncs(&self) -> bool {
        !self.head().is_empty() || matches!(self.sizing, Sizing::Functions { .. })
    }

    /// Where the next frame may begin, at `from` or behind it.
    fn starts<'a>(&'a self, buf: &'a [u8], from: usize) -> Starts<'a> {
        Starts::new(&self.head, buf, from)
    }

    /// The least place in a frame where its message begins.
    fn start(&self) -> usize {
        let strip = match (self.strip, &self.sizing) {
            (Strip::Bytes(strip), _) => strip,
            (Strip::Varint, Sizing::Field(field)) => field.header(),
            (Strip::Varint, _) => 0,
        };
        strip.max(self.head().len())
    }

    /// Where the message of this frame begins.
    fn start_in(&self, frame: &[u8]) -> usize {
        match (self.strip, &self.sizing) {
            (Strip::Varint, Sizing::Field(field)) => match field.read(frame, 0, usize::MAX) {
                Reading::Frame { end, .. } => end,
                _ => self.start(),
            },
            _ => self.start(),
        }
    }

    fn sum_size(&self) -> usize {
        self.sum.map_or(0, Checksum::size)
    }

    /// The message of an unescaped frame, and what its checksum says.
    #[inline]
    fn read(&self, frame: &[u8]) -> (Range<usize>, Check) {
        let end = frame.len().saturating_sub(self.tail().len());
        let start = self.start_in(frame).min(end);
        let Some(sum) = self.sum else { return (start..end, Check::None) };
        let short = (start..end, Check::Short { size: sum.size() });
        let Some(seal) = end.checked_sub(sum.size()).filter(|seal| *seal >= self.head().len()) else {
            return short;
        };
        let Some(to) =
            frame.get(..seal).and_then(|frame| frame.strip_suffix(&self.mark[..])).map(<[u8]>::len)
        else {
            // The mark says that there is a checksum.
            return (start..end, Check::None);
        };
        let covered = sum.covered(frame.len(), start, to).and_then(|covered| frame.get(covered));
        match covered {
            Some(covered) => {
                (start.min(to)..to, sum.judge(covered, frame.get(seal..end).unwrap_or_default()))
            }
            None => short,
        }
    }

    /// The frame that travels as `raw`.
    fn plain<'a>(&self, raw: &'a [u8], scratch: &'a mut Vec<u8>) -> (&'a [u8], Opened) {
        let (head, tail) = (self.head().len(), raw.len().saturating_sub(self.tail().len()));
        let inner = raw.get(head..tail).unwrap_or_default();
        scratch.clear();
        match &self.coding {
            Coding::Plain => return (raw, Opened::AsIs),
            Coding::Escape(escape) => {
                scratch.extend_from_slice(self.head());
                escape.decode(inner, scratch);
            }
            Coding::Digits => {
                scratch.extend_from_slice(self.head());
                scratch.extend(data_encoding::HEXLOWER_PERMISSIVE.decode(inner).unwrap_or_default());
            }
        }
        scratch.extend_from_slice(self.tail());
        (scratch, Opened::Scratch)
    }

    /// The frame of `message`, unescaped.
    fn frame_of(&self, message: &[u8]) -> Result<Vec<u8>, FrameError> {
        let mut frame = self.head().to_vec();
        frame.extend_from_slice(&self.pre);
        frame.resize(self.start(), 0);
        frame.extend_from_slice(message);
        let mark: &[u8] = if self.sum.is_some() { &self.mark } else { &[] };
        match &self.sizing {
            Sizing::Field(field) => {
                field.write(&mut frame, mark.len() + self.sum_size() + self.tail().len())?
            }
            Sizing::Typed => typed::write(&mut frame),
            Sizing::Tail | Sizing::Functions { .. } | Sizing::Values => {}
        }
        let to = frame.len();
        frame.extend_from_slice(mark);
        let seal = frame.len();
        frame.resize(seal + self.sum_size(), 0);
        let end = frame.len();
        frame.extend_from_slice(self.tail());
        if let Some(sum) = self.sum {
            let start = self.start_in(&frame).min(to);
            let covered = sum.covered(frame.len(), start, to).and_then(|covered| frame.get(covered));
            let Some(covered) = covered else {
                let want = text!("wanted-covered", checksum = sum.to_string());
                return Err(FrameError::WrongSize { framing: self.name, have: message.len(), want });
            };
            let bytes = sum.seal_of(covered);
            if let Some(place) = frame.get_mut(seal..end) {
                place.copy_from_slice(bytes.as_slice());
            }
        }
        Ok(frame)
    }

    /// Refuses a frame that would not be cut as it was made.
    fn prove(&self, raw: &[u8]) -> Result<(), FrameError> {
        if self.is_shared(raw.len()) {
            let want = text!("wanted-not-empty");
            return Err(FrameError::WrongSize { framing: self.name, have: 0, want });
        }
        let measured = match &self.sizing {
            // What we say is cut by whoever hears us.
            Sizing::Functions { heard } => self.by_function(raw, heard.unwrap_or(Speaker::Server).other()),
            _ => self.measure(raw, &mut Scan::default(), usize::MAX),
        };
        match measured {
            Measured::Whole(total) if total == raw.len() => Ok(()),
            Measured::Whole(at) if !self.tail().is_empty() => {
                let what = text!("end-tail-marker", bytes = HEXLOWER.encode(self.tail()));
                let at = at.saturating_sub(self.tail().len() + self.start());
                Err(FrameError::ContainsDelimiter { what, at })
            }
            Measured::Wrong(wrong) => Err(wrong.error),
            Measured::Whole(wanted) | Measured::Need { least: wanted, .. } => {
                let want = text!("wanted-frame", size = wanted);
                Err(FrameError::WrongSize { framing: self.name, have: raw.len(), want })
            }
        }
    }

    /// The same with `sum`, if a frame has room for what it covers.
    pub(super) fn sealed(mut self, spec: &str, sum: Checksum) -> Result<Self, SpecError> {
        if let Some(own) = self.sum {
            let why = text!("spec-own-checksum", own = own.to_string());
            return Err(SpecError::Contradiction { spec: spec.to_owned(), why });
        }
        let tail = i64::try_from(self.tail().len() + sum.size()).unwrap_or(i64::MAX);
        if let Some(to) = sum.reach().filter(|to| *to < 0 && -to < tail) {
            let why = text!("spec-covers-itself", to = to, most = -tail);
            return Err(SpecError::Contradiction { spec: spec.to_owned(), why });
        }
        self.sum = Some(sum);
        Ok(self)
    }

    /// The same for a side whose peer is `heard`, unless its SPEC says who is.
    pub(super) fn hearing(&mut self, speaker: Speaker) {
        if let Sizing::Functions { heard: heard @ None } = &mut self.sizing {
            *heard = Some(speaker);
        }
    }

    /// Whether it waits to be told who is heard.
    pub(super) fn has_sides(&self) -> bool {
        matches!(self.sizing, Sizing::Functions { heard: None })
    }

    /// Whether it is cut otherwise by who hears us than by us.
    pub(super) fn heard(&self) -> Option<Speaker> {
        match self.sizing {
            Sizing::Functions { heard } => Some(heard.unwrap_or(Speaker::Server)),
            _ => None,
        }
    }

    /// The same as the peer cuts it.
    pub(super) fn turn_round(&mut self) {
        if let Sizing::Functions { heard } = &mut self.sizing {
            *heard = Some(heard.unwrap_or(Speaker::Server).other());
        }
    }

    /// Where the parts of one whole frame lie, as it travels.
    pub(super) fn parts(&self, raw: &[u8]) -> Option<FrameParts> {
        let measured = self.measure(raw, &mut Scan::default(), usize::MAX);
        if !matches!(measured, Measured::Whole(total) if total == raw.len()) || !raw.starts_with(self.head())
        {
            return None;
        }
        let mut scratch = Vec::new();
        let (frame, _) = self.plain(raw, &mut scratch);
        let (head, end) = (self.head().len(), frame.len() - self.tail().len());
        let length = match &self.sizing {
            Sizing::Field(field) => match field.read(frame, 0, usize::MAX) {
                Reading::Frame { end, .. } => field.offset..end,
                _ => return None,
            },
            _ => head..head,
        };
        let seal = end.checked_sub(self.sum_size())?;
        let mark = frame.get(..seal)?.ends_with(&self.mark);
        let seal = match (self.sum.is_some(), mark) {
            (true, true) => seal.checked_sub(self.mark.len())?.max(length.end),
            _ => end,
        };
        let at = |place: usize| self.place(raw, place);
        let parts = FrameParts {
            head: 0..head,
            length: at(length.start)..at(length.end),
            body: at(length.end)..at(seal),
            checksum: at(seal)..at(end),
            tail: at(end)..raw.len(),
        };
        Some(parts)
    }

    /// Where a place of the unescaped frame lies in the one that travels.
    fn place(&self, raw: &[u8], place: usize) -> usize {
        let head = self.head().len();
        match &self.coding {
            _ if place <= head => place,
            Coding::Plain => place,
            Coding::Digits => head + 2 * (place - head),
            Coding::Escape(escape) => {
                let (Ok((at, _)) | Err(at)) = escape.walk(raw, head, head, place);
                at
            }
        }
    }

    /// Its own checksum.
    pub(super) fn sum(&self) -> Option<Checksum> {
        self.sum
    }

    /// Whether framing a message writes into it.
    pub(super) fn fills_in(&self) -> bool {
        match &self.sizing {
            Sizing::Field(field) => self.start() < field.header(),
            Sizing::Typed => true,
            Sizing::Tail | Sizing::Functions { .. } | Sizing::Values => false,
        }
    }
}

impl Cut for Composed {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if scan.lost > 0 {
            return Ok(self.search(buf, scan, max));
        }
        if let Some(fill) = self.fill
            && let used @ 1.. = buf.iter().take_while(|byte| **byte == fill).count()
        {
            return Ok(CutStep::Fill { used });
        }
        if !buf.starts_with(self.head()) {
            return Ok(self.starts(buf, 0).skip_to(self.fill));
        }
        match self.measure(buf, scan, max) {
            Measured::Whole(total) if self.is_shared(total) => Ok(CutStep::Fill { used: self.head().len() }),
            Measured::Whole(total) => Ok(CutStep::Frame { used: total, from: 0, to: total }),
            Measured::Need { least, total } => Ok(CutStep::Need { least, total }),
            Measured::Wrong(wrong) if self.syncs() && wrong.why != Astray::Endless => {
                Ok(self.pass(buf, scan, &wrong))
            }
            Measured::Wrong(wrong) => Err(wrong.error),
        }
    }

    #[inline]
    fn unseal(
        &self,
        raw: &[u8],
        scratch: &mut Vec<u8>,
        _: Option<Checksum>,
        _: usize,
    ) -> Result<Unsealed, FrameError> {
        let (frame, opened) = self.plain(raw, scratch);
        let (body, check) = self.read(frame);
        Ok(Unsealed { opened, body, check })
    }

    #[inline]
    fn settle(&self, buf: &[u8], used: usize, check: Check, scan: &mut Scan) -> usize {
        if check.is_bad() && self.syncs() { self.doubt(buf, used, scan) } else { used }
    }

    fn tail(&self, rest: &[u8]) -> Tail {
        // A tail that might have been a head was none.
        if rest == self.head() && self.head() == self.tail() { Tail::Nothing } else { Tail::Truncated }
    }

    fn rescue(&self, buf: &[u8], max: usize) -> Option<usize> {
        self.behind(buf, max)
    }

    fn wrap(&self, message: &[u8], _: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let frame = self.frame_of(message)?;
        let start = out.len();
        let inner = frame.get(self.head().len()..frame.len() - self.tail().len()).unwrap_or_default();
        match &self.coding {
            Coding::Plain => out.extend_from_slice(&frame),
            Coding::Escape(escape) => {
                out.extend_from_slice(self.head());
                escape.encode(inner, out);
                out.extend_from_slice(self.tail());
            }
            Coding::Digits => {
                out.extend_from_slice(self.head());
                out.extend_from_slice(data_encoding::HEXUPPER.encode(inner).as_bytes());
                out.extend_from_slice(self.tail());
            }
        }
        self.prove(out.get(start..).unwrap_or_default())
    }
}
