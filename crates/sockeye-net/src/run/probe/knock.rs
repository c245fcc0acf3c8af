//! One attempt at one address: what a connection, or a datagram and its answer, come to.
//! Never tries again, and leaves nothing behind: connections are ended by a reset, which rests in no TIME_WAIT.

use std::{io, net::SocketAddr, time::Duration};

use sockeye_core::event::{Aftermath, IcmpReport};
use sockeye_study::probe::{ProbeEnd, ProbeMishap, ProbeStep, RawIcmp};
use sockeye_sys::{QueuedIcmp, is_exhausted, words};
use sockeye_text::Text;
use tokio::time::Instant;

/// What came of it.
#[derive(Debug)]
pub(super) struct Knock {
    pub(super) end: ProbeEnd,
    /// The address; none of Unix sockets.
    pub(super) address: Option<SocketAddr>,
    pub(super) connect: Option<Duration>,
    pub(super) answer: Option<Duration>,
    /// When it was decided.
    pub(super) decided: Instant,
    pub(super) then: Option<Aftermath>,
    pub(super) icmp: Option<IcmpReport>,
    pub(super) detail: Option<Text>,
    pub(super) got: Box<[u8]>,
}

impl Knock {
    /// It ended so, just now.
    pub(super) fn ended(end: ProbeEnd, address: Option<SocketAddr>) -> Self {
        Self {
            end,
            address,
            connect: None,
            answer: None,
            decided: Instant::now(),
            then: None,
            icmp: None,
            detail: None,
            got: Box::default(),
        }
    }

    /// The system said so, just now.
    pub(super) fn failed(step: ProbeStep, error: &io::Error, address: Option<SocketAddr>) -> Self {
        let end = ProbeEnd::Failed(step, mishap(error));
        Self { detail: Some(words(error)), ..Self::ended(end, address) }
    }
}

/// What an error of the system means for an attempt.
pub(super) fn mishap(error: &io::Error) -> ProbeMishap {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused => ProbeMishap::Refused,
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => ProbeMishap::Reset,
        Kind::TimedOut | Kind::WouldBlock => ProbeMishap::TimedOut,
        Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::NetworkDown => ProbeMishap::Unreachable,
        Kind::PermissionDenied => ProbeMishap::Forbidden,
        Kind::NotFound => ProbeMishap::Absent,
        Kind::AddrNotAvailable => ProbeMishap::NoPort,
        _ if is_exhausted(error) => ProbeMishap::Exhausted,
        _ => ProbeMishap::Other,
    }
}

/// What an ICMP message of the system's queue says.
pub(super) fn report(queued: QueuedIcmp) -> IcmpReport {
    let QueuedIcmp { from, kind, code } = queued;
    RawIcmp { from, kind, code }.report()
}
