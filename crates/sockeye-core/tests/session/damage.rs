//! Damage on purpose within a conversation: later, in pieces, the end last, and the same again for the same seed. What must
//! hold of every fault is held over the whole table.

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    event::{Event, EventDetail, What},
    stage::{Chain, ChainConfig, Drawn, FAULTS, FaultClass, FaultSpec, Held, Side},
    unit::{At, Close, Medium, Unit, Way},
};

use crate::rig::{Rig, Setup, ms};

/// What each fault did: name, direction, offset, amount.
pub(crate) fn acts(events: &[Event]) -> Vec<(&'static str, Way, u64, u64)> {
    let act = |event: &Event| match &event.what {
        What::Fault { fault, way, offset, amount, .. } => {
            let row = FAULTS.iter().find(|row| row.name == fault).unwrap();
            Some((row.name, *way, *offset, *amount))
        }
        _ => None,
    };
    events.iter().filter_map(act).collect()
}

/// Ten messages, one every 3 ms, then the end.
fn talk(rig: &mut Rig) {
    for n in 0..10 {
        rig.hear(format!("message {n};").as_bytes());
        rig.pass(ms(3));
    }
    rig.hear_end();
    rig.pass(ms(10_000));
}

const SAID: &str = "message 0;message 1;message 2;message 3;message 4;\
                    message 5;message 6;message 7;message 8;message 9;";

#[test]
fn latency_delays_by_what_it_says_and_keeps_the_order() {
    for (side, fault, way) in [
        (Side::Server, "latency=40ms,dir=up", Way::Up),
        (Side::Server, "latency=40ms,dir=down", Way::Down),
        (Side::Client, "latency=40ms,dir=up", Way::Up),
        (Side::Client, "latency=40ms,dir=down", Way::Down),
    ] {
        let mut rig = Setup { side, ..Setup::replying("echo").faulty(&[fault]) }.open();
        talk(&mut rig);
        assert_eq!(rig.text(), SAID);
        let times: Vec<_> = rig.writes.iter().map(|(at, _)| *at).collect();
        assert_eq!(times, (0..10).map(|n| At(ms(40 + 3 * n))).collect::<Vec<_>>(), "{fault} {side:?}");
        assert_eq!(rig.fin, Some(At(ms(70))), "the end is as late as the rest: {fault} {side:?}");
        assert_eq!(acts(&rig.events), [("latency", way, 0, 40)], "a delay is told where it begins");
    }
}

#[test]
fn a_conversation_is_not_done_before_what_is_late_was_heard() {
    let setup = Setup { side: Side::Client, ..Setup::replying("discard").faulty(&["latency=40ms,dir=down"]) };
    let mut rig = setup.open();
    rig.session.end(rig.at);
    rig.settle();
    rig.hear(b"the answer");
    rig.hear_end();
    assert!(rig.session.out().is_over() && !rig.session.is_done());
    rig.pass(ms(40));
    assert!(rig.session.is_done());
    assert_eq!(rig.received(), [b"the answer"]);
}

#[test]
fn both_directions_are_delayed_unless_one_is_named() {
    let mut rig = Setup::replying("echo").faulty(&["latency=40ms"]).open();
    rig.hear(b"x");
    rig.pass(ms(79));
    assert_eq!(rig.text(), "");
    rig.pass(ms(1));
    assert_eq!(rig.text(), "x");
}

#[test]
fn a_chance_of_zero_is_no_fault_and_of_one_always() {
    for (chance, delayed) in [("0", false), ("1", true)] {
        let fault = format!("latency=40ms,dir=up,chance={chance}");
        let mut rig = Setup::replying("echo").faulty(&[&fault]).open();
        rig.hear(b"x");
        assert_eq!(rig.text().is_empty(), delayed, "{fault}");
    }
    // And in between it works in some conversations and not in others.
    let late = (1..=400).filter(|&conn| {
        let setup = Setup { conn, ..Setup::replying("echo").faulty(&["latency=40ms,dir=up,chance=0.25"]) };
        let mut rig = setup.open();
        rig.hear(b"x");
        rig.text().is_empty()
    });
    let late = late.count();
    assert!((60..=140).contains(&late), "{late} of 400");
}

#[test]
fn jitter_varies_the_delay_within_its_bounds() {
    let mut rig = Setup::replying("echo").faulty(&["latency=40ms,jitter=20ms,dir=down"]).open();
    for _ in 0..200 {
        rig.hear(b"a message");
    }
    let drawn: Vec<u64> = acts(&rig.events).iter().map(|act| act.3).collect();
    assert!(drawn.iter().all(|ms| (20..=60).contains(ms)), "{drawn:?}");
    assert!(drawn.iter().any(|ms| *ms < 27) && drawn.iter().any(|ms| *ms > 53), "{drawn:?}");
}

#[test]
fn the_end_waits_for_its_delay_even_behind_a_full_outbox() {
    let mut rig = Setup::replying("echo").unseen().faulty(&["latency=50ms,dir=up"]).open();
    rig.take(&vec![b'x'; sockeye_core::limit::OUTBOX]);
    rig.pass_unread(ms(50));
    rig.take_end();
    rig.settle();
    assert_eq!(rig.wire().len(), sockeye_core::limit::OUTBOX);
    assert_eq!(rig.fin, None, "the end came just now and is late by 50 ms");
    rig.pass(ms(50));
    assert_eq!(rig.fin, Some(At(ms(100))));
}

#[test]
fn slices_are_written_one_by_one_within_their_bounds() {
    let mut rig = Setup::replying("echo").faulty(&["slice=3..9,dir=down"]).open();
    rig.hear(&[b's'; 1000]);
    rig.hear_end();
    rig.pass(ms(1000));
    let times: Vec<At> = rig.writes.iter().map(|(at, _)| *at).collect();
    assert!(times.windows(2).all(|two| two[1].since(two[0]) == ms(2)), "2 ms apart: {times:?}");
    let sizes: Vec<usize> = rig.writes.iter().map(|(_, bytes)| bytes.len()).collect();
    let (last, all) = sizes.split_last().unwrap();
    assert!(all.iter().all(|n| (3..=9).contains(n)) && *last <= 9, "{sizes:?}");
    for size in 3..=9 {
        assert!(all.contains(&size), "of 1,000 bytes no piece has {size}: {sizes:?}");
    }
    assert_eq!(sizes.iter().sum::<usize>(), 1000);
    assert!(rig.session.is_done());
}

#[test]
fn slices_handed_on_are_reads_of_their_own() {
    let mut rig = Setup::replying("discard").faulty(&["slice=4,dir=up"]).open();
    rig.hear(b"0123456789");
    rig.pass(ms(10));
    assert_eq!(rig.received(), [b"0123".to_vec(), b"4567".to_vec(), b"89".to_vec()]);
    // Where the pieces end depends on the offset, not on how the bytes arrived.
    rig.hear(b"abcdef");
    rig.pass(ms(10));
    assert_eq!(rig.received().concat(), b"0123456789abcdef");
    assert_eq!(acts(&rig.events).iter().map(|a| a.2).collect::<Vec<_>>(), [0, 4, 8, 12]);
}

#[test]
fn one_fault_after_another() {
    let mut rig = Setup::replying("echo").faulty(&["slice=5,dir=up", "latency=10ms,dir=up"]).open();
    rig.hear(b"0123456789ab");
    rig.hear_end();
    assert_eq!(rig.received().len(), 0);
    rig.pass(ms(9));
    assert_eq!(rig.received().len(), 0);
    rig.pass(ms(1));
    assert_eq!(rig.received(), [b"01234".to_vec()]);
    rig.pass(ms(4));
    assert_eq!(rig.received(), [b"01234".to_vec(), b"56789".to_vec(), b"ab".to_vec()]);
    rig.pass(ms(2));
    assert_eq!((rig.text().as_str(), rig.fin), ("0123456789ab", Some(At(ms(14)))));
}

#[test]
fn datagrams_may_overtake_each_other_but_stay_whole() {
    let faults = &["latency=40ms,jitter=40ms,dir=up", "slice=2,dir=up"];
    let mut rig = Setup::replying("echo").datagrams().faulty(faults).open();
    for n in 0..30 {
        rig.hear(format!("datagram {n:02}").as_bytes());
        rig.pass(ms(1));
    }
    rig.hear(b"");
    rig.pass(ms(200));
    let mut got = rig.received();
    assert_eq!(rig.writes.iter().map(|(_, b)| b.clone()).collect::<Vec<_>>(), got);
    assert!(!got.is_sorted(), "80 ms of jitter and nobody overtakes");
    got.sort();
    let mut sent: Vec<_> = (0..30).map(|n| format!("datagram {n:02}").into_bytes()).collect();
    sent.insert(0, Vec::new());
    assert_eq!(got, sent, "none cut, joined or lost, the empty one neither");
}

/// Up to three faults of the table that work on streams and keep what passes, as any such row may be written.
fn fault() -> impl Strategy<Value = Vec<String>> {
    let rows = FAULTS.iter().filter(|row| row.class == FaultClass::Keeps);
    let samples: Vec<&str> = rows.flat_map(|row| row.samples.iter().copied()).collect();
    let keys = prop::sample::select(vec!["", ",dir=up", ",dir=down", ",chance=0.5"]);
    vec((prop::sample::select(samples), keys).prop_map(|(sample, key)| format!("{sample}{key}")), 0..4)
}

/// `bytes` cut at `edges`, which may be anywhere.
pub(crate) fn cut_at<'a>(bytes: &'a [u8], edges: &[usize]) -> Vec<&'a [u8]> {
    let mut edges: Vec<usize> = edges.iter().map(|edge| edge % (bytes.len() + 1)).collect();
    edges.extend([0, bytes.len()]);
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).map(|two| &bytes[two[0]..two[1]]).collect()
}

/// What a fault did: its name, the offset and the amount.
pub(crate) type Act = (&'static str, u64, u64);

/// What one direction of faults does to what comes.
pub(crate) struct Leaving {
    pub(crate) chain: Chain,
    pub(crate) now: At,
    pub(crate) notes: Vec<Event>,
    pub(crate) pieces: Vec<(At, Vec<u8>)>,
    /// How it ended; `Ok` by an end of the direction.
    pub(crate) end: Option<Result<(), Close>>,
}

impl Leaving {
    pub(crate) fn new(specs: &[FaultSpec], medium: Medium, seed: u64) -> Self {
        let chain = Chain::new(specs, config(medium, seed));
        Self { chain, now: At::START, notes: Vec::new(), pieces: Vec::new(), end: None }
    }

    pub(crate) fn draw(&mut self) {
        while let Some(drawn) = self.chain.draw(self.now, &mut self.notes) {
            assert_eq!(self.end, None, "something came behind the end: {drawn:?}");
            match drawn {
                Drawn::Unit(Held::Data(bytes)) => self.pieces.push((self.now, bytes.to_vec())),
                Drawn::Unit(Held::End) => self.end = Some(Ok(())),
                Drawn::Kill(close) => self.end = Some(Err(close)),
            }
        }
    }

    /// A unit comes, and a millisecond passes.
    pub(crate) fn take(&mut self, unit: Unit<'_>) {
        self.chain.offer(unit, self.now, &mut self.notes);
        let next = self.now.after(ms(1));
        self.pass(next);
        self.now = next;
    }

    pub(crate) fn pass(&mut self, until: At) {
        self.draw();
        while let Some(wake) = self.chain.wake().filter(|wake| *wake < until) {
            assert!(wake > self.now, "it wants to be asked again now");
            self.now = wake;
            self.draw();
        }
    }

    /// The end comes, and time passes until nothing moves.
    pub(crate) fn finish(&mut self) {
        self.take(Unit::End);
        self.pass(At(std::time::Duration::MAX));
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|(_, piece)| piece).copied().collect()
    }

    /// The acts told: name, offset, amount. In which order two faults come to the same offset depends on when its byte came.
    pub(crate) fn acts(&self) -> Vec<Act> {
        let acts = acts(&self.notes).into_iter().map(|(fault, _, offset, amount)| (fault, offset, amount));
        let mut acts: Vec<_> = acts.collect();
        acts.sort_unstable();
        acts
    }
}

pub(crate) fn config(medium: Medium, seed: u64) -> ChainConfig {
    let detail = EventDetail::Messages;
    ChainConfig { way: Way::Up, medium, detail, seed, conn: 1, opened: At::START }
}

/// What faults do to a stream that comes in these chunks, a millisecond between them: the pieces that leave, with their times,
/// and the acts told.
fn leaving(specs: &[FaultSpec], seed: u64, chunks: &[&[u8]]) -> (Vec<(At, Vec<u8>)>, Vec<Act>) {
    let mut run = Leaving::new(specs, Medium::Stream, seed);
    chunks.iter().for_each(|chunk| run.take(Unit::Data(chunk)));
    run.finish();
    let acts = run.acts();
    (run.pieces, acts)
}

/// The offsets at which a cut was told, but for the beginning.
fn cuts(acts: &[Act]) -> Vec<u64> {
    acts.iter().filter(|(fault, offset, _)| *fault == "slice" && *offset > 0).map(|act| act.1).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever delays and cuts a stream, its bytes come in order and complete, and its end last.
    #[test]
    fn no_delay_or_cut_reorders_or_loses(
        faults in fault(),
        reads in vec((vec(any::<u8>(), 1..60), 0..30_u64), 0..30),
        seed: u64,
    ) {
        let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
        let mut rig = Setup { seed, ..Setup::replying("echo").faulty(&faults) }.open();
        let mut said = Vec::<u8>::new();
        for (read, pause) in &reads {
            rig.hear(read);
            said.extend(read);
            rig.pass(ms(*pause));
        }
        rig.hear_end();
        rig.pass(ms(30_000));
        prop_assert_eq!(rig.wire(), said);
        prop_assert!(rig.session.is_done());
        prop_assert!(rig.writes.is_sorted_by_key(|(at, _)| *at));
        let last = rig.writes.last().map(|(at, _)| *at);
        prop_assert!(rig.fin >= last, "the end at {:?}, data at {:?}", rig.fin, last);
    }

    /// Whichever faults of the table: however the input was chunked, the same seed gives the same acts at the same offsets,
    /// and a cut is an edge between two pieces, at least `gap` apart, whatever comes behind it in the chain.
    #[test]
    fn faults_decide_by_offset_and_never_by_chunk(
        faults in fault(),
        bytes in vec(any::<u8>(), 1..400),
        one in vec(any::<usize>(), 0..12),
        other in vec(any::<usize>(), 0..12),
        seed: u64,
    ) {
        let specs: Vec<FaultSpec> = faults.iter().map(|f| FaultSpec::parse(f).unwrap()).collect();
        let (pieces, told) = leaving(&specs, seed, &cut_at(&bytes, &one));
        let (others, told_too) = leaving(&specs, seed, &cut_at(&bytes, &other));
        prop_assert_eq!(&told, &told_too);
        for pieces in [&pieces, &others] {
            prop_assert_eq!(pieces.iter().flat_map(|(_, p)| p.clone()).collect::<Vec<u8>>(), bytes.clone());
            let mut edges = std::collections::HashMap::new();
            let mut offset = 0;
            for two in pieces.windows(2) {
                offset += two[0].1.len() as u64;
                edges.insert(offset, two[1].0.since(two[0].0));
            }
            for cut in cuts(&told).into_iter().filter(|cut| *cut < bytes.len() as u64) {
                let apart = edges.get(&cut).copied();
                prop_assert!(apart.is_some(), "no edge at {cut}: {pieces:?}");
                let gap = if faults.iter().all(|f| f.contains("gap=0s") || !f.contains("slice")) { ms(0) } else { ms(2) };
                let several = faults.iter().filter(|f| f.contains("slice")).count() > 1;
                prop_assert!(several || apart >= Some(gap), "{apart:?} at {cut}: {pieces:?}");
            }
        }
    }

    /// The same arrivals under the same seed give the same events and the same writes at the same times.
    #[test]
    fn the_same_seed_is_the_same_run(
        faults in fault(),
        reads in vec((vec(any::<u8>(), 1..60), 0..30_u64), 1..20),
        seed: u64,
    ) {
        let run = |seed| {
            let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
            let setup = Setup { seed, ..Setup::replying("text:{random:8} {text}").faulty(&faults) };
            let mut rig = setup.open();
            for (read, pause) in &reads {
                rig.hear(read);
                rig.pass(ms(*pause));
            }
            rig.hear_end();
            rig.pass(ms(30_000));
            (rig.events, rig.writes)
        };
        prop_assert_eq!(run(seed), run(seed));
        // Eight random digits at least differ, or the seed does nothing.
        prop_assert_ne!(run(seed), run(seed ^ 1));
    }
}

#[test]
fn another_seed_or_conversation_jitters_otherwise() {
    let run = |seed, conn| {
        let faults = &["latency=50ms,jitter=50ms,dir=down"];
        let mut rig = Setup { seed, conn, ..Setup::replying("echo").faulty(faults) }.open();
        talk(&mut rig);
        assert_eq!(rig.text(), SAID);
        rig.writes
    };
    assert_eq!(run(1, 1), run(1, 1));
    assert_ne!(run(1, 1), run(2, 1));
    assert_ne!(run(1, 1), run(1, 2));
}

#[test]
fn the_directions_draw_apart() {
    let amounts = |way| {
        let mut rig = Setup::replying("echo").faulty(&["latency=50ms,jitter=50ms"]).open();
        talk(&mut rig);
        acts(&rig.events).into_iter().filter(|a| a.1 == way).map(|a| a.3).collect::<Vec<_>>()
    };
    assert_ne!(amounts(Way::Up), amounts(Way::Down));
}
