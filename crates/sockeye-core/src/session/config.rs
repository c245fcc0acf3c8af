//! What a session is opened with.

use std::{sync::Arc, time::Duration};

use crate::{
    behaviour::Common,
    event::Conn,
    stage::{FaultSpec, Side},
    unit::Medium,
};

/// Parameters of [`Session::open`](super::Session::open), besides the behaviour.
#[derive(Debug)]
pub struct SessionConfig<'a> {
    /// What all conversations share.
    pub common: &'a Arc<Common>,
    /// The number of this one.
    pub conn: Conn,
    /// The other end, in the form addresses are written.
    pub peer: Arc<str>,
    /// Our end.
    pub local: &'a str,
    /// How long connecting took; none where nothing was connected by us.
    pub took: Option<Duration>,
    /// Stream or datagrams.
    pub medium: Medium,
    /// Whether we dialled.
    pub side: Side,
    /// Damage asked for.
    pub faults: &'a [FaultSpec],
    /// Longest silence before the conversation is closed.
    pub idle: Option<Duration>,
}
