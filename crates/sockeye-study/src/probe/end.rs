//! How an attempt can end, and which state of its target that is.
//! Never knows why: that is for the diagnosis.

use sockeye_core::{
    event::{IcmpKind, ProbeState},
    unit::Medium,
};

/// How far an attempt came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeStep {
    /// Looking up the name.
    Lookup,
    /// Making a socket and asking the system to connect it: nothing has left this machine.
    Prepare,
    /// Waiting for the handshake; of datagrams, sending.
    Handshake,
    /// Waiting for an answer.
    Answer,
}

/// What the system said where something failed, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeMishap {
    /// Refused.
    Refused,
    /// Reset, or broken off.
    Reset,
    /// The system itself gave up waiting.
    TimedOut,
    /// No way there.
    Unreachable,
    /// Not allowed.
    Forbidden,
    /// There is no such thing (a Unix socket).
    Absent,
    /// No port of ours to do it from.
    NoPort,
    /// Our end cannot be where it was to be.
    NoSource,
    /// No more descriptors or memory.
    Exhausted,
    /// Anything else.
    Other,
}

/// What was wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongAnswer {
    /// It is TLS.
    Tls,
    /// It does not follow the framing.
    NotFramed,
    /// Its checksum does not fit.
    Checksum,
    /// It is another one.
    Other,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeEnd {
    /// In order: the connection was made, and what had to be answered was.
    Met,
    /// The name has no address; whether nobody answered the question is the difference.
    Unresolved {
        /// Whether the resolver said so, or could not say.
        answer: Resolver,
    },
    /// The connection was one of the socket with itself.
    SelfConnected,
    /// It took too long.
    TimedOut(ProbeStep),
    /// The system said so.
    Failed(ProbeStep, ProbeMishap),
    /// The target ended the conversation without an answer.
    Ended,
    /// Another answer came.
    Wrong(WrongAnswer),
}

/// What a resolver has to say of a name without address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// That there is none.
    Denies,
    /// Nothing, or that it does not know now.
    Fails,
}

/// Which state of the target that is; `icmp` is what was said of it on the way, if anything.
#[must_use]
pub fn state(end: ProbeEnd, icmp: Option<IcmpKind>, medium: Medium) -> ProbeState {
    match (end, medium) {
        (ProbeEnd::Met, Medium::Stream) => ProbeState::Open,
        (ProbeEnd::Met, Medium::Datagram) => ProbeState::Answered,
        (ProbeEnd::Unresolved { .. } | ProbeEnd::TimedOut(ProbeStep::Lookup), _) => ProbeState::Unresolved,
        (ProbeEnd::Failed(ProbeStep::Lookup, _), _) => ProbeState::Unresolved,
        (ProbeEnd::SelfConnected, medium) => refused(medium),
        (ProbeEnd::TimedOut(ProbeStep::Answer) | ProbeEnd::Ended, _) => ProbeState::Silent,
        (ProbeEnd::TimedOut(_), Medium::Stream) => ProbeState::Timeout,
        (ProbeEnd::TimedOut(_), Medium::Datagram) => ProbeState::Silent,
        (ProbeEnd::Wrong(_), _) => ProbeState::Unexpected,
        (ProbeEnd::Failed(step, mishap), medium) => failed(step, mishap, icmp, medium),
    }
}

fn refused(medium: Medium) -> ProbeState {
    match medium {
        Medium::Stream => ProbeState::Refused,
        Medium::Datagram => ProbeState::Closed,
    }
}

fn failed(step: ProbeStep, mishap: ProbeMishap, icmp: Option<IcmpKind>, medium: Medium) -> ProbeState {
    // Whatever it was needed for.
    if mishap == ProbeMishap::Exhausted {
        return ProbeState::Local;
    }
    if step > ProbeStep::Prepare
        && let Some(kind) = icmp
    {
        return said(kind, medium);
    }
    match (mishap, step) {
        (ProbeMishap::Refused | ProbeMishap::Absent, _) => refused(medium),
        (ProbeMishap::Reset, ProbeStep::Answer) => ProbeState::Reset,
        (ProbeMishap::Reset, _) => refused(medium),
        // What is decided before anything has left this machine is its own doing.
        (_, ProbeStep::Lookup | ProbeStep::Prepare) | (ProbeMishap::NoPort | ProbeMishap::NoSource, _) => {
            ProbeState::Local
        }
        (ProbeMishap::TimedOut, ProbeStep::Answer) => ProbeState::Silent,
        (ProbeMishap::TimedOut, _) => ProbeState::Timeout,
        (ProbeMishap::Forbidden, _) => ProbeState::Prohibited,
        (ProbeMishap::Unreachable | ProbeMishap::Exhausted | ProbeMishap::Other, _) => {
            ProbeState::Unreachable
        }
    }
}

/// What an ICMP message makes of a target.
fn said(kind: IcmpKind, medium: Medium) -> ProbeState {
    match kind {
        IcmpKind::PortUnreachable => refused(medium),
        IcmpKind::NetProhibited
        | IcmpKind::HostProhibited
        | IcmpKind::AdminProhibited
        | IcmpKind::PolicyFailed
        | IcmpKind::RejectRoute => ProbeState::Prohibited,
        IcmpKind::NetUnreachable
        | IcmpKind::HostUnreachable
        | IcmpKind::ProtocolUnreachable
        | IcmpKind::NoRoute
        | IcmpKind::AddressUnreachable
        | IcmpKind::TimeExceeded
        | IcmpKind::Other => ProbeState::Unreachable,
    }
}

/// How much the end at one address of several tells of the target; the least is told.
#[must_use]
pub fn telling(state: ProbeState) -> u8 {
    match state {
        ProbeState::Open | ProbeState::Answered => 0,
        ProbeState::Unexpected => 1,
        ProbeState::Silent => 2,
        ProbeState::Reset => 3,
        ProbeState::Timeout => 4,
        ProbeState::Refused | ProbeState::Closed => 5,
        ProbeState::Prohibited => 6,
        ProbeState::Unreachable => 7,
        ProbeState::Unresolved => 8,
        ProbeState::Local => 9,
    }
}
