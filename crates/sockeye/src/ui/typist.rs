//! Carries out what somebody types: messages and commands become orders.
//! Never waits for an answer; what there is to say comes back as events.

use std::{
    io::{BufRead, Read as _},
    path::PathBuf,
    time::Duration,
};

use bytes::Bytes;
use sockeye_core::{
    behaviour::Payload,
    event::Notice,
    rule::{Dice, quantity::brief_duration},
    unit::Medium,
};
use sockeye_net::{Action, Anchor, Clock, Order, Spoken, To, Whom};
use sockeye_text::Text;
use tokio::sync::mpsc::Sender;

use super::{
    again::{Again, REPEATS, Repeat},
    command::{Command, CommandContext, Completion, StatsWish, Words},
    input::Typing,
    logs::Logs,
    quick::Quicks,
    shutdown::{Cause, Shutdown},
    teller::Teller,
};
use crate::{
    events::{Roster, Wish},
    payload,
    say::{console, console::ConsoleRole, terminal as say},
    view::Role,
};

/// Somebody who types.
#[derive(Debug)]
pub(crate) struct Typist {
    typing: Typing,
    clock: Clock,
    orders: Sender<Order>,
    teller: Teller,
    shutdown: Shutdown,
    tools: Tools,
    repeats: Vec<Repeat>,
}

/// What somebody who types has at hand besides the conversations.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    /// Saved messages.
    pub quicks: Quicks,
    /// Who is there.
    pub roster: Roster,
    /// Where all is logged.
    pub logs: Logs,
    /// Where those who read are told what is wished.
    pub wishes: Sender<Wish>,
}

/// The console of that kind of session.
pub(super) fn console_of(role: Role) -> ConsoleRole {
    match role {
        Role::Connect => ConsoleRole::Connect,
        Role::Listen => ConsoleRole::Listen,
        Role::Relay => ConsoleRole::Relay,
    }
}

/// Whether more can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Go on.
    Line,
    /// The run is over or stopping.
    Over,
}

impl Typist {
    /// Somebody whose orders go to `orders`.
    #[must_use]
    pub(crate) fn new(
        typing: Typing,
        clock: Clock,
        orders: Sender<Order>,
        teller: Teller,
        shutdown: Shutdown,
        tools: Tools,
    ) -> Self {
        Self { typing, clock, orders, teller, shutdown, tools, repeats: Vec::new() }
    }

    /// What the typist is told beside the conversation.
    #[must_use]
    pub(crate) fn teller(&self) -> &Teller {
        &self.teller
    }

    /// Which command this is.
    #[must_use]
    pub(crate) fn role(&self) -> Role {
        self.typing.role
    }

    /// What stops the run.
    #[must_use]
    pub(crate) fn shutdown(&self) -> &Shutdown {
        &self.shutdown
    }

    /// Carries out lines until they end.
    pub(crate) fn run(mut self, input: &mut dyn BufRead) {
        let most = self.typing.framing.max_frame() as u64;
        let mut line = Vec::new();
        loop {
            line.clear();
            match input.take(most).read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(_) => {
                    let text = String::from_utf8_lossy(&line);
                    let text = text.strip_suffix('\n').unwrap_or(&text);
                    if self.line(text.strip_suffix('\r').unwrap_or(text)) == Next::Over {
                        return;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.teller.tell(&say::input_failed(&error));
                    break;
                }
            }
        }
        // A listener serves on when nobody types any more.
        if self.typing.role == Role::Connect {
            let _ = self.order(To::All, Action::SayNoMore);
        }
    }

    /// Carries out one line.
    pub(crate) fn line(&mut self, line: &str) -> Next {
        let prompt =
            CommandContext { role: console_of(self.typing.role), quick: &|name| self.tools.quicks.get(name) };
        match prompt.read(line) {
            Ok(command) => self.carry_out(command),
            Err(sentence) => self.tell(&sentence),
        }
    }

    /// Nobody types any more: half-closes a connection, stops a listener.
    pub(crate) fn end(&mut self) -> Next {
        match self.typing.role {
            Role::Connect => self.order(To::All, Action::SayNoMore),
            Role::Listen | Role::Relay => {
                self.shutdown.pull(Cause::Asked);
                Next::Over
            }
        }
    }

    /// What a half-typed command can become now.
    pub(crate) fn completion(&self) -> impl Fn() -> Completion + Send + Sync + 'static {
        let tools = self.tools.clone();
        move || Completion {
            whom: tools.roster.words(),
            quick: tools.quicks.list().into_iter().map(|(name, _)| name).collect(),
        }
    }

    fn tell(&self, sentence: &str) -> Next {
        self.teller.tell(sentence);
        Next::Line
    }

    fn carry_out(&mut self, command: Command) -> Next {
        match command {
            Command::Say(to, words) => self.say(to, words),
            Command::Every(to, period, words) => self.start_every(to, period, words),
            Command::Stop(list) => self.stop(list),
            Command::Use(to) => self.order(to, Action::Use),
            Command::Name(to, name) => self.order(to, Action::Name(name)),
            Command::Half(to) => self.order(to, Action::Half),
            Command::Close(to) => self.order(to, Action::Close),
            Command::Reset(to) => self.order(to, Action::Reset),
            Command::Info(to) => self.order(to, Action::Info),
            Command::List => self.order(To::All, Action::List),
            Command::Quicks => self.tell(&say::quicks(&self.tools.quicks.list())),
            Command::Save(name, text) => {
                let saved = self.tools.quicks.save(&name, &text);
                let saved = saved.as_ref().map_err(|(file, why)| (file.as_path(), why.as_str()));
                self.tell(&say::quick_saved(&name, &text, saved.map(PathBuf::as_path)))
            }
            Command::View(show) => self.order(To::All, Action::Tell(Notice::Showing { show })),
            Command::Charset(charset) => {
                self.typing.charset = charset;
                let charset = charset.name().into();
                self.order(To::All, Action::Tell(Notice::CharsetIs { charset }))
            }
            Command::Log(file) => {
                let done = self.tools.logs.turn(file.as_deref());
                self.tell(&say::logging(file.as_deref(), done))
            }
            Command::Stats(wish) => {
                let (wish, said) = match wish {
                    StatsWish::Now => (Wish::StatsNow, None),
                    StatsWish::Off => (Wish::Stats(None), Some(say::no_stats())),
                    StatsWish::On(plan) => (Wish::Stats(Some(plan)), Some(say::stats_on(plan.period))),
                };
                let _ = self.tools.wishes.blocking_send(wish);
                said.map_or(Next::Line, |said| self.tell(&said))
            }
            Command::Faults(order) => self.order(To::All, Action::Faults(order)),
            Command::Help => self.tell(&console::help(console_of(self.typing.role), self.typing.medium)),
            Command::Quit => {
                self.shutdown.pull(Cause::Asked);
                Next::Over
            }
        }
    }

    /// The bytes of what is sent once, and whether they are framed.
    ///
    /// # Errors
    /// They cannot be sent: a sentence.
    fn spoken(&self, words: Words) -> Result<Spoken, String> {
        let message = match words {
            Words::Raw(bytes) => return Ok(Spoken::Raw(bytes.into())),
            Words::Bytes(bytes) => bytes,
            Words::File(path) => self.file(&path)?,
            Words::Text(text) => {
                let encoded = self.typing.charset.encode(&format!("{text}{}", self.typing.eol));
                encoded.map_err(|missing| say::unencodable(missing.text()))?
            }
        };
        // On a stream without framing nothing at all would travel.
        if message.is_empty() && self.typing.framing.is_raw() && self.typing.medium == Medium::Stream {
            return Err(say::empty_line());
        }
        let framed = self.typing.framing.encode(&message, &mut Vec::new());
        framed.map_err(|error| say::mistake(error.text()))?;
        Ok(Spoken::Message(message.into()))
    }

    fn say(&mut self, to: To, words: Words) -> Next {
        match self.spoken(words) {
            Ok(spoken) => self.order(to, Action::Say(spoken)),
            Err(sentence) => self.tell(&sentence),
        }
    }

    fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        let most = self.typing.framing.max_frame();
        let mut bytes = Vec::new();
        let read =
            std::fs::File::open(path).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() > most => Err(crate::say::usage::file_too_large(most)),
            Ok(_) => Ok(bytes),
            Err(error) => Err(say::file_failed(path, &error)),
        }
    }

    fn start_every(&mut self, to: To, period: Duration, words: Words) -> Next {
        let mut spoken: fn(Bytes) -> Spoken = Spoken::Message;
        let payload = match words {
            Words::Text(text) => {
                let made = payload::of(&text, self.typing.eol, self.typing.charset);
                made.map_err(|sentence| say::mistake(Text::verbatim(sentence)))
            }
            Words::Raw(bytes) => {
                spoken = Spoken::Raw;
                Ok(Payload::Bytes(bytes))
            }
            Words::Bytes(bytes) => Ok(Payload::Bytes(bytes)),
            Words::File(path) => self.file(&path).map(Payload::Bytes),
        };
        let payload = match payload {
            Ok(payload) => payload,
            Err(sentence) => return self.tell(&sentence),
        };
        // Each of several stays with its own conversation, and can be stopped by itself.
        let each = match to {
            To::Some(list) => list.into_iter().map(|whom| To::Some(vec![whom])).collect(),
            to => vec![to],
        };
        for to in each {
            self.repeats.retain(|repeat| repeat.is_going() && !repeat.is_for(&to));
            if self.repeats.len() >= REPEATS {
                return self.tell(&say::every(say::Every::TooMany(REPEATS)));
            }
            let again = Again {
                to,
                anchor: Anchor::default(),
                teller: self.teller.clone(),
                payload: payload.clone(),
                spoken,
                clock: self.clock.clone(),
                orders: self.orders.clone(),
                dice: Dice::new(self.typing.seed, u64::MAX),
                most: self.typing.framing.max_frame(),
            };
            match Repeat::start(again, period) {
                Ok(repeat) => self.repeats.push(repeat),
                Err(error) => return self.tell(&say::mistake(crate::say::system(&error))),
            }
        }
        self.tell(&say::every(say::Every::Started(&brief_duration(period))))
    }

    /// Ends what is sent again and again to these, or to all.
    fn stop(&mut self, list: Option<Vec<Whom>>) -> Next {
        self.repeats.retain(Repeat::is_going);
        let before = self.repeats.len();
        match list {
            None => self.repeats.clear(),
            Some(list) => {
                // A number and a name may mean the same conversation.
                let number = |whom: &Whom| self.tools.roster.conn(whom);
                let is = |whom: &Whom| {
                    list.iter().any(|other| {
                        other == whom || (number(whom).is_some() && number(other) == number(whom))
                    })
                };
                self.repeats.retain(|repeat| !repeat.concerns(&is));
            }
        }
        self.tell(&say::every(match before - self.repeats.len() {
            0 => say::Every::NotRunning,
            _ => say::Every::Stopped,
        }))
    }

    fn order(&self, to: To, what: Action) -> Next {
        match self.orders.blocking_send(Order { to, what }) {
            Ok(()) => Next::Line,
            Err(_) => Next::Over,
        }
    }
}

#[cfg(test)]
#[path = "typist_tests.rs"]
mod tests;
