//! Where a client or device that is tested comes in: it connects, speaks first, and stays or comes again.
//! Never dials.

use std::time::Duration;

use sockeye_core::{
    event::{Failure, Kind, Operation},
    limit::{CHECK_QUIET, CHECK_REDIAL},
    plan::CheckPlan,
};
use sockeye_study::check::Standing;
use sockeye_text::text;
use tokio::time::timeout;

use super::wire::Wire;
use crate::{link::Listener, run_state::RunState, trouble::failure};

/// Where it comes in.
pub(super) struct Door<'a> {
    listener: Listener,
    /// The connection on which it stays.
    kept: Option<Wire<'a>>,
    has_come: bool,
}

impl<'a> Door<'a> {
    /// Nobody has come yet.
    pub(super) fn new(listener: Listener) -> Self {
        Self { listener, kept: None, has_come: false }
    }

    /// The connection on which it stays, or its next one, once it has said what it says first. The first is waited for as
    /// long as it takes.
    pub(super) async fn enter(&mut self, run: &'a RunState, plan: &CheckPlan) -> Result<Wire<'a>, Failure> {
        if let Some(kept) = self.kept.take() {
            return Ok(kept);
        }
        let within = if self.has_come { CHECK_REDIAL } else { Duration::MAX };
        let address = plan.tested.address().to_string();
        let accepted = match timeout(within, self.listener.accept()).await {
            Ok(accepted) => accepted.map_err(|error| failure(Operation::Listen, address, &error))?,
            Err(_) => {
                return Err(Failure::new(Operation::Wait, address, Kind::Timeout, text!("check-no-redial")));
            }
        };
        self.has_come = true;
        let mut wire = Wire::new(run, accepted.into_stream());
        let spoken = |got: &[u8]| if got.is_empty() { Standing::Open } else { Standing::Complete };
        wire.speak(&[], Duration::ZERO, plan.timeout, spoken).await;
        wire.hear_out(CHECK_QUIET, plan.timeout).await;
        wire.got.clear();
        Ok(wire)
    }

    /// It goes on with this connection, if it is still there.
    pub(super) fn keep(&mut self, mut wire: Wire<'a>) {
        wire.got.clear();
        wire.writes.clear();
        self.kept = Some(wire).filter(|wire| wire.ended.is_none());
    }

    /// Lets go of it.
    pub(super) fn forget(&mut self) {
        self.kept = None;
    }
}
