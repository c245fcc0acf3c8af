//! Counts what the events of a job tell, and says again and again what passed since.
//! Never counts what is not told: events of single messages and of the wire have to be.

use std::{collections::BTreeMap, time::Duration};

use sockeye_core::{
    event::{Conn, Event, Leg, Notice, Operation, Stats, StatsFlows, What},
    rule::quantity,
    unit::{At, Dir},
};
use sockeye_net::Clock;
use sockeye_text::{Text, text};
use tokio::time::{Instant, sleep_until};

/// Whose figures are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Each {
    /// Those of the run.
    Run,
    /// Those of every conversation too.
    Conversation,
}

/// How often figures are told, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatsPlan {
    /// So often.
    pub period: Duration,
    /// Whose.
    pub each: Each,
}

impl StatsPlan {
    /// Reads `1s` or `1s,clients`.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub(crate) fn parse(text: &str) -> Result<Self, Text> {
        let (period, each) = match text.split_once(',') {
            None => (text, Each::Run),
            Some((period, "clients")) => (period, Each::Conversation),
            Some((_, other)) => return Err(text!("stats-each", word = other)),
        };
        match quantity::duration(period).map_err(|error| error.text())? {
            period if period < SHORTEST => Err(text!("stats-period")),
            period => Ok(Self { period, each }),
        }
    }
}

/// The shortest time that figures are told of.
const SHORTEST: Duration = Duration::from_millis(100);

/// Counts the events of a job.
#[derive(Debug)]
pub(crate) struct Meter {
    clock: Clock,
    plan: Option<StatsPlan>,
    since: At,
    due: Option<Instant>,
    passed: StatsFlows,
    total: StatsFlows,
    // What passed in each conversation that is open, since the last time and ever.
    conns: BTreeMap<Conn, (StatsFlows, StatsFlows)>,
    has_news: bool,
}

impl Meter {
    /// A meter that tells what `plan` says, or only what it is asked.
    #[must_use]
    pub(crate) fn new(clock: Clock, plan: Option<StatsPlan>) -> Self {
        let mut meter = Self {
            since: clock.now(),
            clock,
            plan: None,
            due: None,
            passed: StatsFlows::default(),
            total: StatsFlows::default(),
            conns: BTreeMap::new(),
            has_news: false,
        };
        meter.turn(plan);
        meter
    }

    /// From now on it tells what `plan` says; nothing by itself without one.
    pub(crate) fn turn(&mut self, plan: Option<StatsPlan>) {
        self.plan = plan;
        self.due = plan.and_then(|plan| Instant::now().checked_add(plan.period));
    }

    /// Resolves when figures are due; never where there is no plan.
    pub(crate) async fn due(&self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Counts an event.
    pub(crate) fn hear(&mut self, event: &Event) {
        let mut one = StatsFlows::default();
        // Through a relay the client's leg has what came up and what went down.
        let is_far = event.leg == Some(Leg::Target);
        match &event.what {
            What::Opened { .. } if !is_far => {
                self.conns.entry(event.conn.unwrap_or_default()).or_default();
                return;
            }
            What::Closed { .. } => {
                self.conns.remove(&event.conn.unwrap_or_default());
                return;
            }
            What::Wire { dir: Dir::In, bytes } if !is_far => one.inward.bytes = bytes.len() as u64,
            What::Wire { dir: Dir::Out, bytes } if !is_far => one.outward.bytes = bytes.len() as u64,
            What::Recv { check, .. } => {
                let flow = if is_far { &mut one.outward } else { &mut one.inward };
                flow.messages = 1;
                flow.errors = u64::from(check.is_bad());
            }
            What::Sent { .. } if event.leg.is_none() => one.outward.messages = 1,
            What::Notice(Notice::Skipped { .. }) => one.inward.errors = 1,
            What::Notice(Notice::Unsent { .. }) => one.outward.errors = 1,
            What::Failed(failed) => match failed.operation {
                Operation::Send => one.outward.errors = 1,
                Operation::Receive => one.inward.errors = 1,
                _ => return,
            },
            _ => return,
        }
        self.has_news = true;
        self.passed.add(&one);
        self.total.add(&one);
        if let Some((passed, total)) = event.conn.and_then(|conn| self.conns.get_mut(&conn)) {
            passed.add(&one);
            total.add(&one);
        }
    }

    /// What there is to tell now; the next time is a period later.
    pub(crate) fn tell(&mut self) -> Vec<Event> {
        let at = self.clock.now();
        let lasted = u64::try_from(at.since(self.since).as_nanos()).unwrap_or(u64::MAX);
        self.since = at;
        self.has_news = false;
        if let (Some(plan), Some(due)) = (self.plan, self.due) {
            // Seconds that were missed, as by a machine that slept, are not made up for.
            let next = due + plan.period;
            self.due = Some(if next > Instant::now() { next } else { Instant::now() + plan.period });
        }
        let open = self.conns.len() as u64;
        let event = |conn, passed, total| {
            let stats = Stats { lasted, open, passed, total };
            Event { at, conn, leg: None, what: What::Stats(Box::new(stats)) }
        };
        let mut events = vec![event(None, std::mem::take(&mut self.passed), self.total)];
        for (conn, (passed, total)) in &mut self.conns {
            let passed = std::mem::take(passed);
            if self.plan.is_some_and(|plan| plan.each == Each::Conversation) {
                events.push(event(Some(*conn), passed, *total));
            }
        }
        events
    }

    /// What passed since it was told last, where that is to be told by itself and there is any.
    pub(crate) fn rest(&mut self) -> Vec<Event> {
        if self.plan.is_some() && self.has_news { self.tell() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use sockeye_core::frame::Check;

    use super::*;

    fn event(conn: Conn, what: What) -> Event {
        Event { at: At::START, conn: Some(conn), leg: None, what }
    }

    fn opened(conn: Conn) -> Event {
        event(conn, What::Opened { peer: "p".into(), local: "l".into(), took: None })
    }

    fn stats(events: &[Event]) -> Vec<(Option<Conn>, Stats)> {
        let one = |event: &Event| match &event.what {
            What::Stats(stats) => (event.conn, Stats { lasted: 0, ..**stats }),
            other => panic!("{other:?}"),
        };
        events.iter().map(one).collect()
    }

    #[tokio::test]
    async fn what_passed_is_told_once_and_adds_up() {
        let plan = StatsPlan { period: Duration::from_secs(1), each: Each::Conversation };
        let mut meter = Meter::new(Clock::start(), Some(plan));
        let came = |data: &'static [u8]| What::Wire { dir: Dir::In, bytes: data.into() };
        let recv = || What::Recv {
            data: b"ab".as_slice().into(),
            check: Check::Short { size: 2 },
            from: None,
            joined: 0,
        };
        for one in [opened(1), opened(2), event(1, came(b"ab\n")), event(1, recv()), event(2, came(b"c"))] {
            meter.hear(&one);
        }
        let told = stats(&meter.tell());
        let conns: Vec<_> =
            told.iter().map(|(conn, stats)| (*conn, stats.passed.inward.bytes, stats.open)).collect();
        assert_eq!(conns, [(None, 4, 2), (Some(1), 3, 2), (Some(2), 1, 2)]);
        assert_eq!((told[0].1.passed.inward.messages, told[0].1.passed.inward.errors), (1, 1));
        meter.hear(&event(1, came(b"d")));
        meter.hear(&event(2, What::Closing));
        let told = stats(&meter.rest());
        assert_eq!((told[0].1.passed.inward.bytes, told[0].1.total.inward.bytes), (1, 5));
        assert_eq!(meter.rest(), []);
    }
}
