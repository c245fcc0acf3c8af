//! The parts of a fault's specification, read one by one, and what is said of a wrong one.
//! Never knows a fault.

use std::time::Duration;

use sockeye_text::{Text, text};
use thiserror::Error;

use super::latency::Spread;
use crate::{rule::quantity, unit::Way};

/// Why a fault specification was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", self.text())]
pub struct FaultError {
    pub(super) spec: String,
    pub(super) problem: Text,
}

impl FaultError {
    /// The same, in one sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        text!("labelled", what = format!("--fault '{}'", self.spec), detail = self.problem.clone())
    }
}

/// What a specification has besides the name.
pub(super) struct FaultFields<'a> {
    pub(super) spec: &'a str,
    pub(super) form: &'static str,
    pub(super) value: Option<&'a str>,
    pub(super) keys: Vec<(&'a str, &'a str)>,
    pub(super) author: Author,
}

/// Who wrote a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person, whose contradictions are mistakes.
    Person,
    /// A client of toxiproxy's API, where a jitter may be larger than its latency: nothing comes before it was sent.
    Toxic,
}

impl<'a> FaultFields<'a> {
    pub(super) fn wrong(&self, problem: Text) -> FaultError {
        let problem = text!("fault-form", problem = problem, form = self.form);
        FaultError { spec: self.spec.to_owned(), problem }
    }

    /// What stands behind the name, or else `default`.
    pub(super) fn value<T>(
        &mut self,
        default: &'a str,
        read: impl Fn(&str) -> Result<T, Text>,
    ) -> Result<T, FaultError> {
        read(self.value.take().unwrap_or(default)).map_err(|e| self.wrong(e))
    }

    /// What stands behind the name, which has to be there: where it is not, `read` says so of the empty text.
    pub(super) fn needed<T>(&mut self, read: impl Fn(&str) -> Result<T, Text>) -> Result<T, FaultError> {
        self.value("", read)
    }

    pub(super) fn key<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Result<T, Text>,
    ) -> Result<Option<T>, FaultError> {
        let Some(place) = self.keys.iter().position(|(k, _)| *k == name) else { return Ok(None) };
        let (_, text) = self.keys.remove(place);
        read(text).map(Some).map_err(|e| self.wrong(e))
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, Text> {
    quantity::duration(text).map_err(|error| error.text())
}

/// Bytes, which may be none.
pub(super) fn size(text: &str) -> Result<u64, Text> {
    quantity::size(text).map_err(|error| error.text())
}

/// Bytes a second.
pub(super) fn rate(text: &str) -> Result<u64, Text> {
    match size(text)? {
        0 => Err(text!("bandwidth-zero")),
        rate => Ok(rate),
    }
}

pub(super) fn range(text: &str) -> Result<(u64, u64), Text> {
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

pub(super) fn direction(text: &str) -> Result<Way, Text> {
    match text {
        "up" => Ok(Way::Up),
        "down" => Ok(Way::Down),
        "" => Err(text!("direction-missing")),
        _ => Err(text!("direction-none", text = text)),
    }
}

pub(super) fn spread(text: &str) -> Result<Spread, Text> {
    match text {
        "uniform" => Ok(Spread::Uniform),
        "normal" => Ok(Spread::Normal),
        _ => Err(text!("spread-none", text = text)),
    }
}

pub(super) fn probability(text: &str) -> Result<f64, Text> {
    text.parse::<f64>().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| match text {
        "" => text!("chance-missing"),
        text => text!("chance-none", text = text),
    })
}
