//! Metrics: what is known of targets as text that Prometheus reads, under blackbox_exporter's names where they mean the same.
//! Never asks anybody.

use std::{
    fmt::{self, Write as _},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, MetricEncoder, text},
    metrics::MetricType,
    registry::Registry,
};
use sockeye_core::{
    event::{Attempt, ProbeState},
    unit::{At, Wall},
};

use super::board::{BOUNDS, Sent, Series, TimeCounts};

/// How metrics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetricsFormat {
    /// OpenMetrics 1.0, which Prometheus prefers.
    OpenMetrics,
    /// Prometheus' text format 0.0.4, which all others read.
    Text,
}

impl MetricsFormat {
    /// The one that a client takes, by its `Accept` line.
    pub(super) fn accepted(accept: &str) -> Self {
        let takes = |offer: &str| {
            let mut parts = offer.split(';').map(str::trim);
            let is_ours =
                parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/openmetrics-text"));
            let (mut is_known, mut is_wanted) = (true, true);
            for part in parts {
                match part.split_once('=') {
                    Some((name, version)) if name.eq_ignore_ascii_case("version") => {
                        is_known = version.trim_matches('"') == "1.0.0";
                    }
                    Some((name, weight)) if name.eq_ignore_ascii_case("q") => {
                        is_wanted = weight.parse::<f64>().is_ok_and(|weight| weight > 0.0);
                    }
                    _ => {}
                }
            }
            is_ours && is_known && is_wanted
        };
        if accept.split(',').any(takes) { Self::OpenMetrics } else { Self::Text }
    }

    /// The name of the format, as HTTP knows it.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// What is known of a target.
#[derive(Clone, Debug)]
pub(super) struct TargetMetrics {
    /// What it is called: `HOST:PORT` of TCP, the whole address of others; none where whoever asked knows.
    pub(super) name: Option<Arc<str>>,
    /// When the last attempt was over.
    pub(super) at: At,
    /// Since when it is up, or is not.
    pub(super) since: At,
    /// What the last attempt found.
    pub(super) last: Attempt,
    /// What all of them came to.
    pub(super) series: Series,
}

/// Labels of a metric.
type Labels = Vec<(&'static str, String)>;
/// Labels that a metric has not.
type NoLabels = [(&'static str, &'static str); 0];
/// The name of a family of metrics, and what it is.
type About = (&'static str, &'static str);

/// Everything there is to write.
#[derive(Debug)]
pub(super) struct Exposition {
    /// The targets.
    pub(super) targets: Vec<TargetMetrics>,
    /// What is told of the run besides them.
    pub(super) run: Option<RunMetrics>,
}

/// What is told of a run besides its targets.
#[derive(Debug)]
pub(super) struct RunMetrics {
    /// The time of day.
    pub(super) wall: Wall,
    /// Results that were not counted.
    pub(super) missed: u64,
    /// What became of values for a Zabbix server, if there is one.
    pub(super) sent: Option<Sent>,
}

impl Exposition {
    /// The text.
    pub(super) fn write(self, format: MetricsFormat) -> String {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut out = String::new();
        // Writing into memory does not fail.
        let _ = text::encode(&mut out, &registry);
        match format {
            MetricsFormat::OpenMetrics => out,
            MetricsFormat::Text => older(&out),
        }
    }

    /// One family of gauges, of those targets that have a value.
    fn gauges(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help): About,
        value: impl Fn(&TargetMetrics) -> Option<f64>,
    ) -> fmt::Result {
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for standing in &self.targets {
            if let Some(value) = value(standing) {
                let labels = labels(standing, None);
                match whole(value) {
                    Some(value) => gauge(&mut family, &labels, &value)?,
                    None => gauge(&mut family, &labels, &value)?,
                }
            }
        }
        Ok(())
    }

    fn histogram(
        &self,
        encoder: &mut DescriptorEncoder<'_>,
        (name, help): About,
        times: impl Fn(&Series) -> &TimeCounts,
    ) -> fmt::Result {
        if self.targets.iter().all(|standing| times(&standing.series).total() == 0) {
            return Ok(());
        }
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for standing in &self.targets {
            let times = times(&standing.series);
            if times.total() > 0 {
                let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
                let buckets: Vec<_> = bounds.zip(times.counts).collect();
                let labels = labels(standing, None);
                let mut metric = family.encode_family(&labels)?;
                metric.encode_histogram::<NoLabels>(
                    times.sum.as_secs_f64(),
                    times.total(),
                    &buckets,
                    None,
                )?;
            }
        }
        Ok(())
    }

    /// Each state that a target has been in, and whether it is in it now.
    fn states(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Whether the target is in this state; states that it has not been in are left out.";
        let mut family = encoder.encode_descriptor("sockeye_probe_state", help, None, MetricType::Gauge)?;
        for standing in &self.targets {
            for (state, _) in seen(standing) {
                let is_now = u32::from(standing.last.state == state);
                gauge(&mut family, &labels(standing, Some(state)), &is_now)?;
            }
        }
        Ok(())
    }

    fn attempts(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let (name, help) = ("sockeye_probe_attempts", "Attempts at the target.");
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for standing in &self.targets {
            count(&mut family, &labels(standing, None), standing.series.states.iter().sum())?;
        }
        let help =
            "Attempts that did not find the target up, by state; local is what this machine could not try.";
        let mut family =
            encoder.encode_descriptor("sockeye_probe_failures", help, None, MetricType::Counter)?;
        for standing in &self.targets {
            for (state, number) in seen(standing).filter(|(state, number)| !state.is_up() && *number > 0) {
                count(&mut family, &labels(standing, Some(state)), number)?;
            }
        }
        Ok(())
    }

    /// What blackbox_exporter tells too, under its names.
    fn shared(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let is = |condition: bool| Some(f64::from(u8::from(condition)));
        self.gauges(encoder, ("probe_success", "Whether the target is up."), |s| is(s.last.state.is_up()))?;
        self.gauges(encoder, DURATION, |s| Some(s.last.took.as_secs_f64()))?;
        self.gauges(encoder, LOOKUP, |s| Some(s.last.lookup.unwrap_or_default().as_secs_f64()))?;
        self.gauges(encoder, PROTOCOL, |s| {
            Some(s.last.address.map_or(0.0, |address| if address.is_ipv4() { 4.0 } else { 6.0 }))
        })?;
        self.gauges(encoder, HASH, |s| {
            Some(s.last.address.map_or(0.0, |address| f64::from(fnv(address.ip()))))
        })?;
        self.gauges(encoder, REGEX, |s| is(s.last.state == ProbeState::Unexpected))
    }

    fn own(&self, encoder: &mut DescriptorEncoder<'_>, run: &RunMetrics) -> fmt::Result {
        self.attempts(encoder)?;
        self.histogram(encoder, CONNECTS, |series| &series.connects)?;
        self.histogram(encoder, ANSWERS, |series| &series.answers)?;
        let epoch = |at: At| Some(since_epoch(&run.wall, at).as_secs_f64());
        self.gauges(encoder, CHANGED, |s| epoch(s.since))?;
        self.gauges(encoder, TRIED, |s| epoch(s.at))?;
        let (name, help) = ("sockeye_probe_missed_results", "Attempts that came too fast to be counted.");
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        count(&mut family, &Labels::new(), run.missed)?;
        if let Some(sent) = run.sent {
            let help = "Values for the Zabbix server, by what became of them.";
            let mut family =
                encoder.encode_descriptor("sockeye_zabbix_values", help, None, MetricType::Counter)?;
            for (name, number) in
                [("taken", sent.taken), ("refused", sent.refused), ("dropped", sent.dropped)]
            {
                count(&mut family, &vec![("outcome", name.to_owned())], number)?;
            }
        }
        let (name, help) = ("sockeye_build_info", "Which sockeye this is.");
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        gauge(&mut family, &vec![("version", env!("CARGO_PKG_VERSION").to_owned())], &1_u32)
    }
}

const DURATION: About = ("probe_duration_seconds", "How long the last attempt took, in seconds.");
const LOOKUP: About = ("probe_dns_lookup_time_seconds", "How long looking up the name took, in seconds.");
const PROTOCOL: About =
    ("probe_ip_protocol", "4 or 6: whether the address is one of IPv4 or of IPv6; 0 where there is none.");
const HASH: About = ("probe_ip_addr_hash", "A hash of the address: another one is another address.");
const REGEX: About = ("probe_failed_due_to_regex", "Whether another answer came than was expected.");
const CONNECTS: About = ("sockeye_probe_connect_seconds", "How long handshakes took, in seconds.");
const ANSWERS: About = ("sockeye_probe_answer_seconds", "How long answers took, in seconds.");
const CHANGED: About = (
    "sockeye_probe_last_change_timestamp_seconds",
    "Since when the target is up, or is not, in seconds since 1970.",
);
const TRIED: About =
    ("sockeye_probe_last_attempt_timestamp_seconds", "When the last attempt ended, in seconds since 1970.");

impl Collector for Exposition {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.shared(&mut encoder)?;
        self.states(&mut encoder)?;
        match &self.run {
            Some(run) => self.own(&mut encoder, run),
            None => Ok(()),
        }
    }
}

fn labels(standing: &TargetMetrics, state: Option<ProbeState>) -> Labels {
    let target = standing.name.iter().map(|name| ("target", name.to_string()));
    target.chain(state.map(|state| ("state", state.name().to_owned()))).collect()
}

fn gauge(family: &mut MetricEncoder<'_>, labels: &Labels, value: &impl EncodeGaugeValue) -> fmt::Result {
    match labels.is_empty() {
        true => family.encode_gauge(value),
        false => family.encode_family(labels)?.encode_gauge(value),
    }
}

fn count(family: &mut MetricEncoder<'_>, labels: &Labels, number: u64) -> fmt::Result {
    match labels.is_empty() {
        true => family.encode_counter::<NoLabels, u64, f64>(&number, None),
        false => family.encode_family(labels)?.encode_counter::<NoLabels, u64, f64>(&number, None),
    }
}

/// A value without a fraction, to be written as one.
fn whole(value: f64) -> Option<i64> {
    /// Above it not every whole number is a float.
    const MOST: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and fits")]
    (value.fract() == 0.0 && value.abs() < MOST).then_some(value as i64)
}

/// The states that a target has been in, that of now among them, and how often.
fn seen(standing: &TargetMetrics) -> impl Iterator<Item = (ProbeState, u64)> {
    let all = ProbeState::ALL.into_iter().zip(standing.series.states);
    all.filter(|(state, number)| *number > 0 || *state == standing.last.state)
}

/// A moment of the run as time since 1970.
pub(super) fn since_epoch(wall: &Wall, at: At) -> Duration {
    Duration::try_from(wall.timestamp(at).as_duration()).unwrap_or_default()
}

/// FNV-1a of the bytes of an address, 32 bits, as blackbox_exporter has it.
fn fnv(ip: IpAddr) -> u32 {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    match ip {
        IpAddr::V4(ip) => ip.octets().iter().fold(FNV_BASIS, step),
        IpAddr::V6(ip) => ip.octets().iter().fold(FNV_BASIS, step),
    }
}

/// What the hash of nothing is.
const FNV_BASIS: u32 = 0x811c_9dc5;

/// The same in the older format: there the family of a counter has its whole name, and units and the end are not told.
fn older(newer: &str) -> String {
    let mut out = String::with_capacity(newer.len());
    let mut help = None;
    for line in newer.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').map(|(_, help)| help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let suffix = if kind == "counter" { "_total" } else { "" };
            // Writing into memory does not fail.
            let _ = match help.take() {
                Some(help) => writeln!(out, "# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {kind}"),
                None => writeln!(out, "# TYPE {name}{suffix} {kind}"),
            };
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposition() -> Exposition {
        let attempt = Attempt {
            state: ProbeState::Open,
            address: Some("10.0.0.7:80".parse().unwrap()),
            lookup: Some(Duration::from_millis(2)),
            connect: Some(Duration::from_micros(1500)),
            answer: None,
            took: Duration::from_millis(4),
            then: None,
        };
        let mut series = Series::default();
        series.take(&attempt);
        series.take(&Attempt { state: ProbeState::Timeout, connect: None, ..attempt.clone() });
        let name = Some("a\"b\\c\n:80".into());
        Exposition {
            targets: vec![TargetMetrics { name, at: At::START, since: At::START, last: attempt, series }],
            run: Some(RunMetrics {
                wall: Wall::new(Duration::from_secs(1_700_000_000), jiff::tz::TimeZone::UTC),
                missed: 0,
                sent: Some(Sent { taken: 3, refused: 1, dropped: 0 }),
            }),
        }
    }

    #[test]
    fn names_and_values_are_those_of_both_formats() {
        let target = r#"target="a\"b\\c\n:80""#;
        let newer = exposition().write(MetricsFormat::OpenMetrics);
        let older = exposition().write(MetricsFormat::Text);
        for line in [
            format!("probe_success{{{target}}} 1"),
            format!("probe_duration_seconds{{{target}}} 0.004"),
            format!("probe_ip_protocol{{{target}}} 4"),
            format!("sockeye_probe_state{{{target},state=\"open\"}} 1"),
            format!("sockeye_probe_state{{{target},state=\"timeout\"}} 0"),
            format!("sockeye_probe_failures_total{{{target},state=\"timeout\"}} 1"),
            format!("sockeye_probe_attempts_total{{{target}}} 2"),
            format!("sockeye_probe_connect_seconds_bucket{{le=\"0.0025\",{target}}} 1"),
            format!("sockeye_probe_connect_seconds_sum{{{target}}} 0.0015"),
            format!("sockeye_probe_last_change_timestamp_seconds{{{target}}} 1700000000"),
            "sockeye_zabbix_values_total{outcome=\"taken\"} 3".to_owned(),
            "sockeye_probe_missed_results_total 0".to_owned(),
        ] {
            assert!(newer.lines().any(|found| found == line), "{line} is not in:\n{newer}");
            assert!(older.lines().any(|found| found == line), "{line} is not in:\n{older}");
        }
        assert!(newer.ends_with("# EOF\n") && newer.contains("# TYPE sockeye_probe_attempts counter\n"));
        assert!(!older.contains("# EOF") && older.contains("# TYPE sockeye_probe_attempts_total counter\n"));
    }

    #[test]
    fn who_asked_for_one_target_gets_no_labels() {
        let all = exposition();
        let targets = all.targets.into_iter().map(|target| TargetMetrics { name: None, ..target }).collect();
        let text = Exposition { targets, run: None }.write(MetricsFormat::Text);
        assert!(text.contains("\nprobe_success 1\n") && !text.contains("{}"), "{text}");
        assert!(!text.contains("attempts"));
    }

    #[test]
    fn the_format_is_the_one_that_is_taken() {
        let prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
            text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        for (accept, format) in [
            (prometheus, MetricsFormat::OpenMetrics),
            ("application/openmetrics-text", MetricsFormat::OpenMetrics),
            ("application/openmetrics-text; version=1.0.0; q=0", MetricsFormat::Text),
            ("application/openmetrics-text; version=0.0.1", MetricsFormat::Text),
            ("text/plain", MetricsFormat::Text),
            ("*/*", MetricsFormat::Text),
            ("", MetricsFormat::Text),
        ] {
            assert_eq!(MetricsFormat::accepted(accept), format, "{accept}");
        }
    }

    #[test]
    fn addresses_are_hashed_as_others_hash_them() {
        // What blackbox_exporter 0.23 says of them.
        assert_eq!(fnv("127.0.0.1".parse().unwrap()), 3_668_918_509);
        assert_eq!(fnv("::1".parse().unwrap()), 1_751_717_746);
    }
}
