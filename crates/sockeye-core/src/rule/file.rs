//! Reads a rules file.
//! Never guesses: an unknown key, a second condition or a rule without effect is an error with its place.

use sockeye_text::text;
use toml::de::DeTable;

use super::{
    entry::entry,
    error::{RulesError, RulesProblem},
    order::linked,
    reading::{FileFault, in_order, kind, shown, string, unknown},
    rules::{RULES_MAX, RULES_TEXT_MAX, Rules, Which},
    template::Template,
};
use crate::charset::Charset;

/// The keys at the top of a rules file, and what they mean, for people: the keys of sentences.
pub const TOP_KEYS: [(&str, &str); 3] =
    [("greeting", "about-rules-greeting"), ("all", "about-rules-all"), ("rule", "about-rules-rule")];
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
