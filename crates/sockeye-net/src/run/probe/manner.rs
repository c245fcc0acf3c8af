//! How targets are tried: what all attempts of a run have in common.
//! Never tries one.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use sockeye_core::{
    address::{Address, Host},
    behaviour::Payload,
    event::{Failure, Kind, Operation},
    frame::Framing,
    limit::{PROBE_AFTERMATH, PROBE_LOOKUPS},
    plan::{Family, ProbePlan, ProbeTalk},
    rule::{Context, Dice},
};
use sockeye_text::{Text, text};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use super::tables::ListenerTables;
use crate::{clock::Clock, resolve};

/// How targets are tried.
#[derive(Clone, Debug)]
pub struct ProbeManner {
    pub(super) family: Family,
    /// Our ends, at most one a family.
    pub(super) sources: Vec<SocketAddr>,
    /// The longest one attempt may take.
    pub(super) timeout: Duration,
    /// How long a connection that was made is watched: less where the next attempt is due soon.
    pub(super) aftermath: Duration,
    pub(super) talk: Option<Arc<ProbeTalk>>,
    pub(super) framing: Framing,
    pub(super) clock: Clock,
    pub(super) tables: ListenerTables,
    seed: u64,
    /// How many names may be looked up at once: a thread each.
    lookups: Arc<Semaphore>,
}

impl ProbeManner {
    /// That of a plan.
    ///
    /// # Errors
    /// Its source has no address.
    pub async fn new(plan: &ProbePlan, clock: Clock) -> Result<Self, Failure> {
        let sources = match &plan.source {
            None => Vec::new(),
            Some(Address::Tcp { host, port } | Address::Udp { host, port, .. }) => {
                resolve::binds(host, *port, plan.family).await?
            }
            Some(other) => {
                let (address, detail) = (other.to_string(), text!("source-is-ip"));
                return Err(Failure::new(Operation::Prepare, address, Kind::Usage, detail));
            }
        };
        Ok(Self {
            family: plan.family,
            sources,
            timeout: plan.timeout,
            aftermath: PROBE_AFTERMATH.min(plan.interval / 2),
            talk: plan.talk.clone().map(Arc::new),
            framing: plan.conduct.framing.clone().with_max(plan.conduct.limits.max_frame),
            clock,
            tables: ListenerTables::default(),
            seed: plan.conduct.seed,
            lookups: Arc::new(Semaphore::new(PROBE_LOOKUPS)),
        })
    }

    /// The same, where an attempt takes no longer than `most` either.
    pub(super) fn within(&self, most: Duration) -> Self {
        Self { timeout: self.timeout.min(most), ..self.clone() }
    }

    /// The same for a connection and nothing more.
    pub(super) fn bare(&self, timeout: Duration) -> Self {
        Self { talk: None, timeout, ..self.clone() }
    }

    /// Our end towards `target`, where it is chosen.
    pub(super) fn source(&self, target: SocketAddr) -> Option<SocketAddr> {
        self.sources.iter().find(|source| source.is_ipv4() == target.is_ipv4()).copied()
    }

    /// The addresses of a host; nothing, where that took longer than until `deadline`.
    pub(super) async fn resolve(
        &self,
        host: &Host,
        port: u16,
        deadline: Instant,
    ) -> Option<Result<Vec<SocketAddr>, Failure>> {
        if !matches!(host, Host::Name(_)) {
            return Some(resolve::targets(host, port, self.family).await);
        }
        let (host, family, lookups) = (host.clone(), self.family, Arc::clone(&self.lookups));
        let permit = timeout_at(deadline, lookups.acquire_owned()).await.ok()?.ok()?;
        // A thread that waits for a resolver cannot be called back: it keeps its permit until it has its answer.
        let lookup = tokio::spawn(async move {
            let found = resolve::targets(&host, port, family).await;
            drop(permit);
            found
        });
        timeout_at(deadline, lookup).await.ok()?.ok()
    }

    /// What is said in attempt `number`, each message framed; nothing, where nothing is.
    ///
    /// # Errors
    /// A message that cannot be framed, which a template can make.
    pub(super) fn speech(&self, number: u64, peer: &str) -> Result<Vec<Vec<u8>>, Text> {
        let Some(talk) = &self.talk else { return Ok(Vec::new()) };
        let mut dice = Dice::new(self.seed, number);
        let each = talk.payloads.len() as u64;
        let one = |(place, payload): (u64, &Payload)| {
            let mut message = Vec::new();
            let bytes = match payload {
                Payload::Bytes(bytes) => bytes.as_slice(),
                Payload::Template(template) => {
                    let context = Context {
                        message: b"",
                        peer,
                        conn: number,
                        client: 1,
                        counter: (number - 1) * each + place,
                        at: self.clock.now(),
                        wall: self.clock.wall(),
                        captures: None,
                        limit: self.framing.max_frame(),
                    };
                    template.render(&context, &mut dice, &mut message).map_err(|error| error.text())?;
                    message.as_slice()
                }
            };
            let mut frame = Vec::new();
            self.framing.encode(bytes, &mut frame).map_err(|error| error.text())?;
            Ok(frame)
        };
        (1..).zip(&talk.payloads).map(one).collect()
    }
}
