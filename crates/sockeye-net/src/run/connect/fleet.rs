//! What all clients of a run share, and what was told of how they connect.
//! Never connects.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sockeye_core::{
    behaviour::Script,
    event::{Failure, Kind, Notice, What},
    limit::CLIENTS_DIALLING,
    plan::ConnectPlan,
    unit::{At, Medium},
};
use tokio::sync::Semaphore;

use crate::hub::Hub;

/// Between two words on how connecting goes, where clients fare differently.
const QUIET: Duration = Duration::from_secs(1);
/// What all clients of a run share.
pub(super) struct Fleet {
    pub(super) plan: ConnectPlan,
    pub(super) script: Arc<Script>,
    pub(super) hub: Arc<Hub>,
    pub(super) medium: Medium,
    /// How many may be connecting now.
    pub(super) dialling: Semaphore,
    typed_end: AtomicBool,
    away: Mutex<Away>,
}

/// Whether clients can connect, as it was told last.
#[derive(Debug, Default)]
struct Away {
    kind: Option<Kind>,
    told: Option<At>,
}

impl Fleet {
    pub(super) fn new(plan: ConnectPlan, hub: Arc<Hub>, medium: Medium) -> Self {
        Self {
            script: Arc::new(plan.script.clone()),
            plan,
            hub,
            medium,
            dialling: Semaphore::new(CLIENTS_DIALLING),
            typed_end: AtomicBool::new(false),
            away: Mutex::default(),
        }
    }

    /// Whoever types has said all there is: no conversation follows the one that hears so.
    pub(super) fn no_more_is_typed(&self) {
        self.typed_end.store(true, Ordering::Release);
    }

    /// Whether whoever types has.
    pub(super) fn is_all_typed(&self) -> bool {
        self.typed_end.load(Ordering::Acquire)
    }

    fn away(&self) -> MutexGuard<'_, Away> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client has connected.
    pub(super) fn can_connect(&self) {
        self.away().kind = None;
    }

    /// Tells that connecting fails, once until it fails otherwise or succeeds.
    pub(super) async fn cannot_connect(&self, failure: Failure) {
        let now = self.hub.run.clock.now();
        {
            let mut away = self.away();
            let is_news = away.kind.replace(failure.kind) != Some(failure.kind);
            let is_one = self.plan.device.clients <= 1;
            if !is_news || !(is_one || away.told.is_none_or(|told| now.since(told) >= QUIET)) {
                return;
            }
            away.told = Some(now);
        }
        self.hub.run.tell(What::Notice(Notice::Reconnecting { failure })).await;
    }
}
