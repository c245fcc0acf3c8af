//! Puts every sentence of the command line's own description in, in the language of this process.
//!
//! The arguments are declared without any: parsing needs none. Headings are keys there.

use clap::{Arg, ArgAction, Command};

use crate::say::{
    self,
    help::{self, OPTION_WIDTH},
    page::{self, PAGE_WIDTH},
    topics,
};

/// The same command, and all below it, with help.
pub(super) fn localised(command: Command) -> Command {
    let name = if command.get_name() == "sockeye" { String::new() } else { command.get_name().to_owned() };
    let mut command = described(command, &name);
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, localised);
    }
    command
}

fn described(command: Command, name: &str) -> Command {
    let (about, long) = help::about(name);
    let mut command = command
        .about(page::folded(&about, PAGE_WIDTH))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .term_width(PAGE_WIDTH)
        .subcommand_help_heading(say::keyed("heading-commands"))
        .help_template(format!(
            "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
            say::keyed("heading-usage")
        ));
    if let Some(long) = long {
        command = command.long_about(page::folded(&long, PAGE_WIDTH));
    }
    if name == "help" {
        command = command.after_help(topics::list());
    }
    if let Some((short, long)) = help::below(name) {
        command = command.after_help(short).after_long_help(long);
    }
    command = command.mut_args(|arg| explained(arg, name));
    let has_more = command.get_after_long_help() != command.get_after_help()
        || command.get_arguments().any(|arg| arg.get_long_help().is_some());
    let (more, less) = match has_more {
        true => ("flag-help-more", "flag-help-less"),
        false => ("flag-help", "flag-help"),
    };
    let options = say::keyed("heading-options");
    command = command.arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help_heading(options.clone())
            .help(say::keyed(more))
            .long_help(say::keyed(less)),
    );
    if name.is_empty() {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help_heading(options).help(say::keyed("flag-version")));
    }
    fitted(command)
}

/// One argument with what it does, its default and the values it can have.
fn explained(arg: Arg, command: &str) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(key) => say::keyed(key),
        None if arg.is_positional() => say::keyed("heading-arguments"),
        None => say::keyed("heading-options"),
    };
    let Some(about) = help::flag(command, arg.get_id().as_str()) else { return arg.help_heading(heading) };
    let mut notes = Vec::new();
    let takes = arg.get_action().takes_values();
    if takes && !arg.is_hide_default_value_set() && !arg.get_default_values().is_empty() {
        let values: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        notes.push(help::default_note(&values.join(" ")));
    }
    if takes && !arg.is_hide_possible_values_set() {
        let values = arg.get_possible_values();
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        if !names.is_empty() {
            notes.push(help::possible_note(&names.join(", ")));
        }
    }
    let short = [&[about.short.clone()][..], &notes].concat().join(" ");
    let long = match about.long {
        Some(long) => [&[long][..], &notes].concat().join("\n\n"),
        None => short.clone(),
    };
    let arg = arg.help_heading(heading).help(short).long_help(page::folded(&long, OPTION_WIDTH));
    if takes { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}

/// The same with the short help of every argument folded for where it stands: clap breaks lines at blanks alone, and
/// Chinese has none. Where each stands is seen on a page that has marks in their places.
fn fitted(command: Command) -> Command {
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    let mark = |at: usize| format!("@{at}@");
    let mut marked = command.clone();
    for (at, id) in ids.iter().enumerate() {
        marked = marked.mut_arg(id, |arg| arg.help(mark(at)));
    }
    let page = marked.render_help().to_string();
    let column = |at: usize| {
        let mark = mark(at);
        page.lines().find_map(|line| line.split_once(&mark).map(|(before, _)| page::columns(before)))
    };
    let mut fitted = command;
    for (at, id) in ids.iter().enumerate() {
        // clap itself never fills the last column.
        let width = PAGE_WIDTH - 1 - column(at).unwrap_or(PAGE_WIDTH - OPTION_WIDTH);
        fitted = fitted.mut_arg(id, |arg| match arg.get_help().map(ToString::to_string) {
            Some(text) => arg.help(page::lines(&text, width).join("\n")),
            None => arg,
        });
    }
    fitted
}
