//! Relayed conversations over streams: a client's connection, one to the target, and what passes between them.

use std::{pin::pin, sync::Arc};

use sockeye_core::{
    event::{Counters, Ending, Leg, What},
    stage::FaultSpec,
    unit::{Close, Medium},
};
use sockeye_text::text;
use tokio_util::sync::CancellationToken;

use super::{
    conversation::{Crossing, LegEnd},
    stand::{Stand, WatchedFaults},
};
use crate::{
    drive::{Drive, DriveOutcome, Pair, PairOutcome, Rest, Through},
    link::{Accepted, Connected, Dialing, StreamSocket, dial, tcp},
};

/// Holds one conversation from its client's arrival to the end of both legs. `permit` is given back then.
pub(super) async fn converse(
    stand: Arc<Stand>,
    closed: CancellationToken,
    accepted: Accepted,
    permit: impl Send,
) {
    let conversation = Crossing::begin(stand);
    let outcome = conversation.hold(accepted, closed).await;
    conversation.end(outcome).await;
    drop(permit);
}

impl Crossing {
    async fn hold(&self, accepted: Accepted, closed: CancellationToken) -> PairOutcome {
        let mut faults = self.stand.watched();
        let now = Arc::clone(&faults.borrow_and_update());
        let peer: Arc<str> = accepted.peer().into();
        if self.is_plain(&now) {
            return self.hold_plain(accepted.into_stream(), peer, closed, faults).await;
        }
        let local = if self.stand.hub.run.detail.has_messages() { accepted.local() } else { String::new() };
        let end = LegEnd { leg: Leg::Client, peer, local, took: None };
        let mut client = self.drive(end, accepted.into_stream(), &now);
        if client.is_over_at_once() {
            // A fault has refused it: the target does not hear of it.
            return alone(client.await, Leg::Client);
        }
        if let Some((close, faults)) = self.is_refused(&now).await {
            client.close(close, Ending::Reset);
            return PairOutcome { faults, ..alone(client.await, Leg::Client) };
        }
        let target = match self.reach(&closed).await {
            Reached::Target(stream, end) => self.drive(end, stream, &now),
            Reached::Nobody => {
                client.close(Close::Reset, Ending::Failed);
                return alone(client.await, Leg::Target);
            }
            Reached::TooLate => {
                client.close(Close::Graceful, Ending::Stopped);
                return alone(client.await, Leg::Client);
            }
        };
        self.look_after(Pair::new(client, target), closed, faults).await
    }

    /// Whether nobody looks and nothing is done to what passes.
    fn is_plain(&self, faults: &[FaultSpec]) -> bool {
        let run = &self.stand.hub.run;
        let is_timed = self.stand.plan.conduct.limits.idle_timeout.is_some();
        !run.detail.has_messages() && !is_timed && !self.is_damaged(faults)
    }

    /// Holds a conversation that nobody looks at, for as long as that is so.
    async fn hold_plain(
        &self,
        client: StreamSocket,
        peer: Arc<str>,
        closed: CancellationToken,
        mut faults: WatchedFaults,
    ) -> PairOutcome {
        let (target, end) = match self.reach(&closed).await {
            Reached::Target(stream, end) => (stream, end),
            reached => {
                let (why, leg) = match reached {
                    Reached::TooLate => (Ending::Stopped, Leg::Client),
                    _ => (Ending::Failed, Leg::Target),
                };
                client.arm_reset();
                let (client, target) = (Counters::default(), Counters::default());
                return PairOutcome { why, leg, client, target, faults: Vec::new() };
            }
        };
        let mut through = Through::new(client, target);
        let is_changed = || self.stand.changes() + u64::from(self.stand.hub.run.is_halted());
        loop {
            // What can end the fast way is looked at only where nothing moved, or where it has happened.
            let known = is_changed();
            {
                let interrupted = pin!(async {
                    tokio::select! {
                        biased;
                        () = closed.cancelled() => {}
                        changed = faults.changed() => drop(changed),
                    }
                });
                if let Some(outcome) = through.until(|| is_changed() != known, interrupted).await {
                    return outcome;
                }
            }
            if closed.is_cancelled() || self.is_damaged(&faults.borrow_and_update()) {
                break;
            }
        }
        let rest = through.into_rest();
        let now = Arc::clone(&faults.borrow_and_update());
        let (up, down) = ((rest.up.came, rest.up.went), (rest.down.came, rest.down.went));
        let client = LegEnd { leg: Leg::Client, peer, local: String::new(), took: None };
        let mut outcome = self.look_after(self.go_on(rest, [client, end], &now), closed, faults).await;
        outcome.client.bytes_in += up.0;
        outcome.target.bytes_out += up.1;
        outcome.target.bytes_in += down.0;
        outcome.client.bytes_out += down.1;
        outcome
    }

    /// The same conversation with a session for each leg.
    fn go_on(&self, rest: Rest, ends: [LegEnd; 2], faults: &[FaultSpec]) -> Pair<StreamSocket> {
        let Rest { client, target, up, down } = rest;
        let [client_end, target_end] = ends;
        let pair = Pair::new(self.drive(client_end, client, faults), self.drive(target_end, target, faults));
        pair.with_rest(&up, &down)
    }

    /// Connects to the target; a failure is told.
    async fn reach(&self, closed: &CancellationToken) -> Reached {
        let stand = &self.stand;
        let within = stand.plan.conduct.limits.connect_timeout;
        let dialing = Dialing { family: stand.plan.family, source: None, within };
        let target = &stand.ends().target;
        let name = target.to_string();
        match closed.run_until_cancelled(dial(target, dialing, &name)).await {
            Some(Ok(Connected { stream, took })) => {
                let (peer, local) = both_ends(&stream, &name);
                Reached::Target(stream, LegEnd { leg: Leg::Target, peer, local, took: Some(took) })
            }
            Some(Err(mut failure)) => {
                failure.hint.get_or_insert_with(|| text!("relay-target-hint"));
                stand.hub.run.tell_of(self.conn, Some(Leg::Target), What::Failed(failure)).await;
                Reached::Nobody
            }
            None => Reached::TooLate,
        }
    }

    /// Drives both legs to their end, through changes of faults.
    async fn look_after(
        &self,
        mut pair: Pair<StreamSocket>,
        closed: CancellationToken,
        mut faults: WatchedFaults,
    ) -> PairOutcome {
        let mut is_closed = false;
        loop {
            tokio::select! {
                biased;
                () = closed.cancelled(), if !is_closed => {
                    is_closed = true;
                    if self.stand.hub.run.is_halted() {
                        // What faults hold back would hold up the end.
                        pair.change_faults(&[]);
                        pair.close(Close::Graceful, Ending::Stopped);
                    } else {
                        pair.break_off(Ending::Stopped);
                    }
                }
                Ok(()) = faults.changed(), if !is_closed => {
                    let now = Arc::clone(&faults.borrow_and_update());
                    pair.change_faults(&now);
                }
                outcome = &mut pair => return outcome,
            }
        }
    }

    fn drive(&self, end: LegEnd, stream: StreamSocket, faults: &[FaultSpec]) -> Drive<StreamSocket> {
        let idle = self.stand.plan.conduct.limits.idle_timeout;
        let session = self.session(end, Medium::Stream, idle, faults);
        Drive::new(stream, session, Arc::clone(&self.stand.hub), self.conn, None)
    }
}

/// What came of connecting to the target.
enum Reached {
    Target(StreamSocket, LegEnd),
    Nobody,
    /// The relay was closed before.
    TooLate,
}

/// What a conversation came to whose target was never reached.
fn alone(client: DriveOutcome, leg: Leg) -> PairOutcome {
    let DriveOutcome { why, counters, faults, .. } = client;
    PairOutcome { why, leg, client: counters, target: Counters::default(), faults }
}

/// The other end of a connection, and ours, in the form they are written.
fn both_ends(stream: &StreamSocket, name: &str) -> (Arc<str>, String) {
    match stream {
        StreamSocket::Tcp(stream) => (tcp::show(stream.peer_addr()).into(), tcp::show(stream.local_addr())),
        StreamSocket::Unix(_) => (name.into(), name.to_owned()),
    }
}
