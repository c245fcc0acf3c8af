//! Whom a request of HTTP calls, and whether that is this server.
//! Never resolves a name: a web page that has its own name lead to this machine (DNS rebinding) still calls it by that
//! name, which is how it is found out.

use std::net::{IpAddr, Ipv6Addr};

use sockeye_text::{Text, text};

use crate::address::Host;

/// The longest name of a host (RFC 1035, in text form).
const NAME: usize = 253;

/// Who can reach a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostScope {
    /// Programs of this machine, of which a browser is one.
    Loopback,
    /// Other machines too, or whoever may open a file.
    Beyond,
}

/// The names that a server answers to.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// The one that it was told to listen at.
    pub own: Option<Host>,
    /// Those that were allowed by hand.
    pub allowed: Vec<Host>,
    /// Who can reach it.
    pub reach: HostScope,
}

impl Hosts {
    /// Reads the NAME of `--allow-host`.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn name(text: &str) -> Result<Host, Text> {
        match host(text.as_bytes()) {
            Some(host) if !text.contains('*') => Ok(host),
            _ => Err(text!("host-none")),
        }
    }

    /// Whether a server answers to this. Beyond loopback nobody can know all names of a machine, and an address
    /// written in digits is a name that nobody else can have lead here.
    #[must_use]
    pub fn answer(&self, host: &Host) -> bool {
        let is_loopback = match host {
            Host::Ip(ip, _) => ip.is_loopback(),
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Unspecified | Host::Any => false,
        };
        is_loopback
            || self.own.as_ref() == Some(host)
            || self.allowed.contains(host)
            || match self.reach {
                HostScope::Loopback => false,
                HostScope::Beyond => self.allowed.is_empty() || matches!(host, Host::Ip(..)),
            }
    }
}

/// The host of a `Host` line or of a whole address: a name in lower case and without the dot at its end, or a number;
/// its port says nothing about who is called. Nothing where it is malformed (RFC 9110, section 7.2).
#[must_use]
pub fn host(text: &[u8]) -> Option<Host> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, port) = rest.split_once(']')?;
            // A zone is of the asker's machine and means nothing here.
            let ip: Ipv6Addr = inside.split('%').next()?.parse().ok()?;
            (Host::Ip(IpAddr::V6(ip), None), port)
        }
        None => {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (named(name.strip_suffix('.').unwrap_or(name))?, port)
        }
    };
    let is_port = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 5;
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(host)
}

fn named(name: &str) -> Option<Host> {
    // RFC 3986, section 3.2.2.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte);
    if name.is_empty() || name.ends_with('.') || name.len() > NAME || !name.bytes().all(fits) {
        return None;
    }
    Some(match name.parse() {
        Ok(ip) => Host::Ip(IpAddr::V4(ip), None),
        Err(_) => Host::Name(name.to_ascii_lowercase()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        host(text.as_bytes()).map(|host| host.to_string())
    }

    #[test]
    fn a_host_is_read_without_its_port() {
        for (text, expected) in [
            ("localhost", "localhost"),
            ("LocalHost:8889", "localhost"),
            (" a.example.: ", "a.example"),
            ("127.0.0.1:65535", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[0:0::1]:80", "[::1]"),
            ("[fe80::1%25eth0]:80", "[fe80::1]"),
            ("a_b-c.example", "a_b-c.example"),
            ("127.1", "127.1"),
        ] {
            assert_eq!(of(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_names_nobody_is_malformed() {
        for text in [
            "",
            " ",
            ":80",
            ".",
            "a..",
            "a b",
            "a:x",
            "a:80:80",
            "a:123456",
            "::1",
            "[::1",
            "[::1]x",
            "[x]",
            "[]",
            "me@a",
            "a/b",
            "a?b",
            "a#b",
            "a\\b",
            "<a>",
            "a,\"b\"",
            "报.example",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        assert_eq!(host(b"a\xff"), None);
        assert_eq!(of(&"a".repeat(254)), None);
    }

    #[test]
    fn a_server_answers_to_its_own_names() {
        let own = [
            "here.example:80",
            "localhost",
            "LOCALHOST.",
            "a.localhost:1",
            "127.0.0.1",
            "127.255.0.3:80",
            "[::1]:8889",
        ];
        let numbers = ["10.0.0.7:80", "0.0.0.0", "[::ffff:127.0.0.1]", "[2001:db8::1]"];
        let names =
            ["evil.example", "localhost.evil.example", "notlocalhost", "127.0.0.1.evil.example", "127.1"];
        let given = ["my.example", "MY.example:8889"];
        let all = |hosts: &Hosts, texts: &[&str]| {
            let answered: Vec<bool> =
                texts.iter().map(|text| hosts.answer(&host(text.as_bytes()).unwrap())).collect();
            let first = answered[0];
            assert!(answered.iter().all(|answer| *answer == first), "{hosts:?} {texts:?} {answered:?}");
            first
        };
        let allowed = vec![Hosts::name("My.Example").unwrap()];
        for (reach, allowed, answers) in [
            // Its own names, numbers, names, those that were given.
            (HostScope::Loopback, &[][..], [true, false, false, false]),
            (HostScope::Loopback, &allowed, [true, false, false, true]),
            (HostScope::Beyond, &[], [true, true, true, true]),
            (HostScope::Beyond, &allowed, [true, true, false, true]),
        ] {
            let hosts = Hosts { own: host(b"Here.example"), allowed: allowed.to_vec(), reach };
            let found = [&own[..], &numbers, &names, &given].map(|texts| all(&hosts, texts));
            assert_eq!(found, answers, "{hosts:?}");
        }
        assert!(["*", "*.example", "http://a", "a/b", ""].iter().all(|text| Hosts::name(text).is_err()));
    }
}
