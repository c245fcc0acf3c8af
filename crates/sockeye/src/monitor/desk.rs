//! Which targets others may ask for: those of the command line and those that were allowed. Nobody else is ever contacted,
//! nor is their name looked up.

use std::{net::IpAddr, sync::Arc, time::Duration};

use sockeye_core::{
    address::{Address, Host},
    event::{Attempt, Probed},
    unit::At,
};
use sockeye_net::run::Probes;

use super::{
    board::Board,
    metrics::{Exposition, RunMetrics, TargetMetrics},
};

/// What those who report have in common.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) probes: Probes,
    pub(super) board: Board,
}

/// What a target is called in metrics: as people write it.
fn plain(target: &str) -> Arc<str> {
    target.strip_prefix("tcp://").unwrap_or(target).into()
}

impl Desk {
    /// The targets of `probes`.
    pub(super) fn new(probes: Probes) -> Self {
        Self { probes, board: Board::default() }
    }

    /// The target that is meant by `asked`, if it may be tried.
    pub(super) fn target(&self, asked: &Address) -> Option<Address> {
        let plan = self.probes.plan();
        let resolved = self.probes.targets().iter().map(|target| &target.address);
        let listed = plan.targets.iter().chain(resolved).find(|target| is_same(target, asked));
        let allowed = || plan.monitor.allowed.iter().any(|allowed| allowed.covers(asked));
        listed.cloned().or_else(|| allowed().then(|| asked.clone()))
    }

    /// Tries a target that may be tried; no longer than `most`, where somebody waits for it.
    pub(super) async fn attempt(&self, target: &Address, most: Option<Duration>) -> Attempt {
        match most {
            Some(most) => self.probes.attempt_within(target, most).await.attempt,
            None => self.probes.attempt(target).await.attempt,
        }
    }

    /// All that is known of the targets of the run.
    pub(super) fn exposition(&self) -> Exposition {
        let counted = self.board.look();
        let mut series = counted.series.into_iter();
        let standing = |probed: Option<Arc<Probed>>| {
            let series = series.next().unwrap_or_default();
            let probed = probed?;
            Some(TargetMetrics {
                name: Some(plain(&probed.target)),
                at: At(probed.begun.0 + probed.attempt.took),
                since: probed.since,
                last: probed.attempt.clone(),
                series,
            })
        };
        let targets = self.probes.last().into_iter().filter_map(standing).collect();
        let wall = self.probes.run().clock.wall().clone();
        Exposition { targets, run: Some(RunMetrics { wall, missed: counted.missed, sent: counted.sent }) }
    }
}

/// Whether two addresses are one target: capitals of a name do not count, and a port alone is one of this machine.
fn is_same(target: &Address, asked: &Address) -> bool {
    let is_alike = match (target, asked) {
        (Address::Tcp { .. }, Address::Tcp { .. }) | (Address::Udp { .. }, Address::Udp { .. }) => true,
        _ => return target == asked,
    };
    is_alike
        && target.port() == asked.port()
        && match (target.host(), asked.host()) {
            (Some(Host::Name(one)), Some(Host::Name(other))) => one.eq_ignore_ascii_case(other),
            (Some(Host::Unspecified), Some(Host::Name(name))) => name.eq_ignore_ascii_case("localhost"),
            (Some(Host::Unspecified), Some(Host::Ip(ip, None))) => is_first(*ip),
            (one, other) => one == other,
        }
}

/// Whether it is the address that this machine calls itself by.
fn is_first(ip: IpAddr) -> bool {
    ip == IpAddr::from([127, 0, 0, 1]) || matches!(ip, IpAddr::V6(six) if six.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_known_by_its_host_and_port() {
        let same = |target: &str, asked: &str| {
            is_same(&Address::parse(target).unwrap(), &Address::parse(asked).unwrap())
        };
        assert!(same("db.example:1", "DB.example:1"));
        assert!(same("udp://a:1?ttl=3", "udp://a:1"));
        assert!(same("80", "localhost:80") && same("80", "127.0.0.1:80") && same("80", "[::1]:80"));
        assert!(same("80", "80") && same("unix:/a", "unix:/a"));
        assert!(!same("80", "127.0.0.2:80") && !same("80", "localhost:81") && !same("a:1", "udp://a:1"));
        assert!(!same("localhost:80", "127.0.0.1:80") && !same("unix:/a", "unix:/b"));
    }
}
