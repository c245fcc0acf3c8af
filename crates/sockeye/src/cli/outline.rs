//! What the commands share: which there are, what one can come to, where the standard streams lead.

use std::io::IsTerminal as _;

use crate::run::{GuessPlan, Job};

/// The commands that can be jobs of a job file.
pub(super) const JOBS: [&str; 8] = ["connect", "listen", "serve", "get", "relay", "check", "probe", "bench"];
/// The other ones.
pub(super) const OTHERS: [&str; 9] =
    ["guess", "sum", "run", "explain", "limits", "schema", "completions", "man", "help"];

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Run these together.
    Run(Vec<Job>),
    /// Work out the framing of captured bytes.
    Guess(GuessPlan),
    /// Print this text and be done.
    Print(String),
    /// Say that it cannot be told, and why.
    CannotTell(String),
}

/// Why a command line that has the right form gives no job.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// It means nothing that could be done.
    Meaning(String),
    /// A file that it names cannot be read.
    File(String),
    /// A file that it names cannot be written.
    Unwritable(String),
    /// A name that no server of files could have: the same end as one that it does not have.
    Absent(String),
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Self::Meaning(why)
    }
}

/// Whether standard input and output are terminals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// Standard input.
    pub input: End,
    /// Standard output.
    pub output: End,
}

/// Where a standard stream leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A terminal.
    Terminal,
    /// A pipe, a file, a socket, nothing.
    Other,
    /// None of its own: it belongs to several jobs.
    Nobody,
}

impl Ends {
    pub(super) fn of_this_process() -> Self {
        let end = |is_terminal| if is_terminal { End::Terminal } else { End::Other };
        Self { input: end(std::io::stdin().is_terminal()), output: end(std::io::stdout().is_terminal()) }
    }

    pub(super) fn both_terminals(self) -> bool {
        self.input == End::Terminal && self.output == End::Terminal
    }
}
