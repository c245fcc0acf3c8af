//! Addresses: where to talk or to listen, as people write it, parsed and printed.
//! Never resolves a name, never looks at an interface and never opens a socket.
//!
//! What is accepted:
//!
//! | written | means |
//! |---|---|
//! | `HOST:PORT`, `tcp://HOST:PORT` | TCP; the command line takes a service's name for the port too |
//! | `PORT`, `:PORT`, `tcp://PORT` | TCP, this machine: loopback (v4 and v6) |
//! | `*:PORT` | TCP, every interface, v4 and v6 |
//! | `udp://…` with `?iface=lo&join&broadcast&ttl=N` | UDP, same hosts |
//! | `unix:/path`, `unix:///path`, `unix:@name` | a Unix socket, or one in the abstract namespace |
//! | `-` | standard input and output |
//!
//! IPv6 goes in brackets, with its zone where it has one: `[fe80::1%eth0]:80` (RFC 3986, RFC 9844; the zone is
//! taken as it stands, without percent-decoding).

mod error;
mod host;
pub mod nearest;
mod slip;
mod udp;

pub use error::AddressError;
pub use host::Host;
pub use slip::narrow;
pub use udp::UdpOptions;

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr};

use serde::{Deserialize, Serialize};
use sockeye_text::text;

use crate::unit::Medium;

/// The longest Unix socket name in bytes: `sun_path` is 108 bytes, one of them the NUL (unix(7)).
pub const UNIX_NAME_MAX: usize = 107;

/// Where to talk or to listen. It prints in a form that [`Address::parse`] accepts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Address {
    /// A TCP endpoint.
    Tcp {
        /// Which machine or interface.
        host: Host,
        /// The port; 0 lets the system choose when listening.
        port: u16,
    },
    /// A UDP endpoint.
    Udp {
        /// Which machine, interface or group.
        host: Host,
        /// The port; 0 lets the system choose when listening.
        port: u16,
        /// What was said behind the `?`.
        options: UdpOptions,
    },
    /// A Unix stream socket.
    Unix(UnixName),
    /// Standard input and output: `-`.
    Stdio,
}

/// What a Unix socket is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UnixName {
    /// A path in the file system, at most [`UNIX_NAME_MAX`] bytes.
    Path(PathBuf),
    /// A name in Linux's abstract namespace, written `@name`, at most [`UNIX_NAME_MAX`] bytes.
    Abstract(String),
}

/// The schemes with a host and a port.
#[derive(Clone, Copy)]
enum Scheme {
    Tcp,
    Udp,
}

/// The scheme names an error message may suggest.
const SCHEMES: [&str; 3] = ["tcp", "udp", "unix"];

impl Address {
    fn parse_exactly(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text == "-" {
            return Ok(Self::Stdio);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return match scheme.to_ascii_lowercase().as_str() {
                "tcp" => Self::endpoint(Scheme::Tcp, rest, text),
                "udp" => Self::endpoint(Scheme::Udp, rest, text),
                "unix" => Self::unix(rest, text),
                other => Err(unknown_scheme(other, text)),
            };
        }
        if let Some((scheme, rest)) = text.split_once(':') {
            match scheme.to_ascii_lowercase().as_str() {
                "unix" => return Self::unix(rest, text),
                // A host could be called "udp", but far more often the slashes were forgotten.
                known @ ("tcp" | "udp" | "tls") => {
                    let write = format!("{known}://{rest}");
                    return Err(AddressError::Slashes { text: text.into(), write });
                }
                _ => {}
            }
        }
        Self::endpoint(Scheme::Tcp, text, text)
    }

    fn parse_pair_exactly(host: &str, port: &str) -> Result<Self, AddressError> {
        let text = format!("{host} {port}");
        let (scheme, bare) = match host.split_once("://") {
            None => (Scheme::Tcp, host),
            Some((scheme, bare)) => match scheme.to_ascii_lowercase().as_str() {
                "tcp" => (Scheme::Tcp, bare),
                "udp" => (Scheme::Udp, bare),
                other => return Err(unknown_scheme(other, &text)),
            },
        };
        let port = host::port(port, &text)?;
        let host = host::alone(bare, &text)?;
        Ok(Self::of(scheme, host, port, UdpOptions::default()))
    }

    /// The TCP address of a socket, for printing what was really bound or reached.
    #[must_use]
    pub fn tcp(socket: SocketAddr) -> Self {
        Self::Tcp { host: Host::from(socket), port: socket.port() }
    }

    /// The UDP address of a socket, for printing what was really bound or heard.
    #[must_use]
    pub fn udp(socket: SocketAddr) -> Self {
        Self::Udp { host: Host::from(socket), port: socket.port(), options: UdpOptions::default() }
    }

    /// The host, where there is one.
    #[must_use]
    pub fn host(&self) -> Option<&Host> {
        match self {
            Self::Tcp { host, .. } | Self::Udp { host, .. } => Some(host),
            Self::Unix(_) | Self::Stdio => None,
        }
    }

    /// Whether it carries a stream or datagrams.
    #[must_use]
    pub fn medium(&self) -> Medium {
        match self {
            Self::Udp { .. } => Medium::Datagram,
            Self::Tcp { .. } | Self::Unix(_) | Self::Stdio => Medium::Stream,
        }
    }

    /// The port, where there is one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Tcp { port, .. } | Self::Udp { port, .. } => Some(*port),
            Self::Unix(_) | Self::Stdio => None,
        }
    }

    /// The same with another port, where it has one.
    #[must_use]
    pub fn with_port(self, port: u16) -> Self {
        match self {
            Self::Tcp { host, .. } => Self::Tcp { host, port },
            Self::Udp { host, options, .. } => Self::Udp { host, port, options },
            portless @ (Self::Unix(_) | Self::Stdio) => portless,
        }
    }

    fn of(scheme: Scheme, host: Host, port: u16, options: UdpOptions) -> Self {
        match scheme {
            Scheme::Tcp => Self::Tcp { host, port },
            Scheme::Udp => Self::Udp { host, port, options },
        }
    }

    /// `HOST:PORT`, an optional `/` that browsers and people add, and for UDP the options.
    fn endpoint(scheme: Scheme, rest: &str, text: &str) -> Result<Self, AddressError> {
        let (place, query) = match rest.split_once('?') {
            Some((place, query)) => (place, Some(query)),
            None => (rest, None),
        };
        // Only behind a scheme: a bare "8888/" is more likely a path that lost its beginning.
        let place = if text.contains("://") { place.strip_suffix('/').unwrap_or(place) } else { place };
        let (host, port) = host::with_port(place, text)?;
        let options = match (scheme, query) {
            (_, None) => UdpOptions::default(),
            (Scheme::Tcp, Some(_)) => return Err(AddressError::TcpOptions { text: text.into() }),
            (Scheme::Udp, Some(query)) => UdpOptions::parse(query, &host, text)?,
        };
        Ok(Self::of(scheme, host, port, options))
    }

    fn unix(rest: &str, text: &str) -> Result<Self, AddressError> {
        let bad = |why| AddressError::Unix { text: text.into(), why };
        let name = rest.strip_prefix('@').unwrap_or(rest);
        if name.is_empty() {
            return Err(bad(text!("unix-no-name")));
        }
        if name.len() > UNIX_NAME_MAX {
            return Err(bad(text!("unix-long")));
        }
        if name.contains('\0') {
            return Err(bad(text!("unix-nul")));
        }
        Ok(Self::Unix(match rest.strip_prefix('@') {
            Some(name) => UnixName::Abstract(name.into()),
            None => UnixName::Path(name.into()),
        }))
    }
}

fn unknown_scheme(scheme: &str, text: &str) -> AddressError {
    if scheme == "tls" {
        return AddressError::TlsNotYet { text: text.into() };
    }
    let nearest = crate::address::nearest::nearest(scheme, SCHEMES).map(str::to_owned);
    AddressError::Scheme { text: text.into(), scheme: scheme.into(), nearest }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
            Self::Udp { host, port, options } => write!(f, "udp://{host}:{port}{options}"),
            Self::Unix(UnixName::Abstract(name)) => write!(f, "unix:@{name}"),
            Self::Unix(UnixName::Path(path)) => {
                let path = path.display().to_string();
                // Two leading slashes would be taken for the URI form's, and an @ for an abstract name.
                let guard = if path.starts_with("//") {
                    "//"
                } else if path.starts_with('@') {
                    "./"
                } else {
                    ""
                };
                write!(f, "unix:{guard}{path}")
            }
            Self::Stdio => f.write_str("-"),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests;
