//! Reads `--fault NAME[=VALUE][,key=value…]` against the table of faults.
//! Never does damage itself.

use std::{fmt, sync::Arc, time::Duration};

use sockeye_text::{Text, text};
use thiserror::Error;

use super::{fault::Fault, latency::Latency, slice::Slice};
use crate::{address::nearest::nearest, rule::quantity, unit::Dir};

/// Which end of the conversation is ours, for the meaning of `dir=up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// We dialled: what we send goes up.
    Client,
    /// We were dialled: what we receive goes up.
    Server,
}

/// The directions a fault works in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// From client to server.
    Up,
    /// From server to client.
    Down,
    /// Both.
    #[default]
    Both,
}

impl Way {
    /// Whether this covers direction `dir` seen from `side`.
    #[must_use]
    pub fn covers(self, side: Side, dir: Dir) -> bool {
        let up = matches!((side, dir), (Side::Client, Dir::Out) | (Side::Server, Dir::In));
        match self {
            Self::Both => true,
            Self::Up => up,
            Self::Down => !up,
        }
    }
}

type Make = Arc<dyn Fn() -> Fault + Send + Sync>;

/// A fault that was asked for, validated.
#[derive(Clone)]
pub struct FaultSpec {
    /// Its name in the table.
    pub name: &'static str,
    /// The directions it works in.
    pub way: Way,
    /// The probability, 0 to 1, that it works in a conversation at all.
    pub chance: f64,
    text: String,
    make: Make,
}

impl PartialEq for FaultSpec {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
    /// Specifications that are accepted, for tests that take every row.
    pub samples: &'static [&'static str],
    read: fn(&mut Fields<'_>) -> Result<Make, FaultError>,
}

impl fmt::Debug for FaultRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The pause between two pieces, where `gap` does not say: longer than a receiver takes to come back for the next.
const GAP: Duration = Duration::from_millis(2);

/// The table of faults.
pub const FAULTS: &[FaultRow] = &[
    FaultRow {
        name: "latency",
        form: "latency=100ms[,jitter=20ms]",
        about: "about-fault-latency",
        samples: &["latency", "latency=30ms", "latency=20ms,jitter=20ms", "latency=0ms,jitter=7ms"],
        read: |fields| {
            let base = fields.value("100ms", duration)?;
            let jitter = fields.key("jitter", duration)?.unwrap_or_default();
            Ok(Arc::new(move || Fault::Stage(Box::new(Latency::new(base, jitter)))))
        },
    },
    FaultRow {
        name: "slice",
        form: "slice=N|MIN..MAX[,gap=2ms]",
        about: "about-fault-slice",
        samples: &["slice", "slice=1", "slice=3,gap=0s", "slice=2..30,gap=10ms"],
        read: |fields| {
            let (min, max) = fields.value("1..64", range)?;
            let gap = fields.key("gap", duration)?.unwrap_or(GAP);
            Ok(Arc::new(move || Fault::Cutter(Box::new(Slice { min, max, gap }))))
        },
    },
];

/// Why a fault specification was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct FaultError {
    spec: String,
    problem: Text,
}

impl FaultError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        text!("labelled", what = format!("--fault '{}'", self.spec), detail = self.problem.clone())
    }
}

struct Fields<'a> {
    spec: &'a str,
    form: &'static str,
    value: Option<&'a str>,
    keys: Vec<(&'a str, &'a str)>,
}

impl<'a> Fields<'a> {
    fn wrong(&self, problem: Text) -> FaultError {
        let problem = text!("fault-form", problem = problem, form = self.form);
        FaultError { spec: self.spec.to_owned(), problem }
    }

    fn value<T>(
        &mut self,
        default: &'a str,
        read: impl Fn(&str) -> Result<T, Text>,
    ) -> Result<T, FaultError> {
        read(self.value.take().unwrap_or(default)).map_err(|e| self.wrong(e))
    }

    fn key<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Result<T, Text>,
    ) -> Result<Option<T>, FaultError> {
        let Some(place) = self.keys.iter().position(|(k, _)| *k == name) else { return Ok(None) };
        let (_, text) = self.keys.remove(place);
        read(text).map(Some).map_err(|e| self.wrong(e))
    }
}

fn duration(text: &str) -> Result<Duration, Text> {
    quantity::duration(text).map_err(|error| error.text())
}

fn range(text: &str) -> Result<(u64, u64), Text> {
    let number = |t: &str| {
        let n = t.parse::<u64>().map_err(|_| match t {
            "" => text!("slice-missing"),
            t => text!("slice-none", text = t),
        })?;
        if n == 0 { Err(text!("slice-zero")) } else { Ok(n) }
    };
    let (min, max) = match text.split_once("..") {
        None => (number(text)?, number(text)?),
        Some((a, b)) => (number(a)?, number(b)?),
    };
    if min > max {
        return Err(text!("slice-turned", min = min, max = max));
    }
    Ok((min, max))
}

fn direction(text: &str) -> Result<Way, Text> {
    match text {
        "up" => Ok(Way::Up),
        "down" => Ok(Way::Down),
        "" => Err(text!("direction-missing")),
        _ => Err(text!("direction-none", text = text)),
    }
}

fn probability(text: &str) -> Result<f64, Text> {
    text.parse::<f64>().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| match text {
        "" => text!("chance-missing"),
        text => text!("chance-none", text = text),
    })
}

impl FaultSpec {
    /// Reads one `--fault`.
    ///
    /// # Errors
    /// An unknown name or key, a bad value, or a key given twice, each named with what to write instead.
    pub fn parse(spec: &str) -> Result<Self, FaultError> {
        let wrong = |problem: Text| FaultError { spec: spec.to_owned(), problem };
        let mut parts = spec.split(',');
        let head = parts.next().unwrap_or_default();
        let (name, value) = head.split_once('=').map_or((head, None), |(n, v)| (n, Some(v)));
        let row = FAULTS.iter().find(|row| row.name == name).ok_or_else(|| {
            let names: Vec<&str> = FAULTS.iter().map(|row| row.name).collect();
            wrong(match nearest(name, names.iter().copied()) {
                _ if name.is_empty() => text!("fault-none", names = names.join(", ")),
                Some(near) => text!("fault-near", name = name, near = near),
                None => text!("fault-unknown", name = name, names = names.join(", ")),
            })
        })?;
        let mut fields = Fields { spec, form: row.form, value, keys: Vec::new() };
        for part in parts {
            let (key, value) = part.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
                fields.wrong(match part {
                    "" => text!("fault-comma"),
                    part => text!("fault-no-pair", part = part),
                })
            })?;
            if fields.keys.iter().any(|(k, _)| *k == key) {
                return Err(fields.wrong(text!("fault-twice", key = key)));
            }
            fields.keys.push((key, value));
        }
        let way = fields.key("dir", direction)?.unwrap_or_default();
        let chance = fields.key("chance", probability)?.unwrap_or(1.0);
        let make = (row.read)(&mut fields)?;
        if let Some((key, _)) = fields.keys.first() {
            return Err(fields.wrong(text!("fault-no-key", fault = row.name, key = *key)));
        }
        Ok(Self { name: row.name, way, chance, text: spec.to_owned(), make })
    }

    /// A fresh one for one direction of one conversation.
    #[must_use]
    pub fn make(&self) -> Fault {
        (self.make)()
    }
}
