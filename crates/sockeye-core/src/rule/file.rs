//! Reads a rules file.
//! Never guesses: an unknown key, a second condition or a rule without effect is an error with its place.

use std::{ops::Range, time::Duration};

use sockeye_text::{Text, text};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::{RulesError, RulesProblem},
    pattern::Pattern,
    quantity,
    rules::{RULES_MAX, RULES_TEXT_MAX, Rule, Rules, Which},
    template::Template,
};
use crate::{
    address::nearest,
    charset::{Charset, hex, visible},
    unit::Close,
};

/// The keys at the top of a rules file, and what they mean, for people: the keys of sentences.
pub const TOP_KEYS: [(&str, &str); 3] =
    [("greeting", "about-rules-greeting"), ("all", "about-rules-all"), ("rule", "about-rules-rule")];
/// The keys of the conditions on a message.
pub(super) const CONDITIONS: [&str; 5] = ["equals", "prefix", "contains", "regex", "hex"];
/// The keys of a rule, and what they mean, for people: the keys of sentences.
pub const RULE_KEYS: [(&str, &str); 10] = [
    ("equals", "about-rule-equals"),
    ("prefix", "about-rule-prefix"),
    ("contains", "about-rule-contains"),
    ("regex", "about-rule-regex"),
    ("hex", "about-rule-hex"),
    ("reply", "about-rule-reply"),
    ("reply_hex", "about-rule-reply-hex"),
    ("silent", "about-rule-silent"),
    ("delay", "about-rule-delay"),
    ("then", "about-rule-then"),
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
    /// regex = "^set (\\w+)=(\\w+)$" # exactly one of equals, prefix, contains, regex, hex
    /// reply = "$1 is $2"            # a template, or reply_hex = "01 83 02"; $N for a regex only
    /// delay = "250ms"               # optional; also plain seconds
    /// then = "close"                # optional; or "reset"
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
    let mut found = Rules { greeting: None, which: Which::First, rules: Vec::new() };
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
                found.rules =
                    list.iter().map(|entry| rule(entry, charset)).collect::<Result<Vec<_>, FileFault>>()?;
            }
            other => return Err(unknown(other, at, &TOP_KEYS)),
        }
    }
    if found.rules.is_empty() && found.greeting.is_none() {
        return Err((0..0, RulesProblem::Nothing));
    }
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

fn rule(entry: &Spanned<DeValue<'_>>, charset: Charset) -> Result<Rule, FileFault> {
    let table =
        entry.get_ref().as_table().ok_or_else(|| kind("rule", text!("rule-wants-brackets"), entry))?;
    let mut condition: Option<(&str, Pattern)> = None;
    let mut replies: Option<(&str, &Spanned<DeValue<'_>>)> = None;
    let mut delay = Duration::ZERO;
    let mut then = None;
    let mut silent = None;
    for (key, at, value) in in_order(table) {
        match key {
            "silent" => match value.get_ref().as_bool() {
                Some(is_silent) => silent = is_silent.then_some(at),
                None => return Err(kind("silent", text!("rule-wants-bool"), value)),
            },
            "equals" | "prefix" | "contains" | "regex" | "hex" => {
                if let Some((first, _)) = condition {
                    return Err((at, RulesProblem::TwoConditions { first: first.to_owned() }));
                }
                condition = Some((key, pattern(key, value, charset)?));
            }
            "reply" | "reply_hex" => {
                if replies.is_some() {
                    return Err((at, RulesProblem::TwoReplies));
                }
                replies = Some((key, value));
            }
            "delay" => delay = read_delay(value)?,
            "then" => then = Some(read_then(value)?),
            other => return Err(unknown(other, at, &RULE_KEYS)),
        }
    }
    let Some((key, pattern)) = condition else { return Err((entry.span(), RulesProblem::NoCondition)) };
    if let (Some(at), Some(_)) = (&silent, replies) {
        return Err((at.clone(), RulesProblem::SilentReply));
    }
    if replies.is_none() && then.is_none() && silent.is_none() {
        return Err((entry.span(), RulesProblem::NoAction));
    }
    // Only a regex has captures; elsewhere a `$5` in a reply is a price.
    let groups = (key == "regex").then(|| pattern.groups());
    // Read last, because a reply may stand before the regex whose groups it names.
    let reply = replies.map(|(key, value)| read_reply(key, value, charset, groups)).transpose()?;
    Ok(Rule { pattern, reply, delay, then })
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
        let bytes = hex(string("reply_hex", value)?).map_err(|e| (value.span(), e.into()))?;
        return Ok(Template::bytes(bytes));
    }
    let text = string("reply", value)?;
    let template = match groups {
        Some(groups) => Template::parse_with_groups(text, charset, groups),
        None => Template::parse(text, charset),
    };
    template.map_err(|e| (value.span(), e.into()))
}

pub(super) fn read_delay(value: &Spanned<DeValue<'_>>) -> Result<Duration, FileFault> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
        DeValue::Float(number) => number.as_str().replace('_', ""),
        _ => return Err(kind("delay", text!("rule-wants-duration"), value)),
    };
    quantity::duration(&text).map_err(|e| (value.span(), e.into()))
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
