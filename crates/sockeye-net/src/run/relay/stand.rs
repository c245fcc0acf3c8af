//! One relay: where it stands, its faults, and whether it is open.
//! Never moves a byte.

use std::{
    net::SocketAddr,
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Kind, Notice, Operation, What},
    plan::{Ends, RelayPlan},
    stage::FaultSpec,
};
use sockeye_text::text;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    flows::{self, Aim, Ear},
    streams,
};
use crate::{
    accept::{self, Gate},
    context::FaultOrder,
    datagrams::show,
    hub::Hub,
    link::Listener,
    resolve,
};

/// When the name of a target is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// When the relay is opened too: one that leads nowhere is an error then.
    AtOpen,
    /// For each conversation alone: whoever waits for the relay to open does not wait for names.
    WhenDialed,
}

/// The faults of a relay, as its conversations see them change.
pub(super) type Faults = watch::Receiver<Arc<[FaultSpec]>>;

/// One relay, which may be opened and closed again.
#[derive(Debug)]
pub struct Stand {
    pub(super) plan: Arc<RelayPlan>,
    ends: Ends,
    lookup: Lookup,
    /// Where it listened first, with the real port: opened again, it is found there.
    bound: OnceLock<Address>,
    pub(super) hub: Arc<Hub>,
    pub(super) gate: Gate,
    tracker: TaskTracker,
    faults: watch::Sender<Arc<[FaultSpec]>>,
    standing: Mutex<Option<Standing>>,
}

/// What an open relay has.
#[derive(Debug)]
struct Standing {
    shown: Vec<String>,
    closed: CancellationToken,
    ears: Vec<JoinHandle<()>>,
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

impl Stand {
    pub(super) fn new(ground: Ground, ends: Ends, lookup: Lookup, faults: Vec<FaultSpec>) -> Self {
        let Ground { plan, hub, gate, tracker } = ground;
        let (faults, _) = watch::channel(faults.into());
        Self {
            plan,
            ends,
            lookup,
            bound: OnceLock::new(),
            hub,
            gate,
            tracker,
            faults,
            standing: Mutex::new(None),
        }
    }

    fn standing(&self) -> MutexGuard<'_, Option<Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it stands, as it was asked for.
    #[must_use]
    pub fn ends(&self) -> &Ends {
        &self.ends
    }

    /// Where it listens or will: as it was asked for, and once it was open with the real port.
    #[must_use]
    pub fn address(&self) -> &Address {
        self.bound.get().unwrap_or(&self.ends.address)
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
    pub fn faults(&self) -> Arc<[FaultSpec]> {
        Arc::clone(&self.faults.borrow())
    }

    /// Its faults, as a conversation sees them change.
    pub(super) fn watched(&self) -> Faults {
        self.faults.subscribe()
    }

    /// Other faults act from now on, in conversations that are open too.
    pub fn set_faults(&self, faults: Vec<FaultSpec>) {
        self.faults.send_replace(faults.into());
    }

    /// Does what was ordered, and tells which faults there are then.
    ///
    /// # Errors
    /// The fault is none for what passes here; that is told too.
    pub(super) async fn order(&self, order: FaultOrder) -> Result<Vec<String>, Failure> {
        match order {
            FaultOrder::Add(fault) => {
                let faults = self.faults().iter().cloned().chain([fault]).collect();
                self.set_faults(faults);
            }
            FaultOrder::Clear => self.set_faults(Vec::new()),
            FaultOrder::Tell => {}
        }
        let faults: Vec<String> = self.faults().iter().map(|fault| fault.text().to_owned()).collect();
        self.hub.run.tell(What::Notice(Notice::Faults(faults.clone()))).await;
        Ok(faults)
    }

    /// Binds, and lets clients in from now on; does nothing if it is open.
    ///
    /// # Errors
    /// An address cannot be resolved or bound, or the target is the relay itself; then it is closed.
    pub async fn open(self: &Arc<Self>) -> Result<(), Failure> {
        if self.is_open() {
            return Ok(());
        }
        let closed = self.hub.run.stop.child_token();
        let standing = match (&self.ends.address, &self.ends.target) {
            (Address::Tcp { .. } | Address::Unix(_), Address::Tcp { .. } | Address::Unix(_)) => {
                self.open_streams(closed).await?
            }
            (Address::Udp { .. }, Address::Udp { .. }) => self.open_datagrams(closed).await?,
            (address, target) => {
                let detail = text!("relay-kinds", target = target.to_string());
                return Err(Failure::new(Operation::Listen, address.to_string(), Kind::Usage, detail)
                    .hint(text!("relay-kinds-hint")));
            }
        };
        let shown = standing.shown.clone();
        if let Some(port) = shown.first().and_then(|shown| Address::parse(shown).ok()?.port()) {
            self.bound.get_or_init(|| self.ends.address.clone().with_port(port));
        }
        *self.standing() = Some(standing);
        for addr in shown {
            self.hub.run.tell(What::Listening { addr }).await;
        }
        Ok(())
    }

    async fn open_streams(self: &Arc<Self>, closed: CancellationToken) -> Result<Standing, Failure> {
        let listener = Listener::bind(self.address(), self.plan.family).await?;
        self.refuse_itself(&listener.addresses()).await?;
        let shown = listener.shown();
        let access = Arc::new(self.plan.access.clone());
        let (stand, its, over) = (Arc::clone(self), self.tracker.clone(), closed.clone());
        let run = Arc::clone(&self.hub.run);
        let gate = self.gate.clone();
        let ear = tokio::spawn(async move {
            let accept = accept::accept(listener, gate, access, run, |accepted, permit| {
                its.spawn(streams::converse(Arc::clone(&stand), over.clone(), accepted, permit));
                ControlFlow::Continue(())
            });
            over.run_until_cancelled(accept).await;
        });
        Ok(Standing { shown, closed, ears: vec![ear] })
    }

    async fn open_datagrams(self: &Arc<Self>, closed: CancellationToken) -> Result<Standing, Failure> {
        let sockets = flows::bind(self.address(), self.plan.family).await?;
        let addresses: Vec<SocketAddr> =
            sockets.iter().filter_map(|socket| socket.local_addr().ok()).collect();
        self.refuse_itself(&addresses).await?;
        let aim = Aim::at(self).await?;
        let shown = addresses.iter().map(|address| show(*address)).collect();
        let mut ears = Vec::new();
        for (socket, local) in sockets.into_iter().zip(addresses) {
            let ear = Ear::new(socket, local, aim, Arc::clone(self), closed.clone(), self.tracker.clone());
            ears.push(tokio::spawn(ear.run()));
        }
        Ok(Standing { shown, closed, ears })
    }

    /// Every conversation of a relay whose target is itself would make another, for ever.
    async fn refuse_itself(&self, bound: &[SocketAddr]) -> Result<(), Failure> {
        let Ends { address, target } = &self.ends;
        let is_itself = match target {
            Address::Tcp { host: Host::Name(_), .. } if self.lookup == Lookup::WhenDialed => false,
            Address::Tcp { host, port } | Address::Udp { host, port, .. } => {
                let within = self.plan.conduct.limits.connect_timeout;
                let name = target.to_string();
                let targets = resolve::targets_within(within, host, *port, self.plan.family, &name).await?;
                targets.iter().any(|to| bound.iter().any(|at| resolve::reaches(*to, *at)))
            }
            Address::Unix(_) => address == target,
            Address::Stdio => false,
        };
        if is_itself {
            let detail = text!("relay-itself", target = target.to_string());
            return Err(Failure::new(Operation::Listen, address.to_string(), Kind::Usage, detail)
                .hint(text!("relay-itself-hint")));
        }
        Ok(())
    }

    /// Nobody is let in any more once this returns, and conversations break off, which is not waited for; when the run stops
    /// they come to their end in order.
    pub async fn close(&self) {
        let Some(Standing { ears, closed, .. }) = self.standing().take() else { return };
        closed.cancel();
        for ear in ears {
            // One that panicked is over too.
            let _ = ear.await;
        }
    }
}
