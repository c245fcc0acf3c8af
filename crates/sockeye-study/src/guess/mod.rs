//! Works out the framing of captured bytes: which of the framings there are cut them from end to end, and how surprising that is.
//! Never proposes what `--frame` would not do: every proposal has cut the sample by its own SPEC.

mod cost;
mod sample;
mod tiling;
mod length;
mod code;
mod ending;
mod number;
mod candidate;
mod seal;
mod known;
mod hint;
pub mod dump;

use std::ops::Range;

use sockeye_core::frame::{Checksum, Framing};
use sockeye_text::{Text, text};

pub use candidate::Shape;
pub use length::{FieldOrder, LengthField};
pub use sample::{SAMPLE, Sample};

use candidate::Candidate;
use seal::CutSample;
use tiling::{Scales, Tiling};

/// The most messages that a proposal shows.
pub const SHOWN: usize = 5;
/// What a framing must save to be proposed, bits: random bytes do so at most once in 65536 times.
const ENOUGH: f64 = 16.0;
/// How many of the best candidates are looked at closely.
const CLOSELY: usize = 10;
/// Messages of one size that may carry a checksum and nothing else to be known by, bytes.
const SEALED: std::ops::RangeInclusive<usize> = 4..=64;
/// How much is preferred that messages have the form of a protocol, bits.
const OF_A_PROTOCOL: f64 = 32.0;
/// What it costs to say which protocol it is, bits.
const WHICH_PROTOCOL: f64 = 5.5;
/// One in so many messages may be damaged.
const DAMAGED: usize = 50;

/// What was concluded.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// The framings that fit, the likeliest first; none where it cannot be told.
    pub proposals: Vec<Proposal>,
    /// Why there is none.
    pub reason: Option<Text>,
    /// What else was seen.
    pub hints: Vec<Text>,
}

/// A framing that fits.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What to give to `--frame`.
    pub spec: String,
    /// What to give to `--checksum`, where the messages carry one.
    pub checksum: Option<String>,
    /// What frames the messages.
    pub shape: Shape,
    /// Other names of this framing, and the protocol that the messages seem to be of.
    pub names: Vec<&'static str>,
    /// Whole messages in the sample.
    pub messages: usize,
    /// Bytes of unfinished messages at the end.
    pub rest: usize,
    /// How surprising it is that the framing fits: uniformly random bytes are described so much shorter by any framing at most
    /// once in two to the power of it times.
    pub bits: u32,
    /// Why it is proposed.
    pub why: Text,
    /// The first messages, at most [`SHOWN`].
    pub first: Vec<Vec<u8>>,
}

/// Works out the framing of a sample; at most `top` proposals.
///
/// ```
/// use sockeye_study::guess::{Sample, guess};
///
/// let captured = b"\x00\x00\x00\x05hello\x00\x00\x00\x07sockeye\x00\x00\x00\x03bye\x00\x00\x00\x09unfin";
/// let guess = guess(&Sample::of(captured), 3);
/// assert_eq!(guess.proposals[0].spec, "len=4");
/// assert_eq!((guess.proposals[0].messages, guess.proposals[0].rest), (3, 9));
/// ```
#[must_use]
pub fn guess(sample: &Sample, top: usize) -> Conclusion {
    let mut found: Vec<Weighed> = Vec::new();
    let sums = seal::sums(seal::SKIPPED);
    for candidate in candidate::candidates(sample, hint::is_text).into_iter().take(CLOSELY) {
        found.push(weigh(sample, candidate, &sums));
    }
    if found.iter().all(|weighed| weighed.bits < ENOUGH) {
        found.extend(sealed_sizes(sample));
    }
    found.sort_by(|a, b| b.rank.total_cmp(&a.rank));
    let mut proposals: Vec<Proposal> = Vec::new();
    let mut tilings: Vec<Vec<Range<usize>>> = Vec::new();
    for weighed in found {
        // What cuts in the same places is the same framing, less well described.
        if weighed.bits < ENOUGH || proposals.len() >= top || tilings.contains(&weighed.tiling.frames) {
            continue;
        }
        let tiling = weighed.tiling.frames.clone();
        if let Some(proposal) = propose(sample, weighed) {
            proposals.push(proposal);
            tilings.push(tiling);
        }
    }
    let reason = proposals.is_empty().then(|| hint::reason(sample));
    let hints = hint::hints(sample, proposals.first().map(|proposal| &proposal.shape));
    Conclusion { proposals, reason, hints }
}

/// A candidate with all that is known of it.
struct Weighed {
    shape: Shape,
    tiling: Tiling,
    spec: String,
    checksum: Option<Checksum>,
    protocol: Option<&'static str>,
    /// Its evidence: what is printed, and what decides whether it is proposed at all.
    bits: f64,
    /// Its evidence and what people prefer: what decides which is first.
    rank: f64,
}

/// Adds what a protocol or a checksum is worth.
fn weigh(sample: &Sample, candidate: Candidate, sums: &[(Checksum, usize)]) -> Weighed {
    let Candidate { shape, tiling, mut worth, preference } = candidate;
    let mut rank = worth.bits + preference;
    let frames = tiling.frames.iter().map(|frame| sample.at(frame.clone()));
    let protocol = known::protocol(&shape, frames);
    let mut as_protocol = f64::NEG_INFINITY;
    if let Some(protocol) = protocol {
        let count = tiling.frames.len() as f64;
        rank += OF_A_PROTOCOL + protocol.bits * count;
        as_protocol = Scales::plainly(&tiling, protocol.foretold * count, WHICH_PROTOCOL);
    }
    let protocol = protocol.map(|protocol| protocol.name);
    let mut spec = shape.spec();
    if let Some(preset) = protocol.filter(|name| Framing::parse(name).is_ok()) {
        preset.clone_into(&mut spec);
    }
    let sealed = if protocol.is_none() { seal::sealed(sample, &shape, sums) } else { None };
    let checksum = sealed.map(|(sealed_spec, sealed)| {
        spec = sealed_spec;
        rank += sealed.bits;
        worth.foretell(&sealed.foretold, sealed.price);
        sealed.sum
    });
    let bits = worth.bits.max(as_protocol);
    Weighed { shape, tiling, spec, checksum, protocol, bits, rank }
}

/// Messages of one size in which nothing is the same but that their checksums are right.
fn sealed_sizes(sample: &Sample) -> Option<Weighed> {
    let (scales, sums) = (Scales::new(sample), seal::sums(0));
    let all = candidate::fixed(sample, &scales, SEALED);
    let weighed = all.map(|(size, tiling, worth)| {
        weigh(sample, Candidate { shape: Shape::Fixed(size), tiling, worth, preference: 0.0 }, &sums)
    });
    weighed.filter(|weighed| weighed.checksum.is_some()).max_by(|a, b| a.rank.total_cmp(&b.rank))
}

/// Cuts the whole sample as `--frame` would.
fn propose(sample: &Sample, weighed: Weighed) -> Option<Proposal> {
    let mut framing = Framing::parse(&weighed.spec).ok()?;
    if let Some(sum) = weighed.checksum {
        framing = framing.with_checksum(sum).ok()?;
    }
    let CutSample { first, messages, damaged, rest } = seal::cut(sample, &framing, SHOWN)?;
    if damaged * DAMAGED > messages {
        return None;
    }
    let mut names = known::names(&weighed.shape);
    names.extend(weighed.protocol);
    names.retain(|name| *name != weighed.spec);
    // No more than the proof allows, and no more digits than mean something.
    let bits = weighed.bits.clamp(0.0, 1e6) as u32;
    Some(Proposal {
        why: why(&weighed, messages, bits),
        spec: weighed.spec,
        checksum: weighed.checksum.map(|sum| sum.to_string()),
        shape: weighed.shape,
        names,
        messages,
        rest,
        bits,
        first,
    })
}

fn why(weighed: &Weighed, messages: usize, bits: u32) -> Text {
    let count = text!("messages", count = messages);
    let what = match &weighed.shape {
        Shape::Length(field) => match (field.order, field.width) {
            (_, 1) => text!("guess-why-byte", messages = count, offset = field.offset),
            (FieldOrder::Big, width) => {
                text!("guess-why-big", messages = count, width = width, offset = field.offset)
            }
            (FieldOrder::Little, width) => {
                text!("guess-why-little", messages = count, width = width, offset = field.offset)
            }
        },
        Shape::Ending(_) => text!("guess-why-ending", messages = count),
        Shape::Between(..) => text!("guess-why-between", messages = count),
        Shape::Fixed(size) => text!("guess-why-fixed", messages = count, size = *size),
        Shape::Varint => text!("guess-why-varint", messages = count),
        Shape::Netstring => text!("guess-why-netstring", messages = count),
        Shape::Slip => text!("guess-why-slip", messages = count),
        Shape::Cobs => text!("guess-why-cobs", messages = count),
    };
    let mut what = what;
    if let Some(name) = weighed.protocol {
        what = what.and(text!("guess-why-protocol", name = name));
    }
    if let Some(sum) = weighed.checksum {
        what = what.and(text!("guess-why-checksum", name = sum.to_string()));
    }
    if messages == 1 {
        what = what.and(text!("guess-why-one"));
    }
    what.and(text!("guess-why-chance", bits = bits))
}

#[cfg(test)]
mod tests;
