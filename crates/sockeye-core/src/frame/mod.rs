//! Cuts a stream of bytes into messages and joins messages into a stream, checksums included.
//! Never reads a socket, never looks at what a message says, and never allocates by an announced size.
//!
//! A [`Framing`] is the validated rule both ways; a [`Framer`] is the cutting state of one direction. Every framing is
//! one file and one [`FramingRow`] of the table that help, completion, docs and property tests are made from.

mod check;
mod cobs;
mod composed;
mod cut;
mod delimiter;
mod error;
mod fixed;
mod framer;
mod held;
mod idle;
mod length;
mod markers;
mod netstring;
mod parts;
mod passed_over;
mod presets;
mod raw;
mod slip;
mod spec;
mod table;
mod varint;

pub mod checksum;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use check::{ByteOrder, Check, Layout};
pub use checksum::Checksum;
pub use cut::Flow;
pub use error::{FrameError, SpecError};
pub use framer::Framer;
pub use parts::FrameParts;
pub use passed_over::PassedOver;
pub use spec::FramingRow;
pub use table::rows;

use composed::RtuRole;
use cut::{Cut, CutStep, Scan};
use table::{FramingKind, each};

use crate::unit::Side;

/// The largest message, in bytes, unless [`Framing::with_max`] says otherwise: 16 MiB.
pub const DEFAULT_MAX_FRAME: usize = 16 * 1024 * 1024;

/// One message as it was cut, borrowed from the input wherever possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The message without its framing and without its trailing checksum.
    pub body: &'a [u8],
    /// What the checksum said.
    pub check: Check,
}

/// How a stream is cut into messages and how messages are joined: validated, immutable, cheap to clone.
///
/// `Display` prints the SPEC it was made of; checksum and limit are separate ([`Framing::checksum`],
/// [`Framing::max_frame`]).
#[derive(Clone)]
pub struct Framing(Arc<FramingRule>);

/// What a framing is made of.
#[derive(Clone)]
pub(crate) struct FramingRule {
    spec: String,
    kind: FramingKind,
    sum: Option<Checksum>,
    max: usize,
}

impl Framing {
    /// No framing: each read is delivered as it came, and its edges prove nothing.
    #[must_use]
    pub fn raw() -> Self {
        Self::of("raw", FramingKind::Raw(raw::RawCut))
    }

    /// The framing a SPEC such as `line`, `len=4,le`, `delim=0d0a` or `modbus-tcp` describes; [`rows`] lists them all.
    ///
    /// # Errors
    /// [`SpecError`] names the part that is wrong and what to write instead: an unknown name or key (with the nearest
    /// known one), a doubled key, a number or hex text that is none, and combinations no frame could satisfy.
    pub fn parse(spec: &str) -> Result<Self, SpecError> {
        Ok(Self::of(spec.trim(), table::parse(spec)?))
    }

    fn of(spec: &str, kind: FramingKind) -> Self {
        let sum = match &kind {
            FramingKind::Composed(composed) => composed.sum(),
            _ => None,
        };
        Self(Arc::new(FramingRule { spec: spec.to_owned(), kind, sum, max: DEFAULT_MAX_FRAME }))
    }

    /// The same framing with `sum` added to every message sent and verified on every message received.
    ///
    /// # Errors
    /// [`SpecError`] where the framing has a checksum of its own, or `sum` covers places of a frame and this framing's frames
    /// have none, or covers itself.
    pub fn with_checksum(mut self, sum: Checksum) -> Result<Self, SpecError> {
        let spec = self.0.spec.clone();
        let rule = Arc::make_mut(&mut self.0);
        let composed = match &rule.kind {
            FramingKind::Composed(composed) => Some((**composed).clone()),
            // What ends with the checksum is the whole frame.
            FramingKind::Raw(_) | FramingKind::Fixed(_) | FramingKind::Idle(_) => None,
            _ if sum.has_places() => Some(table::compose(&spec)?),
            _ => None,
        };
        if let Some(composed) = composed {
            rule.kind = FramingKind::Composed(Box::new(composed.sealed(&spec, sum)?));
        }
        rule.sum = Some(sum);
        Ok(self)
    }

    /// The same framing for a side that is a client, which hears a server, or the other way round: a protocol whose frames
    /// differ by who speaks is cut by that, unless the SPEC says it.
    #[must_use]
    pub fn on_side(mut self, side: Side) -> Self {
        let is_open = matches!(&self.0.kind, FramingKind::Composed(composed) if composed.has_sides());
        if is_open && let FramingKind::Composed(composed) = &mut Arc::make_mut(&mut self.0).kind {
            composed.hearing(match side {
                Side::Client => RtuRole::Server,
                Side::Server => RtuRole::Client,
            });
        }
        self
    }

    /// The same framing as the peer has it: it cuts what this one joins.
    #[must_use]
    pub fn of_peer(mut self) -> Self {
        if let FramingKind::Composed(composed) = &mut Arc::make_mut(&mut self.0).kind {
            composed.turn_round();
        }
        self
    }

    /// The same framing with another limit, in bytes, on one message.
    ///
    /// What counts is the message as the frame holds it: checksum included; delimiters, escapes and a stripped header
    /// not. The bytes a [`Framer`] keeps stay within a small constant of the limit (twice the limit for `slip`).
    #[must_use]
    pub fn with_max(mut self, max_frame: usize) -> Self {
        Arc::make_mut(&mut self.0).max = max_frame;
        self
    }

    /// The limit on one message, in bytes.
    #[must_use]
    pub fn max_frame(&self) -> usize {
        self.0.max
    }

    /// The checksum messages carry, if any.
    #[must_use]
    pub fn checksum(&self) -> Option<Checksum> {
        self.0.sum
    }

    /// Whether each read is delivered as it came.
    #[must_use]
    pub fn is_raw(&self) -> bool {
        matches!(self.0.kind, FramingKind::Raw(_))
    }

    /// Whether a message travels as it is: raw, and no checksum.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_raw() && self.0.sum.is_none()
    }

    /// Whether framing a message writes into it: the length that it carries itself.
    #[must_use]
    pub fn fills_in(&self) -> bool {
        match &self.0.kind {
            FramingKind::Length(length) => length.is_in_message(),
            FramingKind::Composed(composed) => composed.fills_in(),
            _ => false,
        }
    }

    /// Whether the edges prove nothing (`raw` and `idle`): what comes out is a *chunk*, never to be called a message.
    #[must_use]
    pub fn is_chunk(&self) -> bool {
        matches!(self.0.kind, FramingKind::Raw(_) | FramingKind::Idle(_))
    }

    /// Appends the frame that carries `message`, checksum included, to `out`.
    ///
    /// # Errors
    /// When a frame cannot carry this message and give it back: it is over the limit, does not fit the length field,
    /// holds the delimiter, or has the wrong size. `out` is then as it was before.
    pub fn encode(&self, message: &[u8], out: &mut Vec<u8>) -> Result<(), FrameError> {
        let rule = &*self.0;
        let size = message.len().saturating_add(rule.sum.map_or(0, Checksum::size));
        if size > rule.max && !self.is_chunk() {
            return Err(FrameError::TooLong { announced: size as u64, limit: rule.max, hint: None });
        }
        let start = out.len();
        let done = each!(&rule.kind, cut => cut.wrap(message, rule.sum, out));
        if done.is_err() {
            out.truncate(start);
        }
        done
    }

    /// Where the parts of `frame`, one whole frame as it travels, lie; none where these bytes are no such frame.
    #[must_use]
    pub fn parts(&self, frame: &[u8]) -> Option<FrameParts> {
        let rule = &*self.0;
        if let FramingKind::Composed(composed) = &rule.kind {
            return composed.parts(frame);
        }
        let mut scan = Scan::default();
        let step = each!(&rule.kind, cut => cut.next(frame, &mut scan, usize::MAX));
        let Ok(CutStep::Frame { used, from, to }) = step else { return None };
        let seal = to.checked_sub(self.sum_size()).filter(|_| used == frame.len())?;
        let mut parts = FrameParts {
            head: 0..from,
            length: 0..0,
            body: from..seal.max(from),
            checksum: seal.max(from)..to,
            tail: to..used,
        };
        if let FramingKind::Length(length) = &rule.kind {
            parts.length = length.place();
            parts.head = 0..0;
            parts.body.start = length.header().max(from).min(parts.body.end);
        }
        Some(parts)
    }

    /// Where in `frame`, which carries `message`, its body lies: before it is the header, behind it are delimiter and
    /// checksum. The whole frame where it cannot be told, as where bytes are escaped.
    #[must_use]
    pub fn body(&self, frame: &[u8], message: &[u8]) -> Range<usize> {
        if let FramingKind::Length(length) = &self.0.kind {
            return length.header().min(frame.len())..frame.len() - self.sum_size().min(frame.len());
        }
        let at = if message.is_empty() { None } else { memchr::memmem::rfind(frame, message) };
        at.map_or(0..frame.len(), |at| at..at + message.len())
    }

    /// Who is heard, where frames are cut by that.
    fn heard(&self) -> Option<RtuRole> {
        match &self.0.kind {
            FramingKind::Composed(composed) => composed.heard(),
            _ => None,
        }
    }

    fn sum_size(&self) -> usize {
        self.0.sum.map_or(0, Checksum::size)
    }

    /// The same framing with the bytes of its length field in the other order; none where it has no such field.
    #[must_use]
    pub fn turned(&self) -> Option<Self> {
        let FramingKind::Length(length) = &self.0.kind else { return None };
        let mut other = self.clone();
        Arc::make_mut(&mut other.0).kind = FramingKind::Length(length.turned()?);
        Some(other)
    }
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.spec)
    }
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Framing")
            .field("spec", &self.0.spec)
            .field("checksum", &self.0.sum)
            .field("max_frame", &self.0.max)
            .finish()
    }
}

impl PartialEq for Framing {
    fn eq(&self, other: &Self) -> bool {
        let same = self.0.spec == other.0.spec && self.0.sum == other.0.sum && self.0.max == other.0.max;
        same && self.heard() == other.heard()
    }
}

impl Eq for Framing {}
