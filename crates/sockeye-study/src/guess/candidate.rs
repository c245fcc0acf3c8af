//! A way to cut a sample, weighed; and all of them that may be worth more than chance.
//! Never proposes one: the framing that people would use has to cut the whole sample first.

use super::{
    ending::{self, Ended, Marked},
    length::{self, LengthField},
    number,
    sample::Sample,
    tiling::{Front, Known, Scales, Tiling, Worth},
};

/// The most candidates that are kept.
const KEPT: usize = 48;
/// The longest message of one size, bytes.
const FIXED: usize = 512;
/// The bytes of a sample in which delimiters and sizes are looked for.
const WINDOW: usize = 64 * 1024;

/// How much a framing that is right about every escape is preferred, bits.
const OF_ESCAPES: f64 = 16.0;

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
    pub(super) worth: Worth,
    /// What is added to its worth to rank it: what people prefer is no evidence.
    pub(super) preference: f64,
}

impl Candidate {
    /// By what it is ranked.
    fn rank(&self) -> f64 {
        self.worth.bits + self.preference
    }
}

/// The best candidates.
#[derive(Debug, Default)]
pub(super) struct Shortlist(Vec<Candidate>);

impl Shortlist {
    fn add(&mut self, shape: Shape, tiling: Tiling, worth: Worth) {
        self.prefer(Candidate { shape, tiling, worth, preference: 0.0 });
    }

    fn prefer(&mut self, candidate: Candidate) {
        self.0.push(candidate);
        if self.0.len() >= 2 * KEPT {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.0.sort_by(|a, b| b.rank().total_cmp(&a.rank()));
        self.0.truncate(KEPT);
    }
}

/// The candidates that are worth most, best first. `is_text` says whether bytes are text.
pub(super) fn candidates(sample: &Sample, is_text: impl Fn(&[u8]) -> bool) -> Vec<Candidate> {
    let mut list = Shortlist::default();
    let scales = Scales::new(sample);
    length::candidates(sample, &scales, &mut |field, tiling, worth| {
        let preference = field.preference();
        list.prefer(Candidate { shape: Shape::Length(field), tiling, worth, preference });
    });
    varying(sample, &scales, &mut list);
    let window = sample.beginning(WINDOW);
    let scales = Scales::new(&window);
    for Ended { end, tiling, worth, preference } in ending::delimiters(&window, &scales, is_text) {
        list.prefer(Candidate { shape: Shape::Ending(end), tiling, worth, preference });
    }
    for Marked { head, tail, tiling, worth } in ending::markers(&window, &scales) {
        list.add(Shape::Between(head, tail), tiling, worth);
    }
    for (size, tiling, worth) in fixed(&window, &scales, 2..=FIXED) {
        list.add(Shape::Fixed(size), tiling, worth);
    }
    list.shorten();
    list.0
}

/// Those of one size, of which at least three must be there.
pub(super) fn fixed<'a>(
    sample: &'a Sample,
    scales: &'a Scales<'a>,
    sizes: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = (usize, Tiling, Worth)> + 'a {
    sizes.filter_map(|size| {
        let tiling = Tiling::of(sample, |bytes| number::sized(bytes, size))?;
        let worth = scales.worth(&tiling, &Known::default(), 5.0);
        (tiling.frames.len() > 2).then_some((size, tiling, worth))
    })
}

/// Those whose header has no fixed place or width.
fn varying(sample: &Sample, scales: &Scales<'_>, list: &mut Shortlist) {
    let tile = |front: fn(&[u8]) -> Front| Tiling::of(sample, front);
    if let Some(tiling) = tile(number::counted) {
        let header = |frame: &[u8]| number::varint(frame).map_or(0, |(_, header)| header);
        let worth = scales.worth_of(&tiling, 10.0, |frame| Known { front: 0..header(frame), back: 0 });
        list.add(Shape::Varint, tiling, worth);
    }
    if let Some(tiling) = tile(number::netstring) {
        let header = |frame: &[u8]| number::digits(frame).map_or(0, |(_, header)| header);
        let worth = scales.worth_of(&tiling, 5.0, |frame| Known { front: 0..header(frame), back: 1 });
        list.add(Shape::Netstring, tiling, worth);
    }
    let leading = |frame: &[u8], byte| frame.iter().take_while(|b| **b == byte).count();
    // How many ends stand before each message, one bit for each and one for no more.
    let ends = |tiling: &Tiling, byte| -> usize {
        tiling.frames.iter().map(|frame| 1 + leading(sample.at(frame.clone()), byte)).sum()
    };
    if let Some(tiling) = tile(ending::slip) {
        let ends = ends(&tiling, 0xc0) as f64;
        let price = 5.0 + ends;
        let mut worth =
            scales.worth_of(&tiling, price, |frame| Known { front: 0..leading(frame, 0xc0), back: 1 });
        // Of the byte behind an escape only one bit is not known before.
        let pairs = tiling.frames.iter().flat_map(|frame| sample.at(frame.clone()).windows(2));
        let escaped: Vec<u8> = pairs
            .filter_map(|pair| match *pair {
                [0xdb, next] => Some(next),
                _ => None,
            })
            .collect();
        worth.foretell(&escaped, escaped.len() as f64);
        // Ends on both sides are one delimiter of two bytes as well.
        list.prefer(Candidate { shape: Shape::Slip, tiling, worth, preference: OF_ESCAPES + ends });
    }
    if let Some(tiling) = tile(ending::cobs) {
        let ends = ends(&tiling, 0) as f64;
        let price = 5.0 + ends;
        let worth = scales.worth_of(&tiling, price, |frame| {
            let begin = leading(frame, 0);
            // The zero is known, and one of the codes that lead to it.
            Known { front: begin..begin + 1, back: 1 }
        });
        list.prefer(Candidate { shape: Shape::Cobs, tiling, worth, preference: OF_ESCAPES + ends });
    }
}
