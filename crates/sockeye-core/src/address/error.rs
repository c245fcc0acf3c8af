//! What can be wrong with a written address, each with the words that put it right.
//! Never about the network: an address that parses may still lead nowhere.

use thiserror::Error;

use crate::address::nearest::hint;

/// Why a text is no address. The message quotes the text and says what to write instead; a usage error (exit code 2).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was written.
    #[error("the address is empty: write HOST:PORT, PORT, udp://HOST:PORT or unix:/path")]
    Empty,
    /// A scheme nobody here knows.
    #[error("address {text:?}: unknown scheme {scheme:?}{}; there are tcp://, udp:// and unix:", hint(nearest.as_deref()))]
    Scheme { text: String, scheme: String, nearest: Option<String> },
    /// `tls://`, which is planned.
    #[error("address {text:?}: tls:// is not available yet; use tcp:// for a connection without encryption")]
    TlsNotYet { text: String },
    /// `udp:9000` and the like.
    #[error("address {text:?}: the slashes are missing: write {write}")]
    Slashes { text: String, write: String },
    /// A host without a port.
    #[error("address {text:?} has no port: write {write}")]
    NoPort { text: String, write: String },
    /// A port that is no number from 0 to 65535.
    #[error("address {text:?}: {port:?} is no port; a port is 0 to 65535")]
    Port { text: String, port: String },
    /// A character that an input method made wide.
    #[error("address {text:?} has a full-width {wide:?}, as an input method writes it: write {write}")]
    FullWidth { text: String, wide: char, write: String },
    /// The port before the host.
    #[error("address {text:?}: host and port have changed places: write {write}")]
    Swapped { text: String, write: String },
    /// Another language's way of writing an address, such as Python's `('127.0.0.1', 8888)`.
    #[error("address {text:?} is no address as it stands: write {write}")]
    Form { text: String, write: String },
    /// An IPv6 address whose colons cannot be told from the port's.
    #[error("address {text:?}: an IPv6 address goes in brackets: write {write}")]
    Brackets { text: String, write: String },
    /// Too many colons, but no IPv6 address.
    #[error("address {text:?} has more than one colon and is no IPv6 address: write HOST:PORT")]
    Colons { text: String },
    /// A `[` without its `]`, or something other than `:PORT` behind it.
    #[error("address {text:?}: an address in brackets is written [ADDRESS]:PORT")]
    Unclosed { text: String },
    /// What stands in the brackets is no IPv6 address.
    #[error("address {text:?}: {ip:?} is no IPv6 address, and only those go in brackets")]
    Ipv6 { text: String, ip: String },
    /// Digits and dots that are no IPv4 address.
    #[error("address {text:?}: {ip:?} is no IPv4 address; write four numbers from 0 to 255, as in 127.0.0.1")]
    Ipv4 { text: String, ip: String },
    /// A zone behind `%` that is empty or cannot be an interface.
    #[error("address {text:?}: {zone:?} is no zone; write an interface, as in [fe80::1%eth0]:80")]
    Zone { text: String, zone: String },
    /// No host where one is needed.
    #[error(
        "address {text:?} has an empty host: write a name or an address before the port, or * for every interface"
    )]
    NoHost { text: String },
    /// A host with characters no name can have.
    #[error("address {text:?}: {host:?} is no host name: {why}")]
    Host { text: String, host: String, why: &'static str },
    /// Options behind a TCP address.
    #[error("address {text:?}: only udp:// takes options behind a '?'")]
    TcpOptions { text: String },
    /// A UDP option nobody here knows.
    #[error("address {text:?}: unknown option {option:?}{}; there are iface=, join, broadcast and ttl=", hint(nearest.as_deref()))]
    Option { text: String, option: String, nearest: Option<String> },
    /// A UDP option with a value it cannot have.
    #[error("address {text:?}: option {option}: {why}")]
    OptionValue { text: String, option: &'static str, why: &'static str },
    /// A Unix socket name the system would refuse.
    #[error("address {text:?} is no Unix socket: {why}")]
    Unix { text: String, why: &'static str },
}
