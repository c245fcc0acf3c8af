//! What ends of attempts say of targets, why, and what many attempts come to.
#![allow(clippy::unwrap_used)] // the functions here are tests' too

use std::time::Duration;

use proptest::prelude::*;
use sockeye_core::{
    event::{Attempt, Change, IcmpKind, IcmpReport, LookedAt, ProbeCause, ProbeState},
    unit::{At, Medium},
};
use sockeye_study::probe::{
    Asks, Neighbour, ProbeEnd, ProbeMishap, ProbeStep, RawIcmp, Resolver, Surroundings, TargetRecord,
    Whereabouts, WrongAnswer, diagnose, state, telling,
};

fn attempt(state: ProbeState) -> Attempt {
    let connect = state.is_up().then(|| Duration::from_micros(100));
    let took = Duration::from_micros(150);
    Attempt { state, address: None, lookup: None, connect, answer: None, took, then: None }
}

fn second(number: u64) -> At {
    At(Duration::from_secs(number))
}

#[test]
fn ends_are_told_apart() {
    use Medium::{Datagram, Stream};
    use ProbeEnd::{Ended, Failed, Met, SelfConnected, TimedOut, Unresolved, Wrong};
    use ProbeMishap as M;
    use ProbeStep::{Answer, Handshake, Lookup, Prepare};
    for (end, icmp, medium, wanted) in [
        (Met, None, Stream, ProbeState::Open),
        (Met, None, Datagram, ProbeState::Answered),
        (SelfConnected, None, Stream, ProbeState::Refused),
        (SelfConnected, None, Datagram, ProbeState::Closed),
        (Failed(Handshake, M::Refused), None, Stream, ProbeState::Refused),
        (Failed(Handshake, M::Refused), Some(IcmpKind::PortUnreachable), Datagram, ProbeState::Closed),
        (Failed(Handshake, M::Unreachable), Some(IcmpKind::AdminProhibited), Stream, ProbeState::Prohibited),
        (Failed(Handshake, M::Unreachable), Some(IcmpKind::HostUnreachable), Stream, ProbeState::Unreachable),
        (Failed(Handshake, M::Unreachable), None, Stream, ProbeState::Unreachable),
        (Failed(Handshake, M::TimedOut), None, Stream, ProbeState::Timeout),
        (TimedOut(Handshake), None, Stream, ProbeState::Timeout),
        (TimedOut(Answer), None, Stream, ProbeState::Silent),
        (TimedOut(Answer), None, Datagram, ProbeState::Silent),
        (TimedOut(Lookup), None, Stream, ProbeState::Unresolved),
        (Ended, None, Stream, ProbeState::Silent),
        (Wrong(WrongAnswer::Tls), None, Stream, ProbeState::Unexpected),
        (Failed(Answer, M::Reset), None, Stream, ProbeState::Reset),
        (Unresolved { answer: Resolver::Denies }, None, Stream, ProbeState::Unresolved),
        // Its own doing is never the target's.
        (Failed(Prepare, M::Unreachable), None, Stream, ProbeState::Local),
        (Failed(Prepare, M::Forbidden), None, Datagram, ProbeState::Local),
        (Failed(Prepare, M::NoPort), None, Stream, ProbeState::Local),
        (Failed(Prepare, M::Exhausted), None, Stream, ProbeState::Local),
        (Failed(Prepare, M::Refused), None, Stream, ProbeState::Refused),
    ] {
        assert_eq!(state(end, icmp, medium), wanted, "{end:?} {icmp:?} {medium:?}");
    }
}

#[test]
fn silence_has_as_many_causes_as_there_are_facts() {
    let at = |text: &str| text.parse().ok();
    let door = |text: &str, state| LookedAt { address: text.parse().unwrap(), state };
    let cause = |around| diagnose(ProbeEnd::TimedOut(ProbeStep::Handshake), Medium::Stream, around).cause;
    let plain = || Surroundings { address: at("10.0.0.7:80"), ..Surroundings::default() };
    assert_eq!(cause(plain()), ProbeCause::NoReply);
    assert_eq!(cause(Surroundings { neighbour: Neighbour::Silent, ..plain() }), ProbeCause::NoNeighbour);
    let full = Surroundings { here: Whereabouts::Here, waiting: 1, ..plain() };
    assert_eq!(cause(full), ProbeCause::BacklogFull);
    let timeout = ProbeState::Timeout;
    for (same, other, wanted) in [
        (ProbeState::Refused, timeout, ProbeCause::PortDropped),
        (timeout, ProbeState::Open, ProbeCause::HostSilent),
        (timeout, timeout, ProbeCause::NetworkSilent),
    ] {
        let looked = vec![door("10.0.0.7:22", same), door("10.0.0.6:80", other)];
        assert_eq!(cause(Surroundings { looked, ..plain() }), wanted);
    }
}

#[test]
fn who_says_no_is_told_from_a_neighbour_that_is_not_there() {
    let raw = |from: &str, kind, code| RawIcmp { from: from.parse().unwrap(), kind, code }.report();
    let of = |icmp: IcmpReport| {
        let around = Surroundings {
            address: "10.0.0.7:80".parse().ok(),
            source: "10.0.0.1".parse().ok(),
            icmp: Some(icmp),
            ..Surroundings::default()
        };
        let end = ProbeEnd::Failed(ProbeStep::Handshake, ProbeMishap::Unreachable);
        diagnose(end, Medium::Stream, around).cause
    };
    assert_eq!(of(raw("10.0.0.1", 3, 1)), ProbeCause::NoNeighbour);
    assert_eq!(of(raw("10.0.0.9", 3, 1)), ProbeCause::NoWay);
    assert_eq!(of(raw("10.0.0.9", 3, 13)), ProbeCause::Forbidden);
    assert_eq!(of(raw("10.0.0.9", 3, 3)), ProbeCause::FirewallRejects);
    assert_eq!(of(raw("fd00::1", 1, 4)), ProbeCause::FirewallRejects);
    assert_eq!(of(raw("fd00::1", 1, 1)), ProbeCause::Forbidden);
    assert_eq!(of(raw("fd00::1", 3, 0)), ProbeCause::NoWay);
}

#[test]
fn an_outage_lasts_from_its_first_failure_to_the_first_success() {
    use ProbeState::{Local, Open, Refused, Timeout};
    let mut record = TargetRecord::default();
    let mut take = |state, at| record.take(&attempt(state), second(at));
    assert_eq!(take(Open, 0).change, None);
    let down = take(Refused, 10);
    assert_eq!(down.change, Some(Change { was: Open, lasted: Duration::from_secs(10) }));
    assert_eq!((down.since, down.is_news), (second(10), Asks::Why));
    assert_eq!(take(Refused, 11).is_news, Asks::Nothing);
    // In another way, and since when it was down stays.
    let other = take(Timeout, 12);
    assert_eq!(other.change, Some(Change { was: Refused, lasted: Duration::from_secs(2) }));
    assert_eq!((other.since, other.is_news), (second(10), Asks::Why));
    // What could not be tried changes nothing.
    let local = take(Local, 13);
    assert_eq!((local.change, local.since, local.is_news), (None, second(10), Asks::Why));
    let up = take(Open, 15);
    assert_eq!(up.change, Some(Change { was: Timeout, lasted: Duration::from_secs(5) }));
    let total = record.total("x".into(), 0, second(20));
    assert_eq!((total.sent, total.up, total.down, total.local, total.run), (6, 2, 3, 1, 1));
    assert_eq!((total.longest_outage, total.down_since), (Duration::from_secs(5), None));
    assert!((total.loss() - 0.6).abs() < 1e-9);
}

fn states() -> impl Strategy<Value = Vec<ProbeState>> {
    prop::collection::vec(prop::sample::select(&ProbeState::ALL[..]), 0..60)
}

proptest! {
    #[test]
    fn totals_add_up(states in states()) {
        let mut record = TargetRecord::default();
        let (mut outage, mut longest) = (None, 0);
        for (number, one) in (0..).zip(&states) {
            let meaning = record.take(&attempt(*one), second(number));
            prop_assert_eq!(meaning.number, number + 1);
            match (one.is_down(), one.is_up(), outage) {
                (true, _, None) => outage = Some(number),
                (_, true, Some(began)) => {
                    longest = longest.max(number - began);
                    outage = None;
                }
                _ => {}
            }
        }
        let end = states.len() as u64;
        let longest = longest.max(outage.map_or(0, |began| end - began));
        let total = record.total("x".into(), 0, second(end));
        prop_assert_eq!(total.sent, end);
        prop_assert_eq!(total.up + total.down + total.local, end);
        prop_assert_eq!(total.state, states.last().copied());
        prop_assert_eq!(total.longest_outage, Duration::from_secs(longest));
        prop_assert_eq!(total.down_since, outage.map(second));
        prop_assert!((0.0..=1.0).contains(&total.loss()));
    }

    #[test]
    fn any_facts_have_a_cause(
        mishap in prop::sample::select(vec![
            ProbeMishap::Refused, ProbeMishap::Reset, ProbeMishap::TimedOut, ProbeMishap::Unreachable,
            ProbeMishap::Forbidden, ProbeMishap::Absent, ProbeMishap::NoPort, ProbeMishap::NoSource,
            ProbeMishap::Exhausted, ProbeMishap::Other,
        ]),
        step in prop::sample::select(vec![
            ProbeStep::Lookup, ProbeStep::Prepare, ProbeStep::Handshake, ProbeStep::Answer,
        ]),
        medium in prop::sample::select(vec![Medium::Stream, Medium::Datagram]),
        icmp in any::<Option<([u8; 4], u8, u8)>>(),
    ) {
        let icmp = icmp.map(|(from, kind, code)| RawIcmp { from: from.into(), kind, code }.report());
        let end = ProbeEnd::Failed(step, mishap);
        let found = state(end, icmp.map(|icmp| icmp.kind), medium);
        prop_assert!(telling(found) > 0, "a failure is never up");
        let around = Surroundings { address: "10.0.0.7:80".parse().ok(), icmp, ..Surroundings::default() };
        let cause = diagnose(end, medium, around).cause;
        prop_assert_eq!(found == ProbeState::Local && mishap == ProbeMishap::Exhausted, cause == ProbeCause::TooManyFiles);
    }
}
