//! `probe`: is it answering, and how fast? And where that is reported while it goes on.
//! Never connects.

use std::time::Duration;

use super::{Cidr, Conduct, Family};
use crate::{
    address::{Address, Host},
    behaviour::{Expectation, Payload},
};

/// Which addresses of a name are a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressScope {
    /// All together: the target is up if one of them is.
    #[default]
    Together,
    /// Each by itself, as they are when the run begins.
    Each,
}

/// Whether other doors are tried than the one that was asked for, where one does not answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The target alone is ever contacted.
    #[default]
    Target,
    /// Well-known ports of the same host and one neighbour of it, once a change.
    Around,
}

/// What is said to a target, and what it has to answer.
#[derive(Clone, Debug)]
pub struct ProbeTalk {
    /// What is said, one message each; nothing where the target speaks first.
    pub payloads: Vec<Payload>,
    /// What has to come; any message, where nothing is said of it.
    pub expect: Option<Expectation>,
}

/// Where results go besides the screen.
#[derive(Clone, Debug, Default)]
pub struct MonitorPlan {
    /// Where Prometheus finds metrics, over HTTP.
    pub metrics: Option<Address>,
    /// Where passive checks of Zabbix are answered.
    pub zabbix_agent: Option<Address>,
    /// A Zabbix server or proxy that each result is sent to.
    pub trapper: Option<TrapperPlan>,
    /// What others may ask for besides the targets of the plan.
    pub allowed: Vec<AllowedTarget>,
    /// Names it may be called by besides its own, over HTTP.
    pub hosts: Vec<Host>,
}

/// A Zabbix server or proxy that takes results (trapper items).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapperPlan {
    /// Where it listens.
    pub server: Address,
    /// What the host is called there.
    pub host: String,
}

/// A target that others may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedTarget {
    /// This host, by the name or number it is asked for, and this port.
    Host(Host, u16),
    /// This port of every address of a network.
    Network(Cidr, u16),
}

/// `probe`: try targets again and again, and tell whether they answer, how fast, and if not, why.
///
/// ```
/// use std::time::Duration;
/// use sockeye_core::{
///     address::Address,
///     charset::Charset,
///     frame::Framing,
///     limit::{Limits, PROBE_COUNT, PROBE_INTERVAL, PROBE_TIMEOUT},
///     plan::{AddressScope, Conduct, Family, Look, MonitorPlan, ProbePlan},
/// };
///
/// let plan = ProbePlan {
///     targets: vec![Address::parse("127.0.0.1:8888")?, Address::parse("udp://127.0.0.1:53")?],
///     scope: AddressScope::Together,
///     family: Family::Any,
///     source: None,
///     count: Some(PROBE_COUNT),
///     duration: None,
///     interval: PROBE_INTERVAL,
///     timeout: PROBE_TIMEOUT,
///     talk: None,
///     look: Look::Target,
///     on_change: Vec::new(),
///     monitor: MonitorPlan::default(),
///     conduct: Conduct {
///         framing: Framing::raw(),
///         charset: Charset::utf8(),
///         faults: Vec::new(),
///         seed: 0,
///         limits: Limits::default(),
///     },
/// };
/// assert_eq!(plan.targets[0].to_string(), "tcp://127.0.0.1:8888");
/// assert!(plan.duration < Some(Duration::MAX));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProbePlan {
    /// What is tried.
    pub targets: Vec<Address>,
    /// What of a name is a target.
    pub scope: AddressScope,
    /// Which addresses of a name.
    pub family: Family,
    /// Our end, where it is chosen: a host, its port 0.
    pub source: Option<Address>,
    /// How often each is tried; until stopped where there is no such number and no `duration`.
    pub count: Option<u64>,
    /// How long each is tried.
    pub duration: Option<Duration>,
    /// From the beginning of one attempt to the beginning of the next; longer than nothing.
    pub interval: Duration,
    /// The longest one attempt may take, looking up the name and the answer included.
    pub timeout: Duration,
    /// The conversation that is held, where connecting alone is not enough. Datagrams are always answered or not: without
    /// this, an empty one is sent.
    pub talk: Option<ProbeTalk>,
    /// Whether other doors are tried to find out why one does not answer.
    pub look: Look,
    /// The program that is run when the state of a target changes, and its arguments; none where it is empty.
    pub on_change: Vec<String>,
    /// Where results go besides the screen.
    pub monitor: MonitorPlan,
    /// How messages are framed and read; of its limits `grace` and `max_frame` hold.
    pub conduct: Conduct,
}
