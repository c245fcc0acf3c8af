//! What the numbers of an ICMP message say.
//! Sources: RFC 792 and RFC 1812 (section 5.2.7.1) for IPv4, RFC 4443 for IPv6.

use std::net::IpAddr;

use sockeye_core::event::{IcmpKind, IcmpReport};

/// An ICMP message as the system hands it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawIcmp {
    /// Who sent it.
    pub from: IpAddr,
    /// Its type; of IPv4 or IPv6, as `from` is.
    pub kind: u8,
    /// Its code.
    pub code: u8,
}

impl RawIcmp {
    /// What it says.
    #[must_use]
    pub fn report(self) -> IcmpReport {
        IcmpReport { from: self.from, kind: icmp_kind(self) }
    }
}

/// What it says.
#[must_use]
pub fn icmp_kind(raw: RawIcmp) -> IcmpKind {
    match (raw.from, raw.kind, raw.code) {
        // Destination unreachable.
        (IpAddr::V4(_), 3, 0 | 6 | 11) => IcmpKind::NetUnreachable,
        (IpAddr::V4(_), 3, 1 | 7 | 8 | 12) => IcmpKind::HostUnreachable,
        (IpAddr::V4(_), 3, 2) => IcmpKind::ProtocolUnreachable,
        (IpAddr::V4(_), 3, 3) => IcmpKind::PortUnreachable,
        (IpAddr::V4(_), 3, 9) => IcmpKind::NetProhibited,
        (IpAddr::V4(_), 3, 10) => IcmpKind::HostProhibited,
        (IpAddr::V4(_), 3, 13..=15) => IcmpKind::AdminProhibited,
        (IpAddr::V4(_), 11, _) | (IpAddr::V6(_), 3, _) => IcmpKind::TimeExceeded,
        (IpAddr::V6(_), 1, 0) => IcmpKind::NoRoute,
        (IpAddr::V6(_), 1, 1) => IcmpKind::AdminProhibited,
        (IpAddr::V6(_), 1, 2 | 3) => IcmpKind::AddressUnreachable,
        (IpAddr::V6(_), 1, 4) => IcmpKind::PortUnreachable,
        (IpAddr::V6(_), 1, 5) => IcmpKind::PolicyFailed,
        (IpAddr::V6(_), 1, 6) => IcmpKind::RejectRoute,
        // Parameter problem: that next header is not spoken.
        (IpAddr::V6(_), 4, 1) => IcmpKind::ProtocolUnreachable,
        _ => IcmpKind::Other,
    }
}
