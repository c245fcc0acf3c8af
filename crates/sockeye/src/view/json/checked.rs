//! What programs learn of a receiver that is tried.
//! Never changes what a field means: as all of the JSON view.

use data_encoding::BASE64;
use serde_json::{Value, json};
use sockeye_core::{
    event::{CutResult, Event, Judgement, TriedCut, What},
    unit::At,
};

use super::{Json, Line, Page};

impl Json {
    /// A cut has its line; what all came to is kept for the summary.
    pub(super) fn checked(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Tried(cut) => self.tried(event.at, cut, page),
            What::Judged(judgement) => self.judgement = Some(judgement.clone()),
            _ => {}
        }
    }

    fn tried(&self, at: At, cut: &TriedCut, page: &mut Page) {
        let mut line = Line::begin(page, "check");
        if let Value::Object(fields) = fields(cut) {
            for (key, value) in &fields {
                line.value(key, value);
            }
        }
        self.end(&mut line, at);
    }
}

impl Line<'_> {
    /// What a run of `check` came to, as a part of its summary.
    pub(super) fn judgement(&mut self, judgement: &Judgement) {
        let advice: Vec<&str> = judgement.advice.iter().map(|advice| advice.name()).collect();
        self.text("verdict", judgement.verdict.name())
            .number("tried", judgement.tried)
            .number("failed", judgement.failed)
            .number("skipped", judgement.skipped)
            .value("advice", &json!(advice));
        if let Some(cut) = &judgement.smallest {
            self.value("smallest", &fields(cut));
        }
    }
}

fn fields(cut: &TriedCut) -> Value {
    let result = match cut.result {
        CutResult::Pass => "pass",
        CutResult::Fail => "fail",
    };
    json!({
        "number": cut.number,
        "planned": cut.planned,
        "cut": {
            "name": cut.family.name(),
            "message": cut.message,
            "offsets": cut.offsets,
            "gap_us": u64::try_from(cut.gap.as_micros()).unwrap_or(u64::MAX),
            "connection": cut.connection.name(),
        },
        "sent_b64": BASE64.encode(&cut.sent),
        "writes": cut.writes,
        "result": result,
        "expected_b64": BASE64.encode(&cut.expected),
        "got_b64": BASE64.encode(&cut.got),
        "early": cut.early,
        "hung_up": cut.hung_up,
    })
}
