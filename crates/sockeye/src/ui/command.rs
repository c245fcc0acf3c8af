//! What people type at a prompt: a message, or a command that begins with a slash.
//! Never carries anything out.

use std::time::Duration;

use sockeye_core::{address::nearest, charset, rule::quantity};
use sockeye_net::{FaultOrder, To};

use crate::{
    say::{relay, terminal as say, words},
    view::Role,
};

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Send this.
    Say(To, Words),
    /// Send this file.
    File(To, String),
    /// Send this again and again.
    Every(To, Duration, Words),
    /// Stop that.
    EveryOff,
    /// Half-close.
    Half(To),
    /// Close.
    Close(To),
    /// Reset.
    Reset(To),
    /// What the kernel knows.
    Info(To),
    /// Who is connected.
    List,
    /// Change the faults of a relay.
    Faults(FaultOrder),
    /// Which commands there are.
    Help,
    /// Leave.
    Quit,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// As it is typed.
    Text(String),
    /// These bytes.
    Bytes(Vec<u8>),
}

const OF_CONNECT: [&str; 9] = ["help", "hex", "file", "every", "half", "close", "reset", "info", "quit"];
const OF_LISTEN: [&str; 12] =
    ["to", "all", "help", "hex", "file", "every", "half", "close", "reset", "info", "list", "quit"];

const OF_RELAY: [&str; 5] = ["fault", "faults", "clear", "help", "quit"];

/// Reads a line; the error is a sentence.
///
/// # Errors
/// An unknown command (with the nearest one), or one without what it needs.
pub(crate) fn read(line: &str, role: Role) -> Result<Command, String> {
    if role == Role::Relay {
        return of_relay(line);
    }
    let text = |text: &str| Ok(Command::Say(To::Default, Words::Text(text.to_owned())));
    let Some(rest) = line.strip_prefix('/') else { return text(line) };
    if rest.starts_with('/') {
        return text(rest);
    }
    let (word, argument) = rest.split_once(' ').unwrap_or((rest, ""));
    let given = argument.trim();
    let known = if role == Role::Connect { OF_CONNECT.as_slice() } else { OF_LISTEN.as_slice() };
    if !known.contains(&word) {
        return Err(say::unknown(word, nearest::nearest(word, known.iter().copied())));
    }
    let whom = || whom(word, given, role);
    match word {
        "to" => {
            let (number, text) = argument.split_once(' ').ok_or_else(|| say::wants("/to 3 TEXT"))?;
            within(conn(number)?, text)
        }
        "all" => within(To::All, argument),
        "hex" | "file" => within(To::Default, line),
        "every" => every(To::Default, argument),
        "half" => whom().map(Command::Half),
        "close" => whom().map(Command::Close),
        "reset" => whom().map(Command::Reset),
        "info" => whom().map(Command::Info),
        "list" => Ok(Command::List),
        "quit" => Ok(Command::Quit),
        _ => Ok(Command::Help),
    }
}

/// Reads a line at a relay, which says nothing itself.
fn of_relay(line: &str) -> Result<Command, String> {
    let Some(rest) = line.strip_prefix('/') else { return Err(relay::says_nothing()) };
    let word = rest.split_whitespace().next().unwrap_or_default();
    match word {
        "help" => Ok(Command::Help),
        "quit" => Ok(Command::Quit),
        _ if OF_RELAY.contains(&word) => {
            FaultOrder::parse(line).map(Command::Faults).map_err(|why| words(&why))
        }
        _ => Err(say::unknown(word, nearest::nearest(word, OF_RELAY.iter().copied()))),
    }
}

/// What is sent to `to`: a text, or what the command in its place says.
fn within(to: To, text: &str) -> Result<Command, String> {
    let Some(rest) = text.strip_prefix('/') else {
        return Ok(Command::Say(to, Words::Text(text.to_owned())));
    };
    let (word, argument) = rest.split_once(' ').unwrap_or((rest, ""));
    match (word, argument.trim()) {
        ("hex", "") => Err(say::wants("/hex 01 03 0A")),
        ("hex", digits) => charset::hex(digits)
            .map(|bytes| Command::Say(to, Words::Bytes(bytes)))
            .map_err(|e| say::mistake(e.text())),
        ("file", "") => Err(say::wants("/file PATH")),
        ("file", path) => Ok(Command::File(to, path.to_owned())),
        ("every", _) => every(to, argument),
        _ if rest.starts_with('/') => Ok(Command::Say(to, Words::Text(rest.to_owned()))),
        _ => Err(say::not_within(word)),
    }
}

fn every(to: To, argument: &str) -> Result<Command, String> {
    if argument.trim() == "off" {
        return Ok(Command::EveryOff);
    }
    let (period, text) = argument.split_once(' ').ok_or_else(say::wants_every)?;
    let period = quantity::duration(period).map_err(|e| say::mistake(e.text()))?;
    if period.is_zero() {
        return Err(say::wants_pause());
    }
    let (to, text) = match text.strip_prefix("/to ").and_then(|rest| rest.split_once(' ')) {
        Some((number, text)) => (conn(number)?, text),
        None => (to, text),
    };
    match within(to, text)? {
        Command::Say(to, words) => Ok(Command::Every(to, period, words)),
        Command::Every(..) => Err(say::not_within("every")),
        _ => Err(say::not_within("file")),
    }
}

fn whom(word: &str, given: &str, role: Role) -> Result<To, String> {
    match (role, given) {
        (Role::Connect, _) => Ok(To::Default),
        (_, "") => Err(say::wants_number(word)),
        (_, number) => conn(number),
    }
}

fn conn(number: &str) -> Result<To, String> {
    number.trim().trim_start_matches('#').parse().map(To::Conn).map_err(|_| say::no_number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(line: &str) -> Result<Command, String> {
        read(line, Role::Connect)
    }

    fn listen(line: &str) -> Result<Command, String> {
        read(line, Role::Listen)
    }

    #[test]
    fn a_line_is_a_message_and_two_slashes_are_one() {
        let say = |text: &str| Ok(Command::Say(To::Default, Words::Text(text.to_owned())));
        assert_eq!(connect("hello  "), say("hello  "));
        assert_eq!(connect(""), say(""));
        assert_eq!(connect("//etc"), say("/etc"));
        assert_eq!(connect(" /help"), say(" /help"));
    }

    #[test]
    fn commands_of_the_operator() {
        assert_eq!(
            listen("/to 3 hello there"),
            Ok(Command::Say(To::Conn(3), Words::Text("hello there".to_owned())))
        );
        assert_eq!(listen("/to #3 x"), Ok(Command::Say(To::Conn(3), Words::Text("x".to_owned()))));
        assert_eq!(listen("/all 大家好"), Ok(Command::Say(To::All, Words::Text("大家好".to_owned()))));
        assert_eq!(listen("/close 3"), Ok(Command::Close(To::Conn(3))));
        assert_eq!(listen("/info 1"), Ok(Command::Info(To::Conn(1))));
        assert_eq!(listen("/list"), Ok(Command::List));
        assert!(listen("/close").unwrap_err().contains("/close 3"));
        assert!(listen("/to bob x").unwrap_err().contains("'bob'"));
        assert!(listen("/to 3").unwrap_err().contains("/to 3 TEXT"));
    }

    #[test]
    fn a_command_may_stand_in_a_command() {
        let bytes = |to| Ok(Command::Say(to, Words::Bytes(vec![1, 3])));
        assert_eq!(listen("/to 2 /hex 01 03"), bytes(To::Conn(2)));
        assert_eq!(listen("/all /hex 01 03"), bytes(To::All));
        assert_eq!(
            listen("/every 1s /hex 01 03"),
            Ok(Command::Every(To::Default, Duration::from_secs(1), Words::Bytes(vec![1, 3])))
        );
        let to_two = Ok(Command::Every(To::Conn(2), Duration::from_secs(1), Words::Text("x".to_owned())));
        assert_eq!(listen("/to 2 /every 1s x"), to_two);
        assert_eq!(listen("/every 1s /to 2 x"), to_two);
        assert!(listen("/every 1s /every 2s x").is_err());
        assert_eq!(listen("/all /file x"), Ok(Command::File(To::All, "x".to_owned())));
        assert_eq!(listen("/all //etc"), Ok(Command::Say(To::All, Words::Text("/etc".to_owned()))));
        assert!(listen("/to 2 /info").unwrap_err().contains("//info"), "never sent as a text");
        assert!(connect("/every 1s /quit").is_err());
    }

    #[test]
    fn commands_of_connect() {
        assert_eq!(connect("/hex 01 0x03,0A"), Ok(Command::Say(To::Default, Words::Bytes(vec![1, 3, 10]))));
        assert_eq!(connect("/file /tmp/a b"), Ok(Command::File(To::Default, "/tmp/a b".to_owned())));
        assert_eq!(
            connect("/every 250ms n={counter}"),
            Ok(Command::Every(
                To::Default,
                Duration::from_millis(250),
                Words::Text("n={counter}".to_owned())
            ))
        );
        assert_eq!(connect("/every off"), Ok(Command::EveryOff));
        assert_eq!(connect("/half"), Ok(Command::Half(To::Default)));
        assert_eq!(connect("/quit"), Ok(Command::Quit));
        assert!(connect("/hex 1").unwrap_err().contains("column 1"));
        assert!(connect("/hex").unwrap_err().contains("/hex 01"));
        assert!(connect("/every 0s x").unwrap_err().contains("1ms"));
        assert!(connect("/hlep").unwrap_err().contains("/help"));
        assert!(connect("/to 3 x").unwrap_err().contains("no command"));
    }
}
