//! The transcript of a conversation that is relayed: both ends are named in every line.

use sockeye_core::{
    event::{Event, Leg, What},
    unit::Dir,
};

use super::{Page, transcript::Transcript};
use crate::say::{self, relay::Sighting};

/// Which way bytes go that came from (`Dir::In`) or went to (`Dir::Out`) the end of `leg`: `Dir::In` is up, from the client.
pub(super) fn way(leg: Leg, dir: Dir) -> Dir {
    match (leg, dir) {
        (Leg::Client, dir) => dir,
        (Leg::Target, Dir::In) => Dir::Out,
        (Leg::Target, Dir::Out) => Dir::In,
    }
}

impl Transcript {
    /// What happened on one leg, where that is told otherwise than for a conversation of our own; whether it was.
    pub(super) fn tell_of_leg(&mut self, event: &Event, leg: Leg, page: &mut Page) -> bool {
        match &event.what {
            What::Opened { peer, local, took } if leg == Leg::Target => {
                self.line(event, &say::relay::reached(peer, local, *took), page);
            }
            What::Recv { data, check, .. } => {
                self.message_of(event, way(leg, Dir::In), Sighting::Came, data, page);
                if let Some(damage) = say::bad_checksum(*check) {
                    self.line(event, &damage, page);
                }
            }
            What::Sent { data, .. } => {
                self.message_of(event, way(leg, Dir::Out), Sighting::PassedOn, data, page);
            }
            What::Ended { dir: Dir::In } => self.line(event, &say::relay::ended(leg), page),
            // What one end says is told when it comes.
            What::Ended { dir: Dir::Out } => {}
            What::Closed { why, counters, target, lasted } => {
                let target = target.as_deref().copied().unwrap_or_default();
                self.over(event, &say::relay::closed(*why, leg, counters, &target, *lasted), page);
            }
            _ => return false,
        }
        true
    }
}
