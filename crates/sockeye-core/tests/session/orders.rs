//! Conversations in random order: arrivals, our words, ends, writes of any size and time, all mixed.
//! Never one particular order: `course` has those.

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    event::{Ending, What},
    unit::{Close, Dir, Medium},
};

use crate::rig::{Rig, Setup, joined, ms};

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Act {
    Arrive(usize),
    PeerEnd,
    Say(usize),
    OurEnd,
    Write(usize),
    Time(u64),
    Close(Close),
    Finish,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..40_usize).prop_map(Act::Arrive),
        1 => Just(Act::PeerEnd),
        4 => (0..30_usize).prop_map(Act::Say),
        1 => Just(Act::OurEnd),
        8 => (1..60_usize).prop_map(Act::Write),
        6 => (0..40_u64).prop_map(Act::Time),
    ]
}

/// All of the above, and its end in the middle.
fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        20 => act(),
        1 => prop::sample::select(vec![Close::Graceful, Close::Reset]).prop_map(Act::Close),
        1 => Just(Act::Finish),
    ]
}

fn setup() -> impl Strategy<Value = Setup> {
    let reply =
        prop::sample::select(vec!["echo", "discard", "text:{text}", "time", "chargen", "daytime", "chat"]);
    let frame = prop::sample::select(vec!["raw", "line", "len=2", "fixed=4", "cobs", "idle=15"]);
    let faults = prop::sample::select(vec![
        vec![],
        vec!["latency=10ms,jitter=10ms"],
        vec!["slice=1..7"],
        vec!["slice=3,dir=up", "latency=7ms,dir=down"],
        vec!["latency=25ms,dir=up", "slice=2,dir=up", "latency=4ms"],
    ]);
    let rate = prop::sample::select(vec![None, Some(1), Some(20), Some(1000)]);
    let idle = prop::sample::select(vec![None, Some(ms(50)), Some(ms(500))]);
    let extra = (any::<u64>(), any::<bool>(), any::<bool>());
    (reply, frame, faults, rate, idle, extra).prop_map(|(reply, frame, faults, rate, idle, extra)| {
        let (seed, seen, stream) = extra;
        let setup = Setup::replying(reply).framed(frame).faulty(&faults);
        let setup = if seen { setup } else { setup.unseen() };
        let setup = if stream { setup } else { setup.datagrams() };
        Setup { seed, rate, idle, ..setup }
    })
}

/// The bytes the peer has for us, of which some are no frame of any framing.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(b"\n\0\0\x02\x03ab".to_vec());
    vec(prop_oneof![3 => special, 1 => any::<u8>()], 400)
}

/// Does `act` as a driver would: nothing is read that is not wanted, and time is ticked through.
fn perform(rig: &mut Rig, act: Act, stream: &mut &[u8], ended: &mut bool) {
    match act {
        Act::Arrive(n) if rig.session.wants_input() && !*ended => {
            let (now, later) = stream.split_at(n.min(stream.len()));
            if !now.is_empty() {
                rig.take(now);
            }
            *stream = later;
        }
        Act::PeerEnd if rig.session.wants_input() && !*ended => {
            *ended = true;
            rig.take_end();
        }
        Act::Say(n) => rig.session.say(&b"abcdefghijklmnopqrstuvwxyzABCD"[..n], rig.at),
        Act::OurEnd => rig.session.end(rig.at),
        Act::Write(n) => {
            rig.write(n);
        }
        Act::Time(n) => rig.pass_unread(ms(n)),
        Act::Close(close) => rig.session.close(close, Ending::Closed, rig.at),
        Act::Finish => {
            rig.session.finish(Ending::Failed, rig.at);
        }
        Act::Arrive(_) | Act::PeerEnd => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    /// `Closed` is the last event and there is one, even if the driver goes on afterwards; never is a tick wanted at a
    /// time that has been ticked (the rig looks), and nothing is told twice.
    #[test]
    fn closed_is_last_and_once(setup in setup(), acts in vec(any_act(), 0..80), noise in noise()) {
        let mut rig = setup.open();
        let (mut stream, mut ended) = (&noise[..], false);
        for act in acts {
            perform(&mut rig, act, &mut stream, &mut ended);
        }
        // Not everything can be written out: a conversation of `chargen` has no end.
        for _ in 0..20 {
            rig.write(usize::MAX);
        }
        let why = rig.over(Ending::PeerClosed);
        prop_assert_eq!(rig.over(Ending::Idle), why, "the reason does not change");
        let count = |what: fn(&What) -> bool| rig.whats().filter(|w| what(w)).count();
        if setup.detail == sockeye_core::event::EventDetail::Messages {
            prop_assert_eq!(count(|w| matches!(w, What::Closed { .. })), 1);
            let last = matches!(rig.whats().last(), Some(What::Closed { why: told, .. }) if *told == why);
            prop_assert!(last, "{}", rig.story());
            let first = matches!(rig.whats().next(), Some(What::Opened { .. }));
            prop_assert!(first, "{}", rig.story());
        } else {
            let quiet = rig.whats().all(|what| matches!(what, What::Failed(_)));
            prop_assert!(quiet, "nobody looks, yet: {}", rig.story());
        }
        for dir in [Dir::In, Dir::Out] {
            let ends = rig.whats().filter(|w| **w == What::Ended { dir }).count();
            prop_assert!(ends <= 1, "{dir:?} ended {ends} times");
        }
        let broken = |w: &What| matches!(w, What::Failed(f) if f.operation == sockeye_core::event::Operation::Receive);
        let is_stream = setup.medium == Medium::Stream;
        prop_assert!(!is_stream || count(broken) <= 1, "a stream breaks once: {:?}", rig.failures());
        prop_assert!(rig.events.is_sorted_by_key(|event| event.at));
        prop_assert!(rig.events.iter().all(|event| event.conn == Some(setup.conn)));
    }

    /// Whatever comes in whatever order, all that was said before our end is written, all that came before the peer's
    /// is heard, and both directions end exactly when both have been ended.
    #[test]
    fn nothing_is_lost_in_any_order(
        faults in prop::sample::select(vec![vec![], vec!["latency=10ms,jitter=10ms"], vec!["slice=1..7"]]),
        rate in prop::sample::select(vec![None, Some(3), Some(100)]),
        frame in prop::sample::select(vec!["raw", "line", "py-struct-i"]),
        acts in vec(act(), 0..120),
        count in 0..12_usize,
        answers: bool,
        seed: u64,
    ) {
        let reply = if answers { "echo" } else { "discard" };
        let setup = Setup { seed, rate, ..Setup::replying(reply).framed(frame).faulty(&faults) };
        let mut rig = setup.open();
        let theirs: Vec<Vec<u8>> = (0..count).map(|n| format!("their message {n}").into_bytes()).collect();
        let stream = joined(&setup.framing, &theirs);
        let (mut rest, mut ended, mut our_end, mut said) = (&stream[..], false, false, Vec::new());
        for act in acts {
            match act {
                // An answer after our end would be dropped, rightly: that is another test's matter.
                Act::OurEnd if answers => continue,
                Act::PeerEnd if !rest.is_empty() => continue,
                Act::OurEnd => our_end = true,
                Act::Say(n) if answers || our_end || ended || n == 0 => continue,
                Act::Say(n) => said.push(b"abcdefghijklmnopqrstuvwxyzABCD"[..n].to_vec()),
                _ => {}
            }
            perform(&mut rig, act, &mut rest, &mut ended);
            if rig.session.is_done() {
                // The driver stops here: what is not heard by now never will be.
                prop_assert!(ended && rig.session.out().is_over());
                let heard = rig.received();
                prop_assert!(heard == theirs || (setup.framing.is_raw() && heard.concat() == stream));
            }
        }
        // Then everybody has all the time there is.
        for _ in 0..2000 {
            let n = rest.len();
            perform(&mut rig, Act::Arrive(n), &mut rest, &mut ended);
            if rest.is_empty() {
                perform(&mut rig, Act::PeerEnd, &mut rest, &mut ended);
            }
            rig.settle();
            rig.pass(ms(50));
        }
        prop_assert!(rest.is_empty() && ended, "{} bytes were never wanted", rest.len());
        prop_assert!(rig.session.is_done());
        if setup.framing.is_raw() {
            prop_assert_eq!(rig.received().concat(), stream.clone());
        } else {
            prop_assert_eq!(rig.received(), theirs);
        }
        let expected = if answers { stream } else { joined(&setup.framing, &said) };
        prop_assert_eq!(rig.wire(), expected);
        prop_assert_eq!(rig.counters().dropped, 0);
        prop_assert!(rig.failures().is_empty());
        rig.finish(Ending::PeerClosed);
        let count = |w: What| rig.whats().filter(|what| **what == w).count();
        prop_assert_eq!([count(What::Ended { dir: Dir::In }), count(What::Ended { dir: Dir::Out })], [1, 1]);
    }
}
