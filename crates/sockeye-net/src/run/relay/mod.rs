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
    event::Failure,
    frame::Framing,
    plan::{RelayEnds, RelayPlan},
    stage::FaultSpec,
};
use tokio::{sync::mpsc, time::timeout};

pub use self::stand::Stand;
use super::common;
use crate::{
    accept::{self, Gate},
    context::{Action, Order, Report, RunContext},
    hub::{Hub, Post},
    run_state::{CUT, RunState},
};

/// Descriptors that a relayed conversation takes.
const EACH: usize = 2;

/// The relays of a run, by name: what changes one while it runs, adds one or takes one away.
#[derive(Clone, Debug)]
pub struct Relays {
    plan: Arc<RelayPlan>,
    hub: Arc<Hub>,
    gate: Gate,
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
        (Self { plan: Arc::new(plan), hub, gate, all: Arc::default() }, orders)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Stand>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What they share of the run.
    #[must_use]
    pub fn run(&self) -> &Arc<RunState> {
        &self.hub.run
    }

    /// A relay that is not open yet, with these faults. One that had its name is forgotten; whoever adds this one has closed it.
    #[must_use]
    pub fn add(&self, name: &str, ends: RelayEnds, faults: Vec<FaultSpec>) -> Arc<Stand> {
        let stand =
            Stand::new(Arc::clone(&self.plan), ends, faults, Arc::clone(&self.hub), self.gate.clone());
        let stand = Arc::new(stand);
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
        let Some(ends) = self.plan.ends.clone() else { return Ok(()) };
        let stand = self.add("relay", ends, self.plan.conduct.faults.clone());
        stand.open().await?;
        match &self.plan.control {
            Some(control) => control::open(control, &stand).await,
            None => Ok(()),
        }
    }

    /// Does what is ordered, to all relays; the end of orders is not the end of the run.
    async fn obey(&self, orders: &mut mpsc::Receiver<Order>) {
        while let Some(order) = orders.recv().await {
            if let Action::Faults(order) = order.what {
                for (_, stand) in self.list() {
                    // What is wrong was told.
                    let _ = stand.order(order.clone()).await;
                }
            }
        }
        std::future::pending::<()>().await;
    }
}

/// Runs the relay of `plan`, if there is one, and beside it `manage`, which may make more, until the context's stop; then drains
/// for at most the plan's grace.
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
    let run = async {
        relays.open().await?;
        manage(relays.clone()).await?;
        std::future::pending::<Result<(), Failure>>().await
    };
    let outcome = tokio::select! {
        () = stop.cancelled() => Ok(()),
        () = relays.obey(&mut orders) => Ok(()),
        outcome = run => outcome,
    };
    let run = relays.run();
    if lost.is_cancelled() {
        run.lose();
    }
    run.halt();
    let drained = async {
        for (_, stand) in relays.list() {
            stand.over().await;
        }
    };
    tokio::pin!(drained);
    if timeout(run.grace, &mut drained).await.is_err() {
        run.cut.cancel();
        let _ = timeout(CUT, drained).await;
    }
    outcome?;
    let summary = run.conclude().await;
    Ok(Report { summary, verdict: Verdict::Open, ending: None, failure: None, drained: run.drained() })
}
