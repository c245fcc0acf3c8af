//! The rules of a file, in order: which message gets which answer, what is said by the clock, and what waits for what.

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
    /// Whether what was followed makes a difference.
    pub(super) remembers: bool,
}

/// Which of the rules that match are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    First,
    All,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) cue: Cue,
    pub(super) reply: Option<Template>,
    pub(super) name: Option<Template>,
    pub(super) delay: Duration,
    pub(super) then: Option<Close>,
    /// How often it is followed in a conversation; without end where there is none.
    pub(super) times: Option<u64>,
    /// The place of the rule that has to be followed before.
    pub(super) after: Option<usize>,
}

/// What a rule answers.
#[derive(Clone, Debug)]
pub(super) enum Cue {
    Message(Pattern),
    /// The clock: each time so long has passed.
    Every(Duration),
}

/// A rule that is followed, and what is to be done.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// The rule's place in the file, from 0.
    pub rule: usize,
    /// What to send, to be rendered with [`Hit::captures`].
    pub reply: Option<&'a Template>,
    /// What the conversation is called from now on, to be rendered with them too.
    pub name: Option<&'a Template>,
    /// Where the pattern matched.
    pub captures: Captures,
    /// How long to wait before anything is done.
    pub delay: Duration,
    /// How to end the conversation afterwards.
    pub then: Option<Close>,
}

/// How often each rule was followed in one conversation, as far as that makes a difference.
#[derive(Clone, Debug, Default)]
pub struct Followed(Vec<u64>);

impl Followed {
    fn times(&self, rule: usize) -> u64 {
        self.0.get(rule).copied().unwrap_or_default()
    }
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

    /// The rules to follow for a message where those of `followed` were before it, in the file's order: the first that
    /// matches, or all of them with `all = true`, up to the first that ends the conversation.
    pub fn answers<'a>(&'a self, message: &'a [u8], followed: &'a Followed) -> impl Iterator<Item = Hit<'a>> {
        let mut over = false;
        let hits = self.rules.iter().enumerate().filter_map(|(place, rule)| {
            let Cue::Message(pattern) = &rule.cue else { return None };
            if !rule.may_follow(place, followed) {
                return None;
            }
            Some(rule.hit(place, pattern.matches(message)?))
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

    /// What the rule at `place`, whose time has come, does; none where it has done so often enough.
    #[must_use]
    pub fn by_clock(&self, place: usize, followed: &Followed) -> Option<Hit<'_>> {
        let rule = self.rules.get(place)?;
        rule.may_follow(place, followed).then(|| rule.hit(place, Captures::default()))
    }

    /// Notes that the rule at `place` is followed; whether rules may have waited for that, for the first time.
    pub fn follow(&self, place: usize, followed: &mut Followed) -> bool {
        if self.remembers && followed.0.is_empty() {
            followed.0 = vec![0; self.rules.len()];
        }
        let Some(times) = followed.0.get_mut(place) else { return false };
        *times += 1;
        *times == 1
    }

    /// The rules that go by the clock from the moment on when the rule at `after` is first followed, or, without one, from
    /// the beginning; their places and intervals.
    pub fn clocks(&self, after: Option<usize>) -> impl Iterator<Item = (usize, Duration)> {
        let timed = self.rules.iter().enumerate().filter(move |(_, rule)| rule.after == after);
        timed.filter_map(|(place, rule)| match rule.cue {
            Cue::Every(every) => Some((place, every)),
            Cue::Message(_) => None,
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

impl Rule {
    /// Whether it is its turn: what it comes after has been, and it has not been followed often enough.
    fn may_follow(&self, place: usize, followed: &Followed) -> bool {
        let is_due = self.after.is_none_or(|before| followed.times(before) > 0);
        is_due && self.times.is_none_or(|times| followed.times(place) < times)
    }

    fn hit(&self, rule: usize, captures: Captures) -> Hit<'_> {
        let (reply, name) = (self.reply.as_ref(), self.name.as_ref());
        Hit { rule, reply, name, captures, delay: self.delay, then: self.then }
    }
}
