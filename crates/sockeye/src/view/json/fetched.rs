//! What programs learn of files on their way to us.
//! Never changes what a field means: as all of the JSON view.

use serde_json::Value;
use sockeye_core::{
    event::{FetchStep, Fetched, Listed},
    unit::At,
};

use super::{Json, Line, Page};

impl Json {
    pub(super) fn fetched(&self, at: At, fetched: &Fetched, page: &mut Page) {
        let mut line = Line::begin(page, "fetched");
        let word = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        name(&mut line, &fetched.name);
        let size = |line: &mut Line<'_>, size: Option<u64>| {
            if let Some(size) = size {
                line.number("size", size);
            }
        };
        match &fetched.step {
            FetchStep::Begun { size: whole, kept } => {
                line.text("step", "begun").number("kept", *kept);
                size(&mut line, *whole);
            }
            FetchStep::Progress { done, size: whole, rate } => {
                line.text("step", "progress").number("done", *done).number("rate", *rate);
                size(&mut line, *whole);
            }
            FetchStep::Again { why } => {
                line.text("step", "again").value("why", &word(serde_json::to_value(why)));
            }
            FetchStep::Complete { to, size: whole, came, hash, proof } => {
                line.text("step", "complete").text("to", to).number("received", *came);
                size(&mut line, Some(*whole));
                line.text("blake3", &hash.to_string()).value("proof", &word(serde_json::to_value(proof)));
            }
            FetchStep::Kept { partial, done } => {
                line.text("step", "kept").text("partial", partial).number("done", *done);
            }
        }
        self.end(&mut line, at);
    }

    pub(super) fn listed(&self, at: At, listed: &Listed, page: &mut Page) {
        let mut line = Line::begin(page, "entry");
        name(&mut line, &listed.name);
        line.value("kind", &serde_json::to_value(listed.is).unwrap_or(Value::Null));
        line.number("size", listed.size).value("mtime_ns", &Value::from(listed.mtime_ns));
        self.end(&mut line, at);
    }
}

/// A name may be any bytes: text where it is some.
fn name(line: &mut Line<'_>, name: &[u8]) {
    match std::str::from_utf8(name) {
        Ok(name) => line.text("name", name),
        Err(_) => line.b64(name),
    };
}
