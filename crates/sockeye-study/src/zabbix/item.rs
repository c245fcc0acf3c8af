//! Items that can be asked for: what their keys mean.

use sockeye_core::unit::Medium;

use super::key::{KeyParameter, ZabbixKey};

/// What is to be tried for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemTarget {
    /// TCP or UDP.
    pub medium: Medium,
    /// The host as it was written, an IPv6 address with or without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// What an item asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemCheck {
    /// `agent.ping`: 1.
    Ping,
    /// `agent.version`: who answers.
    Version,
    /// `net.tcp.port`, `net.tcp.service`, `net.udp.service`: 1 if the target is up, 0 if not.
    Up(ItemTarget),
    /// `net.tcp.service.perf`, `net.udp.service.perf`: seconds until it was up, 0 if it is not.
    Seconds(ItemTarget),
}

/// Where an empty host leads: an agent looks at its own machine.
const OWN: &str = "127.0.0.1";

impl ItemTarget {
    /// The target of these parameters, the first of which stands in place `first`.
    fn of(key: &ZabbixKey, medium: Medium, first: usize) -> Result<Self, String> {
        let (host, port) = (parameter(key, first)?, parameter(key, first + 1)?);
        if key.parameters.len() > first + 2 {
            return Err("Too many parameters.".to_owned());
        }
        let host = if host.is_empty() { OWN } else { host };
        match port.trim().parse() {
            Ok(0) | Err(_) if !port.is_empty() => Err(format!("Invalid port: {port}.")),
            Ok(port) => Ok(Self { medium, host: host.to_owned(), port }),
            Err(_) => Err("The port is missing: sockeye has none of its own for a service.".to_owned()),
        }
    }

    /// What a server calls the two items of this target: whether it is up, and how many seconds that took.
    #[must_use]
    pub fn keys(&self) -> [String; 2] {
        let text = |text: &str| KeyParameter::Text(text.to_owned());
        let (host, port) = (text(&self.host), text(&self.port.to_string()));
        let key = |name: &str, parameters| ZabbixKey { name: name.to_owned(), parameters }.to_string();
        match self.medium {
            Medium::Stream => [
                key("net.tcp.port", vec![host.clone(), port.clone()]),
                key("net.tcp.service.perf", vec![text("tcp"), host, port]),
            ],
            Medium::Datagram => {
                let parameters = vec![text("udp"), host, port];
                [key("net.udp.service", parameters.clone()), key("net.udp.service.perf", parameters)]
            }
        }
    }
}

impl ItemCheck {
    /// What a key asks for.
    ///
    /// # Errors
    /// Why it is not supported, in words for whoever configures the item.
    pub fn parse(text: &str) -> Result<Self, String> {
        let key = ZabbixKey::parse(text).map_err(|error| error.to_string())?;
        let own = |check| {
            if key.parameters.is_empty() { Ok(check) } else { Err("Too many parameters.".to_owned()) }
        };
        match key.name.as_str() {
            "agent.ping" => own(Self::Ping),
            "agent.version" => own(Self::Version),
            "net.tcp.port" => ItemTarget::of(&key, Medium::Stream, 0).map(Self::Up),
            "net.tcp.service" => service(&key, Medium::Stream).map(Self::Up),
            "net.udp.service" => service(&key, Medium::Datagram).map(Self::Up),
            "net.tcp.service.perf" => service(&key, Medium::Stream).map(Self::Seconds),
            "net.udp.service.perf" => service(&key, Medium::Datagram).map(Self::Seconds),
            _ => Err("Unsupported item key.".to_owned()),
        }
    }
}

/// The target of a key whose first parameter says which service it is.
fn service(key: &ZabbixKey, medium: Medium) -> Result<ItemTarget, String> {
    let known = match medium {
        Medium::Stream => "tcp",
        Medium::Datagram => "udp",
    };
    match parameter(key, 0)? {
        given if given == known => ItemTarget::of(key, medium, 1),
        "" => Err(format!("The service is missing: write {known}.")),
        _ => Err(format!("Unsupported service: sockeye checks {known} alone.")),
    }
}

fn parameter(key: &ZabbixKey, place: usize) -> Result<&str, String> {
    key.text(place).ok_or_else(|| "A list is no parameter of this item.".to_owned())
}
