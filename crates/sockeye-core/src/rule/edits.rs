//! Reads a file of edits: which messages on their way are replaced, held back, dropped, followed by others, or ended by.
//! Never guesses: as for a rules file, whose conditions these are.

use std::{ops::Range, time::Duration};

use sockeye_text::text;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::{RulesError, RulesProblem},
    pattern::{Captures, Pattern},
    reading::{
        CONDITIONS, FileFault, in_order, kind, pattern, read_delay, read_reply, read_then, shown, unknown,
    },
    rules::{RULES_MAX, RULES_TEXT_MAX},
    template::Template,
};
use crate::{
    charset::Charset,
    unit::{Close, Way},
};

/// The keys of an edit besides its condition, and what they mean, for people: the keys of sentences.
pub const EDIT_KEYS: [(&str, &str); 8] = [
    ("dir", "about-edit-dir"),
    ("replace", "about-edit-replace"),
    ("replace_hex", "about-edit-replace-hex"),
    ("drop", "about-edit-drop"),
    ("inject", "about-edit-inject"),
    ("inject_hex", "about-edit-inject-hex"),
    ("delay", "about-edit-delay"),
    ("then", "about-rule-then"),
];

/// What becomes of a message that an edit is for.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It goes on as it came.
    Passes,
    /// This goes on in its place.
    Replaced(Template),
    /// Nothing does.
    Dropped,
}

/// One edit of a file.
#[derive(Clone, Debug)]
pub struct Edit {
    pattern: Pattern,
    way: Option<Way>,
    /// What becomes of the message.
    pub fate: Fate,
    /// A message behind it.
    pub inject: Option<Template>,
    /// How long it is kept back, and all that comes behind it.
    pub delay: Duration,
    /// How the conversation ends behind it.
    pub then: Option<Close>,
}

/// The edits of a file, in its order.
#[derive(Clone, Debug)]
pub struct Edits {
    edits: Vec<Edit>,
}

impl Edits {
    /// Reads the TOML text of a file of edits; `file_name` is for error messages only, texts are encoded in `charset`.
    ///
    /// ```toml
    /// [[rule]]
    /// dir = "up"                    # optional: only from client to target, or "down"
    /// hex = "01 03"                 # exactly one condition, as in a rules file
    /// replace_hex = "01 83 02"      # or replace = "a template, $1 for a regex", or drop = true
    /// inject = "one more"           # optional: a message behind it; or inject_hex
    /// delay = "250ms"               # optional: it comes later, and so does all behind it
    /// then = "close"                # optional; or "reset"
    /// ```
    ///
    /// # Errors
    /// [`RulesError`] with file, line and column, and the line it is about. A usage error.
    pub fn parse(text: &str, file_name: &str, charset: Charset) -> Result<Self, RulesError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        edits(text, charset).map_err(|(span, problem)| RulesError::at(file_name, text, span, problem))
    }

    /// The edit of a message that goes `way`, the first that fits, its place in the file from 0, and where it matched.
    #[must_use]
    pub fn of(&self, message: &[u8], way: Way) -> Option<(usize, &Edit, Captures)> {
        let fits = |edit: &&Edit| edit.way.is_none_or(|only| only == way);
        self.edits
            .iter()
            .enumerate()
            .filter(|(_, edit)| fits(edit))
            .find_map(|(place, edit)| edit.pattern.matches(message).map(|captures| (place, edit, captures)))
    }
}

fn edits(text: &str, charset: Charset) -> Result<Edits, FileFault> {
    if text.len() > RULES_TEXT_MAX {
        return Err((0..0, RulesProblem::TooLarge));
    }
    let root = DeTable::parse(text)
        .map_err(|e| (e.span().unwrap_or(0..0), RulesProblem::Toml(shown(e.message()))))?;
    let mut found = Vec::new();
    for (key, at, value) in in_order(root.get_ref()) {
        if key != "rule" {
            return Err(unknown(key, at, &[("rule", "")]));
        }
        let brackets = || RulesProblem::Kind { key: "rule", wanted: text!("rule-wants-brackets") };
        let list = value.get_ref().as_array().ok_or_else(|| (at, brackets()))?;
        if list.len() > RULES_MAX {
            return Err((value.span(), RulesProblem::TooMany));
        }
        found = list.iter().map(|entry| edit(entry, charset)).collect::<Result<Vec<_>, FileFault>>()?;
    }
    if found.is_empty() {
        return Err((0..0, RulesProblem::Nothing));
    }
    Ok(Edits { edits: found })
}

/// A template that is read last, because it may stand before the regex whose groups it names.
type Later<'a> = (&'a str, Range<usize>, &'a Spanned<DeValue<'a>>);

fn edit(entry: &Spanned<DeValue<'_>>, charset: Charset) -> Result<Edit, FileFault> {
    let table =
        entry.get_ref().as_table().ok_or_else(|| kind("rule", text!("rule-wants-brackets"), entry))?;
    let mut condition: Option<(&str, Pattern)> = None;
    let (mut fate, mut inject): (Option<Later<'_>>, Option<Later<'_>>) = (None, None);
    let (mut way, mut delay, mut then) = (None, Duration::ZERO, None);
    for (key, at, value) in in_order(table) {
        match key {
            "equals" | "prefix" | "contains" | "regex" | "hex" => {
                if let Some((first, _)) = condition {
                    return Err((at, RulesProblem::TwoConditions { first: first.to_owned() }));
                }
                condition = Some((key, pattern(key, value, charset)?));
            }
            "replace" | "replace_hex" | "drop" => once(&mut fate, (key, at, value))?,
            "inject" | "inject_hex" => once(&mut inject, (key, at, value))?,
            "dir" => way = Some(read_way(value)?),
            "delay" => delay = read_delay(value)?,
            "then" => then = Some(read_then(value)?),
            other => return Err(unknown(other, at, &known())),
        }
    }
    let Some((key, pattern)) = condition else { return Err((entry.span(), RulesProblem::NoCondition)) };
    if fate.is_none() && inject.is_none() && then.is_none() && delay.is_zero() {
        return Err((entry.span(), RulesProblem::NoEdit));
    }
    let groups = (key == "regex").then(|| pattern.groups());
    let template = |(key, _, value): Later<'_>| read_edit_template(key, value, charset, groups);
    let fate = match fate {
        None => Fate::Passes,
        Some(("drop", _, value)) => match value.get_ref().as_bool() {
            Some(true) => Fate::Dropped,
            Some(false) => Fate::Passes,
            None => return Err(kind("drop", text!("rule-wants-bool"), value)),
        },
        Some(later) => Fate::Replaced(template(later)?),
    };
    let inject = inject.map(template).transpose()?;
    Ok(Edit { pattern, way, fate, inject, delay, then })
}

fn once<'a>(slot: &mut Option<Later<'a>>, found: Later<'a>) -> Result<(), FileFault> {
    match slot {
        Some((first, ..)) => {
            let problem =
                RulesProblem::Contradiction { first: (*first).to_owned(), second: found.0.to_owned() };
            Err((found.1, problem))
        }
        None => {
            *slot = Some(found);
            Ok(())
        }
    }
}

fn read_edit_template(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    charset: Charset,
    groups: Option<usize>,
) -> Result<Template, FileFault> {
    let template = read_reply(key, value, charset, groups)?;
    if template.names_peer() {
        return Err(kind("replace", text!("edit-no-peer"), value));
    }
    Ok(template)
}

fn read_way(value: &Spanned<DeValue<'_>>) -> Result<Way, FileFault> {
    match value.get_ref().as_str() {
        Some("up") => Ok(Way::Up),
        Some("down") => Ok(Way::Down),
        _ => Err(kind("dir", text!("edit-wants-dir"), value)),
    }
}

/// What an edit can have.
fn known() -> Vec<(&'static str, &'static str)> {
    CONDITIONS.iter().map(|key| (*key, "")).chain(EDIT_KEYS).collect()
}
