//! Reads `--fault NAME[=VALUE][,key=value…]` against the table of faults.
//! Never does damage itself.

use std::{fmt, sync::Arc};

use sockeye_text::{Text, text};

use super::{
    edit::{EditSetting, Editor},
    fault::Fault,
    fields::{Author, FaultError, FaultFields, direction, probability},
    table::{ALIASES, EDIT, FAULTS, FaultMedia, FaultRow, Make},
};
use crate::{
    address::nearest::nearest,
    event::TallyUnit,
    unit::{Medium, Way},
};

/// A fault that was asked for, validated. Two are equal if they are written alike.
#[derive(Clone)]
pub struct FaultSpec {
    /// Its name in the table.
    pub name: &'static str,
    /// The direction it works in; none is both.
    pub way: Option<Way>,
    /// The probability, 0 to 1, that it works in a conversation at all.
    pub chance: f64,
    text: Arc<str>,
    row: &'static FaultRow,
    make: Make,
}

impl fmt::Debug for FaultSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for FaultSpec {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for FaultSpec {}

/// The row of a name, as it is spelled or as another has it, and the key that the value becomes if it is a time.
fn row(name: &str) -> Option<(&'static FaultRow, Option<&'static str>)> {
    let name = name.replace('_', "-");
    let (name, time) = match ALIASES.iter().find(|(alias, ..)| *alias == name) {
        Some((_, name, time)) => (*name, *time),
        None => (name.as_str(), None),
    };
    FAULTS.iter().find(|row| row.name == name).map(|row| (row, time))
}

/// What is wrong with a name that no fault has.
fn no_fault(name: &str) -> Text {
    let names: Vec<&str> = FAULTS.iter().map(|row| row.name).collect();
    match nearest(name, names.iter().copied().chain(ALIASES.iter().map(|(alias, ..)| *alias))) {
        _ if name.is_empty() => text!("fault-none", names = names.join(", ")),
        Some(near) => text!("fault-near", name = name, near = near),
        None => text!("fault-unknown", name = name, names = names.join(", ")),
    }
}

/// The keys behind the name.
fn keys<'a>(fields: &mut FaultFields<'a>, parts: impl Iterator<Item = &'a str>) -> Result<(), FaultError> {
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
    Ok(())
}

/// A value of toxiproxy's that is a time becomes the key `key` of a fault that acts at its first byte.
fn time_as_key(fields: &mut FaultFields<'_>, key: &'static str) -> Result<(), FaultError> {
    let value = fields.value.replace("0").unwrap_or("0");
    if fields.keys.iter().any(|(k, _)| *k == key) {
        return Err(fields.wrong(text!("fault-twice", key = key)));
    }
    if value.chars().all(|c| c.is_ascii_digit()) && value.chars().any(|c| c != '0') {
        return Err(fields.wrong(text!("fault-time-unit", value = value)));
    }
    // To wait for ever is a stall without this key.
    if key != "close" || value != "0" {
        fields.keys.push((key, value));
    }
    Ok(())
}

impl FaultSpec {
    /// Reads one `--fault`.
    ///
    /// # Errors
    /// An unknown name or key, a bad value, or a key given twice, each named with what to write instead.
    pub fn parse(spec: &str) -> Result<Self, FaultError> {
        Self::parse_by(spec, Author::Person)
    }

    /// The same for a specification that somebody else may have written.
    ///
    /// # Errors
    /// As for [`FaultSpec::parse`].
    pub fn parse_by(spec: &str, author: Author) -> Result<Self, FaultError> {
        let mut parts = spec.split(',');
        let head = parts.next().unwrap_or_default();
        let (name, value) = head.split_once('=').map_or((head, None), |(n, v)| (n, Some(v)));
        let (row, time) =
            row(name).ok_or_else(|| FaultError { spec: spec.to_owned(), problem: no_fault(name) })?;
        let mut fields = FaultFields { spec, form: row.form, value, keys: Vec::new(), author };
        keys(&mut fields, parts)?;
        if let Some(key) = time {
            time_as_key(&mut fields, key)?;
        }
        let way = fields.key("dir", direction)?;
        let chance = fields.key("chance", probability)?.unwrap_or(1.0);
        let make = (row.read)(&mut fields)?;
        if let Some((key, _)) = fields.keys.first() {
            let keys: Vec<&str> = row.keys().chain(["dir", "chance"]).collect();
            let keys = keys.join(", ");
            return Err(fields.wrong(text!("fault-no-key", fault = row.name, key = *key, keys = keys)));
        }
        Ok(Self { name: row.name, way, chance, text: spec.into(), row, make })
    }

    /// Edits of messages, in the order of the faults they stand among; `file` is what they are told by.
    #[must_use]
    pub fn edits(file: &str, setting: EditSetting) -> Self {
        let make: Make = Arc::new(move || Fault::Stage(Box::new(Editor::new(setting.clone()))));
        Self {
            name: EDIT.name,
            way: None,
            chance: 1.0,
            text: format!("edit={file}").into(),
            row: &EDIT,
            make,
        }
    }

    /// Whether it is edits.
    #[must_use]
    pub fn is_edits(&self) -> bool {
        self.name == EDIT.name
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, to be kept without copying it.
    pub(super) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Whether it works on `medium`.
    ///
    /// # Errors
    /// It does not: which medium it is for, and what to use instead.
    pub fn fits(&self, medium: Medium) -> Result<(), FaultError> {
        if self.row.media.covers(medium) {
            return Ok(());
        }
        let names: Vec<&str> =
            FAULTS.iter().filter(|row| row.media.covers(medium)).map(|row| row.name).collect();
        let names = names.join(", ");
        let problem = match self.row.media {
            FaultMedia::Datagrams => text!("fault-datagrams-only", fault = self.name, names = names),
            _ => text!("fault-streams-only", fault = self.name, names = names),
        };
        Err(FaultError { spec: self.text().to_owned(), problem })
    }

    /// Whether it works in direction `way`.
    #[must_use]
    pub fn covers(&self, way: Way) -> bool {
        self.way.map_or_else(|| self.row.reach.covers(way), |only| only == way)
    }

    /// What is counted of that on which it can act.
    pub(super) fn unit(&self, medium: Medium) -> TallyUnit {
        self.row.reach.unit(medium)
    }

    /// A fresh one for one direction of one conversation.
    #[must_use]
    pub fn make(&self) -> Fault {
        (self.make)()
    }
}
