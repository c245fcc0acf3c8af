//! `sockeye completions SHELL`: a completion script, made from the command line's own description.
//! Never installs it.

use clap_complete::Shell;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::say::help::COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// The script for `command`.
    pub(crate) fn script(&self, mut command: clap::Command) -> String {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut command, "sockeye", &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}
