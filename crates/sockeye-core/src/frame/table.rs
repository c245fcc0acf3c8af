//! The closed list of framings, and the reading of a SPEC against it.

use sockeye_text::Text;

use super::error::SpecError;
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
        }
    };
}
pub(super) use each;

struct Entry {
    row: FramingRow,
    build: fn(&mut Given<'_>) -> Result<FramingKind, SpecError>,
}

macro_rules! framing {
    ($kind:ident, $row:expr) => {
        Entry {
            row: FramingRow { name: $row.name, form: $row.form, about: $row.about, samples: $row.samples },
            build: |given| ($row.build)(given).map(FramingKind::$kind),
        }
    };
}

macro_rules! preset {
    ($preset:expr) => {
        Entry {
            row: FramingRow {
                name: $preset.name,
                form: $preset.name,
                about: $preset.about,
                samples: &[$preset.name],
            },
            build: |_| parse($preset.spec),
        }
    };
}

static ENTRIES: [Entry; 20] = [
    framing!(Raw, raw::ROW),
    framing!(Delimiter, delimiter::LINE),
    framing!(Delimiter, delimiter::CRLF),
    framing!(Delimiter, delimiter::NUL),
    framing!(Delimiter, delimiter::DELIM),
    framing!(Fixed, fixed::ROW),
    framing!(Length, length::ROW),
    framing!(Length, length::NETTY),
    framing!(Varint, varint::ROW),
    framing!(Netstring, netstring::ROW),
    framing!(Slip, slip::ROW),
    framing!(Cobs, cobs::ROW),
    framing!(Markers, markers::ROW),
    framing!(Idle, idle::ROW),
    preset!(presets::PY_STRUCT_I),
    preset!(presets::PY_STRUCT_NET),
    preset!(presets::MODBUS_TCP),
    framing!(Length, length::TPKT),
    preset!(presets::TWISTED),
    preset!(presets::STX_ETX),
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
    let name = spec.split([',', '=', ':']).next().unwrap_or_default().trim();
    let entry = find(spec, name)?;
    let mut given = Given::of(spec, name, &entry.row)?;
    let kind = (entry.build)(&mut given)?;
    given.all_taken()?;
    Ok(kind)
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
    named(name).or_else(by_other_key).ok_or_else(|| SpecError::UnknownName {
        what: "framing",
        name: name.to_owned(),
        nearest: nearest(name, known()).map(str::to_owned),
        known: list(),
    })
}
