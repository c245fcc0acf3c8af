//! Whose datagrams a socket takes, and how its conversations are conducted.
//! Never touches the socket.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::Behaviour,
    plan::Access,
    stage::{FaultSpec, Side},
};

/// Whose datagrams are taken.
#[derive(Debug)]
pub(crate) enum Policy {
    /// Anybody's who may, up to so many at once.
    Server { access: Arc<Access>, most: usize, services: Services },
    /// This peer's only.
    Client { peer: SocketAddr, patience: Patience },
    /// Anybody's, as answers to what is sent to a group.
    Group { group: SocketAddr },
}

/// Whether what comes from the port of a service elsewhere (below 1024) gets answers.
///
/// A forged question makes two services that answer whatever comes talk to each other for ever (CVE-2024-2169).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Services {
    /// As anybody else.
    Answered,
    /// It is heard, and gets none.
    Heard,
}

impl Services {
    /// Whether `peer` gets no answers.
    pub(crate) fn withhold(self, peer: SocketAddr) -> bool {
        const FIRST_FREE: u16 = 1024;
        self == Self::Heard && peer.port() < FIRST_FREE && !peer.ip().to_canonical().is_loopback()
    }
}

/// What an ICMP refusal means to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// The end: a script wants to know.
    None,
    /// A word to the person who types.
    Person,
}

/// What a socket's conversations are made of.
pub(crate) struct Manner {
    pub(crate) side: Side,
    pub(crate) faults: Vec<FaultSpec>,
    pub(crate) idle: Option<Duration>,
    pub(crate) behave: Box<dyn Fn() -> Box<dyn Behaviour> + Send>,
}
