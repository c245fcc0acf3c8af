//! A command line as data: the table of a job, as `--print-plan` prints it and a job file holds it.
//!
//! Every flag stands under its long name, every other argument under the name that help gives it, in small letters. A table
//! becomes a command line again before anything looks at its values, so that a job file and a command line are checked by the
//! same rules and have the same defaults.

use std::{ffi::OsString, ops::Range};

use clap::{Arg, ArgAction, ArgMatches, parser::ValueSource};
use sockeye_core::address::nearest::nearest;
use toml_edit::{Array, InlineTable, Item, Table, TableLike, Value, value};

use super::{keep, outline::JOBS};
use crate::say::usage::{self, JobValue};

/// The key that says which command a job is.
pub(super) const COMMAND: &str = "command";
/// The key that says which job has to listen first.
pub(super) const AFTER: &str = "after";

/// Flags whose order among each other counts, by id.
const ORDERED: [&[&str]; 2] = [&["send", "send_hex", "send_file"], &["fault", "up", "down"]];

/// A mistake in a table, and the bytes of the file it is about.
pub(super) type Mistake = (Range<usize>, String);

/// What a job is called by in its table: the long name of a flag, the id of one without, the name of another argument.
fn key(arg: &Arg) -> String {
    match (arg.get_long(), arg.get_value_names()) {
        (Some(long), _) => long.to_owned(),
        (None, Some([name, ..])) if arg.is_positional() => name.to_ascii_lowercase(),
        _ => arg.get_id().as_str().to_owned(),
    }
}

/// The table of the command line that `matches` has read.
///
/// # Errors
/// An argument that is not UTF-8, which TOML cannot hold.
pub(super) fn of(command: &clap::Command, matches: &ArgMatches) -> Result<Table, String> {
    let mut table = Table::new();
    table.insert(COMMAND, value(command.get_name()));
    let given = |id: &str| {
        matches.try_contains_id(id).unwrap_or(false)
            && matches.value_source(id) == Some(ValueSource::CommandLine)
    };
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        if keep::FLAGS.contains(&id) || !given(id) {
            continue;
        }
        if !arg.get_action().takes_values() {
            table.insert(&key(arg), value(true));
            continue;
        }
        let group = ORDERED.iter().find(|group| group.contains(&id));
        let together: Vec<&Arg> = match group {
            Some(group) => command
                .get_arguments()
                .filter(|other| group.contains(&other.get_id().as_str()) && given(other.get_id().as_str()))
                .collect(),
            None => vec![arg],
        };
        // A group stands where its first member does.
        if together.first().is_none_or(|first| first.get_id() == arg.get_id()) {
            table.insert(&key(arg), Item::Value(values(&together, matches)?));
        }
    }
    Ok(table)
}

/// The values of `args` in the order of the command line; those of another flag than the first are written with its name.
fn values(args: &[&Arg], matches: &ArgMatches) -> Result<Value, String> {
    let mut all: Vec<(usize, usize, &str)> = Vec::new();
    for (place, arg) in args.iter().enumerate() {
        let id = arg.get_id().as_str();
        let indices = matches.indices_of(id).into_iter().flatten();
        for (index, raw) in indices.zip(matches.get_raw(id).into_iter().flatten()) {
            let text = raw.to_str().ok_or_else(|| usage::not_utf8(&key(arg), raw))?;
            all.push((index, place, text));
        }
    }
    all.sort_unstable();
    match (all.as_slice(), args) {
        ([(_, 0, text)], [arg]) => Ok(scalar(arg, text)),
        _ => Ok(Value::Array(
            all.iter()
                .filter_map(|(_, place, text)| Some((*place, args.get(*place)?, *text)))
                .map(|(place, arg, text)| match place {
                    0 => scalar(arg, text),
                    _ => {
                        let mut other = InlineTable::new();
                        other.insert(key(arg), scalar(arg, text));
                        Value::InlineTable(other)
                    }
                })
                .collect::<Array>(),
        )),
    }
}

/// A number where the flag takes one, else a text.
fn scalar(arg: &Arg, text: &str) -> Value {
    let kind = arg.get_value_parser().type_id();
    let is_number = kind == std::any::TypeId::of::<u64>() || kind == std::any::TypeId::of::<u32>();
    match text.parse::<i64>() {
        Ok(number) if is_number && number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// The words of a command line that says what a table says, and where each of its keys stands in the file.
#[derive(Debug)]
pub(super) struct CommandLine {
    /// The program's name and everything behind it.
    pub args: Vec<OsString>,
    /// The keys with the places of their values.
    places: Vec<(String, Range<usize>)>,
    /// Where the table is.
    whole: Range<usize>,
}

impl CommandLine {
    /// The place of what `why` complains about: the first key it names, or the whole job.
    pub(super) fn place(&self, why: &str) -> Range<usize> {
        let named = |key: &str| {
            let flag = format!("--{key}");
            let argument = format!("<{}>", key.to_ascii_uppercase());
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let flag = why.match_indices(&flag).find(|(at, _)| why.get(at + flag.len()..).is_some_and(ends));
            flag.map(|(at, _)| at).or_else(|| why.find(&argument))
        };
        let first = self
            .places
            .iter()
            .filter_map(|(key, place)| Some((named(key)?, place)))
            .min_by_key(|(at, _)| *at);
        first.map_or_else(|| self.whole.clone(), |(_, place)| place.clone())
    }
}

/// Makes a command line of a table.
///
/// # Errors
/// The first key or value that no command line has.
pub(super) fn words(
    table: &dyn TableLike,
    whole: Range<usize>,
    cli: &clap::Command,
) -> Result<CommandLine, Mistake> {
    let command = command(table, &whole, cli)?;
    let mut flags: Vec<OsString> = Vec::new();
    let mut others: Vec<(usize, Vec<String>)> = Vec::new();
    let mut places = Vec::new();
    for (name, item) in table.iter() {
        let at = span(item, &whole);
        if name == COMMAND || name == AFTER {
            continue;
        }
        let arg = argument(command, name, || key_span(table, name, &at))?;
        places.push((name.to_owned(), at.clone()));
        if !arg.get_action().takes_values() {
            match item.as_bool() {
                Some(true) => flags.push(switch(arg).into()),
                Some(false) => {}
                None => return Err((at, usage::wants(name, JobValue::Switch))),
            }
        } else if arg.is_positional() {
            let texts = list(item, name, &at)?.into_iter().map(|item| text(item, name, &at));
            others.push((arg.get_index().unwrap_or(usize::MAX), texts.collect::<Result<_, _>>()?));
        } else {
            for item in list(item, name, &at)? {
                flags.push(flag(command, arg, name, item, &at)?);
            }
        }
    }
    others.sort_by_key(|(index, _)| *index);
    let mut args: Vec<OsString> = vec!["sockeye".into(), command.get_name().into()];
    args.append(&mut flags);
    args.push("--".into());
    args.extend(others.into_iter().flat_map(|(_, texts)| texts).map(OsString::from));
    Ok(CommandLine { args, places, whole })
}

/// Which command a table is a job of.
fn command<'a>(
    table: &dyn TableLike,
    whole: &Range<usize>,
    cli: &'a clap::Command,
) -> Result<&'a clap::Command, Mistake> {
    let Some(item) = table.get(COMMAND) else {
        return Err((whole.clone(), usage::no_job_command(&JOBS)));
    };
    let at = span(item, whole);
    let name = item.as_str().ok_or_else(|| (at.clone(), usage::wants(COMMAND, JobValue::Text)))?;
    let known = JOBS.contains(&name).then(|| cli.find_subcommand(name)).flatten();
    known.ok_or_else(|| (at, usage::no_such_job_command(name, nearest(name, JOBS), &JOBS)))
}

fn argument<'a>(
    command: &'a clap::Command,
    name: &str,
    at: impl FnOnce() -> Range<usize>,
) -> Result<&'a Arg, Mistake> {
    let known = || {
        command.get_arguments().filter(|arg| {
            let id = arg.get_id().as_str();
            !keep::FLAGS.contains(&id)
                && !matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong)
        })
    };
    known().find(|arg| key(arg) == name).ok_or_else(|| {
        let keys: Vec<String> = known().map(key).chain([AFTER.to_owned()]).collect();
        let near = nearest(name, keys.iter().map(String::as_str));
        (at(), usage::no_such_key(name, near, command.get_name()))
    })
}

/// The values that a key has: one, or a list of them.
fn list<'a>(item: &'a Item, name: &str, at: &Range<usize>) -> Result<Vec<&'a Value>, Mistake> {
    match item.as_value() {
        Some(Value::Array(items)) => Ok(items.iter().collect()),
        Some(one) => Ok(vec![one]),
        None => Err((at.clone(), usage::wants(name, JobValue::Values))),
    }
}

/// One `--flag=value`; in a list of flags whose order counts, the value may come with the name of another one.
fn flag(
    command: &clap::Command,
    arg: &Arg,
    name: &str,
    item: &Value,
    at: &Range<usize>,
) -> Result<OsString, Mistake> {
    let place = item.span().unwrap_or_else(|| at.clone());
    let Some(other) = item.as_inline_table() else {
        return Ok(format!("{}={}", switch(arg), text(item, name, &place)?).into());
    };
    let group = ORDERED.iter().find(|group| group.contains(&arg.get_id().as_str()));
    let mut entries = other.iter();
    match (entries.next(), entries.next()) {
        (Some((other, item)), None) => {
            let arg = argument(command, other, || place.clone())?;
            if !group.is_some_and(|group| group.contains(&arg.get_id().as_str())) {
                return Err((place, usage::not_in_one_list(other, name)));
            }
            Ok(format!("{}={}", switch(arg), text(item, other, &place)?).into())
        }
        _ => Err((place, usage::wants(name, JobValue::ListItem))),
    }
}

/// How a flag is written.
fn switch(arg: &Arg) -> String {
    match (arg.get_long(), arg.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, Some(short)) => format!("-{short}"),
        (None, None) => String::new(),
    }
}

fn text(item: &Value, name: &str, at: &Range<usize>) -> Result<String, Mistake> {
    match item {
        Value::String(text) => Ok(text.value().clone()),
        Value::Integer(number) => Ok(number.value().to_string()),
        Value::Float(number) => Ok(number.value().to_string()),
        _ => Err((item.span().unwrap_or_else(|| at.clone()), usage::wants(name, JobValue::Scalar))),
    }
}

pub(super) fn span(item: &Item, otherwise: &Range<usize>) -> Range<usize> {
    item.span().unwrap_or_else(|| otherwise.clone())
}

/// Where the key itself stands.
pub(super) fn key_span(table: &dyn TableLike, name: &str, otherwise: &Range<usize>) -> Range<usize> {
    let key = table.get_key_value(name).and_then(|(key, _)| key.span());
    key.unwrap_or_else(|| otherwise.clone())
}
