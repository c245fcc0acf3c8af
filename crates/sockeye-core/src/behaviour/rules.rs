//! The responder that answers by rules, some of them late, some of them by the clock.
//! Never decides what matches: `rule` does.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{Behaviour, Input, Outbox, respond::render};
use crate::{
    event::Notice,
    limit::DELAY_HOLD,
    rule::{Followed, Hit, Rules},
    unit::{At, Close},
};

#[derive(Debug)]
struct Late {
    due: At,
    reply: Option<Vec<u8>>,
    then: Option<Close>,
}

/// When a rule that goes by the clock is followed next.
#[derive(Debug)]
struct Beat {
    rule: usize,
    every: Duration,
    due: At,
}

/// Answers by rules; delayed answers leave in the order in which they fall due.
#[derive(Debug)]
pub(super) struct Ruled {
    rules: Arc<Rules>,
    followed: Followed,
    beats: Vec<Beat>,
    late: VecDeque<Late>,
    held: usize,
    counter: u64,
    peer_ended: bool,
    told_no_rule: bool,
}

impl Ruled {
    pub(super) fn new(rules: Arc<Rules>) -> Self {
        Self {
            rules,
            followed: Followed::default(),
            beats: Vec::new(),
            late: VecDeque::new(),
            held: 0,
            counter: 0,
            peer_ended: false,
            told_no_rule: false,
        }
    }

    fn open(&mut self, at: At, out: &mut Outbox) {
        let rules = Arc::clone(&self.rules);
        let greeting = rules.greeting().and_then(|greeting| render(greeting, b"", None, 0, at, out));
        if let Some(greeting) = greeting {
            out.send(&greeting);
        }
        self.start_clocks(&rules, None, at);
    }

    /// Lets those rules begin that go by the clock once the one at `after` is followed.
    fn start_clocks(&mut self, rules: &Rules, after: Option<usize>, at: At) {
        let clocks = rules.clocks(after);
        self.beats.extend(clocks.map(|(rule, every)| Beat { rule, every, due: at.after(every) }));
    }

    fn answer(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        self.counter += 1;
        let rules = Arc::clone(&self.rules);
        // What is followed now makes a difference to the next message.
        let mut followed = std::mem::take(&mut self.followed);
        let mut news = Vec::new();
        for hit in rules.answers(message, &followed) {
            news.push(hit.rule);
            self.follow(&hit, message, at, out);
        }
        if news.is_empty() && !self.told_no_rule {
            self.told_no_rule = true;
            out.notice(Notice::NoRule);
        }
        for rule in news {
            if rules.follow(rule, &mut followed) {
                self.start_clocks(&rules, Some(rule), at);
            }
        }
        self.followed = followed;
        self.deliver(at, out);
    }

    /// Does what a rule that fits `message` says, at its time.
    fn follow(&mut self, hit: &Hit<'_>, message: &[u8], at: At, out: &mut Outbox) {
        let captures = Some(&hit.captures);
        if let Some(name) = hit.name.and_then(|name| render(name, message, captures, self.counter, at, out)) {
            out.register(&name);
        }
        let reply = hit.reply.and_then(|template| render(template, message, captures, self.counter, at, out));
        let late = Late { due: at.after(hit.delay), reply, then: hit.then };
        // An answer is a few hundred bytes of bookkeeping even when it is empty.
        self.held += late.reply.as_ref().map_or(0, Vec::len) + size_of::<Late>();
        let place = self.late.partition_point(|l| l.due <= late.due);
        self.late.insert(place, late);
    }

    /// Follows the rules whose time has come. What would only wait for a peer that does not read is not said.
    fn beat(&mut self, at: At, out: &mut Outbox) {
        let rules = Arc::clone(&self.rules);
        let due: Vec<usize> = self.beats.iter().filter(|beat| beat.due <= at).map(|beat| beat.rule).collect();
        for beat in self.beats.iter_mut().filter(|beat| beat.due <= at) {
            let next = beat.due.after(beat.every);
            beat.due = if next > at { next } else { at.after(beat.every) };
        }
        for rule in due {
            let Some(hit) = rules.by_clock(rule, &self.followed) else {
                self.beats.retain(|beat| beat.rule != rule);
                continue;
            };
            if out.full() || self.held >= DELAY_HOLD {
                continue;
            }
            self.counter += 1;
            self.follow(&hit, b"", at, out);
            if rules.follow(rule, &mut self.followed) {
                self.start_clocks(&rules, Some(rule), at);
            }
        }
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
            Input::Opened => self.open(at, out),
            Input::Message(message) => self.answer(message, at, out),
            Input::Timer => {
                self.beat(at, out);
                self.deliver(at, out);
            }
            Input::PeerEnded => {
                self.peer_ended = true;
                // Whoever says no more is told what it asked for, and nothing besides.
                self.beats.clear();
                self.deliver(at, out);
            }
            Input::Typed(bytes) => out.send(bytes),
            Input::TypedEnd | Input::Drained => {}
        }
    }

    fn wake(&self) -> Option<At> {
        let beat = self.beats.iter().map(|beat| beat.due).min();
        [self.late.front().map(|l| l.due), beat].into_iter().flatten().min()
    }

    fn held(&self) -> usize {
        self.held
    }
}
