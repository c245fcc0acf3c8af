//! From an address as people write it to the socket addresses behind it.
//! Never connects or binds.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    time::Duration,
};

use sockeye_core::{
    address::Host,
    event::{Failure, Kind, Operation},
    plan::Family,
    rule::quantity::brief_duration,
};
use sockeye_sys::{INTERFACE_LISTER, interface_number};
use sockeye_text::{Text, text};
use tokio::{net::lookup_host, time::timeout};

/// The addresses to try when connecting, the families taking turns (RFC 8305, section 4).
///
/// # Errors
/// The name has no address, or none of the family asked for.
pub(crate) async fn targets(host: &Host, port: u16, family: Family) -> Result<Vec<SocketAddr>, Failure> {
    let found = match host {
        Host::Unspecified | Host::Any => {
            vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]
        }
        Host::Ip(ip, zone) => vec![with_zone(*ip, zone.as_deref(), port)?],
        Host::Name(name) => look_up(name, port).await?,
    };
    let found: Vec<SocketAddr> = found.into_iter().filter(|a| wanted(family, a)).collect();
    if found.is_empty() {
        let family = if family == Family::V4 { "IPv4" } else { "IPv6" };
        let failure = Failure::new(
            Operation::Resolve,
            host.to_string(),
            Kind::NameNotResolved,
            text!("no-address-of-family", family = family),
        );
        return Err(failure.hint(text!("no-address-of-family-hint")));
    }
    Ok(interleave(found))
}

/// The same, within a time.
///
/// # Errors
/// As for `targets`; or the time is over, as a failure to resolve `name`.
pub(crate) async fn targets_within(
    within: Duration,
    host: &Host,
    port: u16,
    family: Family,
    name: &str,
) -> Result<Vec<SocketAddr>, Failure> {
    timeout(within, targets(host, port, family)).await.unwrap_or_else(|_| {
        let detail = text!("resolve-timeout", time = brief_duration(within));
        Err(Failure::new(Operation::Resolve, name, Kind::Timeout, detail))
    })
}

/// The addresses to bind: a bare port is loopback, `*` everything, v4 before v6.
///
/// # Errors
/// As for `targets`.
pub(crate) async fn binds(host: &Host, port: u16, family: Family) -> Result<Vec<SocketAddr>, Failure> {
    let both = |v4: Ipv4Addr, v6: Ipv6Addr| {
        [SocketAddr::from((v4, port)), SocketAddr::from((v6, port))]
            .into_iter()
            .filter(|a| wanted(family, a))
            .collect()
    };
    match host {
        Host::Unspecified => Ok(both(Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST)),
        Host::Any => Ok(both(Ipv4Addr::UNSPECIFIED, Ipv6Addr::UNSPECIFIED)),
        Host::Ip(..) | Host::Name(_) => {
            let mut found = targets(host, port, family).await?;
            found.sort_by_key(SocketAddr::is_ipv6);
            Ok(found)
        }
    }
}

/// Whether whoever sends to `target` reaches what is bound to `bound`.
#[must_use]
pub(crate) fn reaches(target: SocketAddr, bound: SocketAddr) -> bool {
    let (mut to, at) = (target.ip().to_canonical(), bound.ip().to_canonical());
    if to.is_unspecified() {
        // The system takes that for this machine.
        to = if to.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
    }
    target.port() == bound.port()
        && (to == at || (at.is_unspecified() && at.is_ipv4() == to.is_ipv4() && is_ours(to)))
}

/// Whether `ip` is this machine's: one can be bound to it.
#[must_use]
pub(crate) fn is_ours(ip: IpAddr) -> bool {
    ip.is_loopback() || std::net::UdpSocket::bind(SocketAddr::new(ip, 0)).is_ok()
}

fn wanted(family: Family, address: &SocketAddr) -> bool {
    match family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    }
}

fn with_zone(ip: IpAddr, zone: Option<&str>, port: u16) -> Result<SocketAddr, Failure> {
    match (ip, zone) {
        (IpAddr::V6(ip), Some(zone)) => Ok(SocketAddrV6::new(ip, port, 0, interface(zone)?).into()),
        (ip, _) => Ok((ip, port).into()),
    }
}

/// The number of an interface, from its name or number.
///
/// # Errors
/// There is no such interface.
pub(crate) fn interface(name: &str) -> Result<u32, Failure> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    interface_number(name).ok_or_else(|| {
        Failure::new(Operation::Prepare, name, Kind::Usage, text!("no-interface"))
            .hint(text!("no-interface-hint", command = INTERFACE_LISTER))
    })
}

async fn look_up(name: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let failed = |detail| {
        Failure::new(Operation::Resolve, name, Kind::NameNotResolved, detail).hint(text!("name-hint"))
    };
    match lookup_host((name, port)).await {
        Ok(found) => {
            let mut all: Vec<SocketAddr> = Vec::new();
            for address in found {
                if !all.contains(&address) {
                    all.push(address);
                }
            }
            if all.is_empty() { Err(failed(text!("no-address"))) } else { Ok(all) }
        }
        Err(error) => Err(failed(unresolved(&error))),
    }
}

/// The resolver's words, which come without a number.
fn unresolved(error: &io::Error) -> Text {
    let words = error.to_string().to_lowercase();
    let words = words.rsplit(": ").next().unwrap_or(&words);
    match words {
        "name or service not known" => text!("name-unknown"),
        "temporary failure in name resolution" => text!("name-not-now"),
        "no address associated with hostname" => text!("name-without-address"),
        "non-recoverable failure in name resolution" => text!("name-failure"),
        words => Text::verbatim(words),
    }
}

/// The families take turns, the one that the resolver put first going first.
fn interleave(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = found.first().map(SocketAddr::is_ipv6) else { return found };
    let (mut one, mut other): (Vec<_>, Vec<_>) = found.into_iter().partition(|a| a.is_ipv6() == first);
    one.reverse();
    other.reverse();
    let mut out = Vec::with_capacity(one.len() + other.len());
    while !(one.is_empty() && other.is_empty()) {
        out.extend(one.pop());
        out.extend(other.pop());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let all: Vec<SocketAddr> = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"]
            .iter()
            .map(|t| t.parse().unwrap())
            .collect();
        let text: Vec<String> = interleave(all).iter().map(ToString::to_string).collect();
        assert_eq!(text, ["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]);
    }
}
