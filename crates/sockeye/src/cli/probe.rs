//! `sockeye probe`: arguments to a plan for finding out whether targets answer, and how fast.
//! Never connects.

use std::time::Duration;

use clap::Args;
use sockeye_core::{
    behaviour::Expectation,
    frame::Framing,
    limit::{Limits, PROBE_COUNT, default_of},
    plan::{AddressScope, Conduct, Look, ProbePlan, ProbeTalk},
    rule::Pattern,
};

use super::{
    argv,
    common::{Families, Messages, Watching, drawn_seed, duration, number, patience},
    keep::Keeping,
    monitor::Monitoring,
    outline::{End, Ends, Wrong},
    payload::Payloads,
    service::host,
    targets::targets,
};
use crate::{
    run::{Display, Job, Plan, ViewKind},
    say::{probe, usage},
    ui::{self, input::Typing},
    view::{Role, probe::ProbeForm},
};

/// Arguments of `probe`.
#[derive(Debug, Args)]
pub(crate) struct ProbeArgs {
    #[arg(value_name = "ADDR", required = true)]
    targets: Vec<String>,
    #[command(flatten)]
    pacing: Pacing,
    #[command(flatten)]
    finding: Finding,
    #[command(flatten)]
    payloads: Payloads,
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true, help_heading = "heading-what-to-say")]
    expect: Option<String>,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    reaching: ProbeReaching,
    #[command(flatten)]
    monitoring: Monitoring,
    #[arg(long, conflicts_with_all = ["json", "quiet"], help_heading = "heading-display")]
    csv: bool,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// When targets are tried.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-when")]
struct Pacing {
    #[arg(long, value_name = "N", value_parser = number::<u64>, )]
    count: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = patience, conflicts_with = "count")]
    duration: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = interval, default_value = default_of("probe-interval"))]
    interval: Duration,
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("probe-timeout"))]
    timeout: Duration,
    #[arg(long, value_name = "N", value_parser = number::<u64>)]
    seed: Option<u64>,
}

/// What is made of what is found.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-finding-out")]
struct Finding {
    #[arg(long)]
    look: bool,
    #[arg(long, value_name = "COMMAND", value_parser = argv::words)]
    on_change: Option<Words>,
}

/// The words of a command.
type Words = Vec<String>;

/// How they are reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-connecting")]
struct ProbeReaching {
    #[arg(long)]
    each_address: bool,
    #[arg(long, value_name = "ADDR")]
    source: Option<String>,
    #[command(flatten)]
    families: Families,
}

/// A pause that is one.
fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err(probe::no_interval()),
        time => Ok(time),
    }
}

impl ProbeArgs {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let targets = targets(&self.targets)?;
        let framing = self.messages.framing(Framing::raw())?;
        let talk = self.talk(&framing)?;
        let source = match &self.reaching.source {
            None => None,
            Some(text) => Some(host(text).map_err(|why| usage::payload("--source", text, why))?),
        };
        let display = self.display(targets.len(), ends);
        let count = match (self.pacing.duration, self.pacing.count) {
            (Some(_), _) | (None, Some(0)) => None,
            (None, Some(count)) => Some(count),
            // Whoever asks now and then wants somebody to be there.
            (None, None) if self.monitoring.is_asked() => None,
            (None, None) => Some(PROBE_COUNT),
        };
        let conduct = Conduct {
            framing,
            charset: self.messages.charset(),
            faults: Vec::new(),
            seed: self.pacing.seed.unwrap_or_else(drawn_seed),
            limits: Limits { max_frame: self.messages.max_frame(), ..Limits::default() },
        };
        Ok(Job {
            logs: Vec::new(),
            name: None,
            after: None,
            banner: None,
            typing: Typing::nobody(Role::Connect),
            display,
            plan: Plan::Probe(Box::new(ProbePlan {
                targets,
                scope: if self.reaching.each_address { AddressScope::Each } else { AddressScope::Together },
                family: self.reaching.families.family(),
                source,
                count,
                duration: self.pacing.duration,
                interval: self.pacing.interval,
                timeout: self.pacing.timeout,
                talk,
                look: if self.finding.look { Look::Around } else { Look::Target },
                on_change: self.finding.on_change.unwrap_or_default(),
                monitor: self.monitoring.plan()?,
                conduct,
            })),
        })
    }

    /// The conversation that is held, if one is.
    fn talk(&self, framing: &Framing) -> Result<Option<ProbeTalk>, Wrong> {
        let charset = self.messages.charset();
        let payloads = self.payloads.ready(charset, framing)?;
        let expectation = |text: &String| {
            let pattern =
                Pattern::expect(text, charset).map_err(|e| usage::payload("--expect", text, e.text()))?;
            Ok::<_, String>(Expectation { text: text.clone(), pattern })
        };
        let expect = self.expect.as_ref().map(expectation).transpose()?;
        let is_held = !payloads.is_empty() || expect.is_some();
        Ok(is_held.then_some(ProbeTalk { payloads, expect }))
    }

    fn display(&self, targets: usize, ends: Ends) -> Display {
        let is_seen = ends.output == End::Terminal && ui::can_redraw();
        let form = match (self.csv, targets > 1 && is_seen) {
            (true, _) => ProbeForm::Csv,
            (false, true) => ProbeForm::Table,
            (false, false) => ProbeForm::Lines,
        };
        let kind = self.watching.kind(ViewKind::Probe(form));
        Display::of_results(Role::Connect, kind, self.watching.color)
    }
}
