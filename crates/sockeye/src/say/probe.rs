//! What `probe` says: how a target is, since when, why, and what to try.
//! Never shows a byte of a target but escaped.

use std::time::Duration;

use sockeye_core::{
    charset::{self, Charset},
    event::{
        Aftermath, Attempt, Diagnosis, GapCause, IcmpKind, LocalListener, LookedAt, ProbeCause, ProbeState,
        ProbeTotal, Probed,
    },
    rule::quantity::{brief_duration, human_size},
};
use sockeye_text::{Text, text};

use super::{safe, say, words};

/// How a target is.
#[must_use]
pub(crate) fn state(state: ProbeState) -> Text {
    match state {
        ProbeState::Open => text!("probe-state-open"),
        ProbeState::Refused => text!("probe-state-refused"),
        ProbeState::Timeout => text!("probe-state-timeout"),
        ProbeState::Unreachable => text!("probe-state-unreachable"),
        ProbeState::Prohibited => text!("probe-state-prohibited"),
        ProbeState::Unresolved => text!("probe-state-unresolved"),
        ProbeState::Reset => text!("probe-state-reset"),
        ProbeState::Local => text!("probe-state-local"),
        ProbeState::Answered => text!("probe-state-answered"),
        ProbeState::Closed => text!("probe-state-closed"),
        ProbeState::Silent => text!("probe-state-silent"),
        ProbeState::Unexpected => text!("probe-state-unexpected"),
    }
}

/// What an attempt found besides the state, in a few words; nothing where there is nothing.
#[must_use]
pub(crate) fn found(attempt: &Attempt, target: &str) -> String {
    let mut all = Vec::new();
    if let Some(time) = attempt.answer {
        all.push(say!("probe-answered-in", time = brief(time)));
    }
    if let Some(time) = attempt.connect {
        all.push(match (attempt.state, attempt.answer) {
            (ProbeState::Open, None) => brief(time),
            _ => say!("probe-connected-in", time = brief(time)),
        });
    }
    if let (Some(time), Some(_)) = (attempt.lookup, attempt.address) {
        all.push(say!("probe-resolved-in", time = brief(time)));
    }
    if let Some(Aftermath::Reset) = attempt.then {
        all.push(say!("probe-then-reset"));
    }
    if attempt.connect.is_none() && attempt.answer.is_none() {
        all.push(say!("probe-after", time = brief(attempt.took)));
    }
    match attempt.address {
        Some(address) if !target.ends_with(&address.to_string()) => {
            format!("{} ({address})", all.join(", "))
        }
        _ => all.join(", "),
    }
}

/// A duration that was measured: microseconds are told, and nothing below.
#[must_use]
pub(crate) fn brief(time: Duration) -> String {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    brief_duration(Duration::from_micros(micros.max(1)))
}

/// That a target has turned, or is down in another way; nothing where neither is so.
#[must_use]
pub(crate) fn change(probed: &Probed, since: &str) -> Option<String> {
    let change = probed.change?;
    let (target, now) = (safe(&probed.target), probed.attempt.state);
    let lasted = brief_duration(change.lasted);
    Some(match (change.was.is_up(), now.is_up()) {
        (true, false) => {
            say!("probe-down-since", target = target, state = state(now), since = since, lasted = lasted)
        }
        (false, true) => say!("probe-up-since", target = target, since = since, lasted = lasted),
        _ => say!("probe-otherwise", target = target, state = state(now), was = state(change.was)),
    })
}

/// Why, and what to try: a line each.
#[must_use]
pub(crate) fn diagnosis(found: &Diagnosis) -> Vec<String> {
    vec![say!("probe-why", why = cause(found)), say!("try", hint = advice(found.cause))]
}

/// Why an attempt went as it did.
#[must_use]
pub(crate) fn cause(found: &Diagnosis) -> Text {
    let detail = || found.detail.as_ref().map_or_else(String::new, |detail| safe(&words(detail)));
    let source = || found.source.map_or_else(|| "?".to_owned(), |source| source.to_string());
    let listeners = || listeners(&found.listeners);
    let icmp = |key: fn(String, Text) -> Text| {
        found.icmp.map(|icmp| key(icmp.from.to_string(), icmp_words(icmp.kind)))
    };
    match found.cause {
        ProbeCause::NobodyListensHere if found.listeners.is_empty() => text!("cause-nobody-listens-here"),
        ProbeCause::NobodyListensHere => text!("cause-nobody-listens-here-but", listeners = listeners()),
        ProbeCause::ListensElsewhere => text!("cause-listens-elsewhere", listeners = listeners()),
        ProbeCause::NobodyListens => text!("cause-nobody-listens"),
        ProbeCause::FirewallRejects => {
            icmp(|from, kind| text!("cause-firewall-rejects", from = from, kind = kind))
                .unwrap_or_else(|| text!("cause-nobody-listens"))
        }
        ProbeCause::NoUnixSocket => text!("cause-no-unix-socket"),
        ProbeCause::UnixAbandoned => text!("cause-unix-abandoned"),
        ProbeCause::UnixForbidden => text!("cause-unix-forbidden"),
        ProbeCause::SelfConnected => text!("cause-self-connected"),
        ProbeCause::NoReply => text!("cause-no-reply", source = source()),
        ProbeCause::PortDropped => text!("cause-port-dropped", looked = looked(&found.looked)),
        ProbeCause::HostSilent => text!("cause-host-silent", looked = looked(&found.looked)),
        ProbeCause::NetworkSilent => text!("cause-network-silent", source = source()),
        ProbeCause::BacklogFull if found.listeners.is_empty() => text!("cause-backlog-full-unnamed"),
        ProbeCause::BacklogFull => text!("cause-backlog-full", listeners = listeners()),
        ProbeCause::NoNeighbour => text!("cause-no-neighbour", source = source()),
        ProbeCause::NoWay => icmp(|from, kind| text!("cause-no-way", from = from, kind = kind))
            .unwrap_or_else(|| text!("cause-no-way-unsaid", detail = detail())),
        ProbeCause::Forbidden => icmp(|from, kind| text!("cause-forbidden", from = from, kind = kind))
            .unwrap_or_else(|| text!("cause-forbidden-unsaid", detail = detail())),
        ProbeCause::NoSuchName => text!("cause-no-such-name", detail = detail()),
        ProbeCause::ResolverFailed => text!("cause-resolver-failed", detail = detail()),
        _ => cause_of_talk(found),
    }
}

fn cause_of_talk(found: &Diagnosis) -> Text {
    let detail = || found.detail.as_ref().map_or_else(String::new, |detail| safe(&words(detail)));
    let got = || charset::visible_bytes(&found.got, Charset::utf8());
    match found.cause {
        ProbeCause::ThrownOut => text!("cause-thrown-out"),
        ProbeCause::HungUp => text!("cause-hung-up"),
        ProbeCause::EndedSilently => text!("cause-ended-silently"),
        ProbeCause::ProgramSilent if found.listeners.is_empty() => text!("cause-program-silent"),
        ProbeCause::ProgramSilent => {
            text!("cause-program-silent-here", listeners = listeners(&found.listeners))
        }
        ProbeCause::SpeaksTls => text!("cause-speaks-tls"),
        ProbeCause::OtherAnswer => text!("cause-other-answer", got = got()),
        ProbeCause::NotFramed => text!("cause-not-framed", got = got()),
        ProbeCause::ChecksumBad => text!("cause-checksum-bad", got = got()),
        ProbeCause::NoRoute => text!("cause-no-route"),
        ProbeCause::NoPorts => text!("cause-no-ports"),
        ProbeCause::TooManyFiles => text!("cause-too-many-files"),
        ProbeCause::NotPermitted => text!("cause-not-permitted"),
        ProbeCause::NoSuchSource => text!("cause-no-such-source", detail = detail()),
        ProbeCause::PortUnreachable => match found.icmp {
            Some(icmp) => text!("cause-port-unreachable", from = icmp.from.to_string()),
            None => text!("cause-port-unreachable-unsaid"),
        },
        ProbeCause::DatagramSilent => text!("cause-datagram-silent"),
        _ => text!("cause-own-failure", detail = detail()),
    }
}

/// What to try.
#[must_use]
pub(crate) fn advice(cause: ProbeCause) -> Text {
    match cause {
        ProbeCause::NobodyListensHere => text!("try-start-server"),
        ProbeCause::ListensElsewhere => text!("try-listen-everywhere"),
        ProbeCause::NobodyListens => text!("try-server-and-port"),
        ProbeCause::FirewallRejects | ProbeCause::Forbidden => text!("try-ask-firewall"),
        ProbeCause::NoUnixSocket | ProbeCause::UnixAbandoned => text!("try-unix-server"),
        ProbeCause::UnixForbidden => text!("try-unix-rights"),
        ProbeCause::SelfConnected => text!("try-port-outside"),
        ProbeCause::NoReply => text!("try-look"),
        ProbeCause::PortDropped => text!("try-port-firewall"),
        ProbeCause::HostSilent => text!("try-host"),
        ProbeCause::NetworkSilent | ProbeCause::NoWay => text!("try-way"),
        ProbeCause::BacklogFull => text!("try-accept"),
        ProbeCause::NoNeighbour => text!("try-neighbour"),
        ProbeCause::ThrownOut => text!("try-thrown-out"),
        ProbeCause::HungUp | ProbeCause::EndedSilently => text!("try-server-log"),
        ProbeCause::ProgramSilent => text!("try-program"),
        ProbeCause::SpeaksTls => text!("try-tls"),
        ProbeCause::OtherAnswer => text!("try-expect"),
        ProbeCause::NotFramed | ProbeCause::ChecksumBad => text!("try-framing"),
        ProbeCause::NoSuchName => text!("name-hint"),
        ProbeCause::ResolverFailed => text!("try-resolver"),
        ProbeCause::NoRoute => text!("unreachable-hint"),
        ProbeCause::NoPorts => text!("no-port-left"),
        ProbeCause::TooManyFiles => text!("try-descriptors"),
        ProbeCause::NotPermitted => text!("try-own-firewall"),
        ProbeCause::NoSuchSource => text!("try-source"),
        ProbeCause::OwnFailure => text!("try-own"),
        ProbeCause::PortUnreachable => text!("try-start-server"),
        ProbeCause::DatagramSilent => text!("try-datagram"),
    }
}

/// What an ICMP message says.
#[must_use]
pub(crate) fn icmp_words(kind: IcmpKind) -> Text {
    match kind {
        IcmpKind::NetUnreachable => text!("icmp-net-unreachable"),
        IcmpKind::HostUnreachable => text!("icmp-host-unreachable"),
        IcmpKind::ProtocolUnreachable => text!("icmp-protocol-unreachable"),
        IcmpKind::PortUnreachable => text!("icmp-port-unreachable"),
        IcmpKind::NetProhibited => text!("icmp-net-prohibited"),
        IcmpKind::HostProhibited => text!("icmp-host-prohibited"),
        IcmpKind::AdminProhibited => text!("icmp-admin-prohibited"),
        IcmpKind::NoRoute => text!("icmp-no-route"),
        IcmpKind::AddressUnreachable => text!("icmp-address-unreachable"),
        IcmpKind::PolicyFailed => text!("icmp-policy-failed"),
        IcmpKind::RejectRoute => text!("icmp-reject-route"),
        IcmpKind::TimeExceeded => text!("icmp-time-exceeded"),
        IcmpKind::Other => text!("icmp-other"),
    }
}

/// Who listens, and where.
fn listeners(all: &[LocalListener]) -> String {
    let one = |listener: &LocalListener| match &listener.holder {
        Some((name, pid)) => format!("{} ({}, {pid})", listener.address, safe(name)),
        None => listener.address.to_string(),
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Which other doors answered, and how.
fn looked(all: &[LookedAt]) -> String {
    let answers = |door: &&LookedAt| !matches!(door.state, ProbeState::Timeout | ProbeState::Local);
    let one = |door: &LookedAt| format!("{} {}", door.address, words(&state(door.state)));
    all.iter().filter(answers).map(one).collect::<Vec<_>>().join(", ")
}

/// What all attempts at a target came to, in a line; `since` is when it went down, if it is.
#[must_use]
pub(crate) fn total(total: &ProbeTotal, since: Option<&str>) -> String {
    let ProbeTotal { target, sent, up, down, local, min, p50, p99, max, jitter, .. } = total;
    let percent = format!("{:.1}", total.loss() * 100.0);
    let loss = percent.strip_suffix(".0").unwrap_or(&percent);
    let mut line =
        say!("probe-total", target = safe(target), sent = *sent, up = *up, down = *down, loss = loss);
    if *local > 0 {
        line = say!("probe-total-local", line = line, count = *local);
    }
    if let (Some(min), Some(p50), Some(p99), Some(max)) = (min, p50, p99, max) {
        let (min, p50, p99, max) = (brief(*min), brief(*p50), brief(*p99), brief(*max));
        line = say!("probe-total-times", line = line, min = min, p50 = p50, p99 = p99, max = max);
    }
    if let Some(jitter) = jitter {
        line = say!("probe-total-jitter", line = line, jitter = brief(*jitter));
    }
    // What was down all the time had no outage of its own.
    if !total.longest_outage.is_zero() && *up > 0 {
        line = say!("probe-total-outage", line = line, time = brief_duration(total.longest_outage));
    }
    match since {
        Some(since) => say!("probe-total-down", line = line, since = since),
        None => line,
    }
}

/// The heads of the table's columns: state, last, p50, p99, loss, since, target.
#[must_use]
pub(crate) fn columns() -> [String; 7] {
    [
        say!("probe-column-state"),
        say!("probe-column-last"),
        "p50".to_owned(),
        "p99".to_owned(),
        say!("probe-column-loss"),
        say!("probe-column-since"),
        say!("probe-column-target"),
    ]
}

/// What the table has no room for.
#[must_use]
pub(crate) fn more(up: usize, down: usize) -> String {
    say!("probe-more", count = up + down, up = up, down = down)
}

/// Nothing was done for so long.
#[must_use]
pub(crate) fn gap(nanos: u64, why: GapCause) -> String {
    let time = super::lasted(nanos);
    match why {
        GapCause::Suspended => say!("gap-suspended", time = time),
        GapCause::Stopped => say!("gap-stopped", time = time),
    }
}

/// The clock on the wall was set.
#[must_use]
pub(crate) fn clock_set(millis: i64) -> String {
    let time = brief_duration(Duration::from_millis(millis.unsigned_abs()));
    match millis < 0 {
        true => say!("clock-set-back", time = time),
        false => say!("clock-set-forward", time = time),
    }
}

/// More targets than `probe` takes.
#[must_use]
pub(crate) fn too_many_targets(most: usize) -> String {
    say!("probe-too-many-targets", most = most)
}

/// No target at all: only files without any.
#[must_use]
pub(crate) fn no_targets() -> String {
    say!("probe-no-targets")
}

/// A line of a file is no target.
#[must_use]
pub(crate) fn in_file(file: &str, line: usize, why: &str) -> String {
    format!("{}:{line}: {why}", safe(file))
}

/// A file of targets that is too long.
#[must_use]
pub(crate) fn long_target_file(file: &str, most: usize) -> String {
    say!("probe-long-file", file = safe(file), size = human_size(most as u64))
}

/// A file of targets that is no text.
#[must_use]
pub(crate) fn target_file_is_no_text(file: &str) -> String {
    say!("probe-file-no-text", file = safe(file))
}

/// An interval of nothing.
#[must_use]
pub(crate) fn no_interval() -> String {
    say!("probe-no-interval")
}

/// A quote of `--on-change` that is not closed.
#[must_use]
pub(crate) fn open_quote(quote: char) -> String {
    say!("hook-open-quote", quote = quote.to_string())
}

/// A backslash of `--on-change` with nothing behind it.
#[must_use]
pub(crate) fn open_backslash() -> String {
    say!("hook-open-backslash")
}

/// An `--on-change` without a program.
#[must_use]
pub(crate) fn no_program() -> String {
    say!("hook-no-program")
}
