//! The stages of one direction of one conversation, one behind the other.

use std::sync::Arc;

use super::{
    exit::Exit,
    fault::{ChainConfig, Fault, Held, Stage, StageContext, Step, report},
    spec::FaultSpec,
};
use crate::{
    event::{Event, FaultTally, TallyUnit},
    rule::Dice,
    unit::{At, Close, Unit, Way},
};

/// A stage in its place.
#[derive(Debug)]
pub(super) struct StagePost {
    pub(super) name: &'static str,
    /// Which of the faults that were asked for it is.
    pub(super) place: usize,
    pub(super) stage: Box<dyn Stage>,
    pub(super) context: StageContext,
}

/// A fault that was asked for, whether or not it has a stage here.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) text: Arc<str>,
    /// Whether chance has it that it works in this conversation.
    pub(super) is_drawn: bool,
}

/// The stages of one direction of one conversation, in order, and the exit behind them.
#[derive(Debug)]
pub struct Chain {
    // Most conversations have no faults, and pay for none.
    works: Option<Box<Works>>,
}

/// A chain for which something was asked.
#[derive(Debug)]
pub(super) struct Works {
    pub(super) config: ChainConfig,
    pub(super) asked: Vec<Asked>,
    pub(super) posts: Vec<StagePost>,
    // Stages before this one are dead: the one before it has ended the conversation.
    first: usize,
    kill: Option<Close>,
    pub(super) exit: Exit,
    pub(super) wake: Option<At>,
    // Units pass as they are: nothing is here that could do anything to them, and nothing waits.
    is_clear: bool,
    /// What faults came to that are here no more.
    pub(super) past: Vec<FaultTally>,
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
    /// The stages that `specs` ask for. Those that do not work on this medium, or that chance leaves out, have none.
    #[must_use]
    pub fn new(specs: &[FaultSpec], config: ChainConfig) -> Self {
        let mut chain = Self::empty();
        chain.change(specs, config, config.opened, &mut Vec::new());
        chain
    }

    /// No stages: units need not pass through.
    #[must_use]
    pub fn empty() -> Self {
        Self { works: None }
    }

    /// These stages in this order, as no specification asks for them.
    #[cfg(test)]
    pub(crate) fn of(config: ChainConfig, stages: Vec<Box<dyn Stage>>) -> Self {
        let mut works = Works::new(config);
        for (place, stage) in stages.into_iter().enumerate() {
            let context = works.context(place, TallyUnit::Bytes, config.opened);
            works.posts.push(StagePost { name: "test", place, stage, context });
        }
        works.is_clear = false;
        Self { works: Some(Box::new(works)) }
    }

    /// Whether there is nothing in it: then units need not pass through.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.works.as_ref().is_none_or(|works| works.is_clear)
    }

    /// What it keeps, in bytes, each unit at its [`Held::cost`].
    #[must_use]
    pub fn held(&self) -> usize {
        self.works
            .as_ref()
            .map_or(0, |works| works.posts.iter().map(|p| p.stage.held()).sum::<usize>() + works.exit.held())
    }

    /// When it wants to be asked again, if time alone will bring something: at once where stages have just come into it.
    #[must_use]
    #[inline]
    pub fn wake(&self) -> Option<At> {
        self.works.as_ref().and_then(|works| works.wake)
    }

    /// Puts a unit in at the front. After an end that a fault made, nothing gets in.
    pub fn offer(&mut self, unit: Unit<'_>, at: At, notes: &mut Vec<Event>) {
        // Whoever offers to an empty chain gets it back; where that stands matters to no fault.
        let works = self.works.get_or_insert_with(|| Box::new(Works::new(ChainConfig::NOWHERE)));
        if works.has_ended() {
            return;
        }
        works.is_clear = false;
        works.pass_to(0, unit, at, notes);
    }

    /// Puts the faults `specs` in the place of those it has, and never waits.
    ///
    /// A fault that stands in both lists, written alike, stays as it is with all it holds (where the two lists have the same
    /// faults in another order, only those whose order is the same stay). What the others hold goes on to the next that
    /// stays, at once and unharmed. New ones begin here: their offsets, and those they tell, count from what passes next, but
    /// for those of `slice`, which count from the beginning of the direction. A chain that has ended stays as it is.
    pub fn change(&mut self, specs: &[FaultSpec], config: ChainConfig, at: At, notes: &mut Vec<Event>) {
        if specs.is_empty() && self.works.is_none() {
            return;
        }
        let works = self.works.get_or_insert_with(|| Box::new(Works::new(config)));
        works.config = config;
        if !works.has_ended() {
            works.change(specs, at, notes);
            works.is_clear = works.does_nothing();
        }
    }

    /// The next thing that comes out at the end by `at`, if anything does. After an end there is nothing more.
    pub fn draw(&mut self, at: At, notes: &mut Vec<Event>) -> Option<Drawn> {
        let works = self.works.as_mut()?;
        let drawn = works.draw(at, notes);
        if drawn.is_none() {
            // The last of what stages held that are no more may have left.
            works.is_clear = works.does_nothing();
        }
        drawn
    }

    /// Its direction is over: it holds nothing any more, and only what its faults came to is remembered.
    pub fn close(&mut self) {
        if let Some(works) = &mut self.works {
            works.retire();
            works.exit.close();
            works.is_clear = true;
        }
    }

    /// What its faults came to so far, one each.
    #[must_use]
    pub fn tally(&self) -> Vec<FaultTally> {
        self.works.as_ref().map(|works| works.tallies()).unwrap_or_default()
    }
}

impl Works {
    fn new(config: ChainConfig) -> Self {
        Self {
            config,
            asked: Vec::new(),
            posts: Vec::new(),
            first: 0,
            kill: None,
            exit: Exit::default(),
            wake: None,
            is_clear: true,
            past: Vec::new(),
        }
    }

    /// Whether its end has left, or a fault has ended the conversation.
    fn has_ended(&self) -> bool {
        self.exit.is_over() || self.kill.is_some()
    }

    /// Forgets all that it holds: nothing comes out any more.
    fn retire(&mut self) {
        self.past = self.tallies();
        self.posts.clear();
        self.exit.cuttings.clear();
        self.wake = None;
    }

    /// Whether units pass through it as they are.
    fn does_nothing(&self) -> bool {
        self.posts.is_empty() && !self.exit.cuts() && self.exit.held() == 0 && !self.has_ended()
    }

    /// Whether chance has it that the fault at this place of the list works in this conversation: the same for both directions.
    pub(super) fn is_drawn(&self, place: usize, chance: f64) -> bool {
        self.dice(place, 1 << 15).chance(chance)
    }

    /// The chance of the fault at this place of the list; that of two places, or of two `marks`, is never the same.
    fn dice(&self, place: usize, mark: u64) -> Dice {
        Dice::new(self.config.seed, (self.config.conn << 16) | mark | ((place as u64 & 0x3fff) << 1))
    }

    /// What the fault at this place works with from `joined` on.
    pub(super) fn context(&self, place: usize, unit: TallyUnit, joined: At) -> StageContext {
        let dice = self.dice(place, u64::from(self.config.way == Way::Down));
        StageContext::new(dice, self.config, unit, joined)
    }

    /// A stage or cutter of a fault that works here from `at` on.
    pub(super) fn add(&mut self, spec: &FaultSpec, place: usize, at: At) {
        let ChainConfig { way, medium, .. } = self.config;
        if !spec.covers(way) || spec.fits(medium).is_err() {
            return;
        }
        let context = self.context(place, spec.unit(medium), at);
        match spec.make() {
            Fault::Nothing => {}
            Fault::Stage(stage) => self.posts.push(StagePost { name: spec.name, place, stage, context }),
            Fault::Cutter(cutter) => self.exit.add(spec.name, place, cutter, context),
        }
    }

    /// Gives a unit to the stage at `index`, or to the exit behind the last.
    pub(super) fn pass_to(&mut self, index: usize, unit: Unit<'_>, at: At, notes: &mut Vec<Event>) {
        match self.posts.get_mut(index) {
            None => self.exit.push(Held::of(unit)),
            Some(post) => {
                post.context.count(unit);
                post.stage.offer(unit, at, &mut post.context);
                report(post.name, &mut post.context, self.config.way, at, notes, self.config.conn);
            }
        }
    }

    /// What its faults came to, those that are here no more first.
    pub(super) fn tallies(&self) -> Vec<FaultTally> {
        let posts = self.posts.iter().map(|post| (post.place, post.name, &post.context));
        let cuttings = self.exit.cuttings.iter();
        let cuttings = cuttings.map(|cutting| (cutting.place, cutting.name, &cutting.context));
        let mut all: Vec<_> = posts.chain(cuttings).collect();
        all.sort_by_key(|(place, ..)| *place);
        let now = all.into_iter().map(|(_, name, context)| self.tally(name, context));
        self.past.iter().cloned().chain(now).collect()
    }

    /// What one fault came to.
    pub(super) fn tally(&self, name: &'static str, context: &StageContext) -> FaultTally {
        let (acts, of, unit) = context.tally();
        FaultTally { fault: name.into(), way: self.config.way, acts, of, unit }
    }

    fn draw(&mut self, at: At, notes: &mut Vec<Event>) -> Option<Drawn> {
        self.wake = None;
        if self.exit.is_over() {
            return None;
        }
        let is_idle = self.advance(at, notes);
        if let Some(unit) = self.exit.draw(at, self.config.way, notes, self.config.conn) {
            if self.exit.is_over() {
                self.retire();
            }
            return Some(Drawn::Unit(unit));
        }
        if let Some(until) = self.exit.wake() {
            self.wake = Some(self.wake.map_or(until, |w| w.min(until)));
        } else if is_idle && let Some(close) = self.kill {
            self.exit.close();
            self.retire();
            return Some(Drawn::Kill(close));
        }
        None
    }

    /// Moves all that is due as far as it goes: what a stage lets go is with the next one at once, so that one pass
    /// from the first to the last does it. Says whether the stages have nothing left.
    fn advance(&mut self, at: At, notes: &mut Vec<Event>) -> bool {
        let mut is_idle = true;
        for index in self.first..self.posts.len() {
            while let Some(post) = self.posts.get_mut(index) {
                let step = post.stage.poll(at, &mut post.context);
                report(post.name, &mut post.context, self.config.way, at, notes, self.config.conn);
                match step {
                    Step::Idle => break,
                    Step::Wait(until) | Step::Last(until) => {
                        is_idle &= matches!(step, Step::Last(_));
                        self.wake = Some(self.wake.map_or(until, |w| w.min(until)));
                        break;
                    }
                    // It ends the conversation behind what passed before: that goes on through the stages after it.
                    Step::Kill(close) => {
                        self.first = index + 1;
                        self.kill.get_or_insert(close);
                        break;
                    }
                    Step::Emit(Held::Data(bytes)) if index + 1 == self.posts.len() => {
                        self.exit.push(Held::Data(bytes));
                    }
                    Step::Emit(held) => self.pass_to(index + 1, held.unit(), at, notes),
                }
            }
        }
        is_idle
    }
}
