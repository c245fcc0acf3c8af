//! Failures as plain data: what was being done, to what, and which kind of thing went wrong.
//! Never says an exit code: that is the program's.

use serde::{Deserialize, Serialize};
use sockeye_text::{Text, text};
use thiserror::Error;

/// What was being done when something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Looking up a name.
    Resolve,
    /// Connecting.
    Connect,
    /// Binding or listening.
    Listen,
    /// Sending.
    Send,
    /// Receiving.
    Receive,
    /// Reading from a local file or standard input.
    Read,
    /// Writing to a local file or standard output.
    Write,
    /// Waiting for an answer.
    Wait,
    /// Understanding what was asked for.
    Prepare,
    /// Fetching a file from a server.
    Get,
}

/// What kind of failure it was; decides the exit code, in one place of the binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What was asked for cannot be.
    Usage,
    /// A name that has no address.
    NameNotResolved,
    /// Nothing listens there: a RST or an ICMP port unreachable.
    Refused,
    /// No way there: network or host unreachable.
    Unreachable,
    /// It took too long.
    Timeout,
    /// A connection whose two ends are one socket.
    SelfConnect,
    /// The address is in use.
    AddressInUse,
    /// The address is not one of this machine's.
    AddressNotAvailable,
    /// The system does not allow it.
    NotPermitted,
    /// The peer reset the connection.
    Reset,
    /// Sending or receiving failed otherwise.
    Broken,
    /// The framing was broken or a frame was over the limit.
    Framing,
    /// The peer sent no answer.
    NoAnswer,
    /// What came was not what was expected.
    Unexpected,
    /// The server has no such file for us.
    Absent,
    /// The server cannot go on where we stopped.
    Range,
    /// The file is not the one it has to be: its hash is another.
    Mismatch,
    /// A local file or stream could not be read.
    LocalRead,
    /// A local file or stream could not be written.
    LocalWrite,
    /// This machine has no descriptor or memory left for it.
    Exhausted,
    /// Anything else.
    Other,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Resolve,
        Self::Connect,
        Self::Listen,
        Self::Send,
        Self::Receive,
        Self::Read,
        Self::Write,
        Self::Wait,
        Self::Prepare,
        Self::Get,
    ];
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 21] = [
        Self::Usage,
        Self::NameNotResolved,
        Self::Refused,
        Self::Unreachable,
        Self::Timeout,
        Self::SelfConnect,
        Self::AddressInUse,
        Self::AddressNotAvailable,
        Self::NotPermitted,
        Self::Reset,
        Self::Broken,
        Self::Framing,
        Self::NoAnswer,
        Self::Unexpected,
        Self::Absent,
        Self::Range,
        Self::Mismatch,
        Self::LocalRead,
        Self::LocalWrite,
        Self::Exhausted,
        Self::Other,
    ];
}

/// What failed: the operation, where, what kind, and the system's own words.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{}", self.text())]
pub struct Failure {
    /// What was being done.
    pub operation: Operation,
    /// To or with which address, file or name.
    pub address: String,
    /// What kind of failure.
    pub kind: Kind,
    /// What the system or the machine said, in a few words.
    pub detail: Text,
    /// What to try next, where there is something to try.
    pub hint: Option<Text>,
}

impl Failure {
    /// A failure with no hint.
    pub fn new(
        operation: Operation,
        address: impl Into<String>,
        kind: Kind,
        detail: impl Into<Text>,
    ) -> Self {
        Self { operation, address: address.into(), kind, detail: detail.into(), hint: None }
    }

    /// The same failure with a word on what to try next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What failed, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        let (address, detail) = (&self.address, self.detail.clone());
        match self.operation {
            Operation::Resolve => text!("failed-resolve", address = address, detail = detail),
            Operation::Connect => text!("failed-connect", address = address, detail = detail),
            Operation::Listen => text!("failed-listen", address = address, detail = detail),
            Operation::Send => text!("failed-send", address = address, detail = detail),
            Operation::Receive => text!("failed-receive", address = address, detail = detail),
            Operation::Read => text!("failed-read", address = address, detail = detail),
            Operation::Write => text!("failed-write", address = address, detail = detail),
            Operation::Wait => text!("failed-wait", address = address, detail = detail),
            Operation::Prepare => text!("failed-prepare", address = address, detail = detail),
            Operation::Get => text!("failed-get", address = address, detail = detail),
        }
    }
}
