//! Everything a run needs, validated, as plain data that can be printed.
//! Never runs anything and never reads the command line.

mod allowed;
mod bench;
mod check;
mod device;
mod get;
mod probe;
mod relay;
mod serve;

use std::{net::IpAddr, time::Duration};

use sockeye_text::{Text, text};

use crate::{
    address::Address,
    behaviour::{Reply, Script},
    charset::Charset,
    frame::Framing,
    limit::Limits,
    stage::FaultSpec,
};

pub use bench::{BenchPlan, Consent, LoadWork};
pub use check::{CheckPlan, Tested};
pub use device::DevicePlan;
pub use get::{Destination, Existing, GetPlan, Pins, Selection};
pub use probe::{AddressScope, AllowedTarget, Look, MonitorPlan, ProbePlan, ProbeTalk, TrapperPlan};
pub use relay::{ApiPlan, EditFile, RelayEnds, RelayPlan};
pub use serve::{Dialects, DotFiles, ServePlan};

/// How every conversation of a run is conducted, whichever end began it.
#[derive(Clone, Debug)]
pub struct Conduct {
    /// How the stream is cut and joined.
    pub framing: Framing,
    /// How messages read as text.
    pub charset: Charset,
    /// Damage on purpose, in the order asked for.
    pub faults: Vec<FaultSpec>,
    /// What all chance derives from.
    pub seed: u64,
    /// Every bound there is.
    pub limits: Limits,
}

/// Which family of addresses a name may resolve to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// Both; the first that answers wins.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// `connect`: talk to a server.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     behaviour::{ScriptInput, Script, Payload},
///     charset::Charset,
///     frame::Framing,
///     limit::Limits,
///     plan::{Conduct, ConnectPlan, DevicePlan, Family},
/// };
/// use std::time::Duration;
///
/// let plan = ConnectPlan {
///     target: Address::parse("127.0.0.1:8888")?,
///     source: None,
///     family: Family::Any,
///     retries: 0,
///     retry_delay: Duration::from_secs(1),
///     script: Script {
///         payloads: vec![Payload::Bytes(b"hello".to_vec())],
///         every: None,
///         count: Some(1),
///         wait: Some(Duration::from_secs(2)),
///         expect: None,
///         keyboard: ScriptInput::None,
///         greeting: None,
///         gap: None,
///         awaits_answers: false,
///     },
///     device: DevicePlan::default(),
///     conduct: Conduct {
///         framing: Framing::parse("len=4")?,
///         charset: Charset::utf8(),
///         faults: Vec::new(),
///         seed: 0,
///         limits: Limits::default(),
///     },
/// };
/// assert_eq!(plan.target.to_string(), "tcp://127.0.0.1:8888");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConnectPlan {
    /// Where.
    pub target: Address,
    /// Our end's address, where one was asked for.
    pub source: Option<Address>,
    /// Which addresses of a name.
    pub family: Family,
    /// How often connecting is tried again after a failure.
    pub retries: u32,
    /// How long between those.
    pub retry_delay: Duration,
    /// What our end says and waits for.
    pub script: Script,
    /// What makes a device of our end, or many.
    pub device: DevicePlan,
    /// How the conversation is conducted.
    pub conduct: Conduct,
}

/// `listen`: stand a server up.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     behaviour::Reply,
///     charset::Charset,
///     frame::Framing,
///     limit::Limits,
///     plan::{Access, Amplification, Cidr, Clients, Conduct, Console, Family, ListenPlan},
/// };
/// use sockeye_text::Text;
///
/// let no_files = |_: &str| Err(Text::verbatim("no files here"));
/// let plan = ListenPlan {
///     address: Address::parse("0.0.0.0:8888")?,
///     family: Family::Any,
///     reply: Reply::parse("echo", Charset::utf8(), &no_files)?,
///     access: Access::new(vec![Cidr::parse("10.0.0.0/8")?], vec![]),
///     console: Console::None,
///     clients: Clients::All,
///     amplification: Amplification::Refuse,
///     conduct: Conduct {
///         framing: Framing::parse("line")?,
///         charset: Charset::utf8(),
///         faults: Vec::new(),
///         seed: 0,
///         limits: Limits { max_connections: 100, ..Limits::default() },
///     },
/// };
/// assert!(plan.access.permits("10.1.2.3".parse()?));
/// assert!(!plan.access.permits("192.0.2.1".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ListenPlan {
    /// Where.
    pub address: Address,
    /// Which families a bare port binds.
    pub family: Family,
    /// What it answers.
    pub reply: Reply,
    /// Who may connect.
    pub access: Access,
    /// Who types answers, if anybody does: conversations get a mailbox.
    pub console: Console,
    /// Whether the run is over with its first conversation.
    pub clients: Clients,
    /// Whether a datagram responder may answer strangers with more than three times what they sent.
    pub amplification: Amplification,
    /// How conversations are conducted.
    pub conduct: Conduct,
}

/// Who types to conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// Nobody types.
    None,
    /// The operator's console.
    Operator,
    /// A pipe, whose bytes go to all who are connected and wait while nobody is.
    Pipe,
}

/// For whom a listener is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clients {
    /// For everybody, until it is stopped.
    #[default]
    All,
    /// For whoever comes first: that conversation is the run.
    First,
}

/// What a datagram responder may do off loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amplification {
    /// Answers at most three times the question, or refuses to start.
    Refuse,
    /// The person said so.
    Allow,
}

/// Who may connect: the longest matching prefix decides; with an allow list all others are denied.
#[derive(Clone, Debug, Default)]
pub struct Access {
    allow: Vec<Cidr>,
    deny: Vec<Cidr>,
}

/// An address prefix: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    base: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Reads `10.0.0.0/8` or one address.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn parse(text: &str) -> Result<Self, Text> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let base: IpAddr = base.trim_matches(['[', ']']).parse().map_err(|_| match base.trim() {
            "" => text!("cidr-missing"),
            _ => text!("cidr-none", base = base),
        })?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(b) => b
                .parse()
                .ok()
                .filter(|&n| n <= most)
                .ok_or_else(|| text!("cidr-prefix", bits = b, most = most, base = base.to_string()))?,
        };
        Ok(Self { base, bits })
    }

    fn covers(&self, ip: IpAddr) -> bool {
        let shift = |most: u32| most - u32::from(self.bits);
        match (self.base, ip) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                (u32::from(a) ^ u32::from(b)).checked_shr(shift(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                (u128::from(a) ^ u128::from(b)).checked_shr(shift(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl Access {
    /// Those in `allow` and nobody else, if it is not empty; nobody in `deny` unless a longer prefix allows.
    #[must_use]
    pub fn new(allow: Vec<Cidr>, deny: Vec<Cidr>) -> Self {
        Self { allow, deny }
    }

    /// Whether only those may connect who are listed.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.allow.is_empty()
    }

    /// Whether `ip` may connect. An IPv4-mapped IPv6 address counts as IPv4.
    #[must_use]
    pub fn permits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let longest = |list: &[Cidr]| list.iter().filter(|c| c.covers(ip)).map(|c| c.bits).max();
        match (longest(&self.allow), longest(&self.deny)) {
            (Some(a), Some(d)) => a > d,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => self.allow.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|t| Cidr::parse(t).unwrap()).collect()
    }

    #[test]
    fn the_longest_prefix_decides() {
        let access = Access::new(list(&["10.1.0.0/16", "::1"]), list(&["10.0.0.0/8", "10.1.2.3"]));
        for (ip, permitted) in [
            ("10.1.0.1", true),
            ("10.1.2.3", false),
            ("10.2.0.1", false),
            ("192.168.0.1", false),
            ("::1", true),
            ("::ffff:10.1.0.1", true),
        ] {
            assert_eq!(access.permits(ip.parse().unwrap()), permitted, "{ip}");
        }
        assert!(Access::new(vec![], list(&["0.0.0.0/0"])).permits("::1".parse().unwrap()));
        assert!(!Access::new(vec![], list(&["0.0.0.0/0"])).permits("1.2.3.4".parse().unwrap()));
    }

    #[test]
    fn nonsense_is_named() {
        for text in ["10.0.0.0/33", "host/8", "10.0.0.0/", "/8", ""] {
            assert!(Cidr::parse(text).is_err(), "{text}");
        }
    }
}
