//! Sentences on the form of a command line: an argument that is not known, missing, or has no such value.

use super::{safe, say};

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("'{}'", safe(name))).collect::<Vec<_>>().join(", ")
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("\n  {}", safe(name))).collect()
}

/// The values that there are, on a line below; nothing where they are not known.
fn known(values: &[String]) -> String {
    if values.is_empty() {
        String::new()
    } else {
        format!("\n  {}", super::help::possible_note(&values.join(", ")))
    }
}

/// An argument that there is not.
#[must_use]
pub(crate) fn unknown_argument(argument: &str) -> String {
    say!("form-unknown-argument", argument = safe(argument))
}

/// A command that there is not.
#[must_use]
pub(crate) fn unknown_command(command: &str) -> String {
    say!("form-unknown-command", command = safe(command))
}

/// An argument without its value.
#[must_use]
pub(crate) fn no_value(argument: &str, values: &[String]) -> String {
    say!("form-no-value", argument = safe(argument)) + &known(values)
}

/// A value that is none of those there are.
#[must_use]
pub(crate) fn no_such_value(value: &str, argument: &str, values: &[String]) -> String {
    say!("form-no-such-value", value = safe(value), argument = safe(argument)) + &known(values)
}

/// A value that cannot be read.
#[must_use]
pub(crate) fn bad_value(value: &str, argument: &str, why: &str) -> String {
    say!("form-bad-value", value = safe(value), argument = safe(argument), why = why)
}

/// Arguments that have to be there.
#[must_use]
pub(crate) fn missing_arguments(names: &[String]) -> String {
    say!("form-missing-arguments", names = listed(names))
}

/// The same argument twice.
#[must_use]
pub(crate) fn argument_twice(argument: &str) -> String {
    say!("form-argument-twice", argument = safe(argument))
}

/// Arguments that exclude each other.
#[must_use]
pub(crate) fn argument_conflict(argument: &str, others: &[String]) -> String {
    say!("form-argument-conflict", argument = safe(argument), others = quoted(others))
}

/// A value too many.
#[must_use]
pub(crate) fn too_many_values(value: &str, argument: &str) -> String {
    say!("form-too-many-values", value = safe(value), argument = safe(argument))
}

/// A value that is not joined to its flag.
#[must_use]
pub(crate) fn no_equals(argument: &str) -> String {
    say!("form-no-equals", argument = safe(argument))
}

/// No command.
#[must_use]
pub(crate) fn missing_command(names: &[&str]) -> String {
    say!("form-missing-command", names = names.join(", "))
}

/// An argument that is no text.
#[must_use]
pub(crate) fn argument_not_utf8() -> String {
    say!("form-not-utf8")
}

/// A value that is no number.
#[must_use]
pub(crate) fn no_number() -> String {
    say!("form-no-number")
}

/// A number that is 0.
#[must_use]
pub(crate) fn at_least_one() -> String {
    say!("form-at-least-one")
}

/// A number that is too large, or too small.
#[must_use]
pub(crate) fn number_too_large() -> String {
    say!("form-number-too-large")
}

/// What may have been meant.
#[must_use]
pub(crate) fn tip(tip: &str) -> String {
    say!("form-tip", tip = tip)
}

/// Names that are like the one that is not known.
#[must_use]
pub(crate) fn similar(names: &[String]) -> String {
    say!("form-similar", names = quoted(names), count = names.len())
}

/// How an argument that begins with a hyphen is a value.
#[must_use]
pub(crate) fn as_a_value(argument: &str) -> String {
    say!("form-as-a-value", argument = safe(argument))
}

/// How the command is written.
#[must_use]
pub(crate) fn written(usage: &str) -> String {
    format!("{} {usage}", super::keyed("heading-usage"))
}

/// Where to read on.
#[must_use]
pub(crate) fn more() -> String {
    say!("form-more")
}
