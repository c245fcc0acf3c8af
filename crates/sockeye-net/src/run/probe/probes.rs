//! All targets of a run, and what is known of each.
//! Never paces them: it tries one when it is told to.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sockeye_core::{
    address::Address,
    event::{Event, Notice, ProbeTotal, Probed, What},
    limit::PROBE_AT_ONCE,
    plan::ProbePlan,
};
use sockeye_study::probe::{Asks, TargetRecord, diagnose};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

use super::{
    around::around,
    attempt::{ProbeFinding, ProbeTarget, attempt},
    manner::ProbeManner,
};
use crate::{accept, run_state::RunState};

/// Results that may wait for whoever reads them besides the screen; a slower one is told how many it missed.
const RESULTS: usize = 1024;
/// Descriptors of one attempt: a name that is looked up has one too, and so has what is found out of a failure.
const EACH: usize = 2;

/// What is known of one target.
#[derive(Debug, Default)]
struct TargetSlot {
    record: TargetRecord,
    last: Option<Arc<Probed>>,
}

#[derive(Debug)]
struct ProbesShared {
    plan: ProbePlan,
    run: Arc<RunState>,
    manner: ProbeManner,
    targets: Vec<ProbeTarget>,
    slots: Vec<Mutex<TargetSlot>>,
    results: broadcast::Sender<Arc<Probed>>,
    places: Arc<Semaphore>,
    at_once: usize,
    has_told: AtomicBool,
    over: CancellationToken,
}

/// The targets of a run: what reports them, or tries one besides, has this.
#[derive(Clone, Debug)]
pub struct Probes(Arc<ProbesShared>);

impl Probes {
    /// Targets that nobody has tried.
    pub(super) fn new(
        plan: ProbePlan,
        manner: ProbeManner,
        targets: Vec<ProbeTarget>,
        run: Arc<RunState>,
    ) -> Self {
        let at_once = accept::room(PROBE_AT_ONCE, EACH);
        Self(Arc::new(ProbesShared {
            plan,
            run,
            manner,
            slots: targets.iter().map(|_| Mutex::default()).collect(),
            targets,
            results: broadcast::channel(RESULTS).0,
            places: Arc::new(Semaphore::new(at_once)),
            at_once,
            has_told: AtomicBool::new(false),
            over: CancellationToken::new(),
        }))
    }

    /// What they share of the run.
    #[must_use]
    pub fn run(&self) -> &Arc<RunState> {
        &self.0.run
    }

    /// What was asked for.
    #[must_use]
    pub fn plan(&self) -> &ProbePlan {
        &self.0.plan
    }

    /// What is tried, in the order of the plan.
    #[must_use]
    pub fn targets(&self) -> &[ProbeTarget] {
        &self.0.targets
    }

    /// Each result from now on; whoever does not keep up is told how many are missing.
    #[must_use]
    pub fn results(&self) -> broadcast::Receiver<Arc<Probed>> {
        self.0.results.subscribe()
    }

    /// The last result of each target; none of those that were never tried.
    #[must_use]
    pub fn last(&self) -> Vec<Option<Arc<Probed>>> {
        (0..self.0.slots.len()).map(|index| self.slot(index).and_then(|slot| slot.last.clone())).collect()
    }

    /// What all attempts so far came to, for each target.
    #[must_use]
    pub fn totals(&self) -> Vec<ProbeTotal> {
        let now = self.0.run.clock.now();
        let total = |(index, target): (usize, &ProbeTarget)| {
            Some(self.slot(index)?.record.total(Arc::clone(&target.name), index, now))
        };
        self.0.targets.iter().enumerate().filter_map(total).collect()
    }

    /// Cancelled once no target is tried any more; whoever reports has the grace of the run from then on.
    #[must_use]
    pub fn over(&self) -> &CancellationToken {
        &self.0.over
    }

    /// Tries `address` once, beside the targets and in turn with them. It is not counted, and nothing is told.
    pub async fn attempt(&self, address: &Address) -> ProbeFinding {
        let place = self.place().await;
        let found = attempt(&ProbeTarget::new(address.clone()), &self.0.manner, 1).await;
        drop(place);
        found
    }

    /// The same, where somebody waits no longer than `most` for it; the plan's timeout holds too.
    pub async fn attempt_within(&self, address: &Address, most: Duration) -> ProbeFinding {
        let place = self.place().await;
        let found = attempt(&ProbeTarget::new(address.clone()), &self.0.manner.within(most), 1).await;
        drop(place);
        found
    }

    fn slot(&self, index: usize) -> Option<MutexGuard<'_, TargetSlot>> {
        self.0.slots.get(index).map(|slot| slot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for a place among the attempts that are made at once; says so once where there is none.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.0.places).try_acquire_owned() {
            return Some(permit);
        }
        if !self.0.has_told.swap(true, Ordering::Relaxed) {
            self.0.run.tell(What::Notice(Notice::InTurn { at_once: self.0.at_once })).await;
        }
        Arc::clone(&self.0.places).acquire_owned().await.ok()
    }

    /// Tries the target in this place for the `number`th time, and tells what that found.
    pub(super) async fn turn(&self, index: usize, number: u64) {
        let Some(target) = self.0.targets.get(index) else { return };
        let place = self.place().await;
        let begun = self.0.run.clock.now();
        let found = attempt(target, &self.0.manner, number).await;
        let Some(meaning) = self.slot(index).map(|mut slot| slot.record.take(&found.attempt, begun)) else {
            return;
        };
        let diagnosis = match meaning.is_news {
            Asks::Nothing => None,
            Asks::Why => {
                let known = around(target, &self.0.manner, &found, self.0.plan.look).await;
                Some(Box::new(diagnose(found.end, target.address.medium(), known)))
            }
        };
        drop(place);
        let probed = Arc::new(Probed {
            target: Arc::clone(&target.name),
            index,
            number: meaning.number,
            begun,
            attempt: found.attempt,
            since: meaning.since,
            change: meaning.change,
            diagnosis,
        });
        if let Some(mut slot) = self.slot(index) {
            slot.last = Some(Arc::clone(&probed));
        }
        if self.0.run.detail.has_messages() {
            self.0.run.tell(What::Probed(Box::new(Probed::clone(&probed)))).await;
        }
        // Whoever acts on it does so after it was told. Nobody may be there.
        let _ = self.0.results.send(probed);
    }

    /// Tells what all attempts came to.
    pub(super) async fn conclude(&self) {
        /// Events of one batch.
        const BATCH: usize = 64;
        self.0.over.cancel();
        let run = &self.0.run;
        let event = |total| Event {
            at: run.clock.now(),
            conn: None,
            leg: None,
            what: What::ProbeTotal(Box::new(total)),
        };
        for totals in self.totals().chunks(BATCH) {
            // A view that is gone has no use for it.
            let _ = run.events.send(totals.iter().cloned().map(event).collect()).await;
        }
    }
}
