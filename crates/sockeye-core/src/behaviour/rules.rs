//! The responder that answers by rules, some of them late.
//! Never decides what matches: `rule` does.

use std::{collections::VecDeque, sync::Arc};

use super::{Behaviour, Input, Outbox, respond::render};
use crate::{
    event::Notice,
    rule::{Rules, Template},
    unit::{At, Close},
};

#[derive(Debug)]
struct Late {
    due: At,
    reply: Option<Vec<u8>>,
    then: Option<Close>,
}

/// Answers by rules; delayed answers leave in the order in which they fall due.
#[derive(Debug)]
pub(super) struct Ruled {
    rules: Arc<Rules>,
    late: VecDeque<Late>,
    held: usize,
    counter: u64,
    peer_ended: bool,
    told_no_rule: bool,
}

impl Ruled {
    pub(super) fn new(rules: Arc<Rules>) -> Self {
        Self { rules, late: VecDeque::new(), held: 0, counter: 0, peer_ended: false, told_no_rule: false }
    }

    fn greet(&mut self, template: &Template, at: At, out: &mut Outbox) {
        if let Some(reply) = render(template, b"", None, 0, at, out) {
            out.send(&reply);
        }
    }

    fn answer(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        self.counter += 1;
        let rules = Arc::clone(&self.rules);
        let mut fits = false;
        for hit in rules.answers(message) {
            fits = true;
            let reply = hit
                .reply
                .and_then(|template| render(template, message, Some(&hit.captures), self.counter, at, out));
            let late = Late { due: at.after(hit.delay), reply, then: hit.then };
            // An answer is a few hundred bytes of bookkeeping even when it is empty.
            self.held += late.reply.as_ref().map_or(0, Vec::len) + size_of::<Late>();
            let place = self.late.partition_point(|l| l.due <= late.due);
            self.late.insert(place, late);
        }
        if !fits && !self.told_no_rule {
            self.told_no_rule = true;
            out.notice(Notice::NoRule);
        }
        self.deliver(at, out);
    }

    fn deliver(&mut self, at: At, out: &mut Outbox) {
        while self.late.front().is_some_and(|l| l.due <= at) {
            let Some(late) = self.late.pop_front() else { break };
            self.held -= late.reply.as_ref().map_or(0, Vec::len) + size_of::<Late>();
            if let Some(reply) = late.reply {
                out.send(&reply);
            }
            if let Some(close) = late.then {
                out.close(close);
            }
        }
        if self.peer_ended && self.late.is_empty() {
            out.end();
        }
    }
}

impl Behaviour for Ruled {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::Opened => {
                let rules = Arc::clone(&self.rules);
                if let Some(greeting) = rules.greeting() {
                    self.greet(greeting, at, out);
                }
            }
            Input::Message(message) => self.answer(message, at, out),
            Input::Timer => self.deliver(at, out),
            Input::PeerEnded => {
                self.peer_ended = true;
                self.deliver(at, out);
            }
            Input::Typed(bytes) => out.send(bytes),
            Input::TypedEnd | Input::Drained => {}
        }
    }

    fn wake(&self) -> Option<At> {
        self.late.front().map(|l| l.due)
    }

    fn held(&self) -> usize {
        self.held
    }
}
