//! `sockeye get`: arguments to a plan for fetching files.
//! Never connects, and never touches the disk.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    event::Dialect,
    limit::{GET_RETRIES, Limits, default_of},
    plan::{Destination, Existing, GetPlan, Pins, Selection},
    transfer::{
        Blake3, Name, Sha256,
        glob::is_pattern,
        http::percent,
        name::{NameError, check_folder},
    },
};

use super::{
    common::{Families, Watching, duration, number},
    keep::Keeping,
    outline::{End, Ends, Wrong},
    service::address,
};
use crate::{
    run::{Display, Job, Plan, ViewKind},
    say::usage,
    ui::{self, input::Typing},
    view::{Role, download::ProgressStyle},
};

/// Arguments of `get`.
#[derive(Debug, Args)]
pub(crate) struct Get {
    #[arg(value_name = "ADDR")]
    address: String,
    #[arg(value_name = "NAME")]
    names: Vec<OsString>,
    #[arg(short, long, conflicts_with = "list")]
    recursive: bool,
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "", conflicts_with = "names")]
    list: Option<OsString>,
    #[command(flatten)]
    landing: Landing,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    watching: Watching,
    #[command(flatten)]
    pub keeping: Keeping,
}

/// Where files go, and what they have to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-where-it-goes")]
struct Landing {
    #[arg(short, long, value_name = "FILE", conflicts_with = "dir")]
    output: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[arg(long)]
    force: bool,
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    sha256: Option<Sha256>,
    #[arg(long, value_name = "HEX", value_parser = blake3)]
    blake3: Option<Blake3>,
}

/// How it asks, and how long.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-asking")]
struct Asking {
    #[arg(long, value_name = "NAME", value_parser = dialect)]
    dialect: Option<Dialect>,
    #[arg(long, alias = "retry", value_name = "N", value_parser = number::<u32>, default_value_t = GET_RETRIES)]
    retries: u32,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("get-timeout"))]
    timeout: Duration,
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = default_of("connect-timeout"))]
    connect_timeout: Duration,
    #[command(flatten)]
    families: Families,
}

fn sha256(text: &str) -> Result<Sha256, String> {
    Sha256::parse(text).ok_or_else(usage::no_digest)
}

fn blake3(text: &str) -> Result<Blake3, String> {
    Blake3::parse(text).ok_or_else(usage::no_digest)
}

fn dialect(text: &str) -> Result<Dialect, String> {
    Dialect::ALL.into_iter().find(|dialect| dialect.name() == text).ok_or_else(|| usage::no_dialect(text))
}

impl Get {
    /// The job, or why there is none.
    pub(crate) fn job(self, ends: Ends) -> Result<Job, Wrong> {
        let dialect = self.dialect();
        let target = self.target()?;
        let selections = self.selections(dialect)?;
        let into = self.destination();
        self.check(dialect, &selections, &into)?;
        let pins = Pins { sha256: self.landing.sha256, blake3: self.landing.blake3 };
        Ok(Job {
            logs: Vec::new(),
            name: None,
            after: None,
            banner: None,
            typing: Typing::nobody(Role::Connect),
            display: display(&self.watching, ends, &into),
            plan: Plan::Get(GetPlan {
                target,
                family: self.asking.families.family(),
                dialect,
                selections,
                into,
                existing: if self.landing.force { Existing::Replace } else { Existing::Keep },
                pins,
                retries: self.asking.retries,
                timeout: self.asking.timeout,
                limits: Limits { connect_timeout: self.asking.connect_timeout, ..Limits::default() },
            }),
        })
    }

    fn target(&self) -> Result<Address, String> {
        let target = match self.web() {
            Some((authority, _)) => address(&authority, None)?,
            None => address(&self.address, None)?,
        };
        match (&target, target.host(), target.port()) {
            (Address::Stdio, ..) => Err(usage::not_for("-", usage::stdio_is_no_peer())),
            (Address::Udp { .. }, ..) => Err(usage::not_for(&self.address, usage::files_take_streams())),
            (_, Some(Host::Any), _) => Err(usage::not_for(&self.address, usage::any_is_no_target())),
            (_, _, Some(0)) => Err(usage::not_for(&self.address, usage::port_zero())),
            _ => Ok(target),
        }
    }

    /// How the server is asked: an address that says so decides, where no flag does.
    fn dialect(&self) -> Dialect {
        let by_address = if self.web().is_some() { Dialect::Http } else { Dialect::Sockeye };
        self.asking.dialect.unwrap_or(by_address)
    }

    /// The address behind `http://`, and the path on it.
    fn web(&self) -> Option<(String, &str)> {
        let rest = self.address.strip_prefix("http://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let behind = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
        let port = if behind.contains(':') { "" } else { ":80" };
        Some((format!("{authority}{port}"), path))
    }

    fn selections(&self, dialect: Dialect) -> Result<Vec<Selection>, Wrong> {
        if let Some(path) = &self.list {
            let path = path.as_encoded_bytes();
            let path = path.strip_suffix(b"/").unwrap_or(path);
            check_folder(path).map_err(|error| bad_name(path, error))?;
            return Ok(vec![Selection::List(path.to_vec())]);
        }
        let selection = |name: &OsString| {
            let name = name.as_encoded_bytes();
            // Shells complete the name of a folder so; where it is asked for without -r, the server knows what it is.
            let can_tell = self.recursive || dialect == Dialect::Sockeye;
            let name = name.strip_suffix(b"/").filter(|_| can_tell).unwrap_or(name);
            let parsed = Name::parse(name).map_err(|error| bad_name(name, error))?;
            match (self.recursive, is_pattern(name)) {
                (true, true) => Err(usage::pattern_and_recursive().into()),
                (true, false) => Ok(Selection::Tree(parsed)),
                (false, true) if dialect == Dialect::Sockeye => Ok(Selection::Pattern(parsed)),
                (false, _) => Ok(Selection::File(parsed)),
            }
        };
        let named = self.names.iter().map(selection);
        match self.web() {
            _ if self.recursive && dialect != Dialect::Sockeye => {
                Err(usage::no_listing(dialect.name()).into())
            }
            None if self.recursive && self.names.is_empty() => Ok(vec![Selection::All]),
            Some((_, path)) if path.contains(['?', '#']) => Err(usage::no_query(&self.address).into()),
            Some((_, path)) if !path.is_empty() => {
                let name = percent::decode(path.as_bytes()).bytes;
                let name = Name::parse(&name).map_err(|error| bad_name(&name, error))?;
                std::iter::once(Ok(Selection::File(name))).chain(named).collect()
            }
            _ => named.collect(),
        }
    }

    fn destination(&self) -> Destination {
        match (&self.landing.output, &self.landing.dir) {
            (Some(path), _) if path.as_os_str() == "-" => Destination::Stdout,
            (Some(path), _) => Destination::File(path.clone()),
            (None, Some(folder)) => Destination::Folder(folder.clone()),
            (None, None) => Destination::Folder(PathBuf::from(".")),
        }
    }

    fn check(&self, dialect: Dialect, selections: &[Selection], into: &Destination) -> Result<(), Wrong> {
        let is_one = matches!(selections, [Selection::File(_)]);
        if selections.is_empty() {
            return Err(usage::nothing_to_get().into());
        }
        if (self.landing.sha256.is_some() || self.landing.blake3.is_some()) && !is_one {
            return Err(usage::pins_are_for_one().into());
        }
        match into {
            Destination::Stdout
                if !selections
                    .iter()
                    .all(|selection| matches!(selection, Selection::File(_) | Selection::List(_))) =>
            {
                return Err(usage::output_is_for_one().into());
            }
            Destination::File(_) if !is_one => return Err(usage::output_is_for_one().into()),
            Destination::File(path) if path.file_name().is_none() => {
                return Err(usage::output_is_no_file(&path.display().to_string()).into());
            }
            Destination::Stdout if self.watching.json => {
                return Err(usage::json_and_data().into());
            }
            _ => {}
        }
        let needs_listing = self.list.is_some() || self.recursive;
        if needs_listing && dialect != Dialect::Sockeye {
            return Err(usage::no_listing(dialect.name()).into());
        }
        Ok(())
    }
}

/// Nothing is no name of anything; whatever else breaks the grammar is a name that no server has.
fn bad_name(name: &[u8], error: NameError) -> Wrong {
    let why = usage::bad_name(name, error.text());
    if error == NameError::Empty { Wrong::Meaning(why) } else { Wrong::Absent(why) }
}

fn display(watching: &Watching, ends: Ends, into: &Destination) -> Display {
    // Data on a terminal leaves no place for a line that is redrawn.
    let is_crowded = *into == Destination::Stdout && ends.output == End::Terminal;
    let manner = match watching.quiet {
        true => ProgressStyle::Quiet,
        false if ui::can_redraw() && !is_crowded => ProgressStyle::Progress,
        false => ProgressStyle::Lines,
    };
    let kind = match watching.json {
        true => watching.kind(ViewKind::Json),
        false => ViewKind::Download(manner),
    };
    Display::of_results(Role::Connect, kind, watching.color)
}
