//! What happens to units in one direction on the way: faults, damage done on purpose, seeded and pure.
//! Never holds a socket or asks a clock; a conversation without stages pays nothing for them.

mod latency;
mod slice;
mod spec;

#[cfg(test)]
pub(crate) mod tests;

use std::{collections::VecDeque, fmt};

pub use spec::{FAULTS, FaultError, FaultRow, FaultSpec, Side, Way};

use crate::{
    event::{Conn, Event, Eyes, What},
    rule::Dice,
    unit::{At, Close, Dir, Medium, Unit},
};

/// A unit that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Bytes, or one datagram.
    Data(Box<[u8]>),
    /// The end of this direction.
    End,
}

impl Held {
    /// Copies `unit`.
    #[must_use]
    pub fn of(unit: Unit<'_>) -> Self {
        match unit {
            Unit::Data(bytes) => Self::Data(bytes.into()),
            Unit::End => Self::End,
        }
    }

    /// Borrows it back.
    #[must_use]
    pub fn unit(&self) -> Unit<'_> {
        match self {
            Self::Data(bytes) => Unit::Data(bytes),
            Self::End => Unit::End,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Data(bytes) => bytes.len(),
            Self::End => 0,
        }
    }
}

/// What a stage does next when asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// This unit goes on.
    Emit(Held),
    /// The conversation ends here and now.
    Kill(Close),
    /// Nothing before then.
    Wait(At),
    /// Nothing until more is offered.
    Idle,
}

/// What a stage works with besides the units: its dice, the medium, and a place for notes.
#[derive(Debug)]
pub struct Kit {
    /// This stage's own chance: same seed, conversation, direction and place in the chain, same numbers.
    pub dice: Dice,
    /// Stream or datagrams.
    pub medium: Medium,
    eyes: Eyes,
    notes: Vec<(u64, u64)>,
}

impl Kit {
    /// A kit for one stage.
    #[must_use]
    pub fn new(dice: Dice, medium: Medium, eyes: Eyes) -> Self {
        Self { dice, medium, eyes, notes: Vec::new() }
    }

    /// Notes that the fault acted at `offset` of its direction, and the number it drew, if anybody looks.
    pub fn note(&mut self, offset: u64, amount: u64) {
        if self.eyes == Eyes::Open {
            self.notes.push((offset, amount));
        }
    }
}

/// Something that happens to units in one direction.
pub trait Stage: Send + fmt::Debug {
    /// Takes a unit. The stage copies what it keeps.
    fn offer(&mut self, unit: Unit<'_>, at: At, kit: &mut Kit);
    /// What it does next; asked until it says `Wait` or `Idle`.
    fn poll(&mut self, at: At) -> Step;
    /// Bytes it keeps; above a limit the driver stops reading.
    fn held(&self) -> usize;
}

#[derive(Debug)]
struct Post {
    name: &'static str,
    stage: Box<dyn Stage>,
    kit: Kit,
}

/// The stages of one direction of one conversation, in order.
#[derive(Debug)]
pub struct Chain {
    posts: Vec<Post>,
    dir: Dir,
    wake: Option<At>,
    done: VecDeque<Held>,
}

/// What comes out at the end of a chain.
#[derive(Debug, PartialEq, Eq)]
pub enum Drawn {
    /// This unit goes on.
    Unit(Held),
    /// The conversation ends here and now.
    Kill(Close),
}

impl Chain {
    /// The stages that `specs` ask for in direction `dir` of conversation `conn`, seen from `side`.
    #[must_use]
    pub fn new(
        specs: &[FaultSpec],
        side: Side,
        dir: Dir,
        medium: Medium,
        eyes: Eyes,
        seed: u64,
        conn: Conn,
    ) -> Self {
        let mut posts = Vec::new();
        for (place, spec) in specs.iter().enumerate() {
            let stream = (conn << 16) | ((place as u64) << 1) | u64::from(dir == Dir::Out);
            let mut dice = Dice::new(seed, stream);
            if spec.way.covers(side, dir) && dice.chance(spec.chance) {
                posts.push(Post { name: spec.name, stage: spec.make(), kit: Kit::new(dice, medium, eyes) });
            }
        }
        Self { posts, dir, wake: None, done: VecDeque::new() }
    }

    /// No stages: what goes in comes out.
    #[must_use]
    pub fn empty(dir: Dir) -> Self {
        Self { posts: Vec::new(), dir, wake: None, done: VecDeque::new() }
    }

    /// These stages in this order, as no specification asks for them.
    #[cfg(test)]
    pub(crate) fn of(dir: Dir, stages: Vec<Box<dyn Stage>>) -> Self {
        let kit = || Kit::new(Dice::new(0, 0), Medium::Stream, Eyes::Open);
        let posts = stages.into_iter().map(|stage| Post { name: "test", stage, kit: kit() }).collect();
        Self { posts, ..Self::empty(dir) }
    }

    /// Which direction this is.
    #[must_use]
    pub fn dir(&self) -> Dir {
        self.dir
    }

    /// Whether there is nothing in it: then units need not pass through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }

    /// Bytes kept by all its stages.
    #[must_use]
    pub fn held(&self) -> usize {
        self.posts.iter().map(|p| p.stage.held()).sum::<usize>()
            + self.done.iter().map(Held::len).sum::<usize>()
    }

    /// When it wants to be asked again, if time alone will bring something.
    #[must_use]
    pub fn wake(&self) -> Option<At> {
        self.wake
    }

    /// Puts a unit in at the front.
    pub fn offer(&mut self, unit: Unit<'_>, at: At, notes: &mut Vec<Event>, conn: Conn) {
        match self.posts.first_mut() {
            Some(first) => {
                first.stage.offer(unit, at, &mut first.kit);
                Self::report(first, self.dir, at, notes, conn);
            }
            None => self.done.push_back(Held::of(unit)),
        }
    }

    /// The next thing that comes out at the end by `at`, if anything does.
    pub fn draw(&mut self, at: At, notes: &mut Vec<Event>, conn: Conn) -> Option<Drawn> {
        self.wake = None;
        // From the last stage backwards, so that what is furthest on leaves first and little is held.
        for index in (0..self.posts.len()).rev() {
            let (before, after) = self.posts.split_at_mut(index + 1);
            let Some(post) = before.last_mut() else { continue };
            match post.stage.poll(at) {
                Step::Kill(close) => return Some(Drawn::Kill(close)),
                Step::Idle => {}
                Step::Wait(until) => self.wake = Some(self.wake.map_or(until, |w| w.min(until))),
                Step::Emit(held) => match after.first_mut() {
                    None => return Some(Drawn::Unit(held)),
                    Some(next) => {
                        next.stage.offer(held.unit(), at, &mut next.kit);
                        Self::report(next, self.dir, at, notes, conn);
                        return self.draw(at, notes, conn);
                    }
                },
            }
        }
        self.done.pop_front().map(Drawn::Unit)
    }

    fn report(post: &mut Post, dir: Dir, at: At, notes: &mut Vec<Event>, conn: Conn) {
        let fault = post.name;
        notes.extend(post.kit.notes.drain(..).map(|(offset, amount)| Event {
            at,
            conn: Some(conn),
            what: What::Fault { fault, dir, offset, amount },
        }));
    }
}
