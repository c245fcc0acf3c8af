//! Rules: which message gets which answer; and what answers are made of: patterns, templates, chance, quantities.
//! Never sends, waits or reads a file itself: it says what to send and when.

mod dice;
mod place;
mod error;
mod file;
mod pattern;
pub mod quantity;
mod template;

pub use dice::Dice;
pub use error::{RulesError, RulesProblem};
pub use file::{RULE_KEYS, TOP_KEYS};
pub use pattern::{Captures, GROUPS, PATTERN_MAX, PATTERN_MEMORY, Pattern, PatternError};
pub use place::Place;
pub use template::{
    Context, Expansion, PEER_MAX, PLACEHOLDERS, RANDOM_DIGITS_MAX, Template, TemplateError, placeholder_help,
};

use std::time::Duration;

use crate::{charset::Charset, unit::Close};

/// The longest rules file, in bytes.
pub const RULES_TEXT_MAX: usize = 1 << 20;
/// The most rules in a file.
pub const RULES_MAX: usize = 10_000;

/// The rules of a file, in its order.
#[derive(Clone, Debug)]
pub struct Rules {
    greeting: Option<Template>,
    which: Which,
    rules: Vec<Rule>,
}

/// Which of the rules that match are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    First,
    All,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    reply: Option<Template>,
    delay: Duration,
    then: Option<Close>,
}

/// A rule that matched a message, and what is to be done.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// The rule's place in the file, from 0.
    pub rule: usize,
    /// What to send, to be rendered with [`Hit::captures`].
    pub reply: Option<&'a Template>,
    /// Where the pattern matched.
    pub captures: Captures,
    /// How long to wait before anything is done.
    pub delay: Duration,
    /// How to end the conversation afterwards.
    pub then: Option<Close>,
}

impl Rules {
    /// Reads the TOML text of a rules file; `file_name` is for error messages only, texts are encoded in `charset`.
    ///
    /// ```toml
    /// greeting = "welcome {peer}"   # a template, sent when a conversation opens
    /// all = false                   # true: every rule that matches answers, not just the first
    ///
    /// [[rule]]
    /// regex = "^set (\\w+)=(\\w+)$" # exactly one of equals, prefix, contains, regex, hex
    /// reply = "$1 is $2"            # a template, or reply_hex = "01 83 02"; $N for a regex only
    /// delay = "250ms"               # optional; also plain seconds
    /// then = "close"                # optional; or "reset"
    /// ```
    ///
    /// # Errors
    /// [`RulesError`] with file, line and column, and the line it is about. A usage error.
    pub fn parse(text: &str, file_name: &str, charset: Charset) -> Result<Self, RulesError> {
        file::read(text, file_name, charset)
    }

    /// What is sent when a conversation opens.
    #[must_use]
    pub fn greeting(&self) -> Option<&Template> {
        self.greeting.as_ref()
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is a greeting at most.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules to follow for a message, in the file's order: the first that matches, or all of them with
    /// `all = true`, up to the first that ends the conversation.
    pub fn answers<'a>(&'a self, message: &'a [u8]) -> impl Iterator<Item = Hit<'a>> {
        let mut over = false;
        let hits = self.rules.iter().enumerate().filter_map(|(index, rule)| {
            let captures = rule.pattern.matches(message)?;
            Some(Hit {
                rule: index,
                reply: rule.reply.as_ref(),
                captures,
                delay: rule.delay,
                then: rule.then,
            })
        });
        let most = match self.which {
            Which::First => 1,
            Which::All => usize::MAX,
        };
        hits.take(most).take_while(move |hit| {
            let take = !over;
            over = hit.then.is_some();
            take
        })
    }

    /// The largest number of bytes a message of `message_len` bytes can be answered with.
    #[must_use]
    pub fn bound(&self, message_len: usize) -> usize {
        let bounds = self.rules.iter().filter_map(|rule| rule.reply.as_ref()).map(|t| t.bound(message_len));
        match self.which {
            Which::First => bounds.max().unwrap_or(0),
            Which::All => bounds.fold(0, usize::saturating_add),
        }
    }
}

#[cfg(test)]
mod tests;
