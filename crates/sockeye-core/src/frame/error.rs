//! What can be wrong with a SPEC, with bytes that came, and with a message that is to go.
//! Never decides what happens next: ending a conversation is its owner's business.

use thiserror::Error;

/// Why a SPEC (of `--frame` or `--checksum`) is refused: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// Nothing was written.
    #[error("no {what} is named; one of: {known}")]
    Empty {
        /// What was expected.
        what: &'static str,
        /// The names there are.
        known: String,
    },
    /// The name is not in the table.
    #[error("`{name}` is no {what}{}; known are: {known}", maybe(.nearest.as_deref()))]
    UnknownName {
        /// What was expected.
        what: &'static str,
        /// What was written.
        name: String,
        /// The known name most like it.
        nearest: Option<String>,
        /// The names there are.
        known: String,
    },
    /// The name is known, the key is not one of its keys.
    #[error("{}; write `{form}`", no_key(.spec, .name, .key, .nearest.as_deref()))]
    UnknownKey {
        /// The SPEC as it was written.
        spec: String,
        /// The framing or checksum it names.
        name: String,
        /// The key that is unknown; empty where nothing stands between two commas or behind the last.
        key: String,
        /// The known key most like it.
        nearest: Option<String>,
        /// The form that is understood.
        form: String,
    },
    /// The same key twice.
    #[error("`{key}` is given twice in `{spec}`; keep one")]
    Duplicate {
        /// The SPEC as it was written.
        spec: String,
        /// The key.
        key: String,
    },
    /// A key without its value, or a value where none belongs, or one that cannot be read.
    #[error("{}: {why}", no_value(.spec, .key, .value))]
    BadValue {
        /// The SPEC as it was written.
        spec: String,
        /// The key.
        key: String,
        /// The value as it was written; empty if it is missing.
        value: String,
        /// What is wrong with it and what to write.
        why: String,
    },
    /// Each part can be read, but together no frame satisfies them.
    #[error("`{spec}`: {why}")]
    Contradiction {
        /// The SPEC as it was written.
        spec: String,
        /// Which parts, why, and what to change.
        why: String,
    },
}

fn no_key(spec: &str, name: &str, key: &str, nearest: Option<&str>) -> String {
    match key {
        "" => format!("`{spec}` has a comma too many"),
        key => format!("`{key}` in `{spec}` is no key of `{name}`{}", maybe(nearest)),
    }
}

fn no_value(spec: &str, key: &str, value: &str) -> String {
    match value {
        "" => format!("`{spec}` says nothing for `{key}`"),
        value => format!("`{value}` for `{key}` in `{spec}`"),
    }
}

fn maybe(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

fn sized(bytes: usize) -> String {
    match bytes {
        0 => "the message is empty".to_owned(),
        1 => "the message has 1 byte".to_owned(),
        bytes => format!("the message has {bytes} bytes"),
    }
}

/// Why bytes cannot be cut into messages, or a message cannot be framed. After one of these a direction of a
/// conversation has lost its place: nothing later in it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The message is over the limit. Nothing was allocated for it.
    #[error(
        "{}a message of {announced} bytes is over the limit of {limit} bytes (--max-frame)",
        .hint.as_ref().map_or_else(String::new, |hint| format!("{hint}; "))
    )]
    TooLong {
        /// The message's length in bytes as announced; without an announcement, the least it can be.
        announced: u64,
        /// The limit in bytes.
        limit: usize,
        /// What the length may really be.
        hint: Option<String>,
    },
    /// The length field is signed and below zero.
    #[error("the length is {value}, below zero: the framing is misaligned, or the peer counts otherwise")]
    Negative {
        /// The value announced.
        value: i64,
    },
    /// The frame would end inside its own header.
    #[error(
        "length {announced} makes a frame shorter than its {least}-byte header: check adjust and includes-header"
    )]
    TooSmall {
        /// The value of the length field.
        announced: u64,
        /// The header's size in bytes.
        least: u64,
    },
    /// The bytes are no frame of this framing.
    #[error("malformed {framing} frame: {what}")]
    Malformed {
        /// The framing's name.
        framing: &'static str,
        /// What is wrong and where it was.
        what: String,
    },
    /// The stream ended inside a frame.
    #[error(
        "the stream ended inside a frame: {have} bytes came{}",
        .want.map_or_else(String::new, |want| format!(" of {want}"))
    )]
    Truncated {
        /// How many bytes of the frame came, header included.
        have: usize,
        /// How many it announced, header included, as far as that was known.
        want: Option<usize>,
    },
    /// The message to send holds what would end its frame.
    #[error(
        "the message holds the {what} at byte {at}, which would end its frame there; use a length framing or escape it"
    )]
    ContainsDelimiter {
        /// Which bytes, for people.
        what: String,
        /// Where in the message and its checksum, counted from 0.
        at: usize,
    },
    /// The message's length does not fit the length field.
    #[error(
        "length {value} does not fit the length field: it holds 0 to {most}; use a wider field or send less"
    )]
    DoesNotFit {
        /// The value the field would have to hold.
        value: i128,
        /// The most it can hold.
        most: u64,
    },
    /// The message is not as long as the framing wants its messages.
    #[error("{}; with this framing a message {want}", sized(*.have))]
    WrongSize {
        /// The framing's name.
        framing: &'static str,
        /// The message's size in bytes, checksum included.
        have: usize,
        /// What a message is or has, as the rest of a sentence.
        want: String,
    },
}
