//! Values of a file of rules or edits, each read where it lies, so that what is wrong with it has its place.
//! Never knows which keys belong together.

use std::{ops::Range, time::Duration};

use sockeye_text::{Text, text};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{error::RulesProblem, pattern::Pattern, quantity, splice::HexTemplateError, template::Template};
use crate::{
    address::nearest,
    charset::{Charset, visible},
    unit::Close,
};

/// The keys of the conditions on a message.
pub(super) const CONDITIONS: [&str; 5] = ["equals", "prefix", "contains", "regex", "hex"];
/// A problem and the bytes of the file it is about.
pub(super) type FileFault = (Range<usize>, RulesProblem);
/// One `key = value`, as it lies in the file.
pub(super) type KeyValue<'a> = (&'a str, Range<usize>, &'a Spanned<DeValue<'a>>);

/// A name in a rule, and where it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) name: String,
    pub(super) place: Range<usize>,
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
