//! The events of one job, numbered, to everybody who reads them: the screen, a log.
//!
//! Every reader has a bounded queue of its own, and its own answer to what happens when that is full.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sockeye_core::event::{Conn, Event, What};
use sockeye_net::Whom;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::meter::{Meter, StatsPlan};

/// Events of one job that come together.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// The place of the job among those of the run, from 0.
    pub job: usize,
    /// The number of its first event; the first of a job is 1.
    pub first: u64,
    /// How many events before it this reader has not got.
    pub missed: u64,
    /// The events, in order.
    pub events: Arc<Vec<Event>>,
}

/// What becomes of events for which a reader has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// The job waits: nothing is lost.
    Wait,
    /// The job waits so long, then passes the reader by until it takes something again; what it missed is counted.
    PassBy(Duration),
}

/// Somebody who reads the events of a job.
#[derive(Debug)]
pub(crate) struct Reader {
    queue: mpsc::Sender<Batch>,
    purpose: Purpose,
    overflow: Overflow,
    is_behind: bool,
    missed: u64,
}

impl Reader {
    /// A reader behind `queue`.
    pub(crate) fn new(queue: mpsc::Sender<Batch>, purpose: Purpose, overflow: Overflow) -> Self {
        Self { queue, purpose, overflow, is_behind: false, missed: 0 }
    }

    /// Gives it a batch. A reader that is gone has no use for it.
    async fn give(&mut self, batch: Batch) {
        let number = batch.events.len() as u64;
        let batch = Batch { missed: self.missed, ..batch };
        let is_taken = match self.overflow {
            Overflow::Wait => {
                let _ = self.queue.send(batch).await;
                true
            }
            Overflow::PassBy(_) if self.is_behind => {
                !matches!(self.queue.try_send(batch), Err(TrySendError::Full(_)))
            }
            Overflow::PassBy(patience) => timeout(patience, self.queue.send(batch)).await.is_ok(),
        };
        self.is_behind = !is_taken;
        self.missed = if is_taken { 0 } else { self.missed + number };
    }
}

/// Who is in conversation, as the events told it: for whoever types, and for logs that begin late.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster(Arc<Mutex<BTreeMap<Conn, Vec<Event>>>>);

impl Roster {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Conn, Vec<Event>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, event: &Event) {
        let Some(conn) = event.conn else { return };
        match &event.what {
            What::Opened { .. } => self.all().entry(conn).or_default().push(event.clone()),
            What::Named { from, .. } => {
                let mut all = self.all();
                for conn in [Some(conn), *from].into_iter().flatten() {
                    if let Some(known) = all.get_mut(&conn) {
                        known.retain(|event| !matches!(event.what, What::Named { .. }));
                    }
                }
                // That somebody else was called so is past.
                let what = match &event.what {
                    What::Named { name, .. } => What::Named { name: Arc::clone(name), from: None },
                    other => other.clone(),
                };
                all.entry(conn).or_default().push(Event { what, ..event.clone() });
            }
            What::Closed { .. } => drop(self.all().remove(&conn)),
            _ => {}
        }
    }

    /// Numbers and names, as commands take them.
    #[must_use]
    pub(crate) fn words(&self) -> Vec<String> {
        let all = self.all();
        let names = all.values().flatten().filter_map(|event| match &event.what {
            What::Named { name, .. } => Some(name.to_string()),
            _ => None,
        });
        all.keys().map(Conn::to_string).chain(names).collect()
    }

    /// The conversation that is meant.
    #[must_use]
    pub(crate) fn conn(&self, whom: &Whom) -> Option<Conn> {
        let wanted = match whom {
            Whom::Conn(conn) => return Some(*conn),
            Whom::Name(wanted) => wanted.as_str(),
        };
        let is_named = |event: &Event| matches!(&event.what, What::Named { name, .. } if **name == *wanted);
        self.all().iter().find(|(_, events)| events.iter().any(is_named)).map(|(conn, _)| *conn)
    }

    /// How those that are open began and what they are called.
    fn story(&self) -> Vec<Event> {
        self.all().values().flatten().cloned().collect()
    }
}

/// What whoever types has to say to those who read.
#[derive(Debug)]
pub(crate) enum Wish {
    /// From now on this is the log; none at all without one.
    Log(Option<Reader>),
    /// From now on figures are told so; no more without a plan.
    Stats(Option<StatsPlan>),
    /// Tell the figures now.
    StatsNow,
}

/// What a reader is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody looks.
    Screen,
    /// It is kept.
    Log,
}

/// Resolves when figures are due, where there are any.
async fn due(meter: Option<&Meter>) {
    match meter {
        Some(meter) => meter.due().await,
        None => std::future::pending().await,
    }
}

/// Where the events of one job go.
#[derive(Debug)]
pub(crate) struct Readers {
    job: usize,
    next: u64,
    readers: Vec<Reader>,
    // Only where somebody types.
    desk: Option<TypistSide>,
    // Only where figures are told, or may be asked for.
    meter: Option<Meter>,
}

/// Whoever types, as those who read know of him.
#[derive(Debug)]
struct TypistSide {
    wishes: mpsc::Receiver<Wish>,
    roster: Roster,
}

impl TypistSide {
    /// The next wish; never, once there are no more.
    async fn wish(desk: Option<&mut Self>) -> Wish {
        match desk {
            Some(desk) => match desk.wishes.recv().await {
                Some(wish) => wish,
                None => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

impl Readers {
    /// The readers of the job in place `job`.
    pub(crate) fn new(job: usize, readers: Vec<Reader>) -> Self {
        Self { job, next: 1, readers, desk: None, meter: None }
    }

    /// The same with somebody who types, if there is: the roster knows who is there, and what comes over the channel is done.
    #[must_use]
    pub(crate) fn with_typist(self, typist: Option<(Roster, mpsc::Receiver<Wish>)>) -> Self {
        Self { desk: typist.map(|(roster, wishes)| TypistSide { wishes, roster }), ..self }
    }

    /// The same with figures, if there are any.
    #[must_use]
    pub(crate) fn with_meter(self, meter: Option<Meter>) -> Self {
        Self { meter, ..self }
    }

    /// Gives everybody what the engine tells, until it has told everything; cancels `listens` once it says that it listens.
    ///
    /// The engine's summary is left out: whoever runs it says it last, after the failure that may have ended it.
    pub(crate) async fn serve(
        mut self,
        mut told: mpsc::Receiver<Vec<Event>>,
        listens: CancellationToken,
    ) -> Self {
        loop {
            let mut events = tokio::select! {
                // What is told behind a wish is told as it was wished.
                biased;
                wish = TypistSide::wish(self.desk.as_mut()) => {
                    self.grant(wish).await;
                    continue;
                }
                () = due(self.meter.as_ref()) => {
                    self.tell_stats(Meter::tell).await;
                    continue;
                }
                events = told.recv() => match events {
                    Some(events) => events,
                    None => break,
                },
            };
            events.retain(|event| !matches!(event.what, What::Summary(_)));
            if events.iter().any(|event| matches!(event.what, What::Listening { .. })) {
                listens.cancel();
            }
            self.give(events).await;
        }
        self.tell_stats(Meter::rest).await;
        self
    }

    async fn tell_stats(&mut self, tell: fn(&mut Meter) -> Vec<Event>) {
        let events = self.meter.as_mut().map(tell).unwrap_or_default();
        self.give(events).await;
    }

    async fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Stats(plan) => self.meter.iter_mut().for_each(|meter| meter.turn(plan)),
            Wish::StatsNow => self.tell_stats(Meter::tell).await,
            Wish::Log(log) => {
                self.readers.retain(|reader| reader.purpose != Purpose::Log);
                let Some(mut log) = log else { return };
                // Whoever reads it knows who is talked to.
                let story = self.desk.as_ref().map(|desk| desk.roster.story()).unwrap_or_default();
                log.give(Batch { job: self.job, first: self.next, missed: 0, events: Arc::new(story) }).await;
                self.readers.push(log);
            }
        }
    }

    /// Gives everybody these events.
    pub(crate) async fn give(&mut self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        if let Some(meter) = &mut self.meter {
            events.iter().for_each(|event| meter.hear(event));
        }
        if let Some(desk) = &self.desk {
            events.iter().for_each(|event| desk.roster.hear(event));
        }
        let batch = Batch { job: self.job, first: self.next, missed: 0, events: Arc::new(events) };
        self.next += batch.events.len() as u64;
        for reader in &mut self.readers {
            reader.give(batch.clone()).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use sockeye_core::{event::Summary, unit::At};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(1);

    fn event(what: What) -> Event {
        Event { at: At::START, conn: None, leg: None, what }
    }

    fn closing() -> Vec<Event> {
        vec![event(What::Closing), event(What::Closing)]
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_never_reads_costs_the_others_nothing() {
        let (stuck, mut stuck_reads) = mpsc::channel(1);
        let (screen, mut reads) = mpsc::channel(1);
        let readers = vec![
            Reader::new(stuck, Purpose::Log, Overflow::PassBy(PATIENCE)),
            Reader::new(screen, Purpose::Screen, Overflow::Wait),
        ];
        let (tell, told) = mpsc::channel(4);
        let serving = tokio::spawn(Readers::new(3, readers).serve(told, CancellationToken::new()));
        let telling = tokio::spawn(async move {
            for _ in 0..100 {
                tell.send(closing()).await.unwrap();
            }
        });
        let begun = tokio::time::Instant::now();
        for n in 0..100 {
            let batch = reads.recv().await.unwrap();
            assert_eq!((batch.job, batch.first, batch.missed, batch.events.len()), (3, 2 * n + 1, 0, 2));
        }
        assert!(begun.elapsed() < 2 * PATIENCE, "it is waited for once");
        telling.await.unwrap();
        // The one batch it had room for, and then, once it reads, what came and how much did not.
        assert_eq!(stuck_reads.recv().await.unwrap().first, 1);
        let mut readers = serving.await.unwrap();
        readers.give(closing()).await;
        let batch = stuck_reads.recv().await.unwrap();
        assert_eq!((batch.first, batch.missed), (201, 198));
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_may_not_miss_anything_is_waited_for() {
        let (screen, mut reads) = mpsc::channel(1);
        let (tell, told) = mpsc::channel(1);
        tokio::spawn(
            Readers::new(0, vec![Reader::new(screen, Purpose::Screen, Overflow::Wait)])
                .serve(told, CancellationToken::new()),
        );
        let sent = timeout(Duration::from_secs(3600), async {
            loop {
                tell.send(closing()).await.unwrap();
            }
        });
        assert!(sent.await.is_err(), "the engine waits, for an hour if need be");
        drop(tell);
        let mut numbers = Vec::new();
        while let Some(batch) = reads.recv().await {
            assert_eq!(batch.missed, 0);
            numbers.push(batch.first);
        }
        assert!(numbers.len() >= 3 && numbers.iter().zip(0_u64..).all(|(first, n)| *first == 2 * n + 1));
    }

    #[tokio::test]
    async fn it_is_known_when_a_job_listens_and_its_summary_is_not_passed_on() {
        let (screen, mut reads) = mpsc::channel(4);
        let (tell, told) = mpsc::channel(4);
        let listens = CancellationToken::new();
        tell.send(vec![event(What::Listening { addr: "tcp://127.0.0.1:1".into(), target: None })])
            .await
            .unwrap();
        tell.send(vec![event(What::Summary(Summary::default()))]).await.unwrap();
        drop(tell);
        Readers::new(0, vec![Reader::new(screen, Purpose::Screen, Overflow::Wait)])
            .serve(told, listens.clone())
            .await;
        assert!(listens.is_cancelled());
        assert!(matches!(reads.recv().await.unwrap().events[0].what, What::Listening { .. }));
        assert!(reads.recv().await.is_none());
    }
}
