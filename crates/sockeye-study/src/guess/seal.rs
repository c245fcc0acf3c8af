//! Which checksum the messages carry, if they carry one.

use sockeye_core::{
    frame::{Checksum, Flow, Framer, Framing},
    unit::At,
};

use super::{candidate::Shape, sample::Sample};

/// The most messages over which a checksum is computed to find it.
const MESSAGES: usize = 64;
/// The bits that it takes to say which checksum it is, in which order, over which bytes.
const PRICE: f64 = 14.0;
/// How many leading bytes of a message a checksum may leave out.
pub(super) const SKIPPED: usize = 4;

/// What a framing makes of a sample.
#[derive(Clone, Debug, Default)]
pub(super) struct CutSample {
    /// The first messages.
    pub(super) first: Vec<Vec<u8>>,
    /// How many whole messages there are.
    pub(super) messages: usize,
    /// How many of them have a bad checksum.
    pub(super) damaged: usize,
    /// Bytes of unfinished messages at the ends of streams.
    pub(super) rest: usize,
}

/// Cuts the whole sample as `--frame` would, and keeps the first `kept` messages; nothing if it cannot.
pub(super) fn cut(sample: &Sample, framing: &Framing, kept: usize) -> Option<CutSample> {
    let mut cut = CutSample::default();
    for stream in sample.streams() {
        let mut framer = Framer::new(framing.clone());
        framer
            .feed(sample.at(stream), At::START, |message| {
                cut.messages += 1;
                cut.damaged += usize::from(message.check.is_bad());
                if cut.first.len() < kept {
                    cut.first.push(message.body.to_vec());
                }
                Flow::Go
            })
            .ok()?;
        cut.rest += framer.held();
    }
    (cut.messages > 0).then_some(cut)
}

/// A checksum that all messages carry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sealed {
    pub(super) sum: Checksum,
    /// What knowing it saves.
    pub(super) bits: f64,
}

/// A framing with the checksum of its messages.
pub(super) fn sealed(sample: &Sample, shape: &Shape, sums: &[(Checksum, usize)]) -> Option<(String, Sealed)> {
    let spec = shape.spec();
    let mut ways = vec![spec.clone()];
    if let Shape::Length(field) = shape {
        // A checksum may cover the header, which only a message that keeps its header has.
        let other = if field.strip() == 0 { field.header() } else { 0 };
        ways.push(format!("{spec},strip={other}"));
    }
    let found = ways.into_iter().filter_map(|spec| {
        let framing = Framing::parse(&spec).ok()?;
        let messages = cut(sample, &framing, MESSAGES)?.first;
        Some((spec, of(&messages, sums)?))
    });
    found.max_by(|(_, a), (_, b)| a.bits.total_cmp(&b.bits))
}

/// The checksum that ends every one of these messages; of several the one that is least likely by chance.
fn of(messages: &[Vec<u8>], sums: &[(Checksum, usize)]) -> Option<Sealed> {
    // One value over and over has the checksums that begin with nothing, and says nothing of them.
    let says = |message: &&[u8]| message.windows(2).any(|pair| pair.first() != pair.last());
    let mut distinct: Vec<&[u8]> = messages.iter().map(Vec::as_slice).filter(says).collect();
    // The shortest first: most checksums are wrong for it already.
    distinct.sort_unstable_by_key(|message| (message.len(), *message));
    distinct.dedup();
    if distinct.len() < 2 {
        return None;
    }
    let mut best: Option<Sealed> = None;
    for &(sum, skip) in sums {
        let bits = 8.0 * (sum.len() * distinct.len()) as f64 - PRICE - skip as f64;
        let is_right = |message: &&[u8]| message.len() > sum.len() + skip && !sum.verify(message).1.is_bad();
        if bits > 0.0 && best.is_none_or(|best| best.bits < bits) && distinct.iter().all(is_right) {
            best = Some(Sealed { sum, bits });
        }
    }
    best
}

/// Every checksum there is, in both orders, and how many leading bytes it leaves out, up to `skipped`.
pub(super) fn sums(skipped: usize) -> Vec<(Checksum, usize)> {
    let mut sums = Vec::new();
    for name in Checksum::names() {
        for order in ["be", "le"] {
            for skip in 0..=skipped {
                let sum = Checksum::parse(&format!("{name},{order},skip={skip}"));
                sums.extend(sum.ok().filter(|sum| sum.len() > 1 || order == "be").map(|sum| (sum, skip)));
            }
        }
    }
    sums
}
