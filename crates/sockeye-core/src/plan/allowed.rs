//! Targets that others may ask for: a host and a port, or a port of every address of a network.
//! Never resolves: a name is allowed as it is written, and a network allows numbers alone.

use sockeye_text::{Text, text};

use super::{AllowedTarget, Cidr};
use crate::address::{Address, Host};

impl AllowedTarget {
    /// Reads `HOST:PORT` or `CIDR:PORT`; IPv6 in brackets, `[fd00::/8]:502`.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn parse(text: &str) -> Result<Self, Text> {
        let wrong = |why: Text| text!("allowed-no-target", text = text, why = why);
        if text.contains('/') && !text.contains("//") {
            let (network, port) =
                text.rsplit_once(':').ok_or_else(|| text!("allowed-no-port", text = text))?;
            if network.starts_with('[') != network.ends_with(']') || port.contains('/') {
                return Err(text!("allowed-no-port", text = text));
            }
            let place = Address::parse(&format!(":{port}")).map_err(|error| wrong(error.text()))?;
            let network = Cidr::parse(network.trim_matches(['[', ']'])).map_err(wrong)?;
            return match place.port() {
                Some(port) if port > 0 => Ok(Self::Network(network, port)),
                _ => Err(text!("allowed-no-port", text = text)),
            };
        }
        match Address::parse(text).map_err(|error| wrong(error.text()))? {
            Address::Tcp { host, port } | Address::Udp { host, port, .. } => match (host, port) {
                (_, 0) => Err(text!("allowed-no-port", text = text)),
                (Host::Any | Host::Unspecified, _) => Err(text!("allowed-no-host", text = text)),
                (host, port) => Ok(Self::Host(host, port)),
            },
            Address::Unix(_) | Address::Stdio => Err(text!("allowed-no-port", text = text)),
        }
    }

    /// Whether it covers `target`, over TCP or UDP.
    #[must_use]
    pub fn covers(&self, target: &Address) -> bool {
        let Some((host, port)) = target.host().zip(target.port()) else { return false };
        match self {
            Self::Host(own, own_port) => *own_port == port && is_same(own, host),
            Self::Network(network, own_port) => {
                *own_port == port && matches!(host, Host::Ip(ip, None) if network.covers(ip.to_canonical()))
            }
        }
    }
}

/// Names are the same in capitals too.
fn is_same(one: &Host, other: &Host) -> bool {
    match (one, other) {
        (Host::Name(one), Host::Name(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(allowed: &str, target: &str) -> bool {
        AllowedTarget::parse(allowed).unwrap().covers(&Address::parse(target).unwrap())
    }

    #[test]
    fn a_host_is_allowed_as_it_is_written() {
        for (allowed, target) in [
            ("db.example:5432", "DB.example:5432"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("127.0.0.1:80", "udp://127.0.0.1:80"),
            ("[::1]:80", "[::1]:80"),
            ("10.0.0.0/8:502", "10.255.0.1:502"),
            ("10.0.0.0/8:502", "[::ffff:10.0.0.1]:502"),
            ("[fd00::/8]:502", "[fd12::1]:502"),
            ("fd00::/8:502", "udp://[fd12::1]:502"),
            ("0.0.0.0/0:1", "192.0.2.1:1"),
        ] {
            assert!(covers(allowed, target), "{allowed} {target}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for (allowed, target) in [
            ("db.example:5432", "db.example:5433"),
            ("db.example:5432", "db.example.evil:5432"),
            ("127.0.0.1:80", "localhost:80"),
            ("127.0.0.1:80", "unix:/127.0.0.1:80"),
            ("10.0.0.0/8:502", "11.0.0.1:502"),
            ("10.0.0.0/8:502", "10.0.0.1:503"),
            ("10.0.0.0/8:502", "ten.example:502"),
            ("10.0.0.0/8:502", ":502"),
            ("fe80::/10:80", "[fe80::1%eth0]:80"),
        ] {
            assert!(!covers(allowed, target), "{allowed} {target}");
        }
    }

    #[test]
    fn what_names_no_target_says_what_to_write() {
        for text in [
            "",
            "80",
            ":80",
            "*:80",
            "db.example",
            "db.example:0",
            "10.0.0.0/8",
            "10.0.0.0/8:",
            "10.0.0.0/8:0",
        ] {
            assert!(AllowedTarget::parse(text).is_err(), "{text}");
        }
        for text in ["10.0.0.0/33:1", "[fd00::/8:1", "x/8:1", "unix:/a", "-", "10.0.0.0:1/8", "[10.0.0.0/8:1"]
        {
            assert!(AllowedTarget::parse(text).is_err(), "{text}");
        }
    }
}
