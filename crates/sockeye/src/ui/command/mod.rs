//! What people type at a prompt: a message, or a command that begins with a slash.
//! Never carries anything out.

mod complete;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, time::Duration};

use sockeye_core::{
    address::nearest,
    behaviour::check_name,
    charset::{self, Charset},
    rule::quantity,
};
use sockeye_net::{FaultOrder, To, Whom};

pub(crate) use complete::{Completion, complete};

use crate::{
    meter::StatsPlan,
    say::{
        console::{COMMANDS, CommandRow, ConsoleRole, Stands, Verb},
        relay, terminal as say, words,
    },
    view::Show,
};

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Send this.
    Say(To, Words),
    /// Send this again and again.
    Every(To, Duration, Words),
    /// No more of that, for these or for all.
    Stop(Option<Vec<Whom>>),
    /// Lines that name nobody go there.
    Use(To),
    /// Call a conversation so.
    Name(To, String),
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
    /// Which saved messages there are.
    Quicks,
    /// Save a message; one without words is forgotten.
    Save(String, String),
    /// Show messages so.
    View(Show),
    /// Show and type them in this charset.
    Charset(Charset),
    /// Log into this file, or nowhere.
    Log(Option<PathBuf>),
    /// Tell what passes: now, from now on, or no more.
    Stats(StatsWish),
    /// Change the faults of a relay.
    Faults(FaultOrder),
    /// Which commands there are.
    Help,
    /// Leave.
    Quit,
}

/// Which figures somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatsWish {
    /// Those of now.
    Now,
    /// Those of every period from now on.
    On(StatsPlan),
    /// None any more.
    Off,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// As it is typed.
    Text(String),
    /// These bytes, as a message.
    Bytes(Vec<u8>),
    /// These bytes as they are.
    Raw(Vec<u8>),
    /// What is in this file, as a message.
    File(String),
}

/// Longest name of a saved message, characters.
const QUICK_NAME: usize = 64;

/// Where a line is typed.
#[derive(Clone, Copy)]
pub(crate) struct CommandContext<'a> {
    /// In which kind of session.
    pub role: ConsoleRole,
    /// The saved message of a name.
    pub quick: &'a dyn Fn(&str) -> Option<String>,
}

/// What the commands around a text have said of it.
#[derive(Default)]
struct Around {
    to: Option<To>,
    period: Option<Duration>,
    // It came from a saved message.
    is_saved: bool,
}

impl Around {
    fn say(self, words: Words) -> Command {
        let to = self.to.unwrap_or_default();
        match self.period {
            Some(period) => Command::Every(to, period, words),
            None => Command::Say(to, words),
        }
    }
}

/// The command of that word in this kind of session.
fn row(word: &str, role: ConsoleRole) -> Result<&'static CommandRow, String> {
    let there = || COMMANDS.iter().filter(|row| row.is_at(role));
    there()
        .find(|row| row.word == word)
        .ok_or_else(|| say::unknown(word, nearest::nearest(word, there().map(|row| row.word))))
}

/// The word behind a slash, and what follows it.
fn parted(rest: &str) -> (&str, &str) {
    rest.split_once(' ').unwrap_or((rest, ""))
}

impl CommandContext<'_> {
    /// Reads a line; the error is a sentence.
    ///
    /// # Errors
    /// An unknown command (with the nearest one), one without what it needs, one in the place of a text that cannot stand there.
    pub(crate) fn read(self, line: &str) -> Result<Command, String> {
        let is_command = line.starts_with('/') && !line.starts_with("//");
        if self.role == ConsoleRole::Relay && !is_command {
            return Err(relay::says_nothing());
        }
        let Some(rest) = line.strip_prefix('/').filter(|_| is_command) else {
            return self.said(line, Around::default());
        };
        let (word, argument) = parted(rest);
        let row = row(word, self.role)?;
        let given = argument.trim();
        match row.verb {
            Verb::Every if given == "off" => Ok(Command::Stop(None)),
            Verb::Quick if given.is_empty() => Ok(Command::Quicks),
            Verb::Quick if given.contains('=') => save(given),
            _ if row.stands == Stands::Within => self.said(line, Around::default()),
            Verb::Stop if given.is_empty() => Ok(Command::Stop(None)),
            Verb::Stop => whoms(given).map(|list| Command::Stop(Some(list))),
            Verb::Use => choice(given, row).map(Command::Use),
            Verb::Name => self.name(given, row),
            Verb::Half => self.whom(given, row).map(Command::Half),
            Verb::Close => self.whom(given, row).map(Command::Close),
            Verb::Reset => self.whom(given, row).map(Command::Reset),
            Verb::Info => self.whom(given, row).map(Command::Info),
            Verb::List => Ok(Command::List),
            Verb::View => show(given).map(Command::View),
            Verb::Charset if given.is_empty() => Err(say::wants(row.form)),
            Verb::Charset => Charset::parse(given).map(Command::Charset).map_err(|e| say::mistake(e.text())),
            Verb::Log => match given {
                "" => Err(say::wants(row.form)),
                "off" => Ok(Command::Log(None)),
                file => Ok(Command::Log(Some(file.into()))),
            },
            Verb::Stats => stats(given).map(Command::Stats),
            Verb::Fault | Verb::Faults | Verb::Clear => {
                FaultOrder::parse(line).map(Command::Faults).map_err(|why| words(&why))
            }
            Verb::Quit => Ok(Command::Quit),
            _ => Ok(Command::Help),
        }
    }

    /// What is sent: a text, or what the command in its place says.
    fn said(self, text: &str, mut around: Around) -> Result<Command, String> {
        let Some(rest) = text.strip_prefix('/') else { return Ok(around.say(Words::Text(text.to_owned()))) };
        if rest.starts_with('/') {
            return Ok(around.say(Words::Text(rest.to_owned())));
        }
        let (word, argument) = parted(rest);
        let row = row(word, self.role)?;
        let given = argument.trim();
        let twice = || Err(say::not_within(word));
        match row.verb {
            Verb::To | Verb::All if around.to.is_some() => twice(),
            Verb::To => {
                let (list, text) = argument.split_once(' ').ok_or_else(|| say::wants(row.form))?;
                around.to = Some(if list == "all" { To::All } else { To::Some(whoms(list)?) });
                self.said(text, around)
            }
            Verb::All => {
                around.to = Some(To::All);
                self.said(argument, around)
            }
            Verb::Every if around.period.is_some() => twice(),
            Verb::Every => {
                let (period, text) = argument.split_once(' ').ok_or_else(say::wants_every)?;
                let period = quantity::duration(period).map_err(|e| say::mistake(e.text()))?;
                if period.is_zero() {
                    return Err(say::wants_pause());
                }
                around.period = Some(period);
                self.said(text, around)
            }
            Verb::Quick if around.is_saved => twice(),
            Verb::Quick if given.is_empty() => Err(say::wants("/quick NAME")),
            Verb::Quick => {
                let saved = (self.quick)(given).ok_or_else(|| say::no_quick(given))?;
                self.said(&saved, Around { is_saved: true, ..around })
            }
            Verb::Hex | Verb::Raw | Verb::File if given.is_empty() => Err(say::wants(row.form)),
            Verb::Hex => hex(given).map(|bytes| around.say(Words::Bytes(bytes))),
            Verb::Raw => hex(given).map(|bytes| around.say(Words::Raw(bytes))),
            Verb::File => Ok(around.say(Words::File(given.to_owned()))),
            _ => twice(),
        }
    }

    /// Whom a command is about; a client's own conversation where it says nothing.
    fn whom(self, given: &str, row: &CommandRow) -> Result<To, String> {
        match (self.role, given) {
            (ConsoleRole::Connect, "") => Ok(To::Default),
            (_, "") => Err(say::wants_number(row.word)),
            (_, "all") => Ok(To::All),
            (_, list) => whoms(list).map(To::Some),
        }
    }

    fn name(self, given: &str, row: &CommandRow) -> Result<Command, String> {
        match (given.split_once(' '), self.role) {
            (Some((whom, name)), _) => Ok(Command::Name(To::Some(whoms(whom)?), name.trim().to_owned())),
            (None, ConsoleRole::Connect) if !given.is_empty() => {
                Ok(Command::Name(To::Default, given.to_owned()))
            }
            (None, _) => Err(say::wants(row.form)),
        }
    }
}

fn hex(digits: &str) -> Result<Vec<u8>, String> {
    charset::hex(digits).map_err(|e| say::mistake(e.text()))
}

/// `1,3`, `#2`, `DTU002,1`.
fn whoms(list: &str) -> Result<Vec<Whom>, String> {
    list.trim().split(',').map(|word| whom(word.trim())).collect()
}

fn whom(word: &str) -> Result<Whom, String> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().map(Whom::Conn).map_err(|_| say::no_number(word));
    }
    check_name(word).map(|()| Whom::Name(word.to_owned())).map_err(|e| say::mistake(e.text()))
}

fn choice(given: &str, row: &CommandRow) -> Result<To, String> {
    match given {
        "" => Err(say::wants(row.form)),
        "all" => Ok(To::All),
        "last" => Ok(To::Default),
        list => whoms(list).map(To::Some),
    }
}

fn show(given: &str) -> Result<Show, String> {
    match given {
        "text" => Ok(Show::Text),
        "hex" => Ok(Show::Hex),
        "both" => Ok(Show::Both),
        _ => Err(say::wants("/view text, /view hex, /view both")),
    }
}

fn stats(given: &str) -> Result<StatsWish, String> {
    match given {
        "" => Ok(StatsWish::Now),
        "off" => Ok(StatsWish::Off),
        plan => StatsPlan::parse(plan).map(StatsWish::On).map_err(say::mistake),
    }
}

/// `NAME = TEXT`
fn save(given: &str) -> Result<Command, String> {
    let (name, text) = given.split_once('=').unwrap_or((given, ""));
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= QUICK_NAME
        && name.chars().all(|c| !c.is_whitespace() && !c.is_control());
    match is_name {
        true => Ok(Command::Save(name.to_owned(), text.trim_start().to_owned())),
        false => Err(say::no_quick_name(name)),
    }
}
