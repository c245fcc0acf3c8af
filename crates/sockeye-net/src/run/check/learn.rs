//! What is to be known of a receiver before it is tried: what it answers whole messages, on what that depends, and how many
//! connections it holds at once.
//! Never cuts a message.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use sockeye_core::{
    event::{Failure, Kind, Notice, Operation, What},
    limit::CHECK_AT_ONCE,
    rule::Pattern,
};
use sockeye_study::check::{Carried, Conversation, Memory, Standing, Yardstick};
use sockeye_text::text;

use super::rig::{Clean, Measure, Rig};

/// The shortest time after which connections beside others count as not held.
const BESIDE: Duration = Duration::from_secs(1);
/// How many times longer than alone an answer may take beside others.
const SLOWER: u32 = 10;

/// What was learnt.
pub(super) struct Learnt {
    pub(super) conversation: Conversation,
    pub(super) yardstick: Yardstick,
    pub(super) quiet: Duration,
    /// How many connections it holds at once, at most [`CHECK_AT_ONCE`].
    pub(super) at_once: usize,
}

/// What comes of learning.
pub(super) enum Lesson {
    /// It can be tried.
    Learnt(Box<Learnt>),
    /// It answers nothing.
    Silent,
    /// Its answer to the message at this position is not what was expected, and no message was cut.
    Unexpected { position: usize, answer: Vec<u8> },
}

/// Learns it.
///
/// # Errors
/// It cannot be reached, or its answers are never the same or never end.
pub(super) async fn learn(rig: &Rig<'_>, conversation: Conversation) -> Result<Lesson, Failure> {
    let plan = rig.plan;
    let clean = run(rig, conversation.frames()).await?;
    if !clean.has_answers() {
        return Ok(Lesson::Silent);
    }
    let is_periodic = periodic(&clean, conversation.distinct());
    let again = match rig.is_of_device() && is_periodic {
        // It stays, and has said everything more than once already.
        true => clean.clone(),
        false => {
            rig.forget().await;
            run(rig, conversation.frames()).await?
        }
    };
    let patterns: Vec<Pattern> = plan.expect.iter().map(|expect| expect.pattern.clone()).collect();
    if let Some(position) = unfit(&clean, &patterns) {
        let answer = clean.answers.get(position).cloned().unwrap_or_default();
        return Ok(Lesson::Unexpected { position, answer });
    }
    if patterns.is_empty() && again.answers != clean.answers {
        return Err(unsteady(rig, &clean, &again));
    }
    let alone = match rig.is_of_device() {
        true => clean.answers.iter().take(conversation.distinct()).cloned().collect(),
        false => alone(rig, &conversation, &clean).await?,
    };
    let (answers, memory, carried) = conclude(&conversation, &clean, &alone);
    if let Carried::Only(messages) = carried {
        rig.run.tell(What::Notice(Notice::AnswersOnly { messages })).await;
    }
    if memory == Memory::Connection && conversation.distinct() > 1 {
        rig.run.tell(What::Notice(Notice::Remembers)).await;
    }
    let answered: Vec<bool> = answers.iter().map(|answer| !answer.is_empty()).collect();
    let conversation = conversation.learnt(answered.into_iter(), memory, carried);
    let yardstick = match patterns.is_empty() {
        true => Yardstick::learnt(answers),
        false => Yardstick::expected(answers, patterns, &plan.conduct.framing),
    };
    let quiet = clean.quiet(plan);
    let measure = Measure { conversation: &conversation, yardstick: &yardstick, quiet };
    let at_once = at_once(rig, measure, clean.latency).await?;
    Ok(Lesson::Learnt(Box::new(Learnt { conversation, yardstick, quiet, at_once })))
}

async fn run(rig: &Rig<'_>, frames: &[Vec<u8>]) -> Result<Clean, Failure> {
    rig.clean(frames).await?.ok_or_else(|| {
        Failure::new(Operation::Prepare, address(rig), Kind::Other, text!("check-endless"))
            .hint(text!("check-endless-hint"))
    })
}

/// Whether what follows the messages asked for is answered as they are, at least once.
fn periodic(clean: &Clean, distinct: usize) -> bool {
    let pairs = clean.answers.iter().zip(clean.answers.iter().skip(distinct));
    clean.answers.len() > distinct && pairs.into_iter().all(|(one, other)| one == other)
}

fn address(rig: &Rig<'_>) -> String {
    rig.plan.tested.address().to_string()
}

/// The position of the first answer that does not fit its pattern.
fn unfit(clean: &Clean, patterns: &[Pattern]) -> Option<usize> {
    let fits = |(pattern, answer): (&Pattern, &Vec<u8>)| pattern.matches(answer).is_some();
    patterns.iter().zip(&clean.answers).position(|pair| !fits(pair))
}

fn unsteady(rig: &Rig<'_>, clean: &Clean, again: &Clean) -> Failure {
    let differs = clean.answers.iter().zip(&again.answers).position(|(one, other)| one != other);
    let position = differs.unwrap_or(clean.answers.len().min(again.answers.len())) + 1;
    Failure::new(Operation::Prepare, address(rig), Kind::Other, text!("check-unsteady", position = position))
        .hint(text!("check-unsteady-hint"))
}

/// What each message is answered on a connection of its own.
async fn alone(rig: &Rig<'_>, conversation: &Conversation, clean: &Clean) -> Result<Vec<Vec<u8>>, Failure> {
    let mut all = vec![clean.answers.first().cloned().unwrap_or_default()];
    for frame in conversation.frames().iter().take(conversation.distinct()).skip(1) {
        let one = run(rig, std::slice::from_ref(frame)).await?;
        all.push(one.answers.first().cloned().unwrap_or_default());
    }
    Ok(all)
}

/// From answers on one connection, and on one each, to what is answered by position, on what that depends, and how many
/// messages a connection carries.
fn conclude(
    conversation: &Conversation,
    clean: &Clean,
    alone: &[Vec<u8>],
) -> (Vec<Vec<u8>>, Memory, Carried) {
    let (length, distinct) = (conversation.frames().len(), conversation.distinct());
    let by_itself = |position: usize| alone.get(position % distinct.max(1)).cloned().unwrap_or_default();
    let differs = |position: &usize| clean.answers.get(*position) != Some(&by_itself(*position));
    let first = (0..clean.answers.len()).find(differs).unwrap_or(clean.answers.len());
    let is_silent = clean.answers.iter().skip(first).all(Vec::is_empty);
    // The same answers as alone, up to where it answers no more.
    if is_silent {
        let carried = match first {
            first if first >= length => Carried::All,
            // It stays, and does not answer what it answers alone: that is for the trials to find.
            first if first < distinct && !clean.has_left => Carried::All,
            first => Carried::Only(first),
        };
        return ((0..length).map(by_itself).collect(), Memory::None, carried);
    }
    let carried =
        if clean.answers.len() < length { Carried::Only(clean.answers.len()) } else { Carried::All };
    (clean.answers.clone(), Memory::Connection, carried)
}

/// How many connections it answers while they are all open: the most there may be, or one.
async fn at_once(rig: &Rig<'_>, measure: Measure<'_>, latency: Duration) -> Result<usize, Failure> {
    if rig.is_of_device() {
        return Ok(1);
    }
    for number in [2, CHECK_AT_ONCE] {
        if !are_held(rig, measure, number, latency).await? {
            rig.run.tell(What::Notice(Notice::OneAtATime)).await;
            return Ok(1);
        }
    }
    Ok(CHECK_AT_ONCE)
}

/// Whether so many connections are answered while none of them has ended.
async fn are_held(
    rig: &Rig<'_>,
    measure: Measure<'_>,
    number: usize,
    latency: Duration,
) -> Result<bool, Failure> {
    let answered = |position: &usize| !measure.yardstick.answer(*position).is_empty();
    let upto = (0..measure.conversation.frames().len()).find(answered).unwrap_or(0);
    let positions: Vec<usize> = (0..=upto).collect();
    let within = BESIDE.max(latency * SLOWER).min(rig.plan.timeout);
    let one = |_| async {
        let mut wire = rig.open().await?;
        let saying = tokio::time::timeout(within, rig.say_whole(&mut wire, &positions, measure)).await;
        Ok((wire, saying == Ok(Standing::Complete)))
    };
    let opened = stream::iter(0..number).map(one).buffer_unordered(number).collect::<Vec<_>>().await;
    let opened: Result<Vec<_>, Failure> = opened.into_iter().collect();
    let Ok(opened) = opened else { return Ok(false) };
    let is_held = opened.iter().all(|(_, is_answered)| *is_answered);
    // Those that wait for their turn get it once the others are gone: who is left in the middle of an answer may fall.
    let (_, waiting): (Vec<_>, Vec<_>) = opened.into_iter().partition(|(_, is_answered)| *is_answered);
    let waited = waiting.into_iter().map(|(mut wire, _)| async move {
        let judge = |got: &[u8]| measure.yardstick.standing(&positions_of(upto), got);
        wire.speak(&[], Duration::ZERO, rig.plan.timeout, judge).await;
    });
    stream::iter(waited).buffer_unordered(number).collect::<Vec<()>>().await;
    Ok(is_held)
}

fn positions_of(upto: usize) -> Vec<usize> {
    (0..=upto).collect()
}
