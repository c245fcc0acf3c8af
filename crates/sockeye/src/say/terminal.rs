//! What the terminal answers to the commands people type into it.
//! Never reads a command itself.

use sockeye_core::{charset::Unencodable, unit::Medium};

/// `/help` of `connect`.
#[must_use]
pub(crate) fn connect_help(medium: Medium) -> String {
    help(CONNECT_HELP, medium)
}

/// `/help` of the operator's console.
#[must_use]
pub(crate) fn listen_help(medium: Medium) -> String {
    help(LISTEN_HELP, medium)
}

/// Without what the medium does not have.
fn help(all: &str, medium: Medium) -> String {
    let of_streams = ["/half", "/reset"];
    let is_there = |line: &&str| {
        medium == Medium::Stream || !of_streams.iter().any(|word| line.trim_start().starts_with(word))
    };
    let lines: Vec<&str> = all.lines().filter(is_there).collect();
    match medium {
        Medium::Stream => lines.join("\n"),
        Medium::Datagram => lines.join("\n").replace(": RTT, cwnd, retransmits, buffers", ""),
    }
}

const CONNECT_HELP: &str = "\
what you type is sent when you press Enter; //text sends a leading slash
  /hex 01 03 0A        send bytes
  /file PATH           send a file's bytes as one message
  /every 1s TEXT       send again and again; {counter} {time} … are filled in
  /every off           stop that
  /half                close our direction (FIN), go on receiving (also Ctrl-D)
  /close               close the connection
  /reset               reset it (RST)
  /info                what the kernel knows of it: RTT, cwnd, retransmits, buffers
  /quit                close and leave
Ctrl-C clears the line.";

/// Ctrl-C on an empty line of `connect`.
pub(crate) const AGAIN_LEAVES: &str = "Ctrl-C again leaves; /quit leaves in order";

/// Enter on an empty line, where no line end is sent.
pub(crate) const EMPTY_LINE: &str = "an empty line sends nothing: the Enter itself is not sent (--eol lf or crlf puts a line end behind each line)";

const LISTEN_HELP: &str = "\
a line goes to the client that wrote last, or to all when none has; //text sends a leading slash
  /to 3 hello          to one client
  /all hello           to every client
  /hex 01 03 0A        bytes, to whom a line would go
  /file PATH           a file's bytes as one message
  /every 1s TEXT       again and again, to whom a line would go now; {counter} {time} … are filled in
  /to 3 /every 1s TEXT the same to one client
  /every off           stop that
  /list                who is connected
  /info 3              what the kernel knows of a connection
  /half 3              close our direction of it (FIN)
  /close 3             close it
  /reset 3             reset it (RST)
  /quit                stop serving and leave (also Ctrl-C, Ctrl-D)";

/// At the start, where somebody can type.
pub(crate) const WELCOME: &str = "type to talk; /help shows the commands";

/// A command that does not exist.
#[must_use]
pub(crate) fn unknown(word: &str, nearest: Option<&str>) -> String {
    let word = super::safe(word);
    match nearest {
        Some(near) => format!("there is no command /{word}; did you mean /{near}? //{word} sends the text"),
        None => format!("there is no command /{word}; /help shows them, and //{word} sends the text"),
    }
}

/// A command in the place of a text that can only stand alone.
#[must_use]
pub(crate) fn not_within(word: &str) -> String {
    format!(
        "/{word} cannot stand in the place of a text; /hex 01 03 can, and //{word} is the text with one slash"
    )
}

/// A command without what it needs.
#[must_use]
pub(crate) fn wants(form: &str) -> String {
    format!("write {form}")
}

/// A number that is no conversation.
#[must_use]
pub(crate) fn no_number(text: &str) -> String {
    format!("'{}' is no number of a conversation; /list shows them", super::safe(text))
}

/// What is wrong with what was typed.
#[must_use]
pub(crate) fn mistake(why: impl std::fmt::Display) -> String {
    super::safe(&why.to_string())
}

/// A character that cannot be sent; nothing was.
#[must_use]
pub(crate) fn unencodable(why: &Unencodable) -> String {
    format!("not sent: {}", super::safe(&super::words(&why.text())))
}

/// A line of standard input that is longer than a message may be.
#[must_use]
pub(crate) fn line_too_long(limit: usize) -> String {
    format!(
        "standard input: a line is longer than one message may be ({limit} bytes, --max-frame); it was not sent"
    )
}

/// A line of standard input that the framing cannot carry.
#[must_use]
pub(crate) fn not_sent(why: &sockeye_core::frame::FrameError) -> String {
    format!("standard input: a line was not sent: {}", super::safe(&super::words(&why.text())))
}

/// Standard input cannot be read.
#[must_use]
pub(crate) fn input_failed(why: &std::io::Error) -> String {
    format!("standard input cannot be read: {}", super::safe(&why.to_string()))
}

/// A local file cannot be read.
#[must_use]
pub(crate) fn file_failed(path: &str, why: &std::io::Error) -> String {
    format!("cannot read {}: {}", super::safe(path), super::safe(&why.to_string()))
}

/// Sending again and again has begun or ended.
#[must_use]
pub(crate) fn every(state: Every<'_>) -> String {
    match state {
        Every::Started(period) => format!("sending every {period}; /every off stops it"),
        Every::Stopped => "sending no more".to_owned(),
        Every::Lost => "sending no more: the conversation that it was for is over".to_owned(),
        Every::NotRunning => "nothing is being sent again and again".to_owned(),
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
