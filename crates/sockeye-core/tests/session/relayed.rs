//! Two legs of a relayed conversation: bytes, ends and resets of each are the other's, through faults and narrow links, in bounded
//! memory, whatever framing they are shown by.

use std::{collections::VecDeque, sync::Arc};

use sockeye_core::{
    behaviour::Common,
    charset::Charset,
    event::{Ending, Event, EventDetail, Leg, Notice, What},
    frame::Framing,
    limit::{LEG, READ},
    rule::Dice,
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Close, Medium, Unit, Wall},
};

use crate::rig::ms;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Left,
    Right,
}

impl Half {
    fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// Both legs, each of which says what the other hears.
struct Joined {
    left: Session,
    right: Session,
}

impl Joined {
    fn half(&mut self, half: Half) -> &mut Session {
        match half {
            Half::Left => &mut self.left,
            Half::Right => &mut self.right,
        }
    }

    fn pass(&mut self, from: Half, at: At) {
        match from {
            Half::Left => self.left.pass_to(&mut self.right, at),
            Half::Right => self.right.pass_to(&mut self.left, at),
        };
    }

    fn receive(&mut self, half: Half, unit: Unit<'_>, at: At) {
        self.half(half).receive(unit, at);
        self.pass(half, at);
    }

    fn wrote(&mut self, half: Half, n: usize, at: At) {
        let session = self.half(half);
        session.out().wrote(n);
        session.resume(at);
        // There may be room again for what the other one hears.
        self.pass(half.other(), at);
    }

    fn lost(&mut self, half: Half, why: Ending, at: At) {
        match half {
            Half::Left => self.right.follow(why, at),
            Half::Right => self.left.follow(why, at),
        }
    }

    fn tick(&mut self, at: At) {
        for half in [Half::Left, Half::Right] {
            self.half(half).tick(at);
            self.pass(half, at);
        }
    }

    fn wake(&self) -> Option<At> {
        [self.left.wake(), self.right.wake()].into_iter().flatten().min()
    }
}

/// `client` is what happens to what we say to the client, `target` to what we say to the target.
fn shown(detail: EventDetail, seen: &str, client: &[&str], target: &[&str]) -> Joined {
    let common = Arc::new(Common {
        framing: Framing::raw(),
        charset: Charset::utf8(),
        detail,
        wall: Wall::new(ms(0), jiff::tz::TimeZone::UTC),
        seed: 7,
        rate: None,
    });
    let leg = |leg, side, faults: &[&str]| {
        let faults: Vec<_> = faults.iter().map(|text| FaultSpec::parse(text).unwrap()).collect();
        let config = SessionConfig {
            common: &common,
            conn: 1,
            peer: "tcp://192.0.2.1:40000".into(),
            local: "tcp://192.0.2.2:8888",
            took: None,
            medium: Medium::Stream,
            side,
            faults: &faults,
            idle: None,
        };
        Session::open_leg(config, leg, &Framing::parse(seen).unwrap(), At::START)
    };
    Joined { left: leg(Leg::Client, Side::Server, client), right: leg(Leg::Target, Side::Client, target) }
}

fn joined(client: &[&str], target: &[&str]) -> Joined {
    shown(EventDetail::Summary, "raw", client, target)
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
        assert!(most <= LEG + READ + 9000, "{most} bytes were held for one half");
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
    assert!((LEG..=LEG + READ).contains(&taken), "{taken} bytes for a half that takes none");
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
    let mut joined = joined(&[], later);
    joined.receive(Half::Left, Unit::Data(b"held"), At::START);
    assert!(!joined.half(Half::Right).out().has_front());
    joined.half(Half::Right).change_faults(&[], At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"held", "at once");
    joined.receive(Half::Left, Unit::Data(b"!"), At::START);
    joined.wrote(Half::Right, 4, At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"!");
    // And another one put in.
    let slices = [FaultSpec::parse("slice=1,gap=0s").unwrap()];
    joined.wrote(Half::Right, 1, At::START);
    joined.half(Half::Right).change_faults(&slices, At::START);
    joined.receive(Half::Left, Unit::Data(b"abc"), At::START);
    assert_eq!(joined.half(Half::Right).out().front(), b"a", "one piece at a time");
}

fn events(joined: &mut Joined) -> Vec<Event> {
    let mut all = Vec::new();
    joined.left.drain_events(&mut all);
    joined.right.drain_events(&mut all);
    all
}

#[test]
fn what_passes_is_shown_in_messages_and_goes_on_as_it_came() {
    let mut joined = shown(EventDetail::Messages, "len=2", &[], &[]);
    for part in [&b"\0\x03o"[..], b"ne\0", b"\x03two\0\x05th"] {
        joined.receive(Half::Left, Unit::Data(part), At::START);
    }
    assert_eq!(joined.right.out().front(), b"\0\x03one\0\x03two\0\x05th", "the unfinished too");
    let told = events(&mut joined);
    let heard: Vec<&[u8]> = told
        .iter()
        .filter_map(|event| match &event.what {
            What::Recv { data, .. } => Some((event.leg, &**data)),
            _ => None,
        })
        .map(|(leg, data)| {
            assert_eq!(leg, Some(Leg::Client));
            data
        })
        .collect();
    assert_eq!(heard, [b"one", b"two"]);
    assert!(!told.iter().any(|event| matches!(event.what, What::Sent { .. })), "it was told when it came");
}

#[test]
fn what_is_no_message_passes_all_the_same() {
    let mut joined = shown(EventDetail::Messages, "netstring", &[], &[]);
    joined.receive(Half::Right, Unit::Data(b"3:abc,nonsense"), At::START);
    joined.receive(Half::Right, Unit::Data(b" and more"), At::START);
    assert_eq!(joined.left.out().front(), b"3:abc,nonsense and more");
    let told = events(&mut joined);
    assert_eq!(
        told.iter().filter(|event| matches!(event.what, What::Notice(Notice::Unframed { .. }))).count(),
        1,
        "{told:?}"
    );
    assert!(joined.right.closing().is_none());
}

#[test]
fn behind_faults_what_leaves_is_told_by_its_bytes() {
    let mut joined = shown(EventDetail::Messages, "raw", &[], &["slice=2,gap=0s"]);
    joined.receive(Half::Left, Unit::Data(b"abc"), At::START);
    for n in [2, 1] {
        joined.wrote(Half::Right, n, At::START);
    }
    let sent: Vec<Vec<u8>> = events(&mut joined)
        .into_iter()
        .filter_map(|event| match event.what {
            What::Sent { data, .. } => Some(data.into()),
            _ => None,
        })
        .collect();
    assert_eq!(sent, [b"ab".to_vec(), b"c".to_vec()]);
}
