//! What both directions of the protocol share: the preamble, the head of a frame, error codes, collecting a frame.
//! Never allocates what a length claims: what is held is what arrived.

use sockeye_text::{Text, text};
use thiserror::Error;

use crate::limit::{ERROR_TEXT, REQUEST};

/// The first bytes of both ends. The first is in no UTF-8 text, begins no HTTP method and no TLS record.
pub const MAGIC: [u8; 4] = [0xf5, b'S', b'K', b'Y'];
/// The version spoken here.
pub const VERSION: u8 = 1;
/// Length of the preamble, bytes.
pub const HELLO: usize = 8;
/// Length of a frame's head, bytes.
pub const HEAD: usize = 8;

/// What a server can do besides STAT and GET.
pub mod capability {
    /// It answers LIST.
    pub const LIST: u16 = 1;
    /// It answers HASH, and gives the hash in DONE where it is asked for.
    pub const HASH: u16 = 2;
}

/// The preamble of either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The client's is the highest it speaks; the server's is the one that is spoken.
    pub version: u8,
    /// Bits of [`capability`]; unknown ones mean nothing.
    pub capabilities: u16,
}

/// What is wrong with what the other end sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub enum WireError {
    /// The first bytes are none of this protocol.
    Magic,
    /// A version that nobody here speaks.
    Version(u8),
    /// A length beyond what this kind of frame may have.
    Long {
        /// The frame's type.
        kind: u8,
        /// What it announces.
        length: u32,
        /// What it may have.
        limit: usize,
    },
    /// A type of frame that is not known in this direction.
    Unknown(u8),
    /// A frame that is too short for its type, or contradicts itself.
    Malformed(u8),
}

impl WireError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let hex = |kind: &u8| format!("{kind:02x}");
        match self {
            Self::Magic => text!("wire-magic"),
            Self::Version(version) => text!("wire-version", version = *version, ours = VERSION),
            Self::Long { kind, length, limit } => {
                text!("wire-long", kind = hex(kind), length = *length, limit = *limit)
            }
            Self::Unknown(kind) => text!("wire-unknown", kind = hex(kind)),
            Self::Malformed(kind) => text!("wire-malformed", kind = hex(kind)),
        }
    }
}

/// Why the server does not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// There is no such regular file (or folder, for LIST) that may be read: one answer for all of these.
    Absent,
    /// The file is not, or no longer, the one whose identity was given, or it changed while it was sent.
    Changed,
    /// Too much is asked for at once; later may be better.
    Busy,
    /// The request or a name in it is too long, or the server will not do that much.
    TooLarge,
    /// The request cannot be understood; the connection ends.
    Malformed,
    /// The request is understood and not offered.
    Unsupported,
    /// The offset lies behind the end of the file.
    Range,
    /// The server failed to read its own file.
    Trouble,
    /// A number of a later version.
    Other(u16),
}

/// The known codes and their numbers.
const CODES: [(Code, u16); 8] = [
    (Code::Absent, 1),
    (Code::Changed, 2),
    (Code::Busy, 3),
    (Code::TooLarge, 4),
    (Code::Malformed, 5),
    (Code::Unsupported, 6),
    (Code::Range, 7),
    (Code::Trouble, 8),
];

impl Code {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::Other(number) => number,
            known => CODES.iter().find(|(code, _)| *code == known).map_or(0, |(_, number)| *number),
        }
    }

    /// The code with this number.
    #[must_use]
    pub fn of(number: u16) -> Self {
        CODES.iter().find(|(_, known)| *known == number).map_or(Self::Other(number), |(code, _)| *code)
    }
}

impl Hello {
    /// The eight bytes.
    #[must_use]
    pub fn encode(self) -> [u8; HELLO] {
        let [m0, m1, m2, m3] = MAGIC;
        let [high, low] = self.capabilities.to_be_bytes();
        [m0, m1, m2, m3, self.version, 0, high, low]
    }

    /// Reads them.
    ///
    /// # Errors
    /// [`WireError::Magic`] where they are none of ours, [`WireError::Version`] for version 0.
    pub fn decode(bytes: [u8; HELLO]) -> Result<Self, WireError> {
        let [m0, m1, m2, m3, version, _, high, low] = bytes;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(WireError::Magic);
        }
        if version == 0 {
            return Err(WireError::Version(0));
        }
        Ok(Self { version, capabilities: u16::from_be_bytes([high, low]) })
    }
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) length: u32,
}

impl Head {
    pub(super) fn encode(self) -> [u8; HEAD] {
        let [a, b, c, d] = self.length.to_be_bytes();
        [self.kind, self.flags, 0, 0, a, b, c, d]
    }

    /// The two reserved bytes are not looked at: a later version may use them.
    fn decode(bytes: [u8; HEAD]) -> Self {
        let [kind, flags, _, _, a, b, c, d] = bytes;
        Self { kind, flags, length: u32::from_be_bytes([a, b, c, d]) }
    }

    /// The length, if it may be that long.
    fn within(self, limit: usize) -> Result<usize, WireError> {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        if length > limit {
            return Err(WireError::Long { kind: self.kind, length: self.length, limit });
        }
        Ok(length)
    }

    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Where a frame begins in `out`; [`close`] puts its length in.
pub(super) fn open(out: &mut Vec<u8>, kind: u8, flags: u8) -> usize {
    let begin = out.len();
    out.extend_from_slice(&Head { kind, flags, length: 0 }.encode());
    begin
}

pub(super) fn close(out: &mut [u8], begin: usize) {
    let length = out.len().saturating_sub(begin + HEAD);
    let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    if let Some(field) = out.get_mut(begin + 4..begin + HEAD) {
        field.copy_from_slice(&length);
    }
}

/// Collects one frame at a time out of pieces of a stream; a frame that lies whole in a piece is not copied.
#[derive(Debug, Default)]
pub(super) struct Collector {
    held: Vec<u8>,
    handed_out: Handed,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Handed {
    #[default]
    No,
    Yes,
}

impl Collector {
    /// The next frame of `input`, which is moved past what was taken; nothing where all was taken and more is needed.
    /// `limit` says how long the payload of a type may be.
    pub(super) fn next<'r, 'i: 'r>(
        &'r mut self,
        input: &mut &'i [u8],
        limit: impl Fn(u8) -> Result<usize, WireError>,
    ) -> Result<Option<(Head, &'r [u8])>, WireError> {
        self.forget();
        if self.held.is_empty()
            && let Some((head, rest)) = input.split_first_chunk::<HEAD>()
        {
            let head = Head::decode(*head);
            let length = head.within(limit(head.kind)?)?;
            if let Some((payload, after)) = rest.split_at_checked(length) {
                *input = after;
                return Ok(Some((head, payload)));
            }
        }
        self.take(input, HEAD);
        let Some(head) = self.held.first_chunk::<HEAD>() else { return Ok(None) };
        let head = Head::decode(*head);
        let length = head.within(limit(head.kind)?)?;
        self.take(input, HEAD + length);
        if self.held.len() < HEAD + length {
            return Ok(None);
        }
        self.handed_out = Handed::Yes;
        Ok(Some((head, self.held.get(HEAD..).unwrap_or_default())))
    }

    /// The length of the payload that follows, where the head of a frame of type `kind` is next: it is taken, the
    /// payload is not.
    pub(super) fn bare(
        &mut self,
        input: &mut &[u8],
        kind: u8,
        limit: usize,
    ) -> Result<Option<usize>, WireError> {
        self.forget();
        let is_short = !self.held.is_empty() || input.len() < HEAD;
        if is_short {
            self.take(input, HEAD);
        }
        let next = if is_short { self.held.as_slice() } else { *input };
        let Some(head) = next.first_chunk::<HEAD>().map(|head| Head::decode(*head)) else { return Ok(None) };
        if head.kind != kind {
            return Ok(None);
        }
        let length = head.within(limit)?;
        if is_short {
            self.held.clear();
        } else {
            *input = input.get(HEAD..).unwrap_or_default();
        }
        Ok(Some(length))
    }

    fn forget(&mut self) {
        if std::mem::take(&mut self.handed_out) == Handed::Yes {
            self.held.clear();
        }
    }

    /// Moves bytes from `input` until `total` are held.
    fn take(&mut self, input: &mut &[u8], total: usize) {
        let missing = total.saturating_sub(self.held.len());
        let (now, later) = input.split_at(missing.min(input.len()));
        self.held.extend_from_slice(now);
        *input = later;
    }

    pub(super) fn held(&self) -> usize {
        match self.handed_out {
            Handed::Yes => 0,
            Handed::No => self.held.len(),
        }
    }
}

/// Takes fields off the front of a payload.
pub(super) struct Fields<'a> {
    kind: u8,
    pub(super) rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(kind: u8, payload: &'a [u8]) -> Self {
        Self { kind, rest: payload }
    }

    pub(super) fn malformed(&self) -> WireError {
        WireError::Malformed(self.kind)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (field, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::Malformed(self.kind))?;
        self.rest = rest;
        Ok(*field)
    }

    pub(super) fn u16(&mut self) -> Result<u16, WireError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, WireError> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (field, rest) = self.rest.split_at_checked(length).ok_or(WireError::Malformed(self.kind))?;
        self.rest = rest;
        Ok(field)
    }

    pub(super) fn end(&self) -> Result<(), WireError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WireError::Malformed(self.kind)) }
    }
}

/// The longest request frame with its head, bytes: what a server needs to hold of a client's stream.
pub const REQUEST_FRAME: usize = HEAD + REQUEST;

/// The beginning of `text` that fits into an error frame, cut between characters.
pub(super) fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(ERROR_TEXT)).unwrap_or_default()
}
