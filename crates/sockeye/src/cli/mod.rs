//! The command line: arguments in, a validated job out. One file per command.
//! Never starts anything: every mistake is found before the first socket is opened.

mod common;
mod completions;
mod connect;
mod get;
mod help;
mod jobs;
mod keep;
mod lang;
mod limits;
mod listen;
mod man;
mod outline;
mod schema;
mod serve;
mod service;
mod slips;
mod payload;
mod table;
mod values;

use std::ffi::OsString;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub(crate) use self::outline::{Ends, Task};
use self::{keep::Keeping, outline::Wrong};
use crate::{
    failure::{self, Refusal},
    run::Job,
    say,
};

/// The socket workbench: talk to a socket, stand one up, and see what happens.
#[derive(Debug, Parser)]
#[command(
    name = "sockeye",
    version,
    max_term_width = 80,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = say::help::top(),
    after_long_help = say::help::top_long()
)]
struct Cli {
    /// The language of messages and help: en or zh [default: that of SOCKEYE_LANG or of the locale]
    #[arg(long, global = true, value_name = "LANG", value_parser = ["en", "zh"], hide_possible_values = true)]
    lang: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk to a server.
    Connect(Box<connect::Connect>),
    /// Stand a server up.
    Listen(Box<listen::Listen>),
    /// Offer a folder for download.
    ///
    /// Whoever can connect can list and fetch every regular file in it, and nothing outside, whatever is asked and
    /// wherever symbolic links lead. Links that stay inside are followed; names that begin with a dot are not there without
    /// --all. Only this machine can connect unless --listen says otherwise. Nothing is ever written into the folder.
    /// Ctrl-C ends it: what is being sent may take --grace to finish.
    Serve(Box<serve::Serve>),
    /// Fetch files: complete, verified, and on the disk.
    Get(Box<get::Get>),
    /// Run the jobs of a file: command lines that were saved, several at once.
    Run(jobs::Run),
    /// Print every limit with its default and the flag that changes it.
    Limits(limits::LimitsArgs),
    /// Print what one line of --json may be, as JSON Schema.
    Schema(schema::Schema),
    /// Print a completion script for a shell.
    Completions(completions::Completions),
    /// Write the man pages, one for each command.
    Man(man::Man),
    /// Print the help of a topic (framing, checksums, rules …) or of a command.
    Help(help::Help),
}

/// Reads a command line.
///
/// # Errors
/// Everything that cannot be followed, before anything has begun.
pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Task, Refusal> {
    let args: Vec<OsString> = args.into_iter().collect();
    say::speak(lang::wanted(&args, |name| std::env::var(name).ok()));
    read_with(args, Ends::of_this_process())
}

fn read_with(args: impl IntoIterator<Item = OsString>, ends: Ends) -> Result<Task, Refusal> {
    let args: Vec<OsString> = args.into_iter().collect();
    read_exactly(args.clone(), ends).map_err(|refusal| {
        let error = match &refusal {
            Refusal::Form(error) if !error.use_stderr() => return refusal,
            Refusal::Form(error) => Some(&**error),
            Refusal::Meaning(..) => None,
        };
        match slips::sentence(&args, &Cli::command(), error) {
            Some(why) => Refusal::Meaning(say::usage::error(&why), failure::USAGE),
            None => refusal,
        }
    })
}

fn read_exactly(args: Vec<OsString>, ends: Ends) -> Result<Task, Refusal> {
    let form = |error| Refusal::Form(Box::new(error));
    if args.get(1).is_some_and(|word| word == values::COMMAND) {
        let word = |n: usize| args.get(n).map(|word| word.to_string_lossy()).unwrap_or_default();
        return Ok(Task::Print(values::candidates(&word(2), &word(3))));
    }
    let matches = Cli::command().try_get_matches_from(args).map_err(form)?;
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
        Command::Run(args) => args.jobs(ends, &Cli::command(), &read_with).map(Task::Run),
        Command::Limits(args) => Ok(Task::Print(args.text())),
        Command::Schema(_) => Ok(Task::Print(schema::Schema::text())),
        Command::Completions(args) => Ok(Task::Print(args.script(Cli::command()))),
        Command::Help(args) => Ok(Task::Print(args.text(Cli::command()))),
        Command::Man(args) => args.write(Cli::command()).map(Task::Print),
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
