//! Carries out what somebody types: messages and commands become orders.
//! Never waits for an answer; what there is to say comes back as events.

use std::{io::BufRead, io::Read as _, sync::mpsc, time::Duration};

use bytes::Bytes;
use sockeye_core::{
    behaviour::Payload,
    rule::{Context, Dice, quantity::brief_duration},
    unit::Medium,
};
use sockeye_net::{Action, Anchor, Clock, Order, To};
use sockeye_text::Text;
use tokio::sync::mpsc::Sender;

use super::{
    command::{self, Command, Words},
    input::Typing,
    shutdown::{Cause, Shutdown},
    teller::Teller,
};
use crate::{payload, say::terminal as say, view::Role};

/// Somebody who types.
#[derive(Debug)]
pub(crate) struct Typist {
    typing: Typing,
    clock: Clock,
    orders: Sender<Order>,
    teller: Teller,
    shutdown: Shutdown,
    every: Option<mpsc::Sender<()>>,
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
    ) -> Self {
        Self { typing, clock, orders, teller, shutdown, every: None }
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
            let _ = self.order(To::Default, Action::SayNoMore);
        }
    }

    /// Carries out one line.
    pub(crate) fn line(&mut self, line: &str) -> Next {
        match command::read(line, self.typing.role) {
            Ok(command) => self.carry_out(command),
            Err(sentence) => {
                self.teller.tell(&sentence);
                Next::Line
            }
        }
    }

    /// Nobody types any more: half-closes a connection, stops a listener.
    pub(crate) fn end(&mut self) -> Next {
        match self.typing.role {
            Role::Connect => self.order(To::Default, Action::SayNoMore),
            Role::Listen | Role::Relay => {
                self.shutdown.pull(Cause::Asked);
                Next::Over
            }
        }
    }

    fn carry_out(&mut self, command: Command) -> Next {
        match command {
            Command::Say(to, Words::Text(text)) => self.say(to, &text),
            Command::Say(to, Words::Bytes(bytes)) => self.send(to, bytes),
            Command::File(to, path) => self.file(to, &path),
            Command::Every(to, period, words) => self.start_every(to, period, words),
            Command::EveryOff => {
                let state =
                    if self.every.take().is_some() { say::Every::Stopped } else { say::Every::NotRunning };
                self.teller.tell(&say::every(state));
                Next::Line
            }
            Command::Half(to) => self.order(to, Action::Half),
            Command::Close(to) => self.order(to, Action::Close),
            Command::Reset(to) => self.order(to, Action::Reset),
            Command::Info(to) => self.order(to, Action::Info),
            Command::List => self.order(To::All, Action::List),
            Command::Faults(order) => self.order(To::All, Action::Faults(order)),
            Command::Help => {
                self.teller.tell(&match self.typing.role {
                    Role::Connect => say::connect_help(self.typing.medium),
                    Role::Listen => say::listen_help(self.typing.medium),
                    Role::Relay => crate::say::relay::help(),
                });
                Next::Line
            }
            Command::Quit => {
                self.shutdown.pull(Cause::Asked);
                Next::Over
            }
        }
    }

    fn say(&mut self, to: To, text: &str) -> Next {
        match self.typing.charset.encode(&format!("{text}{}", self.typing.eol)) {
            Ok(bytes) => self.send(to, bytes),
            Err(missing) => {
                self.teller.tell(&say::unencodable(missing.text()));
                Next::Line
            }
        }
    }

    fn send(&mut self, to: To, bytes: Vec<u8>) -> Next {
        // On a stream without framing nothing at all would travel.
        if bytes.is_empty() && self.typing.framing.is_raw() && self.typing.medium == Medium::Stream {
            self.teller.tell(&say::empty_line());
            return Next::Line;
        }
        if let Err(error) = self.typing.framing.encode(&bytes, &mut Vec::new()) {
            self.teller.tell(&say::mistake(error.text()));
            return Next::Line;
        }
        self.order(to, Action::Say(bytes.into()))
    }

    fn file(&mut self, to: To, path: &str) -> Next {
        match std::fs::File::open(path).and_then(|file| {
            let mut bytes = Vec::new();
            file.take(self.typing.framing.max_frame() as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        }) {
            Ok(bytes) if bytes.len() > self.typing.framing.max_frame() => {
                self.teller.tell(&crate::say::usage::file_too_large(self.typing.framing.max_frame()));
                Next::Line
            }
            Ok(bytes) => self.send(to, bytes),
            Err(error) => {
                self.teller.tell(&say::file_failed(path, &error));
                Next::Line
            }
        }
    }

    fn start_every(&mut self, to: To, period: Duration, words: Words) -> Next {
        let payload = match words {
            Words::Text(text) => payload::of(&text, self.typing.eol, self.typing.charset),
            Words::Bytes(bytes) => Ok(Payload::Bytes(bytes)),
        };
        match payload {
            Ok(payload) => {
                let (stop, stopped) = mpsc::channel();
                let again = Again {
                    to,
                    anchor: Anchor::default(),
                    teller: self.teller.clone(),
                    payload,
                    clock: self.clock.clone(),
                    orders: self.orders.clone(),
                    dice: Dice::new(self.typing.seed, u64::MAX),
                    most: self.typing.framing.max_frame(),
                };
                self.every = Some(stop);
                let spawned = std::thread::Builder::new()
                    .name("every".to_owned())
                    .spawn(move || again.run(period, &stopped));
                match spawned {
                    Ok(_) => self.teller.tell(&say::every(say::Every::Started(&brief_duration(period)))),
                    Err(error) => self.teller.tell(&say::mistake(crate::say::system(&error))),
                }
            }
            Err(sentence) => self.teller.tell(&say::mistake(Text::verbatim(sentence))),
        }
        Next::Line
    }

    fn order(&self, to: To, what: Action) -> Next {
        match self.orders.blocking_send(Order { to, what }) {
            Ok(()) => Next::Line,
            Err(_) => Next::Over,
        }
    }
}

/// Says something again and again.
struct Again {
    to: To,
    anchor: Anchor,
    teller: Teller,
    payload: Payload,
    clock: Clock,
    orders: Sender<Order>,
    dice: Dice,
    most: usize,
}

impl Again {
    /// Until `stopped` hears something or its other end is gone.
    fn run(mut self, period: Duration, stopped: &mpsc::Receiver<()>) {
        let mut counter = 0;
        loop {
            counter += 1;
            let Some(message) = self.message(counter) else { return };
            let what = Action::Again(message, self.anchor.clone());
            if self.orders.blocking_send(Order { to: self.to, what }).is_err() {
                return;
            }
            if stopped.recv_timeout(period) != Err(mpsc::RecvTimeoutError::Timeout) {
                return;
            }
            if self.anchor.is_lost() {
                return self.teller.tell(&say::every(say::Every::Lost));
            }
        }
    }

    fn message(&mut self, counter: u64) -> Option<Bytes> {
        match &self.payload {
            Payload::Bytes(bytes) => Some(Bytes::copy_from_slice(bytes)),
            Payload::Template(template) => {
                let context = Context {
                    message: b"",
                    peer: "",
                    conn: 0,
                    client: 1,
                    counter,
                    at: self.clock.now(),
                    wall: self.clock.wall(),
                    captures: None,
                    limit: self.most,
                };
                let mut out = Vec::new();
                template.render(&context, &mut self.dice, &mut out).ok()?;
                Some(out.into())
            }
        }
    }
}

#[cfg(test)]
#[path = "typist_tests.rs"]
mod tests;
