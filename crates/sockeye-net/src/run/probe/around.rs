//! What is known around an attempt that is not in order, without any privilege: routes, listeners, other doors.
//! Never contacts anybody but the doors that `--look` allows.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use futures_util::future::join_all;
use sockeye_core::{
    address::Address,
    event::{LocalListener, LookedAt},
    limit::PROBE_LOOKED,
    plan::Look,
};
use sockeye_study::probe::{Neighbour, ProbeEnd, ProbeMishap, ProbeStep, Surroundings, Whereabouts};
use sockeye_sys::{Listening, Transport, is_unanswered, name_servers};
use sockeye_text::{Text, text};

use super::{
    attempt::{ProbeFinding, ProbeTarget, look_at},
    manner::ProbeManner,
};
use crate::resolve::is_ours;

/// Listeners that are told at most.
const TOLD: usize = 5;
/// The longest that looking at other doors takes.
const LOOKING: Duration = Duration::from_secs(1);
/// Ports that many hosts have.
const USUAL: [u16; 5] = [22, 80, 443, 53, 3389];

/// What is known around what was found at `target`.
pub(super) async fn around(
    target: &ProbeTarget,
    manner: &ProbeManner,
    found: &ProbeFinding,
    look: Look,
) -> Surroundings {
    let address = found.attempt.address;
    let here = match address {
        Some(at) if is_ours(at.ip()) => Whereabouts::Here,
        _ => Whereabouts::Elsewhere,
    };
    let transport = match target.address {
        Address::Udp { .. } => Transport::Udp,
        _ => Transport::Tcp,
    };
    let detail = match found.end {
        ProbeEnd::Unresolved { .. } => found.detail.clone().map(asked),
        _ => found.detail.clone(),
    };
    let mut known = Surroundings {
        address,
        source: address.and_then(source),
        here,
        icmp: found.icmp,
        neighbour: match address {
            Some(at) if is_unanswered(at.ip()) => Neighbour::Silent,
            _ => Neighbour::Unknown,
        },
        detail,
        got: found.got.clone(),
        ..Surroundings::default()
    };
    if let (Some(at), Whereabouts::Here) = (address, here) {
        let all = manner.tables.of(transport);
        let of = |fits: &dyn Fn(SocketAddr) -> bool| -> Vec<&Listening> {
            all.iter().filter(|one| fits(one.address)).take(TOLD).collect()
        };
        // Whoever refused listens there no more, whatever the table of a moment ago says.
        let has_refused = matches!(found.end, ProbeEnd::Failed(_, ProbeMishap::Refused));
        let found: Vec<&Listening> = of(&|listener| listener.port() == at.port())
            .into_iter()
            .filter(|one| !(has_refused && takes(one, at)))
            .collect();
        known.waiting = found.iter().filter(|one| takes(one, at)).map(|one| one.waiting).sum();
        known.at_port = found.into_iter().map(told).collect();
        if known.at_port.is_empty() {
            let reached = |listener: SocketAddr| listener.ip().is_unspecified() || listener.ip() == at.ip();
            known.others = of(&reached).into_iter().map(told).collect();
        }
    }
    let is_silent = matches!(found.end, ProbeEnd::TimedOut(ProbeStep::Handshake));
    if let (Some(at), Look::Around, true, Whereabouts::Elsewhere) = (address, look, is_silent, here) {
        known.looked = looked(at, manner).await;
    }
    known
}

/// Whether a listener takes what goes to `at`.
fn takes(listening: &Listening, at: SocketAddr) -> bool {
    let ip = listening.address.ip();
    ip == at.ip() || ip.is_unspecified() && (ip.is_ipv6() || at.is_ipv4())
}

fn told(listening: &Listening) -> LocalListener {
    let holder = listening.holder.as_ref().map(|holder| (holder.name.clone(), holder.pid));
    LocalListener { address: listening.address, holder }
}

/// The resolver's words, and who was asked.
fn asked(words: Text) -> Text {
    match name_servers() {
        servers if servers.is_empty() => words,
        servers => text!("probe-resolver", words = words, servers = servers.join(", ")),
    }
}

/// The address of ours that the system uses to go to `target`, found without sending anything.
fn source(target: SocketAddr) -> Option<IpAddr> {
    let anywhere: IpAddr = match target {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((anywhere, 0)).ok()?;
    socket.connect(target).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

/// Other doors: usual ports of the same host, and one neighbour of it.
async fn looked(at: SocketAddr, manner: &ProbeManner) -> Vec<LookedAt> {
    let same = USUAL.into_iter().filter(|port| *port != at.port()).map(|port| (at.ip(), port));
    let beside = neighbour(at.ip()).into_iter().flat_map(|ip| [(ip, at.port()), (ip, 80)]);
    let doors: Vec<SocketAddr> = same.chain(beside).map(SocketAddr::from).take(PROBE_LOOKED).collect();
    let manner = manner.bare(manner.timeout.min(LOOKING));
    let states = join_all(doors.iter().map(|door| look_at(*door, &manner))).await;
    doors.into_iter().zip(states).map(|(address, state)| LookedAt { address, state }).collect()
}

/// The address beside: the other one of a pair.
fn neighbour(ip: IpAddr) -> Option<IpAddr> {
    match ip {
        IpAddr::V4(ip) => {
            let beside = u32::from(ip) ^ 1;
            let last = beside & 0xff;
            // Neither what names a network nor what reaches all of it.
            let beside = if last == 0 || last == 255 { u32::from(ip) ^ 3 } else { beside };
            Some(Ipv4Addr::from(beside).into())
        }
        IpAddr::V6(ip) if ip.is_unicast_link_local() => None,
        IpAddr::V6(ip) => Some(Ipv6Addr::from(u128::from(ip) ^ 1).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_another_host_of_the_same_network() {
        let beside = |ip: &str| neighbour(ip.parse().unwrap()).map(|ip| ip.to_string());
        assert_eq!(beside("10.0.0.7").as_deref(), Some("10.0.0.6"));
        assert_eq!(beside("10.0.0.1").as_deref(), Some("10.0.0.2"));
        assert_eq!(beside("10.0.0.254").as_deref(), Some("10.0.0.253"));
        assert_eq!(beside("2001:db8::10").as_deref(), Some("2001:db8::11"));
        assert_eq!(beside("fe80::1"), None);
    }
}
