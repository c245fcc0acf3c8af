//! One connection of `serve`: its socket, what was read and not used yet, and what is told of it.
//! Never keeps a byte of a file.

use std::{io, sync::Arc, time::Duration};

use sockeye_core::{
    event::{Ask, Conn, Counters, Dialect, Ending, Event, Outcome, Served, What},
    limit::{DISCARD, LINGER, NOTSENT_FIRST, REQUEST},
    unit::At,
};
use sockeye_net::{RunState, link::StreamSocket, run::Damage, trouble::ended_by};
use sockeye_text::Language;
use tokio::time::{Instant, timeout_at};

use super::{
    close::{CloseMode, is_nothing_yet},
    pace::{Pace, TotalRate},
    progress::TransferProgress,
};

/// Bytes read at once: requests are short, and what is thrown away is read elsewhere.
const READ: usize = 1024;

/// What all connections of the run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) run: Arc<RunState>,
    /// The longest silence between requests, and the longest standstill of a transfer.
    pub(super) idle: Duration,
    /// The language of what it says to people who ask in HTTP.
    pub(super) language: Language,
    /// What each may send, bytes a second.
    pub(super) rate: Option<u64>,
    /// What all together may send.
    pub(super) total: Option<Arc<TotalRate>>,
    /// What is being sent, where somebody watches.
    pub(super) progress: Option<TransferProgress>,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: StreamSocket,
    pub(super) shared: Arc<Shared>,
    pub(super) conn: Conn,
    /// Where faults stand between the client and this end of its connection.
    damage: Option<Damage>,
    pub(super) counters: Counters,
    /// Bytes that were read and not parsed yet: at most a request and one read.
    pub(super) held: Vec<u8>,
    pub(super) pace: Pace,
    /// Bytes of files and listings handed to the system.
    pub(super) sent: u64,
    /// About how many bytes the kernel may hold unsent for the peer (`TCP_NOTSENT_LOWAT`).
    pub(super) unsent: u32,
    began: At,
}

/// What waiting for more bytes of a request brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadOutcome {
    /// At least one more byte is held.
    More,
    /// The peer has ended its direction (FIN).
    End,
    /// The deadline has passed.
    Late,
    /// The connection is over.
    Gone(Ending),
}

/// What was asked for: told in one event when the request is over.
#[derive(Debug)]
pub(super) struct RequestRecord {
    pub(super) dialect: Dialect,
    pub(super) ask: Ask,
    pub(super) name: Box<[u8]>,
    pub(super) offset: u64,
    /// What is wrong with the request, in words.
    pub(super) detail: Option<Box<sockeye_text::Text>>,
    /// Bytes of files sent on this connection before this request.
    before: u64,
    began: At,
}

impl Connection {
    pub(super) fn new(stream: StreamSocket, conn: Conn, damage: Option<Damage>, shared: Arc<Shared>) -> Self {
        // A client that asks and never reads must cost little memory; one that reads is soon allowed more.
        stream.limit_unsent(NOTSENT_FIRST);
        let began = shared.run.clock.now();
        let pace = Pace::new(shared.rate, shared.total.clone(), began);
        Self {
            stream,
            conn,
            damage,
            shared,
            counters: Counters::default(),
            held: Vec::new(),
            pace,
            sent: 0,
            unsent: NOTSENT_FIRST,
            began,
        }
    }

    /// Tells of its beginning.
    pub(super) async fn opened(&self, peer: String, local: String) {
        self.tell(What::Opened { peer, local, took: None }).await;
    }

    /// Closes it, and tells of that.
    pub(super) async fn close(mut self, how: CloseMode) {
        let why = match how {
            CloseMode::Lingering(why) => {
                self.linger().await;
                why
            }
            CloseMode::Reset(why) => {
                self.stream.arm_reset();
                if let Some(damage) = &self.damage {
                    damage.reset();
                }
                why
            }
            CloseMode::Gone(why) => why,
        };
        let Self { stream, shared, conn, counters, began, damage, .. } = self;
        drop(stream);
        if let Some(damage) = damage {
            damage.over().await;
        }
        shared.run.add(&counters, why);
        if shared.run.detail.has_messages() {
            let at = shared.run.clock.now();
            let lasted = u64::try_from(at.since(began).as_nanos()).unwrap_or(u64::MAX);
            let what = What::Closed { why, counters, target: None, lasted };
            // A view that is gone has no use for it.
            let _ = shared.run.events.send(vec![Event { at, conn: Some(conn), leg: None, what }]).await;
        }
    }

    /// Waits until more of a request came; never holds more than a request and one read.
    pub(super) async fn read(&mut self, until: Instant) -> ReadOutcome {
        let run = Arc::clone(&self.shared.run);
        // Between two requests the stop ends the connection at once; a request that has begun may be finished until the cut.
        let stop = if self.held.is_empty() { &run.stop } else { &run.cut };
        loop {
            let ready = tokio::select! {
                biased;
                () = stop.cancelled() => return ReadOutcome::Gone(Ending::Stopped),
                ready = timeout_at(until, self.stream.readable()) => ready,
            };
            match ready {
                Err(_) => return ReadOutcome::Late,
                Ok(Err(error)) => return ReadOutcome::Gone(ended_by(&error)),
                Ok(Ok(())) => {}
            }
            let room = (REQUEST + READ).saturating_sub(self.held.len()).min(READ);
            let mut piece = [0; READ];
            match self.stream.try_read(piece.get_mut(..room).unwrap_or_default()) {
                Ok(0) => return ReadOutcome::End,
                Ok(n) => {
                    self.held.extend_from_slice(piece.get(..n).unwrap_or_default());
                    self.counters.reads += 1;
                    self.counters.bytes_in += n as u64;
                    return ReadOutcome::More;
                }
                Err(error) if is_nothing_yet(&error) => {}
                Err(error) => return ReadOutcome::Gone(ended_by(&error)),
            }
        }
    }

    /// Ends our direction and discards what still comes: closing with unread bytes would be a reset. Bounded in bytes and time.
    async fn linger(&mut self) {
        self.stream.end();
        let cut = self.shared.run.cut.clone();
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
        self.shared.run.clock.now()
    }

    /// A request began.
    pub(super) fn begin_request(&mut self, dialect: Dialect, ask: Ask, name: &[u8]) -> RequestRecord {
        self.counters.messages_in += 1;
        RequestRecord {
            dialect,
            ask,
            name: name.into(),
            offset: 0,
            detail: None,
            before: self.sent,
            began: self.now(),
        }
    }

    /// Counts bytes of a file that the system took.
    pub(super) fn count_sent(&mut self, bytes: u64) {
        self.sent += bytes;
        if let Some(progress) = &self.shared.progress {
            progress.pass(self.conn, bytes);
        }
    }

    /// A request is over: tells how it ended.
    pub(super) async fn end_request(&mut self, record: RequestRecord, outcome: Outcome) {
        self.counters.messages_out += 1;
        if let Some(progress) = &self.shared.progress {
            progress.end(self.conn);
        }
        if !self.shared.run.detail.has_messages() {
            return;
        }
        let lasted = u64::try_from(self.now().since(record.began).as_nanos()).unwrap_or(u64::MAX);
        let RequestRecord { dialect, ask, name, offset, detail, before, .. } = record;
        let bytes = self.sent.saturating_sub(before);
        self.tell(What::Served(Served { dialect, ask, name, offset, bytes, outcome, detail, lasted })).await;
    }

    async fn tell(&self, what: What) {
        let event = Event { at: self.now(), conn: Some(self.conn), leg: None, what };
        let _ = self.shared.run.events.send(vec![event]).await;
    }
}

fn throw_away(stream: &StreamSocket) -> io::Result<usize> {
    let mut nowhere = [0; 64 * 1024];
    stream.try_read(&mut nowhere)
}
