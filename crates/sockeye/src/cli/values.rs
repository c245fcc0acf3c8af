//! What can stand behind an option, for completion: the tables' names, and the keys of a form behind its commas.
//! Never offers what depends on the machine, such as files: the shell knows those.

use sockeye_core::{
    behaviour::REPLIES,
    charset,
    event::Dialect,
    frame::{self, Checksum},
    stage::FAULTS,
};

use crate::say;

/// The command that completion scripts call: `sockeye __complete OPTION WORD` prints a candidate a line. It stands in
/// no help, since only those scripts have a use for it.
pub(super) const COMMAND: &str = "__complete";

/// The keys of a checksum.
const SUM_KEYS: &str = "[,be][,le][,hex][,from=N][,to=-N][,skip=N]";

/// The keys that every fault takes besides those of its form.
const FAULT_KEYS: [&str; 3] = ["dir=up", "dir=down", "chance="];

/// One value: how it is written, and what it is.
struct Value {
    form: String,
    about: String,
}

/// A line for each candidate that begins with `word`: the candidate, `+` where more has to or may follow and `-` where
/// not, and what it is, parted by tabs.
pub(super) fn candidates(option: &str, word: &str) -> String {
    let found = match word.rsplit_once(',') {
        Some((before, _)) => keys(option, before),
        None => values(option).iter().flat_map(heads).collect(),
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut out = String::new();
    for (candidate, more, about) in &found {
        if candidate.starts_with(word) && !seen.contains(&candidate.as_str()) {
            seen.push(candidate);
            let more = if *more { '+' } else { '-' };
            out.push_str(&format!("{candidate}\t{more}\t{about}\n"));
        }
    }
    out
}

fn values(option: &str) -> Vec<Value> {
    let value = |form: &str, about: &str| Value { form: form.to_owned(), about: about.to_owned() };
    match option {
        "--frame" => frame::rows().map(|row| value(row.form, &say::keyed(row.about))).collect(),
        "--checksum" => {
            let named = Checksum::names().map(|name| value(&format!("{name}{SUM_KEYS}"), ""));
            let aliases = Checksum::aliases()
                .iter()
                .map(|(alias, name)| value(&format!("{alias}{SUM_KEYS}"), &format!("is {name}")));
            named.chain(aliases).collect()
        }
        "--charset" => charset::labels().map(|row| value(row.name, &say::keyed(row.about))).collect(),
        "--reply" => REPLIES.iter().map(|row| value(row.form, &say::keyed(row.about))).collect(),
        "--fault" | "--up" | "--down" => {
            FAULTS.iter().map(|row| value(row.form, &say::keyed(row.about))).collect()
        }
        "--dialect" => Dialect::ALL.iter().map(|dialect| value(dialect.name(), "")).collect(),
        _ => Vec::new(),
    }
}

/// What a form begins with: `len=1`, `len=2`… of `len=1|2|…[,le]`, `latency=` of `latency=100ms`, `text:` of
/// `text:TEMPLATE`.
fn heads(value: &Value) -> Vec<(String, bool, String)> {
    let has_keys = value.form.contains(',');
    let head = value.form.split(['[', ',']).next().unwrap_or_default();
    if let Some((name, alternatives)) = head.split_once('=') {
        let choices: Vec<&str> = alternatives.split('|').collect();
        let are_literal = choices.len() > 1 && choices.iter().all(|choice| choice.parse::<u64>().is_ok());
        return match are_literal {
            true => choices
                .iter()
                .map(|choice| (format!("{name}={choice}"), has_keys, value.about.clone()))
                .collect(),
            false => vec![(format!("{name}="), true, value.about.clone())],
        };
    }
    match head.split_once(':') {
        Some((name, _)) => vec![(format!("{name}:"), true, value.about.clone())],
        // A bare name is whole, whatever may follow: most people want nothing behind it.
        None => vec![(head.to_owned(), false, value.about.clone())],
    }
}

/// What may stand behind the last comma.
fn keys(option: &str, before: &str) -> Vec<(String, bool, String)> {
    let given: Vec<&str> = before.split(',').map(|part| part.split('=').next().unwrap_or_default()).collect();
    if option == "--dialect" {
        let others = Dialect::ALL.iter().map(|dialect| dialect.name()).filter(|name| !given.contains(name));
        return others.map(|name| (format!("{before},{name}"), false, String::new())).collect();
    }
    let name = given.first().copied().unwrap_or_default();
    let values = values(option);
    let fits = |value: &&Value| value.form.split(['=', ',', '[', ':']).next() == Some(name);
    let Some(value) = values.iter().find(fits) else { return Vec::new() };
    let is_fault = ["--fault", "--up", "--down"].contains(&option);
    let parts =
        value.form.split(['[', ']', ',', '|']).skip(1).filter(|part| part.starts_with(char::is_alphabetic));
    // All keys of a fault have a value; what else stands there is one of several values.
    let parts = parts.filter(|part| !is_fault || part.contains('='));
    let keys = parts.map(|part| match part.split_once('=') {
        Some((key, _)) => format!("{key}="),
        None => part.to_owned(),
    });
    let common = FAULT_KEYS.iter().filter(|_| is_fault).map(|key| (*key).to_owned());
    keys.chain(common)
        .filter(|key| !given.contains(&key.split('=').next().unwrap_or_default()))
        .map(|key| {
            let more = key.ends_with('=');
            (format!("{before},{key}"), more, String::new())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(option: &str, word: &str) -> Vec<String> {
        candidates(option, word).lines().map(|line| line.split('\t').take(2).collect::<String>()).collect()
    }

    #[test]
    fn names_come_from_the_tables() {
        assert_eq!(offered("--frame", "mod"), ["modbus-tcp-", "modbus-rtu-", "modbus-ascii-"]);
        assert_eq!(offered("--frame", "len"), ["len=1+", "len=2+", "len=3+", "len=4+", "len=8+"]);
        assert_eq!(offered("--frame", "fi"), ["fixed=+"]);
        assert_eq!(offered("--frame", "py"), ["py-struct-i-", "py-struct-!I-"]);
        assert_eq!(offered("--checksum", "crc16-mo"), ["crc16-modbus-"]);
        assert_eq!(offered("--checksum", "crc16-ccitt-f"), ["crc16-ccitt-false-"]);
        assert_eq!(offered("--reply", "te"), ["text:+"]);
        assert_eq!(offered("--fault", "la"), ["latency=+"]);
        assert_eq!(offered("--up", "re"), ["reset=+", "refuse-", "reorder=+"]);
        assert_eq!(offered("--charset", "gb"), ["gbk-", "gb18030-"]);
        assert!(offered("--send", "").is_empty());
    }

    #[test]
    fn keys_come_behind_a_comma_and_once() {
        assert_eq!(offered("--frame", "len=4,of"), ["len=4,offset=+"]);
        assert_eq!(offered("--frame", "len=4,le,l"), Vec::<String>::new());
        assert_eq!(
            offered("--frame", "head=02,"),
            ["head=02,tail=+", "head=02,escape=+", "head=02,mark=+", "head=02,fill=+"]
        );
        assert_eq!(
            offered("--fault", "latency=1ms,"),
            [
                "latency=1ms,jitter=+",
                "latency=1ms,dist=+",
                "latency=1ms,dir=up-",
                "latency=1ms,dir=down-",
                "latency=1ms,chance=+"
            ]
        );
        assert_eq!(
            offered("--fault", "slice=1,dir=up,"),
            ["slice=1,dir=up,gap=+", "slice=1,dir=up,chance=+"]
        );
        assert_eq!(offered("--checksum", "crc32,b"), ["crc32,be-"]);
        assert_eq!(offered("--dialect", "http,"), ["http,sockeye-", "http,name-"]);
    }
}
