//! `sockeye man --out DIR`: man pages, made from the command line's own description.
//! Never overwrites anything but pages of the same names.

use std::path::{Path, PathBuf};

use sockeye_core::event::{Failure, Kind, Operation};

use crate::failure::Refusal;
use crate::{failure, say};

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::say::help::MAN)]
pub(crate) struct Man {
    /// The folder to write them to; it is made if it does not exist.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Man {
    /// Writes the pages of `command` and says which.
    pub(crate) fn write(&self, command: clap::Command) -> Result<String, Refusal> {
        let refuse = |path: &Path, error: &std::io::Error| {
            let address = path.display().to_string();
            let failed = Failure::new(Operation::Write, address, Kind::LocalWrite, error.to_string());
            Refusal::Meaning(say::failure(&failed), failure::code(&failed))
        };
        std::fs::create_dir_all(&self.out).map_err(|error| refuse(&self.out, &error))?;
        let mut command = command;
        command.build();
        let subcommands: Vec<clap::Command> =
            command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned().collect();
        let mut said = String::new();
        let pages = std::iter::once(("sockeye".to_owned(), command.clone()))
            .chain(subcommands.into_iter().map(|sub| (format!("sockeye-{}", sub.get_name()), sub)));
        for (name, page) in pages {
            let path = self.out.join(format!("{name}.1"));
            let mut text = Vec::new();
            clap_mangen::Man::new(page.name(&name))
                .title(name.to_uppercase())
                .render(&mut text)
                .and_then(|()| std::fs::write(&path, &text))
                .map_err(|error| refuse(&path, &error))?;
            said.push_str(&format!("{}\n", path.display()));
        }
        Ok(said)
    }
}
