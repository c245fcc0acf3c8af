//! What became of the cuts that a receiver was tried with: each by itself, and what all of them came to.
//! Never decides anything.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A way to cut and join messages on their way to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CutFamily {
    /// Each message in one write.
    Whole,
    /// Two messages in one write.
    Glued,
    /// One message in two pieces.
    Split,
    /// One message cut behind its header, or within it as well.
    Header,
    /// A message and a half, then the other half.
    Straddled,
    /// Three messages and half of a fourth, then the other half.
    HalfLate,
    /// Three messages and half of a fourth, and then the end; whoever connects next is answered as if nothing had been.
    HalfAbandoned,
    /// All of a message but its last byte, and that one late.
    TailLate,
    /// One message byte by byte.
    Bytes,
    /// Several messages, each torn in the middle, its second half glued to the first half of the next.
    Chain,
}

impl CutFamily {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 10] = [
        Self::Whole,
        Self::Glued,
        Self::Split,
        Self::Header,
        Self::Straddled,
        Self::HalfLate,
        Self::TailLate,
        Self::Bytes,
        Self::Chain,
        Self::HalfAbandoned,
    ];

    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Glued => "glued",
            Self::Split => "split",
            Self::Header => "header",
            Self::Straddled => "straddled",
            Self::HalfLate => "half-late",
            Self::HalfAbandoned => "half-abandoned",
            Self::TailLate => "tail-late",
            Self::Bytes => "bytes",
            Self::Chain => "chain",
        }
    }
}

/// On which connection a cut was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CutConnection {
    /// One that carried nothing before.
    Fresh,
    /// One that had carried whole messages before.
    Same,
}

impl CutConnection {
    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Same => "same",
        }
    }
}

/// Whether a receiver survived a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CutResult {
    /// It answered as it answers whole messages.
    Pass,
    /// It was silent, or its answer was another.
    Fail,
}

/// One cut that a receiver was tried with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedCut {
    /// Which kind.
    pub family: CutFamily,
    /// Its number among those that were planned, from 1.
    pub number: u64,
    /// How many were planned.
    pub planned: u64,
    /// The number of the first message that is cut, from 1.
    pub message: usize,
    /// Where in `sent` pieces begin, but for the first.
    pub offsets: Vec<usize>,
    /// The pause between pieces.
    pub gap: Duration,
    /// On which connection.
    pub connection: CutConnection,
    /// The bytes that were to be sent in pieces.
    pub sent: Box<[u8]>,
    /// How many bytes each write that was made carried, whole messages before the cut included.
    pub writes: Vec<usize>,
    /// Whether it was survived.
    pub result: CutResult,
    /// What had to come back.
    pub expected: Box<[u8]>,
    /// What came back.
    pub got: Box<[u8]>,
    /// How many bytes of that came before the last piece was sent.
    pub early: usize,
    /// Whether the receiver ended the connection instead of answering.
    pub hung_up: bool,
}

impl TriedCut {
    /// The same without its bytes where it was survived: of those nobody asks for them again.
    #[must_use]
    pub fn kept(self) -> Self {
        match self.result {
            CutResult::Fail => self,
            CutResult::Pass => Self {
                sent: Box::default(),
                expected: Box::default(),
                got: Box::default(),
                writes: Vec::new(),
                ..self
            },
        }
    }

    /// How many pieces it was sent in. Whole messages count as one, however many they were; the end that comes instead of
    /// the rest of a message counts as that rest.
    #[must_use]
    pub fn pieces(&self) -> usize {
        match self.family {
            CutFamily::Whole => 1,
            CutFamily::HalfAbandoned => self.offsets.len() + 2,
            _ => self.offsets.len() + 1,
        }
    }
}

/// Whether a receiver survived all cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckVerdict {
    /// All that were tried.
    Pass,
    /// Not all.
    Fail,
    /// It answers nothing at all, so that nothing could be judged.
    NoAnswer,
}

impl CheckVerdict {
    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NoAnswer => "no-answer",
        }
    }
}

/// What all cuts came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Whether the receiver survived them.
    pub verdict: CheckVerdict,
    /// How many were tried.
    pub tried: u64,
    /// How many of those failed.
    pub failed: u64,
    /// How many were not tried, since others of their family had failed.
    pub skipped: u64,
    /// The failing cut with the fewest pieces, of those the one that was tried first.
    pub smallest: Option<Box<TriedCut>>,
    /// What to look for in the receiver's code, the likeliest first.
    pub advice: Vec<Advice>,
}

/// What the code of a receiver is likely to do wrong. The name of each is an entry of `sockeye explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Advice {
    /// What one `recv` brings is taken for a message.
    RecvIsMessage,
    /// A header is read with one `recv`, which may bring less.
    HeaderShort,
    /// A body is read with one `recv`, which may bring less.
    BodyShort,
    /// The length counts bytes and is applied to characters.
    LengthInCharacters,
    /// What came behind a message is thrown away.
    LeftoverLost,
    /// A delimiter of several bytes is not found where two reads share it.
    DelimiterCut,
    /// Each read is decoded to text by itself.
    ChunkDecoding,
    /// Of messages that come together only the first is answered.
    FirstOfGlued,
    /// The length is read in the byte order of the machine.
    NativeEndian,
    /// What is left of one connection is taken for the beginning of the next.
    SharedBuffer,
    /// A message that takes a while is given up.
    ReadTimeout,
    /// A connection is answered once.
    OneMessage,
}

impl Advice {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::RecvIsMessage,
        Self::HeaderShort,
        Self::BodyShort,
        Self::LengthInCharacters,
        Self::LeftoverLost,
        Self::DelimiterCut,
        Self::ChunkDecoding,
        Self::FirstOfGlued,
        Self::NativeEndian,
        Self::SharedBuffer,
        Self::ReadTimeout,
        Self::OneMessage,
    ];

    /// What programs and `sockeye explain` call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RecvIsMessage => "recv-is-message",
            Self::HeaderShort => "header-short",
            Self::BodyShort => "body-short",
            Self::LengthInCharacters => "length-in-characters",
            Self::LeftoverLost => "leftover-lost",
            Self::DelimiterCut => "delimiter-cut",
            Self::ChunkDecoding => "chunk-decoding",
            Self::FirstOfGlued => "first-of-glued",
            Self::NativeEndian => "native-endian",
            Self::SharedBuffer => "shared-buffer",
            Self::ReadTimeout => "read-timeout",
            Self::OneMessage => "one-message",
        }
    }
}
