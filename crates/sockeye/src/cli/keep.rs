//! `--print-plan` and `--save`: a command line kept as a job.

use std::{fs, io, path::Path};

use clap::Args;
use toml_edit::{DocumentMut, Item, Table};

use super::outline::Wrong;
use crate::say::usage;

/// Flags that are no part of a job, by id.
pub(super) const FLAGS: [&str; 3] = ["print_plan", "save", "lang"];

/// What becomes of the command line besides being run.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "heading-job-files")]
pub(crate) struct Keeping {
    #[arg(long)]
    pub print_plan: bool,
    #[arg(long, value_name = "FILE[:NAME]")]
    pub save: Option<String>,
}

/// The text of a file that holds `job` alone, under `name`.
pub(super) fn text(name: &str, job: Table) -> String {
    let mut document = DocumentMut::new();
    put(&mut document, name, job);
    document.to_string()
}

fn put(document: &mut DocumentMut, name: &str, job: Table) {
    let mut jobs = Table::new();
    jobs.set_implicit(true);
    if let Some(jobs) = document.entry("job").or_insert(Item::Table(jobs)).as_table_like_mut() {
        jobs.insert(name, Item::Table(job));
    }
}

/// Writes `job` into the file that `to` names, as FILE or FILE:NAME. What else the file holds stays as it is. A job of that
/// name is replaced; without a name a new one is found from `command`. Gives back the file and the name.
///
/// # Errors
/// The file cannot be read or written, or is no job file.
pub(super) fn save(to: &str, command: &str, job: Table) -> Result<(String, String), Wrong> {
    let (file, name) = parted(to);
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Wrong::File(usage::file(file, &error))),
    };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        Wrong::Meaning(usage::no_job_file(file, &usage::toml(error.message())))
    })?;
    let taken = |name: &str| document.get("job").and_then(|jobs| jobs.get(name)).is_some();
    if document.get("job").is_some_and(|jobs| !jobs.is_table_like()) {
        return Err(Wrong::Meaning(usage::no_job_file(file, &usage::jobs_are_tables())));
    }
    let name = match name {
        Some(name) => name.to_owned(),
        None => std::iter::once(command.to_owned())
            .chain((2_u32..).map(|n| format!("{command}-{n}")))
            .find(|name| !taken(name))
            .unwrap_or_default(),
    };
    put(&mut document, &name, job);
    write(Path::new(file), &document.to_string())
        .map_err(|error| Wrong::Unwritable(usage::unwritable(file, &error)))?;
    Ok((file.to_owned(), name))
}

/// The file, and the name behind its last colon, if what stands there can be one.
fn parted(to: &str) -> (&str, Option<&str>) {
    let is_name =
        |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    match to.rsplit_once(':') {
        Some((file, name)) if !file.is_empty() && is_name(&name) => (file, Some(name)),
        _ => (to, None),
    }
}

/// Replaces a file at once, so that a crash leaves the old one or the new one.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_behind_the_last_colon() {
        for (to, expected) in [
            ("jobs.toml", ("jobs.toml", None)),
            ("jobs.toml:meter", ("jobs.toml", Some("meter"))),
            ("a:b/jobs.toml", ("a:b/jobs.toml", None)),
            ("jobs.toml:", ("jobs.toml:", None)),
            ("工作.toml:电表", ("工作.toml", Some("电表"))),
        ] {
            assert_eq!(parted(to), expected, "{to}");
        }
    }
}
