//! Our end of `connect`: says what it was told to, or what somebody types, and knows when it is done.
//! Never reads a keyboard or a file: what is typed is handed in.

use std::{sync::Arc, time::Duration};

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
    /// What is said as soon as the conversation opens, whatever else is; it is no part of a round.
    pub greeting: Option<Payload>,
    /// What it says first, one message each, each in a write of its own.
    pub payloads: Vec<Payload>,
    /// Pause between two of them.
    pub gap: Option<Duration>,
    /// Whether an answer has to come before the next.
    pub awaits_answers: bool,
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

impl Script {
    /// Whether it never is done by itself: it says nothing but what it says again and again, and waits for nothing in
    /// particular.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.count.is_none() && self.expect.is_none() && self.wait.is_none()
    }
}

/// What has to come, and how it was written.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// As people wrote it.
    pub text: String,
    /// What it means.
    pub pattern: Pattern,
}

/// Says `payload`, in which `{counter}` is `counter`.
fn speak(payload: &Payload, counter: u64, at: At, out: &mut Outbox) {
    match payload {
        Payload::Bytes(bytes) => out.send_apart(bytes),
        Payload::Template(template) => {
            if let Some(message) = render(template, b"", None, counter, at, out) {
                out.send_apart(&message);
            }
        }
    }
}

/// Bytes of a stream that an expectation looks back on; a match longer than this is not found.
const LOOK_BACK: usize = 256 * 1024;

/// Follows a script, then waits for answers.
#[derive(Debug)]
pub struct Talk {
    // Shared: of many that follow one script each keeps its place in it.
    script: Arc<Script>,
    rounds: u64,
    next_round: Option<At>,
    // The payload of this round that comes next.
    next: usize,
    // When that is, if a pause stands before it.
    next_due: Option<At>,
    // What was said last has no answer yet, and the next has to wait for it.
    is_unanswered: bool,
    // Messages of the script that were accepted for sending.
    said: u64,
    // Since when nothing has come, counted from when all was said, or from what has to be answered.
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
    pub fn new(script: impl Into<Arc<Script>>) -> Self {
        Self {
            script: script.into(),
            rounds: 0,
            next_round: None,
            next: 0,
            next_due: None,
            is_unanswered: false,
            said: 0,
            quiet: None,
            all_said: false,
            patience: PipePatience::default(),
            answers: 0,
            seen: Vec::new(),
            met: false,
            gave_up: false,
        }
    }

    /// Says what comes before everything.
    pub(super) fn greet(&mut self, at: At, out: &mut Outbox) {
        let script = Arc::clone(&self.script);
        if let Some(greeting) = &script.greeting {
            speak(greeting, 0, at, out);
        }
    }

    /// Begins with what there is to say.
    pub(super) fn begin(&mut self, at: At, out: &mut Outbox) {
        if !self.script.payloads.is_empty() {
            self.round(at, out);
        } else if self.script.keyboard == ScriptInput::None {
            self.nothing_more(out);
        }
    }

    fn round(&mut self, at: At, out: &mut Outbox) {
        self.rounds += 1;
        self.next = 0;
        let more = self.script.every.is_some() && self.script.count.is_none_or(|most| self.rounds < most);
        self.next_round = self.script.every.filter(|_| more).map(|every| at.after(every));
        self.go_on(at, out);
    }

    /// Says the rest of the round, as far as nothing has to be waited for.
    fn go_on(&mut self, at: At, out: &mut Outbox) {
        let script = Arc::clone(&self.script);
        self.next_due = None;
        while let Some(payload) = script.payloads.get(self.next) {
            let before = out.accepted();
            speak(payload, self.said + 1, at, out);
            self.said += out.accepted() - before;
            self.next += 1;
            let is_last = self.next == script.payloads.len() && self.next_round.is_none();
            if script.awaits_answers && !is_last {
                self.is_unanswered = true;
                self.quiet = Some(at);
                return;
            }
            if self.is_in_round() && script.gap.is_some() {
                self.next_due = script.gap.map(|gap| at.after(gap));
                return;
            }
        }
        if self.next_round.is_none() {
            self.nothing_more(out);
        }
    }

    fn is_in_round(&self) -> bool {
        self.rounds > 0 && self.next < self.script.payloads.len()
    }

    /// What was said last is answered.
    fn answered(&mut self, at: At, out: &mut Outbox) {
        if !std::mem::take(&mut self.is_unanswered) {
            return;
        }
        match self.script.gap {
            _ if !self.is_in_round() => self.round_if_due(at, out),
            Some(gap) => self.next_due = Some(at.after(gap)),
            None => self.go_on(at, out),
        }
    }

    fn nothing_more(&mut self, out: &mut Outbox) {
        self.all_said = true;
        out.ask_drained();
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
            (Some(_), Some(_)) => self.answers >= self.said,
            (count, _) => count.is_some_and(|most| self.answers >= most),
        };
        if enough && self.all_said && self.script.keyboard == ScriptInput::None {
            return out.close(Close::Graceful);
        }
        self.answered(at, out);
    }

    fn piped(&self) -> bool {
        self.script.keyboard == ScriptInput::Piped && !self.all_said
    }

    pub(super) fn peer_ended(&mut self, at: At, out: &mut Outbox) {
        self.patience.begin(at, out);
        if !self.piped() {
            out.close(Close::Graceful);
        }
    }

    fn deadline(&self) -> Option<At> {
        let quiet = self.quiet.filter(|_| self.all_said || self.is_unanswered);
        let silence = match (quiet, self.script.wait) {
            (Some(since), Some(wait)) => Some(since.after(wait)),
            _ => None,
        };
        let pipe = self.patience.due().filter(|_| self.piped());
        [silence, pipe].into_iter().flatten().min()
    }

    /// When the next round begins: behind the one before, and its answers where they are waited for.
    fn round_due(&self) -> Option<At> {
        self.next_round.filter(|_| !self.is_in_round() && !self.is_unanswered)
    }

    fn round_if_due(&mut self, at: At, out: &mut Outbox) {
        if self.round_due().is_some_and(|due| due <= at) {
            if out.full() || !out.is_open() {
                // What would only wait for a peer that does not read is not said, and nothing behind our end.
                self.next_round = self.script.every.map(|every| at.after(every));
            } else {
                self.round(at, out);
            }
        }
    }

    fn timer(&mut self, at: At, out: &mut Outbox) {
        if self.next_due.is_some_and(|due| due <= at) {
            self.go_on(at, out);
        }
        self.round_if_due(at, out);
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
            Input::Opened => {
                self.greet(at, out);
                self.begin(at, out);
            }
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
            Input::Drained if !self.all_said => {}
            Input::Drained => {
                self.quiet = Some(at);
                if self.script.count == Some(0) {
                    out.close(Close::Graceful);
                }
            }
        }
    }

    fn wake(&self) -> Option<At> {
        [self.round_due(), self.next_due, self.deadline()].into_iter().flatten().min()
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
        let gave_up_at_once = self.gave_up && self.answers == 0;
        if self.script.every.is_none() && self.is_in_round() && !gave_up_at_once {
            let of = self.script.payloads.len() as u64;
            return Verdict::HalfSaid { said: self.next as u64, of, gave_up: self.gave_up };
        }
        if self.next_round.is_some() && !gave_up_at_once {
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
