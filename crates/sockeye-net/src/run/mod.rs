//! The engines: one file per kind of run; only they spawn.
//! Never print, never parse.

mod capture;
mod check;
mod connect;
mod damage;
mod listen;
mod probe;
mod relay;

use sockeye_core::{behaviour::Common, event::EventDetail, plan::Conduct, unit::Medium};

use crate::clock::Clock;

pub use capture::{CapturePlan, Captured, capture};
pub use check::check;
pub use connect::connect;
pub use damage::{Damage, Damages};
pub use listen::listen;
pub use probe::{ProbeFinding, ProbeManner, ProbeTarget, Probes, attempt, probe};
pub use relay::{Lookup, Relays, Stand, relay};

fn common(conduct: &Conduct, clock: &Clock, detail: EventDetail, rate: Option<u64>) -> Common {
    Common {
        framing: conduct.framing.clone().with_max(conduct.limits.max_frame),
        charset: conduct.charset,
        detail,
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
