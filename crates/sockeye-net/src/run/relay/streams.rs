//! Relayed conversations over streams: a client's connection, one to the target, and what passes between them.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    address::Address,
    event::{Conn, Counters, Ending, Leg, What},
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Close, Medium},
};
use tokio_util::sync::CancellationToken;

use super::stand::Stand;
use crate::{
    drive::{Drive, DriveOutcome, Pair, PairOutcome},
    link::{Accepted, Connected, Dialing, StreamSocket, dial, tcp},
};

/// Whether an address carries a stream or datagrams.
pub(super) fn medium(address: &Address) -> Medium {
    match address {
        Address::Udp { .. } => Medium::Datagram,
        _ => Medium::Stream,
    }
}

/// Holds one conversation from its client's arrival to the end of both legs. `permit` is given back then.
pub(super) async fn converse(
    stand: Arc<Stand>,
    closed: CancellationToken,
    accepted: Accepted,
    permit: impl Send,
) {
    let conversation = Conversation::begin(stand, &accepted);
    let outcome = conversation.hold(accepted, closed).await;
    conversation.end(outcome).await;
    drop(permit);
}

struct Conversation {
    stand: Arc<Stand>,
    conn: Conn,
    opened: At,
    client: Arc<str>,
    local: String,
}

impl Conversation {
    fn begin(stand: Arc<Stand>, accepted: &Accepted) -> Self {
        let run = &stand.hub.run;
        let local = if run.detail.has_messages() { accepted.local() } else { String::new() };
        let (conn, opened) = (run.number(), run.clock.now());
        Self { conn, opened, client: accepted.peer().into(), local, stand }
    }

    async fn hold(&self, accepted: Accepted, closed: CancellationToken) -> PairOutcome {
        let mut faults = self.stand.watched();
        let now = Arc::clone(&faults.borrow_and_update());
        let (client, peer) = (accepted.into_stream(), Arc::clone(&self.client));
        let mut client = self.leg(Leg::Client, client, peer, &self.local, None, &now);
        if client.is_over_at_once() {
            // A fault has refused it: the target does not hear of it.
            return alone(client.await, Leg::Client);
        }
        let within = self.stand.plan.conduct.limits.connect_timeout;
        let dialing = Dialing { family: self.stand.plan.family, source: None, within };
        let name = self.stand.ends.target.to_string();
        let dialled = closed.run_until_cancelled(dial(&self.stand.ends.target, dialing, &name)).await;
        let target = match dialled {
            Some(Ok(Connected { stream, took })) => {
                let (peer, local) = stream_ends(&stream, &name);
                self.leg(Leg::Target, stream, peer, &local, Some(took), &now)
            }
            Some(Err(failure)) => {
                self.stand.hub.run.tell_of(self.conn, Some(Leg::Target), What::Failed(failure)).await;
                client.close(Close::Reset, Ending::Failed);
                return alone(client.await, Leg::Target);
            }
            None => {
                client.close(Close::Graceful, Ending::Stopped);
                return alone(client.await, Leg::Client);
            }
        };
        let mut pair = Pair::new(client, target);
        let mut is_closed = false;
        loop {
            tokio::select! {
                biased;
                outcome = &mut pair => return outcome,
                () = closed.cancelled(), if !is_closed => {
                    is_closed = true;
                    // What faults hold back would hold up the end.
                    pair.change_faults(&[]);
                    pair.close(Close::Graceful, Ending::Stopped);
                }
                Ok(()) = faults.changed(), if !is_closed => {
                    let now = Arc::clone(&faults.borrow_and_update());
                    pair.change_faults(&now);
                }
            }
        }
    }

    fn leg(
        &self,
        leg: Leg,
        stream: StreamSocket,
        peer: Arc<str>,
        local: &str,
        took: Option<Duration>,
        faults: &[FaultSpec],
    ) -> Drive<StreamSocket> {
        let hub = &self.stand.hub;
        let conduct = &self.stand.plan.conduct;
        let config = SessionConfig {
            common: &hub.common,
            conn: self.conn,
            peer,
            local,
            took,
            medium: Medium::Stream,
            side: match leg {
                Leg::Client => Side::Server,
                Leg::Target => Side::Client,
            },
            faults,
            idle: conduct.limits.idle_timeout,
        };
        let session = Session::open_leg(config, leg, &conduct.framing, hub.run.clock.now());
        Drive::new(stream, session, Arc::clone(hub), self.conn, None)
    }

    /// It is over, told and counted.
    async fn end(&self, outcome: PairOutcome) {
        let run = &self.stand.hub.run;
        let PairOutcome { why, leg, client, target } = outcome;
        run.add(&client, why);
        run.count(|summary| summary.totals.add(&target));
        let lasted = u64::try_from(run.clock.now().since(self.opened).as_nanos()).unwrap_or(u64::MAX);
        let closed = What::Closed { why, counters: client, target: Some(Box::new(target)), lasted };
        run.tell_of(self.conn, Some(leg), closed).await;
    }
}

/// What a conversation came to whose target was never reached.
fn alone(client: DriveOutcome, leg: Leg) -> PairOutcome {
    PairOutcome { why: client.why, leg, client: client.counters, target: Counters::default() }
}

/// The other end of a connection, and ours, in the form they are written.
fn stream_ends(stream: &StreamSocket, name: &str) -> (Arc<str>, String) {
    match stream {
        StreamSocket::Tcp(stream) => (tcp::show(stream.peer_addr()).into(), tcp::show(stream.local_addr())),
        StreamSocket::Unix(_) => (name.into(), name.to_owned()),
    }
}
