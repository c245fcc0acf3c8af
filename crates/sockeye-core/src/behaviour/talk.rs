//! Our end of `connect`: says what it was told to, or what somebody types, and knows when it is done.
//! Never reads a keyboard or a file: what is typed is handed in.

use std::time::Duration;

use super::{Behaviour, Input, Outbox, Verdict, patience::PipePatience, respond::render};
use crate::{
    limit::TAIL,
    rule::{Pattern, Template},
    unit::{At, Close, Medium},
};

/// Who types at our end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptInput {
    /// Nobody: the script is all there is.
    None,
    /// A pipe or a file that ends.
    Piped,
    /// A person.
    Person,
}

/// One thing to say.
#[derive(Clone, Debug)]
pub enum Payload {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Filled in each time.
    Template(Template),
}

/// What our end says and waits for.
#[derive(Clone, Debug)]
pub struct Script {
    /// What it says first, one message each, each in a write of its own.
    pub payloads: Vec<Payload>,
    /// Says it all again after this time.
    pub every: Option<Duration>,
    /// With `every`: how many rounds. Without: after how many messages it closes.
    pub count: Option<u64>,
    /// Longest silence once there is nothing more to say.
    pub wait: Option<Duration>,
    /// What has to come.
    pub expect: Option<Expectation>,
    /// Who types.
    pub keyboard: ScriptInput,
}

/// What has to come, and how it was written.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// As people wrote it.
    pub text: String,
    /// What it means.
    pub pattern: Pattern,
}

/// Bytes of a stream that an expectation looks back on; a match longer than this is not found.
const LOOK_BACK: usize = 256 * 1024;

/// Follows a script, then waits for answers.
#[derive(Debug)]
pub struct Talk {
    script: Script,
    rounds: u64,
    next_round: Option<At>,
    // Since when nothing has come, counted from when all was said.
    quiet: Option<At>,
    all_said: bool,
    // For the pipe, once the peer has ended its direction.
    patience: PipePatience,
    answers: u64,
    seen: Vec<u8>,
    met: bool,
    gave_up: bool,
}

impl Talk {
    /// Our end following `script`.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self {
            script,
            rounds: 0,
            next_round: None,
            quiet: None,
            all_said: false,
            patience: PipePatience::default(),
            answers: 0,
            seen: Vec::new(),
            met: false,
            gave_up: false,
        }
    }

    fn say(&mut self, at: At, out: &mut Outbox) {
        self.rounds += 1;
        let payloads = std::mem::take(&mut self.script.payloads);
        for payload in &payloads {
            match payload {
                Payload::Bytes(bytes) => out.send_apart(bytes),
                Payload::Template(template) => {
                    let counter = out.accepted() + 1;
                    if let Some(message) = render(template, b"", None, counter, at, out) {
                        out.send_apart(&message);
                    }
                }
            }
        }
        self.script.payloads = payloads;
        let more = self.script.every.is_some() && self.script.count.is_none_or(|most| self.rounds < most);
        self.next_round = self.script.every.filter(|_| more).map(|every| at.after(every));
        if !more {
            self.nothing_more(out);
        }
    }

    fn nothing_more(&mut self, out: &mut Outbox) {
        self.all_said = true;
        out.ask_drained();
    }

    fn open(&mut self, at: At, out: &mut Outbox) {
        if !self.script.payloads.is_empty() {
            self.say(at, out);
        } else if self.script.keyboard == ScriptInput::None {
            self.nothing_more(out);
        }
    }

    fn heard(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        self.answers += 1;
        self.quiet = self.quiet.map(|_| at);
        if let Some(Expectation { pattern, .. }) = &self.script.expect {
            let comes_in_parts = out.medium() == Medium::Stream && out.framing().is_raw();
            if !comes_in_parts {
                self.seen.clear();
            }
            self.seen.extend_from_slice(message);
            if comes_in_parts {
                let excess = self.seen.len().saturating_sub(LOOK_BACK);
                self.seen.drain(..excess);
            }
            if pattern.matches(&self.seen).is_some() {
                self.met = true;
                return out.close(Close::Graceful);
            }
        }
        let enough = match (self.script.count, self.script.every) {
            // As many answers as there were messages, the last round's included.
            (Some(_), Some(_)) => self.answers >= out.accepted(),
            (count, _) => count.is_some_and(|most| self.answers >= most),
        };
        if enough && self.all_said && self.script.keyboard == ScriptInput::None {
            out.close(Close::Graceful);
        }
    }

    fn piped(&self) -> bool {
        self.script.keyboard == ScriptInput::Piped && !self.all_said
    }

    fn peer_ended(&mut self, at: At, out: &mut Outbox) {
        self.patience.begin(at, out);
        if !self.piped() {
            out.close(Close::Graceful);
        }
    }

    fn deadline(&self) -> Option<At> {
        let silence = match (self.quiet, self.script.wait) {
            (Some(since), Some(wait)) => Some(since.after(wait)),
            _ => None,
        };
        let pipe = self.patience.due().filter(|_| self.piped());
        [silence, pipe].into_iter().flatten().min()
    }

    fn timer(&mut self, at: At, out: &mut Outbox) {
        if self.next_round.is_some_and(|due| due <= at) {
            if out.full() {
                // The peer does not read; what would only wait is not said.
                self.next_round = self.script.every.map(|every| at.after(every));
            } else {
                self.say(at, out);
            }
        }
        self.patience.look(at, out);
        if self.deadline().is_some_and(|due| due <= at) {
            if self.piped() && self.patience.due().is_some_and(|due| due <= at) {
                self.patience.give_up(out);
            }
            self.gave_up = true;
            out.close(Close::Graceful);
        }
    }
}

impl Behaviour for Talk {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::Opened => self.open(at, out),
            Input::Message(message) => self.heard(message, at, out),
            Input::Typed(bytes) => {
                self.patience.speak(at);
                out.send(bytes);
            }
            Input::TypedEnd => {
                self.nothing_more(out);
                if self.patience.has_begun() {
                    out.close(Close::Graceful);
                } else if out.medium() == Medium::Stream {
                    out.end();
                }
            }
            Input::PeerEnded => self.peer_ended(at, out),
            Input::Timer => self.timer(at, out),
            Input::Drained => {
                self.quiet = Some(at);
                if self.script.count == Some(0) {
                    out.close(Close::Graceful);
                }
            }
        }
    }

    fn wake(&self) -> Option<At> {
        [self.next_round, self.deadline()].into_iter().flatten().min()
    }

    fn answers(&self) -> bool {
        false
    }

    fn verdict(&self) -> Verdict {
        if self.script.expect.is_some() {
            let tail = self.seen.len().saturating_sub(TAIL);
            let last = || self.seen.get(tail..).unwrap_or_default().to_vec();
            return if self.met { Verdict::Met } else { Verdict::Unmet { last: last() } };
        }
        if self.next_round.is_some() {
            return Verdict::CutShort { rounds: self.rounds, of: self.script.count };
        }
        if self.answers > 0 {
            return Verdict::Met;
        }
        let asked = !self.script.payloads.is_empty() && self.script.count != Some(0);
        if asked || (self.gave_up && self.script.keyboard == ScriptInput::Piped) {
            Verdict::NoAnswer
        } else {
            Verdict::Open
        }
    }
}
