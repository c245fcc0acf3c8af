//! What a load came to: its messages in one conversation, a second of it, and all of it.
//! Never measures anything.

use serde::{Deserialize, Serialize};

use super::{Ending, Kind};

/// What messages came to. Once none is outstanding, `sent` is `answered` and `missing` and `errors` together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadTally {
    /// Messages that were said.
    pub sent: u64,
    /// Those that were answered; where no answers are expected, those that the system has taken.
    pub answered: u64,
    /// Of those, the ones whose answer was not what was asked for.
    pub wrong: u64,
    /// Answers that nothing was asked for.
    pub extra: u64,
    /// Messages whose answer did not come in time.
    pub missing: u64,
    /// Messages whose connection was lost before their answer came.
    pub errors: u64,
    /// Messages that were due and could not be said at all.
    pub unsent: u64,
    /// Answers to datagrams that had been given up.
    pub late: u64,
    /// Answers to datagrams that came behind those to later ones.
    pub reordered: u64,
    /// Messages that were said later than they were due by no fault of the peer: by more than a millisecond.
    pub delayed: u64,
    /// The longest such delay, nanoseconds.
    pub delay: u64,
    /// How much the time of answers to datagrams varies (RFC 3550, 6.4.1), nanoseconds; of several conversations the largest.
    pub jitter: u64,
    /// Bytes that came.
    pub bytes_in: u64,
    /// Bytes that the system took.
    pub bytes_out: u64,
}

impl LoadTally {
    /// Adds `other` to these.
    pub fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.answered += other.answered;
        self.wrong += other.wrong;
        self.extra += other.extra;
        self.missing += other.missing;
        self.errors += other.errors;
        self.unsent += other.unsent;
        self.late += other.late;
        self.reordered += other.reordered;
        self.delayed += other.delayed;
        self.delay = self.delay.max(other.delay);
        self.jitter = self.jitter.max(other.jitter);
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
    }
}

/// What one conversation measured since it last told, in one phase of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Which of the targets it is with, from 0.
    pub target: usize,
    /// Which phase the messages were due in: 0 is the warm-up, others are rounds.
    pub phase: u32,
    /// What they came to.
    pub tally: LoadTally,
    /// How long answers took, each, nanoseconds.
    pub latencies: Vec<u64>,
    /// How the conversation ended, where its errors are of that.
    pub lost: Option<Ending>,
}

/// A distribution of times in a few numbers, all but `count` nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyFigures {
    /// How many there were.
    pub count: u64,
    /// The shortest.
    pub min: u64,
    /// Their mean.
    pub mean: u64,
    /// Half of them took no longer.
    pub p50: u64,
    /// 90 % of them took no longer.
    pub p90: u64,
    /// 99 % of them took no longer.
    pub p99: u64,
    /// 99.9 % of them took no longer.
    pub p999: u64,
    /// The longest.
    pub max: u64,
}

/// How many times were no longer than this, and longer than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyBar {
    /// The longest that counts, nanoseconds.
    pub upto: u64,
    /// How many.
    pub count: u64,
}

/// A point of the curve of latency by percentile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LatencyPoint {
    /// Percent of all times that are no longer, below 100 but for the last.
    pub percentile: f64,
    /// That time, nanoseconds.
    pub latency: u64,
}

/// One second of a load on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadProgress {
    /// What is done.
    pub mode: LoadMode,
    /// The target.
    pub addr: String,
    /// When the second began, nanoseconds since the run began.
    pub since: u64,
    /// How long it lasted, nanoseconds.
    pub lasted: u64,
    /// Whether it is of the warm-up, which counts for nothing.
    pub is_warm_up: bool,
    /// What messages came to in it.
    pub tally: LoadTally,
    /// How long answers took, if any came.
    pub latency: Option<LatencyFigures>,
    /// How they are distributed.
    pub bars: Vec<LatencyBar>,
    /// Connections that are open.
    pub open: u64,
    /// All its times as an HdrHistogram, version 2, compressed; empty unless it was asked for.
    pub histogram: Box<[u8]>,
}

/// What became of the connections to a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadConnections {
    /// How many were to be open at once.
    pub asked: u64,
    /// How many were opened, all told.
    pub opened: u64,
    /// How many were lost and not closed by us.
    pub lost: u64,
    /// Attempts that failed at the other side, by what failed.
    pub failed: Vec<(Kind, u64)>,
    /// Attempts for which this machine had no port or descriptor left.
    pub exhausted: u64,
    /// How long connecting took.
    pub took: Option<LatencyFigures>,
}

/// What a load on one target came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadResult {
    /// The target.
    pub addr: String,
    /// How long it was measured, nanoseconds.
    pub lasted: u64,
    /// What messages came to, those of the warm-up left out.
    pub tally: LoadTally,
    /// How long answers took, if any came.
    pub latency: Option<LatencyFigures>,
    /// How they are distributed.
    pub bars: Vec<LatencyBar>,
    /// The same as a curve.
    pub curve: Vec<LatencyPoint>,
    /// Messages that were lost with their connection, by how that ended.
    pub errors: Vec<(Ending, u64)>,
    /// What became of its connections.
    pub connections: LoadConnections,
}

/// How one target compares with another: the second's figure divided by the first's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadRatio {
    /// The median of all rounds.
    pub value: f64,
    /// The distance between the quartiles of the rounds.
    pub spread: f64,
}

/// How two targets that took turns compare; what neither round had is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadRatios {
    /// How many rounds each had.
    pub rounds: u64,
    /// Answers a second.
    pub rate: Option<LoadRatio>,
    /// The median latency.
    pub p50: Option<LoadRatio>,
    /// The 99th percentile of latency.
    pub p99: Option<LoadRatio>,
}

/// What a load was limited to, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadSystem {
    /// Descriptors that this process may have.
    pub descriptors: Option<u64>,
    /// The first and last port that the system gives to those who connect.
    pub ports: Option<(u16, u16)>,
    /// The congestion control of new connections.
    pub congestion: Option<String>,
}

/// What is loaded, in kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoadMode {
    /// The next message follows an answer.
    Closed,
    /// Messages follow a clock.
    Open,
    /// Connections are made and ended.
    Connect,
    /// As many bytes as will go.
    Bulk,
}

impl LoadMode {
    /// What programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Connect => "connect",
            Self::Bulk => "bulk",
        }
    }
}

/// What a run of `bench` came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadReport {
    /// What was done.
    pub mode: LoadMode,
    /// One a target.
    pub targets: Vec<LoadResult>,
    /// How two targets compare.
    pub ratios: Option<LoadRatios>,
    /// What all chance derives from.
    pub seed: u64,
    /// What this machine allows.
    pub system: LoadSystem,
}
