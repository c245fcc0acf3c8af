//! The engine of `check`: learns what a receiver answers, tries it with every cut, and says what that comes to.
//! Never decides which cuts there are, nor what an answer is worth: the study does.

mod wire;
mod device;
mod rig;
mod learn;
mod apart;

use futures_util::{StreamExt as _, stream};
use sockeye_core::{
    behaviour::Verdict,
    event::{
        Advice, CheckVerdict, CutConnection, CutFamily, CutResult, Ending, Event, Failure, Judgement, Kind,
        Operation, TriedCut, What,
    },
    limit::CHECK_FURTHER,
    plan::{CheckPlan, Tested},
};
use sockeye_study::check::{Conversation, Memory, Receiver, Trial, judge, trials};
use sockeye_text::text;
use tokio::sync::Mutex;

use self::{
    device::Door,
    learn::{Learnt, Lesson, learn},
    rig::{Approach, Measure, Rig, TrialOutcome},
};
use crate::{
    context::{Drained, Report, RunContext},
    link::Listener,
    run_state::RunState,
};

/// The families of a device, which has nothing to say to answers it did not ask for.
const OF_DEVICES: [CutFamily; 5] =
    [CutFamily::Whole, CutFamily::Split, CutFamily::Header, CutFamily::TailLate, CutFamily::Bytes];

/// Tries the plan's receiver with every cut.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     charset::Charset,
/// #     event::EventDetail,
/// #     frame::Framing,
/// #     limit::{CHECK_GAP, Limits},
/// #     plan::{CheckPlan, Conduct, Family, Tested},
/// # };
/// use std::{io::{BufRead, BufReader, Write}, net::TcpListener, time::Duration};
/// use sockeye_core::{behaviour::Verdict, event::{CheckVerdict, What}};
/// use sockeye_net::{Clock, RunContext, EVENT_BATCHES, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // A receiver that reads lines as one should.
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// std::thread::spawn(move || {
///     for stream in listener.incoming().flatten() {
///         std::thread::spawn(move || {
///             for line in BufReader::new(&stream).lines().map_while(Result::ok) {
///                 let _ = writeln!(&stream, "<{line}>");
///             }
///         });
///     }
/// });
///
/// let plan = CheckPlan {
///     tested: Tested::Server(Address::parse(&address)?),
///     messages: vec![b"hello".to_vec()],
///     timeout: Duration::from_secs(2),
///     // …and the rest as usual
/// #     family: Family::Any,
/// #     expect: Vec::new(),
/// #     gap: CHECK_GAP,
/// #     cuts: 3,
/// #     conduct: Conduct {
/// #         framing: Framing::parse("line")?,
/// #         charset: Charset::utf8(),
/// #         faults: Vec::new(),
/// #         seed: 0,
/// #         limits: Limits::default(),
/// #     },
/// };
/// let (events, mut seen) = mpsc::channel(EVENT_BATCHES);
/// let (_orders, orders) = mpsc::channel(1);
/// let stop = CancellationToken::new();
/// let lost = CancellationToken::new();
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Summary, events, orders, stop, lost };
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let report = runtime.block_on(run::check(plan, context))?;
/// assert_eq!(report.verdict, Verdict::Met);
/// let Some(What::Judged(judged)) = seen.blocking_recv().and_then(|batch| Some(batch.first()?.what.clone())) else { panic!() };
/// assert_eq!((judged.verdict, judged.failed), (CheckVerdict::Pass, 0));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// It cannot be reached; a message cannot be framed; or nothing can be judged, since its answers change from run to run or
/// never end.
pub async fn check(plan: CheckPlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, detail, events, stop, .. } = context;
    let run = RunState::new(clock, detail, events, plan.conduct.limits.grace);
    let judged = tokio::select! {
        judged = Box::pin(examine(&plan, &run)) => Some(judged?),
        () = stop.cancelled() => None,
    };
    let summary = run.conclude().await;
    let drained = Drained::All;
    let Some(judgement) = judged else {
        let ending = Some(Ending::Stopped);
        return Ok(Report { summary, verdict: Verdict::Open, ending, failure: None, drained });
    };
    let (verdict, failure) = (verdict(&judgement), failure(&plan, &judgement));
    Ok(Report { summary, verdict, ending: Some(Ending::Closed), failure, drained })
}

fn verdict(judgement: &Judgement) -> Verdict {
    match judgement.verdict {
        CheckVerdict::Pass => Verdict::Met,
        CheckVerdict::Fail => Verdict::Unmet { last: Vec::new() },
        CheckVerdict::NoAnswer => Verdict::NoAnswer,
    }
}

/// The failure that a judgement amounts to.
fn failure(plan: &CheckPlan, judgement: &Judgement) -> Option<Failure> {
    let address = plan.tested.address().to_string();
    match judgement.verdict {
        CheckVerdict::Pass => None,
        CheckVerdict::Fail => {
            let (failed, tried) = (judgement.failed, judgement.tried);
            let detail = text!("check-failed", failed = failed, tried = tried);
            Some(Failure::new(Operation::Wait, address, Kind::Unexpected, detail))
        }
        CheckVerdict::NoAnswer => {
            let failed = Failure::new(Operation::Wait, address, Kind::NoAnswer, text!("check-silent"));
            Some(match judgement.advice.contains(&Advice::NativeEndian) {
                true => failed.hint(text!("check-silent-turned")),
                false => failed.hint(text!("check-silent-hint")),
            })
        }
    }
}

async fn examine(plan: &CheckPlan, run: &RunState) -> Result<Judgement, Failure> {
    let approach = match &plan.tested {
        Tested::Server(target) => Approach::Dial(target.clone()),
        Tested::Device(address) => {
            let listener = Listener::bind(address, plan.family).await?;
            for addr in listener.shown() {
                run.tell(What::Listening { addr, target: None }).await;
            }
            Approach::Accept(Box::new(Mutex::new(Door::new(listener))))
        }
    };
    let conversation = Conversation::new(&plan.messages, &plan.conduct.framing).map_err(|error| {
        Failure::new(Operation::Prepare, plan.tested.address().to_string(), Kind::Framing, error.text())
    })?;
    let rig = Rig { run, plan, approach };
    let judgement = match learn(&rig, conversation).await? {
        Lesson::Learnt(learnt) => {
            prove(plan, run).await;
            Trials { rig: &rig, learnt: &learnt }.all().await?
        }
        Lesson::Silent => Judgement { advice: turned(&rig).await, ..nothing(CheckVerdict::NoAnswer) },
        Lesson::Unexpected { position, answer } => unexpected(&rig, position, answer).await,
    };
    tell(run, What::Judged(Box::new(judgement.clone()))).await;
    Ok(judgement)
}

/// Says whether pieces arrive apart here, where that can be told.
async fn prove(plan: &CheckPlan, run: &RunState) {
    if apart::is_near(plan.tested.address())
        && let Some(notice) = apart::apart(run, plan.gap, plan.timeout).await
    {
        run.tell(What::Notice(notice)).await;
    }
}

/// Says it even where nobody looks at single messages: it is what the run was for.
async fn tell(run: &RunState, what: What) {
    // A view that is gone has no use for it.
    let _ = run.events.send(vec![Event { at: run.clock.now(), conn: None, leg: None, what }]).await;
}

fn nothing(verdict: CheckVerdict) -> Judgement {
    Judgement { verdict, tried: 0, failed: 0, skipped: 0, smallest: None, advice: Vec::new() }
}

/// A receiver that is silent may read the length in the other byte order: then it answers when it is sent so.
async fn turned(rig: &Rig<'_>) -> Vec<Advice> {
    let turned = rig.plan.conduct.framing.turned().filter(|_| !rig.is_of_device());
    let conversation = turned.and_then(|framing| Conversation::new(&rig.plan.messages, &framing).ok());
    let Some(first) = conversation.as_ref().and_then(|conversation| conversation.frames().first()) else {
        return Vec::new();
    };
    match rig.clean(std::slice::from_ref(first)).await {
        Ok(Some(clean)) if clean.has_answers() => vec![Advice::NativeEndian],
        _ => Vec::new(),
    }
}

/// What came before any message was cut is not what was expected.
async fn unexpected(rig: &Rig<'_>, position: usize, answer: Vec<u8>) -> Judgement {
    let plan = rig.plan;
    let mut sent = Vec::new();
    if let Some(message) = plan.messages.get(position) {
        // It was framed before; and what cannot be would only not be shown.
        let _ = plan.conduct.framing.encode(message, &mut sent);
    }
    let expected = plan.expect.get(position).map_or("", |expect| &expect.text);
    let cut = TriedCut {
        family: CutFamily::Whole,
        number: 1,
        planned: 1,
        message: position + 1,
        offsets: Vec::new(),
        gap: plan.gap,
        connection: if position == 0 { CutConnection::Fresh } else { CutConnection::Same },
        writes: vec![sent.len()],
        sent: sent.into(),
        result: CutResult::Fail,
        expected: expected.as_bytes().into(),
        got: answer.into(),
        early: 0,
        hung_up: false,
    };
    rig.run.tell(What::Tried(Box::new(cut.clone()))).await;
    Judgement { tried: 1, failed: 1, smallest: Some(Box::new(cut)), ..nothing(CheckVerdict::Fail) }
}

/// All trials of a receiver that is known.
struct Trials<'a, 'b> {
    rig: &'a Rig<'b>,
    learnt: &'a Learnt,
}

impl Trials<'_, '_> {
    async fn all(&self) -> Result<Judgement, Failure> {
        let plan = self.rig.plan;
        let Learnt { conversation, yardstick, .. } = self.learnt;
        let families = if self.rig.is_of_device() { &OF_DEVICES[..] } else { &CutFamily::ALL[..] };
        let planned: Vec<Vec<Trial>> =
            families.iter().map(|family| trials(conversation, *family, plan.gap, plan.cuts)).collect();
        let all: usize = planned.iter().map(Vec::len).sum();
        let mut tried: Vec<TriedCut> = Vec::new();
        if self.rig.is_of_device() && conversation.memory() == Memory::Connection {
            self.rig.forget().await;
        }
        for family in &planned {
            let is_gone = self.family(family, all, &mut tried).await?.is_gone;
            // Nothing smaller fails than a message that nobody cut.
            let is_found =
                tried.iter().any(|cut| cut.family == CutFamily::Whole && cut.result == CutResult::Fail);
            if is_gone || is_found {
                break;
            }
        }
        let framing = &plan.conduct.framing;
        let receiver = Receiver { conversation, yardstick, framing, charset: plan.conduct.charset };
        Ok(judge(&receiver, &tried, (all - tried.len()) as u64))
    }

    /// Tries the cuts of a family in their order, some at once, until enough of them have failed.
    async fn family(
        &self,
        family: &[Trial],
        planned: usize,
        tried: &mut Vec<TriedCut>,
    ) -> Result<Left, Failure> {
        let Learnt { conversation, yardstick, quiet, at_once } = self.learnt;
        let measure = Measure { conversation, yardstick, quiet: *quiet };
        let attempts =
            family.iter().map(|trial| async move { (trial, self.rig.attempt(trial, measure).await) });
        let mut attempts = stream::iter(attempts).buffered(*at_once);
        let mut further = None;
        while let Some((trial, outcome)) = attempts.next().await {
            let outcome = outcome?;
            let is_gone = outcome.is_gone;
            if is_gone && self.rig.is_of_device() {
                // It was not sent anything that it could have failed at.
                return Ok(Left { is_gone });
            }
            let cut = self.cut(trial, outcome, tried.len() + 1, planned);
            let has_failed = cut.result == CutResult::Fail;
            self.rig.run.tell(What::Tried(Box::new(cut.clone()))).await;
            tried.push(cut.kept());
            if has_failed && further.is_none() {
                further = Some(CHECK_FURTHER + 1);
            }
            further = further.map(|left: usize| left - 1);
            if is_gone || further == Some(0) {
                return Ok(Left { is_gone });
            }
        }
        Ok(Left { is_gone: false })
    }

    fn cut(&self, trial: &Trial, outcome: TrialOutcome, number: usize, planned: usize) -> TriedCut {
        let Learnt { conversation, yardstick, .. } = self.learnt;
        let mut sent = conversation.joined(trial.messages.clone());
        sent.truncate(trial.len);
        let TrialOutcome { result, got, writes, early, hung_up, .. } = outcome;
        TriedCut {
            family: trial.family,
            number: number as u64,
            planned: planned as u64,
            message: trial.messages.start + 1,
            offsets: trial.cuts.clone(),
            gap: trial.gap,
            connection: trial.connection(),
            sent: sent.into(),
            writes,
            result,
            expected: yardstick.answers(&trial.judged()).into(),
            got: got.into(),
            early,
            hung_up,
        }
    }
}

/// What a family has left of a receiver.
#[derive(Clone, Copy)]
struct Left {
    is_gone: bool,
}
