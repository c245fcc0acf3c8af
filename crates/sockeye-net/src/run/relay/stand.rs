//! One relay: where it stands, its faults, and whether it is open.
//! Never moves a byte.

use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Notice, Operation, What},
    plan::{RelayEnds, RelayPlan},
    stage::{EditSetting, FaultSpec},
};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{accept::Gate, context::FaultOrder, hub::Hub};

/// When the name of a target is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// When the relay is opened too: one that leads nowhere is an error then.
    AtOpen,
    /// For each conversation alone: whoever waits for the relay to open does not wait for names.
    WhenDialed,
}

/// What the relays of a run share.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) plan: Arc<RelayPlan>,
    pub(super) hub: Arc<Hub>,
    pub(super) gate: Gate,
    /// The conversations of all of them.
    pub(super) tracker: TaskTracker,
}

/// The faults of a relay, as its conversations see them change.
pub(super) type WatchedFaults = watch::Receiver<Arc<[FaultSpec]>>;

/// One relay, which may be opened and closed again.
#[derive(Debug)]
pub struct Stand {
    pub(super) plan: Arc<RelayPlan>,
    ends: RelayEnds,
    pub(super) lookup: Lookup,
    /// Where it listened first, with the real port: opened again, it is found there.
    bound: OnceLock<Address>,
    pub(super) hub: Arc<Hub>,
    pub(super) gate: Gate,
    pub(super) tracker: TaskTracker,
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
    pub(super) ears: Vec<JoinHandle<()>>,
}

impl Stand {
    pub(super) fn new(ground: Ground, ends: RelayEnds, lookup: Lookup, faults: Vec<FaultSpec>) -> Self {
        let Ground { plan, hub, gate, tracker } = ground;
        let stand = Self {
            plan,
            ends,
            lookup,
            bound: OnceLock::new(),
            hub,
            gate,
            tracker,
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

    /// Where it listens or will: as it was asked for, and once it was open with the real port.
    #[must_use]
    pub fn address(&self) -> &Address {
        self.bound.get().unwrap_or(&self.ends.address)
    }

    /// It stands.
    pub(super) fn stood(&self, standing: OpenStand) {
        if let Some(port) = standing.shown.first().and_then(|shown| Address::parse(shown).ok()?.port()) {
            self.bound.get_or_init(|| self.ends.address.clone().with_port(port));
        }
        *self.standing() = Some(standing);
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
        self.faults.send_replace(edits.into_iter().chain(faults).collect());
        // Whoever sees that there is a change sees which.
        self.changes.fetch_add(1, Ordering::Release);
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

    /// Nobody is let in any more, and conversations break off; when the run stops they come to their end in order.
    /// [`Stand::over`] waits for the first of it.
    pub fn close(&self) {
        if let Some(standing) = self.standing().as_ref() {
            standing.closed.cancel();
        }
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Closes it, and waits until nobody can come any more; then it can be opened again.
    pub async fn over(&self) {
        self.close();
        let Some(OpenStand { ears, .. }) = self.standing().take() else { return };
        for ear in ears {
            // One that panicked is over too.
            let _ = ear.await;
        }
    }
}
