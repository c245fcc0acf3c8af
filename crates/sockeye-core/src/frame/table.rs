//! The closed list of framings, and the reading of a SPEC against it.

use sockeye_text::{Text, text};

use super::checksum::Checksum;
use super::composed::{self, Composed};
use super::error::SpecError;
use super::presets::Preset;
use super::spec::{FramingRow, Given};
use super::{cobs, delimiter, fixed, idle, length, markers, netstring, presets, raw, slip, varint};
use crate::address::nearest::nearest;

/// Every kind of framing there is: closed, so that the cutting loop is compiled once per kind and calls nothing
/// through a pointer.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // there is one of them per framing, behind an Arc
pub(super) enum FramingKind {
    Raw(raw::RawCut),
    Idle(idle::Idle),
    Length(length::Length),
    Delimiter(delimiter::Delimiter),
    Fixed(fixed::Fixed),
    Varint(varint::Varint),
    Netstring(netstring::Netstring),
    Slip(slip::Slip),
    Cobs(cobs::Cobs),
    Markers(markers::Markers),
    Composed(Box<composed::Composed>),
}

/// Runs one expression with the framing inside a [`FramingKind`], whatever it is.
macro_rules! each {
    ($kind:expr, $cut:ident => $run:expr) => {
        match $kind {
            $crate::frame::table::FramingKind::Raw($cut) => $run,
            $crate::frame::table::FramingKind::Idle($cut) => $run,
            $crate::frame::table::FramingKind::Length($cut) => $run,
            $crate::frame::table::FramingKind::Delimiter($cut) => $run,
            $crate::frame::table::FramingKind::Fixed($cut) => $run,
            $crate::frame::table::FramingKind::Varint($cut) => $run,
            $crate::frame::table::FramingKind::Netstring($cut) => $run,
            $crate::frame::table::FramingKind::Slip($cut) => $run,
            $crate::frame::table::FramingKind::Cobs($cut) => $run,
            $crate::frame::table::FramingKind::Markers($cut) => $run,
            $crate::frame::table::FramingKind::Composed($cut) => {
                let $cut = &**$cut;
                $run
            }
        }
    };
}
pub(super) use each;

struct Entry {
    row: FramingRow,
    build: fn(&mut Given<'_>) -> Result<FramingKind, SpecError>,
    /// The same as a composed framing, where its frames have parts.
    compose: Option<Compose>,
}

type Compose = fn(&mut Given<'_>) -> Result<Box<Composed>, SpecError>;

macro_rules! framing {
    ($kind:ident, $row:expr) => {
        Entry {
            row: FramingRow { name: $row.name, form: $row.form, about: $row.about, samples: $row.samples },
            build: |given| ($row.build)(given).map(FramingKind::$kind),
            compose: None,
        }
    };
    ($kind:ident, $row:expr, $compose:expr) => {
        Entry { compose: Some($compose), ..framing!($kind, $row) }
    };
}

macro_rules! preset {
    ($preset:expr) => {
        Entry {
            row: FramingRow {
                name: $preset.name,
                form: $preset.form,
                about: $preset.about,
                samples: $preset.samples,
            },
            build: |given| stands_for(&$preset, given),
            compose: None,
        }
    };
}

static ENTRIES: [Entry; 33] = [
    framing!(Raw, raw::ROW),
    framing!(Delimiter, delimiter::LINE),
    framing!(Delimiter, delimiter::CRLF, |_| Ok(composed::from_tail(b"\r\n"))),
    framing!(Delimiter, delimiter::NUL, |_| Ok(composed::from_tail(b"\0"))),
    framing!(Delimiter, delimiter::DELIM, |given| Ok(composed::from_tail(&given.bytes("delim")?))),
    framing!(Fixed, fixed::ROW),
    framing!(Length, length::ROW, composed::from_length),
    framing!(Length, length::NETTY),
    framing!(Composed, composed::DIGITS),
    framing!(Varint, varint::ROW, composed::from_varint),
    framing!(Netstring, netstring::ROW),
    framing!(Slip, slip::ROW),
    framing!(Cobs, cobs::ROW),
    framing!(Markers, markers::ROW, composed::from_markers),
    framing!(Idle, idle::ROW),
    preset!(presets::PY_STRUCT_I),
    preset!(presets::PY_STRUCT_NET),
    preset!(presets::MODBUS_TCP),
    framing!(Length, length::TPKT),
    preset!(presets::TWISTED),
    preset!(presets::STX_ETX),
    preset!(presets::MODBUS_RTU),
    preset!(presets::MODBUS_ASCII),
    preset!(presets::JT808),
    preset!(presets::DLT645),
    preset!(presets::IEC104),
    preset!(presets::HJ212),
    preset!(presets::NMEA),
    preset!(presets::MQTT),
    preset!(presets::REDIS),
    preset!(presets::POSTGRES),
    preset!(presets::DNS_TCP),
    preset!(presets::MLLP),
];

/// The framings and presets there are, in the order help shows them.
pub fn rows() -> impl ExactSizeIterator<Item = &'static FramingRow> {
    ENTRIES.iter().map(|entry| &entry.row)
}

/// The framing `spec` describes.
pub(super) fn parse(spec: &str) -> Result<FramingKind, SpecError> {
    let spec = spec.trim();
    if let Some(length) = presets::py_struct(spec) {
        return parse(&length);
    }
    let (entry, mut given) = read(spec)?;
    let kind = match entry.compose {
        Some(compose) if composed::composes(&given) => FramingKind::Composed(compose(&mut given)?),
        _ => (entry.build)(&mut given)?,
    };
    given.all_taken()?;
    Ok(kind)
}

/// The same as a composed framing, in whose frames a checksum may cover places.
pub(super) fn compose(spec: &str) -> Result<Composed, SpecError> {
    let length = presets::py_struct(spec.trim());
    let (entry, mut given) = read(length.as_deref().unwrap_or(spec.trim()))?;
    if let Some(preset) =
        presets::ALL.iter().find(|preset| preset.name == entry.row.name && preset.spec != preset.name)
    {
        return compose(preset.spec);
    }
    let Some(compose) = entry.compose else {
        return Err(given.contradiction(text!("spec-no-places", name = entry.row.name)));
    };
    let composed = compose(&mut given)?;
    given.all_taken()?;
    Ok(*composed)
}

/// What a preset stands for.
fn stands_for(preset: &Preset, given: &mut Given<'_>) -> Result<FramingKind, SpecError> {
    let kind = match composed::preset(preset.name, given)? {
        Some(composed) => FramingKind::Composed(composed),
        None => parse(preset.spec)?,
    };
    match (kind, preset.sum) {
        (FramingKind::Composed(composed), Some(sum)) => {
            let sealed = composed.sealed(preset.name, Checksum::parse(sum)?)?;
            Ok(FramingKind::Composed(Box::new(sealed)))
        }
        (kind, _) => Ok(kind),
    }
}

/// The row that a SPEC is of, and its parts.
fn read(spec: &str) -> Result<(&'static Entry, Given<'_>), SpecError> {
    let name = spec.split([',', '=', ':']).next().unwrap_or_default().trim();
    let entry = find(spec, name)?;
    let given = Given::of(spec, name, &entry.row)?;
    Ok((entry, given))
}

/// The row called `name`; a SPEC may also begin with another key of a row, as in `tail=03,head=02`.
fn find(spec: &str, name: &str) -> Result<&'static Entry, SpecError> {
    let known = || rows().map(|row| row.name);
    let list = || Text::verbatim(known().collect::<Vec<_>>().join(", "));
    if name.is_empty() {
        return Err(SpecError::Empty { what: "framing", known: list() });
    }
    let keys = || spec.split(',').map(|part| part.split('=').next().unwrap_or_default().trim());
    let named = |name: &str| ENTRIES.iter().find(|entry| entry.row.name == name);
    let by_other_key =
        || keys().find_map(|key| named(key).filter(|entry| entry.row.form.contains(&format!("{name}="))));
    // Whatever it begins with, a length is what a frame is cut by.
    let by_length = || {
        ["len", "digits", "varint"]
            .iter()
            .find(|key| keys().any(|given| given == **key))
            .and_then(|key| named(key))
    };
    let own = named(name);
    let own = if own.is_none_or(|entry| entry.row.name == "head") { by_length().or(own) } else { own };
    own.or_else(by_other_key).ok_or_else(|| SpecError::UnknownName {
        what: "framing",
        name: name.to_owned(),
        nearest: nearest(name, known()).map(str::to_owned),
        known: list(),
    })
}
