//! What the terminal answers to the commands people type into it.
//! Never reads a command itself.

use std::io;

use sockeye_core::unit::Medium;
use sockeye_text::Text;

use super::{safe, say, system, words};

/// `/help` of `connect`.
#[must_use]
pub(crate) fn connect_help(medium: Medium) -> String {
    let name = match medium {
        Medium::Stream => "stream",
        Medium::Datagram => "datagram",
    };
    there(&say!("connect-help", medium = name), medium)
}

/// `/help` of the operator's console.
#[must_use]
pub(crate) fn listen_help(medium: Medium) -> String {
    there(&say!("listen-help"), medium)
}

/// The lines of a help without the commands that the medium does not have.
fn there(all: &str, medium: Medium) -> String {
    let of_streams = ["/half", "/reset"];
    let is_there = |line: &&str| {
        medium == Medium::Stream || !of_streams.iter().any(|word| line.trim_start().starts_with(word))
    };
    all.lines().filter(is_there).collect::<Vec<_>>().join("\n")
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
}
