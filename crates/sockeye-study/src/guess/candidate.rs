//! A way to cut a sample, weighed; and all of them that may be worth more than chance.
//! Never proposes one: the framing that people would use has to cut the whole sample first.

use super::{
    ending::{self, Marked},
    length::{self, LengthField},
    number,
    sample::Sample,
    tiling::{Front, Known, Scales, Tiling},
};

/// The most candidates that are kept.
const KEPT: usize = 48;
/// The longest message of one size, bytes.
const FIXED: usize = 512;
/// The bytes of a sample in which delimiters and sizes are looked for.
const WINDOW: usize = 64 * 1024;

/// What frames messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A length field.
    Length(LengthField),
    /// These bytes behind each message.
    Ending(Vec<u8>),
    /// These before and those behind each.
    Between(Vec<u8>, Vec<u8>),
    /// All have so many bytes.
    Fixed(usize),
    /// A varint before each.
    Varint,
    /// Decimal digits, a colon and a comma.
    Netstring,
    /// Escapes of RFC 1055.
    Slip,
    /// Consistent overhead byte stuffing.
    Cobs,
}

impl Shape {
    /// The SPEC of `--frame`.
    pub(super) fn spec(&self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match self {
            Self::Length(field) => field.spec(),
            Self::Ending(end) => match end.as_slice() {
                b"\n" => "line".to_owned(),
                b"\r\n" => "crlf".to_owned(),
                b"\0" => "nul".to_owned(),
                end => format!("delim={}", hex(end)),
            },
            Self::Between(head, tail) => format!("head={},tail={}", hex(head), hex(tail)),
            Self::Fixed(size) => format!("fixed={size}"),
            Self::Varint => "varint".to_owned(),
            Self::Netstring => "netstring".to_owned(),
            Self::Slip => "slip".to_owned(),
            Self::Cobs => "cobs".to_owned(),
        }
    }
}

/// A way to cut the sample.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) shape: Shape,
    pub(super) tiling: Tiling,
    /// What it saves: bytes made by chance save so much once in two to the power of it times.
    pub(super) bits: f64,
}

/// The best candidates.
#[derive(Debug, Default)]
pub(super) struct Shortlist(Vec<Candidate>);

impl Shortlist {
    fn add(&mut self, shape: Shape, tiling: Tiling, bits: f64) {
        self.0.push(Candidate { shape, tiling, bits });
        if self.0.len() >= 2 * KEPT {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.0.sort_by(|a, b| b.bits.total_cmp(&a.bits));
        self.0.truncate(KEPT);
    }
}

/// The candidates that are worth most, best first. `is_text` says whether bytes are text.
pub(super) fn candidates(sample: &Sample, is_text: impl Fn(&[u8]) -> bool) -> Vec<Candidate> {
    let mut list = Shortlist::default();
    let scales = Scales::new(sample);
    length::candidates(sample, &scales, &mut |field, tiling, bits| {
        list.add(Shape::Length(field), tiling, bits)
    });
    varying(sample, &scales, &mut list);
    let window = sample.beginning(WINDOW);
    let scales = Scales::new(&window);
    for (end, tiling, bits) in ending::delimiters(&window, &scales, is_text) {
        list.add(Shape::Ending(end), tiling, bits);
    }
    for Marked { head, tail, tiling, bits } in ending::markers(&window, &scales) {
        list.add(Shape::Between(head, tail), tiling, bits);
    }
    for (size, tiling, bits) in fixed(&window, &scales, 2..=FIXED) {
        list.add(Shape::Fixed(size), tiling, bits);
    }
    list.shorten();
    list.0
}

/// Those of one size, of which at least three must be there.
pub(super) fn fixed<'a>(
    sample: &'a Sample,
    scales: &'a Scales<'a>,
    sizes: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = (usize, Tiling, f64)> + 'a {
    sizes.filter_map(|size| {
        let tiling = Tiling::of(sample, |bytes| number::sized(bytes, size))?;
        let bits = scales.bits(&tiling, &Known::default(), 4.0);
        (tiling.frames.len() > 2).then_some((size, tiling, bits))
    })
}

/// Those whose header has no fixed place or width.
fn varying(sample: &Sample, scales: &Scales<'_>, list: &mut Shortlist) {
    let tile = |front: fn(&[u8]) -> Front| Tiling::of(sample, front);
    if let Some(tiling) = tile(number::counted) {
        let header = |frame: &[u8]| number::varint(frame).map_or(0, |(_, header)| header);
        let bits = scales.bits_of(&tiling, 10.0, |frame| Known { front: 0..header(frame), back: 0 });
        list.add(Shape::Varint, tiling, bits);
    }
    if let Some(tiling) = tile(number::netstring) {
        let header = |frame: &[u8]| number::digits(frame).map_or(0, |(_, header)| header);
        let bits = scales.bits_of(&tiling, 5.0, |frame| Known { front: 0..header(frame), back: 1 });
        list.add(Shape::Netstring, tiling, bits);
    }
    let leading = |frame: &[u8], byte| frame.iter().take_while(|b| **b == byte).count();
    if let Some(tiling) = tile(ending::slip) {
        let bits = scales.bits_of(&tiling, 5.0, |frame| Known { front: 0..leading(frame, 0xc0), back: 1 });
        // Of the byte behind an escape only one bit is not known before.
        let escapes = tiling.frames.iter().flat_map(|frame| sample.at(frame.clone()));
        let escapes = escapes.filter(|byte| **byte == 0xdb).count();
        list.add(Shape::Slip, tiling, bits + 7.0 * escapes as f64);
    }
    if let Some(tiling) = tile(ending::cobs) {
        let bits = scales.bits_of(&tiling, 5.0, |frame| {
            let begin = leading(frame, 0);
            // The zero is known, and one of the codes that lead to it.
            Known { front: begin..begin + 1, back: 1 }
        });
        list.add(Shape::Cobs, tiling, bits);
    }
}
