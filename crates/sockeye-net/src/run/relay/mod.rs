//! The engine of `relay`: stands between clients and a target, or several of them.
//! Never waits for either.

mod stand;
mod control;
mod conversation;
mod flows;
mod streams;
mod opening;

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sockeye_core::{
    behaviour::Verdict,
    event::{Failure, What},
    frame::Framing,
    plan::{RelayEnds, RelayPlan},
    stage::FaultSpec,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::task::TaskTracker;

use self::stand::Ground;
pub use self::stand::{Lookup, Stand};
use super::common;
use crate::{
    accept::{self, Gate},
    context::{Action, Order, Report, RunContext},
    hub::{Hub, Post},
    run_state::{CUT, RunState},
};

/// Descriptors that a relayed conversation takes.
const EACH: usize = 2;

/// The name of the relay that the plan has.
const PLANNED: &str = "relay";

/// The relays of a run, by name: what changes one while it runs, adds one or takes one away.
#[derive(Clone, Debug)]
pub struct Relays {
    ground: Ground,
    all: Arc<Mutex<BTreeMap<String, Arc<Stand>>>>,
}

impl Relays {
    fn new(plan: RelayPlan, context: RunContext) -> (Self, mpsc::Receiver<Order>) {
        let RunContext { clock, detail, events, orders, .. } = context;
        let mut shared = common(&plan.conduct, &clock, detail, None);
        // What passes goes on as it came; framing is for those who look.
        shared.framing = Framing::raw();
        let limits = &plan.conduct.limits;
        let gate = Gate::new(accept::room(limits.max_connections, EACH), limits.full);
        let hub = Arc::new(Hub::new(clock, shared, events, limits.grace, Post::None));
        let ground = Ground { plan: Arc::new(plan), hub, gate, tracker: TaskTracker::new() };
        (Self { ground, all: Arc::default() }, orders)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Stand>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What they share of the run.
    #[must_use]
    pub fn run(&self) -> &Arc<RunState> {
        &self.ground.hub.run
    }

    /// A relay that is not open yet, with these faults. One that had its name is forgotten; whoever adds this one has closed it.
    #[must_use]
    pub fn add(&self, name: &str, ends: RelayEnds, lookup: Lookup, faults: Vec<FaultSpec>) -> Arc<Stand> {
        let stand = Arc::new(Stand::new(self.ground.clone(), ends, lookup, faults));
        self.all().insert(name.to_owned(), Arc::clone(&stand));
        stand
    }

    /// The relay of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Stand>> {
        self.all().get(name).map(Arc::clone)
    }

    /// Forgets the relay of that name; whoever does closes it.
    pub fn remove(&self, name: &str) -> Option<Arc<Stand>> {
        self.all().remove(name)
    }

    /// All of them, by name.
    #[must_use]
    pub fn list(&self) -> Vec<(String, Arc<Stand>)> {
        self.all().iter().map(|(name, stand)| (name.clone(), Arc::clone(stand))).collect()
    }

    /// Opens the relay of the plan, if it has one.
    async fn open(&self) -> Result<(), Failure> {
        let plan = &self.ground.plan;
        let Some(ends) = plan.ends.clone() else { return Ok(()) };
        let stand = self.add(PLANNED, ends, Lookup::AtOpen, plan.conduct.faults.clone());
        // Whoever hears that the relay listens finds its control there.
        if let Some(control) = &plan.control {
            control::open(control, &stand).await?;
        }
        stand.open().await
    }

    /// Closes all of them, and waits for the ends of their conversations.
    async fn close(&self) {
        for (_, stand) in self.list() {
            stand.over().await;
        }
        self.ground.tracker.close();
        self.ground.tracker.wait().await;
    }

    /// Does what is ordered, to all relays; the end of orders is not the end of the run.
    async fn obey(&self, orders: &mut mpsc::Receiver<Order>) {
        while let Some(order) = orders.recv().await {
            match order.what {
                Action::Faults(order) => {
                    for (_, stand) in self.list() {
                        // What is wrong was told.
                        let _ = stand.order(order.clone()).await;
                    }
                }
                Action::Tell(notice) => self.run().tell(What::Notice(notice)).await,
                _ => {}
            }
        }
        std::future::pending::<()>().await;
    }
}

/// Runs the relay of `plan`, if there is one, and beside it `manage`, which may make more and ends by itself when the run stops;
/// then drains for at most the plan's grace.
///
/// # Errors
/// An address cannot be resolved or bound, the target is the relay itself, or `manage` failed; then nothing runs any more.
pub async fn relay<M>(
    plan: RelayPlan,
    context: RunContext,
    manage: impl FnOnce(Relays) -> M,
) -> Result<Report, Failure>
where
    M: Future<Output = Result<(), Failure>>,
{
    let (stop, lost) = (context.stop.clone(), context.lost.clone());
    let (relays, mut orders) = Relays::new(plan, context);
    let work = async {
        let Some(opened) = stop.run_until_cancelled(relays.open()).await else { return Ok(()) };
        opened?;
        let managed = async {
            manage(relays.clone()).await?;
            stop.cancelled().await;
            Ok(())
        };
        tokio::select! {
            outcome = managed => outcome,
            () = relays.obey(&mut orders) => Ok(()),
        }
    };
    tokio::pin!(work);
    let failed = tokio::select! {
        () = stop.cancelled() => None,
        outcome = &mut work => Some(outcome),
    };
    let run = relays.run();
    if lost.is_cancelled() {
        run.lose();
    }
    run.halt();
    let drained = async {
        let outcome = match failed {
            Some(outcome) => outcome,
            None => work.await,
        };
        relays.close().await;
        outcome
    };
    tokio::pin!(drained);
    let outcome = match timeout(run.grace, &mut drained).await {
        Ok(outcome) => outcome,
        Err(_) => {
            run.cut.cancel();
            timeout(CUT, drained).await.unwrap_or(Ok(()))
        }
    };
    outcome?;
    let summary = run.conclude().await;
    Ok(Report { summary, verdict: Verdict::Open, ending: None, failure: None, drained: run.drained() })
}
