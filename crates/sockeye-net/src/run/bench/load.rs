//! A load that runs: its conversations, what they measure, second by second, and the time at which it is over.
//! Never speaks to a target.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::{LoadRounds, LoadSpec},
    event::{Ending, Event, Failure, LoadMode, LoadProgress, LoadReport, LoadSystem, What},
    limit::{BENCH_REST, BENCH_ROUND, BENCH_ROUNDS},
    plan::{BenchPlan, LoadWork},
    unit::{At, Medium},
};
use sockeye_study::bench::Account;
use tokio::{
    sync::mpsc,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    connects::make,
    lives::live,
    reach::Reached,
    side::{LoadSide, dial},
};
use crate::{
    clock::until,
    context::{Action, Order, To},
    hub::{Hub, Post},
    link::Connected,
    run::common,
    run_state::{CUT, RunState},
};

/// How often it is told how things are.
const SECOND: Duration = Duration::from_secs(1);
/// Turns that a target has in a run where that is possible, and the shortest of them.
const TURNS: u32 = 10;
const SHORTEST: Duration = Duration::from_millis(100);

/// See the module.
pub(super) struct LoadRun<'a> {
    plan: Arc<BenchPlan>,
    run: &'a RunState,
    inner: Arc<RunState>,
    sides: Vec<Arc<LoadSide>>,
    accounts: Vec<Account>,
    measured: mpsc::Receiver<Vec<Event>>,
    tasks: TaskTracker,
    /// When it began, and when nothing more is or was said.
    rounds: LoadRounds,
    told: At,
}

impl<'a> LoadRun<'a> {
    /// Connects to each target once, and then begins.
    ///
    /// # Errors
    /// A target cannot be connected to.
    pub(super) async fn begin(
        plan: &BenchPlan,
        reached: Vec<Reached>,
        run: &'a RunState,
        inner: Arc<RunState>,
        measured: mpsc::Receiver<Vec<Event>>,
    ) -> Result<Self, Failure> {
        let mut first = Vec::new();
        for target in &reached {
            first.push(match target.address.medium() {
                Medium::Datagram => None,
                Medium::Stream => Some(dial(plan, target).await?),
            });
        }
        let plan = Arc::new(plan.clone());
        let rounds = rounds(&plan, run.clock.now());
        let mut load = Self {
            plan,
            run,
            inner,
            sides: Vec::new(),
            accounts: Vec::new(),
            measured,
            tasks: TaskTracker::new(),
            told: rounds.start,
            rounds,
        };
        for (target, (reached, first)) in reached.into_iter().zip(first).enumerate() {
            load.add(target, reached, first);
        }
        load.tasks.close();
        Ok(load)
    }

    fn add(&mut self, target: usize, reached: Reached, first: Option<Connected>) {
        let plan = &self.plan;
        let spec = LoadSpec {
            payloads: plan.payloads.clone(),
            is_numbered: plan.is_numbered && reached.address.medium() == Medium::Datagram,
            sought: plan.sought.clone(),
            timeout: plan.timeout,
            grace: plan.conduct.limits.grace,
            rounds: LoadRounds { turn: u32::try_from(target).unwrap_or_default(), ..self.rounds },
            target,
        };
        // Only a socket of datagrams is told of the stop by mail.
        let post = match reached.address.medium() {
            Medium::Datagram => Post::Mailboxes,
            Medium::Stream => Post::None,
        };
        let shared = common(&plan.conduct, &self.inner.clock, self.inner.detail, None);
        let mut hub = Hub::of(Arc::clone(&self.inner), shared, post);
        hub.linger = BENCH_REST;
        let side = Arc::new(LoadSide::new(Arc::clone(plan), reached, spec, Arc::new(hub)));
        self.accounts.push(if plan.rival.is_some() { Account::in_rounds() } else { Account::default() });
        self.sides.push(Arc::clone(&side));
        if let LoadWork::Connect { rate } = plan.work {
            if let Some(first) = first {
                first.stream.arm_reset();
            }
            self.tasks.spawn(make(side, rate));
            return;
        }
        let mut first = first.inspect(|first| side.count_one(first));
        for place in 0..plan.connections {
            let share = plan.ramp.as_nanos() * place as u128 / plan.connections.max(1) as u128;
            let from = Duration::from_nanos(u64::try_from(share).unwrap_or(u64::MAX));
            self.tasks.spawn(live(Arc::clone(&side), place, self.rounds.start.after(from), first.take()));
        }
    }

    /// Until it is over, or was stopped and has come to its end.
    pub(super) async fn watch(&mut self, stop: &CancellationToken) -> Ending {
        let mut seconds = self.seconds();
        let tasks = self.tasks.clone();
        let done = tasks.wait();
        tokio::pin!(done);
        let grace = self.inner.grace;
        let last = |end: At| end.after(grace).after(BENCH_REST * 2);
        let mut deadline = Some(self.run.clock.instant(last(self.rounds.end)));
        let mut ending = Ending::Closed;
        loop {
            tokio::select! {
                () = &mut done => break,
                Some(batch) = self.measured.recv() => self.take(&batch),
                _ = seconds.tick() => if !self.is_ending() {
                    self.tell();
                },
                () = stop.cancelled(), if ending == Ending::Closed => {
                    ending = Ending::Stopped;
                    let now = self.run.clock.now();
                    self.rounds.end = self.rounds.end.min(now);
                    deadline = Some(self.run.clock.instant(last(now)));
                    self.halt().await;
                }
                () = until(deadline) => {
                    if self.inner.cut.is_cancelled() {
                        break;
                    }
                    self.inner.halt();
                    self.inner.cut.cancel();
                    deadline = Some(Instant::now() + CUT);
                }
            }
        }
        while let Ok(batch) = self.measured.try_recv() {
            self.take(&batch);
        }
        if self.accounts.iter().any(Account::has_news) {
            self.tell();
        }
        ending
    }

    /// Whether nothing more is said, and only what comes back is waited for: that is told with the last second.
    fn is_ending(&self) -> bool {
        let now = self.run.clock.now();
        now >= self.rounds.end && now.since(self.rounds.end) < SECOND
    }

    fn seconds(&self) -> Interval {
        let mut seconds = interval_at(self.run.clock.instant(self.rounds.start.after(SECOND)), SECOND);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        seconds
    }

    async fn halt(&self) {
        self.inner.halt();
        for side in &self.sides {
            if side.reached.address.medium() == Medium::Datagram {
                side.hub.order(Order { to: To::All, what: Action::SayNoMore }).await;
            }
        }
    }

    fn take(&mut self, batch: &[Event]) {
        for event in batch {
            match &event.what {
                What::Measured(measured) => {
                    if let Some(account) = self.accounts.get_mut(measured.target) {
                        account.take(measured);
                    }
                }
                What::Failed(_) => {
                    // How conversations end is counted; a view that is behind does without single ones.
                    let _ = self.run.events.try_send(vec![event.clone()]);
                }
                _ => {}
            }
        }
    }

    /// Tells of the time since it was told last. A view that is behind does not hold up what is measured.
    fn tell(&mut self) {
        let now = self.run.clock.now();
        let (since, lasted) = (self.told, now.since(self.told));
        self.told = now;
        let (mode, mut batch) = (self.mode(), Vec::new());
        for (side, account) in self.sides.iter().zip(&mut self.accounts) {
            let (tally, times) = account.second();
            let progress = LoadProgress {
                mode,
                addr: side.reached.name.clone(),
                since: nanos(since.0),
                lasted: nanos(lasted),
                is_warm_up: side.spec.rounds.phase(since) == 0,
                tally,
                latency: times.figures(),
                bars: times.bars(),
                open: side.open(),
                histogram: if self.plan.keeps_histograms { times.encoded().into() } else { Box::default() },
            };
            let what = What::LoadProgress(Box::new(progress));
            batch.push(Event { at: now, conn: None, leg: None, what });
        }
        if self.run.detail.has_messages() {
            let _ = self.run.events.try_send(batch);
        }
    }

    fn mode(&self) -> LoadMode {
        match self.plan.work {
            LoadWork::Closed { .. } => LoadMode::Closed,
            LoadWork::Open { .. } => LoadMode::Open,
            LoadWork::Connect { .. } => LoadMode::Connect,
            LoadWork::Bulk { .. } => LoadMode::Bulk,
        }
    }

    /// What it came to.
    pub(super) fn report(&self) -> LoadReport {
        let measured = self.rounds.end.since(self.rounds.start.after(self.rounds.warm_up));
        let lasted = nanos(measured) / self.sides.len().max(1) as u64;
        let result = |(side, account): (&Arc<LoadSide>, &Account)| {
            account.result(side.reached.name.clone(), lasted, side.connections())
        };
        let ratios = match self.accounts.as_slice() {
            [one, other] => Some(one.ratios(other)),
            _ => None,
        };
        LoadReport {
            mode: self.mode(),
            targets: self.sides.iter().zip(&self.accounts).map(result).collect(),
            ratios,
            seed: self.plan.conduct.seed,
            system: LoadSystem {
                descriptors: Some(sockeye_sys::raise_descriptor_limit() as u64),
                ports: sockeye_sys::ephemeral_ports(),
                congestion: sockeye_sys::congestion_control(),
            },
        }
    }
}

/// When a run that begins `now` measures. Where targets take turns, both have as many, all of one length.
fn rounds(plan: &BenchPlan, now: At) -> LoadRounds {
    let alone = LoadRounds {
        start: now,
        warm_up: plan.warm_up,
        end: now.after(plan.warm_up).after(plan.duration),
        length: None,
        turn: 0,
        of: 1,
    };
    if plan.rival.is_none() {
        return alone;
    }
    let most = plan.duration / (2 * BENCH_ROUNDS);
    let length = (plan.duration / (2 * TURNS)).clamp(SHORTEST, BENCH_ROUND).max(most);
    let whole = |time: Duration| {
        let turns = time.as_nanos().div_ceil((2 * length).as_nanos());
        length.saturating_mul(u32::try_from(turns).unwrap_or(u32::MAX).saturating_mul(2))
    };
    let warm_up = whole(plan.warm_up);
    LoadRounds {
        warm_up,
        end: now.after(warm_up).after(whole(plan.duration)),
        length: Some(length),
        of: 2,
        ..alone
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
