//! The table of faults: how each is written, what it does, and on what.
//! Never does damage itself.

use std::{fmt, sync::Arc, time::Duration};

use sockeye_text::text;

use super::{
    bandwidth::Bandwidth,
    corrupt::Corrupt,
    cut::CutOff,
    drop::DropSome,
    duplicate::Duplicate,
    fault::{Fault, Stage},
    fields::{Author, FaultError, FaultFields, duration, probability, range, rate, size, spread},
    glue::Glue,
    latency::Latency,
    prompt::Prompt,
    refuse::Refuse,
    reorder::Reorder,
    reset::Reset,
    slice::Slice,
    slow_accept::SlowAccept,
    slow_close::SlowClose,
    stall::Stall,
    truncate::Truncate,
};
use crate::{
    event::TallyUnit,
    unit::{Medium, Way},
};

/// What makes a fresh fault for one direction of one conversation.
pub(super) type Make = Arc<dyn Fn() -> Fault + Send + Sync>;

/// The media that a fault works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultMedia {
    /// Streams and datagrams.
    Both,
    /// Streams alone.
    Streams,
    /// Datagrams alone.
    Datagrams,
}

impl FaultMedia {
    /// Whether `medium` is one of them.
    #[must_use]
    pub fn covers(self, medium: Medium) -> bool {
        match self {
            Self::Both => true,
            Self::Streams => medium == Medium::Stream,
            Self::Datagrams => medium == Medium::Datagram,
        }
    }
}

/// What a fault leaves of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultClass {
    /// All of them, as they were, a stream in order: it only decides when, and in which pieces.
    Keeps,
    /// It loses, changes, repeats or keeps back for ever.
    Harms,
}

/// What a fault works on as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultReach {
    /// Each direction by itself; counted in bytes of streams, and in datagrams.
    Units,
    /// The same, counted in bytes in any case.
    Bytes,
    /// The ends of directions.
    Ends,
    /// Each direction of a conversation, once.
    Directions,
    /// A conversation, once: it stands in one direction alone.
    Conversation,
}

impl FaultReach {
    /// Whether it stands in direction `way` where no direction is named.
    pub(super) fn covers(self, way: Way) -> bool {
        self != Self::Conversation || way == Way::Up
    }

    /// What is counted of that on which it can act.
    pub(super) fn unit(self, medium: Medium) -> TallyUnit {
        match self {
            Self::Units if medium == Medium::Datagram => TallyUnit::Datagrams,
            Self::Units | Self::Bytes => TallyUnit::Bytes,
            Self::Ends => TallyUnit::Ends,
            Self::Directions | Self::Conversation => TallyUnit::Conversations,
        }
    }
}

/// One kind of fault.
pub struct FaultRow {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it does: the key of a sentence.
    pub about: &'static str,
    /// What it works on.
    pub media: FaultMedia,
    /// What it leaves of the bytes.
    pub class: FaultClass,
    /// Specifications that are accepted, for tests that take every row.
    pub samples: &'static [&'static str],
    pub(super) reach: FaultReach,
    pub(super) read: fn(&mut FaultFields<'_>) -> Result<Make, FaultError>,
}

impl fmt::Debug for FaultRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl FaultRow {
    /// The keys that it takes besides those which all take.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.form.split(['[', ']', ',']).skip(1).filter_map(|part| Some(part.split_once('=')?.0))
    }
}

/// What edits are, as a row: they are asked for by a file and not by a specification.
pub(super) static EDIT: FaultRow = FaultRow {
    name: "edit",
    form: "edit",
    about: "about-edit",
    media: FaultMedia::Both,
    class: FaultClass::Harms,
    samples: &[],
    reach: FaultReach::Units,
    read: |fields| Err(fields.wrong(text!("edit-by-file"))),
};

/// The pause between two pieces, where `gap` does not say: longer than a receiver takes to come back for the next.
const GAP: Duration = Duration::from_millis(2);

fn stage<S: Stage + 'static>(make: impl Fn() -> S + Send + Sync + 'static) -> Make {
    Arc::new(move || Fault::Stage(Box::new(make())))
}

/// A stage that strikes with a probability: none where that is 0.
fn striking<S: Stage + 'static>(
    fields: &mut FaultFields<'_>,
    make: impl Fn(f64) -> S + Send + Sync + 'static,
) -> Result<Make, FaultError> {
    let chance = fields.needed(probability)?;
    if chance > 0.0 { Ok(stage(move || make(chance))) } else { Ok(Arc::new(|| Fault::Nothing)) }
}

/// The table of faults.
pub const FAULTS: &[FaultRow] = &[
    FaultRow {
        name: "latency",
        form: "latency=100ms[,jitter=20ms][,dist=uniform|normal]",
        about: "about-fault-latency",
        media: FaultMedia::Both,
        class: FaultClass::Keeps,
        reach: FaultReach::Units,
        samples: &[
            "latency",
            "latency=30ms",
            "latency=20ms,jitter=20ms",
            "latency=9ms,jitter=3ms,dist=normal",
        ],
        read: |fields| {
            let base = fields.value("100ms", duration)?;
            let jitter = fields.key("jitter", duration)?.unwrap_or_default();
            let spread = fields.key("dist", spread)?.unwrap_or_default();
            if jitter > base && fields.author == Author::Person {
                return Err(fields.wrong(text!("jitter-large")));
            }
            Ok(stage(move || Latency::new(base, jitter, spread)))
        },
    },
    FaultRow {
        name: "bandwidth",
        form: "bandwidth=1MB",
        about: "about-fault-bandwidth",
        media: FaultMedia::Both,
        class: FaultClass::Keeps,
        reach: FaultReach::Bytes,
        samples: &["bandwidth", "bandwidth=1kB", "bandwidth=64KiB"],
        read: |fields| {
            let rate = fields.value("1MB", rate)?;
            Ok(stage(move || Bandwidth::new(rate)))
        },
    },
    FaultRow {
        name: "slice",
        form: "slice=N|MIN..MAX[,gap=2ms]",
        about: "about-fault-slice",
        media: FaultMedia::Streams,
        class: FaultClass::Keeps,
        reach: FaultReach::Bytes,
        samples: &["slice", "slice=1", "slice=3,gap=0s", "slice=2..30,gap=10ms"],
        read: |fields| {
            let (min, max) = fields.value("1..64", range)?;
            let gap = fields.key("gap", duration)?.unwrap_or(GAP);
            Ok(Arc::new(move || Fault::Cutter(Box::new(Slice { min, max, gap }))))
        },
    },
    FaultRow {
        name: "glue",
        form: "glue=50ms",
        about: "about-fault-glue",
        media: FaultMedia::Streams,
        class: FaultClass::Keeps,
        reach: FaultReach::Bytes,
        samples: &["glue", "glue=5ms"],
        read: |fields| {
            let within = fields.value("50ms", duration)?;
            Ok(stage(move || Glue::new(within)))
        },
    },
    FaultRow {
        name: "cut",
        form: "cut=N",
        about: "about-fault-cut",
        media: FaultMedia::Streams,
        class: FaultClass::Harms,
        reach: FaultReach::Bytes,
        samples: &["cut=0", "cut=7", "cut=100"],
        read: |fields| {
            let limit = fields.needed(size)?;
            Ok(stage(move || CutOff::new(limit)))
        },
    },
    FaultRow {
        name: "reset",
        form: "reset=N[,after=D]",
        about: "about-fault-reset",
        media: FaultMedia::Streams,
        class: FaultClass::Harms,
        reach: FaultReach::Bytes,
        samples: &["reset=0", "reset=7", "reset=0,after=5ms", "reset=100,after=20ms"],
        read: |fields| {
            let limit = fields.needed(size)?;
            let after = fields.key("after", duration)?;
            Ok(stage(move || Reset::new(limit, after)))
        },
    },
    FaultRow {
        name: "stall",
        form: "stall=N[,close=D]",
        about: "about-fault-stall",
        media: FaultMedia::Streams,
        class: FaultClass::Harms,
        reach: FaultReach::Bytes,
        samples: &["stall=0", "stall=7", "stall=0,close=20ms", "stall=100,close=5ms"],
        read: |fields| {
            let limit = fields.needed(size)?;
            let close = fields.key("close", duration)?;
            Ok(stage(move || Stall::new(limit, close)))
        },
    },
    FaultRow {
        name: "slow-close",
        form: "slow-close=D",
        about: "about-fault-slow-close",
        media: FaultMedia::Streams,
        class: FaultClass::Keeps,
        reach: FaultReach::Ends,
        samples: &["slow-close=0s", "slow-close=30ms"],
        read: |fields| {
            let delay = fields.needed(duration)?;
            Ok(stage(move || SlowClose::new(delay)))
        },
    },
    FaultRow {
        name: "refuse",
        form: "refuse",
        about: "about-fault-refuse",
        media: FaultMedia::Streams,
        class: FaultClass::Harms,
        reach: FaultReach::Conversation,
        samples: &["refuse"],
        read: |fields| match fields.value {
            Some(_) => Err(fields.wrong(text!("fault-no-value", fault = "refuse"))),
            None => Ok(stage(Refuse::default)),
        },
    },
    FaultRow {
        name: "slow-accept",
        form: "slow-accept=D",
        about: "about-fault-slow-accept",
        media: FaultMedia::Both,
        class: FaultClass::Keeps,
        reach: FaultReach::Directions,
        samples: &["slow-accept=0s", "slow-accept=30ms"],
        read: |fields| {
            let delay = fields.needed(duration)?;
            Ok(stage(move || SlowAccept::new(delay)))
        },
    },
    FaultRow {
        name: "corrupt",
        form: "corrupt=P",
        about: "about-fault-corrupt",
        media: FaultMedia::Both,
        class: FaultClass::Harms,
        reach: FaultReach::Bytes,
        samples: &["corrupt=0", "corrupt=0.001", "corrupt=0.1", "corrupt=1"],
        read: |fields| striking(fields, |chance| Prompt::of(Corrupt::new(chance))),
    },
    FaultRow {
        name: "drop",
        form: "drop=P",
        about: "about-fault-drop",
        media: FaultMedia::Datagrams,
        class: FaultClass::Harms,
        reach: FaultReach::Units,
        samples: &["drop=0", "drop=0.2", "drop=1"],
        read: |fields| striking(fields, |chance| Prompt::of(DropSome::new(chance))),
    },
    FaultRow {
        name: "duplicate",
        form: "duplicate=P",
        about: "about-fault-duplicate",
        media: FaultMedia::Datagrams,
        class: FaultClass::Harms,
        reach: FaultReach::Units,
        samples: &["duplicate=0", "duplicate=0.2", "duplicate=1"],
        read: |fields| striking(fields, |chance| Prompt::of(Duplicate::new(chance))),
    },
    FaultRow {
        name: "reorder",
        form: "reorder=P",
        about: "about-fault-reorder",
        media: FaultMedia::Datagrams,
        class: FaultClass::Harms,
        reach: FaultReach::Units,
        samples: &["reorder=0", "reorder=0.2", "reorder=1"],
        read: |fields| striking(fields, Reorder::new),
    },
    FaultRow {
        name: "truncate",
        form: "truncate=N",
        about: "about-fault-truncate",
        media: FaultMedia::Datagrams,
        class: FaultClass::Harms,
        reach: FaultReach::Units,
        samples: &["truncate=0", "truncate=10", "truncate=1000"],
        read: |fields| {
            let most = usize::try_from(fields.needed(size)?).unwrap_or(usize::MAX);
            Ok(stage(move || Prompt::of(Truncate::new(most))))
        },
    },
];

/// Other names of faults: those of toxiproxy, whose values that are times become this key of ours.
pub(super) const ALIASES: &[(&str, &str, Option<&str>)] = &[
    ("slicer", "slice", None),
    ("limit-data", "cut", None),
    ("reset-peer", "reset", Some("after")),
    ("timeout", "stall", Some("close")),
];
