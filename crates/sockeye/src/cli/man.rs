//! `sockeye man --out DIR`: man pages, made from the command line's own description.
//! Never overwrites anything but pages of the same names.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sockeye_core::event::{Failure, Kind, Operation};

use crate::failure::Refusal;
use crate::{failure, say};

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Man {
    /// Writes the pages of `command` and says which.
    pub(crate) fn write(&self, command: clap::Command) -> Result<String, Refusal> {
        let refuse = |path: &Path, error: &std::io::Error| {
            let address = path.display().to_string();
            let failed = Failure::new(Operation::Write, address, Kind::LocalWrite, say::system(error));
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
            render(page.name(&name), &name, &mut text)
                .and_then(|()| std::fs::write(&path, as_laid_out(&text)))
                .map_err(|error| refuse(&path, &error))?;
            said.push_str(&format!("{}\n", path.display()));
        }
        Ok(said)
    }
}

/// A page: what clap knows of the command, and below it examples and exit codes, under headings of their own.
fn render(command: clap::Command, name: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let below = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let synopsis = synopsis(&command);
    let has_commands = command.get_subcommands().any(|sub| !sub.is_hide_set());
    let has_version = command.get_version().is_some();
    let man = clap_mangen::Man::new(command).title(name.to_uppercase());
    man.render_title(out)?;
    section(out, "man-name", |out| man.render_name_section(out))?;
    writeln!(out, "{}\n{synopsis}", heading("man-synopsis"))?;
    section(out, "man-description", |out| man.render_description_section(out))?;
    section(out, "man-options", |out| man.render_options_section(out))?;
    if has_commands {
        section(out, "man-commands", |out| man.render_subcommands_section(out))?;
    }
    let (examples, codes) = (say::keyed("help-examples"), say::keyed("help-exit-codes"));
    let topics = say::keyed("help-topics");
    for part in below.unwrap_or_default().split("\n\n") {
        let (key, text) = match part.split_once('\n') {
            Some((head, text)) if head == examples => ("man-examples", text),
            Some((head, text)) if head == codes => ("man-exit-status", text),
            Some((head, text)) if head == topics => ("man-topics", text),
            _ => ("man-notes", part),
        };
        writeln!(out, "{}\n{}", heading(key), literal(text))?;
    }
    if has_version { section(out, "man-version", |out| man.render_version_section(out)) } else { Ok(()) }
}

/// The heading of a section, by its key.
fn heading(key: &str) -> String {
    let words = say::keyed(key);
    if words.contains(' ') { format!(".SH \"{words}\"") } else { format!(".SH {words}") }
}

/// A section of clap's, under a heading of ours.
fn section(
    out: &mut Vec<u8>,
    key: &str,
    render: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let mut page = Vec::new();
    render(&mut page)?;
    let mut is_told = false;
    let mut lines = page.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        if is_told || !line.starts_with(b".SH ") {
            out.extend_from_slice(line);
            continue;
        }
        is_told = true;
        // Groups of options have headings of their own.
        if !lines.peek().is_some_and(|next| next.starts_with(b".SH ")) {
            writeln!(out, "{}", heading(key))?;
        }
    }
    Ok(())
}

/// How the command is written, with what its options take.
fn synopsis(command: &clap::Command) -> String {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut out = format!("\\fB{}\\fR", escaped(name));
    let values = |arg: &clap::Arg| {
        let named = arg.get_value_names().unwrap_or_default().iter();
        named.map(|value| format!("\\fI{}\\fR", escaped(value))).collect::<Vec<_>>().join(" ")
    };
    let shown = |arg: &&clap::Arg| !arg.is_hide_set();
    for arg in command.get_opts().filter(shown).chain(command.get_arguments().filter(|arg| is_switch(arg))) {
        let flag = arg.get_long().map(|long| format!("--{long}"));
        let flag = flag.or_else(|| arg.get_short().map(|short| format!("-{short}"))).unwrap_or_default();
        let value = if is_switch(arg) { String::new() } else { format!(" {}", values(arg)) };
        out.push_str(&match arg.is_required_set() {
            true => format!("\n\\fB{}\\fR{value}", escaped(&flag)),
            false => format!("\n[\\fB{}\\fR{value}]", escaped(&flag)),
        });
    }
    for arg in command.get_positionals().filter(shown) {
        out.push_str(&match arg.is_required_set() {
            true => format!("\n{}", values(arg)),
            false => format!("\n[{}]", values(arg)),
        });
    }
    if command.has_subcommands() {
        out.push_str("\n\\fICOMMAND\\fR");
    }
    out
}

/// Whether it takes no value.
fn is_switch(arg: &clap::Arg) -> bool {
    !arg.is_positional() && !arg.is_hide_set() && !arg.get_action().takes_values()
}

/// Text that roff shows as it is.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

/// Lines that roff shows as they are, none of them a request.
fn literal(text: &str) -> String {
    let line = |line: &str| match line.starts_with(['.', '\'']) {
        true => format!("\\&{}\n", escaped(line)),
        false => format!("{}\n", escaped(line)),
    };
    text.lines().map(line).collect::<String>().trim_end().to_owned()
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
