//! What can be wrong with a rules file, shown with its place and its line.
//! Never about running rules: those that were read can be followed.

use std::{fmt, ops::Range};

use thiserror::Error;

use super::{PatternError, RULES_MAX, TemplateError, quantity::QuantityError};
use crate::{
    address::nearest::hint,
    charset::{InputError, visible},
};

/// How many characters of a long line are shown before and behind the place that is wrong.
const AROUND: usize = 60;

/// What is wrong with a rules file and where. Prints as `FILE:LINE:COLUMN: what`, the line, and carets under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: Box<RulesProblem>,
    /// The line and the carets under it, safe for a terminal.
    excerpt: String,
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
        let start = text.floor_char_boundary(span.start);
        let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
        let line = before.matches('\n').count() + 1;
        let head = before.rsplit('\n').next().unwrap_or_default();
        let tail = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let end = text.floor_char_boundary(span.end.saturating_sub(start).min(tail.len()) + start) - start;
        let (marked, rest) = tail.split_at_checked(end).unwrap_or((tail, ""));
        Self {
            file: file.into(),
            line,
            column: head.chars().count() + 1,
            problem: Box::new(problem),
            excerpt: excerpt(line, head, marked, rest),
        }
    }
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = String::new();
        visible(&self.file, &mut file);
        write!(f, "{file}:{}:{}: {}\n{}", self.line, self.column, self.problem, self.excerpt)
    }
}

impl std::error::Error for RulesError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.problem)
    }
}

/// The line and a line of carets under `marked`; only the neighbourhood of a long line.
fn excerpt(line: usize, head: &str, marked: &str, rest: &str) -> String {
    let skipped = head.chars().count().saturating_sub(AROUND);
    let near_head: String = head.chars().skip(skipped).collect();
    let near_marked: String = marked.chars().take(AROUND).collect();
    let near_rest: String =
        if near_marked == marked { rest.chars().take(AROUND).collect() } else { String::new() };
    let before = if skipped > 0 { "…" } else { "" };
    let whole = near_marked == marked && near_rest == rest;
    let behind = if whole { "" } else { "…" };
    let (head, marked, rest) = (shown(&near_head), shown(&near_marked), shown(&near_rest));
    let number = line.to_string();
    let carets = "^".repeat(width(&marked).max(1));
    let indent = width(before) + width(&head);
    format!(
        "{number} | {before}{head}{marked}{rest}{behind}\n{:gutter$} | {:indent$}{carets}",
        "",
        "",
        gutter = number.len()
    )
}

fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    visible(&text.replace('\t', " "), &mut out);
    out
}

/// How many columns a terminal takes: two for the characters of East Asia and for emoji. Only carets depend on it.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}
