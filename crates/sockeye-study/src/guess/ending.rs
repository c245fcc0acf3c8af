//! Candidates by what stands at the edges of messages: delimiters, and heads with tails.

use memchr::{memchr2_iter, memmem};

use super::{
    sample::Sample,
    tiling::{Front, Known, Scales, Tiling},
};

/// Pairs of bytes that are tried as a delimiter: the most frequent ones.
const PAIRS: usize = 24;
/// Single bytes that are.
const SINGLES: usize = 12;
/// The longest head, and the longest tail, that nobody has told of.
const MARKER: usize = 3;
/// What being text is worth to a delimiter of text, in bits: people end lines, programs end them too.
const OF_TEXT: f64 = 16.0;
/// The same for each message.
const OF_A_LINE: f64 = 12.0;

/// What it is worth of one byte that it is text, bits: 98 of 256 are.
const TEXT: f64 = 1.38;

/// Heads and tails that protocols have.
const MARKERS: [(&[u8], &[u8]); 7] = [
    (b"\x02", b"\x03"),
    (b"\x0b", b"\x1c\x0d"),
    (b"\x7e", b"\x7e"),
    (b":", b"\r\n"),
    (b"$", b"\r\n"),
    (b"##", b"\r\n"),
    (b"\x68", b"\x16"),
];

/// The end of the message at the front of `bytes` by its delimiter.
pub(super) fn ended(bytes: &[u8], end: &[u8]) -> Front {
    match memmem::find(bytes, end) {
        Some(at) => Front::Whole(at + end.len()),
        None => Front::Part(bytes.len()),
    }
}

/// The end of the message at the front of `bytes` between its markers.
pub(super) fn marked(bytes: &[u8], head: &[u8], tail: &[u8]) -> Front {
    if !bytes.starts_with(head) {
        return if head.starts_with(bytes) { Front::Part(head.len()) } else { Front::Wrong };
    }
    match memmem::find(bytes.get(head.len()..).unwrap_or_default(), tail) {
        Some(at) => Front::Whole(head.len() + at + tail.len()),
        None => Front::Part(bytes.len()),
    }
}

/// Every delimiter that seems to cut the sample, with what that is worth. `is_text` says whether bytes are text.
pub(super) fn delimiters(
    sample: &Sample,
    scales: &Scales<'_>,
    is_text: impl Fn(&[u8]) -> bool,
) -> Vec<(Vec<u8>, Tiling, f64)> {
    let mut tried: Vec<Vec<u8>> = vec![b"\n".to_vec(), b"\r\n".to_vec(), b"\0".to_vec(), b"\r".to_vec()];
    for end in frequent(sample) {
        if !tried.contains(&end) {
            tried.push(end);
        }
    }
    let mut found = Vec::new();
    for end in tried {
        let Some(tiling) = Tiling::of(sample, |bytes| ended(bytes, &end)) else { continue };
        let is_of_text =
            matches!(end.as_slice(), b"\n" | b"\r\n" | b"\0") && are_texts(sample, &end, &is_text);
        let price = if is_of_text { 3.0 } else { 8.0 * end.len() as f64 + 5.0 };
        let mut bits = scales.bits(&tiling, &Known { front: 0..0, back: end.len() }, price);
        if is_of_text {
            let lines = OF_TEXT + OF_A_LINE * (tiling.frames.len() * end.len()) as f64;
            let body = sample.bytes().len() - tiling.frames.len() * end.len();
            bits += lines.min(TEXT * body as f64);
        }
        found.push((end, tiling, bits));
    }
    found
}

/// Whether all between the delimiters is text. Text that ends with a zero is never empty: zeros in a row are a number.
fn are_texts(sample: &Sample, end: &[u8], is_text: &impl Fn(&[u8]) -> bool) -> bool {
    sample.streams().all(|stream| {
        let stream = sample.at(stream);
        let mut from = 0;
        let mut is_one = |to: usize| {
            let body = stream.get(from..to).unwrap_or_default();
            from = to + end.len();
            is_text(body) && (end != b"\0" || !body.is_empty())
        };
        memmem::find_iter(stream, end).all(&mut is_one) && (stream.ends_with(end) || is_one(stream.len()))
    })
}

/// The pairs and single bytes that occur most.
fn frequent(sample: &Sample) -> Vec<Vec<u8>> {
    let mut pairs = vec![0_u32; 1 << 16];
    let mut singles = vec![0_u32; 256];
    for pair in sample.bytes().windows(2) {
        if let [first, second] = *pair
            && let Some(count) = pairs.get_mut(usize::from(first) << 8 | usize::from(second))
        {
            *count += 1;
        }
    }
    for byte in sample.bytes() {
        if let Some(count) = singles.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let most = |counts: &[u32], most: usize| {
        let mut order: Vec<usize> =
            (0..counts.len()).filter(|at| counts.get(*at).is_some_and(|n| *n > 1)).collect();
        order.sort_by_key(|at| std::cmp::Reverse(counts.get(*at).copied()));
        order.truncate(most);
        order
    };
    let byte = |number: usize| (number & 0xff) as u8;
    let pairs = most(&pairs, PAIRS).into_iter().map(|pair| vec![byte(pair >> 8), byte(pair)]);
    pairs.chain(most(&singles, SINGLES).into_iter().map(|single| vec![byte(single)])).collect()
}

/// A head and a tail, how they cut the sample, and what that is worth.
pub(super) struct Marked {
    pub(super) head: Vec<u8>,
    pub(super) tail: Vec<u8>,
    pub(super) tiling: Tiling,
    pub(super) bits: f64,
}

/// Every head and tail that seems to cut the sample. The first message may have begun before the sample did.
pub(super) fn markers(sample: &Sample, scales: &Scales<'_>) -> Vec<Marked> {
    let mut tried: Vec<(Vec<u8>, Vec<u8>, f64)> =
        MARKERS.iter().map(|(head, tail)| (head.to_vec(), tail.to_vec(), 4.0)).collect();
    for size in 1..=MARKER {
        let Some(head) = sample.bytes().get(..size) else { break };
        for tail in tails(sample, head) {
            let price = 8.0 * (head.len() + tail.len()) as f64 + 6.0;
            tried.push((head.to_vec(), tail, price));
        }
    }
    let mut found = Vec::new();
    for (head, tail, price) in tried {
        let Some(tiling) = between(sample, &head, &tail) else { continue };
        let known = Known { front: 0..head.len(), back: tail.len() };
        let bits = scales.bits(&tiling, &known, price);
        found.push(Marked { head, tail, tiling, bits });
    }
    found
}

/// The messages between two markers, after whatever comes before the first head.
fn between(sample: &Sample, head: &[u8], tail: &[u8]) -> Option<Tiling> {
    let mut is_first = true;
    let mut tiling = Tiling::of(sample, |bytes| {
        let skipped = if is_first && !bytes.starts_with(head) { memmem::find(bytes, head) } else { None };
        is_first = false;
        skipped.map_or_else(|| marked(bytes, head, tail), Front::Whole)
    })?;
    // What came before the first head is no message.
    tiling.frames.retain(|frame| sample.at(frame.clone()).starts_with(head));
    (!tiling.frames.is_empty()).then_some(tiling)
}

/// What stands before the second head, in as many bytes as a tail may have.
fn tails(sample: &Sample, head: &[u8]) -> Vec<Vec<u8>> {
    let Some(stream) = sample.streams().next() else { return Vec::new() };
    let bytes = sample.at(stream);
    let second = memmem::find(bytes.get(head.len()..).unwrap_or_default(), head).map(|at| at + head.len());
    let before = bytes.get(..second.unwrap_or(bytes.len())).unwrap_or_default();
    let body = before.len().saturating_sub(head.len());
    (1..=MARKER.min(body)).filter_map(|size| Some(before.get(before.len() - size..)?.to_vec())).collect()
}

/// The end of the SLIP packet at the front of `bytes`, and any ends before it.
pub(super) fn slip(bytes: &[u8]) -> Front {
    let begin = bytes.iter().take_while(|byte| **byte == 0xc0).count();
    let body = bytes.get(begin..).unwrap_or_default();
    for at in memchr2_iter(0xc0, 0xdb, body) {
        match (body.get(at), body.get(at + 1)) {
            (Some(0xc0), _) => return Front::Whole(begin + at + 1),
            (_, Some(0xdc | 0xdd) | None) => {}
            _ => return Front::Wrong,
        }
    }
    Front::Part(bytes.len())
}

/// The end of the COBS frame at the front of `bytes`: every code leads to the next, and the last one to the zero.
pub(super) fn cobs(bytes: &[u8]) -> Front {
    let begin = bytes.iter().take_while(|byte| **byte == 0).count();
    let mut at = begin;
    loop {
        match bytes.get(at) {
            None => return Front::Part(bytes.len()),
            Some(0) => return Front::Whole(at + 1),
            Some(&code) => {
                let next = at + usize::from(code);
                let data = bytes.get(at + 1..next.min(bytes.len())).unwrap_or_default();
                if data.contains(&0) {
                    return Front::Wrong;
                }
                at = next;
            }
        }
    }
}
