//! The targets of `probe`: addresses of the command line, and files of them.
//! Never resolves or contacts one.

use std::io::Read as _;

use sockeye_core::{
    address::{Address, Host},
    limit::{PROBE_TARGET_FILE, PROBE_TARGETS},
};

use super::{outline::Wrong, service::address};
use crate::say::{self, probe, usage};

/// The targets that these words name: addresses, and `@FILE` with one a line.
///
/// # Errors
/// The first that is no target, with its file and line; a file that cannot be read; none at all, or too many.
pub(super) fn targets(words: &[String]) -> Result<Vec<Address>, Wrong> {
    if let [host, port] = words
        && address(host, None).is_err()
        && port.parse::<u16>().is_ok()
        && let Ok(pair) = address(host, Some(port))
    {
        return Ok(vec![target(pair, host)?]);
    }
    let mut all = Vec::new();
    for word in words {
        match word.strip_prefix('@') {
            Some(file) => of_file(file, &mut all)?,
            None => all.push(target(address(word, None)?, word)?),
        }
        if all.len() > PROBE_TARGETS {
            return Err(probe::too_many_targets(PROBE_TARGETS).into());
        }
    }
    if all.is_empty() {
        return Err(probe::no_targets().into());
    }
    Ok(all)
}

fn of_file(file: &str, all: &mut Vec<Address>) -> Result<(), Wrong> {
    let text = read(file)?;
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if words.is_empty() {
            continue;
        }
        let parsed = address(words, None).and_then(|parsed| target(parsed, words));
        all.push(parsed.map_err(|why| probe::in_file(file, number, &why))?);
        if all.len() > PROBE_TARGETS {
            return Ok(());
        }
    }
    Ok(())
}

/// The text of a file; `-` is standard input.
fn read(file: &str) -> Result<String, Wrong> {
    let most = PROBE_TARGET_FILE as u64 + 1;
    let mut bytes = Vec::new();
    let done = match file {
        "-" => std::io::stdin().lock().take(most).read_to_end(&mut bytes),
        file => std::fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    };
    done.map_err(|error| Wrong::File(usage::payload("@", file, say::system(&error))))?;
    if bytes.len() > PROBE_TARGET_FILE {
        return Err(probe::long_target_file(file, PROBE_TARGET_FILE).into());
    }
    String::from_utf8(bytes).map_err(|_| probe::target_file_is_no_text(file).into())
}

/// The address, if it can be a target.
fn target(parsed: Address, text: &str) -> Result<Address, String> {
    match (&parsed, parsed.host(), parsed.port()) {
        (Address::Stdio, ..) => Err(usage::not_for(text, usage::stdio_is_no_peer())),
        (_, Some(Host::Any), _) => Err(usage::not_for(text, usage::any_is_no_target())),
        (_, _, Some(0)) => Err(usage::not_for(text, usage::port_zero())),
        _ => Ok(parsed),
    }
}
