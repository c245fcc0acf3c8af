//! The way from a plan to a peer: a stream that is connected, or a socket of datagrams with its one peer.
//! Never says anything.

use std::net::SocketAddr;

use sockeye_core::{
    address::Address,
    behaviour::{Device, ScriptInput},
    event::{Failure, Kind, Notice, Operation, What},
    stage::Side,
};
use sockeye_text::text;

use super::fleet::Fleet;
use crate::{
    datagrams::{Datagrams, Manner, Patience, Policy},
    link::{Connected, Dialing, dial, udp},
    resolve,
    trouble::failure,
};

/// A peer that can be spoken with.
pub(super) enum ReachedPeer {
    Stream(Connected),
    Datagrams(Box<Datagrams>),
}

impl Fleet {
    /// Reaches the target for the client of this number, as often as the plan says.
    pub(super) async fn reach(&self, client: u64) -> Result<ReachedPeer, Failure> {
        match &self.plan.target {
            Address::Udp { .. } => {
                self.datagrams(client).await.map(|found| ReachedPeer::Datagrams(Box::new(found)))
            }
            Address::Stdio => {
                Err(Failure::new(Operation::Connect, "-", Kind::Usage, text!("stdin-is-no-server"))
                    .hint(text!("stdin-is-no-server-hint")))
            }
            target @ (Address::Tcp { .. } | Address::Unix(_)) => {
                self.persist(|| self.dial(target)).await.map(ReachedPeer::Stream)
            }
        }
    }

    /// Tries as often as the plan says.
    async fn persist<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        dial: impl Fn() -> F,
    ) -> Result<T, Failure> {
        for attempt in 1.. {
            match dial().await {
                Err(failure) if attempt <= self.plan.retries && can_pass(failure.kind) => {
                    self.hub.run.tell(What::Notice(Notice::Retry { attempt, failure })).await;
                    tokio::time::sleep(self.plan.retry_delay).await;
                }
                settled => return settled,
            }
        }
        std::future::pending().await
    }

    async fn dial(&self, target: &Address) -> Result<Connected, Failure> {
        let dialing = Dialing {
            family: self.plan.family,
            source: self.source().await?,
            within: self.plan.conduct.limits.connect_timeout,
        };
        dial(target, dialing, &target.to_string()).await
    }

    async fn source(&self) -> Result<Option<SocketAddr>, Failure> {
        let Some(address) = &self.plan.source else { return Ok(None) };
        let (Address::Tcp { host, port } | Address::Udp { host, port, .. }) = address else {
            return Err(Failure::new(
                Operation::Prepare,
                address.to_string(),
                Kind::Usage,
                text!("source-is-ip"),
            ));
        };
        let found = resolve::binds(host, *port, self.plan.family).await?;
        Ok(found.first().copied())
    }

    async fn datagrams(&self, client: u64) -> Result<Datagrams, Failure> {
        let name = self.plan.target.to_string();
        let Address::Udp { host, port, options } = &self.plan.target else {
            return Err(Failure::new(Operation::Connect, name, Kind::Other, text!("not-udp")));
        };
        let within = self.plan.conduct.limits.connect_timeout;
        let targets = resolve::targets_within(within, host, *port, self.plan.family, &name).await?;
        let Some(peer) = targets.first().copied() else {
            return Err(Failure::new(Operation::Resolve, name, Kind::NameNotResolved, text!("no-address")));
        };
        let source = self.source().await?;
        let reach = udp::Reach::new(options)?;
        let socket = udp::dial(peer, source, reach, &name)?;
        if socket.local_addr().is_ok_and(|local| local == peer) {
            return Err(Failure::new(Operation::Connect, name, Kind::SelfConnect, text!("own-peer"))
                .hint(text!("own-peer-hint")));
        }
        let ear = if reach.joins(peer.ip()) {
            let ear = udp::bind(peer, reach).map_err(|e| failure(Operation::Listen, &name, &e))?;
            Some(ear)
        } else {
            None
        };
        let patience = match self.plan.script.keyboard {
            ScriptInput::Person => Patience::Person,
            ScriptInput::None | ScriptInput::Piped => Patience::None,
        };
        let policy = if peer.ip().is_multicast() || options.broadcast {
            Policy::Group { group: peer }
        } else {
            Policy::Client { peer, patience }
        };
        let (script, reply) = (self.script.clone(), self.plan.device.reply.clone());
        let manner = Manner {
            side: Side::Client,
            faults: self.plan.conduct.faults.clone(),
            idle: self.plan.conduct.limits.idle_timeout,
            behave: Box::new(move || Box::new(Device::new(client, script.clone(), reply.as_ref()))),
        };
        Datagrams::new(socket, ear, self.hub.clone(), policy, manner)
            .map_err(|e| failure(Operation::Connect, &name, &e))
    }
}

/// Failures that another try may not meet.
pub(super) fn can_pass(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Refused
            | Kind::Unreachable
            | Kind::Timeout
            | Kind::Reset
            | Kind::NameNotResolved
            | Kind::SelfConnect
    )
}
