//! What is wrong with a command line, and what to write instead.
//! Never checks anything: it only has the words.

use std::{ffi::OsStr, io};

use sockeye_core::frame::Framing;
use sockeye_text::{Text, text};

use super::{safe, say, system};

/// One of several texts to send cannot be sent.
#[must_use]
pub(crate) fn payload(flag: &str, text: &str, why: impl Into<Text>) -> String {
    say!("of-flag", flag = flag, text = safe(text), why = why.into())
}

/// A file of the command line cannot be read.
#[must_use]
pub(crate) fn file(path: &str, why: &io::Error) -> String {
    say!("cannot-read", path = safe(path), why = system(why))
}

/// A file to send is larger than one message may be.
#[must_use]
pub(crate) fn file_too_large(limit: usize) -> String {
    say!("file-too-large", limit = limit)
}

/// A size of 0 where messages are to fit.
#[must_use]
pub(crate) fn empty_message() -> String {
    say!("empty-message")
}

/// `--every` alone.
#[must_use]
pub(crate) fn every_needs_speech() -> String {
    say!("every-without-send")
}

/// `--every 0`.
#[must_use]
pub(crate) fn every_is_zero() -> String {
    say!("every-zero")
}

/// `--eol` beside a framing.
#[must_use]
pub(crate) fn eol_and_frame(frame: &Framing) -> String {
    say!("eol-and-frame", frame = frame.to_string())
}

/// `-e` alone.
#[must_use]
pub(crate) fn escapes_need_send() -> String {
    say!("escapes-without-send")
}

/// A raw byte beside a placeholder.
#[must_use]
pub(crate) fn byte_in_template() -> String {
    say!("byte-in-template")
}

/// `--seed` without faults or chance.
#[must_use]
pub(crate) fn not_for(address: &str, what: String) -> String {
    say!("not-for", address = safe(address), what = what)
}

/// `-` as an address.
#[must_use]
pub(crate) fn stdio_is_no_peer() -> String {
    say!("stdio-is-no-peer")
}

/// `--once` over datagrams.
#[must_use]
pub(crate) fn once_is_for_connections() -> String {
    say!("once-over-datagrams")
}

/// A target without a port to go to.
#[must_use]
pub(crate) fn port_zero() -> String {
    say!("target-port-zero")
}

/// A host that is no single machine.
#[must_use]
pub(crate) fn any_is_no_target() -> String {
    say!("target-any")
}

/// `--source` of another kind than the target.
#[must_use]
pub(crate) fn source_kind() -> Text {
    text!("source-kind")
}

/// An address of `serve` or `get` that carries no stream.
#[must_use]
pub(crate) fn files_take_streams() -> String {
    say!("files-take-streams")
}

/// `--dialect name` on a Unix socket.
#[must_use]
pub(crate) fn no_names_without_reset() -> String {
    say!("name-dialect-over-unix")
}

/// `--rate 0`.
#[must_use]
pub(crate) fn rate_is_zero() -> String {
    say!("rate-zero")
}

/// `--idle-timeout 0`.
#[must_use]
pub(crate) fn no_patience() -> String {
    say!("patience-zero")
}

/// A command line that clap accepted and we do not.
#[must_use]
pub(crate) fn refused(why: &str, command: &str) -> String {
    format!("{}\n\n{}", error(why), say!("more-help", command = command))
}

/// A command line is not followed, and help would not help.
#[must_use]
pub(crate) fn error(why: &str) -> String {
    say!("error", what = why)
}

/// Why a command line is refused, without what is only true of a command line.
#[must_use]
pub(crate) fn reason(refusal: &str) -> String {
    let begins = [error(""), "error: ".to_owned()];
    let help = say!("more-help", command = "");
    let help = help.split('\'').next().unwrap_or_default();
    let heading = super::keyed("heading-usage");
    let ends = [help, heading.as_str(), "Usage:", "For more information"];
    let text = begins.iter().find_map(|begin| refusal.strip_prefix(begin.as_str())).unwrap_or(refusal);
    let lines = text.lines().take_while(|line| !ends.iter().any(|end| line.starts_with(end)));
    super::joined(lines.filter(|line| !line.is_empty()))
}

/// A hash that is none.
#[must_use]
pub(crate) fn no_digest() -> String {
    say!("no-digest")
}

/// A dialect that nobody here speaks.
#[must_use]
pub(crate) fn no_dialect(text: &str) -> String {
    say!("no-dialect", text = safe(text))
}

/// A name that cannot be asked for.
#[must_use]
pub(crate) fn bad_name(name: &[u8], why: impl Into<Text>) -> String {
    match name {
        [] => say!("name-missing"),
        name => say!("bad-name", name = safe(&String::from_utf8_lossy(name)), why = why.into()),
    }
}

/// No names.
#[must_use]
pub(crate) fn nothing_to_get() -> String {
    say!("nothing-to-get")
}

/// `--sha256` for several files.
#[must_use]
pub(crate) fn pins_are_for_one() -> String {
    say!("pins-are-for-one")
}

/// `-o` for several files.
#[must_use]
pub(crate) fn output_is_for_one() -> String {
    say!("output-is-for-one")
}

/// `-o ..`
#[must_use]
pub(crate) fn output_is_no_file(path: &str) -> String {
    say!("output-is-folder", path = safe(path))
}

/// `--json` beside `-o -`.
#[must_use]
pub(crate) fn json_and_data() -> String {
    say!("json-and-data")
}

/// `http://…?query`
#[must_use]
pub(crate) fn no_query(address: &str) -> String {
    say!("no-query", address = safe(address))
}

/// `-r` beside a pattern.
#[must_use]
pub(crate) fn pattern_and_recursive() -> String {
    say!("pattern-and-recursive")
}

/// `--list` where there are no listings.
#[must_use]
pub(crate) fn no_listing(dialect: &str) -> String {
    say!("no-listing", dialect = dialect)
}

/// A long flag behind another dash, or behind one.
#[must_use]
pub(crate) fn two_hyphens(arg: &str, flag: &str, wide: Option<char>) -> String {
    let (arg, flag) = (safe(arg), safe(flag));
    match wide {
        Some(dash) => say!("wide-dash-long", arg = arg, dash = dash, flag = flag),
        None => say!("one-hyphen-long", arg = arg, flag = flag),
    }
}

/// A short flag behind another dash.
#[must_use]
pub(crate) fn one_hyphen(arg: &str, flag: &str, dash: char) -> String {
    say!("wide-dash-short", arg = safe(arg), dash = dash, flag = safe(flag))
}

/// What netcat's flags are here: the first letter of `flag` that is one decides.
#[must_use]
pub(crate) fn flag_of_netcat(flag: &str) -> Option<String> {
    let known: [(&[&str], &str); 10] = [
        (&["l", "--listen"], "netcat-listen"),
        (&["p", "--port"], "netcat-port"),
        (&["u", "--udp"], "netcat-udp"),
        (&["U", "--unix"], "netcat-unix"),
        (&["--tcp", "--host", "--ip"], "netcat-host"),
        (&["z"], "netcat-scan"),
        (&["k"], "netcat-keep"),
        (&["w", "q", "i"], "netcat-time"),
        (&["v", "--verbose"], "netcat-verbose"),
        (&["n"], "netcat-numeric"),
    ];
    let does = match flag.starts_with("--") {
        true => known.iter().find(|(names, _)| names.contains(&flag)),
        false => known
            .iter()
            .find(|(names, _)| flag.chars().any(|c| names.iter().any(|name| name.chars().eq([c])))),
    };
    does.map(|(_, does)| say!("no-flag-here", flag = safe(flag), instead = Text::of_key(*does)))
}

/// `nc -l`.
#[must_use]
pub(crate) fn other_command_listens(word: &str) -> Option<String> {
    Some(say!("no-command-but", word = safe(word), instead = text!("to-listen")))
}

/// A word behind an address that can be no port.
#[must_use]
pub(crate) fn loose_word(word: &str, write: &str) -> String {
    say!("loose-word", word = safe(word), instead = write)
}

/// What to write where `word` was to be sent.
#[must_use]
pub(crate) fn send_word(word: &str) -> String {
    say!("send-word", word = safe(word))
}

/// What to write where words that were to be sent or answered came apart.
#[must_use]
pub(crate) fn quotes() -> String {
    say!("quotes-needed")
}

/// What to write where `word` was to be the responder.
#[must_use]
pub(crate) fn reply_word(word: &str) -> String {
    say!("reply-word", word = safe(word))
}

/// What is called otherwise elsewhere.
#[must_use]
pub(crate) fn other_command(word: &str) -> Option<String> {
    let does = match word.to_ascii_lowercase().as_str() {
        "client" | "dial" | "send" | "telnet" | "nc" | "netcat" | "open" | "talk" => text!("to-connect"),
        "server" => text!("to-listen-or-serve"),
        "bind" | "echo" | "host" | "start" | "accept" => text!("to-listen"),
        "share" | "offer" | "upload" | "httpd" | "http" => text!("to-serve"),
        "download" | "fetch" | "wget" | "curl" | "pull" => text!("to-get"),
        "version" => text!("to-version"),
        _ => return None,
    };
    Some(say!("no-command-but", word = safe(word), instead = does))
}

/// An address where a command stands.
#[must_use]
pub(crate) fn no_command(address: &str) -> String {
    say!("address-as-command", address = safe(address))
}

/// `0.0.0.0` and `[::]` as a target.
#[must_use]
pub(crate) fn unspecified_target(host: &str, means: &str) -> String {
    say!("unspecified-target", host = host, means = means)
}

/// A character that an input method made wide.
#[must_use]
pub(crate) fn full_width(plain: &str) -> String {
    say!("full-width", plain = safe(plain))
}

/// The name of a service that nobody knows.
#[must_use]
pub(crate) fn no_service(name: &str, nearest: Option<&str>) -> String {
    let name = safe(name);
    match nearest {
        Some(near) => say!("no-service-but", name = name, near = safe(near)),
        None => say!("no-service", name = name),
    }
}

/// A service of the other protocol.
#[must_use]
pub(crate) fn service_of(name: &str, of: &str, asked: &str) -> String {
    say!("service-of", name = safe(name), of = of, asked = asked)
}

/// Answers that are larger than their questions, open to all.
#[must_use]
pub(crate) fn amplifies() -> String {
    say!("warn-amplifies")
}

/// A value that TOML cannot hold.
#[must_use]
pub(crate) fn not_utf8(key: &str, value: &OsStr) -> String {
    say!("value-not-utf8", key = key, value = safe(&value.to_string_lossy()))
}

/// A file that is to hold jobs and does not.
#[must_use]
pub(crate) fn no_job_file(file: &str, why: &str) -> String {
    say!("no-job-file", file = safe(file), why = safe(why))
}

/// What the parser of TOML says, which is English.
#[must_use]
pub(crate) fn toml(words: &str) -> String {
    say!("toml", words = safe(words))
}

/// `job` in a job file is something other than a table.
#[must_use]
pub(crate) fn jobs_are_tables() -> String {
    say!("jobs-are-tables")
}

/// A file that cannot be written.
#[must_use]
pub(crate) fn unwritable(path: &str, why: &io::Error) -> String {
    say!("cannot-write", path = safe(path), why = system(why))
}

/// A command line was saved.
#[must_use]
pub(crate) fn saved(file: &str, name: &str) -> String {
    say!("job-saved", file = safe(file), name = safe(name))
}

/// A value of the wrong kind in a job file.
#[must_use]
pub(crate) fn wants(key: &str, what: JobValue) -> String {
    let key = safe(key);
    match what {
        JobValue::JobTable => say!("wants-job-table", key = key),
        JobValue::Table => say!("wants-table", key = key),
        JobValue::JobName => say!("wants-job-name", key = key),
        JobValue::Text => say!("wants-text", key = key),
        JobValue::Scalar => say!("wants-scalar", key = key),
        JobValue::Switch => say!("wants-switch", key = key),
        JobValue::Values => say!("wants-values", key = key),
        JobValue::ListItem => say!("wants-list-item", key = key),
    }
}

/// What something in a job file has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum JobValue {
    /// A table of one job.
    JobTable,
    /// A table.
    Table,
    /// The name of a job.
    JobName,
    /// A text.
    Text,
    /// A text or a number.
    Scalar,
    /// Yes or no.
    Switch,
    /// One of those, or a list of them.
    Values,
    /// What a list of flags holds.
    ListItem,
}

/// A job that says not what it does.
#[must_use]
pub(crate) fn no_job_command(commands: &[&str]) -> String {
    say!("no-job-command", commands = commands.join(", "))
}

/// A job of a command that there is not.
#[must_use]
pub(crate) fn no_such_job_command(name: &str, near: Option<&str>, commands: &[&str]) -> String {
    let name = safe(name);
    match near {
        Some(near) => say!("no-such-job-command-but", name = name, near = near),
        None => say!("no-such-job-command", name = name, commands = commands.join(", ")),
    }
}

/// A key that is no flag of the command.
#[must_use]
pub(crate) fn no_such_key(key: &str, near: Option<&str>, command: &str) -> String {
    let key = safe(key);
    match near {
        Some(near) => say!("no-such-key-but", command = command, key = key, near = near),
        None => say!("no-such-key", command = command, key = key),
    }
}

/// A flag in the list of another one.
#[must_use]
pub(crate) fn not_in_one_list(other: &str, key: &str) -> String {
    say!("not-in-one-list", other = safe(other), key = safe(key))
}

/// A key at the top of a job file that means nothing there.
#[must_use]
pub(crate) fn no_such_table(key: &str) -> String {
    say!("no-such-table", key = safe(key))
}

/// A job file without a job.
#[must_use]
pub(crate) fn no_jobs(file: &str) -> String {
    say!("no-jobs", file = safe(file))
}

/// A job that the file does not have.
#[must_use]
pub(crate) fn no_such_job(name: &str, file: &str, near: Option<&str>, known: &[&str]) -> String {
    let (name, file) = (safe(name), safe(file));
    match near {
        Some(near) => say!("no-such-job-but", file = file, name = name, near = near),
        None => say!("no-such-job", file = file, name = name, known = safe(&known.join(", "))),
    }
}

/// `after` a job that never listens.
#[must_use]
pub(crate) fn never_listens(name: &str, command: &str) -> String {
    say!("never-listens", name = safe(name), command = command)
}

/// Jobs that wait for each other.
#[must_use]
pub(crate) fn after_itself(name: &str) -> String {
    say!("after-itself", name = safe(name))
}

/// `--log-format` or `--log-max` alone.
#[must_use]
pub(crate) fn no_log() -> String {
    say!("no-log")
}
