//! One attempt at a target: its name looked up, its addresses tried until one of them is up.
//! Never takes longer than its timeout, and never counts or tells anything.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use sockeye_core::{
    address::{Address, Host},
    event::{Attempt, Failure, IcmpReport, Kind, Operation, ProbeState},
    rule::quantity::brief_duration,
    unit::Medium,
};
use sockeye_study::probe::{ProbeEnd, ProbeMishap, ProbeStep, Resolver, state, telling};
use sockeye_text::{Text, text};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    datagram::knock_udp,
    knock::Knock,
    manner::ProbeManner,
    streams::{knock_tcp, knock_unix},
};

/// How long one address has a head start before the next is tried too (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// What is tried.
#[derive(Clone, Debug)]
pub struct ProbeTarget {
    /// As it can be written.
    pub name: Arc<str>,
    /// Where it is.
    pub address: Address,
}

impl ProbeTarget {
    /// All addresses of `address`.
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self { name: address.to_string().into(), address }
    }
}

/// What an attempt found, and how it ended, for whoever wants to know why.
#[derive(Clone, Debug)]
pub struct ProbeFinding {
    /// What it found.
    pub attempt: Attempt,
    /// How it ended.
    pub end: ProbeEnd,
    /// Who said no on the way.
    pub icmp: Option<IcmpReport>,
    /// What the system or the resolver said.
    pub detail: Option<Text>,
    /// The first bytes of what came.
    pub got: Box<[u8]>,
}

/// Tries a target once; `number` says how often that was done before, from 1, for placeholders that count.
pub async fn attempt(target: &ProbeTarget, manner: &ProbeManner, number: u64) -> ProbeFinding {
    let begun = Instant::now();
    let deadline = begun + manner.timeout;
    let (looked_up, addresses) = match &target.address {
        Address::Unix(name) => {
            let knock = timeout_at(deadline, knock_unix(name, manner, number, deadline)).await;
            let knock =
                knock.unwrap_or_else(|_| Knock::ended(ProbeEnd::TimedOut(ProbeStep::Handshake), None));
            return finding(knock, Medium::Stream, begun, None);
        }
        Address::Stdio => return finding(unresolved(None), Medium::Stream, begun, None),
        Address::Tcp { host, port } | Address::Udp { host, port, .. } => {
            let found = manner.resolve(host, *port, deadline).await;
            let is_name = matches!(host, Host::Name(_));
            (is_name.then(|| begun.elapsed()), found.unwrap_or_else(|| Err(silence(host, manner))))
        }
    };
    let medium = target.address.medium();
    match addresses {
        Err(failed) => finding(unresolved(Some(failed)), medium, begun, looked_up),
        Ok(addresses) => {
            let doors = Doors { target, manner, number, deadline };
            finding(doors.try_all(&addresses).await, medium, begun, looked_up)
        }
    }
}

fn finding(knock: Knock, medium: Medium, begun: Instant, lookup: Option<Duration>) -> ProbeFinding {
    let Knock { end, address, connect, answer, decided, then, icmp, detail, got } = knock;
    let attempt = Attempt {
        state: state(end, icmp.map(|icmp| icmp.kind), medium),
        address,
        lookup,
        connect,
        answer,
        took: decided.saturating_duration_since(begun),
        then,
    };
    ProbeFinding { attempt, end, icmp, detail, got }
}

/// A name that did not become an address.
fn unresolved(failed: Option<Failure>) -> Knock {
    let answer = match &failed {
        Some(failed) if failed.kind == Kind::Timeout => Resolver::Fails,
        Some(failed) if failed.detail == text!("name-not-now") => Resolver::Fails,
        Some(failed) if failed.detail == text!("name-failure") => Resolver::Fails,
        _ => Resolver::Denies,
    };
    let knock = Knock::ended(ProbeEnd::Unresolved { answer }, None);
    Knock { detail: failed.map(|failed| failed.detail), ..knock }
}

fn silence(host: &Host, manner: &ProbeManner) -> Failure {
    let detail = text!("resolve-timeout", time = brief_duration(manner.timeout));
    Failure::new(Operation::Resolve, host.to_string(), Kind::Timeout, detail)
}

/// The addresses of a target in one attempt.
#[derive(Clone, Copy)]
struct Doors<'a> {
    target: &'a ProbeTarget,
    manner: &'a ProbeManner,
    number: u64,
    deadline: Instant,
}

impl Doors<'_> {
    async fn knock(self, at: SocketAddr) -> Knock {
        match &self.target.address {
            Address::Udp { options, .. } => {
                knock_udp(at, options, self.manner, self.number, self.deadline).await
            }
            _ => knock_tcp(at, self.manner, self.number, self.deadline).await,
        }
    }

    /// The first that is up; the one that tells most, where none is.
    async fn try_all(self, addresses: &[SocketAddr]) -> Knock {
        let sources = &self.manner.sources;
        let fits = |at: &&SocketAddr| sources.is_empty() || self.manner.source(**at).is_some();
        let mut rest = addresses.iter().filter(fits).copied();
        let Some(first) = rest.next() else {
            let end = ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::NoSource);
            return Knock { detail: Some(text!("source-family")), ..Knock::ended(end, None) };
        };
        let Some(second) = rest.next() else { return self.knock(first).await };
        self.race(first, std::iter::once(second).chain(rest)).await
    }

    async fn race(self, first: SocketAddr, mut rest: impl Iterator<Item = SocketAddr>) -> Knock {
        let medium = self.target.address.medium();
        let rank = |knock: &Knock| telling(state(knock.end, knock.icmp.map(|icmp| icmp.kind), medium));
        let mut knocking = FuturesUnordered::new();
        knocking.push(self.knock(first));
        let mut next = Some(Instant::now() + STAGGER);
        let mut told: Option<Knock> = None;
        loop {
            tokio::select! {
                Some(knock) = knocking.next() => {
                    if knock.end == ProbeEnd::Met {
                        return knock;
                    }
                    if told.as_ref().is_none_or(|told| rank(&knock) < rank(told)) {
                        told = Some(knock);
                    }
                    match (rest.next(), told.take()) {
                        (Some(at), kept) => {
                            told = kept;
                            knocking.push(self.knock(at));
                            next = Some(Instant::now() + STAGGER);
                        }
                        (None, Some(kept)) if knocking.is_empty() => return kept,
                        (None, kept) => told = kept,
                    }
                }
                () = sleep_until(next.unwrap_or(self.deadline)), if next.is_some() => {
                    next = rest.next().map(|at| {
                        knocking.push(self.knock(at));
                        Instant::now() + STAGGER
                    });
                }
            }
        }
    }
}

/// One door besides the target's.
pub(super) async fn look_at(at: SocketAddr, manner: &ProbeManner) -> ProbeState {
    attempt(&ProbeTarget::new(Address::tcp(at)), manner, 1).await.attempt.state
}
