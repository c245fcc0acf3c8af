//! What `bench` says: a second, a report, and what a load on other machines needs.
//! Never shows more than three digits of a time.

use std::net::SocketAddr;

use sockeye_core::{
    event::{
        Ending, Kind, LatencyBar, LatencyFigures, LoadMode, LoadProgress, LoadRatio, LoadReport, LoadResult,
        LoadTally,
    },
    rule::quantity::human_size,
};
use sockeye_text::{Text, text};

use super::{lasted, page::padded, safe, say, words};

/// The width of the longest bar.
const BAR: u64 = 40;
/// Heights of a bar in a line.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How many a second, where so many were in `nanos`.
#[must_use]
pub(crate) fn per_second(count: u64, nanos: u64) -> u64 {
    let rate = u128::from(count) * 1_000_000_000 / u128::from(nanos.max(1));
    u64::try_from(rate).unwrap_or(u64::MAX)
}

fn speed(bytes: u64, nanos: u64) -> String {
    format!("{}/s", human_size(per_second(bytes, nanos)))
}

/// One second, in a line.
#[must_use]
pub(crate) fn second(progress: &LoadProgress) -> String {
    let LoadProgress { since, lasted: took, tally, latency, open, is_warm_up, .. } = progress;
    let seconds = (since + took + 500_000_000) / 1_000_000_000;
    let time = padded(&format!("{seconds} s"), 6);
    let mut line = match (progress.mode, latency) {
        (LoadMode::Bulk, _) => say!(
            "bench-second-bytes",
            time = time,
            up = speed(tally.bytes_out, *took),
            down = speed(tally.bytes_in, *took),
            open = *open
        ),
        (_, Some(latency)) => say!(
            "bench-second",
            time = time,
            rate = padded(&per_second(tally.answered, *took).to_string(), 8),
            p50 = padded(&lasted(latency.p50), 7),
            p99 = padded(&lasted(latency.p99), 7),
            max = padded(&lasted(latency.max), 7),
            open = *open
        ),
        (_, None) => say!(
            "bench-second-silent",
            time = time,
            rate = padded(&per_second(tally.answered, *took).to_string(), 8),
            open = *open
        ),
    };
    let wrong = shortcomings(tally);
    if !wrong.is_empty() {
        line.push_str("  ");
        line.push_str(&wrong);
    }
    if *is_warm_up {
        line.push_str("  ");
        line.push_str(&say!("bench-warm-up"));
    }
    line.trim_end().to_owned()
}

/// Everything that was not as it should be, in a few words.
fn shortcomings(tally: &LoadTally) -> String {
    let all = [
        (tally.missing, "bench-missing"),
        (tally.errors, "bench-errors"),
        (tally.wrong, "bench-wrong-answers"),
        (tally.extra, "bench-extra"),
        (tally.late, "bench-late"),
        (tally.reordered, "bench-reordered"),
        (tally.unsent, "bench-unsent"),
    ];
    let told: Vec<String> = all
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, key)| words(&Text::of_key(key).with("count", count)))
        .collect();
    told.join(", ")
}

/// How times are distributed, in one line: the shortest, a bar each step, the longest.
#[must_use]
pub(crate) fn live(progress: &LoadProgress) -> Option<String> {
    let latency = progress.latency.as_ref()?;
    let most = progress.bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let bars: String = progress
        .bars
        .iter()
        .map(|bar| {
            let height = u128::from(bar.count) * 8 / u128::from(most);
            match (bar.count, usize::try_from(height).unwrap_or_default()) {
                (0, _) => ' ',
                (_, height) => HEIGHTS.get(height.saturating_sub(1)).copied().unwrap_or('█'),
            }
        })
        .collect();
    Some(format!("{} {bars} {}", lasted(latency.min), lasted(latency.max)))
}

/// What it came to.
#[must_use]
pub(crate) fn report(report: &LoadReport) -> Vec<String> {
    let mut lines = Vec::new();
    for target in &report.targets {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        of_target(target, report.mode, &mut lines);
    }
    if let Some(ratios) = &report.ratios {
        lines.push(String::new());
        lines.push(say!("bench-ratios", rounds = ratios.rounds));
        let all: [(fn() -> Text, _); 3] = [
            (|| text!("bench-ratio-rate"), ratios.rate),
            (|| Text::verbatim("p50"), ratios.p50),
            (|| Text::verbatim("p99"), ratios.p99),
        ];
        for (about, ratio) in all {
            if let Some(LoadRatio { value, spread }) = ratio {
                let about = about();
                let (value, spread) = (format!("{value:.3}"), format!("{spread:.3}"));
                lines.push(say!("bench-ratio", about = about, value = value, spread = spread));
            }
        }
    }
    lines.push(String::new());
    lines.push(system(report));
    lines
}

fn of_target(target: &LoadResult, mode: LoadMode, lines: &mut Vec<String>) {
    let LoadResult { addr, lasted: nanos, tally, latency, bars, connections, .. } = target;
    lines.push(say!("bench-target", addr = safe(addr), time = lasted(*nanos)));
    if mode == LoadMode::Bulk {
        let (up, down) = (speed(tally.bytes_out, *nanos), speed(tally.bytes_in, *nanos));
        lines.push(say!("bench-bytes", up = up, down = down));
    }
    if tally.sent > 0 {
        let rate = per_second(tally.answered, *nanos);
        let (sent, answered, missing, errors) = (tally.sent, tally.answered, tally.missing, tally.errors);
        lines.push(match mode {
            LoadMode::Bulk => say!(
                "bench-datagrams",
                rate = per_second(sent, *nanos),
                sent = sent,
                answered = answered,
                missing = missing
            ),
            LoadMode::Connect => say!(
                "bench-connects",
                rate = rate,
                sent = sent,
                answered = answered,
                missing = missing,
                errors = errors
            ),
            _ => say!(
                "bench-sums",
                rate = rate,
                sent = sent,
                answered = answered,
                missing = missing,
                errors = errors
            ),
        });
    }
    let rest = shortcomings(&LoadTally { missing: 0, errors: 0, ..*tally });
    if !rest.is_empty() {
        lines.push(format!("  {rest}"));
    }
    if let Some(latency) = latency {
        lines.push(figures("bench-latency", latency));
        histogram(bars, lines);
    }
    if tally.jitter > 0 {
        lines.push(say!("bench-jitter", time = lasted(tally.jitter)));
    }
    if let Some(took) = connections.took.as_ref().filter(|took| took.count > 0 && mode != LoadMode::Connect) {
        lines.push(figures("bench-connect-latency", took));
    }
    let (opened, lost) = (connections.opened, connections.lost);
    lines.push(say!("bench-connections", opened = opened, lost = lost));
    for (why, count) in &target.errors {
        lines.push(say!("bench-lost-by", count = *count, why = of_ending(*why)));
    }
    for (kind, count) in &connections.failed {
        lines.push(say!("bench-failed-by", count = *count, why = of_kind(*kind)));
    }
    if connections.exhausted > 0 {
        lines.push(say!("bench-exhausted-here", count = connections.exhausted));
    }
    if tally.delayed > 0 {
        lines.push(say!("bench-delayed", count = tally.delayed, time = lasted(tally.delay)));
    }
}

fn figures(key: &'static str, figures: &LatencyFigures) -> String {
    let LatencyFigures { min, p50, p90, p99, p999, max, .. } = *figures;
    let text = Text::of_key(key)
        .with("min", lasted(min))
        .with("p50", lasted(p50))
        .with("p90", lasted(p90))
        .with("p99", lasted(p99))
        .with("p999", lasted(p999))
        .with("max", lasted(max));
    words(&text)
}

fn histogram(bars: &[LatencyBar], lines: &mut Vec<String>) {
    let all: u64 = bars.iter().map(|bar| bar.count).sum();
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    for bar in bars {
        let upto = padded(&format!("≤ {}", lasted(bar.upto)), 9);
        let length = usize::try_from((bar.count * BAR).div_ceil(most)).unwrap_or_default();
        let share = u128::from(bar.count) * 10_000 / u128::from(all.max(1));
        let share = format!("{}.{:02}%", share / 100, share % 100);
        lines.push(format!("    {upto} {} {share}", padded(&"█".repeat(length), 40)).trim_end().to_owned());
    }
}

fn system(report: &LoadReport) -> String {
    let system = &report.system;
    let unknown = || say!("bench-unknown");
    let descriptors = system.descriptors.map_or_else(unknown, |number| number.to_string());
    let ports = system.ports.map_or_else(unknown, |(first, last)| format!("{first}-{last}"));
    let congestion = system.congestion.clone().unwrap_or_else(unknown);
    say!(
        "bench-system",
        descriptors = descriptors,
        ports = ports,
        congestion = safe(&congestion),
        seed = report.seed.to_string()
    )
}

fn of_ending(why: Ending) -> Text {
    match why {
        Ending::PeerClosed | Ending::Closed => text!("bench-end-closed"),
        Ending::PeerReset | Ending::Reset => text!("bench-end-reset"),
        Ending::Refused => text!("bench-end-framing"),
        Ending::TooSlow | Ending::Idle => text!("bench-end-slow"),
        Ending::Failed | Ending::Displaced | Ending::Stopped => text!("bench-end-failed"),
    }
}

fn of_kind(kind: Kind) -> Text {
    match kind {
        Kind::Refused => text!("bench-kind-refused"),
        Kind::Timeout => text!("bench-kind-timeout"),
        Kind::Unreachable => text!("bench-kind-unreachable"),
        Kind::Reset => text!("bench-end-reset"),
        _ => text!("bench-end-failed"),
    }
}

/// What the drawing of a report shows.
#[must_use]
pub(crate) fn curve_title() -> String {
    say!("bench-curve")
}

/// Whether other machines may be loaded, as a question.
#[must_use]
pub(crate) fn may_load(address: SocketAddr) -> String {
    say!("bench-may-load", addr = address.to_string())
}

/// Whoever was asked has not agreed.
#[must_use]
pub(crate) fn declined() -> Text {
    text!("bench-declined")
}

/// Nobody could be asked.
#[must_use]
pub(crate) fn nobody_agrees() -> Text {
    text!("bench-nobody-agrees")
}

/// What to do then.
#[must_use]
pub(crate) fn nobody_agrees_hint() -> Text {
    text!("bench-nobody-agrees-hint")
}

/// More connections than there may be.
#[must_use]
pub(crate) fn too_many(most: usize) -> String {
    say!("bench-too-many", most = most)
}

/// `--bulk` beside something to say.
#[must_use]
pub(crate) fn bulk_says_nothing() -> String {
    say!("bench-bulk-says-nothing")
}

/// `--bulk` beside a framing.
#[must_use]
pub(crate) fn bulk_is_raw() -> String {
    say!("bench-bulk-is-raw")
}

/// `--bulk down` of datagrams.
#[must_use]
pub(crate) fn nobody_begins() -> String {
    say!("bench-nobody-begins")
}

/// `--connect-rate` of datagrams.
#[must_use]
pub(crate) fn nothing_to_connect() -> String {
    say!("bench-nothing-to-connect")
}

/// A message of our own that is too long.
#[must_use]
pub(crate) fn too_long(most: usize) -> String {
    say!("bench-too-long", most = most)
}

/// A datagram that has no room for its number.
#[must_use]
pub(crate) fn too_short(least: usize) -> String {
    say!("bench-too-short", least = least)
}

/// A message without a byte, which no answer could be to.
#[must_use]
pub(crate) fn nothing_said() -> String {
    say!("bench-nothing-said")
}

/// A template that the framing writes into.
#[must_use]
pub(crate) fn changed_by_framing() -> String {
    say!("bench-changed-by-framing")
}

/// A rival that is reached by datagrams and its target is not, or the other way round.
#[must_use]
pub(crate) fn other_medium() -> String {
    say!("bench-other-medium")
}
