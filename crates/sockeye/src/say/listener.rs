//! What is said of a listener: where it listens, who can reach it, and how.

use sockeye_core::address::{Address, Host};

use super::{safe, say};

/// A listener is bound, whose clients are led on to `target` if it is a relay.
#[must_use]
pub(crate) fn listening(addr: &str, target: Option<&str>) -> String {
    match target {
        None => say!("listening", address = safe(addr)),
        Some(target) => say!("listening-for", address = safe(addr), target = safe(target)),
    }
}

/// Who can reach a listener that was asked to listen on `asked` and got `port`; several lines.
#[must_use]
pub(crate) fn reach(asked: &Address, port: u16, target: Option<&str>, admits: Admits) -> Vec<String> {
    let (scheme, host, udp) = match asked {
        Address::Tcp { host, .. } => ("", host, ""),
        Address::Udp { host, .. } => ("udp://", host, "-u "),
        Address::Unix(_) | Address::Stdio => return Vec::new(),
    };
    match host {
        Host::Unspecified => {
            let command = if target.is_some() { "relay" } else { "listen" };
            let target = target.map_or_else(String::new, |target| format!(" {}", safe(target)));
            vec![say!("reach-unspecified", command = command, scheme = scheme, port = port, target = target)]
        }
        Host::Ip(ip, _) if ip.is_multicast() => {
            vec![say!("reach-group", group = ip.to_string(), port = port)]
        }
        Host::Ip(ip, _) if ip.is_loopback() => vec![only_this_machine()],
        Host::Name(name) if name == "localhost" => vec![only_this_machine()],
        Host::Any | Host::Ip(..) | Host::Name(_) => vec![
            match admits {
                Admits::Everybody => say!("reach-everybody"),
                Admits::Listed => only_listed(),
            },
            say!("reach-from-there", scheme = scheme, udp = udp, port = port),
        ],
    }
}

/// Of a listener that no other machine can reach.
pub(super) fn only_this_machine() -> String {
    say!("reach-this-machine")
}

/// Of a listener that others can reach, but not all.
pub(super) fn only_listed() -> String {
    say!("reach-listed")
}

/// A listener that others can reach, in one line.
#[must_use]
pub(crate) fn open_to_all(addr: &str, offers: Offers) -> String {
    match offers {
        Offers::Conversations => say!("open-to-all", address = safe(addr)),
        Offers::Files => say!("open-to-all-files", address = safe(addr)),
    }
}

/// Whom a listener lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admits {
    /// Whoever can reach it.
    Everybody,
    /// Those of `--allow`.
    Listed,
}

/// What a listener is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Offers {
    /// Talking to it.
    Conversations,
    /// Fetching files from it.
    Files,
}
