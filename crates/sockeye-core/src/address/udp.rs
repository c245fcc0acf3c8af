//! The options of a UDP address: interface, group membership, broadcast, time to live.
//! Never applies them: that is the business of whoever opens the socket.

use std::fmt;

use sockeye_text::text;

use super::{AddressError, Host, host::is_interface};

/// The option names, for suggestions.
const OPTIONS: [&str; 4] = ["iface", "join", "broadcast", "ttl"];

/// What stands behind the `?` of a UDP address: `?iface=lo&join&broadcast&ttl=N`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UdpOptions {
    /// `iface=NAME`: the interface to send on and to join with (a name, or an address of it).
    pub iface: Option<String>,
    /// `join`: become a member of the multicast group that the host is.
    pub join: bool,
    /// `broadcast`: allow sending to broadcast addresses.
    pub broadcast: bool,
    /// `ttl=N`: how many routers a datagram may pass, 1 to 255; 0 (this machine only) for a multicast group.
    pub ttl: Option<u8>,
}

impl UdpOptions {
    pub(super) fn parse(query: &str, host: &Host, text: &str) -> Result<Self, AddressError> {
        let mut options = Self::default();
        let group = matches!(host, Host::Ip(ip, _) if ip.is_multicast());
        let bad = |option, why| AddressError::OptionValue { text: text.into(), option, why };
        for item in query.split('&').filter(|item| !item.is_empty()) {
            let (name, value) = match item.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (item, None),
            };
            match (name, value) {
                ("iface", Some(value)) if is_interface(value) => options.iface = Some(value.into()),
                ("iface", _) => return Err(bad("iface", text!("option-iface"))),
                ("join", None) if group => options.join = true,
                ("join", None) => return Err(bad("join", text!("option-no-group"))),
                ("join", Some(_)) => return Err(bad("join", text!("option-takes-no-value"))),
                ("broadcast", None) => options.broadcast = true,
                ("broadcast", Some(_)) => return Err(bad("broadcast", text!("option-takes-no-value"))),
                ("ttl", value) => match value.and_then(|value| value.parse::<u8>().ok()) {
                    Some(0) if !group => return Err(bad("ttl", text!("option-ttl-zero"))),
                    Some(ttl) => options.ttl = Some(ttl),
                    None => return Err(bad("ttl", text!("option-ttl"))),
                },
                (other, _) => {
                    let nearest = crate::address::nearest::nearest(other, OPTIONS).map(str::to_owned);
                    return Err(AddressError::Option { text: text.into(), option: other.into(), nearest });
                }
            }
        }
        Ok(options)
    }
}

impl fmt::Display for UdpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = [
            self.iface.as_ref().map(|iface| format!("iface={iface}")),
            self.join.then(|| "join".to_owned()),
            self.broadcast.then(|| "broadcast".to_owned()),
            self.ttl.map(|ttl| format!("ttl={ttl}")),
        ];
        for (n, item) in items.into_iter().flatten().enumerate() {
            write!(f, "{}{item}", if n == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}
