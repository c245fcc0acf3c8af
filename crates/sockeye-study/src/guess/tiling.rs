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
    /// Nothing that this candidate could be.
    Wrong,
}

/// The messages of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tiling {
    /// Where each lies, with all that frames it.
    pub(super) frames: Vec<Range<usize>>,
}

impl Tiling {
    /// Cuts every stream of the sample; nothing if one of them cannot be cut so.
    pub(super) fn of(sample: &Sample, mut front: impl FnMut(&[u8]) -> Front) -> Option<Self> {
        let mut frames: Vec<Range<usize>> = Vec::new();
        let (mut longest, mut overhang) = (0, 0);
        for stream in sample.streams() {
            let mut at = stream.start;
            while at < stream.end && frames.len() < MESSAGES {
                match front(sample.at(at..stream.end)) {
                    Front::Whole(size) => {
                        let end = at + size.max(1);
                        longest = longest.max(size);
                        frames.push(at..end.min(stream.end));
                        at = end;
                    }
                    Front::Part(size) => {
                        overhang = overhang.max(size.max(stream.end - at));
                        break;
                    }
                    Front::Wrong => return None,
                }
            }
        }
        let is_plausible = overhang <= LEAST_OVERHANG.max(longest.saturating_mul(OVERHANG));
        (!frames.is_empty() && is_plausible).then_some(Self { frames })
    }

    /// How long the messages are.
    fn sizes(&self) -> impl Iterator<Item = usize> + Clone {
        self.frames.iter().map(Range::len)
    }
}

/// What is known of the bytes of a message before they are seen: their places from its front and from its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) front: Range<usize>,
    pub(super) back: usize,
}

/// Weighs ways to cut one sample.
#[derive(Debug)]
pub(super) struct Scales<'a> {
    sample: &'a Sample,
    all: Histogram,
    worth: f64,
}

impl<'a> Scales<'a> {
    pub(super) fn new(sample: &'a Sample) -> Self {
        let all = Histogram::of(sample.bytes());
        let worth = all.cost();
        Self { sample, all, worth }
    }

    /// The bits that cutting so saves, if every message has what is `known`, and saying so costs `price`. What is constant
    /// besides counts where that pays.
    pub(super) fn bits(&self, tiling: &Tiling, known: &Known, price: f64) -> f64 {
        let mut rest = self.without(tiling, |_| known.clone());
        let bits = self.saved(tiling, &rest) - price;
        let (looked, constants) = self.constants(tiling, known);
        for byte in &constants {
            tiling.frames.iter().for_each(|_| rest.forget(&[*byte]));
        }
        let stated = LOOK * looked as f64 + CONSTANT * constants.len() as f64;
        bits.max(self.saved(tiling, &rest) - price - stated)
    }

    /// The same where what is known differs from message to message.
    pub(super) fn bits_of(&self, tiling: &Tiling, price: f64, known: impl Fn(&[u8]) -> Known) -> f64 {
        self.saved(tiling, &self.without(tiling, known)) - price
    }

    /// All bytes but those that are known.
    fn without(&self, tiling: &Tiling, known: impl Fn(&[u8]) -> Known) -> Histogram {
        let mut rest = self.all.clone();
        for frame in &tiling.frames {
            let frame = self.sample.at(frame.clone());
            let known = known(frame);
            rest.forget(frame.get(known.front).unwrap_or_default());
            rest.forget(frame.get(frame.len().saturating_sub(known.back)..).unwrap_or_default());
        }
        rest
    }

    fn saved(&self, tiling: &Tiling, rest: &Histogram) -> f64 {
        self.worth - rest.cost() - cost::sizes(tiling.sizes())
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
