//! What can be wrong with a rules file, shown with its place and its line.
//! Never about running rules: those that were read can be followed.

use std::{fmt, ops::Range};

use sockeye_text::{Text, text};
use thiserror::Error;

use super::{
    pattern::PatternError, place::Place, quantity::QuantityError, rules::RULES_MAX, template::TemplateError,
};
use crate::{address::nearest::hint, charset::InputError};

/// What is wrong with a rules file and where. Prints as `FILE:LINE:COLUMN: what`, the line, and carets under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub problem: Box<RulesProblem>,
}

/// What is wrong with a rules file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum RulesProblem {
    /// Not TOML.
    Toml(String),
    /// A key that means nothing here.
    Key { key: String, nearest: Option<String>, known: String },
    /// A value of the wrong kind.
    Kind { key: &'static str, wanted: Text },
    /// A rule that says nothing about the message.
    NoCondition,
    /// A rule with two conditions.
    TwoConditions { first: String },
    /// A rule that does nothing.
    NoAction,
    /// A rule that is to say nothing and has an answer.
    SilentReply,
    /// An edit that does nothing.
    NoEdit,
    /// Two keys that say different things about the same.
    Contradiction { first: String, second: String },
    /// Both `reply` and `reply_hex`.
    TwoReplies,
    /// Neither rules nor a greeting.
    Nothing,
    /// More than [`RULES_MAX`].
    TooMany,
    /// More than [`super::RULES_TEXT_MAX`] bytes.
    TooLarge,
    /// A condition that cannot be read.
    Pattern(#[from] PatternError),
    /// A reply that cannot be read.
    Template(#[from] TemplateError),
    /// A `reply_hex` that cannot be read.
    Hex(#[from] InputError),
    /// A duration that cannot be read.
    Duration { key: &'static str, error: QuantityError },
    /// `at` without the `hex` that it is the place of.
    PlaceOfNothing,
    /// A clock that would name a conversation, with no message to take the name from.
    NameByClock,
    /// Two rules with one `id`.
    TwoRules { id: String },
    /// `after` a rule that there is not.
    NoSuchRule { id: String, nearest: Option<String> },
    /// `after` in a circle: none of them could ever be followed.
    Circle { id: String },
}

impl RulesProblem {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Toml(words) => text!("toml", words = words),
            Self::Key { key, nearest, known } => {
                let maybe = hint(nearest.as_deref());
                text!("rule-unknown-key", key = format!("{key:?}"), maybe = maybe, known = known)
            }
            Self::Kind { key, wanted } => text!("rule-kind", key = *key, wanted = wanted.clone()),
            Self::NoCondition => text!("rule-no-condition"),
            Self::TwoConditions { first } => text!("rule-two-conditions", first = first),
            Self::NoAction => text!("rule-no-action"),
            Self::SilentReply => text!("rule-silent-reply"),
            Self::NoEdit => text!("edit-no-action"),
            Self::Contradiction { first, second } => {
                text!("edit-contradiction", first = first, second = second)
            }
            Self::TwoReplies => text!("rule-two-replies"),
            Self::Nothing => text!("rules-nothing"),
            Self::TooMany => text!("rules-many", most = RULES_MAX),
            Self::TooLarge => text!("rules-large"),
            Self::Pattern(error) => error.text(),
            Self::Template(error) => error.text(),
            Self::Hex(error) => text!("labelled", what = "reply_hex", detail = error.text()),
            Self::Duration { key, error } => text!("labelled", what = *key, detail = error.text()),
            Self::PlaceOfNothing => text!("rule-place-of-nothing"),
            Self::NameByClock => text!("rule-name-by-clock"),
            Self::TwoRules { id } => text!("rule-two-rules", id = id),
            Self::NoSuchRule { id, nearest } => {
                text!("rule-no-such-rule", id = id, maybe = hint(nearest.as_deref()))
            }
            Self::Circle { id } => text!("rule-circle", id = id),
        }
    }
}

impl RulesError {
    /// The same, in one sentence, and the line that it is about.
    #[must_use]
    pub fn text(&self) -> Text {
        self.place.text(self.problem.text())
    }

    /// The problem with the bytes `span` of `text`.
    pub(super) fn at(file: &str, text: &str, span: Range<usize>, problem: RulesProblem) -> Self {
        Self { place: Place::of(file, text, span), problem: Box::new(problem) }
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}

impl std::error::Error for RulesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.problem)
    }
}
