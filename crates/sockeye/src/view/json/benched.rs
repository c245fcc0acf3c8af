//! What programs learn of a load.
//! Never changes what a field means: as all of the JSON view.

use serde_json::{Map, Value, json};
use sockeye_core::event::{
    Event, LatencyFigures, LoadConnections, LoadRatio, LoadReport, LoadResult, LoadTally, What,
};

use super::{Json, Line, Page};
use crate::say::bench::per_second;

impl Json {
    /// A second has its line; what all came to is kept for the summary.
    pub(super) fn loaded(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::LoadProgress(progress) => {
                let mut line = Line::begin(page, "progress");
                line.text("addr", &progress.addr)
                    .number("since_us", progress.since / 1_000)
                    .number("lasted_us", progress.lasted / 1_000)
                    .value("warm_up", &json!(progress.is_warm_up))
                    .number("open", progress.open)
                    .number("rate", per_second(progress.tally.answered, progress.lasted));
                line.fields(&tally(&progress.tally));
                if let Some(latency) = &progress.latency {
                    line.value("latency_us", &figures(latency));
                }
                self.end(&mut line, event.at);
            }
            What::Loaded(report) => self.load = Some(report.clone()),
            _ => {}
        }
    }
}

impl Line<'_> {
    /// What a load came to, as a part of its summary.
    pub(super) fn load(&mut self, report: &LoadReport) {
        self.text("mode", report.mode.name()).number("seed", report.seed);
        if let Some(first) = report.targets.first() {
            // The bytes of all conversations stand in every summary.
            let own: Map<String, Value> =
                target(first).into_iter().filter(|(key, _)| !key.starts_with("bytes_")).collect();
            self.fields(&own);
        }
        if report.targets.len() > 1 {
            let all: Vec<Value> = report.targets.iter().map(|one| Value::Object(target(one))).collect();
            self.value("targets", &Value::Array(all));
        }
        if let Some(ratios) = &report.ratios {
            let mut ratio = Map::new();
            ratio.insert("rounds".to_owned(), json!(ratios.rounds));
            for (key, one) in [("rate", ratios.rate), ("p50", ratios.p50), ("p99", ratios.p99)] {
                if let Some(LoadRatio { value, spread }) = one {
                    ratio.insert(key.to_owned(), json!({"value": rounded(value), "spread": rounded(spread)}));
                }
            }
            self.value("ratio", &Value::Object(ratio));
        }
        let mut limits = Map::new();
        if let Some(descriptors) = report.system.descriptors {
            limits.insert("descriptors".to_owned(), json!(descriptors));
        }
        if let Some((first, last)) = report.system.ports {
            limits.insert("ports".to_owned(), json!([first, last]));
        }
        if let Some(congestion) = &report.system.congestion {
            limits.insert("congestion".to_owned(), json!(congestion));
        }
        self.value("limits", &Value::Object(limits));
    }

    fn fields(&mut self, fields: &Map<String, Value>) {
        for (key, value) in fields {
            self.value(key, value);
        }
    }
}

fn target(result: &LoadResult) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("addr", json!(result.addr));
    put("measured_us", json!(result.lasted / 1_000));
    put("rate", json!(per_second(result.tally.answered, result.lasted)));
    put("up_bytes_per_second", json!(per_second(result.tally.bytes_out, result.lasted)));
    put("down_bytes_per_second", json!(per_second(result.tally.bytes_in, result.lasted)));
    if let Some(latency) = &result.latency {
        put("latency_us", figures(latency));
    }
    let errors: Map<String, Value> =
        result.errors.iter().map(|(why, count)| (name(serde_json::to_value(why)), json!(count))).collect();
    put("errors_by", Value::Object(errors));
    put("connections", connections(&result.connections));
    fields.extend(tally(&result.tally));
    fields
}

fn tally(tally: &LoadTally) -> Map<String, Value> {
    let all = [
        ("sent", tally.sent),
        ("answered", tally.answered),
        ("wrong", tally.wrong),
        ("extra", tally.extra),
        ("missing", tally.missing),
        ("errors", tally.errors),
        ("unsaid", tally.unsent),
        ("late", tally.late),
        ("reordered", tally.reordered),
        ("delayed", tally.delayed),
        ("delay_us", tally.delay / 1_000),
        ("jitter_us", tally.jitter / 1_000),
        ("bytes_in", tally.bytes_in),
        ("bytes_out", tally.bytes_out),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect()
}

fn connections(connections: &LoadConnections) -> Value {
    let failed: Map<String, Value> = connections
        .failed
        .iter()
        .map(|(kind, count)| (name(serde_json::to_value(kind)), json!(count)))
        .collect();
    let mut all = json!({
        "asked": connections.asked,
        "opened": connections.opened,
        "lost": connections.lost,
        "failed": failed,
        "exhausted": connections.exhausted,
    });
    if let (Some(took), Some(all)) = (&connections.took, all.as_object_mut()) {
        all.insert("connect_us".to_owned(), figures(took));
    }
    all
}

/// Times in microseconds, to the nanosecond.
fn figures(figures: &LatencyFigures) -> Value {
    #[allow(clippy::cast_precision_loss, reason = "an hour of nanoseconds fits")]
    let micros = |nanos: u64| json!(nanos as f64 / 1e3);
    json!({
        "count": figures.count,
        "min": micros(figures.min),
        "mean": micros(figures.mean),
        "p50": micros(figures.p50),
        "p90": micros(figures.p90),
        "p99": micros(figures.p99),
        "p999": micros(figures.p999),
        "max": micros(figures.max),
    })
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn name(of: Result<Value, serde_json::Error>) -> String {
    match of {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}
