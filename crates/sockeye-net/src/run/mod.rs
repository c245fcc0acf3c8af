//! The engines: one file per kind of run; only they spawn.
//! Never print, never parse.

mod bind;
mod dial;
#[path = "../../../sockeye-files/src/get/mod.rs"]
mod get;
mod listen;
#[path = "../../../sockeye-files/src/serve/mod.rs"]
mod serve;
#[path = "../../../sockeye-files/src/speed.rs"]
mod speed;

use std::time::Duration;

use sockeye_core::{
    behaviour::Common,
    event::{Event, Eyes, Summary, What},
    plan::Conduct,
    unit::Medium,
};

use tokio::time::timeout;

use crate::{clock::Clock, hub::Hub};

pub use dial::connect;
pub use get::get;
pub use listen::listen;
pub use serve::serve;

/// How long conversations may take to notice that their time is over: only a view that takes no events makes it long.
const CUT: Duration = Duration::from_millis(500);

fn common(conduct: &Conduct, clock: &Clock, eyes: Eyes, rate: Option<u64>) -> Common {
    Common {
        framing: conduct.framing.clone().with_max(conduct.limits.max_frame),
        charset: conduct.charset,
        eyes,
        wall: clock.wall().clone(),
        seed: conduct.seed,
        rate,
    }
}

fn rate(conduct: &Conduct, medium: Medium) -> Option<u64> {
    match (conduct.limits.rate, medium) {
        (None, Medium::Datagram) => Some(sockeye_core::limit::DATAGRAM_RATE),
        (rate, _) => rate,
    }
}

/// The last event of a run.
async fn conclude(hub: &Hub) -> Summary {
    let summary = hub.summary();
    let event = Event { at: hub.clock.now(), conn: None, what: What::Summary(summary) };
    // A view that takes no events does not keep a run from ending.
    let _ = timeout(CUT, hub.events.send(vec![event])).await;
    summary
}
