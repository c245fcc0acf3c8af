//! `sockeye connect`: arguments to a plan for talking to a server.
//! Never connects.

use std::{net::IpAddr, time::Duration};

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    behaviour::{Expectation, Payload, Script, ScriptInput},
    charset::Charset,
    frame::Framing,
    limit::{Limits, WAIT, WAIT_DATAGRAM, default_of},
    plan::ConnectPlan,
    rule::Pattern,
    unit::{Medium, Side},
};

use sockeye_net::To;
use sockeye_text::Text;

use super::{
    common::{Appearance, Families, Faults, Logging, Messages, conduct, duration, number},
    device::Acting,
    keep::Keeping,
    outline::{End, Ends, Wrong},
    payload::Payloads,
    service::{address, address_or},
};
use crate::{
    run::{Job, Plan, ViewKind},
    say::{self, usage},
    ui::input::{LastWord, Source, Typing},
    view::Role,
};

/// Arguments of `connect`.
#[derive(Debug, Args)]
pub(crate) struct Connect {
    #[arg(value_name = "ADDR")]
    address: String,
    #[arg(value_name = "PORT")]
    port: Option<String>,
    #[command(flatten)]
    payloads: Payloads,
    #[command(flatten)]
    until: Until,
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    appearance: Appearance,
    #[command(flatten)]
    dialling: Dialling,
    #[command(flatten)]
    faults: Faults,
    #[command(flatten)]
    logging: Logging,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// When it says things, and when it is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-when")]
struct Until {
    #[arg(long, value_name = "TIME", value_parser = duration)]
    every: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    gap: Option<Duration>,
    #[arg(long = "await", id = "await")]
    awaits: bool,
    #[arg(long, value_name = "N", value_parser = number::<u64>)]
    count: Option<u64>,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    wait: Option<Duration>,
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    expect: Option<String>,
}

/// How it connects.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-connecting")]
struct Dialling {
    #[arg(long, value_name = "ADDR")]
    source: Option<String>,
    #[arg(long, alias = "retries", value_name = "N", value_parser = number::<u32>, default_value_t = 0, hide_default_value = true)]
    retry: u32,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("retry-delay"))]
    retry_delay: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("connect-timeout"))]
    connect_timeout: Duration,
    #[command(flatten)]
    families: Families,
}

impl Until {
    /// Whether it is said when it is done.
    fn is_bounded(&self) -> bool {
        self.count.is_some() || self.wait.is_some() || self.expect.is_some()
    }
}

impl Connect {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let log = self.logging.plan()?;
        let target = self.target()?;
        let source = self.source(&target)?;
        let charset = self.messages.charset();
        let framing = self.messages.framing(Framing::raw())?.on_side(Side::Client);
        let payloads = self.payloads.ready(charset, &framing)?;
        let greeting = self.acting.greeting(&self.payloads, charset, &framing)?;
        let eol = self.payloads.line_end().text(&framing)?;
        self.check_pace(&payloads)?;
        let device = self.acting.plan(charset)?;
        let expect = self.until.expect.as_ref().map(|text| expectation(text, charset)).transpose()?;
        let display = self.appearance.display(Role::Connect, ends, self.messages.charset);
        let is_datagram = matches!(target, Address::Udp { .. });
        self.faults.fit(target.medium())?;
        let source_of_speech = self.typist(ends, display.kind, &framing, is_datagram, eol);
        let keyboard = match source_of_speech {
            // Who only answers is done where it is said when.
            Source::None if self.acting.replies() && self.until.is_bounded() => ScriptInput::None,
            // One of several jobs that has nothing to say stays until the peer goes.
            Source::None if self.payloads.is_empty() => ScriptInput::Person,
            Source::None => ScriptInput::None,
            Source::Chunks | Source::Messages => ScriptInput::Piped,
            Source::Commands | Source::Editor => ScriptInput::Person,
        };
        let script = Script {
            greeting,
            payloads,
            gap: self.until.gap,
            awaits_answers: self.until.awaits,
            every: self.until.every,
            count: self.until.count,
            wait: self.until.wait.or_else(|| self.default_wait(keyboard, is_datagram)),
            expect,
            keyboard,
        };
        let limits = Limits { connect_timeout: self.dialling.connect_timeout, ..Limits::default() };
        let read_size = self.acting.read_size(target.medium(), limits.read_size)?;
        let limits = Limits { read_size, ..limits };
        let conduct = conduct(&self.messages, framing.clone(), &self.faults, limits);
        Ok(Job {
            logs: log.into_iter().collect(),
            name: None,
            after: None,
            banner: banner(&target, &self.faults),
            typing: Typing {
                source: source_of_speech,
                role: Role::Connect,
                charset,
                eol,
                to: To::Default,
                last_word: LastWord::Always,
                framing,
                medium: if is_datagram { Medium::Datagram } else { Medium::Stream },
                seed: conduct.seed,
                quick_file: None,
            },
            plan: Plan::Connect(ConnectPlan {
                target,
                source,
                family: self.dialling.families.family(),
                retries: self.dialling.retry,
                retry_delay: self.dialling.retry_delay,
                script,
                device,
                conduct,
            }),
            display: display.typed_at(source_of_speech),
        })
    }

    fn target(&self) -> Result<Address, String> {
        let target =
            address_or(&self.address, self.port.as_deref(), |word| match self.payloads.is_empty() {
                true => usage::send_word(word),
                false => usage::quotes(),
            })?;
        match (&target, target.host(), target.port()) {
            (Address::Stdio, ..) => Err(usage::not_for("-", usage::stdio_is_no_peer())),
            (_, Some(Host::Any), _) => Err(usage::not_for(&self.address, usage::any_is_no_target())),
            (_, _, Some(0)) => Err(usage::not_for(&self.address, usage::port_zero())),
            _ => Ok(target),
        }
    }

    fn source(&self, target: &Address) -> Result<Option<Address>, String> {
        let Some(text) = &self.dialling.source else { return Ok(None) };
        let scheme = if matches!(target, Address::Udp { .. }) { "udp://" } else { "" };
        let full = if text.contains("://") || text.contains("unix:") {
            text.clone()
        } else {
            format!("{scheme}{text}")
        };
        // A host alone is as good: the system finds a port.
        let parsed = address(&full, None).or_else(|error| {
            Address::parse_pair(&full, "0")
                .map_err(|_| usage::payload("--source", text, Text::verbatim(error)))
        })?;
        match (target, &parsed) {
            (Address::Tcp { .. }, Address::Tcp { .. })
            | (Address::Udp { .. }, Address::Udp { .. })
            | (Address::Unix(_), Address::Unix(_)) => Ok(Some(parsed)),
            _ => Err(usage::payload("--source", text, usage::source_kind())),
        }
    }

    fn check_pace(&self, payloads: &[Payload]) -> Result<(), String> {
        match self.until.every {
            Some(_) if payloads.is_empty() => return Err(usage::every_needs_speech()),
            Some(every) if every.is_zero() => return Err(usage::every_is_zero()),
            _ => {}
        }
        let has_next = payloads.len() > 1;
        match (self.until.gap, self.until.awaits) {
            (Some(_), _) if !has_next => Err(say::device::gap_needs_messages()),
            (_, true) if !has_next && self.until.every.is_none() => Err(say::device::await_needs_messages()),
            _ => Ok(()),
        }
    }

    fn typist(&self, ends: Ends, kind: ViewKind, framing: &Framing, is_datagram: bool, eol: &str) -> Source {
        // A responder speaks for itself; a person may still say something besides, as a pipe may not.
        if !self.payloads.is_empty() || (self.acting.replies() && ends.input != End::Terminal) {
            return Source::None;
        }
        match ends.input {
            End::Terminal if ends.both_terminals() && kind == ViewKind::Transcript => Source::Editor,
            End::Terminal => Source::Commands,
            End::Other => piped(framing, is_datagram, eol),
            End::Nobody => Source::None,
        }
    }

    fn default_wait(&self, keyboard: ScriptInput, is_datagram: bool) -> Option<Duration> {
        match keyboard {
            _ if self.acting.stays() && self.until.expect.is_none() => None,
            ScriptInput::None => Some(WAIT),
            ScriptInput::Piped if is_datagram => Some(WAIT_DATAGRAM),
            _ if self.until.expect.is_some() => Some(WAIT),
            ScriptInput::Piped | ScriptInput::Person => None,
        }
    }
}

/// What is to be known before anything happens.
fn banner(target: &Address, faults: &Faults) -> Option<String> {
    let means = match target.host() {
        Some(Host::Ip(ip @ IpAddr::V4(_), _)) if ip.is_unspecified() => Some(("0.0.0.0", "127.0.0.1")),
        Some(Host::Ip(ip @ IpAddr::V6(_), _)) if ip.is_unspecified() => Some(("[::]", "[::1]")),
        _ => None,
    };
    let means = means.map(|(host, means)| usage::unspecified_target(host, means));
    let lines: Vec<String> = means.into_iter().chain(faults.banner()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn expectation(text: &str, charset: Charset) -> Result<Expectation, String> {
    let pattern = Pattern::expect(text, charset).map_err(|e| usage::payload("--expect", text, e.text()))?;
    Ok(Expectation { text: text.to_owned(), pattern })
}

/// How a pipe is read: its bytes as they are where nothing else is asked for, or line by line.
pub(crate) fn piped(framing: &Framing, is_datagram: bool, eol: &str) -> Source {
    match framing.is_raw() && !is_datagram && eol.is_empty() {
        true => Source::Chunks,
        false => Source::Messages,
    }
}
