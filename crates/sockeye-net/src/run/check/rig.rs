//! The rig a receiver is tested on: how it is reached, and one conversation with it, whole or in pieces.
//! Never judges more than one conversation.

use std::time::Duration;

use sockeye_core::{
    address::Address,
    event::{CutResult, Failure, Kind},
    limit::CHECK_QUIET,
    plan::CheckPlan,
};
use sockeye_study::check::{Conversation, Standing, Trial, TrialEnd, Yardstick};
use tokio::{sync::Mutex, time::Instant};

use super::{device::Door, wire::Wire};
use crate::{
    link::{Dialing, dial},
    run_state::RunState,
};

/// How many times longer than an answer takes the silence behind it has to be.
const QUIETER: u32 = 4;

/// How a receiver is reached.
pub(super) enum Approach<'a> {
    /// It is connected to.
    Dial(Address),
    /// It connects to us, and speaks first.
    Accept(Box<Mutex<Door<'a>>>),
}

/// Everything that trials need.
pub(super) struct Rig<'a> {
    pub(super) run: &'a RunState,
    pub(super) plan: &'a CheckPlan,
    pub(super) approach: Approach<'a>,
}

/// What a receiver said in a clean run.
#[derive(Clone, Debug, Default)]
pub(super) struct Clean {
    /// What it answered, by position; nothing is an answer too.
    pub(super) answers: Vec<Vec<u8>>,
    /// Whether it went away before everything was said.
    pub(super) has_left: bool,
    /// The longest time it took to begin an answer.
    pub(super) latency: Duration,
}

impl Clean {
    /// The silence after which its answers are whole.
    pub(super) fn quiet(&self, plan: &CheckPlan) -> Duration {
        CHECK_QUIET.max(self.latency * QUIETER).min(plan.timeout.max(CHECK_QUIET))
    }

    /// Whether it said anything.
    pub(super) fn has_answers(&self) -> bool {
        self.answers.iter().any(|answer| !answer.is_empty())
    }
}

/// What became of a trial.
pub(super) struct TrialOutcome {
    pub(super) result: CutResult,
    pub(super) got: Vec<u8>,
    pub(super) writes: Vec<usize>,
    pub(super) early: usize,
    pub(super) hung_up: bool,
    /// Whether there is nobody to be tried any more.
    pub(super) is_gone: bool,
}

/// How the receiver is measured.
#[derive(Clone, Copy)]
pub(super) struct Measure<'a> {
    pub(super) conversation: &'a Conversation,
    pub(super) yardstick: &'a Yardstick,
    pub(super) quiet: Duration,
}

impl<'a> Rig<'a> {
    /// A connection with it.
    pub(super) async fn open(&self) -> Result<Wire<'a>, Failure> {
        match &self.approach {
            Approach::Dial(target) => {
                let dialing = Dialing {
                    family: self.plan.family,
                    source: None,
                    within: self.plan.conduct.limits.connect_timeout,
                };
                let connected = dial(target, dialing, &target.to_string()).await?;
                Ok(Wire::new(self.run, connected.stream))
            }
            Approach::Accept(door) => door.lock().await.enter(self.run, self.plan).await,
        }
    }

    /// Whether it is a device, which has the first word.
    pub(super) fn is_of_device(&self) -> bool {
        matches!(self.approach, Approach::Accept(_))
    }

    /// A device that is in order after a conversation goes on with it, if it stays.
    async fn keep(&self, wire: Wire<'a>) {
        if let Approach::Accept(door) = &self.approach {
            door.lock().await.keep(wire);
        }
    }

    /// Lets go of a device that stayed: it has to connect again.
    pub(super) async fn forget(&self) {
        if let Approach::Accept(door) = &self.approach {
            door.lock().await.forget();
        }
    }

    /// Says these messages whole, one after the other, on one connection; none where an answer has no end.
    pub(super) async fn clean(&self, frames: &[Vec<u8>]) -> Result<Option<Clean>, Failure> {
        let mut wire = self.open().await?;
        let mut clean = Clean::default();
        for (position, frame) in frames.iter().enumerate() {
            let (before, begun) = (wire.got.len(), Instant::now());
            let heard = |got: &[u8]| if got.len() > before { Standing::Complete } else { Standing::Open };
            wire.speak(&[frame], Duration::ZERO, self.plan.timeout, heard).await;
            if wire.got.len() > before {
                clean.latency = clean.latency.max(begun.elapsed());
                if wire.hear_out(clean.quiet(self.plan), self.plan.timeout).await == Standing::Wrong {
                    return Ok(None);
                }
            }
            let answer = wire.got.get(before..).unwrap_or_default().to_vec();
            if !answer.is_empty() || wire.ended.is_none() {
                clean.answers.push(answer);
            }
            if wire.ended.is_some() {
                clean.has_left = position + 1 < frames.len();
                break;
            }
            // Who answers none of the messages asked for answers none of those that follow.
            if position + 1 >= self.plan.messages.len() && !clean.has_answers() {
                break;
            }
        }
        self.keep(wire).await;
        Ok(Some(clean))
    }

    /// Tries one cut.
    pub(super) async fn attempt(&self, trial: &Trial, measure: Measure<'_>) -> Result<TrialOutcome, Failure> {
        let mut wire = match self.open().await {
            Ok(wire) => wire,
            Err(failed) if is_gone(&failed) => {
                return Ok(TrialOutcome {
                    result: CutResult::Fail,
                    got: Vec::new(),
                    writes: Vec::new(),
                    early: 0,
                    hung_up: true,
                    is_gone: true,
                });
            }
            Err(failed) => return Err(failed),
        };
        let mut standing = self.say_trial(&mut wire, trial, measure).await;
        let mut got = wire.got.clone();
        let (writes, early) = (wire.writes.clone(), wire.early);
        let mut hung_up = wire.ended.is_some() && standing != Standing::Complete;
        let mut gone = false;
        if self.is_of_device() && standing == Standing::Complete {
            self.keep(wire).await;
            return Ok(TrialOutcome { result: CutResult::Pass, got, writes, early, hung_up, is_gone: gone });
        }
        if let (TrialEnd::Abandoned { again }, Standing::Complete) = (trial.end, standing) {
            drop(wire);
            match self.open().await {
                Ok(mut fresh) => {
                    let positions: Vec<usize> = (0..again).collect();
                    standing = self.say_whole(&mut fresh, &positions, measure).await;
                    standing = self.settled(&mut fresh, &positions, standing, measure).await;
                    hung_up = fresh.ended.is_some() && standing != Standing::Complete;
                    got.append(&mut fresh.got);
                }
                Err(failed) if is_gone(&failed) => (standing, hung_up, gone) = (Standing::Open, true, true),
                Err(failed) => return Err(failed),
            }
        }
        let result = if standing == Standing::Complete { CutResult::Pass } else { CutResult::Fail };
        Ok(TrialOutcome { result, got, writes, early, hung_up, is_gone: gone })
    }

    /// Says what stands before the cut, and then what is cut.
    async fn say_trial(&self, wire: &mut Wire<'_>, trial: &Trial, measure: Measure<'_>) -> Standing {
        let lead: Vec<usize> = trial.lead.clone().collect();
        let led = self.say_whole(wire, &lead, measure).await;
        if led != Standing::Complete {
            return led;
        }
        let joined = measure.conversation.joined(trial.messages.clone());
        let pieces: Vec<&[u8]> = trial.pieces().filter_map(|piece| joined.get(piece)).collect();
        let positions: Vec<usize> = match trial.end {
            TrialEnd::Whole => trial.judged(),
            TrialEnd::Abandoned { .. } => lead.into_iter().chain(trial.messages.clone()).collect(),
        };
        let answered = match trial.end {
            TrialEnd::Whole => positions.as_slice(),
            TrialEnd::Abandoned { .. } => positions.split_last().map_or(&[][..], |(_, whole)| whole),
        };
        let (yardstick, within) = (measure.yardstick, self.plan.timeout);
        match trial.end {
            TrialEnd::Whole => {
                let judge = |got: &[u8]| yardstick.standing(answered, got);
                let standing = wire.speak(&pieces, trial.gap, within, judge).await;
                self.settled(wire, answered, standing, measure).await
            }
            TrialEnd::Abandoned { .. } => {
                let judge = |got: &[u8]| yardstick.beginning(answered, got);
                let standing = wire.speak(&pieces, trial.gap, within, judge).await;
                if standing == Standing::Complete {
                    wire.got.truncate(yardstick.answers(answered).len());
                }
                standing
            }
        }
    }

    /// Says the messages at these positions, each whole and once those before it are answered.
    pub(super) async fn say_whole(
        &self,
        wire: &mut Wire<'_>,
        positions: &[usize],
        measure: Measure<'_>,
    ) -> Standing {
        for (count, &position) in (1..).zip(positions) {
            let Some(frame) = measure.conversation.frames().get(position) else { return Standing::Wrong };
            let said = positions.get(..count).unwrap_or_default();
            let judge = |got: &[u8]| measure.yardstick.standing(said, got);
            let standing = wire.speak(&[frame], Duration::ZERO, self.plan.timeout, judge).await;
            if standing != Standing::Complete {
                return standing;
            }
        }
        Standing::Complete
    }

    /// Whether nothing comes behind what is complete.
    async fn settled(
        &self,
        wire: &mut Wire<'_>,
        positions: &[usize],
        standing: Standing,
        measure: Measure<'_>,
    ) -> Standing {
        if standing != Standing::Complete {
            return standing;
        }
        let is_right = |wire: &Wire<'_>| measure.yardstick.standing(positions, &wire.got);
        if !self.is_of_device() {
            wire.end();
        }
        match wire.hear_out(measure.quiet, self.plan.timeout).await {
            Standing::Complete => is_right(wire),
            other => other,
        }
    }
}

/// Whether nobody is there who was there before.
fn is_gone(failed: &Failure) -> bool {
    matches!(failed.kind, Kind::Refused | Kind::Reset | Kind::Timeout | Kind::Unreachable)
}
