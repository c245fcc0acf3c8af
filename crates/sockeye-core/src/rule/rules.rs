//! The rules of a file, in order: which message gets which answer.

use std::time::Duration;

use super::{
    pattern::{Captures, Pattern},
    template::Template,
};
use crate::unit::Close;

/// The longest rules file, in bytes.
pub const RULES_TEXT_MAX: usize = 1 << 20;
/// The most rules in a file.
pub const RULES_MAX: usize = 10_000;

/// The rules of a file, in its order.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) greeting: Option<Template>,
    pub(super) which: Which,
    pub(super) rules: Vec<Rule>,
}

/// Which of the rules that match are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    First,
    All,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) reply: Option<Template>,
    pub(super) delay: Duration,
    pub(super) then: Option<Close>,
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
