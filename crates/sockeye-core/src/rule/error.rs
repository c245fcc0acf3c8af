//! What can be wrong with a rules file, shown with its place and its line.
//! Never about running rules: those that were read can be followed.

use std::{fmt, ops::Range};

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
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum RulesProblem {
    /// Not TOML.
    #[error("{0}")]
    Toml(String),
    /// A key that means nothing here.
    #[error("unknown key {key:?}{}; here are known: {known}", hint(nearest.as_deref()))]
    Key { key: String, nearest: Option<String>, known: String },
    /// A value of the wrong kind.
    #[error("{key} wants {wanted}")]
    Kind { key: &'static str, wanted: &'static str },
    /// A rule that says nothing about the message.
    #[error("this rule has no condition; give it one of equals, prefix, contains, regex, hex")]
    NoCondition,
    /// A rule with two conditions.
    #[error("this rule has {first} already; a rule has exactly one condition, write two rules")]
    TwoConditions { first: String },
    /// A rule that does nothing.
    #[error(
        "this rule does nothing; give it a reply, a reply_hex, silent = true, or then = \"close\" or \"reset\""
    )]
    NoAction,
    /// A rule that is to say nothing and has an answer.
    #[error("this rule is silent and has a reply; keep one of the two")]
    SilentReply,
    /// Both `reply` and `reply_hex`.
    #[error("this rule has both reply and reply_hex; write two rules and all = true to send both")]
    TwoReplies,
    /// Neither rules nor a greeting.
    #[error("there are no rules in it; write [[rule]], a condition and a reply")]
    Nothing,
    /// More than [`RULES_MAX`].
    #[error("more than {RULES_MAX} rules")]
    TooMany,
    /// More than [`super::RULES_TEXT_MAX`] bytes.
    #[error("the file is larger than 1 MiB")]
    TooLarge,
    /// A condition that cannot be read.
    #[error("{0}")]
    Pattern(#[from] PatternError),
    /// A reply that cannot be read.
    #[error("{0}")]
    Template(#[from] TemplateError),
    /// A `reply_hex` that cannot be read.
    #[error("reply_hex: {0}")]
    Hex(#[from] InputError),
    /// A `delay` that cannot be read.
    #[error("delay: {0}")]
    Delay(#[from] QuantityError),
}

impl RulesError {
    /// The problem with the bytes `span` of `text`.
    pub(super) fn at(file: &str, text: &str, span: Range<usize>, problem: RulesProblem) -> Self {
        Self { place: Place::of(file, text, span), problem: Box::new(problem) }
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place.say(&self.problem))
    }
}

impl std::error::Error for RulesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.problem)
    }
}
