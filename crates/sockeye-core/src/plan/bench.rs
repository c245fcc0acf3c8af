//! `bench`: put a load of messages on a server and measure it.
//! Never sends one.

use std::time::Duration;

use super::{Conduct, Family};
use crate::{
    address::Address,
    behaviour::{Payload, Sought, TorrentWay},
};

/// What is done to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadWork {
    /// The next message follows an answer.
    Closed {
        /// Messages of a connection that may be unanswered.
        depth: usize,
    },
    /// Messages follow a clock.
    Open {
        /// Messages a second, over all connections.
        rate: u64,
    },
    /// Connections are made, asked one question if there is one, and reset.
    Connect {
        /// Connections a second.
        rate: u64,
    },
    /// As many bytes as will go.
    Bulk {
        /// Which way.
        way: TorrentWay,
        /// What is sent again and again.
        piece: Vec<u8>,
    },
}

/// Whether somebody has agreed to a load on other machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// It was said on the command line.
    Given,
    /// Whoever is at the terminal is asked, if somebody is.
    Asked,
}

/// `bench`: put a load on a server and measure it.
///
/// ```
/// use sockeye_core::{
///     address::Address,
///     behaviour::{Payload, Sought},
///     charset::Charset,
///     frame::Framing,
///     limit::{BENCH_DURATION, BENCH_TIMEOUT, Limits},
///     plan::{BenchPlan, Conduct, Consent, Family, LoadWork},
/// };
/// use std::time::Duration;
///
/// let plan = BenchPlan {
///     target: Address::parse("127.0.0.1:8888")?,
///     rival: None,
///     family: Family::Any,
///     work: LoadWork::Open { rate: 10_000 },
///     connections: 64,
///     payloads: vec![Payload::Bytes(vec![b'x'; 64])],
///     is_numbered: false,
///     sought: Sought::Echo,
///     ramp: Duration::ZERO,
///     warm_up: Duration::ZERO,
///     duration: BENCH_DURATION,
///     timeout: BENCH_TIMEOUT,
///     keeps_histograms: false,
///     consent: Consent::Asked,
///     conduct: Conduct {
///         framing: Framing::parse("len=4")?,
///         charset: Charset::utf8(),
///         faults: Vec::new(),
///         seed: 0,
///         limits: Limits::default(),
///     },
/// };
/// assert_eq!(plan.targets().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BenchPlan {
    /// Who is loaded.
    pub target: Address,
    /// Who takes turns with it, to be compared.
    pub rival: Option<Address>,
    /// Which addresses of a name.
    pub family: Family,
    /// What is done.
    pub work: LoadWork,
    /// Connections open at once, to each target; one at least.
    pub connections: usize,
    /// What is said, in turn; none only where connections are made without a question.
    pub payloads: Vec<Payload>,
    /// Whether datagrams begin with their number.
    pub is_numbered: bool,
    /// What answers have to be.
    pub sought: Sought,
    /// Over how long connections are opened.
    pub ramp: Duration,
    /// How long what is measured counts for nothing.
    pub warm_up: Duration,
    /// How long it is measured after that.
    pub duration: Duration,
    /// How long after it was due a message may be answered.
    pub timeout: Duration,
    /// Whether each second's times are told as a histogram.
    pub keeps_histograms: bool,
    /// Whether other machines may be loaded.
    pub consent: Consent,
    /// How messages are framed and read; of its limits `connect_timeout` and `grace` hold.
    pub conduct: Conduct,
}

impl BenchPlan {
    /// Who is loaded, in the order of the command line.
    pub fn targets(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.target).chain(&self.rival)
    }
}
