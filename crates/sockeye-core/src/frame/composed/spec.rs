//! Makes a composed framing of its SPEC, and refuses what is ambiguous or contradicts itself.
//! Never takes part in cutting.

use std::ops::RangeInclusive;

use data_encoding::HEXLOWER;
use memchr::memmem::Finder;
use sockeye_text::text;

use super::{
    escape::{Coding, Escape},
    field::{Counts, Field, LengthCode, most},
    functions::RtuRole,
    measure::HEADER,
    rule::{Composed, Sizing, Strip},
};
use crate::frame::{
    error::SpecError,
    spec::{FramingDef, Given},
};

/// The row of `digits=`.
pub(in super::super) const DIGITS: FramingDef<Box<Composed>> = FramingDef {
    name: "digits",
    form: "digits=N[,offset=N][,adjust=N][,includes-header][,strip=N]\
           [,head=HEX][,tail=HEX][,escape=MARK:CODE=BYTE…][,pre=HEX][,mark=HEX][,fill=HEX]",
    about: "about-frame-digits",
    samples: &["digits=4", "digits=6,includes-header", "digits=3,offset=2,pre=4142,tail=03"],
    build: |given| {
        let digits = given.number("digits", 1..=18)?;
        from_field(given, "digits", LengthCode::Digits(usize::try_from(digits).unwrap_or(18)))
    },
};

/// The keys that only composed frames have.
const PARTS: [&str; 6] = ["head", "tail", "escape", "pre", "mark", "fill"];
/// The largest offset and adjustment in bytes; more than this is a slip of the finger.
const MOST: i64 = 1 << 20;

/// Whether a SPEC of `name` asks for more than the framing of that name does by itself.
pub(in super::super) fn composes(given: &Given<'_>) -> bool {
    match given.name() {
        "head" => ["escape", "mark", "fill"].iter().any(|key| given.has(key)),
        "varint" => {
            PARTS.iter().chain(&["offset", "adjust", "strip", "includes-header"]).any(|key| given.has(key))
        }
        _ => PARTS.iter().any(|key| given.has(key)),
    }
}

/// The composed framing of `len=`.
pub(in super::super) fn from_length(given: &mut Given<'_>) -> Result<Box<Composed>, SpecError> {
    let width = usize::try_from(given.number("len", 1..=8)?).unwrap_or(8);
    if !matches!(width, 1 | 2 | 3 | 4 | 8) {
        return Err(given.contradiction(text!("spec-width", width = width)));
    }
    let little = given.flag("le")?;
    if given.flag("be")? && little {
        return Err(given.contradiction(text!("spec-be-and-le")));
    }
    from_field(given, "len", if little { LengthCode::Little(width) } else { LengthCode::Big(width) })
}

/// The composed framing of `varint`.
pub(in super::super) fn from_varint(given: &mut Given<'_>) -> Result<Box<Composed>, SpecError> {
    from_field(given, "varint", LengthCode::Varint)
}

/// The composed framing of `head=,tail=`.
pub(in super::super) fn from_markers(given: &mut Given<'_>) -> Result<Box<Composed>, SpecError> {
    let (head, tail) = (given.bytes("head")?, given.bytes("tail")?);
    let parts = Composed { coding: coding(given, &tail)?, ..plain("head/tail", &head, &tail, Sizing::Tail) };
    rest(given, parts)
}

/// The composed framing that ends messages with these bytes.
pub(in super::super) fn from_tail(tail: &[u8]) -> Box<Composed> {
    Box::new(plain("delim", &[], tail, Sizing::Tail))
}

/// The framing of a protocol that no parts describe; none where there is no such preset.
pub(in super::super) fn preset(
    name: &str,
    given: &mut Given<'_>,
) -> Result<Option<Box<Composed>>, SpecError> {
    Ok(match name {
        "modbus-rtu" => {
            let heard = match given.word("role", &["client", "server"])? {
                Some("client") => Some(RtuRole::Server),
                Some(_) => Some(RtuRole::Client),
                None => None,
            };
            Some(Box::new(plain("modbus-rtu", &[], &[], Sizing::Functions { heard })))
        }
        "redis" => Some(Box::new(plain("redis", &[], b"\r\n", Sizing::Values))),
        "postgres" => Some(Box::new(plain("postgres", &[], &[], Sizing::Typed))),
        _ => None,
    })
}

/// A framing of a head and a tail.
fn plain(name: &'static str, head: &[u8], tail: &[u8], sizing: Sizing) -> Composed {
    Composed {
        name,
        head: Finder::new(head).into_owned(),
        tail: Finder::new(tail).into_owned(),
        sizing,
        coding: Coding::Plain,
        strip: Strip::Bytes(0),
        pre: Vec::new(),
        mark: Vec::new(),
        fill: None,
        sum: None,
    }
}

/// What a length has around it.
fn from_field(
    given: &mut Given<'_>,
    name: &'static str,
    code: LengthCode,
) -> Result<Box<Composed>, SpecError> {
    let signed = matches!(code, LengthCode::Big(_) | LengthCode::Little(_)) && given.flag("signed")?;
    let head = given.optional_bytes("head")?.unwrap_or_default();
    let tail = given.optional_bytes("tail")?.unwrap_or_default();
    let offset = given.optional("offset", 0..=MOST)?.map_or(head.len(), usize_of);
    if offset < head.len() {
        return Err(given.contradiction(text!("spec-offset-in-head", offset = offset, head = head.len())));
    }
    let counts = if given.flag("includes-header")? { Counts::Frame } else { Counts::Rest };
    let adjust = given.optional("adjust", -MOST..=MOST)?.unwrap_or(0);
    let field = Field { code, offset, adjust, counts, most: most(code, usize::from(signed)) };
    let coding = coding(given, &tail)?;
    if !matches!(coding, Coding::Plain) && field.longest() > HEADER {
        return Err(given.contradiction(text!("spec-escape-offset", most = HEADER)));
    }
    let pre = pre(given, &field, head.len())?;
    let strip = strip(given, &field, pre.is_some())?;
    check(given, &field, tail.len())?;
    let parts = Composed {
        coding,
        strip,
        pre: pre.unwrap_or_default(),
        ..plain(name, &head, &tail, Sizing::Field(field))
    };
    rest(given, parts)
}

/// The fixed bytes before the length.
fn pre(given: &mut Given<'_>, field: &Field, head: usize) -> Result<Option<Vec<u8>>, SpecError> {
    let Some(pre) = given.optional_bytes("pre")? else { return Ok(None) };
    let wanted = field.offset - head;
    if pre.len() != wanted {
        let why = text!("spec-pre", count = pre.len(), wanted = wanted, offset = field.offset, head = head);
        return Err(given.contradiction(why));
    }
    Ok(Some(pre))
}

/// What the message does not have: the header where nothing but the length is in it, or where `pre=` says the rest.
fn strip(given: &mut Given<'_>, field: &Field, has_pre: bool) -> Result<Strip, SpecError> {
    let header = field.header();
    let range: RangeInclusive<i64> = 0..=2 * MOST;
    let Some(strip) = given.optional("strip", range)?.map(usize_of) else {
        return Ok(match (field.offset == 0 || has_pre, field.code) {
            (true, LengthCode::Varint) => Strip::Varint,
            (true, _) => Strip::Bytes(header),
            (false, _) => Strip::Bytes(0),
        });
    };
    let least = header.saturating_add(usize_of(field.adjust.max(0)));
    if strip > least {
        return Err(given.contradiction(text!("spec-strip", strip = strip, least = least, header = header)));
    }
    if let LengthCode::Varint = field.code
        && strip > field.offset
    {
        return Err(given.contradiction(text!("spec-strip-varint", offset = field.offset)));
    }
    if has_pre && strip < field.offset {
        return Err(given.contradiction(text!("spec-pre-and-strip", strip = strip)));
    }
    Ok(Strip::Bytes(strip))
}

/// Refuses lengths with which no frame could be.
fn check(given: &Given<'_>, field: &Field, tail: usize) -> Result<(), SpecError> {
    let header = i128::from(i64_of(field.header()));
    let from = if field.counts == Counts::Frame { 0 } else { header };
    if i128::from(field.most) + i128::from(field.adjust) + from < header + i128::from(i64_of(tail)) {
        let why = text!("spec-adjust", adjust = field.adjust, value = field.most);
        return Err(given.contradiction(why));
    }
    Ok(())
}

/// How bytes between head and tail travel.
fn coding(given: &mut Given<'_>, tail: &[u8]) -> Result<Coding, SpecError> {
    let Some(written) = given.words("escape")? else { return Ok(Coding::Plain) };
    if written == "hex" {
        let ends = tail.iter().any(|byte| !byte.is_ascii_hexdigit());
        return if ends { Ok(Coding::Digits) } else { Err(given.contradiction(text!("spec-hex-tail"))) };
    }
    let escape = Escape::parse(&written).map_err(|why| given.bad("escape", &written, why))?;
    if !tail.is_empty() && !escape.protects(tail) {
        return Err(given.contradiction(text!("spec-escape-tail", tail = HEXLOWER.encode(tail))));
    }
    Ok(Coding::Escape(escape))
}

/// What any composed framing may have besides.
fn rest(given: &mut Given<'_>, mut parts: Composed) -> Result<Box<Composed>, SpecError> {
    parts.mark = given.optional_bytes("mark")?.unwrap_or_default();
    if let Some(fill) = given.optional_bytes("fill")? {
        parts.fill = match (fill.as_slice(), parts.head.needle()) {
            ([fill], [first, ..]) if fill != first => Some(*fill),
            _ => return Err(given.contradiction(text!("spec-fill"))),
        };
    }
    Ok(Box::new(parts))
}

fn usize_of(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn i64_of(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
