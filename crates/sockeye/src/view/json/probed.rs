//! What programs learn of targets that are tried.
//! Never changes what a field means: as all of the JSON view.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use sockeye_core::{
    event::{Diagnosis, Event, ProbeTotal, Probed, What},
    unit::At,
};

use super::{Json, Line, Page};
use crate::say::{self, probe};

impl Json {
    /// An attempt has its line; the totals of each target are kept for the end.
    pub(super) fn tried_target(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Probed(probed) => self.probed(event.at, probed, page),
            What::ProbeTotal(total) => self.totals.push((**total).clone()),
            _ => {}
        }
    }

    fn probed(&self, at: At, probed: &Probed, page: &mut Page) {
        let attempt = &probed.attempt;
        let mut line = Line::begin(page, "probe");
        line.text("addr", &probed.target)
            .text("state", attempt.state.name())
            .value("up", &json!(attempt.state.is_up()))
            .number("number", probed.number)
            .text("at", &self.moment(probed.begun));
        if let Some(address) = attempt.address {
            line.text("address", &address.to_string());
        }
        line.micros("lookup_us", attempt.lookup)
            .micros("connect_us", attempt.connect)
            .micros("answer_us", attempt.answer)
            .micros("took_us", Some(attempt.took));
        if let Some(then) = attempt.then {
            line.text("then", then.name());
        }
        line.text("since", &self.moment(probed.since));
        if let Some(change) = probed.change {
            line.text("was", change.was.name()).micros("lasted_us", Some(change.lasted));
        }
        if let Some(found) = &probed.diagnosis {
            line.value("diagnosis", &diagnosis(found));
        }
        self.end(&mut line, at);
    }

    /// The summaries of all targets, in place of that of the run; whether there were any.
    pub(super) fn target_summaries(&mut self, at: At, page: &mut Page) -> bool {
        let totals = std::mem::take(&mut self.totals);
        for total in &totals {
            self.target_summary(at, total, page);
        }
        !totals.is_empty()
    }

    fn target_summary(&self, at: At, total: &ProbeTotal, page: &mut Page) {
        let mut line = Line::begin(page, "summary");
        line.text("addr", &total.target);
        if let Some(state) = total.state {
            line.text("state", state.name());
        }
        line.number("sent", total.sent)
            .number("up", total.up)
            .number("down", total.down)
            .number("local", total.local)
            .value("loss", &json!(total.loss()))
            .micros("min_us", total.min)
            .micros("p50_us", total.p50)
            .micros("p99_us", total.p99)
            .micros("max_us", total.max)
            .micros("jitter_us", total.jitter)
            .number("run", total.run)
            .micros("longest_outage_us", Some(total.longest_outage));
        if let Some(since) = total.down_since {
            line.text("down_since", &self.moment(since));
        }
        self.end(&mut line, at);
    }
}

impl Line<'_> {
    fn micros(&mut self, key: &str, time: Option<Duration>) -> &mut Self {
        match time {
            Some(time) => self.number(key, u64::try_from(time.as_micros()).unwrap_or(u64::MAX)),
            None => self,
        }
    }
}

fn diagnosis(found: &Diagnosis) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("cause", json!(found.cause.name()));
    put("message", json!(say::words(&probe::cause(found))));
    put("hint", json!(say::words(&probe::advice(found.cause))));
    if let Some(source) = found.source {
        put("source", json!(source.to_string()));
    }
    if let Some(icmp) = found.icmp {
        put("icmp", json!({"from": icmp.from.to_string(), "kind": icmp.kind.name()}));
    }
    if !found.listeners.is_empty() {
        let one = |listener: &sockeye_core::event::LocalListener| match &listener.holder {
            Some((name, pid)) => json!({"address": listener.address.to_string(), "name": name, "pid": pid}),
            None => json!({"address": listener.address.to_string()}),
        };
        put("listeners", found.listeners.iter().map(one).collect());
    }
    if !found.looked.is_empty() {
        let one = |door: &sockeye_core::event::LookedAt| json!({"address": door.address.to_string(), "state": door.state.name()});
        put("looked", found.looked.iter().map(one).collect());
    }
    if let Some(detail) = &found.detail {
        put("detail", json!(say::words(detail)));
    }
    if !found.got.is_empty() {
        put("got_b64", json!(BASE64.encode(&found.got)));
    }
    Value::Object(out)
}
