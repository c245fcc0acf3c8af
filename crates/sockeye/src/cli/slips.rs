//! What somebody meant whose command line is not followed: a dash of an input method, one dash before a long flag, the
//! name of a command elsewhere. Only ever asked once something is wrong, and never decides.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use sockeye_core::address::{Address, narrow};

use crate::say::usage;

/// Dashes that are no hyphen.
const DASHES: [char; 9] = ['—', '–', '−', '―', '－', '‐', '‑', '‒', '﹣'];

/// The one sentence that helps, if there is one.
pub(super) fn sentence(
    args: &[OsString],
    command: &clap::Command,
    error: Option<&clap::Error>,
) -> Option<String> {
    let words = args.iter().skip(1).take_while(|arg| *arg != "--").filter_map(|arg| arg.to_str());
    let words: Vec<&str> = words.collect();
    let chosen = words.iter().find_map(|name| command.find_subcommand(name)).unwrap_or(command);
    let mut before = "";
    for word in &words {
        if !takes_value(before, chosen)
            && let Some(sentence) = flag(word, chosen)
        {
            return Some(sentence);
        }
        before = word;
    }
    let error = error?;
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return None };
            let written = words.iter().find(|word| word.starts_with(flag.as_str())).unwrap_or(&"");
            usage::flag_of_netcat(if flag.starts_with("--") { flag } else { written })
        }
        ErrorKind::InvalidSubcommand => no_command(error, &words),
        _ => None,
    }
}

/// Whether what stands behind `word` is its value.
fn takes_value(word: &str, command: &clap::Command) -> bool {
    word.strip_prefix("--").is_some_and(|name| {
        command.get_arguments().any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values())
    })
}

/// A flag behind something other than its hyphens.
fn flag(arg: &str, command: &clap::Command) -> Option<String> {
    let written = arg.trim_start_matches(|c: char| c == '-' || DASHES.contains(&c));
    let before = arg.strip_suffix(written)?;
    if before.is_empty() || before == "--" {
        return None;
    }
    let word = written.split_once(['=', '＝']).map_or(written, |(word, _)| word);
    let is_long = |known: &clap::Arg| known.get_long() == Some(word);
    let is_short = |known: &clap::Arg| known.get_short().is_some_and(|short| word.chars().eq([short]));
    let is_known = command.get_arguments().any(is_long) || ["help", "version"].contains(&word);
    match (is_known, before.chars().find(|c| *c != '-')) {
        (true, wide) => Some(usage::two_hyphens(arg, &narrow(written), wide)),
        (false, Some(dash)) if command.get_arguments().any(is_short) => {
            Some(usage::one_hyphen(arg, written, dash))
        }
        _ => None,
    }
}

/// A command that is called otherwise here, or was left out.
fn no_command(error: &clap::Error, words: &[&str]) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let listens = words.iter().any(|word| word.starts_with('-') && word.contains('l'));
    if ["nc", "ncat", "netcat"].contains(&word.as_str()) && listens {
        return usage::other_command_listens(word);
    }
    if let Some(sentence) = usage::other_command(word) {
        return Some(sentence);
    }
    Address::parse(word).is_ok().then(|| usage::no_command(word))
}
