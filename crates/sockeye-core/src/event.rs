//! What happened, as plain data in order: the only thing a view ever sees.
//! Never formats for people and never calls back.

mod benched;
mod checked;
mod damage;
mod detail;
mod failed;
mod fetched;
mod info;
mod notice;
mod probed;
mod served;
mod stats;

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

pub use benched::{
    LatencyBar, LatencyFigures, LatencyPoint, LoadConnections, LoadMode, LoadProgress, LoadRatio, LoadRatios,
    LoadReport, LoadResult, LoadSystem, LoadTally, Measured,
};
pub use checked::{Advice, CheckVerdict, CutConnection, CutFamily, CutResult, Judgement, TriedCut};
pub use damage::{FaultTally, TallyUnit, tally_up};
pub use detail::EventDetail;
pub use failed::{Failure, Kind, Operation};
pub use fetched::{Anew, FetchStep, Fetched, Listed, Proof, Thing};
pub use info::SocketInfo;
pub use notice::{GapCause, Member, Notice, Show, Speaker, TrapperStanding, Unsent};
pub use probed::{
    Aftermath, Attempt, Change, Diagnosis, IcmpKind, IcmpReport, LocalListener, LookedAt, ProbeCause,
    ProbeState, ProbeTotal, Probed,
};
pub use served::{Ask, Dialect, Outcome, Passing, Served, UnderWay};
pub use stats::{Stats, StatsFlow, StatsFlows};

use crate::{
    frame::{Check, PassedOver},
    unit::{At, Dir, Way},
};

/// The number of a conversation within a run, from 1 in order of opening.
pub type Conn = u64;

/// Which connection of a conversation that is relayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leg {
    /// The one that a client opened to us.
    Client,
    /// The one that we opened to the target.
    Target,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: At,
    /// In which conversation; none for the run itself.
    pub conn: Option<Conn>,
    /// On which of its two legs, where it is relayed.
    pub leg: Option<Leg>,
    /// What.
    pub what: What,
}

/// How a message of ours travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrapping {
    /// Framed, with its checksum, where there are such.
    #[default]
    Framed,
    /// As it is, past the framing: a frame made by hand, or by mistake.
    Raw,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A listener is bound and connections can arrive.
    Listening {
        /// The address in the form it is accepted on the command line, with the real port.
        addr: String,
        /// Where those are led who connect, where it is a relay.
        target: Option<String>,
    },
    /// A conversation began.
    Opened {
        /// The other end.
        peer: String,
        /// Our end.
        local: String,
        /// How long connecting took, in nanoseconds; none where nothing was connected by us.
        took: Option<u64>,
    },
    /// The conversation has a name from now on.
    Named {
        /// The name: it can be typed and shown as it is.
        name: Arc<str>,
        /// Which conversation was called so until now, and has no name any more.
        from: Option<Conn>,
    },
    /// A message came (under raw framing: what one read carried; a datagram).
    Recv {
        /// The message without its framing and checksum.
        data: Box<[u8]>,
        /// What its checksum said.
        check: Check,
        /// Who sent it, where that is not the conversation's peer: one of many that answer to a group or a broadcast.
        from: Option<Arc<str>>,
        /// Bytes at its beginning that end a character which the read before began.
        joined: usize,
    },
    /// One read did not carry exactly one message: several sends were glued together, or one came in parts.
    Sticky {
        /// Bytes this read carried.
        len: usize,
        /// Whole messages that ended in this read.
        messages: u64,
        /// Bytes of an unfinished message kept for the next read.
        left: usize,
    },
    /// The system has taken a message whole for sending.
    Sent {
        /// The message without its framing and checksum; all of the bytes where it has none.
        data: Box<[u8]>,
        /// Whether it has them.
        wrapping: Wrapping,
    },
    /// Bytes that came or were taken by the system, framing and all; only with [`EventDetail::Wire`].
    Wire {
        /// Which way they went.
        dir: Dir,
        /// All of one read or write.
        bytes: Box<[u8]>,
    },
    /// That direction is over (a FIN); the other may go on.
    Ended {
        /// Which direction.
        dir: Dir,
    },
    /// Our direction is over (a FIN), since the conversation is being closed: [`What::Closed`] follows.
    Closing,
    /// Damage done on purpose.
    Fault {
        /// Its name in the fault table.
        fault: Cow<'static, str>,
        /// The direction it was done to.
        way: Way,
        /// Offset in that direction, bytes; of a datagram that of its first byte.
        offset: u64,
        /// How much: milliseconds of a delay, bytes a second, bytes of a slice or cut off, the number of a datagram
        /// (from 1), the byte as it was.
        amount: u64,
        /// The bit that was flipped, 0 the lowest; only of `corrupt`.
        bit: Option<u8>,
    },
    /// What the faults of a conversation came to, just before its end; only where it had any.
    Faults {
        /// What all their chance derives from.
        seed: u64,
        /// One a fault and direction, in the order of the command line.
        tallies: Vec<FaultTally>,
    },
    /// Answers that were not sent, to keep a limit.
    Suppressed {
        /// Whose question it was.
        peer: String,
        /// Which limit.
        why: Suppression,
        /// How many since the last such event.
        count: u64,
    },
    /// A request for a file is over, however it ended.
    Served(Served),
    /// Files on their way from us; only where the plan asks to be told.
    UnderWay(UnderWay),
    /// A file on its way to us.
    Fetched(Fetched),
    /// One thing in a folder of a server.
    Listed(Listed),
    /// A receiver was tried with a cut.
    Tried(Box<TriedCut>),
    /// What all cuts came to.
    Judged(Box<Judgement>),
    /// A target was tried.
    Probed(Box<Probed>),
    /// What all attempts at a target came to.
    ProbeTotal(Box<ProbeTotal>),
    /// What a conversation under load measured; its run gathers these, and no view sees one.
    Measured(Box<Measured>),
    /// A second of a load is over.
    LoadProgress(Box<LoadProgress>),
    /// What a load came to.
    Loaded(Box<LoadReport>),
    /// Something people should know and scripts may ignore.
    Notice(Notice),
    /// What passed since the last time, in the run or in one conversation.
    Stats(Box<Stats>),
    /// What the kernel knows of a connection, because somebody asked.
    Info(Box<SocketInfo>),
    /// Something failed; the conversation or the run may end by it.
    Failed(Failure),
    /// The conversation is over: always its last event.
    Closed {
        /// Why.
        why: Ending,
        /// What passed; with the client, where it was relayed.
        counters: Counters,
        /// What passed with the target, where it was relayed.
        target: Option<Box<Counters>>,
        /// How long it lasted, in nanoseconds.
        lasted: u64,
    },
    /// The run is over: the last event of all.
    Summary(Summary),
}

/// Why an answer was kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suppression {
    /// More answers a second than `--rate` allows one peer.
    Rate,
    /// The question came from our own address.
    OwnAddress,
    /// The question came from the port of a service (below 1024), which might answer back for ever.
    ServicePort,
}

/// Why a conversation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Both directions ended in order; the peer was first to say so.
    PeerClosed,
    /// We closed.
    Closed,
    /// The peer reset it (RST), or the network did.
    PeerReset,
    /// We reset it on purpose.
    Reset,
    /// Nothing came for the idle limit.
    Idle,
    /// A datagram peer that was silent for longest had to make room for another (`--max-connections`).
    Displaced,
    /// The peer broke the framing, a limit, or a rule of who is answered.
    Refused,
    /// The peer did not read fast enough.
    TooSlow,
    /// The run is stopping.
    Stopped,
    /// Sending or receiving failed.
    Failed,
}

/// What passed in one conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Bytes received.
    pub bytes_in: u64,
    /// Bytes that the system took.
    pub bytes_out: u64,
    /// Messages received (reads, under raw framing).
    pub messages_in: u64,
    /// Messages that the system took whole.
    pub messages_out: u64,
    /// Reads that carried something.
    pub reads: u64,
    /// Messages whose checksum was wrong.
    pub bad_checksums: u64,
    /// Bytes that were passed over, since they belonged to no message.
    pub skipped: u64,
    /// Frames passed over whose length could not be.
    pub bad_lengths: u64,
    /// Frames passed over that did not end with their tail.
    pub bad_tails: u64,
    /// Frames passed over with an escape in them that stands for nothing.
    pub bad_escapes: u64,
    /// Answers kept back to keep a limit.
    pub suppressed: u64,
    /// Messages that were lost on our side: not sent because framing refused them, or not taken because who sent them
    /// is not the peer.
    pub dropped: u64,
    /// Bytes for the peer that the system had not taken when the conversation ended.
    pub unsent: u64,
}

impl Counters {
    /// Adds what was passed over.
    pub fn pass_over(&mut self, over: &PassedOver) {
        self.skipped += over.bytes;
        self.bad_lengths += over.lengths;
        self.bad_tails += over.tails;
        self.bad_escapes += over.escapes;
    }

    /// Adds `other` to these.
    pub fn add(&mut self, other: &Self) {
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.messages_in += other.messages_in;
        self.messages_out += other.messages_out;
        self.reads += other.reads;
        self.bad_checksums += other.bad_checksums;
        self.skipped += other.skipped;
        self.bad_lengths += other.bad_lengths;
        self.bad_tails += other.bad_tails;
        self.bad_escapes += other.bad_escapes;
        self.suppressed += other.suppressed;
        self.dropped += other.dropped;
        self.unsent += other.unsent;
    }
}

/// What passed in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Conversations opened (a listener's accepted connections or datagram peers; 1 for `connect`).
    pub accepted: u64,
    /// Turned away by `--allow`/`--deny` or `--full refuse`.
    pub refused: u64,
    /// Ended by the peer's RST.
    pub reset: u64,
    /// All conversations' counters together, and datagrams suppressed or dropped outside of one.
    pub totals: Counters,
    /// How long the run lasted, in nanoseconds.
    pub lasted: u64,
    /// What the faults of all conversations came to, added up by name and direction.
    pub faults: Vec<FaultTally>,
    /// What all chance of the run derives from; only where there were faults.
    pub seed: Option<u64>,
}
