//! One conversation of `serve`: its socket, what was read and not used yet, and what is told of it.
//! Never keeps a byte of a file.

use std::{io, sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::Bucket,
    event::{Ask, Conn, Counters, Dialect, Ending, Event, Eyes, Outcome, Served, What},
    limit::{DISCARD, LINGER, NAME_PAUSE, NOTSENT_FIRST, REQUEST, REQUEST_TIME},
    unit::At,
};
use tokio::time::{Instant, timeout_at};

use super::{
    Service, http, name,
    send::SMALL,
    sniff::{Told, tell},
    sockeye,
};
use sockeye_net::link::Stream;

/// Bytes read at once: requests are short, and what is thrown away is read elsewhere.
const READ: usize = 1024;

/// One conversation.
#[derive(Debug)]
pub(super) struct Talk {
    pub(super) stream: Stream,
    pub(super) service: Arc<Service>,
    conn: Conn,
    pub(super) counters: Counters,
    /// What was read and not used yet; at most a request.
    pub(super) held: Vec<u8>,
    pub(super) pace: Option<Bucket>,
    /// Bytes of files and listings handed to the system.
    pub(super) sent: u64,
    /// Bytes the system holds unsent for the peer, about (`TCP_NOTSENT_LOWAT`).
    pub(super) unsent: u32,
}

/// What waiting for more of a request brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Got {
    /// More is held.
    More,
    /// The peer says no more (FIN).
    End,
    /// The time is up.
    Late,
    /// The connection is over.
    Gone(Ending),
}

/// Whether a bare name may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// More may come.
    Some,
    /// That was all of it.
    All,
}

/// How a conversation is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// FIN, and reading on for a moment, so that what was sent arrives.
    Lingering(Ending),
    /// RST: what was sent is not to be taken for whole, or nobody takes it.
    Reset(Ending),
    /// There is nobody any more.
    Gone(Ending),
}

/// What a request was, to be told when it is over.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) dialect: Dialect,
    pub(super) ask: Ask,
    pub(super) name: Box<[u8]>,
    pub(super) offset: u64,
    /// What exactly is wrong with it.
    pub(super) detail: Option<Box<str>>,
    /// What had been sent of files before.
    before: u64,
    began: At,
}

impl Talk {
    pub(super) fn new(stream: Stream, service: Arc<Service>) -> Self {
        // Whoever asks and does not read is to cost little; who reads is soon given more.
        stream.limit_unsent(NOTSENT_FIRST);
        let pace = service.plan.rate.map(|rate| Bucket::empty(rate, service.run.clock.now()));
        let conn = service.run.number();
        let unsent = NOTSENT_FIRST;
        Self { stream, service, conn, counters: Counters::default(), held: Vec::new(), pace, sent: 0, unsent }
    }

    /// Holds the conversation to its end.
    pub(super) async fn hold(mut self, peer: String, local: Option<String>) {
        let began = self.now();
        if let Some(local) = local {
            self.tell(What::Opened { peer, local, took: None }).await;
        }
        let why = match self.answer().await {
            Leave::Lingering(why) => {
                self.linger().await;
                why
            }
            Leave::Reset(why) => {
                self.stream.arm_reset();
                why
            }
            Leave::Gone(why) => why,
        };
        let Self { stream, service, conn, counters, .. } = self;
        drop(stream);
        service.run.add(&counters, why);
        if service.run.eyes == Eyes::Open {
            let at = service.run.clock.now();
            let lasted = u64::try_from(at.since(began).as_nanos()).unwrap_or(u64::MAX);
            let what = What::Closed { why, counters, lasted };
            // A view that is gone has no use for it.
            let _ = service.run.events.send(vec![Event { at, conn: Some(conn), what }]).await;
        }
    }

    /// Finds out which dialect it is, and speaks it.
    async fn answer(&mut self) -> Leave {
        let deadline = Instant::now() + REQUEST_TIME;
        let spoken = self.service.plan.dialects;
        let names = spoken.has(Dialect::Name);
        loop {
            match tell(&self.held, spoken) {
                Told::Is(Dialect::Http) => return http::answer(self, deadline).await,
                Told::Is(Dialect::Name) => return name::answer(self, deadline, Heard::Some).await,
                Told::Is(Dialect::Sockeye) => return sockeye::answer(self, deadline).await,
                Told::NotYet => {}
            }
            let may_be_name = names && !self.held.is_empty();
            let until = if may_be_name { deadline.min(Instant::now() + NAME_PAUSE) } else { deadline };
            match self.read(until).await {
                Got::More => {}
                Got::End | Got::Late if may_be_name => return name::answer(self, deadline, Heard::All).await,
                Got::End => return Leave::Lingering(Ending::PeerClosed),
                Got::Late => return Leave::Lingering(Ending::Idle),
                Got::Gone(why) => return Leave::Gone(why),
            }
        }
    }

    /// Waits until more of a request came; never holds more than a request and one read.
    pub(super) async fn read(&mut self, until: Instant) -> Got {
        let run = Arc::clone(&self.service.run);
        // Who waits between two requests goes at once when the run stops; one that has begun is heard out.
        let stop = if self.held.is_empty() { &run.stop } else { &run.cut };
        loop {
            let ready = tokio::select! {
                biased;
                () = stop.cancelled() => return Got::Gone(Ending::Stopped),
                ready = timeout_at(until, self.stream.readable()) => ready,
            };
            match ready {
                Err(_) => return Got::Late,
                Ok(Err(error)) => return Got::Gone(ending(&error)),
                Ok(Ok(())) => {}
            }
            let room = (REQUEST + READ).saturating_sub(self.held.len()).min(READ);
            let mut piece = [0; READ];
            match self.stream.try_read(piece.get_mut(..room).unwrap_or_default()) {
                Ok(0) => return Got::End,
                Ok(n) => {
                    self.held.extend_from_slice(piece.get(..n).unwrap_or_default());
                    self.counters.reads += 1;
                    self.counters.bytes_in += n as u64;
                    return Got::More;
                }
                Err(error) if is_nothing_yet(&error) => {}
                Err(error) => return Got::Gone(ending(&error)),
            }
        }
    }

    /// Ends our direction and throws away what still comes, so that the close is no reset; bounded in bytes and time.
    async fn linger(&mut self) {
        self.stream.end();
        let cut = self.service.run.cut.clone();
        let mut left = DISCARD;
        let last = Instant::now() + LINGER * 4;
        while left > 0 {
            let until = last.min(Instant::now() + LINGER);
            let ready = tokio::select! {
                biased;
                () = cut.cancelled() => return,
                ready = timeout_at(until, self.stream.readable()) => ready,
            };
            if !matches!(ready, Ok(Ok(()))) {
                return;
            }
            match throw_away(&self.stream) {
                Ok(0) => return,
                Ok(n) => {
                    left = left.saturating_sub(n);
                    self.counters.bytes_in += n as u64;
                }
                Err(error) if is_nothing_yet(&error) => {}
                Err(_) => return,
            }
        }
    }

    pub(super) fn now(&self) -> At {
        self.service.run.clock.now()
    }

    /// The longest silence between requests, and the longest standstill of a transfer.
    pub(super) fn patience(&self) -> Duration {
        self.service.plan.limits.idle_timeout.unwrap_or(sockeye_core::limit::SERVE_IDLE)
    }

    /// A request began.
    pub(super) fn asked(&mut self, dialect: Dialect, ask: Ask, name: &[u8]) -> Asked {
        self.counters.messages_in += 1;
        Asked {
            dialect,
            ask,
            name: name.into(),
            offset: 0,
            detail: None,
            before: self.sent,
            began: self.now(),
        }
    }

    /// A file begins that takes a while.
    pub(super) fn begin(&self, name: &[u8], length: u64) {
        if let Some(board) = self.service.board.as_ref().filter(|_| length > SMALL) {
            board.begin(self.conn, name, length);
        }
    }

    /// Counts bytes of a file that the system took.
    pub(super) fn took(&mut self, bytes: u64) {
        self.sent += bytes;
        if let Some(board) = &self.service.board {
            board.pass(self.conn, bytes);
        }
    }

    /// A request is over: tells of it.
    pub(super) async fn over(&mut self, asked: Asked, outcome: Outcome) {
        self.counters.messages_out += 1;
        if let Some(board) = &self.service.board {
            board.end(self.conn);
        }
        if self.service.run.eyes == Eyes::Closed {
            return;
        }
        let lasted = u64::try_from(self.now().since(asked.began).as_nanos()).unwrap_or(u64::MAX);
        let Asked { dialect, ask, name, offset, detail, before, .. } = asked;
        let bytes = self.sent.saturating_sub(before);
        self.tell(What::Served(Served { dialect, ask, name, offset, bytes, outcome, detail, lasted })).await;
    }

    async fn tell(&self, what: What) {
        let event = Event { at: self.now(), conn: Some(self.conn), what };
        let _ = self.service.run.events.send(vec![event]).await;
    }
}

/// How a connection ended that failed with this.
pub(super) fn ending(error: &io::Error) -> Ending {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Ending::PeerReset,
        _ => Ending::Failed,
    }
}

pub(super) fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn throw_away(stream: &Stream) -> io::Result<usize> {
    let mut nowhere = [0; 64 * 1024];
    stream.try_read(&mut nowhere)
}
