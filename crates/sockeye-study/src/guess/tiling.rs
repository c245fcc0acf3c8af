//! How a candidate cuts a sample, and what that is worth.
//! Never decides between candidates.

use std::ops::Range;

use super::{
    cost::{self, Histogram},
    sample::Sample,
};

/// The most messages that are looked at to weigh a candidate.
pub(super) const MESSAGES: usize = 1024;
/// How many bytes at the front of messages may be constant and count as evidence.
const FRONT: usize = 32;
/// The same for their ends.
const BACK: usize = 4;
/// What it costs to look at a place, and to say which byte it always holds, bits.
const LOOK: f64 = 0.5;
/// See `LOOK`.
const CONSTANT: f64 = 9.5;
/// What it costs to say which of four codes the sizes are in (2 bits), that the other bytes are in the plain one and that there
/// are no constants (0.3 each, the likelier case), and that the prices of all framings and protocols come to a little more than
/// one (0.3).
const CHOICES: f64 = 2.9;
/// What it costs more to say that there are constants.
const STATED: f64 = 2.1;
/// How many times the longest whole message the last, unfinished one may announce or be.
const OVERHANG: usize = 8;
/// What an unfinished message may be in any case, bytes.
const LEAST_OVERHANG: usize = 256;

/// What is at the front of what is left of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Front {
    /// A whole message with all that frames it, in so many bytes; at least one.
    Whole(usize),
    /// One that is not all there; its size, as far as it is known.
    Part(usize),
    /// The same where a length says so.
    Announced(usize),
    /// Nothing that this candidate could be.
    Wrong,
}

/// The messages of a sample.
#[derive(Clone, Debug)]
pub(super) struct Tiling {
    /// Where each lies, with all that frames it.
    pub(super) frames: Vec<Range<usize>>,
    /// How many streams end with a part of a message.
    pub(super) parts: usize,
    /// Those of which a length says how long they are, and how long.
    pub(super) announced: Vec<(Range<usize>, usize)>,
    /// What it costs to say how many messages each stream has, bits.
    pub(super) counts: f64,
    /// What it costs to say how much comes before the first message, bits.
    pub(super) before: f64,
}

impl Tiling {
    /// Cuts every stream of the sample; nothing if one of them cannot be cut so.
    pub(super) fn of(sample: &Sample, mut front: impl FnMut(&[u8]) -> Front) -> Option<Self> {
        let mut frames: Vec<Range<usize>> = Vec::new();
        let mut announced = Vec::new();
        let (mut longest, mut overhang, mut parts, mut counts) = (0, 0, 0, 0.0);
        for stream in sample.streams() {
            let (mut at, before) = (stream.start, frames.len());
            while at < stream.end && frames.len() < MESSAGES {
                match front(sample.at(at..stream.end)) {
                    Front::Whole(size) => {
                        let end = at + size.max(1);
                        longest = longest.max(size);
                        frames.push(at..end.min(stream.end));
                        at = end;
                    }
                    part @ (Front::Part(size) | Front::Announced(size)) => {
                        if matches!(part, Front::Announced(_)) {
                            announced.push((at..stream.end, size));
                        }
                        overhang = overhang.max(size.max(stream.end - at));
                        break;
                    }
                    Front::Wrong => return None,
                }
            }
            // Whether messages fill the stream, and if they do not, how many there are.
            let is_cut = at < stream.end;
            parts += usize::from(is_cut);
            counts += if is_cut { 1.0 + cost::number(frames.len() - before) } else { 1.0 };
        }
        let is_plausible = overhang <= LEAST_OVERHANG.max(longest.saturating_mul(OVERHANG));
        (!frames.is_empty() && is_plausible).then_some(Self { frames, parts, announced, counts, before: 0.0 })
    }

    /// What it costs to say where the messages are, bits.
    fn edges(&self) -> f64 {
        cost::sizes(self.sizes(), self.parts, self.counts) + self.before
    }

    /// The same where the sizes go on until the stream is over; nothing where not all parts say theirs.
    fn edges_with_parts(&self) -> Option<f64> {
        let sizes = self.sizes().chain(self.announced.iter().map(|(_, size)| *size));
        (self.parts > 0 && self.announced.len() == self.parts)
            .then(|| cost::sizes(sizes, 0, 0.0) + self.before)
    }

    /// How long the messages are.
    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.frames.iter().map(Range::len)
    }
}

/// What is known of the bytes of a message before they are seen: their places from its front and from its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) front: Range<usize>,
    pub(super) back: usize,
}

/// What a way to cut a sample is worth.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    /// What it saves: a true bound, chance saves so much once in two to the power of it times at most.
    pub(super) bits: f64,
    /// The bytes that are not foretold.
    rest: Histogram,
}

impl Worth {
    /// Takes more bytes for foretold; to say so costs `price` bits.
    pub(super) fn foretell(&mut self, bytes: &[u8], price: f64) {
        let before = self.rest.cost();
        self.rest.forget(bytes);
        self.bits += before - self.rest.cost() - price;
    }
}

/// Weighs ways to cut one sample.
#[derive(Debug)]
pub(super) struct Scales<'a> {
    sample: &'a Sample,
    all: Histogram,
    all_cost: f64,
}

impl<'a> Scales<'a> {
    pub(super) fn new(sample: &'a Sample) -> Self {
        let all = Histogram::of(sample.bytes());
        let all_cost = all.cost();
        Self { sample, all, all_cost }
    }

    /// What cutting so is worth, if every message has what is `known`, and saying so costs `price` bits. What is constant
    /// besides counts where that pays.
    pub(super) fn worth(&self, tiling: &Tiling, known: &Known, price: f64) -> Worth {
        let plain = self.worth_of(tiling, price, |_| known.clone());
        let (looked, constants) = self.constants(tiling, known);
        let mut stated = plain.clone();
        let foretold: Vec<u8> =
            constants.iter().flat_map(|byte| std::iter::repeat_n(*byte, tiling.frames.len())).collect();
        stated.foretell(&foretold, STATED + LOOK * looked as f64 + CONSTANT * constants.len() as f64);
        if plain.bits < stated.bits { stated } else { plain }
    }

    /// The same where what is known differs from message to message.
    pub(super) fn worth_of(&self, tiling: &Tiling, price: f64, known: impl Fn(&[u8]) -> Known) -> Worth {
        let worth = |rest: Histogram, edges: f64| Worth {
            bits: self.all_cost - rest.cost() - edges - price - CHOICES,
            rest,
        };
        let rest = self.without(tiling, &known);
        let with_parts = tiling.edges_with_parts().map(|edges| {
            let mut rest = rest.clone();
            for (part, _) in &tiling.announced {
                let part = self.sample.at(part.clone());
                rest.forget(part.get(known(part).front).unwrap_or_default());
            }
            worth(rest, edges)
        });
        let whole = worth(rest, tiling.edges());
        with_parts.into_iter().fold(whole, |best, other| if best.bits < other.bits { other } else { best })
    }

    /// The bits that are saved if all bytes are written with eight bits, but for `foretold` bits of them all.
    pub(super) fn plainly(tiling: &Tiling, foretold: f64, price: f64) -> f64 {
        foretold - tiling.edges() - price - CHOICES
    }

    /// All bytes but those that are known.
    fn without(&self, tiling: &Tiling, known: &impl Fn(&[u8]) -> Known) -> Histogram {
        let mut rest = self.all.clone();
        for frame in &tiling.frames {
            let frame = self.sample.at(frame.clone());
            let known = known(frame);
            rest.forget(frame.get(known.front).unwrap_or_default());
            rest.forget(frame.get(frame.len().saturating_sub(known.back)..).unwrap_or_default());
        }
        rest
    }

    /// In how many places it was looked for constants, and those that there are.
    fn constants(&self, tiling: &Tiling, known: &Known) -> (usize, Vec<u8>) {
        let shortest = tiling.sizes().min().unwrap_or(0);
        if tiling.frames.len() < 2 {
            return (0, Vec::new());
        }
        let middle = FRONT.min(shortest.saturating_sub(BACK.max(known.back)));
        let front = (0..middle).filter(|place| !known.front.contains(place)).map(Place::Front);
        let back =
            (known.back..BACK.min(shortest.saturating_sub(middle.max(known.front.end)))).map(Place::Back);
        let places: Vec<Place> = front.chain(back).collect();
        let constants = places.iter().filter_map(|place| self.constant(tiling, *place)).collect();
        (places.len(), constants)
    }

    /// The byte that every message has at that place.
    fn constant(&self, tiling: &Tiling, place: Place) -> Option<u8> {
        let mut bytes = tiling.frames.iter().map(|frame| place.of(self.sample.at(frame.clone())));
        let first = bytes.next()??;
        bytes.all(|byte| byte == Some(first)).then_some(first)
    }
}

/// A place in a message.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// So many bytes after its first.
    Front(usize),
    /// So many bytes before its last.
    Back(usize),
}

impl Place {
    fn of(self, frame: &[u8]) -> Option<u8> {
        match self {
            Self::Front(at) => frame.get(at).copied(),
            Self::Back(at) => frame.iter().rev().nth(at).copied(),
        }
    }
}
