//! What is wrong with a command line, and what to write instead.
//! Never checks anything: it only has the words.

use std::fmt::Display;

/// One of several texts to send cannot be sent.
#[must_use]
pub(crate) fn payload(flag: &str, text: &str, why: impl Display) -> String {
    format!("{flag} '{}': {why}", super::safe(text))
}

/// A file of the command line cannot be read.
#[must_use]
pub(crate) fn file(path: &str, why: impl Display) -> String {
    format!("cannot read {}: {why}", super::safe(path))
}

/// A file to send is larger than one message may be.
#[must_use]
pub(crate) fn file_too_large(limit: usize) -> String {
    format!("the file is larger than one message may be ({limit} bytes); --max-frame allows more")
}

/// `--every` alone.
#[must_use]
pub(crate) fn every_needs_speech() -> String {
    "--every has nothing to send again; add --send TEXT, --send-hex HEX or --send-file FILE".to_owned()
}

/// `--every 0`.
#[must_use]
pub(crate) fn every_is_zero() -> String {
    "--every 0s would send without pause; 1ms is the least".to_owned()
}

/// `--eol` beside a framing.
#[must_use]
pub(crate) fn eol_and_frame(frame: impl Display) -> String {
    format!(
        "--eol (-C) is for raw framing, and --frame {frame} puts its own ends on messages; leave one of them out"
    )
}

/// `-e` alone.
#[must_use]
pub(crate) fn escapes_need_send() -> String {
    "-e reads escapes in --send TEXT, and there is no --send".to_owned()
}

/// A raw byte beside a placeholder.
#[must_use]
pub(crate) fn byte_in_template() -> String {
    "\\x80 to \\xff cannot stand beside placeholders such as {counter}; send the bytes apart with --send-hex"
        .to_owned()
}

/// `--seed` without faults or chance.
#[must_use]
pub(crate) fn not_for(address: &str, what: &str) -> String {
    format!("{} cannot be used here: {what}", super::safe(address))
}

/// `-` as an address.
#[must_use]
pub(crate) fn stdio_is_no_peer() -> &'static str {
    "standard input and output are no peer; write HOST:PORT, udp://HOST:PORT or unix:/path"
}

/// `--once` over datagrams.
#[must_use]
pub(crate) fn once_is_for_connections() -> &'static str {
    "--once: a UDP socket has no connections, so there is no first one that could end; leave it out, or listen on TCP"
}

/// A target without a port to go to.
#[must_use]
pub(crate) fn port_zero() -> &'static str {
    "nobody listens on port 0; write the server's port"
}

/// A host that is no single machine.
#[must_use]
pub(crate) fn any_is_no_target() -> &'static str {
    "* means every interface, which one can listen on but not connect to; write a host"
}

/// `--source` of another kind than the target.
#[must_use]
pub(crate) fn source_kind() -> &'static str {
    "--source and the target must be of one kind (both TCP or both UDP)"
}

/// An address of `serve` or `get` that carries no stream.
#[must_use]
pub(crate) fn files_take_streams() -> &'static str {
    "files are served over TCP or a Unix socket; write PORT, HOST:PORT, '*:PORT' or unix:/path"
}

/// `--dialect name` on a Unix socket.
#[must_use]
pub(crate) fn no_names_without_reset() -> &'static str {
    "--dialect name tells by a reset that a file changed while it was sent, and a Unix socket has none; \
     sockeye and http say it otherwise"
}

/// `--rate 0`.
#[must_use]
pub(crate) fn rate_is_zero() -> &'static str {
    "at 0 bytes a second nothing is ever sent"
}

/// `--idle-timeout 0`.
#[must_use]
pub(crate) fn no_patience() -> &'static str {
    "0s would close every connection at once"
}

/// A command line that clap accepted and we do not.
#[must_use]
pub(crate) fn refused(why: &str, command: &str) -> String {
    format!("{}\n\nFor more information, try 'sockeye {command} --help'.", error(why))
}

/// A command line is not followed, and help would not help.
#[must_use]
pub(crate) fn error(why: &str) -> String {
    format!("error: {why}")
}

/// A hash that is none.
#[must_use]
pub(crate) fn no_digest() -> &'static str {
    "write the 64 hexadecimal digits of the hash"
}

/// A dialect that nobody here speaks.
#[must_use]
pub(crate) fn no_dialect(text: &str) -> String {
    format!("'{}' is no dialect; there are sockeye, http and name", super::safe(text))
}

/// A name that cannot be asked for.
#[must_use]
pub(crate) fn bad_name(name: &[u8], why: impl Display) -> String {
    if name.is_empty() {
        return "the NAME of a file is missing: what stands there is empty".to_owned();
    }
    format!("'{}' is no name of a file: {why}", super::safe(&String::from_utf8_lossy(name)))
}

/// No names.
#[must_use]
pub(crate) fn nothing_to_get() -> &'static str {
    "say what to fetch: one NAME or several, -r for all that is offered, or --list to see what there is"
}

/// `--sha256` for several files.
#[must_use]
pub(crate) fn pins_are_for_one() -> &'static str {
    "--sha256 and --blake3 say what one file has to be; ask for that one alone"
}

/// `-o` for several files.
#[must_use]
pub(crate) fn output_is_for_one() -> &'static str {
    "-o FILE is for one file; --dir DIR takes several"
}

/// `-o ..`
#[must_use]
pub(crate) fn output_is_no_file(path: &str) -> String {
    format!("-o {}: that names a folder; write the file's name too, or use --dir", super::safe(path))
}

/// `--json` beside `-o -`.
#[must_use]
pub(crate) fn json_and_data() -> &'static str {
    "--json and the file cannot both go to standard output; leave one of them out"
}

/// `http://…?query`
#[must_use]
pub(crate) fn no_query(address: &str) -> String {
    format!("{}: a name of a file has no '?' or '#' here; write them as %3F and %23", super::safe(address))
}

/// `-r` beside a pattern.
#[must_use]
pub(crate) fn pattern_and_recursive() -> &'static str {
    "-r takes names of folders, and no patterns; leave one of them out"
}

/// `--list` where there are no listings.
#[must_use]
pub(crate) fn no_listing(dialect: &str) -> String {
    format!("--list and -r ask in the sockeye dialect, and the {dialect} dialect has no listings")
}

/// A long flag behind another dash, or behind one.
#[must_use]
pub(crate) fn two_hyphens(arg: &str, flag: &str, wide: Option<char>) -> String {
    let (arg, flag) = (super::safe(arg), super::safe(flag));
    match wide {
        Some(dash) => format!("'{arg}' begins with '{dash}', which is no hyphen; write --{flag}"),
        None => format!("'{arg}' has one hyphen, and a long flag has two; write --{flag}"),
    }
}

/// A short flag behind another dash.
#[must_use]
pub(crate) fn one_hyphen(arg: &str, flag: &str, dash: char) -> String {
    format!("'{}' begins with '{dash}', which is no hyphen; write -{}", super::safe(arg), super::safe(flag))
}

/// What netcat's flags are here: the first letter of `flag` that is one decides.
#[must_use]
pub(crate) fn flag_of_netcat(flag: &str) -> Option<String> {
    let known: [(&[&str], &str); 10] = [
        (&["l", "--listen"], "sockeye listen PORT stands a server up, with no -l"),
        (&["p", "--port"], "the port stands in the address: sockeye connect HOST:PORT, sockeye listen PORT"),
        (&["u", "--udp"], "UDP stands in the address: udp://HOST:PORT"),
        (&["U", "--unix"], "a Unix socket stands in the address: unix:/path"),
        (&["--tcp", "--host", "--ip"], "the address stands by itself: HOST:PORT; without a scheme it is TCP"),
        (&["z"], "to see whether a port answers: sockeye connect HOST:PORT < /dev/null"),
        (&["k"], "sockeye listen takes one client after the other, and several at once, as it is"),
        (&["w", "q", "i"], "--connect-timeout 5s is for connecting, --wait 5s for answers"),
        (&["v", "--verbose"], "what happens is shown as it is; --json tells programs all of it"),
        (&["n"], "an IP address is never looked up"),
    ];
    let does = match flag.starts_with("--") {
        true => known.iter().find(|(names, _)| names.contains(&flag)),
        false => known
            .iter()
            .find(|(names, _)| flag.chars().any(|c| names.iter().any(|name| name.chars().eq([c])))),
    };
    does.map(|(_, does)| format!("there is no flag '{}' here: {does}", super::safe(flag)))
}

/// `nc -l`.
#[must_use]
pub(crate) fn other_command_listens(word: &str) -> Option<String> {
    Some(format!("there is no command '{}'; to stand a server up: sockeye listen PORT", super::safe(word)))
}

/// A word behind an address that can be no port.
#[must_use]
pub(crate) fn loose_word(word: &str, write: &str) -> String {
    format!("'{}' stands alone behind the address; {write}", super::safe(word))
}

/// What to write where `word` was to be sent.
#[must_use]
pub(crate) fn send_word(word: &str) -> String {
    format!("to send it: --send '{}'", super::safe(word))
}

/// What to write where words that were to be sent or answered came apart.
#[must_use]
pub(crate) fn quotes() -> &'static str {
    "what has blanks in it stands in quotes: --send 'hello world', --send-hex '01 03', --reply 'text:thank you'"
}

/// What to write where `word` was to be the responder.
#[must_use]
pub(crate) fn reply_word(word: &str) -> String {
    format!("to answer so: --reply {}", super::safe(word))
}

/// What is called otherwise elsewhere.
#[must_use]
pub(crate) fn other_command(word: &str) -> Option<String> {
    let does = match word.to_ascii_lowercase().as_str() {
        "client" | "dial" | "send" | "telnet" | "nc" | "netcat" | "open" | "talk" => {
            "to talk to a server: sockeye connect HOST:PORT"
        }
        "server" => {
            "to stand a server up: sockeye listen PORT (to offer a folder for download: sockeye serve DIR)"
        }
        "bind" | "echo" | "host" | "start" | "accept" => "to stand a server up: sockeye listen PORT",
        "share" | "offer" | "upload" | "httpd" | "http" => {
            "to offer a folder for download: sockeye serve DIR"
        }
        "download" | "fetch" | "wget" | "curl" | "pull" => "to fetch a file: sockeye get HOST:PORT NAME",
        "version" => "for the version: sockeye --version",
        _ => return None,
    };
    Some(format!("there is no command '{}'; {does}", super::safe(word)))
}

/// An address where a command stands.
#[must_use]
pub(crate) fn no_command(address: &str) -> String {
    let address = super::safe(address);
    format!(
        "'{address}' is an address, and what to do there is missing: sockeye connect {address} talks to a server, \
         sockeye listen {address} stands one up"
    )
}

/// `0.0.0.0` and `[::]` as a target.
#[must_use]
pub(crate) fn unspecified_target(host: &str, means: &str) -> String {
    format!("{host} is no machine's address: as a target it means this machine ({means})")
}

/// A character that an input method made wide.
#[must_use]
pub(crate) fn full_width(plain: &str) -> String {
    format!("it has full-width characters, as an input method writes them; write {}", super::safe(plain))
}

/// The name of a service that nobody knows.
#[must_use]
pub(crate) fn no_service(name: &str, nearest: Option<&str>) -> String {
    let name = super::safe(name);
    match nearest {
        Some(near) => {
            format!("'{name}' is no port and no known service; did you mean {}?", super::safe(near))
        }
        None => format!("'{name}' is no port (0 to 65535) and no service of /etc/services"),
    }
}

/// A service of the other protocol.
#[must_use]
pub(crate) fn service_of(name: &str, of: &str, asked: &str) -> String {
    format!(
        "'{}' is a service of {of}, not of {asked}; write {of}://, or the port's number",
        super::safe(name)
    )
}

/// Answers that are larger than their questions, open to all.
#[must_use]
pub(crate) fn amplifies() -> &'static str {
    "warning: --allow-amplification: whoever forges a source address can make this server send others much more \
     than was sent here; use it only where everybody who can reach it is trusted"
}

/// A value that TOML cannot hold.
#[must_use]
pub(crate) fn not_utf8(key: &str, value: &std::ffi::OsStr) -> String {
    format!("{key} is not UTF-8, which a job file has to be: {}", super::safe(&value.to_string_lossy()))
}

/// A file that is to hold jobs and does not.
#[must_use]
pub(crate) fn no_job_file(file: &str, why: &str) -> String {
    format!("{} is no job file: {}", super::safe(file), super::safe(why))
}

/// A file that cannot be written.
#[must_use]
pub(crate) fn unwritable(path: &str, why: impl Display) -> String {
    format!("cannot write {}: {why}", super::safe(path))
}

/// A command line was saved.
#[must_use]
pub(crate) fn saved(file: &str, name: &str) -> String {
    let (file, name) = (super::safe(file), super::safe(name));
    format!("saved as job {name}; to run it: sockeye run {file} {name}")
}

/// A value of the wrong kind in a job file.
#[must_use]
pub(crate) fn wants(key: &str, what: &str) -> String {
    format!("{} wants {what}", super::safe(key))
}

/// A job that says not what it does.
#[must_use]
pub(crate) fn no_job_command(commands: &[&str]) -> String {
    format!("this job has no command; write command = \"…\", one of {}", commands.join(", "))
}

/// A job of a command that there is not.
#[must_use]
pub(crate) fn no_such_job_command(name: &str, near: Option<&str>, commands: &[&str]) -> String {
    let name = super::safe(name);
    match near {
        Some(near) => format!("no job has the command '{name}'; did you mean {near}?"),
        None => format!("no job has the command '{name}'; there are {}", commands.join(", ")),
    }
}

/// A key that is no flag of the command.
#[must_use]
pub(crate) fn no_such_key(key: &str, near: Option<&str>, command: &str) -> String {
    let key = super::safe(key);
    match near {
        Some(near) => format!("{command} has no '{key}'; did you mean {near}?"),
        None => format!("{command} has no '{key}'; its keys are the long flags of sockeye {command} --help"),
    }
}

/// A flag in the list of another one.
#[must_use]
pub(crate) fn not_in_one_list(other: &str, key: &str) -> String {
    let (other, key) = (super::safe(other), super::safe(key));
    format!("{other} has no place in the list of {key}; write it as a key of its own")
}

/// A key at the top of a job file that means nothing there.
#[must_use]
pub(crate) fn no_such_table(key: &str) -> String {
    format!("'{}' means nothing here; a job file has [job.NAME] tables and [quick]", super::safe(key))
}

/// A job file without a job.
#[must_use]
pub(crate) fn no_jobs(file: &str) -> String {
    format!(
        "{} has no job; write [job.NAME] and command = \"listen\", or save one with --save",
        super::safe(file)
    )
}

/// A job that the file does not have.
#[must_use]
pub(crate) fn no_such_job(name: &str, file: &str, near: Option<&str>, known: &[&str]) -> String {
    let (name, file) = (super::safe(name), super::safe(file));
    match near {
        Some(near) => format!("{file} has no job '{name}'; did you mean {near}?"),
        None => format!("{file} has no job '{name}'; there are {}", super::safe(&known.join(", "))),
    }
}

/// `after` a job that never listens.
#[must_use]
pub(crate) fn never_listens(name: &str, command: &str) -> String {
    format!("{} is a {command}, which never listens: only listen and serve do", super::safe(name))
}

/// Jobs that wait for each other.
#[must_use]
pub(crate) fn after_itself(name: &str) -> String {
    format!("{} comes after itself: the jobs wait for each other", super::safe(name))
}

/// `--log-format` or `--log-max` alone.
#[must_use]
pub(crate) fn no_log() -> &'static str {
    "--log-format and --log-max say how --log is written; add --log FILE"
}
