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
    Server { access: Arc<Access>, most: usize },
    /// This peer's only.
    Client { peer: SocketAddr, patience: Patience },
    /// Anybody's, as answers to what is sent to a group.
    Group { group: SocketAddr },
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
