//! What one conversation of a load measured since it last told, and when it tells again.
//! Never keeps more than [`BENCH_BATCH`] times.

use std::time::Duration;

use crate::{
    behaviour::Outbox,
    event::{Ending, LoadTally, Measured, What},
    limit::{BENCH_BATCH, BENCH_TELL},
    unit::At,
};

/// From here on a message that is said late is told to be so.
const DELAYED: Duration = Duration::from_millis(1);

/// See the module.
#[derive(Debug)]
pub(super) struct Ledger {
    batch: Measured,
    /// Since when there is something in it.
    since: Option<At>,
    now: At,
    // What of the counters was told.
    bytes_in: u64,
    bytes_out: u64,
    // The time the last datagram took, and how much that varies.
    last: Option<Duration>,
    jitter: u64,
}

impl Ledger {
    pub(super) fn new(target: usize) -> Self {
        Self {
            batch: Measured { target, ..Measured::default() },
            since: None,
            now: At::START,
            bytes_in: 0,
            bytes_out: 0,
            last: None,
            jitter: 0,
        }
    }

    /// The last time it was told of.
    pub(super) fn now(&self) -> At {
        self.now
    }

    /// The tally of `phase`, to which something is added now.
    #[inline]
    pub(super) fn of(&mut self, phase: u32, at: At, out: &mut Outbox) -> &mut LoadTally {
        self.now = at;
        let is_due = self.since.is_some_and(|since| at.since(since) >= BENCH_TELL);
        if self.since.is_some() && (is_due || self.batch.phase != phase) {
            self.flush(at, out);
        }
        self.batch.phase = phase;
        self.since.get_or_insert(at);
        &mut self.batch.tally
    }

    /// A message of the last tally was answered rightly after this time.
    #[inline]
    pub(super) fn took(&mut self, time: Duration, out: &mut Outbox) {
        self.batch.latencies.push(nanos(time));
        if self.batch.latencies.len() >= BENCH_BATCH {
            self.flush(self.now, out);
        }
    }

    /// A message of the last tally was said so long after it was due.
    #[inline]
    pub(super) fn delayed(&mut self, by: Duration) {
        let tally = &mut self.batch.tally;
        tally.delay = tally.delay.max(nanos(by));
        tally.delayed += u64::from(by >= DELAYED);
    }

    /// An answer to a datagram came after this time, in its order or not.
    pub(super) fn arrived(&mut self, time: Duration, is_late: bool) {
        self.batch.tally.reordered += u64::from(is_late);
        if let Some(last) = self.last.replace(time) {
            let differs = nanos(time.abs_diff(last));
            self.jitter = self.jitter - self.jitter / 16 + differs / 16;
        }
    }

    /// Errors of the last tally are of a conversation that ended so.
    pub(super) fn lost(&mut self, why: Ending) {
        self.batch.lost = Some(why);
    }

    /// When it has to tell.
    #[inline]
    pub(super) fn wake(&self) -> Option<At> {
        self.since.map(|since| since.after(BENCH_TELL))
    }

    /// Tells if it is time for that.
    pub(super) fn tick(&mut self, at: At, out: &mut Outbox) {
        self.now = at;
        if self.wake().is_some_and(|due| due <= at) {
            self.flush(at, out);
        }
    }

    /// Tells what it has.
    pub(super) fn flush(&mut self, at: At, out: &mut Outbox) {
        self.now = at;
        let tally = &mut self.batch.tally;
        tally.bytes_in = out.counters.bytes_in - self.bytes_in;
        tally.bytes_out = out.counters.bytes_out - self.bytes_out;
        if self.since.take().is_none() && tally.bytes_in + tally.bytes_out == 0 {
            return;
        }
        (self.bytes_in, self.bytes_out) = (out.counters.bytes_in, out.counters.bytes_out);
        tally.jitter = self.jitter;
        let room = self.batch.latencies.len().min(BENCH_BATCH);
        let next = Measured {
            target: self.batch.target,
            phase: self.batch.phase,
            latencies: Vec::with_capacity(room),
            ..Measured::default()
        };
        out.event(What::Measured(Box::new(std::mem::replace(&mut self.batch, next))));
    }
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
