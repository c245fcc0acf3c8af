//! The life of one client: it connects, holds its conversation, and comes back after a loss if the plan says so.
//! Never carries anything from one conversation into the next.

use std::sync::Arc;

use sockeye_core::{
    behaviour::{Device, ScriptInput, Verdict},
    event::{Ending, Failure, Kind, Operation},
    rule::Dice,
    session::{Session, SessionConfig},
    stage::Side,
};
use sockeye_text::text;
use tokio::time::sleep;

use super::{
    backoff::Backoff,
    fleet::Fleet,
    reach::{ReachedPeer, can_pass},
};
use crate::{
    drive::{Drive, DriveOutcome},
    link::{Connected, StreamSocket, tcp},
};

/// What sets the chance of pauses apart from that of conversations.
const PAUSES: u64 = 0x7061_7573_6573;

impl Fleet {
    /// Lives the life of the client of this number, from 1; what its last conversation came to, or nothing if the run stopped
    /// while there was none.
    ///
    /// # Errors
    /// It cannot connect, and may not or need not try again.
    pub(super) async fn live(&self, client: u64) -> Result<Option<DriveOutcome>, Failure> {
        let Some(first) = self.plan.device.reconnect else { return self.once(client).await };
        let run = &self.hub.run;
        let mut backoff = Backoff::new(first, Dice::new(self.plan.conduct.seed, PAUSES ^ client));
        loop {
            let begun = run.clock.now();
            match self.once(client).await {
                Ok(Some(outcome)) if !self.is_over(&outcome) => {
                    let lasted = run.clock.now().since(begun);
                    if run.is_halted() {
                        return Ok(None);
                    }
                    if outcome.counters.bytes_in > 0 || lasted > backoff.longest() {
                        backoff.reset();
                    }
                }
                Err(failure) if may_come_back(failure.kind) => self.cannot_connect(failure).await,
                over => return over,
            }
            tokio::select! {
                () = sleep(backoff.next()) => {}
                () = run.stop.cancelled() => return Ok(None),
            }
        }
    }

    /// Whether a conversation that came to `outcome` was the last: what it was for is done, or cannot be any more.
    fn is_over(&self, outcome: &DriveOutcome) -> bool {
        let has_met = self.script.expect.is_some() && outcome.verdict == Verdict::Met;
        let ended_itself = match outcome.why {
            Ending::Stopped => true,
            Ending::Closed | Ending::Reset => !self.script.is_endless(),
            _ => false,
        };
        let typed_end = self.script.keyboard != ScriptInput::None && self.is_all_typed();
        has_met || ended_itself || typed_end
    }

    /// One conversation.
    async fn once(&self, client: u64) -> Result<Option<DriveOutcome>, Failure> {
        let reached = async {
            // Nobody closes it.
            let _turn = self.dialling.acquire().await;
            Box::pin(self.reach(client)).await
        };
        let reached = tokio::select! {
            biased;
            reached = reached => reached?,
            () = self.hub.run.stop.cancelled() => return Ok(None),
        };
        self.can_connect();
        match reached {
            ReachedPeer::Stream(connected) => Ok(Some(Box::pin(self.hold(client, connected)).await)),
            ReachedPeer::Datagrams(engine) => {
                let outcome = Box::pin(engine.run(self.hub.run.stop.clone())).await;
                let name = self.plan.target.to_string();
                let stopped = Failure::new(Operation::Connect, name, Kind::Other, text!("stopped"));
                outcome.ok_or(stopped).map(Some)
            }
        }
    }

    async fn hold(&self, client: u64, connected: Connected) -> DriveOutcome {
        let Connected { stream, took } = connected;
        let (local, peer) = match &stream {
            StreamSocket::Tcp(stream) => (tcp::show(stream.local_addr()), tcp::show(stream.peer_addr())),
            StreamSocket::Unix(_) => ("unix:".to_owned(), self.plan.target.to_string()),
        };
        let hub = Arc::clone(&self.hub);
        let conn = hub.run.number();
        let peer: Arc<str> = peer.into();
        let mailbox = hub.join(conn, &peer);
        let config = SessionConfig {
            common: &hub.common,
            conn,
            peer,
            local: &local,
            took: Some(took),
            medium: self.medium,
            side: Side::Client,
            faults: &self.plan.conduct.faults,
            idle: self.plan.conduct.limits.idle_timeout,
        };
        let device = Device::new(client, Arc::clone(&self.script), self.plan.device.reply.as_ref());
        let session = Session::open(config, Box::new(device), hub.run.clock.now());
        let outcome = Drive::new(stream, session, Arc::clone(&hub), conn, mailbox).await;
        hub.leave(conn, &outcome.counters, &outcome.faults, outcome.why);
        outcome
    }
}

/// Failures that time may heal.
fn may_come_back(kind: Kind) -> bool {
    can_pass(kind) || matches!(kind, Kind::Broken | Kind::Exhausted | Kind::AddressInUse | Kind::Other)
}
