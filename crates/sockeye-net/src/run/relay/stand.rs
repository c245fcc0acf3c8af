//! One relay: where it stands, its faults, and whether it is open.
//! Never moves a byte.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use sockeye_core::{
    event::{Failure, Kind, Notice, Operation, What},
    plan::{RelayEnds, RelayPlan},
    stage::{EditSetting, FaultSpec},
};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{accept::Gate, context::FaultOrder, hub::Hub};

/// The faults of a relay, as its conversations see them change.
pub(super) type WatchedFaults = watch::Receiver<Arc<[FaultSpec]>>;

/// One relay, which may be opened and closed again.
#[derive(Debug)]
pub struct Stand {
    pub(super) plan: Arc<RelayPlan>,
    ends: RelayEnds,
    pub(super) hub: Arc<Hub>,
    pub(super) gate: Gate,
    faults: watch::Sender<Arc<[FaultSpec]>>,
    /// How often something changed that conversations have to know: a load is all that a busy one pays to learn of it.
    changes: AtomicU64,
    standing: Mutex<Option<OpenStand>>,
}

/// What an open relay has.
#[derive(Debug)]
pub(super) struct OpenStand {
    pub(super) shown: Vec<String>,
    pub(super) closed: CancellationToken,
    pub(super) tracker: TaskTracker,
    pub(super) ears: Vec<JoinHandle<()>>,
}

impl Stand {
    pub(super) fn new(
        plan: Arc<RelayPlan>,
        ends: RelayEnds,
        faults: Vec<FaultSpec>,
        hub: Arc<Hub>,
        gate: Gate,
    ) -> Self {
        let stand = Self {
            plan,
            ends,
            hub,
            gate,
            faults: watch::channel([].into()).0,
            changes: AtomicU64::new(0),
            standing: Mutex::new(None),
        };
        stand.set_faults(faults);
        stand
    }

    pub(super) fn standing(&self) -> MutexGuard<'_, Option<OpenStand>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it stands, as it was asked for.
    #[must_use]
    pub fn ends(&self) -> &RelayEnds {
        &self.ends
    }

    /// Where it listens, in the form it is written; nothing while it is closed.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        self.standing().as_ref().map_or_else(Vec::new, |standing| standing.shown.clone())
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.standing().is_some()
    }

    /// Its faults.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultSpec> {
        self.faults.borrow().iter().filter(|fault| !fault.is_edits()).cloned().collect()
    }

    /// Its faults, as a conversation sees them change.
    pub(super) fn watched(&self) -> WatchedFaults {
        self.faults.subscribe()
    }

    /// How often its faults were changed or it was closed.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Other faults act from now on, in conversations that are open too. Edits come before them and stay.
    pub fn set_faults(&self, faults: Vec<FaultSpec>) {
        let edits = self.plan.edits.as_ref().map(|file| {
            let framing = self.plan.conduct.framing.clone().with_max(self.plan.conduct.limits.max_frame);
            let (edits, wall) = (Arc::clone(&file.edits), self.hub.run.clock.wall().clone());
            FaultSpec::edits(&file.name, EditSetting { edits, framing, wall })
        });
        self.changes.fetch_add(1, Ordering::Release);
        self.faults.send_replace(edits.into_iter().chain(faults).collect());
    }

    /// Does what was ordered, and tells which faults there are then.
    ///
    /// # Errors
    /// The fault is none for what passes here; that is told too.
    pub(super) async fn order(&self, order: FaultOrder) -> Result<Vec<String>, Failure> {
        match order {
            FaultOrder::Add(fault) => {
                let address = &self.ends.address;
                if let Err(error) = fault.fits(address.medium()) {
                    let failure =
                        Failure::new(Operation::Prepare, address.to_string(), Kind::Usage, error.text());
                    self.hub.run.tell(What::Failed(failure.clone())).await;
                    return Err(failure);
                }
                let faults = self.faults().into_iter().chain([fault]).collect();
                self.set_faults(faults);
            }
            FaultOrder::Clear => self.set_faults(Vec::new()),
            FaultOrder::Tell => {}
        }
        let faults: Vec<String> = self.faults().iter().map(|fault| fault.text().to_owned()).collect();
        self.hub.run.tell(What::Notice(Notice::Faults(faults.clone()))).await;
        Ok(faults)
    }

    /// Nobody is let in any more, and conversations come to their end. [`Stand::over`] waits for that.
    pub fn close(&self) {
        self.changes.fetch_add(1, Ordering::Release);
        if let Some(standing) = self.standing().as_ref() {
            standing.closed.cancel();
        }
    }

    /// Waits until all of a relay that is being closed is over; then it can be opened again.
    pub async fn over(&self) {
        self.close();
        let Some(OpenStand { tracker, ears, .. }) = self.standing().take() else { return };
        for ear in ears {
            // One that panicked is over too.
            let _ = ear.await;
        }
        tracker.close();
        tracker.wait().await;
    }
}
