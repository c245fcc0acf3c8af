//! What a composed framing is made of, and what one whole frame of it says.
//! Never looks for where a frame ends.

use std::ops::Range;

use memchr::memmem::Finder;
use sockeye_text::text;

use super::{
    escape::Coding,
    field::{Field, LengthRead},
    functions::RtuRole,
    typed,
};
use crate::frame::{
    check::Check,
    checksum::Checksum,
    cut::Opened,
    error::{FrameError, SpecError},
};

/// See the module.
#[derive(Clone, Debug)]
pub(in super::super) struct Composed {
    /// What errors call it.
    pub(super) name: &'static str,
    pub(super) head: Finder<'static>,
    pub(super) tail: Finder<'static>,
    pub(super) sizing: Sizing,
    pub(super) coding: Coding,
    pub(super) strip: Strip,
    /// The bytes between head and length, where the message does not have them.
    pub(super) pre: Vec<u8>,
    /// What stands before the checksum, if there is one.
    pub(super) mark: Vec<u8>,
    /// A byte that may stand between frames.
    pub(super) fill: Option<u8>,
    pub(super) sum: Option<Checksum>,
}

/// What of the front of a frame is not the message's, besides the head.
#[derive(Clone, Copy, Debug)]
pub(super) enum Strip {
    /// So many bytes.
    Bytes(usize),
    /// All up to the end of its varint.
    Varint,
}

/// What says where a frame ends.
#[derive(Clone, Debug)]
pub(super) enum Sizing {
    /// Its length.
    Field(Field),
    /// Its tail alone.
    Tail,
    /// Its function code; who speaks is who is heard.
    Functions { heard: Option<RtuRole> },
    /// It is a value of RESP.
    Values,
    /// It is a message of PostgreSQL.
    Typed,
}

/// Whether `frame` ends with `end`. An empty one is nowhere in memory, and a masked load from there takes as long as all else
/// that a small frame takes.
#[inline]
pub(super) fn ends_with(frame: &[u8], end: &[u8]) -> bool {
    end.is_empty() || frame.ends_with(end)
}

impl Composed {
    pub(super) fn head(&self) -> &[u8] {
        self.head.needle()
    }

    pub(super) fn tail(&self) -> &[u8] {
        self.tail.needle()
    }

    /// Whether frames are found again after damage.
    pub(super) fn syncs(&self) -> bool {
        !self.head().is_empty() || matches!(self.sizing, Sizing::Functions { .. })
    }

    /// The least place in a frame where its message begins.
    pub(super) fn start(&self) -> usize {
        let strip = match (self.strip, &self.sizing) {
            (Strip::Bytes(strip), _) => strip,
            (Strip::Varint, Sizing::Field(field)) => field.header(),
            (Strip::Varint, _) => 0,
        };
        strip.max(self.head().len())
    }

    /// Where the message of this frame begins.
    pub(super) fn start_in(&self, frame: &[u8]) -> usize {
        match (self.strip, &self.sizing) {
            (Strip::Varint, Sizing::Field(field)) => match field.read(frame, 0, usize::MAX) {
                LengthRead::Frame { end, .. } => end,
                _ => self.start(),
            },
            _ => self.start(),
        }
    }

    pub(super) fn sum_size(&self) -> usize {
        self.sum.map_or(0, Checksum::size)
    }

    /// The message of an unescaped frame, and what its checksum says.
    #[inline]
    pub(super) fn read(&self, frame: &[u8]) -> (Range<usize>, Check) {
        let end = frame.len().saturating_sub(self.tail().len());
        let start = self.start_in(frame).min(end);
        let Some(sum) = self.sum else { return (start..end, Check::None) };
        let short = (start..end, Check::Short { size: sum.size() });
        let Some(seal) = end.checked_sub(sum.size()).filter(|seal| *seal >= self.head().len()) else {
            return short;
        };
        if !frame.get(..seal).is_some_and(|frame| ends_with(frame, &self.mark)) {
            // The mark says that there is a checksum.
            return (start..end, Check::None);
        }
        let to = seal - self.mark.len();
        let covered = sum.covered(frame.len(), start, to).and_then(|covered| frame.get(covered));
        match covered {
            Some(covered) => {
                (start.min(to)..to, sum.judge(covered, frame.get(seal..end).unwrap_or_default()))
            }
            None => short,
        }
    }

    /// The frame that travels as `raw`.
    pub(super) fn plain<'a>(&self, raw: &'a [u8], scratch: &'a mut Vec<u8>) -> (&'a [u8], Opened) {
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
    pub(super) fn frame_of(&self, message: &[u8]) -> Result<Vec<u8>, FrameError> {
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

    /// The same with `sum`, if a frame has room for what it covers.
    pub(in super::super) fn sealed(mut self, spec: &str, sum: Checksum) -> Result<Self, SpecError> {
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
    pub(in super::super) fn hearing(&mut self, speaker: RtuRole) {
        if let Sizing::Functions { heard: heard @ None } = &mut self.sizing {
            *heard = Some(speaker);
        }
    }

    /// Whether it waits to be told who is heard.
    pub(in super::super) fn has_sides(&self) -> bool {
        matches!(self.sizing, Sizing::Functions { heard: None })
    }

    /// Whether it is cut otherwise by who hears us than by us.
    pub(in super::super) fn heard(&self) -> Option<RtuRole> {
        match self.sizing {
            Sizing::Functions { heard } => Some(heard.unwrap_or(RtuRole::Server)),
            _ => None,
        }
    }

    /// The same as the peer cuts it.
    pub(in super::super) fn turn_round(&mut self) {
        if let Sizing::Functions { heard } = &mut self.sizing {
            *heard = Some(heard.unwrap_or(RtuRole::Server).other());
        }
    }

    /// Its own checksum.
    pub(in super::super) fn sum(&self) -> Option<Checksum> {
        self.sum
    }

    /// Whether framing a message writes into it.
    pub(in super::super) fn fills_in(&self) -> bool {
        match &self.sizing {
            Sizing::Field(field) => self.start() < field.header(),
            Sizing::Typed => true,
            Sizing::Tail | Sizing::Functions { .. } | Sizing::Values => false,
        }
    }
}
