//! What must hold of framing whatever bytes come: how a stream was cut on its way changes nothing.
//! Never opens a file: the fuzzer and the corpus replay hand the bytes in.
//!
//! Input: which framing, which limit, which checksum, a seed for the cuts, then the stream. A first byte of 255 makes
//! the rest the text of a SPEC instead.

use sockeye_core::frame::{Check, Checksum, Flow, FrameError, Framer, Framing, PassedOver, rows};
use sockeye_core::rule::Dice;
use sockeye_core::unit::At;

/// What came out of a stream.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// Every message and what its checksum said.
    pub(crate) messages: Vec<(Vec<u8>, Check)>,
    /// How it ended.
    pub(crate) end: Result<(), FrameError>,
    /// What belonged to no frame; not compared after an error.
    pub(crate) passed: PassedOver,
}

/// Cuts `stream` handed in pieces of the sizes `pieces` gives, and says Stop where `stop` says so.
pub(crate) fn cut(
    framing: &Framing,
    stream: &[u8],
    mut piece: impl FnMut() -> usize,
    mut stop: impl FnMut() -> Flow,
) -> Outcome {
    let mut framer = Framer::new(framing.clone());
    let mut messages = Vec::new();
    let most = framing.max_frame().saturating_mul(2).saturating_add(3 << 20);
    let mut rest = stream;
    let mut end = Ok(());
    while !rest.is_empty() && end.is_ok() {
        let (now, later) = rest.split_at(piece().clamp(1, rest.len()));
        rest = later;
        let take = |message: sockeye_core::frame::Message<'_>| {
            messages.push((message.body.to_vec(), message.check));
            stop()
        };
        end = framer.feed(now, At::START, take);
        // Sometimes a second piece comes before the first is resumed.
        while end.is_ok() && framer.stopped() && (rest.is_empty() || stop() == Flow::Stop) {
            end = framer.resume(At::START, |message| {
                messages.push((message.body.to_vec(), message.check));
                stop()
            });
        }
        assert!(framer.stopped() || framer.held() <= most, "{} bytes held", framer.held());
    }
    if end.is_ok() {
        loop {
            end = framer.finish(At::START, |message| {
                messages.push((message.body.to_vec(), message.check));
                stop()
            });
            if end.is_err() || !framer.stopped() {
                break;
            }
        }
    }
    if let Err(error) = &end {
        let again = framer.feed(b"\n\0\xc0", At::START, |_| unreachable!("cut after an error"));
        assert_eq!(again.as_ref(), Err(error), "the error stays");
    }
    let passed = if end.is_ok() { framer.take_passed_over() } else { PassedOver::default() };
    Outcome { messages, end, passed }
}

/// The stream at once.
pub(crate) fn whole(framing: &Framing, stream: &[u8]) -> Outcome {
    cut(framing, stream, || usize::MAX, || Flow::Go)
}

/// Asserts that cuts and stops change nothing; answers what came out.
pub(crate) fn same_however_cut(framing: &Framing, stream: &[u8], seed: u64) -> Outcome {
    let once = whole(framing, stream);
    let bytewise = cut(framing, stream, || 1, || Flow::Go);
    assert_eq!(once, bytewise, "{framing:?} byte by byte");
    let stops = cut(framing, stream, || usize::MAX, || Flow::Stop);
    assert_eq!(once, stops, "{framing:?} with a stop after every message");
    for n in 1..4 {
        let (mut dice, mut coin) = (Dice::new(seed, 2 * n), Dice::new(seed, 2 * n + 1));
        let most = [3, 17, 400][n as usize % 3];
        let stop = || if coin.below(3) == 0 { Flow::Stop } else { Flow::Go };
        let random = cut(framing, stream, || 1 + dice.below(most) as usize, stop);
        assert_eq!(once, random, "{framing:?} in random pieces");
    }
    once
}

/// The fuzz body.
pub(crate) fn frame(data: &[u8]) {
    let Some((&[pick, max, sum, seed], stream)) = data.split_first_chunk::<4>() else { return };
    if pick == 255 {
        return spec(stream);
    }
    let specs = rows().filter(|row| row.name != "raw" && row.name != "idle").flat_map(|row| row.samples);
    let specs: Vec<&str> = specs.copied().collect();
    let Some(spec) = specs.get(usize::from(pick) % specs.len().max(1)) else { return };
    let Ok(mut framing) = Framing::parse(spec) else { unreachable!("{spec} is in the table") };
    let limits = [0, 1, 7, 64, 255, 4096, 1 << 16, usize::MAX];
    framing = framing.with_max(limits.get(usize::from(max)).copied().unwrap_or(1024));
    let sums = ["crc16-modbus", "xor8", "crc32,le,skip=1"];
    if let Some(sum) = sums.get(usize::from(sum)).and_then(|sum| Checksum::parse(sum).ok()) {
        // One that has its own keeps it.
        framing = framing.clone().with_checksum(sum).unwrap_or(framing);
    }
    both_ways(&framing, stream, u64::from(seed));
}

/// A composed framing of parts that `draw` chooses, given how many there are; none where they do not go together.
pub(crate) fn composition(draw: &mut dyn FnMut(usize) -> usize) -> Option<Framing> {
    let mut of = |all: &[&'static str]| all.get(draw(all.len())).copied().unwrap_or_default();
    let size = of(&["digits=4", "varint", "", "len=1", "len=2", "len=2,le", "len=4", "len=4,le"]);
    let head = of(&["", "head=68", "head=aa55", "head=7e", "head=1002"]);
    let tail = of(&["", "tail=16", "tail=7e", "tail=0d0a", "tail=1003"]);
    let escape = of(&[
        "",
        "",
        "escape=7d:02=7e:01=7d",
        "escape=10:10=10",
        "escape=7d:48=68:5e=7e:5d=7d",
        "escape=hex",
    ]);
    let keys =
        ["", "offset=4", "offset=2,strip=1", "offset=3,pre=0102", "includes-header", "adjust=4", "adjust=-1"];
    let keys = if size.is_empty() { "" } else { of(&keys) };
    let extra = of(&["", "", "mark=2a", "fill=fe"]);
    let parts: Vec<&str> =
        [size, head, tail, escape, keys, extra].into_iter().filter(|part| !part.is_empty()).collect();
    let framing = Framing::parse(&parts.join(",")).ok()?.with_max(3000);
    let sum =
        of(&["", "crc16-modbus", "crc32,le,from=1", "crc16-xmodem,hex,from=0", "crc16,to=-6", "xor8,skip=2"]);
    match Checksum::parse(sum) {
        Ok(sum) => framing.with_checksum(sum).ok(),
        Err(_) => Some(framing),
    }
}

/// The fuzz body of compositions: what they are made of, a seed for the cuts, then the stream.
pub(crate) fn composed(data: &[u8]) {
    let Some((parts, [seed, stream @ ..])) = data.split_first_chunk::<7>() else { return };
    let mut parts = parts.iter();
    let mut draw = |sides: usize| usize::from(parts.next().copied().unwrap_or_default()) % sides.max(1);
    if let Some(framing) = composition(&mut draw) {
        both_ways(&framing, stream, u64::from(*seed));
    }
}

/// The longest length field there is, in bytes: a varint.
const LENGTH: usize = 10;

/// Between the bytes that both begin with and those that both end with: how many the longer one has.
fn differ(one: &[u8], other: &[u8]) -> usize {
    let begin = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(other.len()) - begin;
    let end = one.iter().rev().zip(other.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    one.len().max(other.len()) - begin - end
}

/// However a stream is cut, the same comes out of it, and what came out can be sent.
fn both_ways(framing: &Framing, stream: &[u8], seed: u64) {
    let once = same_however_cut(framing, stream, seed);
    for (message, check) in &once.messages {
        let mut sent = vec![0xee];
        match framing.encode(message, &mut sent) {
            Err(_) => assert_eq!(sent, [0xee], "a refused message leaves the output alone"),
            Ok(()) => {
                let again = whole(&framing.clone().of_peer(), sent.get(1..).unwrap_or_default());
                assert_eq!(again.end, Ok(()), "{framing:?} {message:02x?}");
                let [(body, after)] = again.messages.as_slice() else {
                    unreachable!("one message, one frame: {framing:?}")
                };
                // What was too short for its checksum, or came without the mark of one, was delivered whole, header and
                // all; its length is another now.
                let bare = match check {
                    Check::Short { .. } => true,
                    Check::None => framing.checksum().is_some(),
                    Check::Good | Check::Bad { .. } => false,
                };
                let same = body == message || (bare && differ(body, message) <= LENGTH);
                assert!(same, "{framing:?} {message:02x?} {body:02x?}");
                assert!(!matches!(after, Check::Bad { .. }), "{framing:?} {message:02x?}");
            }
        }
    }
}

/// A SPEC from anywhere: refused with a sentence, or good for both ways.
fn spec(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Err(error) = Checksum::parse(text) {
        assert!(!error.to_string().is_empty());
    }
    match Framing::parse(text) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(framing) => {
            assert_eq!(
                Framing::parse(&framing.to_string()).map(|f| f.to_string()),
                Ok(text.trim().to_owned())
            );
            let mut out = Vec::new();
            let message = [0x41; 40];
            if framing.encode(&message, &mut out).is_ok() && !framing.is_chunk() {
                let back = whole(&framing.clone().of_peer(), &out);
                assert!(back.messages.len() == 1 && back.end.is_ok(), "{framing} {back:?}");
            }
        }
    }
}
