//! Reads the SPEC of `--frame` against the table of framings.
//! Never knows a framing: what a SPEC means is each row's business.

use std::ops::RangeInclusive;

use super::cut::FramingKind;
use super::error::SpecError;
use super::{cobs, delimiter, fixed, idle, length, markers, netstring, presets, raw, slip, varint};
use crate::address::nearest::nearest;

/// One framing of the table.
#[derive(Debug)]
pub struct FramingRow {
    /// The name a SPEC begins with.
    pub name: &'static str,
    /// How its SPEC is written.
    pub form: &'static str,
    /// What it does, in one line for people.
    pub about: &'static str,
    /// SPECs of it that parse; tests and the docs use them.
    pub samples: &'static [&'static str],
    pub(super) build: fn(&mut Given<'_>) -> Result<FramingKind, SpecError>,
}

static ROWS: [FramingRow; 20] = [
    raw::ROW,
    delimiter::LINE,
    delimiter::CRLF,
    delimiter::NUL,
    delimiter::DELIM,
    fixed::ROW,
    length::ROW,
    length::NETTY,
    varint::ROW,
    netstring::ROW,
    slip::ROW,
    cobs::ROW,
    markers::ROW,
    idle::ROW,
    presets::PY_STRUCT_I,
    presets::PY_STRUCT_NET,
    presets::MODBUS_TCP,
    presets::TPKT,
    presets::TWISTED,
    presets::STX_ETX,
];

/// The framings and presets there are, in the order help shows them.
#[must_use]
pub fn rows() -> &'static [FramingRow] {
    &ROWS
}

/// The parts of one SPEC, each to be taken once by the row it names.
#[derive(Debug)]
pub(super) struct Given<'a> {
    spec: &'a str,
    row: &'static FramingRow,
    /// What follows a colon after the name.
    rest: Option<&'a str>,
    parts: Vec<Part<'a>>,
    /// The keys the row asked for, for suggestions.
    asked: Vec<&'static str>,
}

#[derive(Debug)]
struct Part<'a> {
    key: &'a str,
    value: Option<&'a str>,
    taken: Taken,
}

#[derive(Debug, PartialEq, Eq)]
enum Taken {
    No,
    Yes,
}

/// The framing `spec` describes.
pub(super) fn parse(spec: &str) -> Result<FramingKind, SpecError> {
    let spec = spec.trim();
    if let Some(length) = presets::py_struct(spec) {
        return parse(&length);
    }
    let name = spec.split([',', '=', ':']).next().unwrap_or_default().trim();
    let row = find(spec, name)?;
    let rest = spec.get(name.len()..).and_then(|rest| rest.trim_start().strip_prefix(':'));
    let mut parts: Vec<Part<'_>> = Vec::new();
    if rest.is_none() {
        for part in spec.split(',') {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) => (key.trim(), Some(value.trim())),
                None => (part.trim(), None),
            };
            if parts.iter().any(|part| part.key == key) {
                return Err(SpecError::Duplicate { spec: spec.to_owned(), key: key.to_owned() });
            }
            parts.push(Part { key, value, taken: Taken::No });
        }
    }
    let mut given = Given { spec, row, rest, parts, asked: Vec::new() };
    let kind = (row.build)(&mut given)?;
    given.all_taken()?;
    Ok(kind)
}

/// The row called `name`; a SPEC may also begin with another key of a row, as in `tail=03,head=02`.
fn find(spec: &str, name: &str) -> Result<&'static FramingRow, SpecError> {
    let known = || ROWS.iter().map(|row| row.name);
    let list = || known().collect::<Vec<_>>().join(", ");
    if name.is_empty() {
        return Err(SpecError::Empty { what: "framing", known: list() });
    }
    let keys = || spec.split(',').map(|part| part.split('=').next().unwrap_or_default().trim());
    let named = |name: &str| ROWS.iter().find(|row| row.name == name);
    let by_other_key =
        || keys().find_map(|key| named(key).filter(|row| row.form.contains(&format!("{name}="))));
    named(name).or_else(by_other_key).ok_or_else(|| SpecError::UnknownName {
        what: "framing",
        name: name.to_owned(),
        nearest: nearest(name, known()).map(str::to_owned),
        known: list(),
    })
}

impl<'a> Given<'a> {
    fn take(&mut self, key: &'static str) -> Option<Option<&'a str>> {
        self.asked.push(key);
        let part = self.parts.iter_mut().find(|part| part.key == key)?;
        part.taken = Taken::Yes;
        Some(part.value)
    }

    fn bad(&self, key: &str, value: &str, why: String) -> SpecError {
        SpecError::BadValue { spec: self.spec.to_owned(), key: key.to_owned(), value: value.to_owned(), why }
    }

    /// The error for parts that do not go together.
    pub(super) fn contradiction(&self, why: &str) -> SpecError {
        SpecError::Contradiction { spec: self.spec.to_owned(), why: why.to_owned() }
    }

    /// Whether `key` is there; it takes no value.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<bool, SpecError> {
        match self.take(key) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => Err(self.bad(key, value, format!("it takes no value; write `{key}`"))),
        }
    }

    /// The number of `key`, if it is there.
    pub(super) fn optional(
        &mut self,
        key: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, SpecError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text = value.unwrap_or_default();
        let why = || format!("write {key}=N with a whole number from {} to {}", range.start(), range.end());
        match text.parse() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(self.bad(key, text, why())),
        }
    }

    /// The number of `key`, which must be there.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Result<i64, SpecError> {
        self.optional(key, range)?.ok_or_else(|| self.missing(key))
    }

    /// The bytes of `key`, which must be there, written as hex digits: `0d0a`, `0D 0A`, `0x0d0x0a`, `0d:0a`.
    pub(super) fn bytes(&mut self, key: &'static str) -> Result<Vec<u8>, SpecError> {
        let Some(value) = self.take(key) else { return Err(self.missing(key)) };
        let text = value.unwrap_or_default();
        let digits: String = text.to_lowercase().replace("0x", "").split([' ', ':', '-', '_']).collect();
        let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes());
        match bytes {
            Ok(bytes) if bytes.is_empty() => {
                Err(self.bad(key, text, format!("write at least one byte in hex, such as {key}=0d0a")))
            }
            Ok(bytes) if bytes.len() > MOST_BYTES => {
                Err(self.bad(key, text, format!("{} bytes; at most {MOST_BYTES}", bytes.len())))
            }
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                let what = match digits.get(error.position..).and_then(|rest| rest.chars().next()) {
                    Some(c) if !c.is_ascii_hexdigit() => format!("`{c}` is no hex digit"),
                    _ => "an odd number of hex digits".to_owned(),
                };
                Err(self.bad(key, text, format!("{what}; write two for each byte, such as {key}=0d0a")))
            }
        }
    }

    /// The five numbers after a colon.
    pub(super) fn five(&mut self) -> Result<[i64; 5], SpecError> {
        let rest = self.rest.take().unwrap_or_default();
        let form = self.row.form;
        let wrong = |text: &str| self.bad(self.row.name, text, format!("write `{form}`, five whole numbers"));
        let numbers: Result<Vec<i64>, _> = rest
            .split(',')
            .map(|text| text.trim().parse::<i32>().map(i64::from).map_err(|_| wrong(text)))
            .collect();
        <[i64; 5]>::try_from(numbers?).map_err(|_| wrong(rest))
    }

    fn missing(&self, key: &str) -> SpecError {
        self.bad(key, "", format!("write `{}`", self.row.form))
    }

    /// Refuses what the row did not ask for.
    fn all_taken(&self) -> Result<(), SpecError> {
        let mut left = self.parts.iter().filter(|part| part.taken == Taken::No);
        let name = self.row.name;
        if let Some(rest) = self.rest {
            return Err(self.bad(name, rest, format!("write `{}`", self.row.form)));
        }
        match left.find(|part| part.key != name || part.value.is_some()) {
            None => Ok(()),
            Some(part) if part.key == name => {
                Err(self.bad(name, part.value.unwrap_or_default(), format!("write `{}`", self.row.form)))
            }
            Some(part) => Err(SpecError::UnknownKey {
                spec: self.spec.to_owned(),
                name: name.to_owned(),
                key: part.key.to_owned(),
                nearest: nearest(part.key, self.asked.iter().copied()).map(str::to_owned),
                form: self.row.form.to_owned(),
            }),
        }
    }
}

/// The longest delimiter or marker, in bytes.
const MOST_BYTES: usize = 1024;
