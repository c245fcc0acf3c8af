//! Our end under `bench`: what it says and when, how answers are matched, and that nothing is lost in its sums.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use sockeye_core::{
    behaviour::{Generator, LoadPace, LoadRounds, LoadSpec, Payload, Sought},
    event::{Ending, LoadTally, What},
    unit::{At, Close},
};

use crate::rig::{Rig, Setup, ms};

fn at(millis: u64) -> At {
    At(ms(millis))
}

/// A second of "hello", answered within 100 ms.
fn spec() -> LoadSpec {
    LoadSpec {
        payloads: vec![Payload::Bytes(b"hello".to_vec())],
        is_numbered: false,
        sought: Sought::Echo,
        timeout: ms(100),
        grace: ms(200),
        rounds: LoadRounds { start: At::START, warm_up: ms(0), end: at(1000), length: None, turn: 0, of: 1 },
        target: 0,
    }
}

fn open(setup: &Setup, spec: LoadSpec, pace: LoadPace) -> Rig {
    let mut rig = setup.clone().unseen().open_with(Box::new(Generator::new(Arc::new(spec), pace, At::START)));
    rig.settle();
    rig
}

fn raw() -> Setup {
    Setup::replying("discard")
}

fn lines() -> Setup {
    raw().framed("line")
}

/// Everything that was measured.
fn sums(rig: &Rig) -> (LoadTally, Vec<u64>, Vec<Ending>) {
    let (mut all, mut times, mut lost) = (LoadTally::default(), Vec::new(), Vec::new());
    for what in rig.whats() {
        if let What::Measured(measured) = what {
            all.add(&measured.tally);
            times.extend(&measured.latencies);
            lost.extend(measured.lost);
        }
    }
    (all, times, lost)
}

fn tally(rig: &Rig) -> LoadTally {
    sums(rig).0
}

fn adds_up(tally: &LoadTally) {
    assert_eq!(tally.sent, tally.answered + tally.missing + tally.errors, "{tally:?}");
    assert!(tally.wrong <= tally.answered);
}

#[test]
fn a_closed_loop_keeps_its_depth() {
    let mut rig = open(&lines(), spec(), LoadPace::Closed { depth: 3 });
    assert_eq!(rig.text(), "hello\nhello\nhello\n");
    rig.pass(ms(5));
    rig.hear(b"hello\nhel");
    assert_eq!(rig.text().lines().count(), 4);
    rig.pass(ms(2));
    rig.hear(b"lo\nhello\n");
    assert_eq!(rig.text().lines().count(), 6);
    rig.over(Ending::PeerReset);
    let (tally, times, lost) = sums(&rig);
    adds_up(&tally);
    assert_eq!((tally.sent, tally.answered, tally.errors), (6, 3, 3));
    assert_eq!(times, [5_000_000, 7_000_000, 7_000_000]);
    assert_eq!(lost, [Ending::PeerReset]);
}

#[test]
fn an_open_loop_counts_from_when_a_message_was_due() {
    let mut rig = open(&lines(), spec(), LoadPace::Open { first: at(0), of: 2, rate: 20 });
    // One every 100 ms, of which nobody reads any for a while.
    rig.pass_unread(ms(60));
    rig.settle();
    rig.hear(b"hello\n");
    rig.pass(ms(90));
    rig.hear(b"hello\n");
    let count = rig.text().lines().count();
    assert_eq!(count, 2);
    rig.over(Ending::PeerClosed);
    let (tally, times, _) = sums(&rig);
    assert_eq!((tally.sent, tally.answered, tally.delayed), (2, 2, 0));
    assert_eq!(times, [60_000_000, 50_000_000]);
}

#[test]
fn what_is_said_late_by_our_own_fault_is_told() {
    let mut rig = open(&lines(), spec(), LoadPace::Open { first: at(10), of: 1, rate: 100 });
    // The timer of whoever drives it is late.
    rig.at = at(35);
    rig.tick();
    rig.settle();
    assert_eq!(rig.text().lines().count(), 3);
    rig.over(Ending::Stopped);
    let tally = tally(&rig);
    assert_eq!((tally.delayed, tally.delay, tally.missing), (3, 25_000_000, 3));
}

#[test]
fn what_was_due_while_there_was_no_connection_is_said_if_it_can_be_answered_in_time() {
    let pace = LoadPace::Open { first: at(0), of: 1, rate: 100 };
    let generator = Generator::new(Arc::new(spec()), pace, at(200));
    let mut session = lines().unseen().session(Box::new(Generator::new(Arc::new(spec()), pace, at(5000))));
    // The rig begins at 0: one that is responsible from later on has nothing to say yet.
    assert!(!session.out().has_front());
    drop(generator);
    assert_eq!(pace.first_from(at(201)), 21);
}

#[test]
fn raw_bytes_are_counted_and_compared() {
    let mut rig = open(&raw(), spec(), LoadPace::Closed { depth: 2 });
    rig.hear(b"he");
    rig.hear(b"llohe");
    rig.hear(b"lXohello");
    rig.over(Ending::PeerReset);
    let tally = tally(&rig);
    adds_up(&tally);
    assert_eq!((tally.answered, tally.wrong, tally.extra), (3, 1, 0));
}

#[test]
fn an_answer_too_many_is_unasked() {
    let mut rig = open(&lines(), spec(), LoadPace::Once);
    rig.take(b"hello\nhello\n");
    assert_eq!(rig.session.closing(), Some(Close::Reset));
    rig.over(Ending::Reset);
    assert_eq!(tally(&rig).answered, 1);

    let quiet = LoadPace::Open { first: at(500), of: 1, rate: 1 };
    let mut rig = open(&raw(), spec(), quiet);
    rig.hear(b"hell");
    rig.hear(b"ohe");
    rig.over(Ending::PeerClosed);
    assert_eq!((tally(&rig).extra, tally(&rig).sent), (2, 0));
}

#[test]
fn silence_is_missing_and_a_stream_is_given_up() {
    let mut rig = open(&lines(), spec(), LoadPace::Closed { depth: 2 });
    rig.pass(ms(50));
    rig.hear(b"hello\n");
    rig.pass(ms(49));
    assert_eq!(rig.session.closing(), None);
    rig.pass(ms(1));
    assert_eq!(rig.session.closing(), Some(Close::Reset));
    rig.over(Ending::Reset);
    let tally = tally(&rig);
    adds_up(&tally);
    assert_eq!((tally.sent, tally.answered, tally.missing), (3, 1, 2));
}

#[test]
fn datagrams_are_matched_by_number() {
    let mut numbered = spec();
    numbered.payloads = vec![Payload::Bytes(vec![b'x'; 12])];
    numbered.is_numbered = true;
    let mut rig = open(&raw().datagrams(), numbered, LoadPace::Open { first: at(0), of: 1, rate: 100 });
    rig.pass(ms(39));
    let said: Vec<Vec<u8>> = rig.writes.iter().map(|(_, bytes)| bytes.clone()).collect();
    assert_eq!(said.len(), 4);
    for place in [1, 0, 1] {
        rig.hear(&said[place]);
    }
    // The third is given up, and comes after all; the fourth comes in time.
    rig.pass(ms(82));
    rig.hear(&said[2]);
    rig.hear(&said[3]);
    rig.over(Ending::Stopped);
    let tally = tally(&rig);
    adds_up(&tally);
    assert_eq!((tally.late, tally.extra, tally.reordered, tally.wrong), (1, 1, 1, 0));
    assert_eq!(tally.answered, 3);
}

#[test]
fn nothing_is_expected_and_all_is_taken() {
    let none = LoadSpec { sought: Sought::None, ..spec() };
    let mut rig = open(&lines(), none, LoadPace::Open { first: at(0), of: 1, rate: 100 });
    rig.pass(ms(55));
    rig.hear(b"well\n");
    rig.over(Ending::PeerClosed);
    let tally = tally(&rig);
    assert_eq!((tally.sent, tally.answered, tally.extra), (6, 6, 1));
}

#[test]
fn the_end_waits_for_answers_and_listens_for_more() {
    let mut patient = spec();
    patient.timeout = ms(5000);
    let mut rig = open(&lines(), patient.clone(), LoadPace::Closed { depth: 1 });
    rig.pass(ms(1100));
    assert_eq!((rig.fin, rig.session.closing()), (None, None));
    rig.hear(b"hello\n");
    assert_eq!(rig.fin, Some(at(1100)));
    rig.hear(b"more\n");
    rig.pass(ms(150));
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    rig.over(Ending::Closed);
    let (first, times, _) = sums(&rig);
    adds_up(&first);
    assert_eq!((first.answered, first.extra, times.len()), (1, 1, 1));

    // Or until the grace is over.
    let mut rig = open(&lines(), patient, LoadPace::Closed { depth: 1 });
    rig.pass(ms(1199));
    assert_eq!(rig.session.closing(), None);
    rig.pass(ms(1));
    assert_eq!(rig.session.closing(), Some(Close::Reset));
    rig.over(Ending::Reset);
    assert_eq!(tally(&rig).missing, 1);
}

#[test]
fn a_stop_ends_it_in_order() {
    let mut rig = open(&lines(), spec(), LoadPace::Closed { depth: 2 });
    rig.pass(ms(10));
    assert!(rig.session.winds_up());
    rig.session.say_no_more(rig.at);
    rig.settle();
    assert_eq!(rig.fin, None, "answers are still to come");
    rig.hear(b"hello\nhello\n");
    assert_eq!((rig.fin, rig.text().lines().count()), (Some(at(10)), 2));
    rig.hear_end();
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
}

#[test]
fn the_warm_up_is_told_apart() {
    let mut warm = spec();
    warm.rounds.warm_up = ms(50);
    let mut rig = open(&lines(), warm, LoadPace::Closed { depth: 1 });
    for _ in 0..10 {
        rig.pass(ms(10));
        rig.hear(b"hello\n");
    }
    rig.over(Ending::PeerReset);
    let mut phases = [0, 0];
    for what in rig.whats() {
        if let What::Measured(measured) = what {
            phases[usize::try_from(measured.phase).unwrap()] += measured.tally.answered;
        }
    }
    assert_eq!(phases, [5, 5]);
}

#[test]
fn it_says_nothing_when_it_is_not_its_turn() {
    let mut second = spec();
    second.rounds = LoadRounds { length: Some(ms(100)), turn: 1, of: 2, ..second.rounds };
    let mut rig = open(&lines(), second, LoadPace::Closed { depth: 1 });
    rig.pass(ms(99));
    assert_eq!(rig.text(), "");
    rig.pass(ms(1));
    assert_eq!(rig.text(), "hello\n");
    rig.pass(ms(99));
    rig.hear(b"hello\n");
    rig.pass(ms(1));
    rig.hear(b"hello\n");
    assert_eq!(rig.text(), "hello\nhello\n");
}

/// What a peer does next.
#[derive(Clone, Debug)]
enum Act {
    Echo(usize),
    Wrong,
    More,
    Pass(u64),
    End,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => (1..9_usize).prop_map(Act::Echo),
        1 => Just(Act::Wrong),
        1 => Just(Act::More),
        4 => (0..70_u64).prop_map(Act::Pass),
        1 => Just(Act::End),
    ];
    prop::collection::vec(act, 0..60)
}

proptest! {
    #[test]
    fn sums_add_up_whatever_a_peer_does(
        acts in acts(),
        pace in prop_oneof![
            (1..6_usize).prop_map(|depth| LoadPace::Closed { depth }),
            (1..400_u64).prop_map(|rate| LoadPace::Open { first: At::START, of: 1, rate }),
            Just(LoadPace::Once),
        ],
        framing in prop_oneof![Just("raw"), Just("line")],
        datagrams in any::<bool>(),
        ending in prop_oneof![Just(Ending::PeerReset), Just(Ending::Stopped), Just(Ending::Closed)],
    ) {
        let setup = raw().framed(framing);
        let setup = if datagrams { setup.datagrams() } else { setup };
        let mut rig = open(&setup, spec(), pace);
        let mut heard = 0;
        for act in acts {
            if rig.session.closing().is_some() {
                break;
            }
            match act {
                Act::Echo(most) => {
                    let wire = rig.wire();
                    let length = if framing == "line" { 6 } else { 5 };
                    let whole = if datagrams { length } else { most };
                    let part = wire.get(heard..(heard + whole).min(wire.len())).unwrap().to_vec();
                    heard += part.len();
                    if !part.is_empty() {
                        rig.hear(&part);
                    }
                }
                Act::Wrong => rig.hear(b"HELLO\n"),
                Act::More => rig.hear(b"hello\nhello\n"),
                Act::Pass(millis) => rig.pass(ms(millis)),
                Act::End if !datagrams => rig.hear_end(),
                Act::End => {}
            }
        }
        rig.over(ending);
        let (tally, times, _) = sums(&rig);
        adds_up(&tally);
        prop_assert_eq!(times.len() as u64, tally.answered - tally.wrong);
        prop_assert_eq!(tally.bytes_out, rig.counters().bytes_out);
        prop_assert_eq!(tally.bytes_in, rig.counters().bytes_in);
        prop_assert!(times.iter().all(|time| Duration::from_nanos(*time) <= ms(2000)));
    }
}
