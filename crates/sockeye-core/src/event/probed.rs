//! What attempts at a target found: each by itself, why it went as it did, and what all of them came to.
//! Never decides anything.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sockeye_text::Text;

use crate::unit::At;

/// How a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeState {
    /// It takes connections; where something had to be answered, it was.
    Open,
    /// Nobody listens: a reset (RST) or an ICMP port unreachable.
    Refused,
    /// Nothing came back in time.
    Timeout,
    /// Somebody on the way says that there is no way there.
    Unreachable,
    /// Somebody on the way says that it is not allowed.
    Prohibited,
    /// Its name has no address.
    Unresolved,
    /// The conversation was reset.
    Reset,
    /// It was not tried: this machine could not. Neither up nor down.
    Local,
    /// A datagram was answered.
    Answered,
    /// Nobody has that port of datagrams: an ICMP port unreachable.
    Closed,
    /// Nothing was answered: over UDP, to a datagram; over a stream, on an open connection.
    Silent,
    /// What was answered is not what had to be.
    Unexpected,
}

impl ProbeState {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Refused,
        Self::Timeout,
        Self::Unreachable,
        Self::Prohibited,
        Self::Unresolved,
        Self::Reset,
        Self::Local,
        Self::Answered,
        Self::Closed,
        Self::Silent,
        Self::Unexpected,
    ];

    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Prohibited => "prohibited",
            Self::Unresolved => "unresolved",
            Self::Reset => "reset",
            Self::Local => "local",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Silent => "silent",
            Self::Unexpected => "unexpected",
        }
    }

    /// Whether the target does what it is there for.
    #[must_use]
    pub fn is_up(self) -> bool {
        matches!(self, Self::Open | Self::Answered)
    }

    /// Whether the target does not; what this machine could not try is neither.
    #[must_use]
    pub fn is_down(self) -> bool {
        !self.is_up() && self != Self::Local
    }
}

/// What came behind a connection that was judged open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aftermath {
    /// A reset at once: it was accepted and thrown out.
    Reset,
}

impl Aftermath {
    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
        }
    }
}

/// One attempt at a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// How the target is.
    pub state: ProbeState,
    /// Which of its addresses that is about; none of Unix sockets, and where there was none.
    pub address: Option<SocketAddr>,
    /// How long its name took to be looked up; none where there is no name.
    pub lookup: Option<Duration>,
    /// How long the handshake took; none where there was none.
    pub connect: Option<Duration>,
    /// How long the answer took, from what was said to the last byte that was needed; none where there was none.
    pub answer: Option<Duration>,
    /// How long all of it took.
    pub took: Duration,
    /// What came behind a connection that was judged open.
    pub then: Option<Aftermath>,
}

impl Attempt {
    /// The time that statistics are made of: how long the answer took where one was waited for, else the handshake; none
    /// where the target is not up.
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        self.answer.or(self.connect).filter(|_| self.state.is_up())
    }
}

/// That a target was in another state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// In which.
    pub was: ProbeState,
    /// How long it had been up, or not up, where that is what changed; how long in that state otherwise.
    pub lasted: Duration,
}

/// One attempt, and what it means after those before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// The target, as an address that can be written.
    pub target: Arc<str>,
    /// Its place among the targets, from 0.
    pub index: usize,
    /// Which attempt at it, from 1.
    pub number: u64,
    /// When it began.
    pub begun: At,
    /// What it found.
    pub attempt: Attempt,
    /// Since when the target is up, or is not: the moment of the first attempt in a row that says so. What this machine could
    /// not try changes nothing.
    pub since: At,
    /// What was before, where the state is another now.
    pub change: Option<Change>,
    /// Why, of the first attempt that is not in order and of each change to another such state.
    pub diagnosis: Option<Box<Diagnosis>>,
}

/// Why an attempt went as it did. The name of each is part of `sockeye explain probe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeCause {
    /// Refused by this machine: nobody listens on that port.
    NobodyListensHere,
    /// Refused by this machine: who listens on that port does so at other addresses.
    ListensElsewhere,
    /// Refused by the host: nobody listens on that port.
    NobodyListens,
    /// Refused by an ICMP message, which is what firewalls send.
    FirewallRejects,
    /// There is no such Unix socket.
    NoUnixSocket,
    /// There is a Unix socket, and nobody listens to it.
    UnixAbandoned,
    /// The Unix socket may not be opened.
    UnixForbidden,
    /// The connection was one of the socket with itself: nobody listens.
    SelfConnected,
    /// Nothing came back, and no more is known.
    NoReply,
    /// Nothing came back from that port, while another of the same host answers.
    PortDropped,
    /// Nothing came back from the host, while a neighbour of it answers.
    HostSilent,
    /// Nothing came back from the host nor from a neighbour of it.
    NetworkSilent,
    /// Who listens on that port of this machine accepts no more: its backlog is full.
    BacklogFull,
    /// Nobody answers for that address in the network it is in (ARP, neighbour discovery).
    NoNeighbour,
    /// Somebody on the way says that there is no way there.
    NoWay,
    /// Somebody on the way says that it is not allowed.
    Forbidden,
    /// The connection was accepted and reset at once.
    ThrownOut,
    /// The conversation was reset after something was said.
    HungUp,
    /// The conversation was ended without an answer.
    EndedSilently,
    /// The system took the connection, and the program behind it says nothing.
    ProgramSilent,
    /// The answer is TLS, which was not spoken to.
    SpeaksTls,
    /// Another answer came.
    OtherAnswer,
    /// What came does not follow the framing.
    NotFramed,
    /// The checksum of what came is wrong.
    ChecksumBad,
    /// There is no such name, or it has no address.
    NoSuchName,
    /// The resolver did not answer.
    ResolverFailed,
    /// This machine has no route there.
    NoRoute,
    /// This machine has no port left to connect from.
    NoPorts,
    /// This process may open no more files.
    TooManyFiles,
    /// This machine forbids it (a firewall of its own).
    NotPermitted,
    /// Our end cannot be where it was to be.
    NoSuchSource,
    /// Something else of this machine failed.
    OwnFailure,
    /// Nobody has that port of datagrams.
    PortUnreachable,
    /// Nothing answered a datagram: open, dropped on the way, or a service that does not answer this.
    DatagramSilent,
}

impl ProbeCause {
    /// All of them.
    pub const ALL: [Self; 34] = [
        Self::NobodyListensHere,
        Self::ListensElsewhere,
        Self::NobodyListens,
        Self::FirewallRejects,
        Self::NoUnixSocket,
        Self::UnixAbandoned,
        Self::UnixForbidden,
        Self::SelfConnected,
        Self::NoReply,
        Self::PortDropped,
        Self::HostSilent,
        Self::NetworkSilent,
        Self::BacklogFull,
        Self::NoNeighbour,
        Self::NoWay,
        Self::Forbidden,
        Self::ThrownOut,
        Self::HungUp,
        Self::EndedSilently,
        Self::ProgramSilent,
        Self::SpeaksTls,
        Self::OtherAnswer,
        Self::NotFramed,
        Self::ChecksumBad,
        Self::NoSuchName,
        Self::ResolverFailed,
        Self::NoRoute,
        Self::NoPorts,
        Self::TooManyFiles,
        Self::NotPermitted,
        Self::NoSuchSource,
        Self::OwnFailure,
        Self::PortUnreachable,
        Self::DatagramSilent,
    ];

    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NobodyListensHere => "nobody-listens-here",
            Self::ListensElsewhere => "listens-elsewhere",
            Self::NobodyListens => "nobody-listens",
            Self::FirewallRejects => "firewall-rejects",
            Self::NoUnixSocket => "no-unix-socket",
            Self::UnixAbandoned => "unix-abandoned",
            Self::UnixForbidden => "unix-forbidden",
            Self::SelfConnected => "self-connected",
            Self::NoReply => "no-reply",
            Self::PortDropped => "port-dropped",
            Self::HostSilent => "host-silent",
            Self::NetworkSilent => "network-silent",
            Self::BacklogFull => "backlog-full",
            Self::NoNeighbour => "no-neighbour",
            Self::NoWay => "no-way",
            Self::Forbidden => "forbidden",
            Self::ThrownOut => "thrown-out",
            Self::HungUp => "hung-up",
            Self::EndedSilently => "ended-silently",
            Self::ProgramSilent => "program-silent",
            Self::SpeaksTls => "speaks-tls",
            Self::OtherAnswer => "other-answer",
            Self::NotFramed => "not-framed",
            Self::ChecksumBad => "checksum-bad",
            Self::NoSuchName => "no-such-name",
            Self::ResolverFailed => "resolver-failed",
            Self::NoRoute => "no-route",
            Self::NoPorts => "no-ports",
            Self::TooManyFiles => "too-many-files",
            Self::NotPermitted => "not-permitted",
            Self::NoSuchSource => "no-such-source",
            Self::OwnFailure => "own-failure",
            Self::PortUnreachable => "port-unreachable",
            Self::DatagramSilent => "datagram-silent",
        }
    }
}

/// What an ICMP message says of a packet that did not arrive (RFC 792, RFC 1812, RFC 4443).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IcmpKind {
    /// No way to that network.
    NetUnreachable,
    /// No way to that host, or nobody there answers for it.
    HostUnreachable,
    /// That host does not speak this protocol.
    ProtocolUnreachable,
    /// Nobody has that port.
    PortUnreachable,
    /// That network may not be reached.
    NetProhibited,
    /// That host may not be reached.
    HostProhibited,
    /// An administrator forbids it.
    AdminProhibited,
    /// IPv6: no route to the destination.
    NoRoute,
    /// IPv6: the address is unreachable.
    AddressUnreachable,
    /// IPv6: the source address may not be used (ingress or egress policy).
    PolicyFailed,
    /// IPv6: a route that rejects.
    RejectRoute,
    /// It went through too many routers.
    TimeExceeded,
    /// Something else.
    Other,
}

impl IcmpKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::NetUnreachable,
        Self::HostUnreachable,
        Self::ProtocolUnreachable,
        Self::PortUnreachable,
        Self::NetProhibited,
        Self::HostProhibited,
        Self::AdminProhibited,
        Self::NoRoute,
        Self::AddressUnreachable,
        Self::PolicyFailed,
        Self::RejectRoute,
        Self::TimeExceeded,
        Self::Other,
    ];

    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NetUnreachable => "net-unreachable",
            Self::HostUnreachable => "host-unreachable",
            Self::ProtocolUnreachable => "protocol-unreachable",
            Self::PortUnreachable => "port-unreachable",
            Self::NetProhibited => "net-prohibited",
            Self::HostProhibited => "host-prohibited",
            Self::AdminProhibited => "admin-prohibited",
            Self::NoRoute => "no-route",
            Self::AddressUnreachable => "address-unreachable",
            Self::PolicyFailed => "policy-failed",
            Self::RejectRoute => "reject-route",
            Self::TimeExceeded => "time-exceeded",
            Self::Other => "other",
        }
    }
}

/// An ICMP message about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IcmpReport {
    /// Who sent it.
    pub from: IpAddr,
    /// What it says.
    pub kind: IcmpKind,
}

/// A socket of this machine that listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalListener {
    /// Where.
    pub address: SocketAddr,
    /// Whose it is, where the system tells: the name and the number of a process.
    pub holder: Option<(String, u32)>,
}

/// Another door that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAt {
    /// Where.
    pub address: SocketAddr,
    /// How it is.
    pub state: ProbeState,
}

/// Why an attempt went as it did, and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Why.
    pub cause: ProbeCause,
    /// The address that was tried last.
    pub address: Option<SocketAddr>,
    /// The address of ours that the system uses to go there.
    pub source: Option<IpAddr>,
    /// Who said no on the way.
    pub icmp: Option<IcmpReport>,
    /// Sockets of this machine that listen and have to do with it, a few.
    pub listeners: Vec<LocalListener>,
    /// Other doors that were tried.
    pub looked: Vec<LookedAt>,
    /// What the system or the resolver said.
    pub detail: Option<Text>,
    /// The first bytes of another answer, at most [`crate::limit::PROBE_SHOWN`].
    pub got: Box<[u8]>,
}

/// What all attempts at a target came to. Durations are of those that were up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeTotal {
    /// The target, as in [`Probed`].
    pub target: Arc<str>,
    /// Its place among the targets, from 0.
    pub index: usize,
    /// Its last state; none where it was never tried.
    pub state: Option<ProbeState>,
    /// Attempts.
    pub sent: u64,
    /// Those that found it up.
    pub up: u64,
    /// Those that found it down.
    pub down: u64,
    /// Those that this machine could not make.
    pub local: u64,
    /// The shortest time.
    pub min: Option<Duration>,
    /// The median time.
    pub p50: Option<Duration>,
    /// The time that 99 of 100 keep.
    pub p99: Option<Duration>,
    /// The longest time.
    pub max: Option<Duration>,
    /// The mean difference between one time and the next.
    pub jitter: Option<Duration>,
    /// How many attempts in a row, the last included, found it as the last did, up or down.
    pub run: u64,
    /// The longest time it was down: from the first attempt that found it so to the first that did not, or to the end.
    pub longest_outage: Duration,
    /// Since when it is down, if it is.
    pub down_since: Option<At>,
}

impl ProbeTotal {
    /// The share of attempts that found it down, of those that could be made; 0 where there were none.
    #[must_use]
    pub fn loss(&self) -> f64 {
        let made = self.up + self.down;
        // Counts of attempts: no run makes so many that a double loses one.
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
        if made == 0 { 0.0 } else { self.down as f64 / made as f64 }
    }
}
