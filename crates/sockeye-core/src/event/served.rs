//! What a server of files was asked for, and how that ended.
//! Never holds a byte of a file.

use serde::{Deserialize, Serialize};
use sockeye_text::Text;

/// How a request for a file is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The protocol of `docs/PROTOCOL.md`.
    Sockeye,
    /// HTTP/1.1, GET and HEAD.
    Http,
    /// A bare name; the bytes and a close, or the single byte `1`.
    Name,
}

impl Dialect {
    /// All of them, the richest first.
    pub const ALL: [Self; 3] = [Self::Sockeye, Self::Http, Self::Name];

    /// Its name on the command line and in events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sockeye => "sockeye",
            Self::Http => "http",
            Self::Name => "name",
        }
    }
}

/// What a request wants of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Its bytes.
    Get,
    /// What there is to know of it.
    Stat,
    /// The names in it.
    List,
    /// The hash of its bytes.
    Hash,
    /// Nothing that could be understood.
    Unclear,
}

impl Ask {
    /// Its name in events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Stat => "stat",
            Self::List => "list",
            Self::Hash => "hash",
            Self::Unclear => "unclear",
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All that was asked for is with the system.
    Done,
    /// The asker has it already.
    Unchanged,
    /// There is nothing of that name for the asker: absent, unreadable, a folder, special, or outside.
    Absent,
    /// The request cannot be understood.
    Malformed,
    /// It ended before it was whole.
    Cut,
    /// It is longer than requests are read.
    TooLong,
    /// It is understood, and nothing that is done here: a method of HTTP that does not fetch, a frame of a later version.
    NotOffered,
    /// HTTP asked for a folder without the slash at its end, and was told so.
    Moved,
    /// HTTP called somebody by a name that is not ours; the event's name is then the whole address.
    Refused,
    /// It took longer than a request may.
    Late,
    /// A part was asked for that does not exist, or of a file that is another one now.
    OutOfRange,
    /// The file changed while it was sent.
    Changed,
    /// There is too much to do just now.
    Busy,
    /// The asker took nothing for too long.
    Stalled,
    /// The asker went away.
    Gone,
    /// The file could not be read to its end.
    Unread,
    /// The run is stopping.
    Stopped,
}

impl Outcome {
    /// Its name in events.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Absent => "absent",
            Self::Malformed => "malformed",
            Self::Cut => "cut",
            Self::TooLong => "too-long",
            Self::NotOffered => "not-offered",
            Self::Moved => "moved",
            Self::Refused => "refused",
            Self::Late => "late",
            Self::OutOfRange => "out-of-range",
            Self::Changed => "changed",
            Self::Busy => "busy",
            Self::Stalled => "stalled",
            Self::Gone => "gone",
            Self::Unread => "unread",
            Self::Stopped => "stopped",
        }
    }
}

/// One request, when it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// How it was spoken.
    pub dialect: Dialect,
    /// What was wanted.
    pub ask: Ask,
    /// The name as it was asked for, or as much of it as was kept; a peer's bytes.
    pub name: Box<[u8]>,
    /// Where in the file the part that was asked for begins, bytes.
    pub offset: u64,
    /// Bytes of the file (or of a listing) handed to the system.
    pub bytes: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What exactly was wrong with it, in English, where there is more to say than the outcome does.
    pub detail: Option<Box<Text>>,
    /// How long it took from its first byte, in nanoseconds.
    pub lasted: u64,
}

/// What is being sent just now, told from time to time while there is something and once when there is nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderWay {
    /// How many files.
    pub files: usize,
    /// Bytes of them a second lately, all together.
    pub rate: u64,
    /// Where it is only one: that one.
    pub only: Option<Passing>,
}

/// One file that is being sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passing {
    /// The name as it was asked for; a peer's bytes.
    pub name: Box<[u8]>,
    /// Bytes handed to the system.
    pub done: u64,
    /// Bytes that were asked for.
    pub size: u64,
}
