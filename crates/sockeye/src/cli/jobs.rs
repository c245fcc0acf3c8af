//! `sockeye run`: the jobs of a file, each a command line as data.

use std::{ffi::OsString, ops::Range};

use clap::{Args, ColorChoice};
use sockeye_core::{
    address::nearest::nearest,
    plan::{CheckPlan, Tested},
    rule::Place,
};
use sockeye_text::Text;
use toml_edit::{Document, Item, Table, TableLike};

use super::{
    common::Watching,
    outline::{End, Ends, Task},
    table::{self, AFTER, CommandLine, Mistake, key_span, span},
};
use crate::{
    failure::{self, Refusal},
    run::{Job, Plan},
    say::{
        self,
        usage::{self, JobValue},
    },
};

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[arg(value_name = "FILE")]
    file: String,
    #[arg(value_name = "JOB")]
    jobs: Vec<String>,
    #[command(flatten)]
    watching: Watching,
}

/// What reads a command line.
pub(super) type LineReader = dyn Fn(Vec<OsString>, Ends) -> Result<Task, Refusal>;

/// One job of the file.
struct Entry<'a> {
    name: &'a str,
    table: &'a dyn TableLike,
    whole: Range<usize>,
    after: Option<&'a str>,
}

impl Run {
    /// The jobs, those that others come after first.
    ///
    /// # Errors
    /// The first mistake in the file with its place, or in one of its jobs.
    pub(crate) fn jobs(
        &self,
        ends: Ends,
        cli: &clap::Command,
        reader: &LineReader,
    ) -> Result<Vec<Job>, Refusal> {
        let text = std::fs::read_to_string(&self.file).map_err(|error| {
            Refusal::Meaning(usage::error(&usage::file(&self.file, &error)), failure::LOCAL_READ)
        })?;
        let mut jobs = self.read(&text, ends, cli, reader)?;
        for job in &mut jobs {
            job.typing.quick_file = Some(self.file.clone().into());
        }
        Ok(jobs)
    }

    /// The same of the file's text.
    fn read(
        &self,
        text: &str,
        ends: Ends,
        cli: &clap::Command,
        reader: &LineReader,
    ) -> Result<Vec<Job>, Refusal> {
        // Editors on Windows begin a file with a byte order mark; it would put line 1 out by a column.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let refused = |(place, why): Mistake| self.refusal(text, place, &why, failure::USAGE);
        let document = Document::parse(text).map_err(|error| {
            let at = error.span().unwrap_or(0..1);
            refused((at.start..at.end.max(at.start + 1), usage::toml(error.message())))
        })?;
        let entries = entries(document.as_table()).map_err(refused)?;
        let chosen = self.chosen(&entries).map_err(refused)?;
        // Several jobs share the streams, and nobody types to any of them.
        let ends = match chosen.as_slice() {
            [_] => ends,
            _ => Ends { input: End::Nobody, output: End::Terminal },
        };
        let mut jobs: Vec<Job> = Vec::new();
        for entry in &chosen {
            let words = table::words(entry.table, entry.whole.clone(), cli).map_err(refused)?;
            let job = self.job(&words, ends, reader).map_err(|refusal| match refusal {
                Refusal::Form(error) => {
                    let why = usage::reason(&error.render().to_string());
                    self.refusal(text, words.place(&why), &why, failure::USAGE)
                }
                Refusal::Meaning(why, code) => {
                    let why = usage::reason(&why);
                    self.refusal(text, words.place(&why), &why, code)
                }
            })?;
            let after = entry.after.and_then(|name| chosen.iter().position(|other| other.name == name));
            if let Some(before) = after.and_then(|place| jobs.get(place)) {
                listens(before).map_err(|why| refused((after_span(entry), why)))?;
            }
            jobs.push(Job { name: Some(entry.name.to_owned()), after, ..job });
        }
        Ok(jobs)
    }

    fn job(&self, words: &CommandLine, ends: Ends, reader: &LineReader) -> Result<Job, Refusal> {
        let mut args = words.args.clone();
        let Watching { json, quiet, color } = &self.watching;
        let color = match color {
            ColorChoice::Auto => None,
            ColorChoice::Always => Some("--color=always"),
            ColorChoice::Never => Some("--color=never"),
        };
        let asked = [json.then_some("--json"), quiet.then_some("--quiet"), color];
        for flag in asked.into_iter().flatten().map(OsString::from) {
            // Behind the command, where the job may have said the same.
            if !args.contains(&flag) {
                args.insert(2, flag);
            }
        }
        match reader(args, ends)? {
            Task::Run(jobs) => {
                jobs.into_iter().next().ok_or_else(|| Refusal::Meaning(String::new(), failure::USAGE))
            }
            // No command of a job file comes to this.
            Task::Guess(_) | Task::CannotTell(_) => Err(Refusal::Meaning(String::new(), failure::USAGE)),
            Task::Print(text) => Err(Refusal::Meaning(text, failure::USAGE)),
        }
    }

    /// The jobs that were asked for, each behind the one it comes after.
    fn chosen<'a>(&self, entries: &'a [Entry<'a>]) -> Result<Vec<&'a Entry<'a>>, Mistake> {
        let known: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        let find = |name: &str| entries.iter().find(|entry| entry.name == name);
        let missing =
            |name: &str| usage::no_such_job(name, &self.file, nearest(name, known.iter().copied()), &known);
        let mut wanted: Vec<&Entry<'_>> = Vec::new();
        for name in &self.jobs {
            wanted.push(find(name).ok_or_else(|| (0..0, missing(name)))?);
        }
        if wanted.is_empty() {
            wanted.extend(entries);
        }
        if wanted.is_empty() {
            return Err((0..0, usage::no_jobs(&self.file)));
        }
        let mut chosen: Vec<&Entry<'_>> = Vec::new();
        for entry in wanted {
            let mut chain = vec![entry];
            while let Some(last) = chain.last().copied()
                && let Some(name) = last.after
            {
                let before = find(name).ok_or_else(|| (after_span(last), missing(name)))?;
                if chain.iter().any(|other| other.name == before.name) {
                    return Err((after_span(last), usage::after_itself(before.name)));
                }
                chain.push(before);
            }
            for entry in chain.into_iter().rev() {
                if !chosen.iter().any(|other| other.name == entry.name) {
                    chosen.push(entry);
                }
            }
        }
        Ok(chosen)
    }

    fn refusal(&self, text: &str, place: Range<usize>, why: &str, code: u8) -> Refusal {
        // What is not in the file has no place there.
        let said = match place.is_empty() {
            true => why.to_owned(),
            false => say::words(&Place::of(&self.file, text, place).text(Text::verbatim(why))),
        };
        Refusal::Meaning(usage::error(&said), code)
    }
}

/// The jobs of a file, in its order.
fn entries(root: &Table) -> Result<Vec<Entry<'_>>, Mistake> {
    let mut entries = Vec::new();
    for (key, item) in root {
        let at = key_span(root, key, &(0..0));
        match (key, item.as_table_like()) {
            ("job", Some(jobs)) => {
                for (name, item) in jobs.iter() {
                    let whole = span(item, &key_span(jobs, name, &at));
                    let table = item.as_table_like();
                    let table =
                        table.ok_or_else(|| (whole.clone(), usage::wants(name, JobValue::JobTable)))?;
                    entries.push(Entry { name, table, after: after(table, &whole)?, whole });
                }
            }
            ("quick", Some(messages)) => quick(messages, &at)?,
            ("job" | "quick", None) => return Err((at, usage::wants(key, JobValue::Table))),
            _ => return Err((at, usage::no_such_table(key))),
        }
    }
    Ok(entries)
}

fn after<'a>(table: &'a dyn TableLike, whole: &Range<usize>) -> Result<Option<&'a str>, Mistake> {
    let Some(item) = table.get(AFTER) else { return Ok(None) };
    match item.as_str() {
        Some(name) => Ok(Some(name)),
        None => Err((span(item, whole), usage::wants(AFTER, JobValue::JobName))),
    }
}

fn after_span(entry: &Entry<'_>) -> Range<usize> {
    entry.table.get(AFTER).map_or_else(|| entry.whole.clone(), |item| span(item, &entry.whole))
}

/// Saved messages are texts; consoles use them.
fn quick(messages: &dyn TableLike, at: &Range<usize>) -> Result<(), Mistake> {
    let wrong = messages.iter().find(|(_, item)| !item.is_str());
    wrong.map_or(Ok(()), |(name, item): (&str, &Item)| {
        Err((span(item, at), usage::wants(name, JobValue::Text)))
    })
}

fn listens(job: &Job) -> Result<(), String> {
    let name = job.name.as_deref().unwrap_or_default();
    match job.plan {
        Plan::Listen(_) | Plan::Serve(_) | Plan::Relay(_) => Ok(()),
        Plan::Check(CheckPlan { tested: Tested::Device(_), .. }) => Ok(()),
        Plan::Bench(_) => Err(usage::never_listens(name, "bench")),
        Plan::Check(_) => Err(usage::never_listens(name, "check")),
        Plan::Probe(_) => Err(usage::never_listens(name, "probe")),
        Plan::Connect(_) => Err(usage::never_listens(name, "connect")),
        Plan::Get(_) => Err(usage::never_listens(name, "get")),
    }
}

#[cfg(test)]
#[path = "jobs_tests.rs"]
mod tests;
