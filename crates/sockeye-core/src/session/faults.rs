//! The faults of a session: changed while it lasts, and counted.
//! Never does damage itself.

use super::Session;
use crate::{
    event::FaultTally,
    stage::{ChainConfig, FaultSpec},
    unit::{At, Dir, Way},
};

impl Session {
    /// Puts other faults in the place of those it has, in both directions. One that stands in both lists goes on as it is, what
    /// the others hold goes on at once, and new ones begin here: see [`Chain::change`](crate::stage::Chain::change).
    pub fn change_faults(&mut self, faults: &[FaultSpec], at: At) {
        let (conn, medium, common) = (self.out.conn(), self.out.medium(), self.out.common());
        let (detail, seed, opened, side) = (common.detail, common.seed, self.opened, self.side);
        let config = |dir| ChainConfig { way: side.way(dir), medium, detail, seed, conn, opened };
        self.is_mirror &= faults.is_empty();
        self.out.now(at);
        // What a leg of a relay hears is damaged as it leaves by the other leg.
        if self.out.leg().is_none() {
            self.inward.change(faults, config(Dir::In), at, &mut self.out.events);
        }
        self.out.change_faults(faults, config(Dir::Out));
        self.resume(at);
    }

    /// What its faults came to so far: those on what goes up first, in the order of their list. Nothing where it has none.
    #[must_use]
    pub fn fault_tally(&self) -> Vec<FaultTally> {
        let (inward, outward) = (self.inward.tally(), self.out.fault_tally());
        let (mut up, down) = match self.side.way(Dir::In) {
            Way::Up => (inward, outward),
            Way::Down => (outward, inward),
        };
        up.extend(down);
        up
    }
}
