//! A chain from inside: order, holding, waking and killing, with stages made for the purpose.
//! Never the faults themselves: whole conversations test those.

use std::{collections::VecDeque, time::Duration};

use super::{Chain, ChainConfig, Drawn, FaultSpec, Held, Stage, StageContext, Step};
use crate::{
    event::EventDetail,
    unit::{At, Close, Medium, Unit, Way},
};

/// Keeps units until a moment, adds its letter to each, and ends the conversation at `Z`.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) letter: u8,
    pub(crate) until: At,
    pub(crate) kill: Option<Close>,
    kept: VecDeque<Held>,
}

impl Mark {
    pub(crate) fn boxed(letter: u8, until: u64, kill: Option<Close>) -> Box<dyn Stage> {
        Box::new(Self { letter, until: at(until), kill, kept: VecDeque::new() })
    }
}

impl Stage for Mark {
    fn offer(&mut self, unit: Unit<'_>, _at: At, context: &mut StageContext) {
        context.note(7, u64::from(self.letter));
        self.kept.push_back(Held::of(unit));
    }

    fn release(&mut self) -> Vec<Held> {
        Vec::new()
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        match self.kept.front() {
            None => Step::Idle,
            Some(_) if at < self.until => Step::Wait(self.until),
            Some(Held::Data(bytes)) if bytes.contains(&b'Z') && self.kill.is_some() => {
                Step::Kill(self.kill.unwrap_or(Close::Reset))
            }
            Some(_) => match self.kept.pop_front() {
                Some(Held::Data(bytes)) => {
                    Step::Emit(Held::Data([&bytes[..], &[self.letter]].concat().into()))
                }
                Some(end) => Step::Emit(end),
                None => Step::Idle,
            },
        }
    }

    fn held(&self) -> usize {
        self.kept.iter().map(Held::cost).sum()
    }
}

/// Lets so many units pass and then ends the direction by itself.
#[derive(Debug)]
pub(crate) struct Ender {
    left: usize,
    kept: VecDeque<Held>,
}

impl Ender {
    pub(crate) fn boxed(left: usize) -> Box<dyn Stage> {
        Box::new(Self { left, kept: VecDeque::new() })
    }
}

impl Stage for Ender {
    fn offer(&mut self, unit: Unit<'_>, _at: At, _kit: &mut StageContext) {
        self.kept.push_back(Held::of(unit));
    }

    fn release(&mut self) -> Vec<Held> {
        Vec::new()
    }

    fn poll(&mut self, _at: At, _context: &mut StageContext) -> Step {
        match self.kept.pop_front() {
            None => Step::Idle,
            Some(_) if self.left == 0 => Step::Emit(Held::End),
            Some(unit) => {
                self.left -= 1;
                Step::Emit(unit)
            }
        }
    }

    fn held(&self) -> usize {
        self.kept.iter().map(Held::cost).sum()
    }
}

fn at(ms: u64) -> At {
    At(Duration::from_millis(ms))
}

/// Where the chains of these tests stand.
pub(crate) fn here(detail: EventDetail) -> ChainConfig {
    ChainConfig { way: Way::Up, medium: Medium::Stream, detail, seed: 1, conn: 9, opened: At::START }
}

fn of(stages: Vec<Box<dyn Stage>>) -> Chain {
    Chain::of(here(EventDetail::Messages), stages)
}

fn all(chain: &mut Chain, now: At) -> Vec<Drawn> {
    std::iter::from_fn(|| chain.draw(now, &mut Vec::new())).take(100).collect()
}

fn data(bytes: &[u8]) -> Drawn {
    Drawn::Unit(Held::Data(bytes.into()))
}

#[test]
fn units_pass_every_stage_in_order_and_the_end_last() {
    let mut chain = of(vec![Mark::boxed(b'a', 0, None), Mark::boxed(b'b', 0, None)]);
    let mut notes = Vec::new();
    for unit in [Unit::Data(b"1"), Unit::Data(b"2"), Unit::End] {
        chain.offer(unit, at(3), &mut notes);
    }
    assert!(chain.held() > 2 * 64, "each unit costs more than its bytes: {}", chain.held());
    assert_eq!(all(&mut chain, at(3)), [data(b"1ab"), data(b"2ab"), Drawn::Unit(Held::End)]);
    assert_eq!((chain.held(), chain.wake()), (0, None));
    assert_eq!((notes.len(), notes[0].at, notes[0].conn), (3, at(3), Some(9)));
}

#[test]
fn it_wakes_for_the_first_stage_that_waits() {
    let mut chain = of(vec![Mark::boxed(b'a', 10, None), Mark::boxed(b'b', 30, None)]);
    chain.offer(Unit::Data(b"1"), at(0), &mut Vec::new());
    assert_eq!((all(&mut chain, at(0)), chain.wake()), (vec![], Some(at(10))));
    assert_eq!((all(&mut chain, at(10)), chain.wake()), (vec![], Some(at(30))));
    chain.offer(Unit::Data(b"2"), at(20), &mut Vec::new());
    assert_eq!((all(&mut chain, at(20)), chain.wake()), (vec![], Some(at(30))));
    assert_eq!((all(&mut chain, at(30)), chain.wake()), (vec![data(b"1ab"), data(b"2ab")], None));
}

#[test]
fn a_kill_comes_before_what_is_behind_it() {
    let stages = vec![Mark::boxed(b'a', 0, Some(Close::Reset)), Mark::boxed(b'b', 0, None)];
    let mut chain = of(stages);
    for unit in [Unit::Data(b"1"), Unit::Data(b"Z"), Unit::Data(b"2")] {
        chain.offer(unit, at(0), &mut Vec::new());
    }
    let drawn = all(&mut chain, at(0));
    assert_eq!(drawn[..2], [data(b"1ab"), Drawn::Kill(Close::Reset)]);
}

#[test]
fn nothing_passes_behind_an_end_that_a_fault_made() {
    let mut chain = of(vec![Ender::boxed(1), Mark::boxed(b'b', 5, None)]);
    for unit in [Unit::Data(b"1"), Unit::Data(b"2"), Unit::Data(b"3"), Unit::End] {
        chain.offer(unit, at(0), &mut Vec::new());
    }
    assert_eq!(all(&mut chain, at(0)), []);
    assert_eq!(all(&mut chain, at(5)), [data(b"1b"), Drawn::Unit(Held::End)]);
    chain.offer(Unit::Data(b"4"), at(6), &mut Vec::new());
    assert_eq!((all(&mut chain, at(6)), chain.wake(), chain.is_empty()), (vec![], None, false));
}

#[test]
fn sixteen_mebibytes_in_single_bytes_need_no_stack_and_little_memory() {
    const ALL: usize = 16 * 1024 * 1024;
    let pass = || {
        let specs = ["latency=1ms", "slice=1,gap=0s", "latency=1ms,jitter=1ms", "latency=20ms"]
            .map(|spec| FaultSpec::parse(spec).unwrap());
        let mut chain = Chain::new(&specs, here(EventDetail::Summary));
        for chunk in vec![b'x'; ALL].chunks(64 * 1024) {
            chain.offer(Unit::Data(chunk), At::START, &mut Vec::new());
        }
        assert!(chain.held() < ALL + ALL / 100, "{}", chain.held());
        chain.offer(Unit::End, At::START, &mut Vec::new());
        let (mut now, mut bytes) = (At::START, 0);
        loop {
            match chain.draw(now, &mut Vec::new()) {
                Some(Drawn::Unit(Held::Data(piece))) => bytes += piece.len(),
                Some(_) => return bytes,
                None => now = chain.wake().unwrap(),
            }
        }
    };
    let small = std::thread::Builder::new().stack_size(256 * 1024).spawn(pass).unwrap();
    assert_eq!(small.join().unwrap(), ALL);
}
