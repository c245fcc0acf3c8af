//! Says which checksum frames end with: which one, over which bytes, and where it is stored.
//! Never says more than the frames do: what chance would fit as well is not told.

use sockeye_core::frame::{ByteOrder, Checksum};

/// The most bytes behind a checksum that all frames may share.
const TAIL: usize = 4;
/// The most leading bytes that a checksum may leave out.
const LEADING: usize = 16;
/// The most bytes between what is covered and the checksum, as the asterisk of NMEA.
const BETWEEN: usize = 2;
/// What must be left of the evidence, bits: random frames have as much at most once in 2^12 times.
const ENOUGH: f64 = 12.0;
/// The most frames that are looked at, and the most bytes of one.
const FRAMES: usize = 1000;
/// See [`FRAMES`].
const BYTES: usize = 64 * 1024;

/// How checksum and frames belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSum {
    /// What to give to `--checksum`.
    pub spec: String,
    /// Its name.
    pub name: &'static str,
    /// The first byte that it covers, counted from the start of a frame.
    pub from: usize,
    /// How many bytes stand behind the last byte that it covers.
    pub behind: usize,
    /// How many bytes it takes where it is stored.
    pub size: usize,
    /// What stands behind it in every frame.
    pub tail: Vec<u8>,
    /// How many different frames it fits.
    pub frames: usize,
    /// How surprising it is that it fits: chance does so at most once in two to the power of it times.
    pub bits: u32,
}

/// The bits it takes to say which checksum is meant: fewer for those that people use.
fn price_of(name: &str) -> f64 {
    match name {
        "crc16-modbus" => 2.0,
        "sum8" | "xor8" | "lrc" | "crc32-iso-hdlc" | "crc16-xmodem" | "crc16-ibm-3740" => 4.5,
        _ => 8.0,
    }
}

/// The ways in which checksums are written, and what it takes to say each.
fn ways() -> Vec<(String, f64)> {
    let mut ways = Vec::new();
    for name in Checksum::names() {
        let Ok(sum) = Checksum::parse(name) else { continue };
        let (other, is_wide) = (if sum.order() == ByteOrder::Big { ",le" } else { ",be" }, sum.len() > 1);
        let price = price_of(name);
        ways.push((name.to_owned(), price + 0.3));
        ways.push((format!("{name},hex"), price + 3.3));
        if is_wide {
            ways.push((format!("{name}{other}"), price + 3.0));
            ways.push((format!("{name}{other},hex"), price + 6.0));
        }
    }
    ways
}

/// A place among so many, the first of which is the likeliest.
fn price_at(at: usize) -> f64 {
    match at {
        0 => 0.5,
        1 | 2 => 3.0,
        _ => 5.5,
    }
}

/// The checksum that all of `frames` carry before a tail that they share; the likeliest first, none where it cannot be told.
///
/// ```
/// use sockeye_study::sum::find;
///
/// let frames = [&b"\x01\x03\x00\x0a\x00\x02\xe4\x09"[..], b"\x01\x03\x00\x00\x00\x02\xc4\x0b"];
/// let found = find(&frames.map(<[u8]>::to_vec));
/// assert_eq!((found[0].name, found[0].from, found[0].behind), ("crc16-modbus", 0, 2));
/// ```
#[must_use]
pub fn find(frames: &[Vec<u8>]) -> Vec<FoundSum> {
    let mut distinct: Vec<&[u8]> = frames.iter().take(FRAMES).map(Vec::as_slice).collect();
    // The shortest first: most checksums are wrong for it already.
    distinct.sort_unstable_by_key(|frame| (frame.len(), *frame));
    distinct.dedup();
    if distinct.iter().any(|frame| frame.len() > BYTES) {
        return Vec::new();
    }
    let tails = 0..=shared(&distinct).min(TAIL);
    let mut found: Vec<(f64, FoundSum)> = Vec::new();
    for (spec, price) in ways() {
        let Ok(sum) = Checksum::parse(&spec) else { continue };
        for tail in tails.clone() {
            for (from, between) in places() {
                let way = Way { sum, from, between, tail };
                let Some(Fit { frames, values }) = way.fits(&distinct) else { continue };
                // Where digits stand anyway, a digit says less than a byte.
                let each = if sum.stored() > sum.len() { 12.0 } else { 8.0 };
                let evidence = each * (sum.len() * values) as f64;
                let price = price + price_at(from) + price_at(between * 3) + price_at(tail);
                if evidence - price >= ENOUGH {
                    found.push((evidence - price, way.told(&spec, &distinct, frames, evidence - price)));
                }
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().map(|(_, found)| found).collect()
}

/// What a checksum may leave out, in front and between it and what it covers.
fn places() -> impl Iterator<Item = (usize, usize)> {
    (0..=LEADING).flat_map(|from| (0..=BETWEEN).map(move |between| (from, between)))
}

/// How many bytes at their end all of them share; none where there is but one.
fn shared(frames: &[&[u8]]) -> usize {
    let Some((first, others)) = frames.split_first() else { return 0 };
    let with = |other: &&[u8]| first.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    // Of one frame all of it might be a tail.
    others.iter().map(with).min().unwrap_or(TAIL)
}

/// What speaks for a way.
struct Fit {
    /// Frames that differ in what it covers.
    frames: usize,
    /// Values that they carry. Where all carry the same, that is a tail rather than a checksum of each.
    values: usize,
}

/// One way to understand frames.
struct Way {
    sum: Checksum,
    from: usize,
    between: usize,
    tail: usize,
}

impl Way {
    /// What speaks for it; nothing where a frame speaks against it, or all of them are too short to.
    fn fits(&self, frames: &[&[u8]]) -> Option<Fit> {
        let mut covered_by: Vec<&[u8]> = Vec::new();
        let mut values: Vec<&[u8]> = Vec::new();
        for frame in frames {
            let seal = frame.len().checked_sub(self.tail + self.sum.stored())?;
            let to = seal.checked_sub(self.between).filter(|to| *to > self.from + 1)?;
            let covered = frame.get(self.from..to)?;
            let stored = frame.get(seal..seal + self.sum.stored())?;
            if !self.sum.is_written(covered, stored) {
                return None;
            }
            // One value over and over has the checksums that begin with nothing, and says nothing of them.
            let says = covered.windows(2).any(|pair| pair.first() != pair.last());
            if says && !covered_by.contains(&covered) {
                covered_by.push(covered);
                if !values.contains(&stored) {
                    values.push(stored);
                }
            }
        }
        (!covered_by.is_empty()).then_some(Fit { frames: covered_by.len(), values: values.len() })
    }

    fn told(&self, spec: &str, frames: &[&[u8]], count: usize, bits: f64) -> FoundSum {
        let size = self.sum.stored();
        let behind = self.between + size + self.tail;
        let is_plain = self.from == 0 && self.between == 0 && self.tail == 0;
        let tail = frames.first().and_then(|frame| frame.get(frame.len() - self.tail..)).unwrap_or_default();
        FoundSum {
            spec: if is_plain { spec.to_owned() } else { format!("{spec},from={},to=-{behind}", self.from) },
            name: self.sum.name(),
            from: self.from,
            behind,
            size,
            tail: tail.to_vec(),
            frames: count,
            bits: bits.clamp(0.0, 1e6) as u32,
        }
    }
}
