//! What can be wrong with a SPEC, with bytes that came, and with a message that is to go.
//! Never decides what happens next: ending a conversation is its owner's business.

use sockeye_text::{Text, text};
use thiserror::Error;

/// Why a SPEC (of `--frame` or `--checksum`) is refused: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub enum SpecError {
    /// Nothing was written.
    Empty {
        /// What was expected.
        what: &'static str,
        /// The names there are.
        known: Text,
    },
    /// The name is not in the table.
    UnknownName {
        /// What was expected.
        what: &'static str,
        /// What was written.
        name: String,
        /// The known name most like it.
        nearest: Option<String>,
        /// The names there are.
        known: Text,
    },
    /// The name is known, the key is not one of its keys.
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
    Duplicate {
        /// The SPEC as it was written.
        spec: String,
        /// The key.
        key: String,
    },
    /// A key without its value, or a value where none belongs, or one that cannot be read.
    BadValue {
        /// The SPEC as it was written.
        spec: String,
        /// The key.
        key: String,
        /// The value as it was written; empty if it is missing.
        value: String,
        /// What is wrong with it and what to write.
        why: Text,
    },
    /// Each part can be read, but together no frame satisfies them.
    Contradiction {
        /// The SPEC as it was written.
        spec: String,
        /// Which parts, why, and what to change.
        why: Text,
    },
}

impl SpecError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty { what, known } => text!("spec-empty", what = *what, known = known.clone()),
            Self::UnknownName { what, name, nearest, known } => {
                let maybe = maybe(nearest.as_deref());
                text!("spec-unknown-name", name = name, what = *what, maybe = maybe, known = known.clone())
            }
            Self::UnknownKey { spec, key, form, .. } if key.is_empty() => {
                text!("spec-comma", spec = spec, form = form)
            }
            Self::UnknownKey { spec, name, key, nearest, form } => {
                let maybe = maybe(nearest.as_deref());
                text!("spec-unknown-key", key = key, spec = spec, name = name, maybe = maybe, form = form)
            }
            Self::Duplicate { spec, key } => text!("spec-twice", key = key, spec = spec),
            Self::BadValue { spec, key, value, why } if value.is_empty() => {
                text!("spec-no-value", spec = spec, key = key, why = why.clone())
            }
            Self::BadValue { spec, key, value, why } => {
                text!("spec-bad-value", value = value, key = key, spec = spec, why = why.clone())
            }
            Self::Contradiction { spec, why } => {
                text!("labelled", what = format!("`{spec}`"), detail = why.clone())
            }
        }
    }
}

fn maybe(nearest: Option<&str>) -> Text {
    nearest.map_or_else(|| Text::verbatim(""), |name| text!("spec-maybe", name = name))
}

/// Why bytes cannot be cut into messages, or a message cannot be framed. After one of these a direction of a
/// conversation has lost its place: nothing later in it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub enum FrameError {
    /// The message is over the limit. Nothing was allocated for it.
    TooLong {
        /// The message's length in bytes as announced; without an announcement, the least it can be.
        announced: u64,
        /// The limit in bytes.
        limit: usize,
        /// What the length may really be.
        hint: Option<Text>,
    },
    /// The length field is signed and below zero.
    Negative {
        /// The value announced.
        value: i64,
    },
    /// The frame would end inside its own header.
    TooSmall {
        /// The value of the length field.
        announced: u64,
        /// The header's size in bytes.
        least: u64,
    },
    /// The bytes are no frame of this framing.
    Malformed {
        /// The framing's name.
        framing: &'static str,
        /// What is wrong and where it was.
        what: Text,
    },
    /// The stream ended inside a frame.
    Truncated {
        /// How many bytes of the frame came, header included.
        have: usize,
        /// How many it announced, header included, as far as that was known.
        want: Option<usize>,
    },
    /// The message to send holds what would end its frame.
    ContainsDelimiter {
        /// Which bytes, for people.
        what: Text,
        /// Where in the message and its checksum, counted from 0.
        at: usize,
    },
    /// The message's length does not fit the length field.
    DoesNotFit {
        /// The value the field would have to hold.
        value: i128,
        /// The most it can hold.
        most: u64,
    },
    /// The message is not as long as the framing wants its messages.
    WrongSize {
        /// The framing's name.
        framing: &'static str,
        /// The message's size in bytes, checksum included.
        have: usize,
        /// What a message is or has, as the rest of a sentence.
        want: Text,
    },
}

impl FrameError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::TooLong { announced, limit, hint: None } => {
                text!("frame-too-long", announced = *announced, limit = *limit)
            }
            Self::TooLong { announced, limit, hint: Some(hint) } => {
                text!("frame-too-long-hint", hint = hint.clone(), announced = *announced, limit = *limit)
            }
            Self::Negative { value } => text!("frame-negative", value = *value),
            Self::TooSmall { announced, least } => {
                text!("frame-too-small", announced = *announced, least = *least)
            }
            Self::Malformed { framing, what } => {
                text!("frame-malformed", framing = *framing, what = what.clone())
            }
            Self::Truncated { have, want: None } => text!("frame-truncated", have = *have),
            Self::Truncated { have, want: Some(want) } => {
                text!("frame-truncated-of", have = *have, want = *want)
            }
            Self::ContainsDelimiter { what, at } => {
                text!("frame-holds-delimiter", what = what.clone(), at = *at)
            }
            Self::DoesNotFit { value, most } => text!("frame-does-not-fit", value = *value, most = *most),
            Self::WrongSize { have, want, .. } => {
                text!("frame-wrong-size", have = *have, want = want.clone())
            }
        }
    }
}
