//! What the terminal answers to the commands people type into it.
//! Never reads a command itself.

use std::{io, path::Path, time::Duration};

use sockeye_core::rule::quantity::brief_duration;
use sockeye_text::Text;

use super::{safe, say, system, words};

/// A saved message that does not exist.
#[must_use]
pub(crate) fn no_quick(name: &str) -> String {
    say!("quick-none", name = safe(name))
}

/// What cannot be the name of a saved message.
#[must_use]
pub(crate) fn no_quick_name(name: &str) -> String {
    say!("quick-no-name", name = safe(name))
}

/// The saved messages.
#[must_use]
pub(crate) fn quicks(list: &[(String, String)]) -> String {
    if list.is_empty() {
        return say!("quick-empty");
    }
    let rows: Vec<String> =
        list.iter().map(|(name, text)| format!("  {} = {}", safe(name), safe(text))).collect();
    rows.join("\n")
}

/// A message was saved, or could not be.
#[must_use]
pub(crate) fn quick_saved(name: &str, text: &str, saved: Result<&Path, (&Path, &str)>) -> String {
    let shown = |file: &Path| safe(&file.display().to_string());
    match saved {
        Ok(file) if text.is_empty() => say!("quick-forgotten", name = safe(name), file = shown(file)),
        Ok(file) => say!("quick-saved", name = safe(name), file = shown(file)),
        Err((file, why)) => say!("quick-unsaved", name = safe(name), file = shown(file), why = safe(why)),
    }
}

/// Figures are told from now on.
#[must_use]
pub(crate) fn stats_on(period: Duration) -> String {
    say!("stats-on", period = brief_duration(period))
}

/// They are told no more.
#[must_use]
pub(crate) fn no_stats() -> String {
    say!("stats-off")
}

/// The log was turned on, or off.
#[must_use]
pub(crate) fn logging(file: Option<&Path>, done: io::Result<()>) -> String {
    let shown = |file: &Path| safe(&file.display().to_string());
    match (file, done) {
        (Some(file), Ok(())) => say!("log-on", file = shown(file)),
        (None, Ok(())) => say!("log-off"),
        (file, Err(why)) => {
            say!("log-unturned", file = file.map(shown).unwrap_or_default(), why = mistake(system(&why)))
        }
    }
}

/// Ctrl-C on an empty line of `connect`.
#[must_use]
pub(crate) fn again_leaves() -> String {
    say!("again-leaves")
}

/// Enter on an empty line, where no line end is sent.
#[must_use]
pub(crate) fn empty_line() -> String {
    say!("empty-line")
}

/// At the start, where somebody can type.
#[must_use]
pub(crate) fn welcome() -> String {
    say!("welcome")
}

/// The same where nobody is talked to.
#[must_use]
pub(crate) fn welcome_to_relay() -> String {
    say!("welcome-relay")
}

/// A command that does not exist.
#[must_use]
pub(crate) fn unknown(word: &str, nearest: Option<&str>) -> String {
    let word = safe(word);
    match nearest {
        Some(near) => say!("unknown-command-but", word = word, near = near),
        None => say!("unknown-command", word = word),
    }
}

/// A command in the place of a text that can only stand alone.
#[must_use]
pub(crate) fn not_within(word: &str) -> String {
    say!("not-within", word = word)
}

/// A command without what it needs.
#[must_use]
pub(crate) fn wants(form: &str) -> String {
    say!("write-form", form = form)
}

/// A command that is about a conversation, without its number.
#[must_use]
pub(crate) fn wants_number(word: &str) -> String {
    say!("write-number", word = word)
}

/// `/every` without both of what it needs.
#[must_use]
pub(crate) fn wants_every() -> String {
    say!("write-every")
}

/// `/every 0s`.
#[must_use]
pub(crate) fn wants_pause() -> String {
    say!("write-pause")
}

/// A number that is no conversation.
#[must_use]
pub(crate) fn no_number(text: &str) -> String {
    say!("no-number", text = safe(text))
}

/// What is wrong with what was typed.
#[must_use]
pub(crate) fn mistake(why: impl Into<Text>) -> String {
    safe(&words(&why.into()))
}

/// A character that cannot be sent; nothing was.
#[must_use]
pub(crate) fn unencodable(why: impl Into<Text>) -> String {
    say!("not-sent", detail = mistake(why))
}

/// A line of standard input that is longer than a message may be.
#[must_use]
pub(crate) fn line_too_long(limit: usize) -> String {
    say!("line-too-long", limit = limit)
}

/// A line of standard input that the framing cannot carry.
#[must_use]
pub(crate) fn not_sent(why: impl Into<Text>) -> String {
    say!("line-not-sent", why = mistake(why))
}

/// Standard input cannot be read.
#[must_use]
pub(crate) fn input_failed(why: &io::Error) -> String {
    say!("input-unreadable", why = mistake(system(why)))
}

/// A local file cannot be read.
#[must_use]
pub(crate) fn file_failed(path: &str, why: &io::Error) -> String {
    say!("cannot-read", path = safe(path), why = mistake(system(why)))
}

/// Sending again and again has begun or ended.
#[must_use]
pub(crate) fn every(state: Every<'_>) -> String {
    match state {
        Every::Started(period) => say!("every-started", period = period),
        Every::Stopped => say!("every-stopped"),
        Every::Lost => say!("every-lost"),
        Every::NotRunning => say!("every-not-running"),
        Every::TooMany(most) => say!("every-too-many", most = most),
    }
}

/// What `/every` did.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Every<'a> {
    /// It sends with this period.
    Started(&'a str),
    /// It stopped.
    Stopped,
    /// Whom it was for has gone.
    Lost,
    /// There was nothing to stop.
    NotRunning,
    /// As many as there may be are being sent.
    TooMany(usize),
}
