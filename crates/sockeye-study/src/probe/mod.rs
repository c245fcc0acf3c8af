//! `probe`: what the end of an attempt says of a target, why it ended so, and what many attempts come to.
//! Never tries anything: how an attempt ended is handed in.

mod end;
mod icmp;
mod diagnose;
mod times;
mod record;

pub use diagnose::{Neighbour, Surroundings, Whereabouts, diagnose};
pub use end::{ProbeEnd, ProbeMishap, ProbeStep, Resolver, WrongAnswer, state, telling};
pub use icmp::{RawIcmp, icmp_kind};
pub use record::{Asks, Meaning, TargetRecord};
