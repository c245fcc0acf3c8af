//! What must hold of every fault of the table by itself, and of faults that are changed while they are at work.

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    event::{Ending, FaultTally, TallyUnit, What},
    stage::{FAULTS, FaultClass, FaultSpec},
    unit::{At, Close, Medium, Unit, Way},
};

use crate::{
    damage::{Leaving, acts, config, cut_at},
    rig::{Setup, ms},
};

/// Every way of writing every row that works on this medium.
fn samples(medium: Medium) -> impl Strategy<Value = FaultSpec> {
    let all: Vec<FaultSpec> = FAULTS
        .iter()
        .filter(|row| row.media.covers(medium))
        .flat_map(|row| row.samples.iter().map(|sample| FaultSpec::parse(sample).unwrap()))
        .collect();
    prop::sample::select(all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each fault of the table by itself: what passes of a stream, what is told and how it ends are the same for the same seed,
    /// however the stream was chunked; what it says it keeps it keeps; and nothing is held in the end.
    #[test]
    fn every_fault_decides_by_offset(
        spec in samples(Medium::Stream),
        bytes in vec(any::<u8>(), 1..400),
        one in vec(any::<usize>(), 0..12),
        other in vec(any::<usize>(), 0..12),
        seed: u64,
    ) {
        let run = |edges: &[usize]| {
            let mut run = Leaving::new(std::slice::from_ref(&spec), Medium::Stream, seed);
            cut_at(&bytes, edges).into_iter().for_each(|chunk| run.take(Unit::Data(chunk)));
            run.finish();
            run
        };
        let (one, other) = (run(&one), run(&other));
        prop_assert_eq!((one.bytes(), one.acts(), one.end), (other.bytes(), other.acts(), other.end));
        let tally = one.chain.tally();
        prop_assert_eq!(tally.iter().map(|t| t.acts).sum::<u64>(), one.acts().len() as u64, "{:?}", tally);
        if FAULTS.iter().any(|row| row.name == spec.name && row.class == FaultClass::Keeps) {
            prop_assert_eq!((one.bytes(), one.end), (bytes, Some(Ok(()))));
        }
        prop_assert!(one.end.is_none() || one.chain.held() == 0);
        prop_assert_eq!(one.end.is_none(), spec.name == "stall" && !spec.text().contains("close") && one.acts().len() == 1);
    }

    /// Each fault of datagrams strikes the same ones for the same seed, whatever the time between them.
    #[test]
    fn every_fault_strikes_by_number(
        spec in samples(Medium::Datagram),
        datagrams in vec(vec(any::<u8>(), 0..40), 0..60),
        pauses in vec(0..200_u64, 60),
        seed: u64,
    ) {
        let run = |pauses: &[u64]| {
            let mut run = Leaving::new(std::slice::from_ref(&spec), Medium::Datagram, seed);
            for (datagram, pause) in datagrams.iter().zip(pauses) {
                run.take(Unit::Data(datagram));
                run.pass(run.now.after(ms(*pause)));
            }
            run.finish();
            run
        };
        let (one, other) = (run(&pauses), run(&[0; 60]));
        prop_assert_eq!((one.acts(), one.end), (other.acts(), Some(Ok(()))));
        let came = |run: &Leaving| {
            let mut came: Vec<Vec<u8>> = run.pieces.iter().map(|(_, datagram)| datagram.clone()).collect();
            came.sort();
            came
        };
        prop_assert_eq!(came(&one), came(&other));
        let of = |name| one.acts().iter().filter(|act| act.0 == name).count();
        prop_assert_eq!(came(&one).len(), datagrams.len() - of("drop") + of("duplicate"));
        prop_assert_eq!(one.chain.held(), 0);
    }

    /// Whenever faults are taken out, what they hold comes at once: nothing is lost but what they had done already, and
    /// nothing overtakes.
    #[test]
    fn what_a_fault_holds_comes_when_it_is_taken_out(
        specs in vec(samples(Medium::Stream), 1..4),
        bytes in vec(any::<u8>(), 1..400),
        edges in vec(any::<usize>(), 0..12),
        when in 0..14_usize,
        stays in any::<prop::sample::Index>(),
        seed: u64,
    ) {
        let mut run = Leaving::new(&specs, Medium::Stream, seed);
        let chunks = cut_at(&bytes, &edges);
        let when = when.min(chunks.len());
        for (number, chunk) in chunks.iter().enumerate() {
            if number == when {
                let rest = [stays.get(&specs).clone()];
                run.chain.change(&rest, config(Medium::Stream, seed), run.now, &mut run.notes);
                run.draw();
                run.chain.change(&[], config(Medium::Stream, seed), run.now, &mut run.notes);
                run.draw();
                let ends = ["cut", "reset", "stall", "refuse"];
                let has_ended = acts(&run.notes).iter().any(|act| ends.contains(&act.0));
                prop_assert!(has_ended || run.chain.held() == 0);
            }
            run.take(Unit::Data(chunk));
        }
        run.finish();
        let mut expected = bytes.clone();
        for event in &run.notes {
            if let What::Fault { offset, bit: Some(bit), .. } = &event.what {
                expected[usize::try_from(*offset).unwrap()] ^= 1 << bit;
            }
        }
        let is_whole = when < chunks.len() && run.end == Some(Ok(())) && !acts(&run.notes).iter().any(|a| a.0 == "cut");
        prop_assert!(expected.starts_with(&run.bytes()), "{:?}", run.bytes());
        prop_assert!(!is_whole || run.bytes() == expected);
    }

    /// A fault that stays when others come and go goes on as if nothing had been.
    #[test]
    fn a_fault_that_stays_keeps_its_state(
        bytes in vec(any::<u8>(), 50..400),
        edges in vec(any::<usize>(), 2..12),
        seed: u64,
    ) {
        let parse = |specs: &[&str]| specs.iter().map(|s| FaultSpec::parse(s).unwrap()).collect::<Vec<_>>();
        let lists = [
            parse(&["corrupt=0.1", "slice=2..9,gap=0s"]),
            parse(&["latency=3ms", "corrupt=0.1", "glue=2ms", "slice=2..9,gap=0s"]),
            parse(&["corrupt=0.1", "slice=2..9,gap=0s", "stall=0"]),
        ];
        let run = |changes: bool| {
            let mut run = Leaving::new(&lists[0], Medium::Stream, seed);
            for (number, chunk) in cut_at(&bytes, &edges).into_iter().enumerate() {
                run.take(Unit::Data(chunk));
                if changes {
                    let list = &lists[(number + 1) % 3];
                    run.chain.change(list, config(Medium::Stream, seed), run.now, &mut run.notes);
                }
            }
            run.chain.change(&lists[0], config(Medium::Stream, seed), run.now, &mut run.notes);
            run.finish();
            let acts = run.acts().into_iter().filter(|act| ["corrupt", "slice"].contains(&act.0));
            (run.bytes(), acts.collect::<Vec<_>>())
        };
        prop_assert_eq!(run(true), run(false));
    }
}

/// What a fault makes of `hello world` in chunks of three bytes, a millisecond between them: what passes, and the end.
fn made_of(spec: &str) -> (String, Option<Result<(), Close>>, At) {
    let mut run = Leaving::new(&[FaultSpec::parse(spec).unwrap()], Medium::Stream, 1);
    b"hello world".chunks(3).for_each(|chunk| run.take(Unit::Data(chunk)));
    run.finish();
    (String::from_utf8(run.bytes()).unwrap(), run.end, run.now)
}

#[test]
fn the_names_of_toxiproxy_mean_what_they_do_there() {
    let whole = "hello world".to_owned();
    assert_eq!(made_of("slicer=2,gap=0s").0, whole);
    assert_eq!(made_of("limit_data=4").0, "hell");
    assert_eq!(made_of("slow_close=1s"), (whole.clone(), Some(Ok(())), At(ms(1004))));
    assert_eq!(made_of("slow_accept=1s"), (whole, Some(Ok(())), At(ms(1000))));
    assert_eq!(made_of("timeout=1s"), (String::new(), Some(Err(Close::Graceful)), At(ms(1000))));
    assert_eq!(made_of("timeout=0").1, None);
    assert_eq!(made_of("reset_peer=500ms"), (String::new(), Some(Err(Close::Reset)), At(ms(500))));
    assert_eq!(made_of("reset-peer=0").1, Some(Err(Close::Reset)));
    for unclear in ["timeout=5", "reset_peer=500", "timeout=1s,close=2s"] {
        assert!(FaultSpec::parse(unclear).is_err(), "{unclear}");
    }
}

#[test]
fn chance_is_drawn_once_for_both_directions() {
    let mut both = [0, 0];
    for conn in 1..=200 {
        let setup = Setup { conn, ..Setup::replying("echo").faulty(&["latency=40ms,chance=0.5"]) };
        let mut rig = setup.open();
        rig.hear(b"x");
        rig.pass(ms(200));
        let late: Vec<At> = rig.writes.iter().map(|(at, _)| *at).collect();
        assert!(late == [At(ms(0))] || late == [At(ms(80))], "in one direction only: {late:?}");
        both[usize::from(late[0] > At::START)] += 1;
    }
    assert!(both.iter().all(|count| *count > 60), "{both:?}");
}

#[test]
fn a_rate_is_kept_whatever_it_is() {
    for (spec, bytes, millis) in [("bandwidth=1kB", 500, 500), ("bandwidth=1MB", 1_000_000, 1000)] {
        let mut run = Leaving::new(&[FaultSpec::parse(spec).unwrap()], Medium::Stream, 1);
        run.take(Unit::Data(&vec![b'x'; bytes]));
        run.finish();
        assert!((millis - 5..=millis).contains(&run.now.0.as_millis()), "{spec}: {:?}", run.now);
        let longest = run.pieces.iter().map(|(_, piece)| piece.len()).max().unwrap();
        assert!(longest <= (bytes / 100).max(4), "{spec}: {longest} at once");
    }
}

#[test]
fn what_faults_came_to_is_told_just_before_the_end() {
    let tally = |acts| {
        vec![FaultTally { fault: "drop".into(), way: Way::Up, acts, of: 20, unit: TallyUnit::Datagrams }]
    };
    for setup in [Setup::replying("discard"), Setup::replying("discard").unseen()] {
        let is_seen = setup.detail.has_messages();
        let mut rig = setup.datagrams().faulty(&["drop=1,dir=up", "drop=1,dir=down,chance=0"]).open();
        (0..20).for_each(|_| rig.hear(b"datagram"));
        rig.over(Ending::Closed);
        assert_eq!(rig.session.fault_tally(), tally(20), "counted whether or not anybody looks");
        let last: Vec<&What> = rig.whats().collect();
        let told = matches!(last[..], [.., What::Faults { seed: 7, tallies }, What::Closed { .. }] if *tallies == tally(20));
        assert_eq!(told, is_seen);
    }
}
