//! What is said of a listener: where it listens, who can reach it, and how.

use sockeye_core::address::{Address, Host};

use super::safe;

/// A listener is bound.
#[must_use]
pub(crate) fn listening(addr: &str) -> String {
    format!("listening on {}", safe(addr))
}

/// Who can reach a listener that was asked to listen on `asked` and got `port`; several lines.
#[must_use]
pub(crate) fn reach(asked: &Address, port: u16, admits: Admits) -> Vec<String> {
    let (scheme, host, udp) = match asked {
        Address::Tcp { host, .. } => ("", host, ""),
        Address::Udp { host, .. } => ("udp://", host, "-u "),
        Address::Unix(_) | Address::Stdio => return Vec::new(),
    };
    match host {
        Host::Unspecified => vec![format!(
            "  only this machine can reach it; to open it to others: \
             sockeye listen {scheme}0.0.0.0:{port}  (or '{scheme}*:{port}')"
        )],
        Host::Ip(ip, _) if ip.is_loopback() => vec!["  only this machine can reach it".to_owned()],
        Host::Name(name) if name == "localhost" => vec!["  only this machine can reach it".to_owned()],
        Host::Any | Host::Ip(..) | Host::Name(_) => vec![
            match admits {
                Admits::Everybody => {
                    "  everybody who can reach this machine can connect (--allow CIDR, --deny CIDR)"
                }
                Admits::Listed => ONLY_LISTED,
            }
            .to_owned(),
            format!(
                "  from another machine: sockeye connect {scheme}THIS-MACHINE:{port}  \
                 or: nc {udp}THIS-MACHINE {port}"
            ),
        ],
    }
}

/// A listener that others can reach, in one line.
#[must_use]
pub(crate) fn open_to_all(addr: &str, offers: Offers) -> String {
    let what = match offers {
        Offers::Conversations => "can connect",
        Offers::Files => "can read what is offered",
    };
    format!(
        "warning: {}: everybody who can reach this machine {what} (--allow CIDR, --deny CIDR)",
        safe(addr)
    )
}

/// Whom a listener lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admits {
    /// Whoever can reach it.
    Everybody,
    /// Those of `--allow`.
    Listed,
}

/// Of a listener that others can reach, but not all.
pub(crate) const ONLY_LISTED: &str = "  only those of --allow can connect; all others are turned away";

/// What a listener is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Offers {
    /// Talking to it.
    Conversations,
    /// Fetching files from it.
    Files,
}
