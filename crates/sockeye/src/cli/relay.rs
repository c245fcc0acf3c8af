//! `sockeye relay`: arguments to a plan for standing between two ends.
//! Never connects or listens.

use std::{sync::Arc, time::Duration};

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    frame::Framing,
    limit::{Limits, default_of},
    plan::{ApiPlan, EditFile, RelayEnds, RelayPlan},
    rule::Edits,
    unit::Medium,
};

use super::{
    common::{Admission, Faults, Logging, Messages, Sight, conduct, duration, patience},
    keep::Keeping,
    outline::{End, Ends, Wrong},
    serve::host,
    service::address,
};
use crate::{
    run::{Job, Plan, ViewKind},
    say::{relay as say, usage, words},
    ui::input::{Source, Typing},
    view::Role,
};

/// Arguments of `relay`.
#[derive(Debug, Args)]
pub(crate) struct Relay {
    #[arg(value_name = "LISTEN")]
    listen: Option<String>,
    #[arg(value_name = "TARGET")]
    target: Option<String>,
    #[arg(long, value_name = "FILE")]
    edit: Option<String>,
    #[command(flatten)]
    steering: Steering,
    #[command(flatten)]
    faults: Faults,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    sight: Sight,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    logging: Logging,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// How it is changed while it runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-steering")]
struct Steering {
    #[arg(long, value_name = "ADDR")]
    control: Option<String>,
    #[arg(long, value_name = "ADDR")]
    api: Option<String>,
    #[arg(long, value_name = "NAME", value_parser = host, requires = "api")]
    allow_host: Vec<Host>,
}

/// Who may connect, and how much of everything.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-limits")]
struct Bounds {
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("connect-timeout"))]
    connect_timeout: Duration,
    #[arg(long, value_name = "TIME", value_parser = patience)]
    idle_timeout: Option<Duration>,
    #[command(flatten)]
    admission: Admission,
}

impl Relay {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let log = self.logging.plan()?;
        let between = self.between()?;
        let control = self.steering.control()?;
        let api = self.steering.api()?;
        let framing = self.messages.framing(Framing::raw())?;
        let edits = match &between {
            Some(RelayEnds { address, .. }) => {
                self.faults.fit(address.medium())?;
                self.edits(address.medium(), &framing)?
            }
            None => {
                let flags = [
                    ("--control", control.is_some()),
                    ("--fault", self.faults.banner().is_some()),
                    ("--edit", self.edit.is_some()),
                ];
                match flags.into_iter().find(|(_, is_given)| *is_given) {
                    Some((flag, _)) => return Err(say::needs_relay(flag).into()),
                    None => None,
                }
            }
        };
        let display = self.sight.display(Role::Relay);
        let source = match ends.input {
            End::Nobody => Source::None,
            _ if ends.both_terminals() && display.kind == ViewKind::Transcript => Source::Editor,
            _ => Source::Commands,
        };
        let banner = self.faults.banner();
        let conduct = conduct(&self.messages, framing, &self.faults, self.bounds.limits());
        Ok(Job {
            logs: log.into_iter().collect(),
            name: None,
            after: None,
            banner,
            typing: Typing { source, ..Typing::nobody(Role::Relay) },
            plan: Plan::Relay(RelayPlan {
                ends: between,
                family: self.bounds.admission.family(),
                access: self.bounds.admission.access(),
                control,
                api,
                edits,
                conduct,
            }),
            display: display.typed_at(source),
        })
    }

    /// The file of edits, which are about messages.
    fn edits(&self, medium: Medium, framing: &Framing) -> Result<Option<EditFile>, Wrong> {
        let Some(file) = &self.edit else { return Ok(None) };
        if framing.is_chunk() && medium == Medium::Stream {
            return Err(say::edits_need_messages().into());
        }
        let text = std::fs::read_to_string(file).map_err(|error| Wrong::File(usage::file(file, &error)))?;
        let edits =
            Edits::parse(&text, file, self.messages.charset()).map_err(|error| words(&error.text()))?;
        Ok(Some(EditFile { name: file.clone(), edits: Arc::new(edits) }))
    }

    /// Both ends; none where the API is to make the relays.
    fn between(&self) -> Result<Option<RelayEnds>, String> {
        let end = |text: &str| match address(text, None)? {
            Address::Stdio => Err(usage::not_for("-", usage::stdio_is_no_peer())),
            address => Ok(address),
        };
        match (&self.listen, &self.target) {
            (Some(listen), Some(target)) => {
                Ok(Some(RelayEnds { address: end(listen)?, target: end(target)? }))
            }
            (None, _) if self.steering.api.is_some() => Ok(None),
            (Some(listen), None) => Err(say::needs_target(listen)),
            (None, _) => Err(say::needs_ends()),
        }
    }
}

impl Steering {
    fn control(&self) -> Result<Option<Address>, String> {
        let Some(text) = &self.control else { return Ok(None) };
        match address(text, None)? {
            address @ Address::Unix(_) => Ok(Some(address)),
            other => Err(say::control_not_unix(&other.to_string())),
        }
    }

    fn api(&self) -> Result<Option<ApiPlan>, String> {
        let Some(text) = &self.api else { return Ok(None) };
        match address(text, None)? {
            address @ Address::Tcp { .. } => Ok(Some(ApiPlan { address, hosts: self.allow_host.clone() })),
            other => Err(say::api_not_tcp(&other.to_string())),
        }
    }
}

impl Bounds {
    fn limits(&self) -> Limits {
        let (connect_timeout, idle_timeout) = (self.connect_timeout, self.idle_timeout);
        Limits { connect_timeout, idle_timeout, ..self.admission.limits() }
    }
}
