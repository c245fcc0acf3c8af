//! Reads a rules file.
//! Never guesses: an unknown key, a second condition or a rule without effect is an error with its place.

use std::{ops::Range, time::Duration};

use sockeye_text::{Text, text};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    entry::entry,
    error::{RulesError, RulesProblem},
    order::linked,
    pattern::Pattern,
    quantity,
    rules::{RULES_MAX, RULES_TEXT_MAX, Rules, Which},
    splice::HexTemplateError,
    template::Template,
};
use crate::{
    address::nearest,
    charset::{Charset, visible},
    unit::Close,
};

/// The keys at the top of a rules file, and what they mean, for people: the keys of sentences.
pub const TOP_KEYS: [(&str, &str); 3] =
    [("greeting", "about-rules-greeting"), ("all", "about-rules-all"), ("rule", "about-rules-rule")];
/// The keys of the conditions on a message.
pub(super) const CONDITIONS: [&str; 5] = ["equals", "prefix", "contains", "regex", "hex"];
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

/// A problem and the bytes of the file it is about.
pub(super) type FileFault = (Range<usize>, RulesProblem);
/// One `key = value`, as it lies in the file.
pub(super) type KeyValue<'a> = (&'a str, Range<usize>, &'a Spanned<DeValue<'a>>);

impl Rules {
    /// Reads the TOML text of a rules file; `file_name` is for error messages only, texts are encoded in `charset`.
    ///
    /// ```toml
    /// greeting = "welcome {peer}"   # a template, sent when a conversation opens
    /// all = false                   # true: every rule that matches answers, not just the first
    ///
    /// [[rule]]
    /// regex = "^set (\\w+)=(\\w+)$" # exactly one of equals, prefix, contains, regex, hex (from byte `at` on), every
    /// reply = "$1 is $2"            # a template, or reply_hex = "01 {hex:1..2} 02"; $N for a regex only
    /// name = "$1"                   # optional; what the conversation is called from now on
    /// delay = "250ms"               # optional; also plain seconds
    /// then = "close"                # optional; or "reset"
    /// times = 3                     # optional; it holds so many times a conversation
    /// id = "set"                    # optional; what others call it in their `after = "set"`
    /// ```
    ///
    /// # Errors
    /// [`RulesError`] with file, line and column, and the line it is about. A usage error.
    pub fn parse(text: &str, file_name: &str, charset: Charset) -> Result<Self, RulesError> {
        read(text, file_name, charset)
    }
}

fn read(text: &str, file_name: &str, charset: Charset) -> Result<Rules, RulesError> {
    // Editors on Windows begin a file with a byte order mark; it would put line 1 out by a column.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    rules(text, charset).map_err(|(span, problem)| RulesError::at(file_name, text, span, problem))
}

fn rules(text: &str, charset: Charset) -> Result<Rules, FileFault> {
    if text.len() > RULES_TEXT_MAX {
        return Err((0..0, RulesProblem::TooLarge));
    }
    let root = DeTable::parse(text)
        .map_err(|e| (e.span().unwrap_or(0..0), RulesProblem::Toml(shown(e.message()))))?;
    let mut found = Rules { greeting: None, which: Which::First, rules: Vec::new(), remembers: false };
    for (key, at, value) in in_order(root.get_ref()) {
        match key {
            "greeting" => {
                let text = string("greeting", value)?;
                found.greeting = Some(Template::parse(text, charset).map_err(|e| (value.span(), e.into()))?);
            }
            "all" => {
                found.which = match value.get_ref().as_bool() {
                    Some(true) => Which::All,
                    Some(false) => Which::First,
                    None => return Err(kind("all", text!("rule-wants-bool"), value)),
                }
            }
            "rule" => {
                let list = value.get_ref().as_array().ok_or_else(|| {
                    (at, RulesProblem::Kind { key: "rule", wanted: text!("rule-wants-brackets") })
                })?;
                if list.len() > RULES_MAX {
                    return Err((value.span(), RulesProblem::TooMany));
                }
                let entries = list.iter().map(|value| entry(value, charset));
                found.rules = linked(entries.collect::<Result<_, FileFault>>()?)?;
            }
            other => return Err(unknown(other, at, &TOP_KEYS)),
        }
    }
    if found.rules.is_empty() && found.greeting.is_none() {
        return Err((0..0, RulesProblem::Nothing));
    }
    found.remembers = found.rules.iter().any(|rule| rule.times.is_some() || rule.after.is_some());
    Ok(found)
}

pub(super) fn shown(message: &str) -> String {
    let mut out = String::new();
    visible(message, &mut out);
    out
}

/// A table's entries in the file's order, so that the first mistake is the one reported.
pub(super) fn in_order<'a>(table: &'a DeTable<'a>) -> Vec<KeyValue<'a>> {
    let mut entries: Vec<KeyValue<'a>> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, at, _)| at.start);
    entries
}

pub(super) fn pattern(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    charset: Charset,
) -> Result<Pattern, FileFault> {
    let pattern = match key {
        "equals" => Pattern::equals(string("equals", value)?, charset),
        "prefix" => Pattern::prefix(string("prefix", value)?, charset),
        "contains" => Pattern::contains(string("contains", value)?, charset),
        "regex" => Pattern::regex(string("regex", value)?, charset),
        _ => Pattern::hex(string("hex", value)?),
    };
    pattern.map_err(|e| (value.span(), e.into()))
}

pub(super) fn read_reply(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    charset: Charset,
    groups: Option<usize>,
) -> Result<Template, FileFault> {
    if key.ends_with("_hex") {
        return Template::spliced(string("reply_hex", value)?).map_err(|e| {
            let problem = match e {
                HexTemplateError::Hex(error) => error.into(),
                HexTemplateError::Template(error) => RulesProblem::Template(error),
            };
            (value.span(), problem)
        });
    }
    let text = string("reply", value)?;
    let template = match groups {
        Some(groups) => Template::parse_with_groups(text, charset, groups),
        None => Template::parse(text, charset),
    };
    template.map_err(|e| (value.span(), e.into()))
}

pub(super) fn read_delay(value: &Spanned<DeValue<'_>>) -> Result<Duration, FileFault> {
    read_duration("delay", value)
}

/// A duration, which is written as a text with its unit or as a number of seconds.
pub(super) fn read_duration(key: &'static str, value: &Spanned<DeValue<'_>>) -> Result<Duration, FileFault> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
        DeValue::Float(number) => number.as_str().replace('_', ""),
        _ => return Err(kind(key, text!("rule-wants-duration", key = key), value)),
    };
    quantity::duration(&text).map_err(|error| (value.span(), RulesProblem::Duration { key, error }))
}

pub(super) fn read_then(value: &Spanned<DeValue<'_>>) -> Result<Close, FileFault> {
    match value.get_ref().as_str() {
        Some("close") => Ok(Close::Graceful),
        Some("reset") => Ok(Close::Reset),
        _ => Err(kind("then", text!("rule-wants-then"), value)),
    }
}

pub(super) fn string<'a>(key: &'static str, value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, FileFault> {
    value.get_ref().as_str().ok_or_else(|| kind(key, text!("rule-wants-text"), value))
}

pub(super) fn kind(key: &'static str, wanted: Text, value: &Spanned<DeValue<'_>>) -> FileFault {
    (value.span(), RulesProblem::Kind { key, wanted })
}

pub(super) fn unknown(key: &str, at: Range<usize>, known: &[(&str, &str)]) -> FileFault {
    let known: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
    let nearest = nearest::nearest(key, known.iter().copied()).map(str::to_owned);
    (at, RulesProblem::Key { key: key.into(), nearest, known: known.join(", ") })
}
