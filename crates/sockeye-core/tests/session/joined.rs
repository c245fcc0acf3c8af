//! Two sessions joined: bytes, ends and resets of each are the other's, through faults and narrow links, in bounded memory.

use std::collections::VecDeque;

use sockeye_core::{
    behaviour::Forward,
    event::Ending,
    limit::{OUTBOX, READ},
    rule::Dice,
    session::{Half, Joined, Session},
    stage::FaultSpec,
    unit::{At, Close, Unit},
};

use crate::rig::{Setup, ms};

fn joined(left: &[&str], right: &[&str]) -> Joined {
    let session = |faults: &[&str], conn| {
        let faults = faults.iter().map(|text| FaultSpec::parse(text).unwrap()).collect();
        let setup = Setup { faults, conn, ..Setup::replying("discard") };
        setup.session(Box::new(Forward))
    };
    Joined::new(session(left, 1), session(right, 2))
}

/// A link of one half: what its far end has still to say, and what it has got.
struct Link {
    says: VecDeque<u8>,
    got: Vec<u8>,
    /// Bytes that the far end has room for, and how fast it makes more.
    room: usize,
    told_end: bool,
}

impl Link {
    fn of(says: Vec<u8>) -> Self {
        Self { says: says.into(), got: Vec::new(), room: 0, told_end: false }
    }
}

/// Drives both halves until nothing moves any more; returns the most that one outbox held.
fn drive(joined: &mut Joined, links: &mut [Link; 2], dice: &mut Dice) -> usize {
    let (mut at, mut most) = (At::START, 0);
    loop {
        let mut moved = false;
        for (half, index) in [(Half::Left, 0), (Half::Right, 1)] {
            let link = &mut links[index];
            link.room += usize::try_from(dice.between(0..=5000)).unwrap();
            while joined.half(half).out().has_front() && link.room > 0 {
                let front = joined.half(half).out().front();
                let n = front.len().min(link.room);
                link.got.extend_from_slice(&front[..n]);
                link.room -= n;
                joined.wrote(half, n, at);
                moved = true;
            }
            if joined.half(half).out().fin_due() {
                joined.half(half).out().fin_done();
            }
            if joined.half(half).wants_input() && !link.told_end {
                let n = usize::try_from(dice.between(1..=9000)).unwrap().min(link.says.len());
                let read: Vec<u8> = link.says.drain(..n).collect();
                match read.is_empty() {
                    true => {
                        link.told_end = true;
                        joined.receive(half, Unit::End, at);
                    }
                    false => joined.receive(half, Unit::Data(&read), at),
                }
                moved = true;
            }
            most = most.max(joined.half(half).out().backlog());
        }
        match joined.wake() {
            _ if [Half::Left, Half::Right].iter().all(|half| joined.half(*half).is_done()) => return most,
            Some(due) => {
                at = at.max(due);
                joined.tick(at);
            }
            None if moved => at = at.after(ms(1)),
            // A far end that has made no room yet will.
            None => at = at.after(ms(1)),
        }
    }
}

fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    Dice::new(seed, 0).bytes(&mut bytes);
    bytes
}

#[test]
fn bytes_and_ends_of_each_are_the_others_whatever_the_faults() {
    for (seed, (left, right)) in [
        (&[][..], &[][..]),
        (&["latency=20ms,jitter=20ms"][..], &["slice=1..900"][..]),
        (&["slice=700,gap=0s", "latency=3ms"][..], &["latency=1ms"][..]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut joined = joined(left, right);
        let said = [bytes(seed as u64, 300_000), bytes(seed as u64 + 10, 450_000)];
        let mut links = [Link::of(said[0].clone()), Link::of(said[1].clone())];
        let most = drive(&mut joined, &mut links, &mut Dice::new(seed as u64, 1));
        assert!(links[1].got == said[0] && links[0].got == said[1], "seed {seed}");
        assert!(most <= OUTBOX + READ + 9000, "{most} bytes were held for one half");
    }
}

#[test]
fn who_does_not_read_holds_up_who_says_and_nobody_else() {
    let mut joined = joined(&[], &[]);
    let mut taken = 0;
    while joined.half(Half::Left).wants_input() {
        joined.receive(Half::Left, Unit::Data(&[b'x'; 1000]), At::START);
        taken += 1000;
    }
    assert!((OUTBOX..=OUTBOX + READ).contains(&taken), "{taken} bytes for a half that takes none");
    // The other direction goes on.
    joined.receive(Half::Right, Unit::Data(b"hello"), At::START);
    assert_eq!(joined.half(Half::Left).out().front(), b"hello");
    // With the first bytes that are taken there is room again, and nothing was lost.
    let mut got = 0;
    while joined.half(Half::Right).out().has_front() {
        let n = joined.half(Half::Right).out().front().len().min(4096);
        got += n;
        joined.wrote(Half::Right, n, At::START);
    }
    assert_eq!(got, taken);
    assert!(joined.half(Half::Left).wants_input());
}

#[test]
fn a_half_close_passes_and_the_answer_comes_back() {
    let mut joined = joined(&[], &[]);
    joined.receive(Half::Left, Unit::Data(b"question"), At::START);
    joined.receive(Half::Left, Unit::End, At::START);
    assert!(!joined.half(Half::Right).out().fin_due(), "after what was said");
    joined.wrote(Half::Right, 8, At::START);
    assert!(joined.half(Half::Right).out().fin_due());
    joined.half(Half::Right).out().fin_done();
    assert!(!joined.half(Half::Left).out().fin_due(), "the other direction is open");
    joined.receive(Half::Right, Unit::Data(b"answer"), At::START);
    joined.receive(Half::Right, Unit::End, At::START);
    assert_eq!(joined.half(Half::Left).out().front(), b"answer");
    joined.wrote(Half::Left, 6, At::START);
    joined.half(Half::Left).out().fin_done();
    assert!(joined.half(Half::Left).is_done() && joined.half(Half::Right).is_done());
}

#[test]
fn a_reset_passes_as_a_reset_and_an_end_as_an_end() {
    for (why, close) in
        [(Ending::PeerReset, Close::Reset), (Ending::Failed, Close::Reset), (Ending::Idle, Close::Graceful)]
    {
        let mut joined = joined(&[], &[]);
        joined.half(Half::Left).finish(why, At::START);
        joined.lost(Half::Left, why, At::START);
        assert_eq!(joined.half(Half::Right).closing(), Some(close), "{why:?}");
    }
}

#[test]
fn a_fault_can_be_taken_out_while_it_holds_something() {
    let later: &[&str] = &["latency=1h"];
    let mut joined = joined(later, &[]);
    joined.receive(Half::Left, Unit::Data(b"held"), At::START);
    assert!(!joined.half(Half::Right).out().has_front());
    let session: &mut Session = joined.half(Half::Left);
    session.change_faults(&[], At::START);
    joined.tick(At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"held", "at once");
    joined.receive(Half::Left, Unit::Data(b"!"), At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"held!");
    // And another one put in.
    let slices = [FaultSpec::parse("slice=1,gap=0s").unwrap()];
    joined.half(Half::Left).change_faults(&slices, At::START);
    joined.receive(Half::Left, Unit::Data(b"abc"), At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"held!abc", "what is cut inwards is heard in pieces");
}
