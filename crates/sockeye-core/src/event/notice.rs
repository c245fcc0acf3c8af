//! Notices: what people should know and scripts may ignore.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sockeye_text::Text;

use super::{Conn, Failure};

/// Things people should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    /// A datagram came from somebody who is not the peer; it was not taken.
    Stranger {
        /// Who sent it.
        from: String,
        /// Its length in bytes.
        len: usize,
    },
    /// No more connections are accepted until one ends.
    AtLimit {
        /// How many are open.
        open: usize,
    },
    /// A connection was turned away because there are as many as there may be (`--full refuse`).
    Full {
        /// Who.
        peer: String,
        /// How many are open.
        open: usize,
    },
    /// A connection was turned away by `--allow`/`--deny`.
    Denied {
        /// Who.
        peer: String,
    },
    /// The system refused an accept (descriptors, memory); it is tried again.
    AcceptFailed {
        /// The system's words.
        detail: Text,
    },
    /// Connecting failed and is tried again.
    Retry {
        /// Which attempt failed, from 1.
        attempt: u32,
        /// How it failed.
        failure: Failure,
    },
    /// Connecting fails, and is tried again until it does not; told when it begins to fail, and when it fails otherwise.
    Reconnecting {
        /// How it failed.
        failure: Failure,
    },
    /// Who is connected, because the operator asked.
    Members(Vec<Member>),
    /// There is no such conversation.
    NoSuchConn(Conn),
    /// No conversation has this name.
    NoSuchName(String),
    /// A name that the operator gave is none, or another conversation's.
    NotNamed {
        /// Why.
        detail: Text,
    },
    /// The conversation ended in the middle of a message; these bytes never became one.
    Unfinished {
        /// How many there are.
        len: usize,
        /// The first of them.
        data: Box<[u8]>,
    },
    /// What passes a relay does not follow the framing that it was to be shown by; it passes all the same, and is shown as it
    /// comes from now on.
    Unframed {
        /// Why.
        detail: Text,
    },
    /// The faults of a relay, because somebody asked or changed them.
    Faults(Vec<String>),
    /// Bytes came that belong to no message.
    Skipped {
        /// How many.
        bytes: u64,
        /// Where cutting went on behind them: so many bytes of what was received stand before that place.
        at: u64,
    },
    /// The system says nobody listens at a peer's datagram port (ICMP).
    Unreachable {
        /// Where.
        peer: String,
    },
    /// Somebody ended our direction of datagrams: they have no FIN, so nothing was sent, and both sides can go on.
    NoFin,
    /// Somebody reset a conversation of datagrams: they have no RST, so nothing was sent, and only our end is over.
    NoReset,
    /// Lines that name nobody go to these from now on, because the operator chose so.
    Using {
        /// As the command named them: `all`, `last`, or numbers and names.
        to: String,
    },
    /// Messages are shown and typed in this charset from now on.
    CharsetIs {
        /// Its name.
        charset: Cow<'static, str>,
    },
    /// Messages are shown so from now on.
    Showing {
        /// As text, hex or both.
        show: Show,
    },
    /// What our side had to say reached nobody.
    Unsent {
        /// Its length in bytes.
        len: usize,
        /// Why.
        why: Unsent,
    },
    /// The peer answered with a reset: it had closed both directions before our last words came, and did not read them.
    Unread,
    /// The edge between two reads has cut a character; the first of them showed its beginning as bytes, the second its rest.
    CutCharacter {
        /// The character.
        text: String,
        /// How many of its bytes the earlier read brought.
        before: usize,
        /// How many the later one did.
        after: usize,
    },
    /// What was sent in pieces has probably come together, and there is no framing to tell the pieces.
    Glued {
        /// Bytes of the read.
        len: usize,
    },
    /// The peer has sent its FIN, and whoever had the word on our side said nothing for so long: our direction ends too.
    GaveUp {
        /// How long, in nanoseconds.
        waited: u64,
        /// Who was waited for.
        whom: Speaker,
    },
    /// No rule of the rules file fits a message; told once a conversation.
    NoRule,
    /// What our own receiver on loopback made of pieces that were sent apart, before a receiver is tried with such.
    Apart {
        /// Pieces that were sent.
        pieces: usize,
        /// Reads they came in: as many, or the pause between them is too short for this machine.
        reads: usize,
        /// The pause between them, in nanoseconds.
        gap: u64,
    },
    /// The receiver holds one connection at a time: cuts are tried one after the other.
    OneAtATime,
    /// What a message is answered depends on those before it, which are therefore sent first each time.
    Remembers,
    /// The receiver answers no more than so many messages on one connection: cuts of more are not tried.
    AnswersOnly {
        /// How many.
        messages: usize,
    },
    /// What a Zabbix server does with what it is sent is another thing than before.
    Trapper {
        /// The server, as an address.
        server: String,
        /// What it does now.
        standing: TrapperStanding,
        /// Why, in its own words, the system's or ours.
        detail: Option<Text>,
    },
    /// Nothing was done for so long: the machine was suspended, or the process was stopped.
    Gap {
        /// How long, in nanoseconds.
        lasted: u64,
        /// Why.
        why: GapCause,
    },
    /// The clock on the wall was set; intervals go by another one.
    ClockSet {
        /// By how many milliseconds; backwards where it is negative.
        by: i64,
    },
    /// There are more targets than can be tried at once: they have to wait for each other.
    InTurn {
        /// How many can be.
        at_once: usize,
    },
    /// The program that is run on a change failed, or took too long.
    HookFailed {
        /// The target that had changed.
        target: String,
        /// What came of it.
        detail: Text,
    },
    /// What comes is no text in this run's charset, but in another one.
    ReadsAs {
        /// The name of that one.
        charset: Cow<'static, str>,
    },
}

/// What a Zabbix server does with what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrapperStanding {
    /// It takes all of it.
    Taken,
    /// It takes some of it, or nothing: it knows no such host or items.
    Partly,
    /// It says no.
    Refused,
    /// What it says is not what a Zabbix server says.
    Unreadable,
    /// It cannot be reached; values wait until it can.
    Unreachable,
}

/// Who has the word on our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// A pipe or a file.
    Pipe,
    /// The operator of a console.
    Operator,
}

/// Why what our side had to say reached nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unsent {
    /// Nobody is connected.
    Nobody,
    /// Our direction of the conversation is over.
    Ended,
    /// Whoever the operator chose is connected no more.
    Gone,
}

/// How messages are shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// As text.
    Text,
    /// As `hexdump -C` lays it out.
    Hex,
    /// Both.
    Both,
}

impl Show {
    /// Whether text is shown.
    #[must_use]
    pub fn text(self) -> bool {
        matches!(self, Self::Text | Self::Both)
    }

    /// Whether hex is shown.
    #[must_use]
    pub fn hex(self) -> bool {
        matches!(self, Self::Hex | Self::Both)
    }
}

/// Why nothing was done for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapCause {
    /// The machine was suspended.
    Suspended,
    /// The process was stopped, or got no time.
    Stopped,
}

/// One line of the operator's `/list`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its number.
    pub conn: Conn,
    /// The other end.
    pub peer: String,
    /// What it is called, if it has a name.
    pub name: Option<String>,
}
