//! sockeye, an eye on every socket: parses the command line, runs it, and ends with its exit code.
//! Never does either itself.

mod cli;
mod failure;
mod run;
mod say;
mod speech;
mod ui;
mod view;

use std::process::ExitCode;

fn main() -> ExitCode {
    let code = match cli::read(std::env::args_os()) {
        Ok(cli::Task::Run(job)) => run::run(*job),
        Ok(cli::Task::Print(text)) => ui::print(&text),
        Err(refusal) => ui::refuse(&refusal),
    };
    ExitCode::from(code)
}
