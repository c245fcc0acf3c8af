//! What every relayed conversation has, whatever carries it: its number, its two sessions, and how its end is told.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    event::{Conn, FaultTally, Leg, What},
    session::{Session, SessionConfig},
    stage::{Chain, ChainConfig, Drawn, FaultSpec, Side},
    unit::{At, Close, Medium, Way},
};

use super::stand::Stand;
use crate::drive::PairOutcome;

/// One relayed conversation.
pub(super) struct Crossing {
    pub(super) stand: Arc<Stand>,
    pub(super) conn: Conn,
    opened: At,
}

/// One end of it.
pub(super) struct LegEnd {
    pub(super) leg: Leg,
    /// Who is there, in the form addresses are written.
    pub(super) peer: Arc<str>,
    /// Our end.
    pub(super) local: String,
    /// How long connecting took, where we did.
    pub(super) took: Option<Duration>,
}

impl Crossing {
    pub(super) fn begin(stand: Arc<Stand>) -> Self {
        let run = &stand.hub.run;
        let (conn, opened) = (run.number(), run.clock.now());
        Self { stand, conn, opened }
    }

    /// The session with one end.
    pub(super) fn session(
        &self,
        end: LegEnd,
        medium: Medium,
        idle: Option<Duration>,
        faults: &[FaultSpec],
    ) -> Session {
        let hub = &self.stand.hub;
        let LegEnd { leg, peer, local, took } = end;
        let config = SessionConfig {
            common: &hub.common,
            conn: self.conn,
            peer,
            local: &local,
            took,
            medium,
            side: match leg {
                Leg::Client => Side::Server,
                Leg::Target => Side::Client,
            },
            faults,
            idle,
        };
        Session::open_leg(config, leg, &self.stand.plan.conduct.framing, hub.run.clock.now())
    }

    fn chain(&self, faults: &[FaultSpec], way: Way) -> Chain {
        let common = &self.stand.hub.common;
        let (detail, seed, medium) = (common.detail, common.seed, Medium::Stream);
        Chain::new(faults, ChainConfig { way, medium, detail, seed, conn: self.conn, opened: self.opened })
    }

    /// Whether any of these faults does anything in this conversation.
    pub(super) fn is_damaged(&self, faults: &[FaultSpec]) -> bool {
        [Way::Up, Way::Down].into_iter().any(|way| !self.chain(faults, way).is_empty())
    }

    /// How a fault on the way to the target ends the conversation at its opening, if one does, and what they came to then.
    pub(super) async fn is_refused(&self, faults: &[FaultSpec]) -> Option<(Close, Vec<FaultTally>)> {
        let mut chain = self.chain(faults, Way::Up);
        let mut notes = Vec::new();
        let Some(Drawn::Kill(close)) = chain.draw(self.opened, &mut notes) else { return None };
        if !notes.is_empty() {
            // A view that is gone has no use for it.
            let _ = self.stand.hub.run.events.send(notes).await;
        }
        Some((close, chain.tally()))
    }

    /// It is over, told and counted.
    pub(super) async fn end(&self, outcome: PairOutcome) {
        let run = &self.stand.hub.run;
        let PairOutcome { why, leg, client, target, faults } = outcome;
        run.add(&client, why);
        let seed = self.stand.hub.common.seed;
        run.add_faults(&faults, seed);
        if !faults.is_empty() {
            run.tell_of(self.conn, None, What::Faults { seed, tallies: faults }).await;
        }
        run.count(|summary| summary.totals.add(&target));
        let lasted = u64::try_from(run.clock.now().since(self.opened).as_nanos()).unwrap_or(u64::MAX);
        let closed = What::Closed { why, counters: client, target: Some(Box::new(target)), lasted };
        run.tell_of(self.conn, Some(leg), closed).await;
    }
}
