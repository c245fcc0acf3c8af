//! What a job came to: its exit code, and the failure that it amounts to.

use sockeye_core::{
    address::Address,
    behaviour::{Payload, Verdict},
    event::{Ending, Failure, Kind, Operation, Summary},
    plan::{Clients, ConnectPlan, ListenPlan},
};
use sockeye_net::{Clock, Drained, Report};

use super::job::Plan;
use crate::{
    failure,
    say::{self, Question},
    ui::shutdown::Shutdown,
};

/// What a run amounts to.
pub(super) struct JobOutcome {
    /// The failure that ends it, unless that was told already.
    pub(super) failed: Option<Failure>,
    pub(super) code: u8,
    pub(super) summary: Summary,
}

pub(super) fn end(
    result: Result<Report, Failure>,
    plan: &Plan,
    clock: &Clock,
    shutdown: &Shutdown,
) -> JobOutcome {
    let report = match result {
        Ok(report) => report,
        Err(failed) => {
            let lasted = u64::try_from(clock.now().0.as_nanos()).unwrap_or(u64::MAX);
            let summary = Summary { lasted, ..Summary::default() };
            return JobOutcome { code: failure::code(&failed), failed: Some(failed), summary };
        }
    };
    let summary = report.summary.clone();
    // A conversation that has ended by itself is no work undone, whatever signal comes a moment later.
    let ended_itself = report.ending.is_some_and(|ending| ending != Ending::Stopped);
    let failed = match plan {
        Plan::Listen(plan) => report.failure.clone().or_else(|| of_first(&report, plan)),
        Plan::Serve(_) | Plan::Get(_) | Plan::Relay(_) | Plan::Check(_) | Plan::Probe(_) | Plan::Bench(_) => {
            report.failure.clone()
        }
        // Whatever came after it: what was to come has come.
        Plan::Connect(plan) if plan.script.expect.is_some() && report.verdict == Verdict::Met => None,
        // Who stops it does not wait for answers any more.
        Plan::Connect(_) if shutdown.stop.is_cancelled() && !ended_itself => report.failure.clone(),
        Plan::Connect(plan) => report.failure.clone().or_else(|| of_verdict(&report, plan)),
    };
    let code = match (shutdown.signal(), plan, &failed) {
        // Who comes back for ever is only ever stopped, as a listener is.
        (Some(_), Plan::Connect(plan), None)
            if !ended_itself && goes_on(plan) && report.summary.accepted > 0 =>
        {
            failure::SUCCESS
        }
        (Some(signal), Plan::Connect(_), _) if !ended_itself => failure::code_of(signal),
        (Some(signal), Plan::Check(_), _) if !ended_itself => failure::code_of(signal),
        // Only what was to end by itself is cut short by a signal.
        (Some(signal), Plan::Probe(plan), _)
            if !ended_itself && (plan.count.is_some() || plan.duration.is_some()) =>
        {
            failure::code_of(signal)
        }
        // A load that was stopped is a shorter one, unless it had not begun.
        (Some(signal), Plan::Bench(_), None) if report.summary.accepted == 0 => failure::code_of(signal),
        (Some(signal), Plan::Get(_), _) => failure::code_of(signal),
        // The one conversation it was for has not come to its end.
        (Some(signal), Plan::Listen(plan), _)
            if plan.clients == Clients::First && report.ending.is_none() =>
        {
            failure::code_of(signal)
        }
        // Work left undone; a listener that has drained is done.
        (Some(signal), Plan::Listen(_) | Plan::Serve(_) | Plan::Relay(_), _)
            if report.drained == Drained::Part =>
        {
            failure::code_of(signal)
        }
        (_, _, Some(failed)) => failure::code(failed),
        // The conversation has told why.
        (_, Plan::Connect(_) | Plan::Listen(_), None) if report.ending == Some(Ending::Refused) => {
            failure::RECEIVE
        }
        _ => failure::SUCCESS,
    };
    JobOutcome { failed, code, summary }
}

/// Whether a plan has no end but a stop.
fn goes_on(plan: &ConnectPlan) -> bool {
    plan.device.reconnect.is_some() && plan.script.is_endless()
}

/// The failure that the one conversation of `listen --once` amounts to, if it did not end in order.
fn of_first(report: &Report, plan: &ListenPlan) -> Option<Failure> {
    let unsent = report.summary.totals.unsent;
    let (operation, kind, detail) = match report.ending? {
        Ending::PeerReset => (Operation::Receive, Kind::Reset, say::peer_reset()),
        Ending::TooSlow => (Operation::Send, Kind::Timeout, say::unsent(unsent)),
        Ending::PeerClosed | Ending::Idle if unsent > 0 => {
            (Operation::Send, Kind::Broken, say::unsent(unsent))
        }
        _ => return None,
    };
    Some(Failure::new(operation, plan.address.to_string(), kind, detail))
}

/// The failure that a run with no failure of its own amounts to, if what it was for was not reached.
fn of_verdict(report: &Report, plan: &ConnectPlan) -> Option<Failure> {
    let came = &report.summary.totals;
    let (operation, kind, detail) = match (&report.verdict, report.ending) {
        (Verdict::Met | Verdict::Open, ending) if ending != Some(Ending::PeerReset) => return None,
        (Verdict::Met, _) | (_, Some(Ending::Refused)) => return None,
        (Verdict::CutShort { rounds, of }, ending) => {
            let kind = if ending == Some(Ending::PeerReset) { Kind::Reset } else { Kind::Broken };
            (Operation::Receive, kind, say::cut_short(*rounds, *of))
        }
        (Verdict::HalfSaid { said, of, gave_up: true }, _) => {
            (Operation::Wait, Kind::NoAnswer, say::unanswered(*said, *of))
        }
        (Verdict::HalfSaid { said, of, .. }, ending) if ending != Some(Ending::PeerReset) => {
            (Operation::Receive, Kind::Broken, say::half_said(*said, *of))
        }
        (_, Some(Ending::PeerReset)) => (Operation::Receive, Kind::Reset, say::peer_reset()),
        (Verdict::Unmet { last }, _) if came.bytes_in > 0 || came.messages_in > 0 => {
            let expected = plan.script.expect.as_ref().map_or("", |expect| &expect.text);
            let instead = match last.as_slice() {
                [] if came.bad_checksums > 0 => say::damaged(&plan.conduct.framing),
                [] if came.bytes_in == 0 => say::empty(),
                [] => say::no_answer(came.bytes_in, &plan.conduct.framing),
                last => say::came_instead(last, plan.conduct.charset),
            };
            (Operation::Wait, Kind::Unexpected, say::unmet(expected, instead))
        }
        _ if came.bad_checksums > 0 => {
            (Operation::Receive, Kind::Broken, say::damaged(&plan.conduct.framing))
        }
        _ => (Operation::Wait, Kind::NoAnswer, say::no_answer(came.bytes_in, &plan.conduct.framing)),
    };
    let failed = Failure::new(operation, plan.target.to_string(), kind, detail);
    Some(match (kind, came.bytes_in) {
        _ if matches!(report.verdict, Verdict::HalfSaid { .. }) => failed,
        (Kind::NoAnswer, 1..) => failed.hint(say::other_framing()),
        (Kind::NoAnswer, 0) => failed.hint(say::no_answer_hint(question(report, plan), report.ending)),
        _ => failed,
    })
}

/// What was said to a peer that has not answered.
fn question(report: &Report, plan: &ConnectPlan) -> Question {
    let said = |fits: &dyn Fn(&[u8]) -> bool| {
        plan.script.payloads.iter().any(|payload| matches!(payload, Payload::Bytes(bytes) if fits(bytes)))
    };
    let looks_escaped =
        |bytes: &[u8]| bytes.windows(2).any(|two| matches!(two, [b'\\', b'r' | b'n' | b't' | b'x' | b'0']));
    match &plan.target {
        _ if report.summary.totals.bytes_out == 0 => Question::None,
        Address::Udp { .. } => Question::Datagram,
        _ if said(&looks_escaped) => Question::Backslashes,
        _ if !plan.conduct.framing.is_raw() => Question::Framed,
        _ if said(&|bytes| bytes.ends_with(b"\n") || bytes.ends_with(b"\r")) => Question::Line,
        _ => Question::Bare,
    }
}

#[cfg(test)]
mod tests {
    use sockeye_sys::StopSignal;

    use super::*;
    use crate::ui::shutdown::Cause;

    fn plan() -> ConnectPlan {
        match crate::cli::read(["sockeye", "connect", "x:1", "--send", "a"].map(Into::into)) {
            Ok(crate::cli::Task::Run(mut jobs)) => match jobs.remove(0).plan {
                Plan::Connect(plan) => plan,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn code_when_stopped(ending: Ending, verdict: Verdict) -> u8 {
        let summary = Summary::default();
        let report = Report { summary, verdict, ending: Some(ending), failure: None, drained: Drained::All };
        let shutdown = Shutdown::default();
        shutdown.pull(Cause::Signal(StopSignal::Terminate));
        end(Ok(report), &Plan::Connect(plan()), &Clock::start(), &shutdown).code
    }

    #[test]
    fn a_signal_is_the_end_of_what_had_not_ended_itself() {
        assert_eq!(code_when_stopped(Ending::Stopped, Verdict::NoAnswer), 143);
        assert_eq!(code_when_stopped(Ending::PeerClosed, Verdict::Met), 0);
        assert_eq!(code_when_stopped(Ending::Closed, Verdict::NoAnswer), 28);
        assert_eq!(code_when_stopped(Ending::PeerReset, Verdict::Open), 56);
    }

    #[test]
    fn what_was_met_is_no_failure() {
        let of = |verdict, ending, bad_checksums| {
            let mut summary = Summary::default();
            summary.totals.bytes_in = bad_checksums * 4;
            summary.totals.bad_checksums = bad_checksums;
            let report =
                Report { summary, verdict, ending: Some(ending), failure: None, drained: Drained::All };
            of_verdict(&report, &plan()).map(|failed| failure::code(&failed))
        };
        assert_eq!(of(Verdict::Open, Ending::PeerClosed, 0), None);
        assert_eq!(of(Verdict::Met, Ending::PeerReset, 0), None);
        assert_eq!(of(Verdict::Open, Ending::PeerReset, 0), Some(56));
        assert_eq!(of(Verdict::NoAnswer, Ending::Closed, 0), Some(28));
        assert_eq!(of(Verdict::NoAnswer, Ending::Closed, 1), Some(56));
        assert_eq!(of(Verdict::NoAnswer, Ending::Refused, 0), None);
        assert_eq!(of(Verdict::Unmet { last: Vec::new() }, Ending::PeerClosed, 0), Some(28));
        assert_eq!(of(Verdict::Unmet { last: Vec::new() }, Ending::PeerClosed, 1), Some(121));
    }
}
