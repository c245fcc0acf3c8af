//! A driver without a socket: hands a session bytes and time, takes what it writes, and checks what always holds.
//! Never decides anything a real driver would not.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::{Behaviour, Common, Reply},
    charset::Charset,
    event::{Counters, Ending, Event, EventDetail, What},
    frame::{Checksum, Framing},
    limit::OUTBOX,
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Close, Medium, Unit, Wall},
};

pub(crate) fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What a conversation is to be like; the rest is as usual.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) framing: Framing,
    pub(crate) reply: Reply,
    pub(crate) faults: Vec<FaultSpec>,
    pub(crate) idle: Option<Duration>,
    pub(crate) rate: Option<u64>,
    pub(crate) detail: EventDetail,
    pub(crate) medium: Medium,
    pub(crate) side: Side,
    pub(crate) seed: u64,
    pub(crate) conn: u64,
}

impl Setup {
    /// A server on a stream that answers as `--reply` says.
    pub(crate) fn replying(reply: &str) -> Self {
        let none = |_: &str| Err(sockeye_text::Text::verbatim("no files here"));
        Self::with(Reply::parse(reply, Charset::utf8(), &none).unwrap())
    }

    /// A server that answers by these rules.
    pub(crate) fn ruled(rules: &str) -> Self {
        let text = rules.to_owned();
        let load = move |_: &str| Ok(text.clone());
        Self::with(Reply::parse("rules:r.toml", Charset::utf8(), &load).unwrap())
    }

    pub(crate) fn with(reply: Reply) -> Self {
        Self {
            framing: Framing::raw(),
            reply,
            faults: Vec::new(),
            idle: None,
            rate: None,
            detail: EventDetail::Messages,
            medium: Medium::Stream,
            side: Side::Server,
            seed: 7,
            conn: 1,
        }
    }

    pub(crate) fn framed(mut self, spec: &str) -> Self {
        self.framing = Framing::parse(spec).unwrap();
        self
    }

    pub(crate) fn summed(mut self, sum: &str) -> Self {
        self.framing = self.framing.with_checksum(Checksum::parse(sum).unwrap()).unwrap();
        self
    }

    pub(crate) fn faulty(mut self, faults: &[&str]) -> Self {
        self.faults = faults.iter().map(|f| FaultSpec::parse(f).unwrap()).collect();
        self
    }

    pub(crate) fn idle(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }

    pub(crate) fn rate(mut self, rate: u64) -> Self {
        self.rate = Some(rate);
        self
    }

    pub(crate) fn datagrams(mut self) -> Self {
        self.medium = Medium::Datagram;
        self
    }

    pub(crate) fn unseen(mut self) -> Self {
        self.detail = EventDetail::Summary;
        self
    }

    pub(crate) fn open(&self) -> Rig {
        self.open_with(self.reply.start())
    }

    pub(crate) fn open_with(&self, behaviour: Box<dyn Behaviour>) -> Rig {
        let session = self.session(behaviour);
        let mut rig = Rig { session, at: At::START, writes: Vec::new(), events: Vec::new(), fin: None };
        rig.collect();
        rig
    }

    pub(crate) fn session(&self, behaviour: Box<dyn Behaviour>) -> Session {
        // 2026-11-21 10:00:00 UTC, the moment of the tutorials.
        let wall = Wall::new(Duration::from_secs(1_795_255_200), jiff::tz::TimeZone::UTC);
        let common = Arc::new(Common {
            framing: self.framing.clone(),
            charset: Charset::utf8(),
            detail: self.detail,
            wall,
            seed: self.seed,
            rate: self.rate,
        });
        let config = SessionConfig {
            common: &common,
            conn: self.conn,
            peer: "tcp://192.0.2.1:40000".into(),
            local: "tcp://192.0.2.2:8888",
            took: None,
            medium: self.medium,
            side: self.side,
            faults: &self.faults,
            idle: self.idle,
        };
        Session::open(config, behaviour, At::START)
    }
}

/// One conversation being driven.
pub(crate) struct Rig {
    pub(crate) session: Session,
    pub(crate) at: At,
    /// Every write, with its time.
    pub(crate) writes: Vec<(At, Vec<u8>)>,
    pub(crate) events: Vec<Event>,
    /// When our FIN went out.
    pub(crate) fin: Option<At>,
}

impl Rig {
    /// A read arrives, and everything that can be written is.
    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        self.take(bytes);
        self.settle();
    }

    /// A read arrives and nothing can be written.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.session.receive(Unit::Data(bytes), self.at);
        self.collect();
    }

    /// The peer's FIN arrives, and everything that can be written is.
    pub(crate) fn hear_end(&mut self) {
        self.take_end();
        self.settle();
    }

    pub(crate) fn take_end(&mut self) {
        self.session.receive(Unit::End, self.at);
        self.collect();
    }

    /// Writes until there is nothing more to write now, and the FIN if it is due.
    pub(crate) fn settle(&mut self) {
        for _ in 0..100_000 {
            if !self.write(usize::MAX) {
                return;
            }
        }
        panic!("it never stops writing");
    }

    /// Writes until it has written so much that it must have no end.
    pub(crate) fn write_much(&mut self, bytes: usize) {
        while self.wire().len() < bytes && self.write(usize::MAX) {}
    }

    /// One write of at most `most` bytes, or the FIN; whether there was anything to do.
    pub(crate) fn write(&mut self, most: usize) -> bool {
        let mut did = false;
        if self.session.closing() == Some(Close::Reset) {
            return false;
        }
        if self.session.out().has_front() {
            let front = self.session.out().front();
            let bytes = front.get(..most.min(front.len())).unwrap().to_vec();
            self.session.out().wrote(bytes.len());
            self.writes.push((self.at, bytes));
            did = true;
        }
        let resumed = self.session.wants_resume();
        if did || resumed {
            self.session.resume(self.at);
        }
        if self.session.out().fin_due() {
            self.session.out().fin_done();
            assert_eq!(self.fin.replace(self.at), None, "one FIN");
            did = true;
        }
        self.collect();
        did
    }

    /// Time passes; every wake is kept and everything that can be written is.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.pass_writing(time, usize::MAX);
    }

    /// Time passes while the peer reads nothing.
    pub(crate) fn pass_unread(&mut self, time: Duration) {
        self.pass_writing(time, 0);
    }

    fn pass_writing(&mut self, time: Duration, most: usize) {
        let until = self.at.after(time);
        while let Some(wake) = self.session.wake().filter(|wake| *wake <= until) {
            assert!(wake >= self.at, "a wake in the past spins: {wake:?} at {:?}", self.at);
            self.at = wake;
            self.tick();
            if most > 0 {
                self.settle();
            }
        }
        self.at = until;
        self.tick();
        if most > 0 {
            self.settle();
        }
    }

    /// A tick now; it must not ask for another one now, or the driver would spin.
    pub(crate) fn tick(&mut self) {
        self.session.tick(self.at);
        self.collect();
        let wake = self.session.wake();
        assert!(wake.is_none_or(|wake| wake > self.at), "ticked at {:?}, wants {wake:?}", self.at);
    }

    /// All that waits is written, and the conversation is over.
    pub(crate) fn finish(&mut self, why: Ending) -> Ending {
        self.settle();
        self.over(why)
    }

    /// The conversation is over, whatever waits.
    pub(crate) fn over(&mut self, why: Ending) -> Ending {
        let why = self.session.finish(why, self.at);
        self.collect();
        why
    }

    fn collect(&mut self) {
        self.session.drain_events(&mut self.events);
        assert!(self.session.out().backlog() < OUTBOX * 80, "no bound");
    }

    /// Everything written so far.
    pub(crate) fn wire(&self) -> Vec<u8> {
        self.writes.iter().flat_map(|(_, bytes)| bytes).copied().collect()
    }

    /// The same as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.wire()).unwrap()
    }

    pub(crate) fn whats(&self) -> impl Iterator<Item = &What> {
        self.events.iter().map(|event| &event.what)
    }

    /// The messages that came.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        let data = |what: &What| match what {
            What::Recv { data, .. } => Some(data.to_vec()),
            _ => None,
        };
        self.whats().filter_map(data).collect()
    }

    /// What failed, in words.
    pub(crate) fn failures(&self) -> Vec<String> {
        let words = |what: &What| match what {
            What::Failed(failure) => Some(failure.to_string()),
            _ => None,
        };
        self.whats().filter_map(words).collect()
    }

    pub(crate) fn counters(&self) -> Counters {
        *self.session.counters()
    }

    /// One word for every event, for tests of their order.
    pub(crate) fn story(&self) -> String {
        let words: Vec<&str> = self.whats().map(word).collect();
        words.join(" ")
    }
}

fn word(what: &What) -> &'static str {
    match what {
        What::Opened { .. } => "opened",
        What::Recv { .. } => "recv",
        What::Sticky { .. } => "sticky",
        What::Sent { .. } => "sent",
        What::Ended { dir: sockeye_core::unit::Dir::In } => "ended-in",
        What::Ended { .. } => "ended-out",
        What::Fault { .. } => "fault",
        What::Notice(_) => "notice",
        What::Failed(_) => "failed",
        What::Closed { .. } => "closed",
        _ => "other",
    }
}

/// `messages` as they travel under `framing`.
pub(crate) fn joined(framing: &Framing, messages: &[Vec<u8>]) -> Vec<u8> {
    let mut wire = Vec::new();
    for message in messages {
        framing.encode(message, &mut wire).unwrap();
    }
    wire
}
