//! Relayed conversations over streams: a client's connection, one to the target, and what passes between them.

use std::sync::Arc;

use sockeye_core::{
    event::{Counters, Ending, Leg, What},
    stage::FaultSpec,
    unit::{Close, Medium},
};
use tokio_util::sync::CancellationToken;

use super::{
    conversation::{Conversation, LegEnd},
    stand::Stand,
};
use crate::{
    drive::{Drive, DriveOutcome, Pair, PairOutcome},
    link::{Accepted, Connected, Dialing, StreamSocket, dial, tcp},
};

/// Holds one conversation from its client's arrival to the end of both legs. `permit` is given back then.
pub(super) async fn converse(
    stand: Arc<Stand>,
    closed: CancellationToken,
    accepted: Accepted,
    permit: impl Send,
) {
    let conversation = Conversation::begin(stand);
    let outcome = conversation.hold(accepted, closed).await;
    conversation.end(outcome).await;
    drop(permit);
}

impl Conversation {
    async fn hold(&self, accepted: Accepted, closed: CancellationToken) -> PairOutcome {
        let mut faults = self.stand.watched();
        let now = Arc::clone(&faults.borrow_and_update());
        let local = if self.stand.hub.run.detail.has_messages() { accepted.local() } else { String::new() };
        let end = LegEnd { leg: Leg::Client, peer: accepted.peer().into(), local, took: None };
        let mut client = self.drive(end, accepted.into_stream(), &now);
        if client.is_over_at_once() {
            // A fault has refused it: the target does not hear of it.
            return alone(&client.await, Leg::Client);
        }
        let within = self.stand.plan.conduct.limits.connect_timeout;
        let dialing = Dialing { family: self.stand.plan.family, source: None, within };
        let target = &self.stand.ends().target;
        let name = target.to_string();
        let target = match closed.run_until_cancelled(dial(target, dialing, &name)).await {
            Some(Ok(Connected { stream, took })) => {
                let (peer, local) = both_ends(&stream, &name);
                let end = LegEnd { leg: Leg::Target, peer, local, took: Some(took) };
                self.drive(end, stream, &now)
            }
            Some(Err(failure)) => {
                self.stand.hub.run.tell_of(self.conn, Some(Leg::Target), What::Failed(failure)).await;
                client.close(Close::Reset, Ending::Failed);
                return alone(&client.await, Leg::Target);
            }
            None => {
                client.close(Close::Graceful, Ending::Stopped);
                return alone(&client.await, Leg::Client);
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

    fn drive(&self, end: LegEnd, stream: StreamSocket, faults: &[FaultSpec]) -> Drive<StreamSocket> {
        let idle = self.stand.plan.conduct.limits.idle_timeout;
        let session = self.session(end, Medium::Stream, idle, faults);
        Drive::new(stream, session, Arc::clone(&self.stand.hub), self.conn, None)
    }
}

/// What a conversation came to whose target was never reached.
fn alone(client: &DriveOutcome, leg: Leg) -> PairOutcome {
    PairOutcome { why: client.why, leg, client: client.counters, target: Counters::default() }
}

/// The other end of a connection, and ours, in the form they are written.
fn both_ends(stream: &StreamSocket, name: &str) -> (Arc<str>, String) {
    match stream {
        StreamSocket::Tcp(stream) => (tcp::show(stream.peer_addr()).into(), tcp::show(stream.local_addr())),
        StreamSocket::Unix(_) => (name.into(), name.to_owned()),
    }
}
