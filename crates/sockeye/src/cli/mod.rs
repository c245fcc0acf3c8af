//! The command line: arguments in, a validated job out. One file per command.
//! Never starts anything: every mistake is found before the first socket is opened.

mod argv;
mod bench;
mod check;
mod common;
mod completions;
mod connect;
mod device;
mod explain;
mod get;
mod guess;
mod help;
mod jobs;
mod keep;
mod lang;
mod monitor;
mod limits;
mod listen;
mod localise;
mod man;
mod outline;
mod schema;
mod serve;
mod service;
mod slips;
mod sum;
mod payload;
mod probe;
mod refusal;
mod relay;
mod table;
mod targets;
mod values;

use std::ffi::OsString;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, error::ErrorKind};

pub(crate) use self::outline::{Ends, Task};
use self::{keep::Keeping, outline::Wrong};
use crate::{
    failure::{self, Refusal},
    run::Job,
    say,
    ui::encoding,
};

/// The socket workbench: talk to a socket, stand one up, and see what happens.
#[derive(Debug, Parser)]
#[command(
    name = "sockeye",
    version,
    max_term_width = 80,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[arg(long, global = true, value_name = "LANG", value_parser = ["en", "zh"], hide_possible_values = true)]
    lang: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Connect(Box<connect::Connect>),
    Listen(Box<listen::Listen>),
    Serve(Box<serve::Serve>),
    Get(Box<get::Get>),
    Relay(Box<relay::Relay>),
    Guess(guess::GuessArgs),
    Bench(Box<bench::BenchArgs>),
    Check(Box<check::CheckArgs>),
    Probe(Box<probe::ProbeArgs>),
    Sum(sum::SumArgs),
    Run(jobs::Run),
    Explain(explain::Explain),
    Limits(limits::LimitsArgs),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
    Help(help::Help),
}

/// Reads a command line.
///
/// # Errors
/// Everything that cannot be followed, before anything has begun.
pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Task, Refusal> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    say::speak(lang::wanted(&args, |name| std::env::var(name).ok()));
    let is_refused = |args: &[OsString]| {
        let parsed = Cli::command().try_get_matches_from(args);
        parsed.is_err_and(|error| error.kind() == ErrorKind::InvalidUtf8)
    };
    // Names of files may be no text; what has to be text is, in the encoding of the locale.
    if args.iter().any(|arg| arg.to_str().is_none()) && is_refused(&args) {
        for arg in args.iter_mut().filter(|arg| arg.to_str().is_none()) {
            if let Some(text) = encoding::word(arg.as_encoded_bytes()) {
                *arg = text.into();
            }
        }
    }
    read_with(args, Ends::of_this_process())
}

fn read_with(args: impl IntoIterator<Item = OsString>, ends: Ends) -> Result<Task, Refusal> {
    let args: Vec<OsString> = args.into_iter().collect();
    read_exactly(args.clone(), ends).map_err(|refusal| {
        let error = match &refusal {
            Refusal::Form(error) if shows_help(error) => return refusal,
            Refusal::Form(error) => Some(&**error),
            Refusal::Meaning(..) => None,
        };
        match slips::sentence(&args, &Cli::command(), error) {
            Some(why) => Refusal::Meaning(say::usage::error(&why), failure::USAGE),
            None => match error {
                Some(error) => Refusal::Meaning(refusal::text(error, &Cli::command()), failure::USAGE),
                None => refusal,
            },
        }
    })
}

/// Whether it is not about a mistake: help or the version was asked for, or there was nothing to go by.
fn shows_help(error: &clap::Error) -> bool {
    !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// The command line as it is shown to people.
fn described() -> clap::Command {
    localise::localised(Cli::command())
}

fn read_exactly(args: Vec<OsString>, ends: Ends) -> Result<Task, Refusal> {
    let form = |error| Refusal::Form(Box::new(error));
    if args.get(1).is_some_and(|word| word == values::COMMAND) {
        let word = |n: usize| args.get(n).map(|word| word.to_string_lossy()).unwrap_or_default();
        return Ok(Task::Print(values::candidates(&word(2), &word(3))));
    }
    let matches = Cli::command().try_get_matches_from(&args).map_err(|error| match shows_help(&error) {
        // The same again, with words.
        true => form(described().try_get_matches_from(&args).err().unwrap_or(error)),
        false => form(error),
    })?;
    let cli = Cli::from_arg_matches(&matches).map_err(form)?;
    let usage = |command: &'static str| {
        move |wrong: Wrong| match wrong {
            Wrong::Meaning(why) => Refusal::Meaning(say::usage::refused(&why, command), failure::USAGE),
            Wrong::Unwritable(why) => Refusal::Meaning(say::usage::error(&why), failure::LOCAL_WRITE),
            Wrong::File(why) => Refusal::Meaning(say::usage::error(&why), failure::LOCAL_READ),
            Wrong::Absent(why) => Refusal::Meaning(say::usage::error(&why), failure::ABSENT),
        }
    };
    let job = |name, keeping, job: Result<Job, Wrong>| {
        job.and_then(|job| keep(job, keeping, &matches)).map_err(usage(name))
    };
    match cli.command {
        Command::Connect(args) => job("connect", args.keeping.clone(), args.job(ends)),
        Command::Listen(args) => job("listen", args.keeping.clone(), args.job(ends)),
        Command::Serve(args) => job("serve", args.keeping.clone(), args.job(ends)),
        Command::Get(args) => job("get", args.keeping.clone(), args.job(ends)),
        Command::Relay(args) => job("relay", args.keeping.clone(), args.job(ends)),
        Command::Guess(args) => args.plan(ends).map(Task::Guess).map_err(usage("guess")),
        Command::Bench(args) => job("bench", args.keeping.clone(), args.job(ends)),
        Command::Check(args) => job("check", args.keeping.clone(), args.job(ends)),
        Command::Probe(args) => job("probe", args.keeping.clone(), args.job(ends)),
        Command::Sum(args) => args.task().map_err(usage("sum")),
        Command::Run(args) => args.jobs(ends, &Cli::command(), &read_with).map(Task::Run),
        Command::Explain(args) => args.text().map(Task::Print).map_err(usage("explain")),
        Command::Limits(args) => Ok(Task::Print(args.text())),
        Command::Schema(_) => Ok(Task::Print(schema::Schema::text())),
        Command::Completions(args) => Ok(Task::Print(args.script(described()))),
        Command::Help(args) => Ok(Task::Print(args.text(described()))),
        Command::Man(args) => args.write(described()).map(Task::Print),
    }
}

/// Keeps a command line as a job, if that was asked for, and says what is to be done with it now.
fn keep(job: Job, keeping: Keeping, matches: &ArgMatches) -> Result<Task, Wrong> {
    let Some((name, matches)) = matches.subcommand().filter(|_| keeping.print_plan || keeping.save.is_some())
    else {
        return Ok(Task::Run(vec![job]));
    };
    let mut cli = Cli::command();
    cli.build();
    let Some(command) = cli.find_subcommand(name) else { return Ok(Task::Run(vec![job])) };
    let kept = table::of(command, matches)?;
    let saved = match keeping.save {
        Some(to) => Some(keep::save(&to, name, kept.clone())?),
        None => None,
    };
    if keeping.print_plan {
        let name = saved.as_ref().map_or(name, |(_, name)| name);
        return Ok(Task::Print(keep::text(name, kept)));
    }
    let said = saved.map(|(file, name)| say::usage::saved(&file, &name));
    let banner: Vec<String> = said.into_iter().chain(job.banner).collect();
    Ok(Task::Run(vec![Job { banner: (!banner.is_empty()).then(|| banner.join("\n")), ..job }]))
}

#[cfg(test)]
mod tests;
