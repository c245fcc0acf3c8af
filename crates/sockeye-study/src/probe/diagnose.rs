//! Why an attempt ended as it did, from how it ended and what is known around it.
//! Never guesses beyond that: where the facts leave several causes, the cause says so little.

use std::net::{IpAddr, SocketAddr};

use sockeye_core::{
    event::{Diagnosis, IcmpReport, LocalListener, LookedAt, ProbeCause, ProbeState},
    unit::Medium,
};
use sockeye_text::Text;

use super::end::{ProbeEnd, ProbeMishap, ProbeStep, Resolver, WrongAnswer};

/// What is known around an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The address that was tried last.
    pub address: Option<SocketAddr>,
    /// The address of ours that the system uses to go there; none where it knows no way.
    pub source: Option<IpAddr>,
    /// Whether that address is one of this machine.
    pub here: Whereabouts,
    /// Who said no on the way.
    pub icmp: Option<IcmpReport>,
    /// Whether the network the address is in was asked for it.
    pub neighbour: Neighbour,
    /// Sockets of this machine that listen at that port, wherever.
    pub at_port: Vec<LocalListener>,
    /// Others of this machine that listen where the target could be meant to be.
    pub others: Vec<LocalListener>,
    /// Connections that wait to be accepted by who listens at the very address.
    pub waiting: u64,
    /// Other doors that were tried.
    pub looked: Vec<LookedAt>,
    /// What the system or the resolver said.
    pub detail: Option<Text>,
    /// The first bytes of another answer.
    pub got: Box<[u8]>,
}

/// Where a target is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whereabouts {
    /// On this machine.
    Here,
    /// On another one, or nobody knows.
    #[default]
    Elsewhere,
}

/// What the network an address is in says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Neighbour {
    /// It was asked, and nobody answered.
    Silent,
    /// It answered, was not asked, or nobody knows.
    #[default]
    Unknown,
}

/// Why an attempt at a target ended so.
#[must_use]
pub fn diagnose(end: ProbeEnd, medium: Medium, around: Surroundings) -> Diagnosis {
    let cause = cause(end, medium, &around);
    let listeners = match cause {
        ProbeCause::ListensElsewhere | ProbeCause::BacklogFull | ProbeCause::ProgramSilent => around.at_port,
        ProbeCause::NobodyListensHere | ProbeCause::SelfConnected | ProbeCause::PortUnreachable => {
            around.others
        }
        _ => Vec::new(),
    };
    let Surroundings { address, source, icmp, looked, detail, got, .. } = around;
    Diagnosis { cause, address, source, icmp, listeners, looked, detail, got }
}

fn cause(end: ProbeEnd, medium: Medium, around: &Surroundings) -> ProbeCause {
    match end {
        // Only where something came behind it is there anything to say.
        ProbeEnd::Met => ProbeCause::ThrownOut,
        ProbeEnd::Unresolved { answer: Resolver::Denies } => ProbeCause::NoSuchName,
        ProbeEnd::Unresolved { answer: Resolver::Fails }
        | ProbeEnd::TimedOut(ProbeStep::Lookup)
        | ProbeEnd::Failed(ProbeStep::Lookup, _) => ProbeCause::ResolverFailed,
        ProbeEnd::SelfConnected => ProbeCause::SelfConnected,
        ProbeEnd::Ended => ProbeCause::EndedSilently,
        ProbeEnd::Wrong(WrongAnswer::Tls) => ProbeCause::SpeaksTls,
        ProbeEnd::Wrong(WrongAnswer::NotFramed) => ProbeCause::NotFramed,
        ProbeEnd::Wrong(WrongAnswer::Checksum) => ProbeCause::ChecksumBad,
        ProbeEnd::Wrong(WrongAnswer::Other) => ProbeCause::OtherAnswer,
        ProbeEnd::TimedOut(ProbeStep::Answer)
        | ProbeEnd::Failed(ProbeStep::Answer, ProbeMishap::TimedOut) => match medium {
            Medium::Stream => ProbeCause::ProgramSilent,
            Medium::Datagram => ProbeCause::DatagramSilent,
        },
        ProbeEnd::TimedOut(_) if medium == Medium::Datagram => ProbeCause::DatagramSilent,
        // A Unix socket has no handshake that could be lost.
        ProbeEnd::TimedOut(_) if around.address.is_none() => ProbeCause::BacklogFull,
        ProbeEnd::TimedOut(_) => silence(around),
        ProbeEnd::Failed(step, mishap) => failed(step, mishap, medium, around),
    }
}

fn failed(step: ProbeStep, mishap: ProbeMishap, medium: Medium, around: &Surroundings) -> ProbeCause {
    if mishap == ProbeMishap::Exhausted {
        return ProbeCause::TooManyFiles;
    }
    let is_unix = around.address.is_none();
    match (mishap, step) {
        (ProbeMishap::Absent, _) => ProbeCause::NoUnixSocket,
        (ProbeMishap::Refused, _) if is_unix => ProbeCause::UnixAbandoned,
        (ProbeMishap::Forbidden, ProbeStep::Prepare | ProbeStep::Handshake) if is_unix => {
            ProbeCause::UnixForbidden
        }
        (ProbeMishap::TimedOut | ProbeMishap::Other, ProbeStep::Prepare | ProbeStep::Handshake)
            if is_unix =>
        {
            ProbeCause::BacklogFull
        }
        (_, ProbeStep::Handshake | ProbeStep::Answer) if around.icmp.is_some() => said(medium, around),
        (ProbeMishap::Refused, _) => refused(medium, around),
        (ProbeMishap::Reset, ProbeStep::Answer) => ProbeCause::HungUp,
        (ProbeMishap::Reset, _) => refused(medium, around),
        (ProbeMishap::NoSource, _) => ProbeCause::NoSuchSource,
        (ProbeMishap::NoPort | ProbeMishap::Other, ProbeStep::Prepare) => match around.source {
            Some(_) if mishap == ProbeMishap::Other => ProbeCause::OwnFailure,
            Some(_) => ProbeCause::NoPorts,
            None => ProbeCause::NoRoute,
        },
        (ProbeMishap::Unreachable, ProbeStep::Lookup | ProbeStep::Prepare) => ProbeCause::NoRoute,
        (ProbeMishap::Forbidden, ProbeStep::Lookup | ProbeStep::Prepare) => ProbeCause::NotPermitted,
        (_, ProbeStep::Lookup | ProbeStep::Prepare) => ProbeCause::OwnFailure,
        (ProbeMishap::TimedOut, _) => silence(around),
        (ProbeMishap::Forbidden, _) => ProbeCause::Forbidden,
        (ProbeMishap::Unreachable | ProbeMishap::NoPort | ProbeMishap::Exhausted | ProbeMishap::Other, _) => {
            ProbeCause::NoWay
        }
    }
}

fn refused(medium: Medium, around: &Surroundings) -> ProbeCause {
    match (medium, around.here) {
        (Medium::Datagram, _) => ProbeCause::PortUnreachable,
        (Medium::Stream, Whereabouts::Elsewhere) => ProbeCause::NobodyListens,
        (Medium::Stream, Whereabouts::Here) if around.at_port.is_empty() => ProbeCause::NobodyListensHere,
        (Medium::Stream, Whereabouts::Here) => ProbeCause::ListensElsewhere,
    }
}

/// What was said on the way.
fn said(medium: Medium, around: &Surroundings) -> ProbeCause {
    use sockeye_core::event::IcmpKind::{
        AddressUnreachable, AdminProhibited, HostProhibited, HostUnreachable, NetProhibited, PolicyFailed,
        PortUnreachable, RejectRoute,
    };
    let Some(IcmpReport { from, kind }) = around.icmp else { return ProbeCause::NoWay };
    match kind {
        PortUnreachable if medium == Medium::Datagram => ProbeCause::PortUnreachable,
        PortUnreachable => ProbeCause::FirewallRejects,
        NetProhibited | HostProhibited | AdminProhibited | PolicyFailed | RejectRoute => {
            ProbeCause::Forbidden
        }
        // The kernel says it itself where nobody answers for an address.
        HostUnreachable | AddressUnreachable if around.source == Some(from) => ProbeCause::NoNeighbour,
        _ => ProbeCause::NoWay,
    }
}

/// Nothing came back.
fn silence(around: &Surroundings) -> ProbeCause {
    // Who is on the same machine is not unreachable: what the system drops there has no place to wait.
    if around.here == Whereabouts::Here && around.waiting > 0 {
        return ProbeCause::BacklogFull;
    }
    if around.neighbour == Neighbour::Silent {
        return ProbeCause::NoNeighbour;
    }
    let answers = |looked: &&LookedAt| {
        matches!(looked.state, ProbeState::Open | ProbeState::Refused | ProbeState::Prohibited)
    };
    let host = around.address.map(|address| address.ip());
    let (same, others): (Vec<&LookedAt>, Vec<&LookedAt>) =
        around.looked.iter().partition(|looked| Some(looked.address.ip()) == host);
    match (same.iter().any(answers), others.iter().any(answers)) {
        _ if around.looked.is_empty() => ProbeCause::NoReply,
        (true, _) => ProbeCause::PortDropped,
        (false, true) => ProbeCause::HostSilent,
        (false, false) if others.is_empty() => ProbeCause::NoReply,
        (false, false) => ProbeCause::NetworkSilent,
    }
}
