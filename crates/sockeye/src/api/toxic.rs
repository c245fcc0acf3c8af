//! Toxics: what they are called, what they may be given, and which fault each is.
//! Never does damage itself.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use sockeye_core::{
    stage::{Author, FaultSpec},
    unit::{Medium, Way},
};

use super::{
    body::{RequestBody, short},
    refusal::ApiRefusal,
};

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// A whole number; below zero it counts as zero.
    Whole(&'static str),
    /// A probability.
    Share(&'static str),
}

/// The attributes of a toxic, in the order of its row.
type Amounts = [f64; 3];

/// One kind of toxic.
struct ToxicRow {
    name: &'static str,
    attributes: &'static [Measure],
    /// The fault that it is, as the command line has it; none where it does nothing.
    fault: fn(Amounts) -> Option<String>,
    /// Whether the stream says where it works; it is about the whole conversation otherwise.
    directed: Directed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directed {
    ByStream,
    No,
}

const fn row(
    name: &'static str,
    attributes: &'static [Measure],
    fault: fn(Amounts) -> Option<String>,
) -> ToxicRow {
    ToxicRow { name, attributes, fault, directed: Directed::ByStream }
}

use Measure::{Share, Whole};

/// toxiproxy's toxics with their units, and then every other fault by its own name: times in milliseconds.
const TOXICS: &[ToxicRow] = &[
    row("latency", &[Whole("latency"), Whole("jitter")], |[latency, jitter, _]| {
        Some(format!("latency={latency}ms,jitter={jitter}ms"))
    }),
    // Thousands of bytes a second; at none nothing passes.
    row("bandwidth", &[Whole("rate")], |[rate, ..]| match rate {
        0.0 => Some("stall=0".into()),
        rate => Some(format!("bandwidth={rate}kB")),
    }),
    row("slow_close", &[Whole("delay")], |[delay, ..]| Some(format!("slow-close={delay}ms"))),
    row("timeout", &[Whole("timeout")], |[timeout, ..]| Some(stall(0.0, timeout))),
    row("reset_peer", &[Whole("timeout")], |[timeout, ..]| Some(format!("reset=0,after={timeout}ms"))),
    // The delay is in microseconds.
    row(
        "slicer",
        &[Whole("average_size"), Whole("size_variation"), Whole("delay")],
        |[average, variation, delay]| {
            let (least, most) = ((average - variation).max(1.0), (average + variation).max(1.0));
            Some(format!("slice={least}..{most},gap={delay}us"))
        },
    ),
    row("limit_data", &[Whole("bytes")], |[bytes, ..]| Some(format!("cut={bytes}"))),
    row("noop", &[], |_| None),
    row("cut", &[Whole("bytes")], |[bytes, ..]| Some(format!("cut={bytes}"))),
    row("reset", &[Whole("bytes"), Whole("after")], |[bytes, after, _]| match after {
        0.0 => Some(format!("reset={bytes}")),
        after => Some(format!("reset={bytes},after={after}ms")),
    }),
    row("stall", &[Whole("bytes"), Whole("close")], |[bytes, close, _]| Some(stall(bytes, close))),
    row("glue", &[Whole("within")], |[within, ..]| Some(format!("glue={within}ms"))),
    ToxicRow { directed: Directed::No, ..row("refuse", &[], |_| Some("refuse".into())) },
    ToxicRow {
        directed: Directed::No,
        ..row("slow-accept", &[Whole("delay")], |[delay, ..]| Some(format!("slow-accept={delay}ms")))
    },
    row("corrupt", &[Share("probability")], |[share, ..]| Some(format!("corrupt={share}"))),
    row("drop", &[Share("probability")], |[share, ..]| Some(format!("drop={share}"))),
    row("duplicate", &[Share("probability")], |[share, ..]| Some(format!("duplicate={share}"))),
    row("reorder", &[Share("probability")], |[share, ..]| Some(format!("reorder={share}"))),
    row("truncate", &[Whole("bytes")], |[bytes, ..]| Some(format!("truncate={bytes}"))),
];

/// Nothing passes any more; after `close` milliseconds, where there are any, the conversation is closed.
fn stall(bytes: f64, close: f64) -> String {
    if close == 0.0 { format!("stall={bytes}") } else { format!("stall={bytes},close={close}ms") }
}

/// The amount where it is above zero; a zero has no sign.
fn at_least_none(amount: f64) -> f64 {
    if amount > 0.0 { amount } else { 0.0 }
}

/// One toxic of a proxy.
#[derive(Clone)]
pub(super) struct Toxic {
    pub(super) name: String,
    /// As it was given: `slow-accept` may be written with either line.
    kind: String,
    stream: String,
    way: Way,
    toxicity: f64,
    row: &'static ToxicRow,
    /// As they were given.
    amounts: Amounts,
    /// The fault that it is, if it is one.
    pub(super) fault: Option<FaultSpec>,
}

impl Toxic {
    /// Reads one of a proxy over `medium`.
    pub(super) fn read(body: RequestBody<'_>, medium: Medium) -> Result<Self, ApiRefusal> {
        let stream = body.text("stream")?.unwrap_or("downstream");
        let kind = body.text("type")?.unwrap_or_default();
        let name = body.text("name")?.filter(|name| !name.is_empty());
        let bad = |error: &str| ApiRefusal::new(StatusCode::BAD_REQUEST, error);
        let way = match stream.to_ascii_lowercase().as_str() {
            "upstream" => Way::Up,
            "downstream" => Way::Down,
            _ => return Err(bad("stream was invalid, can be either upstream or downstream")),
        };
        let asked = kind.replace('_', "-");
        let row = TOXICS.iter().find(|row| row.name.replace('_', "-") == asked);
        let mut toxic = Self {
            name: name.map_or_else(|| format!("{kind}_{stream}"), str::to_owned),
            kind: kind.to_owned(),
            stream: stream.to_owned(),
            way,
            toxicity: 1.0,
            row: row.ok_or_else(|| bad("invalid toxic type"))?,
            amounts: Amounts::default(),
            fault: None,
        };
        toxic.change(body, medium)?;
        Ok(toxic)
    }

    /// Puts the toxicity and the attributes that are given in the place of those it has.
    pub(super) fn change(&mut self, body: RequestBody<'_>, medium: Medium) -> Result<(), ApiRefusal> {
        let mut changed = self.clone();
        if let Some(toxicity) = body.number("toxicity")? {
            changed.toxicity = toxicity;
        }
        if let Some(given) = body.object("attributes")? {
            for (measure, amount) in self.row.attributes.iter().zip(&mut changed.amounts) {
                let read = match measure {
                    Whole(name) => given.whole(name)?,
                    Share(name) => given.number(name)?,
                };
                *amount = read.unwrap_or(*amount);
            }
        }
        changed.fault = changed.as_fault(medium)?;
        *self = changed;
        Ok(())
    }

    /// What the command line would have said.
    fn as_fault(&self, medium: Medium) -> Result<Option<FaultSpec>, ApiRefusal> {
        let Some(mut spec) = (self.row.fault)(self.amounts.map(at_least_none)) else {
            return Ok(None);
        };
        if self.row.directed == Directed::ByStream {
            spec.push_str(",dir=");
            spec.push_str(self.way.name());
        }
        if self.toxicity < 1.0 {
            spec.push_str(&format!(",chance={}", at_least_none(self.toxicity)));
        }
        let fault = FaultSpec::parse_by(&spec, Author::Toxic).map_err(ApiRefusal::body)?;
        fault.fits(medium).map_err(|error| {
            ApiRefusal::new(StatusCode::BAD_REQUEST, format!("invalid toxic type: {error}"))
        })?;
        Ok(Some(fault))
    }

    /// The direction that it works in.
    pub(super) fn way(&self) -> Way {
        self.way
    }

    /// As it is answered.
    pub(super) fn shown(&self) -> Value {
        let attributes: Map<String, Value> = (self.row.attributes.iter().zip(self.amounts))
            .map(|(measure, amount)| match measure {
                Whole(name) | Share(name) => ((*name).to_owned(), short(amount)),
            })
            .collect();
        json!({
            "attributes": attributes,
            "name": self.name,
            "type": self.kind,
            "stream": self.stream,
            "toxicity": short(self.toxicity),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{prelude::*, sample::select};
    use sockeye_core::stage::FAULTS;

    use super::*;

    const MEDIA: [Medium; 2] = [Medium::Stream, Medium::Datagram];

    fn read(body: &Value, medium: Medium) -> Result<Toxic, ApiRefusal> {
        Toxic::read(RequestBody::of(body)?, medium)
    }

    #[test]
    fn every_fault_is_a_toxic() {
        let names: BTreeSet<&str> =
            (TOXICS.iter().flat_map(|row| [(row.fault)([0.0; 3]), (row.fault)([1.0; 3])]))
                .flatten()
                .map(|spec| FaultSpec::parse_by(&spec, Author::Toxic).unwrap().name)
                .collect();
        assert_eq!(names, FAULTS.iter().map(|row| row.name).collect());
    }

    #[test]
    fn a_toxic_is_written_as_the_command_line_has_it() {
        for (body, spec) in [
            (json!({"type": "latency", "attributes": {"latency": 9}}), "latency=9ms,jitter=0ms,dir=down"),
            (json!({"type": "bandwidth", "attributes": {"rate": 3}}), "bandwidth=3kB,dir=down"),
            (json!({"type": "bandwidth", "attributes": {"rate": -3}}), "stall=0,dir=down"),
            (json!({"type": "timeout", "stream": "Upstream"}), "stall=0,dir=up"),
            (json!({"type": "timeout", "attributes": {"timeout": 5}}), "stall=0,close=5ms,dir=down"),
            (json!({"type": "reset_peer", "toxicity": 0.25}), "reset=0,after=0ms,dir=down,chance=0.25"),
            (json!({"type": "slicer"}), "slice=1..1,gap=0us,dir=down"),
            (
                json!({"type": "slicer", "attributes": {"average_size": 9, "size_variation": 20, "delay": 7}}),
                "slice=1..29,gap=7us,dir=down",
            ),
            (json!({"type": "refuse", "toxicity": 1e-7}), "refuse,chance=0.0000001"),
            (json!({"type": "slow_accept", "attributes": {"delay": 5}, "toxicity": 7}), "slow-accept=5ms"),
        ] {
            assert_eq!(read(&body, Medium::Stream).unwrap().fault.unwrap().text(), spec, "{body}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (0..1000_i64).prop_map(Value::from),
            "[a-z,=]{0,8}".prop_map(Value::from),
            Just(json!([])),
            Just(json!({})),
        ]
    }

    /// A toxic of some kind whose attributes are anything.
    fn any_toxic() -> impl Strategy<Value = Value> {
        let stream = select(&["upstream", "downstream", "UPSTREAM", ""][..]);
        let toxicity = prop_oneof![any_value(), (0.0..1.0).prop_map(Value::from)];
        (select(TOXICS.iter().map(|row| row.name).collect::<Vec<_>>()), stream, toxicity, any_value())
            .prop_flat_map(|(kind, stream, toxicity, other)| {
                let names: Vec<&str> = (TOXICS.iter().flat_map(|row| row.attributes))
                    .map(|measure| match measure {
                        Whole(name) | Share(name) => *name,
                    })
                    .collect();
                prop::collection::hash_map(select(names), any_value(), 0..20).prop_map(move |attributes| {
                    let attributes = if other.is_array() { other.clone() } else { json!(attributes) };
                    json!({"type": kind, "stream": stream, "toxicity": toxicity, "attributes": attributes})
                })
            })
    }

    proptest! {
        #[test]
        fn what_is_taken_reads_back_as_itself(body in any_toxic()) {
            for medium in MEDIA {
                if let Ok(toxic) = read(&body, medium) {
                    let shown = toxic.shown();
                    let again = read(&shown, medium).unwrap();
                    prop_assert_eq!(again.shown(), shown);
                    prop_assert_eq!(again.fault, toxic.fault);
                }
            }
        }
    }
}
