//! What can be wrong with a written address, each with the words that put it right.
//! Never about the network: an address that parses may still lead nowhere.

use sockeye_text::{Text, text};
use thiserror::Error;

use crate::address::nearest::hint;

/// Why a text is no address. The message quotes the text and says what to write instead; a usage error (exit code 2).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
#[allow(missing_docs, reason = "the fields are what the messages quote")]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing was written.
    Empty,
    /// A scheme nobody here knows.
    Scheme { text: String, scheme: String, nearest: Option<String> },
    /// `tls://`, which is planned.
    TlsNotYet { text: String },
    /// `udp:9000` and the like.
    Slashes { text: String, write: String },
    /// A host without a port.
    NoPort { text: String, write: String },
    /// A port that is no number from 0 to 65535.
    Port { text: String, port: String },
    /// A character that an input method made wide.
    FullWidth { text: String, wide: char, write: String },
    /// The port before the host.
    Swapped { text: String, write: String },
    /// Another language's way of writing an address, such as Python's `('127.0.0.1', 8888)`.
    Form { text: String, write: String },
    /// An IPv6 address whose colons cannot be told from the port's.
    Brackets { text: String, write: String },
    /// Too many colons, but no IPv6 address.
    Colons { text: String },
    /// A `[` without its `]`, or something other than `:PORT` behind it.
    Unclosed { text: String },
    /// What stands in the brackets is no IPv6 address.
    Ipv6 { text: String, ip: String },
    /// Digits and dots that are no IPv4 address.
    Ipv4 { text: String, ip: String },
    /// A zone behind `%` that is empty or cannot be an interface.
    Zone { text: String, zone: String },
    /// No host where one is needed.
    NoHost { text: String },
    /// A host with characters no name can have.
    Host { text: String, host: String, why: Text },
    /// Options behind a TCP address.
    TcpOptions { text: String },
    /// A UDP option nobody here knows.
    Option { text: String, option: String, nearest: Option<String> },
    /// A UDP option with a value it cannot have.
    OptionValue { text: String, option: &'static str, why: Text },
    /// A Unix socket name the system would refuse.
    Unix { text: String, why: Text },
}

impl AddressError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => text!("address-empty"),
            Self::Scheme { text, scheme, nearest } => {
                let (text, scheme) = (quoted(text), quoted(scheme));
                text!("address-scheme", text = text, scheme = scheme, maybe = hint(nearest.as_deref()))
            }
            Self::TlsNotYet { text } => text!("address-tls", text = quoted(text)),
            Self::Slashes { text, write } => text!("address-slashes", text = quoted(text), write = write),
            Self::NoPort { text, write } => text!("address-no-port", text = quoted(text), write = write),
            Self::Port { text, port } => text!("address-port", text = quoted(text), port = quoted(port)),
            Self::FullWidth { text, wide, write } => {
                text!("address-full-width", text = quoted(text), wide = format!("{wide:?}"), write = write)
            }
            Self::Swapped { text, write } => text!("address-swapped", text = quoted(text), write = write),
            Self::Form { text, write } => text!("address-form", text = quoted(text), write = write),
            Self::Brackets { text, write } => text!("address-brackets", text = quoted(text), write = write),
            Self::Colons { text } => text!("address-colons", text = quoted(text)),
            Self::Unclosed { text } => text!("address-unclosed", text = quoted(text)),
            Self::Ipv6 { text, ip } => text!("address-ipv6", text = quoted(text), ip = quoted(ip)),
            Self::Ipv4 { text, ip } => text!("address-ipv4", text = quoted(text), ip = quoted(ip)),
            Self::Zone { text, zone } => text!("address-zone", text = quoted(text), zone = quoted(zone)),
            Self::NoHost { text } => text!("address-no-host", text = quoted(text)),
            Self::Host { text, host, why } => {
                text!("address-host", text = quoted(text), host = quoted(host), why = why.clone())
            }
            Self::TcpOptions { text } => text!("address-tcp-options", text = quoted(text)),
            Self::Option { text, option, nearest } => {
                let (text, option) = (quoted(text), quoted(option));
                text!("address-option", text = text, option = option, maybe = hint(nearest.as_deref()))
            }
            Self::OptionValue { text, option, why } => {
                text!("address-option-value", text = quoted(text), option = *option, why = why.clone())
            }
            Self::Unix { text, why } => text!("address-unix", text = quoted(text), why = why.clone()),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
