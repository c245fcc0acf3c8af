//! The parts of a SPEC of `--frame`, and what a framing says about its own.

use std::ops::RangeInclusive;

use sockeye_text::{Text, text};

use super::error::SpecError;
use crate::address::nearest::nearest;

/// One framing of the table.
#[derive(Debug)]
pub struct FramingRow {
    /// The name a SPEC begins with.
    pub name: &'static str,
    /// How its SPEC is written.
    pub form: &'static str,
    /// What it does, in one line for people: the key of a sentence.
    pub about: &'static str,
    /// SPECs of it that parse; tests and the docs use them.
    pub samples: &'static [&'static str],
}

/// What a framing puts into the table: its row, and how it is made of a SPEC.
pub(super) struct FramingDef<K> {
    pub(super) name: &'static str,
    pub(super) form: &'static str,
    pub(super) about: &'static str,
    pub(super) samples: &'static [&'static str],
    pub(super) build: fn(&mut Given<'_>) -> Result<K, SpecError>,
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

impl<'a> Given<'a> {
    /// Takes `spec`, which begins with the name of `row`, apart.
    pub(super) fn of(spec: &'a str, name: &str, row: &'static FramingRow) -> Result<Self, SpecError> {
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
        Ok(Self { spec, row, rest, parts, asked: Vec::new() })
    }

    fn take(&mut self, key: &'static str) -> Option<Option<&'a str>> {
        self.asked.push(key);
        let part = self.parts.iter_mut().find(|part| part.key == key)?;
        part.taken = Taken::Yes;
        Some(part.value)
    }

    /// The name of its row.
    pub(super) fn name(&self) -> &'static str {
        self.row.name
    }

    /// Whether `key` is given, with a value or without.
    pub(super) fn has(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part.key == key)
    }

    /// The error for a value of `key` that cannot be read.
    pub(super) fn bad(&self, key: &str, value: &str, why: Text) -> SpecError {
        SpecError::BadValue { spec: self.spec.to_owned(), key: key.to_owned(), value: value.to_owned(), why }
    }

    /// The error for parts that do not go together.
    pub(super) fn contradiction(&self, why: Text) -> SpecError {
        SpecError::Contradiction { spec: self.spec.to_owned(), why }
    }

    /// Whether `key` is there; it takes no value.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<bool, SpecError> {
        match self.take(key) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => Err(self.bad(key, value, text!("spec-takes-no-value", key = key))),
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
        let why = || text!("spec-number", key = key, from = *range.start(), to = *range.end());
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
        self.optional_bytes(key)?.ok_or_else(|| self.missing(key))
    }

    /// The text of `key`, if it is there.
    pub(super) fn words(&mut self, key: &'static str) -> Result<Option<String>, SpecError> {
        match self.take(key) {
            None => Ok(None),
            Some(Some(value)) if !value.is_empty() => Ok(Some(value.to_owned())),
            Some(_) => Err(self.missing(key)),
        }
    }

    /// Which of these words stands for `key`, if it is there.
    pub(super) fn word(
        &mut self,
        key: &'static str,
        known: &[&'static str],
    ) -> Result<Option<&'static str>, SpecError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text = value.unwrap_or_default();
        match known.iter().find(|word| **word == text) {
            Some(word) => Ok(Some(word)),
            None => Err(self.bad(key, text, text!("spec-one-of", known = known.join(", ")))),
        }
    }

    /// The bytes of `key`, if it is there, written as hex digits: `0d0a`, `0D 0A`, `0x0d0x0a`, `0d:0a`.
    pub(super) fn optional_bytes(&mut self, key: &'static str) -> Result<Option<Vec<u8>>, SpecError> {
        let Some(value) = self.take(key) else { return Ok(None) };
        let text = value.unwrap_or_default();
        let digits: String = text.to_lowercase().replace("0x", "").split([' ', ':', '-', '_']).collect();
        let bytes = data_encoding::HEXLOWER.decode(digits.as_bytes());
        match bytes {
            Ok(bytes) if bytes.is_empty() => Err(self.bad(key, text, text!("spec-no-bytes", key = key))),
            Ok(bytes) if bytes.len() > MOST_BYTES => {
                Err(self.bad(key, text, text!("spec-many-bytes", count = bytes.len(), most = MOST_BYTES)))
            }
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => {
                let why = match digits.get(error.position..).and_then(|rest| rest.chars().next()) {
                    Some(c) if !c.is_ascii_hexdigit() => text!("spec-no-hex-digit", digit = c, key = key),
                    _ => text!("spec-odd-hex", key = key),
                };
                Err(self.bad(key, text, why))
            }
        }
    }

    /// The five numbers after a colon.
    pub(super) fn five(&mut self) -> Result<[i64; 5], SpecError> {
        let rest = self.rest.take().unwrap_or_default();
        let form = self.row.form;
        let wrong = |text: &str| self.bad(self.row.name, text, text!("spec-five", form = form));
        let numbers: Result<Vec<i64>, _> = rest
            .split(',')
            .map(|text| text.trim().parse::<i32>().map(i64::from).map_err(|_| wrong(text)))
            .collect();
        <[i64; 5]>::try_from(numbers?).map_err(|_| wrong(rest))
    }

    /// What has to be there is not: what may be left out is not spoken of.
    fn missing(&self, key: &str) -> SpecError {
        let needed = self.row.form.split('[').next().unwrap_or_default();
        let form = if needed.contains(key) { needed } else { self.row.form };
        self.bad(key, "", text!("spec-form", form = form))
    }

    /// The keys that were asked for, and those of the form.
    fn known(&self) -> impl Iterator<Item = &'static str> {
        let form = self.row.form.split(['[', ']', ',']).filter(|part| part.starts_with(char::is_alphabetic));
        let form = form.map(|part| part.split(['=', '|']).next().unwrap_or_default());
        self.asked.clone().into_iter().chain(form)
    }

    /// Refuses what the row did not ask for.
    pub(super) fn all_taken(&self) -> Result<(), SpecError> {
        let mut left = self.parts.iter().filter(|part| part.taken == Taken::No);
        let name = self.row.name;
        if let Some(rest) = self.rest {
            return Err(self.bad(name, rest, text!("spec-form", form = self.row.form)));
        }
        match left.find(|part| part.key != name || part.value.is_some()) {
            None => Ok(()),
            Some(part) if part.key == name => {
                Err(self.bad(name, part.value.unwrap_or_default(), text!("spec-form", form = self.row.form)))
            }
            Some(part) => Err(SpecError::UnknownKey {
                spec: self.spec.to_owned(),
                name: name.to_owned(),
                key: part.key.to_owned(),
                nearest: nearest(part.key, self.known()).map(str::to_owned),
                form: self.row.form.to_owned(),
            }),
        }
    }
}

/// The longest delimiter or marker, in bytes.
const MOST_BYTES: usize = 1024;
