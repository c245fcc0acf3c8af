//! Reads the bodies of requests: JSON objects whose fields may be absent or null, and whose unknown fields are passed over.

use serde_json::{Map, Number, Value};

use super::refusal::ApiRefusal;

/// An object of JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestBody<'a>(&'a Map<String, Value>);

/// The value that a body holds.
pub(super) fn value(bytes: &[u8]) -> Result<Value, ApiRefusal> {
    serde_json::from_slice(bytes).map_err(ApiRefusal::body)
}

impl<'a> RequestBody<'a> {
    /// The fields of an object.
    pub(super) fn of(value: &'a Value) -> Result<Self, ApiRefusal> {
        value.as_object().map(Self).ok_or_else(|| ApiRefusal::body("it is not an object"))
    }

    fn field<T>(
        self,
        name: &str,
        kind: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ApiRefusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(ApiRefusal::body(format_args!("{name} is not {kind}"))),
            },
        }
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>, ApiRefusal> {
        self.field(name, "a string", Value::as_str)
    }

    /// A text that has to be there; `place` says where the object stands.
    pub(super) fn needed(self, name: &str, place: &str) -> Result<&'a str, ApiRefusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| ApiRefusal::missing(format_args!("{name}{place}")))
    }

    pub(super) fn flag(self, name: &str) -> Result<Option<bool>, ApiRefusal> {
        self.field(name, "a boolean", Value::as_bool)
    }

    pub(super) fn number(self, name: &str) -> Result<Option<f64>, ApiRefusal> {
        self.field(name, "a number", Value::as_f64)
    }

    /// A number without a fraction, which some languages write with a point all the same; below 2^53 on either side.
    pub(super) fn whole(self, name: &str) -> Result<Option<f64>, ApiRefusal> {
        let is_whole = |number: &f64| number.fract() == 0.0 && number.abs() < WHOLE;
        self.field(name, "a whole number", |value| value.as_f64().filter(is_whole))
    }

    pub(super) fn object(self, name: &str) -> Result<Option<Self>, ApiRefusal> {
        self.field(name, "an object", |value| value.as_object().map(Self))
    }
}

/// Above it not every whole number is a float.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A number as short as it can be written: `1` rather than `1.0`.
pub(super) fn short(number: f64) -> Value {
    let whole = number.fract() == 0.0 && number.abs() < WHOLE;
    if whole {
        Value::from(number as i64)
    } else {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    }
}
