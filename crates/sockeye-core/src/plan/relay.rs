//! `relay`: stand between two ends.
//! Never connects or listens.

use std::sync::Arc;

use super::{Access, Conduct, Family};
use crate::{
    address::{Address, Host},
    rule::Edits,
};

/// A file of edits that was read.
#[derive(Clone, Debug)]
pub struct EditFile {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub edits: Arc<Edits>,
}

/// Where a relay stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayEnds {
    /// Where clients come in.
    pub address: Address,
    /// Where they are taken.
    pub target: Address,
}

/// The API on which relays are made, changed and ended while the run goes on.
#[derive(Clone, Debug)]
pub struct ApiPlan {
    /// Where it is offered, over TCP.
    pub address: Address,
    /// Names it may be called by besides its own.
    pub hosts: Vec<Host>,
}

/// `relay`: whoever connects to one end talks to the other, and what passes is shown, and damaged if that was asked for.
///
/// The framing of `conduct` is how people are shown what passes; bytes go on as they come.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     charset::Charset,
///     frame::Framing,
///     limit::Limits,
///     plan::{Access, Conduct, RelayEnds, Family, RelayPlan},
///     stage::FaultSpec,
/// };
///
/// let plan = RelayPlan {
///     ends: Some(RelayEnds { address: Address::parse("127.0.0.1:9000")?, target: Address::parse("10.0.0.7:502")? }),
///     family: Family::Any,
///     access: Access::default(),
///     control: None,
///     api: None,
///     edits: None,
///     conduct: Conduct {
///         framing: Framing::parse("modbus-tcp")?,
///         charset: Charset::utf8(),
///         faults: vec![FaultSpec::parse("latency=100ms,dir=down")?],
///         seed: 42,
///         limits: Limits::default(),
///     },
/// };
/// assert_eq!(plan.shown().to_string(), "tcp://127.0.0.1:9000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RelayPlan {
    /// The relay that stands from the beginning; none where the API makes them.
    pub ends: Option<RelayEnds>,
    /// Which addresses of a name, and which families a bare port binds.
    pub family: Family,
    /// Who may connect.
    pub access: Access,
    /// A Unix socket on which faults can be changed while it runs.
    pub control: Option<Address>,
    /// The API that is offered, if one is.
    pub api: Option<ApiPlan>,
    /// What becomes of single messages on their way.
    pub edits: Option<EditFile>,
    /// How what passes is shown and damaged, and every bound. The faults are those of `ends`.
    pub conduct: Conduct,
}

impl RelayPlan {
    /// The address that stands for it where one is told.
    #[must_use]
    pub fn shown(&self) -> &Address {
        let of_api = || self.api.as_ref().map(|api| &api.address);
        self.ends.as_ref().map(|ends| &ends.address).or_else(of_api).unwrap_or(&Address::Stdio)
    }
}
