//! `sockeye check`: arguments to a plan for trying a receiver with every way in which its messages may come.
//! Never connects.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    behaviour::{Expectation, Payload},
    charset::Charset,
    frame::Framing,
    limit::{CHECK_CUTS, CHECK_MESSAGE, CHECK_MESSAGES, Limits, default_of},
    plan::{CheckPlan, Conduct, Tested},
    rule::{Context, Dice, Pattern, Template},
    unit::{At, Side},
};
use sockeye_net::Clock;

use super::{
    common::{Families, Messages, Watching, duration, patience, positive},
    keep::Keeping,
    outline::{Ends, Wrong},
    payload::Payloads,
    service::address,
};
use crate::{
    run::{Display, Job, LogFormat, LogPlan, Plan, ViewKind},
    say::{check, usage, words},
    ui::input::Typing,
    view::Role,
};

/// Long enough for every placeholder of time to have changed.
const LATER: Duration = Duration::from_secs(400 * 86_400);

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[arg(value_name = "ADDR", required_unless_present = "listen", conflicts_with = "listen")]
    address: Option<String>,
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[command(flatten)]
    payloads: Payloads,
    #[command(flatten)]
    trying: Trying,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    dialling: Reaching,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// How it is tried.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-trying")]
struct Trying {
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    expect: Vec<String>,
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("check-gap"))]
    gap: Duration,
    #[arg(long, value_name = "all|N", value_parser = cuts, default_value = default_of("check-cuts"))]
    cuts: usize,
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("check-timeout"))]
    timeout: Duration,
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// How it is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-connecting")]
struct Reaching {
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("connect-timeout"))]
    connect_timeout: Duration,
    #[command(flatten)]
    families: Families,
}

fn cuts(text: &str) -> Result<usize, String> {
    match text {
        "all" => Ok(usize::MAX),
        number => positive(number).map(|number| usize::try_from(number).unwrap_or(CHECK_CUTS)),
    }
}

impl CheckArgs {
    /// The job, or why there is none.
    pub(crate) fn job(self, _ends: Ends) -> Result<Job, Wrong> {
        let tested = self.tested()?;
        let charset = self.messages.charset();
        let framing = self.messages.framing(Framing::raw())?;
        let framing = framing.on_side(if self.listen.is_some() { Side::Server } else { Side::Client });
        let messages = self.said(charset, &framing)?;
        let expect = self.expected(messages.len(), charset)?;
        let connect_timeout = self.dialling.connect_timeout;
        let limits = Limits { connect_timeout, max_frame: self.messages.max_frame(), ..Limits::default() };
        let role = match tested {
            Tested::Server(_) => Role::Connect,
            Tested::Device(_) => Role::Listen,
        };
        let log = self.trying.junit.map(|file| LogPlan { file, format: LogFormat::Junit, max: None });
        Ok(Job {
            logs: log.into_iter().collect(),
            name: None,
            after: None,
            banner: None,
            typing: Typing::nobody(role),
            display: display(&self.watching, role),
            plan: Plan::Check(CheckPlan {
                tested,
                family: self.dialling.families.family(),
                messages,
                expect,
                gap: self.trying.gap,
                timeout: self.trying.timeout,
                cuts: self.trying.cuts,
                conduct: Conduct { framing, charset, faults: Vec::new(), seed: 0, limits },
            }),
        })
    }

    fn tested(&self) -> Result<Tested, String> {
        let text = self.listen.as_ref().or(self.address.as_ref()).map_or("", String::as_str);
        let parsed = address(text, None)?;
        let refused = |what| Err(usage::not_for(text, what));
        match (&parsed, parsed.host(), parsed.port()) {
            (Address::Udp { .. }, ..) => refused(check::datagrams_have_edges()),
            (Address::Stdio, ..) => refused(usage::stdio_is_no_peer()),
            _ if self.listen.is_some() => Ok(Tested::Device(parsed)),
            (_, Some(Host::Any), _) => refused(usage::any_is_no_target()),
            (_, _, Some(0)) => refused(usage::port_zero()),
            _ => Ok(Tested::Server(parsed)),
        }
    }

    /// What is said, the same each time.
    fn said(&self, charset: Charset, framing: &Framing) -> Result<Vec<Vec<u8>>, Wrong> {
        let payloads = self.payloads.ready(charset, framing)?;
        if payloads.is_empty() {
            return Err(check::needs_speech().into());
        }
        if payloads.len() > CHECK_MESSAGES {
            return Err(check::too_many_messages(CHECK_MESSAGES).into());
        }
        let mut messages = Vec::new();
        for (counter, payload) in (1..).zip(payloads) {
            let message = match payload {
                Payload::Bytes(bytes) => bytes,
                Payload::Template(template) => constant(&template, counter, framing)?,
            };
            let mut frame = Vec::new();
            framing.encode(&message, &mut frame).map_err(|why| words(&why.text()))?;
            if frame.len() > CHECK_MESSAGE {
                return Err(check::long_to_cut(CHECK_MESSAGE).into());
            }
            if frame.is_empty() {
                return Err(check::nothing_to_cut().into());
            }
            messages.push(message);
        }
        Ok(messages)
    }

    fn expected(&self, messages: usize, charset: Charset) -> Result<Vec<Expectation>, String> {
        let texts = &self.trying.expect;
        if !texts.is_empty() && texts.len() != messages {
            return Err(check::expect_each(texts.len(), messages));
        }
        let one = |text: &String| {
            let pattern =
                Pattern::expect(text, charset).map_err(|e| usage::payload("--expect", text, e.text()))?;
            Ok(Expectation { text: text.clone(), pattern })
        };
        texts.iter().map(one).collect()
    }
}

/// A template that gives the same whenever it is filled in.
fn constant(template: &Template, counter: u64, framing: &Framing) -> Result<Vec<u8>, String> {
    let clock = Clock::start();
    let filled = |at, seed| {
        let context = Context {
            message: b"",
            peer: "",
            client: 1,
            conn: 1,
            counter,
            at,
            wall: clock.wall(),
            captures: None,
            limit: framing.max_frame(),
        };
        let mut out = Vec::new();
        template.render(&context, &mut Dice::new(seed, 0), &mut out).map(|()| out)
    };
    let too_long = |error: sockeye_core::rule::Expansion| words(&error.text());
    let (now, later) = (filled(At::START, 0).map_err(too_long)?, filled(At(LATER), 1).map_err(too_long)?);
    if now == later { Ok(now) } else { Err(check::changes()) }
}

fn display(watching: &Watching, role: Role) -> Display {
    let kind = watching.kind(ViewKind::Check(watching.progress()));
    Display::of_results(role, kind, watching.color)
}
