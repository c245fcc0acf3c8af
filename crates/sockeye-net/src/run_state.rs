//! What all conversations of one run share, whatever they are about: its clock, the way out for events, when to end, its counters.
//! Never touches a socket, and never knows what a conversation says.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sockeye_core::event::{
    Conn, Counters, Ending, Event, EventDetail, FaultTally, Leg, Summary, What, tally_up,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{clock::Clock, context::Drained};

/// How long conversations may take to notice that their time is over: only a view that takes no events makes it long.
pub const CUT: Duration = Duration::from_millis(500);

/// What all conversations of one run share.
#[derive(Debug)]
pub struct RunState {
    /// The clock of the run.
    pub clock: Clock,
    /// Whether anybody looks at single messages.
    pub detail: EventDetail,
    /// Where events go, in batches, in order.
    pub events: mpsc::Sender<Vec<Event>>,
    /// Cancelled by [`RunState::halt`]: conversations come to their end in order.
    pub stop: CancellationToken,
    /// Cancelled when the time for that is over.
    pub cut: CancellationToken,
    /// How long conversations may take to come to their end, and the longest time a closing one may not get a byte out.
    pub grace: Duration,
    /// Whether a conversation was cut short after the stop.
    undone: AtomicBool,
    // What is received reaches nobody any more.
    lost: AtomicBool,
    // Set just before `stop` is cancelled: a load is all that a busy conversation pays to learn of it.
    halted: AtomicBool,
    next: AtomicU64,
    summary: Mutex<Summary>,
}

impl RunState {
    /// A run that begins without a conversation.
    #[must_use]
    pub fn new(clock: Clock, detail: EventDetail, events: mpsc::Sender<Vec<Event>>, grace: Duration) -> Self {
        Self {
            clock,
            detail,
            events,
            stop: CancellationToken::new(),
            cut: CancellationToken::new(),
            grace,
            undone: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            halted: AtomicBool::new(false),
            next: AtomicU64::new(1),
            summary: Mutex::new(Summary::default()),
        }
    }

    fn totals(&self) -> MutexGuard<'_, Summary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells every conversation to come to its end.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::Release);
        self.stop.cancel();
    }

    /// From now on what is received reaches nobody: conversations are reset at the stop.
    pub fn lose(&self) {
        self.lost.store(true, Ordering::Release);
    }

    /// Whether `lose` was called.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    /// Whether `halt` was called.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }

    /// The number of a new conversation, counted as accepted.
    pub fn number(&self) -> Conn {
        self.totals().accepted += 1;
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether there was a conversation yet.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.next.load(Ordering::Relaxed) > 1
    }

    /// A conversation is over: its counters are added to those of the run.
    pub fn add(&self, counters: &Counters, why: Ending) {
        let mut summary = self.totals();
        summary.totals.add(counters);
        summary.reset += u64::from(why == Ending::PeerReset);
    }

    /// What the faults of a conversation came to, whose chance derives from `seed`, is added too.
    pub fn add_faults(&self, tallies: &[FaultTally], seed: u64) {
        if !tallies.is_empty() {
            let mut summary = self.totals();
            tally_up(&mut summary.faults, tallies);
            summary.seed = Some(seed);
        }
    }

    /// A conversation is cut short: if the run is coming to its end, that one is not in order.
    pub fn cut_short(&self) {
        if self.is_halted() {
            self.undone.store(true, Ordering::Release);
        }
    }

    /// What became of the conversations that were open at the stop.
    #[must_use]
    pub fn drained(&self) -> Drained {
        if self.undone.load(Ordering::Acquire) { Drained::Part } else { Drained::All }
    }

    /// Changes the summary.
    pub fn count(&self, change: impl FnOnce(&mut Summary)) {
        change(&mut self.totals());
    }

    /// The counters so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let lasted = u64::try_from(self.clock.now().0.as_nanos()).unwrap_or(u64::MAX);
        Summary { lasted, ..self.totals().clone() }
    }

    /// Says something of the run itself; waits while the view takes no events.
    pub async fn tell(&self, what: What) {
        if !self.detail.has_messages() && !matches!(what, What::Listening { .. } | What::Failed(_)) {
            return;
        }
        // A view that is gone has no use for it.
        let _ = self.events.send(vec![Event { at: self.clock.now(), conn: None, leg: None, what }]).await;
    }

    /// Says something of one conversation, on one of its legs if it is relayed; waits while the view takes no events.
    pub async fn tell_of(&self, conn: Conn, leg: Option<Leg>, what: What) {
        if self.detail.has_messages() || matches!(what, What::Failed(_)) {
            let event = Event { at: self.clock.now(), conn: Some(conn), leg, what };
            // A view that is gone has no use for it.
            let _ = self.events.send(vec![event]).await;
        }
    }

    /// Tells the last event of the run, its counters.
    pub async fn conclude(&self) -> Summary {
        let summary = self.summary();
        let event =
            Event { at: self.clock.now(), conn: None, leg: None, what: What::Summary(summary.clone()) };
        // A view that takes no events does not keep a run from ending.
        let _ = timeout(CUT, self.events.send(vec![event])).await;
        summary
    }
}
