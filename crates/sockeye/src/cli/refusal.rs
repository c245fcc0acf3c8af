//! clap's word on a command line that it cannot read, as a sentence of ours.

use std::error::Error as _;

use clap::{
    Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::say::{form, usage};

/// What is wrong, what may have been meant, and how the command is written.
pub(super) fn text(error: &Error, command: &Command) -> String {
    let mut out = usage::error(&what(error, command));
    for tip in tips(error) {
        out.push_str(&format!("\n\n{}", form::tip(&tip)));
    }
    if let Some(ContextValue::StyledStr(written)) = error.get(ContextKind::Usage) {
        let written = written.to_string();
        out.push_str(&format!("\n\n{}", form::written(written.trim_start_matches("Usage:").trim())));
    }
    format!("{out}\n\n{}", form::more())
}

fn string(error: &Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        _ => "",
    }
}

fn strings(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn what(error: &Error, command: &Command) -> String {
    let arg = string(error, ContextKind::InvalidArg);
    let value = string(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => form::unknown_argument(arg),
        ErrorKind::InvalidSubcommand => form::unknown_command(string(error, ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue if value.is_empty() => {
            form::no_value(arg, &strings(error, ContextKind::ValidValue))
        }
        ErrorKind::InvalidValue => form::no_such_value(value, arg, &strings(error, ContextKind::ValidValue)),
        ErrorKind::ValueValidation if arg.is_empty() => plain(error),
        ErrorKind::ValueValidation => {
            form::bad_value(value, arg, &error.source().map(ToString::to_string).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => {
            form::missing_arguments(&strings(error, ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => {
            let others = strings(error, ContextKind::PriorArg);
            match others.iter().any(|other| other == arg) {
                true => form::argument_twice(arg),
                false => form::argument_conflict(arg, &others),
            }
        }
        ErrorKind::TooManyValues => form::too_many_values(value, arg),
        ErrorKind::NoEquals => form::no_equals(arg),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => form::no_value(arg, &[]),
        ErrorKind::MissingSubcommand => {
            let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            form::missing_command(&names)
        }
        ErrorKind::InvalidUtf8 => form::argument_not_utf8(),
        _ => plain(error),
    }
}

/// An error that has no parts: what it says.
fn plain(error: &Error) -> String {
    let text = error.to_string();
    text.trim_start_matches("error:").trim().to_owned()
}

/// What may have been meant.
fn tips(error: &Error) -> Vec<String> {
    let mut tips = Vec::new();
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        let names = strings(error, kind);
        if !names.is_empty() {
            tips.push(form::similar(&names));
        }
    }
    let is_unknown = error.kind() == ErrorKind::UnknownArgument;
    if is_unknown && error.get(ContextKind::Suggested).is_some() {
        tips.push(form::as_a_value(string(error, ContextKind::InvalidArg)));
    }
    tips
}
