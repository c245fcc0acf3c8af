//! The responders that answer from one message alone: echo, stamps, a fixed text, the small RFC services.
//! Never remembers one message for the next, but for a counter.

use std::{sync::Arc, time::Duration};

use super::{
    Behaviour, Input, Outbox,
    patience::{PipePatience, gave_up},
};
use crate::{
    event::{Failure, Kind, Operation, Speaker},
    rule::{Context, Template},
    unit::{At, Close, Medium},
};

/// What every responder does with what it has no answer of its own for.
fn otherwise(input: Input<'_>, out: &mut Outbox) {
    match input {
        Input::Typed(bytes) => out.send(bytes),
        Input::PeerEnded => out.end(),
        _ => {}
    }
}

/// The same message back (RFC 862).
#[derive(Debug)]
pub(super) struct Echo;

impl Behaviour for Echo {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        match input {
            Input::Message(message) => out.send_back(message),
            other => otherwise(other, out),
        }
    }

    fn mirrors(&self) -> bool {
        true
    }
}

/// Nothing comes back (RFC 863).
#[derive(Debug)]
pub(super) struct Discard;

impl Behaviour for Discard {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        otherwise(input, out);
    }

    fn answers(&self) -> bool {
        false
    }

    fn receives(&self) -> bool {
        true
    }
}

/// What somebody types is sent.
#[derive(Debug)]
pub(super) struct Operator {
    /// How long after the peer's FIN, and after each answer then, another answer may come.
    pub(super) patience: Duration,
    pub(super) until: Option<At>,
}

impl Behaviour for Operator {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::PeerEnded if !self.patience.is_zero() => self.until = Some(at.after(self.patience)),
            Input::Typed(_) => {
                self.until = self.until.map(|_| at.after(self.patience));
                otherwise(input, out);
            }
            Input::Timer if self.until.is_some_and(|until| until <= at) => {
                self.until = None;
                gave_up(self.patience, Speaker::Operator, out);
                out.end();
            }
            _ => otherwise(input, out),
        }
    }

    fn answers(&self) -> bool {
        false
    }

    fn receives(&self) -> bool {
        true
    }

    fn wake(&self) -> Option<At> {
        self.until
    }
}

/// What a pipe brings is sent.
#[derive(Debug)]
pub(super) struct Piped {
    awaits: Awaits,
    has_spoken: bool,
    patience: PipePatience,
}

/// What a peer that has sent its FIN may still wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaits {
    /// Nothing, unless the pipe has said something to it before.
    Nothing,
    /// What the pipe has to say: it is there for this one.
    More,
}

impl Piped {
    pub(super) fn new(awaits: Awaits) -> Self {
        Self { awaits, has_spoken: false, patience: PipePatience::default() }
    }
}

impl Behaviour for Piped {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::Typed(bytes) => {
                self.awaits = Awaits::More;
                self.has_spoken = true;
                self.patience.speak(at);
                out.send(bytes);
            }
            // A pipe that had nothing in it, as /dev/null, has no last word either: the peer goes on as it likes.
            Input::TypedEnd if !self.has_spoken && !self.patience.has_begun() => {
                self.awaits = Awaits::Nothing
            }
            Input::TypedEnd => out.end(),
            Input::PeerEnded if self.awaits == Awaits::More => self.patience.begin(at, out),
            Input::Timer => {
                self.patience.look(at, out);
                if self.wake().is_some_and(|due| due <= at) {
                    self.patience.give_up(out);
                    out.end();
                }
            }
            _ => otherwise(input, out),
        }
    }

    fn answers(&self) -> bool {
        false
    }

    fn receives(&self) -> bool {
        true
    }

    fn wake(&self) -> Option<At> {
        self.patience.due()
    }
}

/// A time in brackets before the message, one for each message whatever its length.
#[derive(Debug)]
pub(super) enum Stamp {
    Rfc3339,
    Ctime,
}

impl Behaviour for Stamp {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        let Input::Message(message) = input else { return otherwise(input, out) };
        out.send_with(|reply, out| {
            let stamp = match self {
                Self::Rfc3339 => out.wall().rfc3339(at),
                Self::Ctime => out.wall().ctime(at),
            };
            out.charset().encode_lossy(&format!("[{stamp}] "), reply);
            reply.extend_from_slice(message);
        });
    }
}

/// A template filled in for each message.
#[derive(Debug)]
pub(super) struct Saying {
    template: Arc<Template>,
    counter: u64,
}

impl Saying {
    pub(super) fn new(template: Arc<Template>) -> Self {
        Self { template, counter: 0 }
    }
}

impl Behaviour for Saying {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        let Input::Message(message) = input else { return otherwise(input, out) };
        self.counter += 1;
        send_template(&self.template, message, None, self.counter, at, out);
    }
}

/// Fills `template` in for `message` and sends it.
pub(super) fn send_template(
    template: &Template,
    message: &[u8],
    captures: Option<&crate::rule::Captures>,
    counter: u64,
    at: At,
    out: &mut Outbox,
) {
    if let Some(reply) = render(template, message, captures, counter, at, out) {
        out.send(&reply);
    }
}

/// Fills `template` in for `message`; a failure is told and gives nothing.
pub(super) fn render(
    template: &Template,
    message: &[u8],
    captures: Option<&crate::rule::Captures>,
    counter: u64,
    at: At,
    out: &mut Outbox,
) -> Option<Vec<u8>> {
    let common = out.common();
    let peer: Arc<str> = out.peer().into();
    let context = Context {
        message,
        peer: &peer,
        conn: out.conn(),
        client: out.client(),
        counter,
        at,
        wall: &common.wall,
        captures,
        limit: common.framing.max_frame(),
    };
    let mut reply = Vec::new();
    match template.render(&context, out.dice(), &mut reply) {
        Ok(()) => Some(reply),
        Err(error) => {
            out.fail(Failure::new(Operation::Send, peer.to_string(), Kind::Framing, error.text()));
            None
        }
    }
}

/// RFC 867: the time of day, then a close; to a datagram, one datagram.
#[derive(Debug)]
pub(super) struct Daytime;

impl Behaviour for Daytime {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        let asked = match out.medium() {
            Medium::Stream => matches!(input, Input::Opened),
            Medium::Datagram => matches!(input, Input::Message(_)),
        };
        if !asked {
            return otherwise(input, out);
        }
        out.send_with(|reply, out| {
            let stamp = out.wall().ctime(at);
            // A framing has its own way to end a message.
            let end = if out.framing().is_raw() { "\r\n" } else { "" };
            out.charset().encode_lossy(&format!("{stamp}{end}"), reply);
        });
        if out.medium() == Medium::Stream {
            out.close(Close::Graceful);
        }
    }
}

/// RFC 864: lines of 72 printable characters, each begun one further on; to a datagram, one of 0 to 512 bytes.
#[derive(Debug, Default)]
pub(super) struct Chargen {
    line: u8,
}

const PRINTABLE: u8 = 95;

impl Chargen {
    fn line(&mut self, reply: &mut Vec<u8>) {
        reply.extend((0..72u8).map(|column| b' ' + (self.line + column) % PRINTABLE));
        reply.extend_from_slice(b"\r\n");
        self.line = (self.line + 1) % PRINTABLE;
    }
}

impl Behaviour for Chargen {
    fn on(&mut self, input: Input<'_>, _at: At, out: &mut Outbox) {
        match (out.medium(), input) {
            (Medium::Stream, Input::Opened | Input::Drained) => {
                while !out.full() && out.is_open() {
                    let before = out.accepted();
                    out.send_with(|reply, _| self.line(reply));
                    if out.accepted() == before {
                        // The framing cannot carry such a line, and never will.
                        return out.close(Close::Graceful);
                    }
                }
                out.ask_drained();
            }
            (Medium::Datagram, Input::Message(_)) => out.send_with(|reply, out| {
                let len = usize::try_from(out.dice().below(513)).unwrap_or_default();
                while reply.len() < len {
                    self.line(reply);
                }
                reply.truncate(len);
            }),
            (_, other) => otherwise(other, out),
        }
    }
}
