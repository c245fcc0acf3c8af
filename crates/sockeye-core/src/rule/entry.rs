//! Reads one `[[rule]]`: its condition or its clock, what it says, when and how often.
//! Never knows of other rules: what it refers to is looked up once all are read.

use std::{ops::Range, time::Duration};

use sockeye_text::text;
use toml::{Spanned, de::DeValue};

use super::{
    error::RulesProblem,
    pattern::Pattern,
    reading::{
        FileFault, Mark, in_order, kind, pattern, read_delay, read_duration, read_reply, read_then, string,
        unknown,
    },
    rules::{Cue, Rule},
    template::Template,
};
use crate::{charset::Charset, unit::Close};

/// The keys of a rule, and what they mean, for people: the keys of sentences.
pub const RULE_KEYS: [(&str, &str); 16] = [
    ("equals", "about-rule-equals"),
    ("prefix", "about-rule-prefix"),
    ("contains", "about-rule-contains"),
    ("regex", "about-rule-regex"),
    ("hex", "about-rule-hex"),
    ("at", "about-rule-at"),
    ("every", "about-rule-every"),
    ("reply", "about-rule-reply"),
    ("reply_hex", "about-rule-reply-hex"),
    ("silent", "about-rule-silent"),
    ("name", "about-rule-name"),
    ("delay", "about-rule-delay"),
    ("then", "about-rule-then"),
    ("times", "about-rule-times"),
    ("id", "about-rule-id"),
    ("after", "about-rule-after"),
];

type Value<'a> = &'a Spanned<DeValue<'a>>;

/// A rule, and what it is called and waits for.
pub(super) struct RuleEntry {
    pub(super) rule: Rule,
    pub(super) id: Option<Mark>,
    pub(super) after: Option<Mark>,
}

/// What was read of a rule so far.
#[derive(Default)]
struct Draft<'a> {
    condition: Option<(&'a str, Value<'a>, Pattern)>,
    every: Option<Duration>,
    at: Option<(Range<usize>, i32)>,
    reply: Option<(&'a str, Value<'a>)>,
    name: Option<(Range<usize>, Value<'a>)>,
    silent: Option<Range<usize>>,
    delay: Duration,
    then: Option<Close>,
    times: Option<u64>,
    id: Option<Mark>,
    after: Option<Mark>,
}

/// Reads the rule in `value`.
///
/// # Errors
/// The first thing that is wrong with it.
pub(super) fn entry<'a>(value: &'a Spanned<DeValue<'a>>, charset: Charset) -> Result<RuleEntry, FileFault> {
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| kind("rule", text!("rule-wants-brackets"), value))?;
    let mut draft = Draft::default();
    for (key, at, value) in in_order(table) {
        draft.take(key, at, value, charset)?;
    }
    draft.finish(value.span(), charset)
}

impl<'a> Draft<'a> {
    fn take(
        &mut self,
        key: &'a str,
        at: Range<usize>,
        value: Value<'a>,
        charset: Charset,
    ) -> Result<(), FileFault> {
        match key {
            "silent" => match value.get_ref().as_bool() {
                Some(is_silent) => self.silent = is_silent.then_some(at),
                None => return Err(kind("silent", text!("rule-wants-bool"), value)),
            },
            "equals" | "prefix" | "contains" | "regex" | "hex" => {
                self.is_first(&at)?;
                self.condition = Some((key, value, pattern(key, value, charset)?));
            }
            "every" => {
                self.is_first(&at)?;
                self.every = Some(read_every(value)?);
            }
            "at" => self.at = Some((at, read_at(value)?)),
            "reply" | "reply_hex" if self.reply.is_some() => return Err((at, RulesProblem::TwoReplies)),
            "reply" | "reply_hex" => self.reply = Some((key, value)),
            "name" => self.name = Some((at, value)),
            "delay" => self.delay = read_delay(value)?,
            "then" => self.then = Some(read_then(value)?),
            "times" => self.times = Some(read_times(value)?),
            "id" => self.id = Some(read_mark("id", value)?),
            "after" => self.after = Some(read_mark("after", value)?),
            other => return Err(unknown(other, at, &RULE_KEYS)),
        }
        Ok(())
    }

    /// Refuses a second condition, whose key lies in `at`.
    fn is_first(&self, at: &Range<usize>) -> Result<(), FileFault> {
        let first = self.condition.as_ref().map(|(key, ..)| *key).or(self.every.map(|_| "every"));
        first.map_or(Ok(()), |first| {
            Err((at.clone(), RulesProblem::TwoConditions { first: first.to_owned() }))
        })
    }

    fn finish(self, span: Range<usize>, charset: Charset) -> Result<RuleEntry, FileFault> {
        let (cue, groups) = self.cue(&span)?;
        if let (Some(at), Some(_)) = (&self.silent, self.reply) {
            return Err((at.clone(), RulesProblem::SilentReply));
        }
        if let (Some((at, _)), Cue::Every(_)) = (&self.name, &cue) {
            return Err((at.clone(), RulesProblem::NameByClock));
        }
        let says = self.reply.is_some() || self.name.is_some() || self.silent.is_some();
        if !says && self.then.is_none() {
            return Err((span, RulesProblem::NoAction));
        }
        // Read last, because a template may stand before the regex whose groups it names.
        let template = |key: &str, value: Value<'_>| read_reply(key, value, charset, groups);
        let reply = self.reply.map(|(key, value)| template(key, value)).transpose()?;
        let name = self.name.map(|(_, value)| read_name(value, charset, groups)).transpose()?;
        let Self { delay, then, times, id, after, .. } = self;
        Ok(RuleEntry { rule: Rule { cue, reply, name, delay, then, times, after: None }, id, after })
    }

    /// What it answers, and the groups that a reply may name: only a regex has captures; elsewhere a `$5` is a price.
    fn cue(&self, span: &Range<usize>) -> Result<(Cue, Option<usize>), FileFault> {
        let cue = match (&self.condition, self.every, &self.at) {
            (Some(("hex", value, _)), _, Some((_, place))) => {
                let text = string("hex", value)?;
                Cue::Message(Pattern::field(*place, text).map_err(|e| (value.span(), e.into()))?)
            }
            (_, _, Some((at, _))) => return Err((at.clone(), RulesProblem::PlaceOfNothing)),
            (Some((_, _, pattern)), _, None) => Cue::Message(pattern.clone()),
            (None, Some(every), None) => Cue::Every(every),
            (None, None, None) => return Err((span.clone(), RulesProblem::NoCondition)),
        };
        let groups = self.condition.as_ref().filter(|(key, ..)| *key == "regex");
        Ok((cue, groups.map(|(.., pattern)| pattern.groups())))
    }
}

fn read_name(value: Value<'_>, charset: Charset, groups: Option<usize>) -> Result<Template, FileFault> {
    let text = string("name", value)?;
    let template = match groups {
        Some(groups) => Template::parse_with_groups(text, charset, groups),
        None => Template::parse(text, charset),
    };
    template.map_err(|e| (value.span(), e.into()))
}

fn read_every(value: Value<'_>) -> Result<Duration, FileFault> {
    let every = read_duration("every", value)?;
    if every.is_zero() { Err(kind("every", text!("rule-wants-interval"), value)) } else { Ok(every) }
}

fn number(value: Value<'_>) -> Option<i64> {
    value.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok())
}

fn read_at(value: Value<'_>) -> Result<i32, FileFault> {
    let place = number(value).and_then(|n| i32::try_from(n).ok());
    place.ok_or_else(|| kind("at", text!("rule-wants-place"), value))
}

fn read_times(value: Value<'_>) -> Result<u64, FileFault> {
    let times = number(value).and_then(|n| u64::try_from(n).ok()).filter(|times| *times > 0);
    times.ok_or_else(|| kind("times", text!("rule-wants-times"), value))
}

fn read_mark(key: &'static str, value: Value<'_>) -> Result<Mark, FileFault> {
    match string(key, value)? {
        "" => Err(kind(key, text!("rule-wants-id"), value)),
        name => Ok(Mark { name: name.to_owned(), place: value.span() }),
    }
}
