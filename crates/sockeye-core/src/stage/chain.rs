//! The stages of one direction of one conversation, one behind the other.

use super::{
    exit::Exit,
    fault::{Fault, Held, Stage, StageContext, Step, report},
    spec::{FaultSpec, Side},
};
use crate::{
    event::{Conn, Event, EventDetail},
    rule::Dice,
    unit::{At, Close, Dir, Medium, Unit},
};

#[derive(Debug)]
struct Post {
    name: &'static str,
    stage: Box<dyn Stage>,
    context: StageContext,
}

/// The stages of one direction of one conversation, in order, and the exit behind them.
#[derive(Debug)]
pub struct Chain {
    // Most conversations have no faults, and pay for none.
    works: Option<Box<Works>>,
}

/// A chain that has something in it.
#[derive(Debug)]
struct Works {
    dir: Dir,
    posts: Vec<Post>,
    // Stages before this one are dead: the one before it has ended the conversation.
    first: usize,
    kill: Option<Close>,
    exit: Exit,
    wake: Option<At>,
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
        detail: EventDetail,
        seed: u64,
        conn: Conn,
    ) -> Self {
        let mut works = Works::new(dir);
        for (place, spec) in specs.iter().enumerate() {
            let stream = (conn << 16) | ((place as u64) << 1) | u64::from(dir == Dir::Out);
            let mut dice = Dice::new(seed, stream);
            if !spec.way.covers(side, dir) || !dice.chance(spec.chance) {
                continue;
            }
            let (name, context) = (spec.name, StageContext::new(dice, medium, detail));
            match spec.make() {
                Fault::Stage(stage) => works.posts.push(Post { name, stage, context }),
                // Cutting a datagram would make two.
                Fault::Cutter(_) if medium == Medium::Datagram => {}
                Fault::Cutter(cutter) => works.exit.add(name, cutter, context),
            }
        }
        let does_nothing = works.posts.is_empty() && !works.exit.cuts();
        Self { works: (!does_nothing).then(|| Box::new(works)) }
    }

    /// No stages: units need not pass through.
    #[must_use]
    pub fn empty() -> Self {
        Self { works: None }
    }

    /// These stages in this order, as no specification asks for them.
    #[cfg(test)]
    pub(crate) fn of(dir: Dir, stages: Vec<Box<dyn Stage>>) -> Self {
        let context = || StageContext::new(Dice::new(0, 0), Medium::Stream, EventDetail::Messages);
        let posts =
            stages.into_iter().map(|stage| Post { name: "test", stage, context: context() }).collect();
        Self { works: Some(Box::new(Works { posts, ..Works::new(dir) })) }
    }

    /// Whether there is nothing in it: then units need not pass through.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.works.is_none()
    }

    /// What it keeps, in bytes, each unit at its [`Held::cost`].
    #[must_use]
    pub fn held(&self) -> usize {
        self.works
            .as_ref()
            .map_or(0, |works| works.posts.iter().map(|p| p.stage.held()).sum::<usize>() + works.exit.held())
    }

    /// When it wants to be asked again, if time alone will bring something.
    #[must_use]
    #[inline]
    pub fn wake(&self) -> Option<At> {
        self.works.as_ref().and_then(|works| works.wake)
    }

    /// Puts a unit in at the front. After an end that a fault made, nothing gets in.
    pub fn offer(&mut self, unit: Unit<'_>, at: At, notes: &mut Vec<Event>, conn: Conn) {
        // Whoever offers to an empty chain gets it back; which direction that is matters to no fault.
        let works = self.works.get_or_insert_with(|| Box::new(Works::new(Dir::In)));
        if works.exit.is_over() || works.kill.is_some() {
            return;
        }
        match works.posts.first_mut() {
            Some(first) => {
                first.stage.offer(unit, at, &mut first.context);
                report(first.name, &mut first.context, works.dir, at, notes, conn);
            }
            None => works.exit.push(Held::of(unit)),
        }
    }

    /// Puts the stages of `new` in the place of these. What these hold leaves at once and unharmed; offsets of the new ones
    /// count from here. A chain that has ended stays as it is.
    pub fn swap(&mut self, mut new: Self) {
        let Some(old) = self.works.take() else {
            *self = new;
            return;
        };
        if old.exit.is_over() || old.kill.is_some() {
            self.works = Some(old);
            return;
        }
        let (dir, held) = old.release();
        if !held.is_empty() {
            let works = new.works.get_or_insert_with(|| Box::new(Works::new(dir)));
            held.into_iter().for_each(|unit| works.exit.push(unit));
        }
        *self = new;
    }

    /// The next thing that comes out at the end by `at`, if anything does. After an end there is nothing more.
    pub fn draw(&mut self, at: At, notes: &mut Vec<Event>, conn: Conn) -> Option<Drawn> {
        let drawn = self.works.as_mut()?.draw(at, notes, conn);
        if drawn.is_none() && self.works.as_ref().is_some_and(|works| works.does_nothing()) {
            // The last of what stages held that are no more has left.
            self.works = None;
        }
        drawn
    }
}

impl Works {
    fn new(dir: Dir) -> Self {
        Self { dir, posts: Vec::new(), first: 0, kill: None, exit: Exit::default(), wake: None }
    }

    /// Whether units pass through it as they are.
    fn does_nothing(&self) -> bool {
        self.posts.is_empty()
            && !self.exit.cuts()
            && !self.exit.is_over()
            && self.exit.held() == 0
            && self.kill.is_none()
    }

    /// All that it holds, in order: what is nearest to the end comes first.
    fn release(mut self) -> (Dir, Vec<Held>) {
        let mut held = self.exit.release();
        for post in self.posts.iter_mut().rev() {
            held.append(&mut post.stage.release());
        }
        (self.dir, held)
    }

    fn draw(&mut self, at: At, notes: &mut Vec<Event>, conn: Conn) -> Option<Drawn> {
        self.wake = None;
        if self.exit.is_over() {
            return None;
        }
        let is_idle = self.advance(at, notes, conn);
        if let Some(unit) = self.exit.draw(at, self.dir, notes, conn) {
            return Some(Drawn::Unit(unit));
        }
        if let Some(until) = self.exit.wake() {
            self.wake = Some(self.wake.map_or(until, |w| w.min(until)));
        } else if is_idle && let Some(close) = self.kill {
            self.exit.close();
            return Some(Drawn::Kill(close));
        }
        None
    }

    /// Moves all that is due as far as it goes: what a stage lets go is with the next one at once, so that one pass
    /// from the first to the last does it. Says whether the stages have nothing left.
    fn advance(&mut self, at: At, notes: &mut Vec<Event>, conn: Conn) -> bool {
        let mut is_idle = true;
        for index in self.first..self.posts.len() {
            let (before, after) = self.posts.split_at_mut(index + 1);
            let Some(post) = before.last_mut() else { continue };
            loop {
                let step = post.stage.poll(at, &mut post.context);
                report(post.name, &mut post.context, self.dir, at, notes, conn);
                match step {
                    Step::Idle => break,
                    Step::Wait(until) => {
                        is_idle = false;
                        self.wake = Some(self.wake.map_or(until, |w| w.min(until)));
                        break;
                    }
                    // It ends the conversation behind what passed before: that goes on through the stages after it.
                    Step::Kill(close) => {
                        self.first = index + 1;
                        self.kill = Some(close);
                        break;
                    }
                    Step::Emit(held) => match after.first_mut() {
                        None => self.exit.push(held),
                        Some(next) => {
                            next.stage.offer(held.unit(), at, &mut next.context);
                            report(next.name, &mut next.context, self.dir, at, notes, conn);
                        }
                    },
                }
            }
        }
        is_idle
    }
}
