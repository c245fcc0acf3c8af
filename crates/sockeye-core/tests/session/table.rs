//! What must hold of every fault of the table by itself, and of faults that are changed while they are at work.

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    event::What,
    stage::{FAULTS, FaultClass, FaultSpec},
    unit::{Medium, Unit},
};

use crate::{
    damage::{Leaving, acts, config, cut_at},
    rig::ms,
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
