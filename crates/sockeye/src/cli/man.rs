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
                .and_then(|()| std::fs::write(&path, as_laid_out(&text)))
                .map_err(|error| refuse(&path, &error))?;
            said.push_str(&format!("{}\n", path.display()));
        }
        Ok(said)
    }
}

/// Tables and examples as they are laid out: `man` would fill their lines as it fills words, and break commands apart.
fn as_laid_out(page: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len());
    let mut is_table = false;
    for line in page.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b" ") != is_table {
            is_table = !is_table;
            out.extend_from_slice(if is_table { b".nf\n" } else { b".fi\n" });
        }
        out.extend_from_slice(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_indented_is_not_filled() {
        let page = b".TP\nWords\n  a  b\n    c\n\nMore.\n";
        let laid_out = String::from_utf8(as_laid_out(page)).unwrap();
        assert_eq!(laid_out, ".TP\nWords\n.nf\n  a  b\n    c\n.fi\n\nMore.\n");
    }
}
