//! Our end under `bench`: asks as fast as it may, matches answers, and measures how long they took.
//! Never asks a clock and never adds up what several conversations measured.

mod pace;
mod spec;
mod awaited;
mod ledger;
mod torrent;

use std::{sync::Arc, time::Duration};

use self::{
    awaited::{Answered, Awaited, Sequence, Whose, numbered},
    ledger::Ledger,
};
pub use self::{
    pace::{LoadPace, LoadRounds},
    spec::{LoadSpec, Sought},
    torrent::{Torrent, TorrentWay},
};
use super::{Behaviour, Input, Outbox, Payload, respond::render};
use crate::{
    event::Ending,
    limit::{BENCH_OUTSTANDING, BENCH_REST},
    unit::{At, Close, Medium},
};

/// One conversation of a load.
#[derive(Debug)]
pub struct Generator {
    spec: Arc<LoadSpec>,
    pace: LoadPace,
    asked: Awaited,
    ledger: Ledger,
    /// Since when messages are its to say.
    from: At,
    /// The next message that is due by its pace.
    next: u64,
    said: u64,
    end: At,
    /// The peer, or our own limit, keeps it from saying what is due.
    is_blocked: bool,
    /// When it goes on with what it left for a later wake.
    again: Option<At>,
    /// Everything is over but for what still comes unasked, until this.
    rests: Option<At>,
    /// Bytes that came unasked.
    surplus: usize,
}

impl Generator {
    /// One that says what is due by `pace` from `from` on.
    #[must_use]
    pub fn new(spec: Arc<LoadSpec>, pace: LoadPace, from: At) -> Self {
        Self {
            pace,
            asked: Awaited::default(),
            ledger: Ledger::new(spec.target),
            from,
            next: 0,
            said: 0,
            end: spec.rounds.end,
            is_blocked: false,
            again: None,
            rests: None,
            surplus: 0,
            spec,
        }
    }

    /// What became due while there was no connection is said late, unless it could not be answered in time any more.
    fn open(&mut self, at: At, out: &mut Outbox) {
        if self.pace.due(0).is_some() {
            let begin = self.pace.first_from(self.from);
            let worthwhile = At(at.since(At(self.spec.timeout)));
            self.next = self.pace.first_from(worthwhile.max(self.from));
            self.ledger.of(self.spec.rounds.phase(self.from), at, out).unsent += self.next - begin;
        }
        // The time that connecting took is not ours.
        self.is_blocked = true;
        self.go(at, out);
        self.is_blocked &= matches!(self.pace, LoadPace::Open { .. });
    }

    /// Says what is due.
    fn go(&mut self, at: At, out: &mut Outbox) {
        // What was due before the end and is said late by our own fault is said all the same.
        let is_due = matches!(self.pace, LoadPace::Open { .. }) && self.rests.is_none();
        if is_due && out.is_open() {
            self.catch_up(at, out);
        }
        if at >= self.end || !out.is_open() {
            return self.wind_up(at, out);
        }
        match self.pace {
            LoadPace::Closed { depth } => {
                while self.asked.len() < depth && self.may_ask(out) && self.spec.rounds.next(at) <= at {
                    self.ask(at, at, out);
                }
            }
            LoadPace::Open { .. } => {}
            LoadPace::Once if self.said == 0 => self.ask(at, at, out),
            LoadPace::Once if self.asked.len() == 0 => out.close(Close::Reset),
            LoadPace::Once => {}
        }
    }

    fn catch_up(&mut self, at: At, out: &mut Outbox) {
        while let Some(due) = self.pace.due(self.next)
            && due <= at
        {
            let turn = self.spec.rounds.next(due);
            if turn > due {
                self.next = self.pace.first_from(turn);
                continue;
            }
            if due >= self.end {
                return;
            }
            if !self.may_ask(out) {
                self.is_blocked = true;
                return out.ask_drained();
            }
            self.next += 1;
            self.ask(due, at, out);
        }
        self.is_blocked = false;
    }

    #[inline]
    fn may_ask(&self, out: &Outbox) -> bool {
        !out.full() && out.is_open() && self.asked.span() < BENCH_OUTSTANDING
    }

    /// Says the next message, which was due at `due`.
    #[inline]
    fn ask(&mut self, due: At, at: At, out: &mut Outbox) {
        let spec = &self.spec;
        let place = usize::try_from(self.said).unwrap_or_default() % spec.payloads.len().max(1);
        let own = match spec.payloads.get(place) {
            Some(Payload::Bytes(bytes)) if spec.is_numbered => Some(numbered(bytes, self.said)),
            Some(Payload::Bytes(bytes)) => {
                out.send(bytes);
                None
            }
            Some(Payload::Template(template)) => {
                render(template, b"", None, self.said + 1, at, out).map(Into::into)
            }
            None => return,
        };
        if let Some(own) = &own {
            out.send(own);
        }
        self.said += 1;
        let tally = self.ledger.of(self.spec.rounds.phase(due), at, out);
        tally.sent += 1;
        if !self.is_blocked {
            self.ledger.delayed(at.since(due));
        }
        self.asked.push(due, place, own);
        if matches!(self.spec.sought, Sought::None) {
            out.ask_drained();
        }
    }

    fn hear(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        if out.medium() == Medium::Datagram {
            return self.hear_datagram(message, at, out);
        }
        // Raw bytes have no edges: so many as were said are an answer, however they come.
        if matches!(self.spec.sought, Sought::Echo) && out.framing().is_bare() {
            let mut rest = message;
            while !rest.is_empty() {
                if self.asked.len() == 0 {
                    self.surplus += rest.len();
                    break;
                }
                if let Some(answered) = self.asked.hear_bytes(&self.spec, &mut rest) {
                    self.answered(answered, at, out);
                }
            }
            return;
        }
        match self.asked.hear(&self.spec, message) {
            Some(answered) if !matches!(self.spec.sought, Sought::None) => self.answered(answered, at, out),
            _ => self.ledger.of(self.spec.rounds.phase(at), at, out).extra += 1,
        }
    }

    fn hear_datagram(&mut self, message: &[u8], at: At, out: &mut Outbox) {
        match self.asked.hear_datagram(&self.spec, message) {
            Whose::Waiting(answered, order) => {
                self.answered(answered, at, out);
                self.ledger.arrived(at.since(answered.due), order == Sequence::Lost);
            }
            Whose::GivenUp => self.ledger.of(self.spec.rounds.phase(at), at, out).late += 1,
            Whose::Nobody => self.ledger.of(self.spec.rounds.phase(at), at, out).extra += 1,
        }
    }

    #[inline]
    fn answered(&mut self, Answered { due, is_right }: Answered, at: At, out: &mut Outbox) {
        let tally = self.ledger.of(self.spec.rounds.phase(due), at, out);
        tally.answered += 1;
        if is_right {
            self.ledger.took(at.since(due), out);
        } else {
            tally.wrong += 1;
        }
    }

    /// All that was said is with the system, which is all there is to it where no answers are expected.
    fn drained(&mut self, at: At, out: &mut Outbox) {
        if matches!(self.spec.sought, Sought::None) {
            while let Some(due) = self.asked.settle() {
                self.answered(Answered { due, is_right: true }, at, out);
            }
        }
        match out.medium() {
            // Others are to have their turn: a socket takes datagrams without end.
            Medium::Datagram => self.again = Some(at),
            Medium::Stream => self.go(at, out),
        }
    }

    fn tick(&mut self, at: At, out: &mut Outbox) {
        self.again = None;
        if self.rests.is_some_and(|until| until <= at) {
            return out.close(Close::Graceful);
        }
        self.expire(at, out);
        self.go(at, out);
        self.ledger.tick(at, out);
    }

    /// Gives up what was not answered in time. Which answer of a stream is to what is not known any more then.
    fn expire(&mut self, at: At, out: &mut Outbox) {
        let Some(by) = at.0.checked_sub(self.spec.timeout).map(At) else { return };
        if self.asked.first_due().is_none_or(|due| due > by) {
            return;
        }
        let is_stream = out.medium() == Medium::Stream;
        let by = if is_stream { At(Duration::MAX) } else { by };
        self.miss(by, at, out);
        if is_stream {
            out.close(Close::Reset);
        }
    }

    fn miss(&mut self, by: At, at: At, out: &mut Outbox) {
        while let Some(due) = self.asked.give_up(by) {
            self.ledger.of(self.spec.rounds.phase(due), at, out).missing += 1;
        }
    }

    /// Nothing more is said: what was asked may still be answered.
    fn wind_up(&mut self, at: At, out: &mut Outbox) {
        if self.rests.is_some() || out.closing().is_some() {
            return;
        }
        if self.asked.len() > 0 {
            if at < self.end.after(self.spec.grace) {
                return;
            }
            self.miss(At(Duration::MAX), at, out);
            return out.close(Close::Reset);
        }
        // What comes unasked comes before its FIN.
        out.end();
        self.rests = Some(at.after(BENCH_REST));
    }
}

impl Behaviour for Generator {
    fn on(&mut self, input: Input<'_>, at: At, out: &mut Outbox) {
        match input {
            Input::Opened => self.open(at, out),
            Input::Message(message) => {
                self.hear(message, at, out);
                let last = self.end.after(self.spec.grace);
                self.rests = self.rests.map(|until| until.max(at.after(BENCH_REST).min(last)));
                self.go(at, out);
            }
            Input::Drained => self.drained(at, out),
            Input::Timer => self.tick(at, out),
            Input::TypedEnd => {
                self.end = self.end.min(at);
                self.wind_up(at, out);
            }
            Input::PeerEnded => out.close(Close::Graceful),
            Input::Typed(_) => {}
        }
    }

    fn wake(&self) -> Option<At> {
        let ended = self.rests.or_else(|| {
            let is_draining = self.said > 0 && self.asked.len() > 0;
            Some(if is_draining { self.end.after(self.spec.grace) } else { self.end })
        });
        let expiry = self.asked.first_due().map(|due| due.after(self.spec.timeout));
        let next = match self.pace {
            _ if self.rests.is_some() || self.is_blocked => None,
            LoadPace::Open { .. } => self.pace.due(self.next).map(|due| self.spec.rounds.next(due)),
            LoadPace::Closed { .. } if self.spec.rounds.length.is_some() && self.asked.len() == 0 => {
                Some(self.spec.rounds.next(self.ledger.now()))
            }
            _ => None,
        };
        let next = next.filter(|due| *due < self.end);
        [ended, expiry, next, self.again, self.ledger.wake()].into_iter().flatten().min()
    }

    fn answers(&self) -> bool {
        false
    }

    fn measures(&self) -> bool {
        true
    }

    fn finish(&mut self, why: Ending, at: At, out: &mut Outbox) {
        let is_over = at >= self.end || why == Ending::Stopped;
        while let Some(due) = self.asked.give_up(At(Duration::MAX)) {
            let tally = self.ledger.of(self.spec.rounds.phase(due), at, out);
            if is_over {
                tally.missing += 1;
            } else {
                tally.errors += 1;
                self.ledger.lost(why);
            }
        }
        if self.surplus > 0 {
            let length = match self.spec.payloads.first() {
                Some(Payload::Bytes(bytes)) => bytes.len().max(1),
                _ => self.surplus,
            };
            let extra = self.surplus.div_ceil(length) as u64;
            self.ledger.of(self.spec.rounds.phase(at), at, out).extra += extra;
        }
        if is_over && self.pace.due(0).is_some() {
            let unsent = self.pace.first_from(self.end).saturating_sub(self.next);
            self.ledger.of(self.spec.rounds.phase(at), at, out).unsent += unsent;
        }
        self.ledger.flush(at, out);
    }
}
