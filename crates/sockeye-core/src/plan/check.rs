//! `check`: does a receiver survive messages that come torn apart and glued together?
//! Never sends one.

use std::time::Duration;

use super::{Conduct, Family};
use crate::{address::Address, behaviour::Expectation};

/// Who is tested, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tested {
    /// A server at this address.
    Server(Address),
    /// A client or device that connects to this address of ours and speaks first.
    Device(Address),
}

impl Tested {
    /// The address.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Server(address) | Self::Device(address) => address,
        }
    }
}

/// `check`: try a receiver with every way in which its messages may come.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     charset::Charset,
///     frame::Framing,
///     limit::{CHECK_CUTS, CHECK_GAP, CHECK_TIMEOUT, Limits},
///     plan::{CheckPlan, Conduct, Family, Tested},
/// };
///
/// let plan = CheckPlan {
///     tested: Tested::Server(Address::parse("127.0.0.1:8888")?),
///     family: Family::Any,
///     messages: vec![b"hello".to_vec()],
///     expect: Vec::new(),
///     gap: CHECK_GAP,
///     timeout: CHECK_TIMEOUT,
///     cuts: CHECK_CUTS,
///     conduct: Conduct {
///         framing: Framing::parse("len=4")?,
///         charset: Charset::utf8(),
///         faults: Vec::new(),
///         seed: 0,
///         limits: Limits::default(),
///     },
/// };
/// assert_eq!(plan.tested.address().to_string(), "tcp://127.0.0.1:8888");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct CheckPlan {
    /// Who is tested.
    pub tested: Tested,
    /// Which addresses of a name.
    pub family: Family,
    /// What is said, without its framing; at least one message.
    pub messages: Vec<Vec<u8>>,
    /// What has to be answered to each; empty where that is learnt.
    pub expect: Vec<Expectation>,
    /// The pause between two pieces.
    pub gap: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
    /// At how many places one message is cut at most.
    pub cuts: usize,
    /// How messages are framed and read; of its limits `connect_timeout` and `grace` hold.
    pub conduct: Conduct,
}
