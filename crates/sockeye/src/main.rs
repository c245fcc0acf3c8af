//! sockeye, an eye on every socket: parses the command line, runs it, and ends with its exit code.
//! Never does either itself.

mod failure;
mod say;
mod payload;
mod meter;
mod events;
mod view;
mod ui;
mod endpoint;
mod api;
mod monitor;
mod run;
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let code = match cli::read(std::env::args_os()) {
        Ok(cli::Task::Run(jobs)) => run::run(jobs),
        Ok(cli::Task::Guess(plan)) => run::run_guess(plan),
        Ok(cli::Task::Print(text)) => ui::print(&text),
        Ok(cli::Task::CannotTell(why)) => ui::refuse(&failure::Refusal::Meaning(why, failure::OTHER)),
        Err(refusal) => ui::refuse(&refusal),
    };
    ExitCode::from(code)
}
