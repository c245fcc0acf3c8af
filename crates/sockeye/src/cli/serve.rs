//! `sockeye serve`: arguments to a plan for offering a folder.
//! Never opens the folder.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    event::Dialect,
    limit::{Limits, SERVE_PORT, default_of},
    plan::{Dialects, DotFiles, ServePlan},
    rule::quantity,
    transfer::http::Hosts,
};

use super::{
    common::{Admission, Faults, Logging, Watching, patience},
    keep::Keeping,
    outline::{End, Ends, Wrong},
    service::address,
};
use crate::{
    run::{Display, Job, Plan, ViewKind},
    say::{self, usage},
    ui::{self, input::Typing},
    view::{Role, raw::Form},
};

/// How often the line is redrawn that says what is being sent.
const PULSE: Duration = Duration::from_millis(250);

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[command(flatten)]
    offering: Offering,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    faults: Faults,
    #[command(flatten)]
    logging: Logging,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// What is offered, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-offering")]
struct Offering {
    #[arg(long)]
    all: bool,
    #[arg(long, value_name = "LIST", value_parser = dialects)]
    dialect: Option<Dialects>,
    #[arg(long, value_name = "NAME", value_parser = host)]
    allow_host: Vec<Host>,
}

/// Who may connect, and how much of everything.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-limits")]
struct Bounds {
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = default_of("serve-idle"))]
    idle_timeout: Duration,
    #[arg(long, value_name = "SIZE", value_parser = rate)]
    rate: Option<u64>,
    #[arg(long, value_name = "SIZE", value_parser = rate)]
    total_rate: Option<u64>,
    #[command(flatten)]
    admission: Admission,
}

fn dialects(text: &str) -> Result<Dialects, String> {
    Dialects::parse(text).map_err(|error| say::words(&error))
}

/// Reads the NAME of `--allow-host`.
pub(super) fn host(text: &str) -> Result<Host, String> {
    Hosts::name(text).map_err(|error| say::words(&error))
}

fn rate(text: &str) -> Result<u64, String> {
    match quantity::size(text) {
        Ok(0) => Err(usage::rate_is_zero()),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(say::words(&error.text())),
    }
}

impl Serve {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let log = self.logging.plan()?;
        let listen = self.listen.unwrap_or_else(|| SERVE_PORT.to_string());
        let address = address(&listen, None)?;
        let dialects = match (&address, self.offering.dialect) {
            (Address::Udp { .. } | Address::Stdio, _) => {
                return Err(usage::not_for(&listen, usage::files_take_streams()).into());
            }
            (Address::Unix(_), Some(asked)) if asked.has(Dialect::Name) => {
                return Err(usage::no_names_without_reset().into());
            }
            (Address::Unix(_), None) => Dialects::default().without(Dialect::Name),
            (_, asked) => asked.unwrap_or_default(),
        };
        self.faults.fit(address.medium())?;
        let display = display(&self.watching, ends);
        // Where it cannot be redrawn it is of no use, and so nothing is counted for it.
        let is_seen = display.kind == ViewKind::Transcript && ui::can_redraw();
        Ok(Job {
            logs: log.into_iter().collect(),
            name: None,
            after: None,
            banner: self.faults.banner(),
            typing: Typing::nobody(Role::Listen),
            display,
            plan: Plan::Serve(ServePlan {
                address,
                family: self.bounds.admission.family(),
                folder: self.folder,
                dot_files: if self.offering.all { DotFiles::Show } else { DotFiles::Hide },
                hosts: self.offering.allow_host,
                language: say::language(),
                dialects,
                pulse: is_seen.then_some(PULSE),
                rate: self.bounds.rate,
                total_rate: self.bounds.total_rate,
                faults: self.faults.specs,
                seed: self.faults.seed,
                limits: self.bounds.limits(),
                access: self.bounds.admission.access(),
            }),
        })
    }
}

fn display(watching: &Watching, ends: Ends) -> Display {
    let is_terminal = ends.output == End::Terminal;
    let kind = watching.kind(if is_terminal { ViewKind::Transcript } else { ViewKind::Raw(Form::Bytes) });
    Display::of_results(Role::Listen, kind, watching.color)
}

impl Bounds {
    fn limits(&self) -> Limits {
        Limits { idle_timeout: Some(self.idle_timeout), ..self.admission.limits() }
    }
}
