//! `sockeye bench`: arguments to a plan for putting a load on a server and measuring it.
//! Never connects.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use sockeye_core::{
    address::{Address, Host},
    behaviour::{Expectation, Payload, Sought, TorrentWay},
    charset::Charset,
    frame::Framing,
    limit::{BENCH_CONNECTIONS, BENCH_SIZE, Limits, default_of},
    plan::{BenchPlan, Conduct, Consent, LoadWork},
    rule::Pattern,
    unit::Medium,
};

use super::{
    common::{Families, Messages, Watching, drawn_seed, duration, number, patience, positive, size},
    keep::Keeping,
    outline::{Ends, Wrong},
    payload::Payloads,
    service::address,
};
use crate::{
    run::{Display, Job, LogFormat, LogPlan, Plan, ViewKind},
    say::{bench, usage},
    ui::input::Typing,
    view::Role,
};

/// Bytes of a message where nothing is said of it.
const MESSAGE: usize = 64;
/// The same of a datagram that is sent in bulk: it fits every usual way.
const DATAGRAM: usize = 1200;
/// The same of what is sent in bulk over a stream.
const PIECE: usize = 128 * 1024;
/// Bytes that a datagram's number takes.
const NUMBER: usize = 8;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[arg(value_name = "ADDR")]
    address: String,
    #[command(flatten)]
    loading: Loading,
    #[command(flatten)]
    payloads: Payloads,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    reaching: Contact,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// What kind of load.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-load")]
struct Loading {
    #[arg(long, value_name = "N", value_parser = connections, default_value = "1")]
    connections: usize,
    #[arg(long, value_name = "N", value_parser = positive, conflicts_with_all = ["rate", "connect_rate", "bulk"])]
    depth: Option<u64>,
    #[arg(long, value_name = "N", value_parser = positive, conflicts_with_all = ["connect_rate", "bulk"])]
    rate: Option<u64>,
    #[arg(long, value_name = "N", value_parser = positive, conflicts_with = "bulk")]
    connect_rate: Option<u64>,
    #[arg(long, value_name = "WAY", value_enum, hide_possible_values = true)]
    bulk: Option<BulkWay>,
    #[arg(long, value_name = "ADDR")]
    compare: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum BulkWay {
    Up,
    Down,
    Both,
}

/// What answers have to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-messages")]
struct Asking {
    #[arg(long, value_name = "SIZE", value_parser = size, conflicts_with_all = ["send", "send_hex", "send_file"])]
    size: Option<usize>,
    #[arg(long, value_name = "echo|any|none|PATTERN", allow_hyphen_values = true, conflicts_with = "bulk")]
    expect: Option<String>,
    #[arg(long, value_name = "N", value_parser = number::<u64>)]
    seed: Option<u64>,
}

/// When, and how long.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-when")]
struct Span {
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("bench-duration"))]
    duration: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "0s")]
    warm_up: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "0s")]
    ramp: Duration,
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("bench-timeout"))]
    timeout: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("grace"))]
    grace: Duration,
}

/// Where results go besides.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-where-it-goes")]
struct Results {
    #[arg(long, value_name = "FILE")]
    hdr: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// How it is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-connecting")]
struct Contact {
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("connect-timeout"))]
    connect_timeout: Duration,
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    families: Families,
}

fn connections(text: &str) -> Result<usize, String> {
    let number = usize::try_from(positive(text)?).unwrap_or(usize::MAX);
    if number > BENCH_CONNECTIONS { Err(bench::too_many(BENCH_CONNECTIONS)) } else { Ok(number) }
}

impl BenchArgs {
    /// The job, or why there is none.
    pub(crate) fn job(self, _ends: Ends) -> Result<Job, Wrong> {
        let target = target(&self.address)?;
        let rival = self.loading.compare.as_deref().map(target_of_rival(&target)).transpose()?;
        let charset = self.messages.charset();
        let framing = self.messages.framing(Framing::raw())?;
        let medium = target.medium();
        let work = self.work(medium, &framing)?;
        let is_numbered = medium == Medium::Datagram && framing.is_bare() && self.payloads.is_empty();
        let payloads = self.said(charset, &framing, is_numbered, &work)?;
        let sought = self.sought(charset)?;
        let connect_timeout = self.reaching.connect_timeout;
        let grace = self.span.grace;
        let limits =
            Limits { connect_timeout, grace, max_frame: self.messages.max_frame(), ..Limits::default() };
        let logs = [(self.results.hdr, LogFormat::Hdr), (self.results.svg, LogFormat::Svg)];
        let logs: Vec<LogPlan> = logs
            .into_iter()
            .filter_map(|(file, format)| Some(LogPlan { file: file?, format, max: None }))
            .collect();
        Ok(Job {
            name: None,
            after: None,
            banner: None,
            typing: Typing::nobody(Role::Connect),
            display: display(&self.watching),
            plan: Plan::Bench(BenchPlan {
                target,
                rival,
                family: self.reaching.families.family(),
                work,
                connections: self.loading.connections,
                payloads,
                is_numbered,
                sought,
                ramp: self.span.ramp,
                warm_up: self.span.warm_up,
                duration: self.span.duration,
                timeout: self.span.timeout,
                keeps_histograms: logs.iter().any(|log| log.format == LogFormat::Hdr),
                consent: if self.reaching.yes { Consent::Given } else { Consent::Asked },
                conduct: Conduct {
                    framing,
                    charset,
                    faults: Vec::new(),
                    seed: self.asking.seed.unwrap_or_else(drawn_seed),
                    limits,
                },
            }),
            logs,
        })
    }

    fn work(&self, medium: Medium, framing: &Framing) -> Result<LoadWork, Wrong> {
        let Loading { depth, rate, connect_rate, bulk, .. } = &self.loading;
        Ok(match (bulk, connect_rate, rate) {
            (Some(_), ..) if !self.payloads.is_empty() => return Err(bench::bulk_says_nothing().into()),
            (Some(_), ..) if !framing.is_bare() => return Err(bench::bulk_is_raw().into()),
            (Some(BulkWay::Down), ..) if medium == Medium::Datagram => {
                return Err(bench::nobody_begins().into());
            }
            (Some(way), ..) => {
                let usual = if medium == Medium::Datagram { DATAGRAM } else { PIECE };
                let piece = message(self.size(usual, medium == Medium::Datagram)?);
                let way = match way {
                    BulkWay::Up => TorrentWay::Up,
                    BulkWay::Down => TorrentWay::Down,
                    BulkWay::Both => TorrentWay::Both,
                };
                LoadWork::Bulk { way, piece }
            }
            (None, Some(_), _) if medium == Medium::Datagram => {
                return Err(bench::nothing_to_connect().into());
            }
            (None, Some(rate), _) => LoadWork::Connect { rate: *rate },
            (None, None, Some(rate)) => LoadWork::Open { rate: *rate },
            (None, None, None) => LoadWork::Closed {
                depth: depth.map_or(1, |depth| usize::try_from(depth).unwrap_or(usize::MAX)),
            },
        })
    }

    /// How many bytes a message has, where it is ours.
    fn size(&self, usual: usize, is_numbered: bool) -> Result<usize, Wrong> {
        match self.asking.size.unwrap_or(usual) {
            size if size > BENCH_SIZE => Err(bench::too_long(BENCH_SIZE).into()),
            size if is_numbered && size < NUMBER => Err(bench::too_short(NUMBER).into()),
            size => Ok(size),
        }
    }

    fn said(
        &self,
        charset: Charset,
        framing: &Framing,
        is_numbered: bool,
        work: &LoadWork,
    ) -> Result<Vec<Payload>, Wrong> {
        let said = self.payloads.ready(charset, framing)?;
        let asks_back = !matches!(self.asking.expect.as_deref(), Some("any" | "none"));
        match (said.is_empty(), work) {
            (true, LoadWork::Connect { .. }) if self.asking.size.is_none() => return Ok(said),
            (true, _) => {}
            (false, _) => {
                let is_empty =
                    |payload: &Payload| matches!(payload, Payload::Bytes(bytes) if bytes.is_empty());
                if framing.is_bare() && said.iter().any(is_empty) {
                    return Err(bench::nothing_said().into());
                }
                let is_template = |payload: &Payload| matches!(payload, Payload::Template(_));
                if framing.fills_in() && asks_back && said.iter().any(is_template) {
                    return Err(bench::changed_by_framing().into());
                }
                return Ok(said.into_iter().map(|payload| heard(payload, framing)).collect());
            }
        }
        let message = message(self.size(MESSAGE, is_numbered)?);
        if let Err(why) = framing.encode(&message, &mut Vec::new()) {
            return Err(usage::payload("--size", &message.len().to_string(), why.text()).into());
        }
        Ok(vec![heard(Payload::Bytes(message), framing)])
    }

    fn sought(&self, charset: Charset) -> Result<Sought, Wrong> {
        Ok(match self.asking.expect.as_deref() {
            None | Some("echo") => Sought::Echo,
            Some("any") => Sought::Any,
            Some("none") => Sought::None,
            Some(text) => {
                let pattern = Pattern::expect(text, charset)
                    .map_err(|error| usage::payload("--expect", text, error.text()))?;
                Sought::Text(Expectation { text: text.to_owned(), pattern })
            }
        })
    }
}

/// The same as an echo of it is heard: a framing may write a length into it.
fn heard(payload: Payload, framing: &Framing) -> Payload {
    match payload {
        Payload::Bytes(bytes) if framing.fills_in() => Payload::Bytes(framing.filled_in(&bytes)),
        other => other,
    }
}

/// Printable bytes, so that people who look see something they know.
fn message(size: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(size).collect()
}

fn target(text: &str) -> Result<Address, String> {
    let target = address(text, None)?;
    match (&target, target.host(), target.port()) {
        (Address::Stdio, ..) => Err(usage::not_for(text, usage::stdio_is_no_peer())),
        (_, Some(Host::Any), _) => Err(usage::not_for(text, usage::any_is_no_target())),
        (_, _, Some(0)) => Err(usage::not_for(text, usage::port_zero())),
        _ => Ok(target),
    }
}

/// A rival has to be of the kind of the target: what is said to one is said to the other.
fn target_of_rival(other: &Address) -> impl Fn(&str) -> Result<Address, String> {
    let medium = other.medium();
    move |text| match target(text)? {
        rival if rival.medium() == medium => Ok(rival),
        _ => Err(usage::not_for(text, bench::other_medium())),
    }
}

fn display(watching: &Watching) -> Display {
    let kind = watching.kind(ViewKind::Bench(watching.progress()));
    Display::of_results(Role::Connect, kind, watching.color)
}
