//! The host part of an address: a number, a name, every interface, or none.
//! Never resolves: a name stays a name.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use sockeye_text::text;

use super::AddressError;

/// The longest host name in bytes (RFC 1035, in text form).
const NAME_MAX: usize = 253;
/// The longest interface name or zone accepted, in bytes; Linux itself allows 15.
const ZONE_MAX: usize = 63;

/// Which machine or interface an address is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Only a port was given: loopback, v4 and v6, for a listener; `localhost` for a connection.
    Unspecified,
    /// `*`: every interface, v4 and v6.
    Any,
    /// An IP address, with its zone (an interface's name or number) where an IPv6 address has one.
    Ip(IpAddr, Option<String>),
    /// A name that is still to be resolved.
    Name(String),
}

impl From<SocketAddr> for Host {
    fn from(socket: SocketAddr) -> Self {
        let zone = match socket {
            SocketAddr::V6(v6) if v6.scope_id() != 0 => Some(v6.scope_id().to_string()),
            _ => None,
        };
        Self::Ip(socket.ip(), zone)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unspecified => Ok(()),
            Self::Any => f.write_str("*"),
            Self::Ip(IpAddr::V4(ip), _) => write!(f, "{ip}"),
            Self::Ip(IpAddr::V6(ip), None) => write!(f, "[{ip}]"),
            Self::Ip(IpAddr::V6(ip), Some(zone)) => write!(f, "[{ip}%{zone}]"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A decimal port, 0 to 65535.
pub(super) fn port(digits: &str, text: &str) -> Result<u16, AddressError> {
    let bad = || AddressError::Port { text: text.into(), port: digits.into() };
    if !is_number(digits) {
        return Err(bad());
    }
    digits.parse().map_err(|_| bad())
}

/// `HOST:PORT`, `[V6]:PORT`, `:PORT`, `*:PORT` or `PORT`.
pub(super) fn with_port(place: &str, text: &str) -> Result<(Host, u16), AddressError> {
    if place.is_empty() {
        return Err(AddressError::NoHost { text: text.into() });
    }
    if let Some(rest) = place.strip_prefix('[') {
        let (inside, tail) =
            rest.split_once(']').ok_or_else(|| AddressError::Unclosed { text: text.into() })?;
        let host = ipv6(inside, text)?;
        if tail.is_empty() || tail == ":" {
            let write = format!("{}:PORT", place.trim_end_matches(':'));
            return Err(AddressError::NoPort { text: text.into(), write });
        }
        let digits = tail.strip_prefix(':').ok_or_else(|| AddressError::Unclosed { text: text.into() })?;
        return Ok((host, port(digits, text)?));
    }
    match place.split_once(':') {
        Some((_, tail)) if tail.contains(':') => Err(bracketless(place, text)),
        Some(("", "")) => Err(AddressError::Empty),
        Some(("", digits)) => Ok((Host::Unspecified, port(digits, text)?)),
        Some((name, "")) => {
            name_or_ip(name, text)?;
            Err(AddressError::NoPort { text: text.into(), write: format!("{place}PORT") })
        }
        Some((name, digits)) => Ok((name_or_ip(name, text)?, port(digits, text)?)),
        None if is_number(place) => Ok((Host::Unspecified, port(place, text)?)),
        None => {
            name_or_ip(place, text)?;
            Err(AddressError::NoPort { text: text.into(), write: format!("{place}:PORT") })
        }
    }
}

/// A host that stands alone, its port elsewhere: here an IPv6 address needs no brackets.
pub(super) fn alone(place: &str, text: &str) -> Result<Host, AddressError> {
    if place.is_empty() {
        return Err(AddressError::NoHost { text: text.into() });
    }
    if let Some(rest) = place.strip_prefix('[') {
        let inside = rest.strip_suffix(']').ok_or_else(|| AddressError::Unclosed { text: text.into() })?;
        return ipv6(inside, text);
    }
    if is_ipv6(place) {
        return ipv6(place, text);
    }
    if place.contains(':') {
        let why = text!("host-port-apart");
        return Err(AddressError::Host { text: text.into(), host: place.into(), why });
    }
    name_or_ip(place, text)
}

/// Whether `zone` can name an interface: nothing that would confuse the reading of the address around it.
pub(super) fn is_interface(zone: &str) -> bool {
    let odd = |c: char| is_unseen(c) || "/?#&=[]%".contains(c);
    !zone.is_empty() && zone.len() <= ZONE_MAX && !zone.contains(odd)
}

/// Characters that take part in no name and could make one look like another.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{2000}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
        || c >= '\u{e0000}'
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_ipv6(text: &str) -> bool {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<Ipv6Addr>().is_ok()
}

fn ipv6(inside: &str, text: &str) -> Result<Host, AddressError> {
    let (address, zone) = match inside.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (inside, None),
    };
    let ip: Ipv6Addr =
        address.parse().map_err(|_| AddressError::Ipv6 { text: text.into(), ip: address.into() })?;
    match zone {
        Some(zone) if !is_interface(zone) => Err(AddressError::Zone { text: text.into(), zone: zone.into() }),
        zone => Ok(Host::Ip(ip.into(), zone.map(str::to_owned))),
    }
}

/// Several colons and no brackets: say which reading is likely.
fn bracketless(place: &str, text: &str) -> AddressError {
    let scheme = text.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    let write = match place.rsplit_once(':') {
        // "::1:80" is an IPv6 address as a whole too, but whoever wrote it meant a port.
        Some((head, tail)) if is_ipv6(head) && port(tail, text).is_ok() => format!("{scheme}[{head}]:{tail}"),
        _ if is_ipv6(place) => format!("{scheme}[{place}]:PORT"),
        _ => return AddressError::Colons { text: text.into() },
    };
    AddressError::Brackets { text: text.into(), write }
}

fn name_or_ip(name: &str, text: &str) -> Result<Host, AddressError> {
    if name == "*" {
        return Ok(Host::Any);
    }
    if let Ok(ip) = name.parse::<Ipv4Addr>() {
        return Ok(Host::Ip(ip.into(), None));
    }
    // The system's resolver would read "1.2" as 1.0.0.2: nobody who writes it means that.
    if name.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(AddressError::Ipv4 { text: text.into(), ip: name.into() });
    }
    let bad = |why| AddressError::Host { text: text.into(), host: name.into(), why };
    if name.len() > NAME_MAX {
        return Err(bad(text!("host-long")));
    }
    if name.starts_with('-') {
        return Err(bad(text!("host-dash")));
    }
    if name.contains('@') {
        return Err(bad(text!("host-user")));
    }
    let odd = |c: char| is_unseen(c) || "/\\?#&=[]%*\"'<>|".contains(c);
    match name.contains(odd) {
        true => Err(bad(text!("host-odd"))),
        false => Ok(Host::Name(name.into())),
    }
}
