//! How a relay is opened: bound, made sure that it does not lead into itself, and its clients let in.

use std::{net::SocketAddr, ops::ControlFlow, sync::Arc};

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Kind, Operation, What},
    plan::RelayEnds,
};
use sockeye_text::text;
use tokio_util::sync::CancellationToken;

use super::{
    flows::{self, Aim, Ear},
    stand::{Lookup, OpenStand, Stand},
    streams,
};
use crate::{accept, datagrams::show, link::Listener, resolve};

impl Stand {
    /// Binds, and lets clients in from now on; does nothing if it is open.
    ///
    /// # Errors
    /// An address cannot be resolved or bound, or the target is the relay itself; then it is closed.
    pub async fn open(self: &Arc<Self>) -> Result<(), Failure> {
        if self.is_open() {
            return Ok(());
        }
        let closed = self.hub.run.stop.child_token();
        let standing = match (&self.ends().address, &self.ends().target) {
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
        self.stood(standing);
        for addr in shown {
            let target = Some(self.ends().target.to_string());
            self.hub.run.tell(What::Listening { addr, target }).await;
        }
        Ok(())
    }

    async fn open_streams(self: &Arc<Self>, closed: CancellationToken) -> Result<OpenStand, Failure> {
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
        Ok(OpenStand { shown, closed, ears: vec![ear] })
    }

    async fn open_datagrams(self: &Arc<Self>, closed: CancellationToken) -> Result<OpenStand, Failure> {
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
        Ok(OpenStand { shown, closed, ears })
    }

    /// Every conversation of a relay whose target is itself would make another, for ever.
    async fn refuse_itself(&self, bound: &[SocketAddr]) -> Result<(), Failure> {
        let RelayEnds { address, target } = self.ends();
        let is_itself = match target {
            Address::Tcp { host: Host::Name(name), .. }
                if self.lookup == Lookup::WhenDialed && name != "localhost" =>
            {
                false
            }
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
}
