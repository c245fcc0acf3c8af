//! Help texts: options that need more than a line, worked examples, and the lists made from core's tables.
//! Never repeats a table: what there is comes from core.

use std::fmt::Write as _;

use sockeye_core::{
    behaviour::REPLIES,
    charset, frame,
    limit::{SERVE_PORT, default_of},
    rule::placeholder_help,
    stage::FAULTS,
};

use crate::failure::CODES;

/// Columns of a help page.
pub(crate) const PAGE_WIDTH: usize = 80;
/// Columns of an option's long help, which stands 10 columns in.
const OPTION_WIDTH: usize = 70;

/// `--frame`, short.
pub(crate) const FRAME: &str =
    "How messages are cut: raw, line, crlf, len=4,le, py-struct-i … (--help lists them)";
/// `--checksum`, short.
pub(crate) const CHECKSUM: &str = "Append a checksum on sending, verify it on receiving: crc16-modbus …";
/// `--max-frame`.
pub(crate) fn max_frame() -> String {
    format!("The longest message, as in 64KiB or 10MB [default: {}]", default_of("max-frame"))
}
/// `--charset`, short.
pub(crate) const CHARSET: &str = "How bytes read as text: utf-8 (default), gbk, big5, utf-16le …";
/// `--fault`, short.
pub(crate) const FAULT: &str = "Do damage on purpose: latency=100ms,jitter=20ms; slice=1..5 (repeatable)";
/// `--reply`, short.
pub(crate) const REPLY: &str = "What it answers: echo, time, ctime, text:…, rules:FILE … (--help lists them)";
/// `--max-connections`.
pub(crate) fn max_connections() -> String {
    format!("Conversations at once; later ones wait [default: {}]", default_of("max-connections"))
}
/// `--rate` of `listen`.
pub(crate) fn rate() -> String {
    format!("Answer one peer at most so many messages a second [default: {}]", default_of("rate"))
}
/// `--listen` of `serve`.
pub(crate) fn serve_listen() -> String {
    format!("Where: PORT (this machine only), HOST:PORT, '*:PORT', unix:/path [default: {SERVE_PORT}]")
}
/// Examples of `run`, short.
pub(crate) const RUN: &str = "\
Examples:
  sockeye listen 8888 --reply echo --save jobs.toml:device
  sockeye run jobs.toml          # every job of the file, together
  sockeye run jobs.toml device   # one of them, as if it had been typed";
/// The same with what a job file is.
pub(crate) const RUN_LONG: &str = "\
A job file:
  [job.device]
  command = \"listen\"
  addr = \"8888\"
  frame = \"modbus-tcp\"
  reply = \"rules:device.toml\"

  [job.master]
  command = \"connect\"
  after = \"device\"               # begins once device listens
  addr = \"8888\"
  frame = \"modbus-tcp\"
  send-hex = [\"00 01 00 00 00 02 01 03\"]
  log = \"master.log\"

Every flag stands under its long name, a repeatable one as a list, ADDR and the
others under their names in small letters; --print-plan prints any command so.
Where --send and --send-hex alternate, one stands in the list of the other:
send = [\"hello\", { send-hex = \"01 03\" }].

Several jobs run in one process until all are done or one signal stops them all.
Nobody types to them; each line says whose it is, --json as \"job\". The exit code
is the greatest of theirs. A job alone has the keyboard, as its command would.";
/// `--save`, short.
pub(crate) const SAVE: &str = "Keep this command as a job of FILE, for sockeye run, and run it";
/// `--save`, long.
pub(crate) const SAVE_LONG: &str = "\
    Keep this command as a job of FILE, for sockeye run, and run it. What else FILE \
    holds stays as it is; a job of that NAME is replaced. Without a NAME the job is \
    called after its command. With --print-plan it is kept and not run.";
/// `--log-format`.
pub(crate) const LOG_FORMAT: &str =
    "What the log holds: text (hex too where it is no text), hex or json [default: text]";
/// `--send`, short.
pub(crate) const SEND: &str = "Send this text, in --charset, and wait for answers (repeatable)";
/// `--send`, long.
pub(crate) const SEND_LONG: &str = "\
    Send this text, in --charset, and wait for answers. Several go out as several \
    writes, in the order of the command line, --send-hex and --send-file included. \
    {counter} {time} {ctime} {date} {unix} {random:N} {uuid} are filled in; other \
    braces are themselves, and {{counter} is the text {counter}. With any of these \
    options standard input is not read and nothing is half-closed: the run ends when \
    the peer closes, when --count answers came, or when nothing came for --wait.";
/// `--wait`, short.
pub(crate) fn wait() -> String {
    let (once, datagram) = (default_of("wait"), default_of("wait-datagram"));
    format!("How long to wait for (more) answers [{once}; for a pipe: {datagram} on UDP, else no limit]")
}
/// `--wait`, long.
pub(crate) fn wait_long() -> String {
    let (once, datagram) = (default_of("wait"), default_of("wait-datagram"));
    format!(
        "The longest silence before it is done, counted from the last thing said or heard. \
         {once} after --send and its kin or with --expect; {datagram} for a pipe on UDP; no limit for \
         a pipe on TCP, which waits until the peer closes. No answer at all is exit code 28."
    )
}
/// `--expect`, short.
pub(crate) const EXPECT: &str =
    "What has to come: TEXT, /regex/ or hex:01 ?? 03 (or exit code 121; 28 for silence)";
/// `--expect`, long.
pub(crate) const EXPECT_LONG: &str = "\
    What has to come; done as soon as it has. TEXT occurs in what is received, \
    /regex/ (or /regex/i) matches it, hex:01 ?? 03 are bytes of which ?? is any, and \
    * any number of any. \
    Without framing it may come in parts. Something else came instead: exit code \
    121. Nothing came: 28.";
/// ADDR, long.
pub(crate) const ADDRESS: &str = "\
Where:
  HOST:PORT or PORT  TCP; a bare port is this machine, v4 and v6;
                     a service of /etc/services is a port: HOST:http
  [::1]:PORT         IPv6 goes in brackets
  *:PORT             every interface, to listen on
  udp://HOST:PORT    UDP; with ?iface=NAME, ?join, ?broadcast, ?ttl=N,
                     joined by & where there are several
  unix:/path         a Unix socket; unix:@name is an abstract one
Port 0 lets the system choose when listening; the real port is shown.";

/// Examples of `connect`.
pub(crate) const CONNECT: &str = "\
Examples:
  Say hello and print the answer:
    sockeye connect 127.0.0.1:8888 --send hello
  Talk GBK with a device whose messages are 4 bytes of length and a body:
    sockeye connect 10.0.0.7:9000 --frame py-struct-i --charset gbk
  Check that a server answers a Modbus question, for a script:
    sockeye connect 10.0.0.7:502 --frame modbus-tcp \\
      --send-hex '00 01 00 00 00 06 01 03 00 00 00 01' --expect 'hex:01 03 02'";

/// Examples of `listen`.
pub(crate) const LISTEN: &str = "\
Examples:
  Answer everybody with a fixed text:
    sockeye listen 8888 --reply 'text:thank you, tcp client'
  Type the answers yourself (on a terminal), in GBK:
    sockeye listen 8898 --charset gbk
  A UDP server that puts the time before every datagram, for the whole network:
    sockeye listen 'udp://*:9000' --reply ctime --allow-amplification";

/// Examples of `serve`.
pub(crate) const SERVE: &str = "\
Examples:
  Offer this folder to this machine, on port 8889:
    sockeye serve
  Offer another one to the network, at most 10 MB a second to each, 50 to all:
    sockeye serve /srv/files --listen '*:8889' --rate 10MB --total-rate 50MB
  Replace the tutorials' file server, and log every request for programs:
    sockeye serve ./files --listen 127.0.0.1:7788 --dialect name --json";
/// `--dialect`, short.
pub(crate) const DIALECT: &str = "How it may be asked: some of sockeye,http,name [default: all three]";
/// `--dialect`, long.
pub(crate) fn dialect_long() -> String {
    format!(
        "\
How it may be asked, told apart by the first bytes [default: all]:
  sockeye  our own protocol (docs/PROTOCOL.md), which sockeye get
           speaks: it lists, resumes and verifies
  http     GET and HEAD for curl, wget and browsers: ranges, ETag,
           listings and ?json
  name     the tutorials': a bare name, ended by a pause of {}, a
           newline or a FIN; the answer is the bytes and a close, or
           the single byte 1 and a close",
        default_of("name-pause")
    )
}

/// `--allow-host`, short.
pub(crate) const ALLOW_HOST: &str = "HTTP may call this server by this name too (repeatable)";
/// `--allow-host`, long.
pub(crate) const ALLOW_HOST_LONG: &str = "\
    HTTP may call this server by this name too (repeatable). A server that only this \
    machine can reach answers to localhost, *.localhost, 127.0.0.0/8, [::1] and the \
    HOST of --listen, and refuses every other name with 403: a web page whose own name leads here (DNS \
    rebinding) could read everything otherwise. Give the names of /etc/hosts, a \
    reverse proxy or a tunnel here. A server that others can reach answers to every \
    name, until some are given: then to those and to addresses in digits.";

/// Examples of `get`.
pub(crate) const GET: &str = "\
Examples:
  Fetch a file; the same command goes on where it was interrupted:
    sockeye get 10.0.0.7:8889 docs/report.pdf
  See what there is, and fetch all of it, or go on with that:
    sockeye get 10.0.0.7:8889 --list docs
    sockeye get 10.0.0.7:8889 -r docs --dir /srv/copy
  From a web server, and check what came:
    sockeye get http://10.0.0.7:8000/big.iso --sha256 9f86d0...
  From the tutorials' file server, into a file of another name:
    sockeye get 10.0.0.7:7788 a.txt --dialect name -o b.txt";

/// `--dialect` of `get`.
pub(crate) const GET_DIALECT: &str = "How the server is asked: sockeye, http, or name (a bare name, as in the tutorials) [default: sockeye, \
    or http for http://]";

/// Below the options of `get --help`.
#[must_use]
pub(crate) fn get_long() -> String {
    format!("{GET}\n\n{}", exit_codes())
}

/// Examples of `limits`.
pub(crate) const LIMITS: &str = "\
Examples:
  Read them:
    sockeye limits
  Find the one that a flag changes:
    sockeye limits | grep -- --max-frame
  Take them into a program:
    sockeye limits --json | jq -r '[.name, .default] | @tsv'";

/// Examples of `schema`.
pub(crate) const SCHEMA: &str = "\
Examples:
  Read what the fields of an event mean:
    sockeye schema | jq '.\"$defs\".recv.properties'
  Hold a log to it (with check-jsonschema, say):
    sockeye schema > events.schema.json";

/// Examples of `completions`.
pub(crate) const COMPLETIONS: &str = "\
Examples:
  bash:
    sockeye completions bash >> ~/.bash_completion
  zsh (in a folder of $fpath):
    sockeye completions zsh > ~/.zfunc/_sockeye
  fish:
    sockeye completions fish > ~/.config/fish/completions/sockeye.fish";

/// Examples of `man`.
pub(crate) const MAN: &str = "\
Examples:
  Write them into a folder and read one:
    sockeye man --out ./man && man ./man/sockeye-connect.1
  For yourself:
    sockeye man --out ~/.local/share/man/man1
  For everybody on this machine:
    sudo sockeye man --out /usr/local/share/man/man1";

/// Below the list of commands.
#[must_use]
pub(crate) fn top() -> String {
    "\
Examples:
  sockeye connect 127.0.0.1:8888 --send hello   say hello, print the answer
  sockeye listen 8888 --reply echo              echo to every client
  sockeye listen 8888                           type the answers yourself
  sockeye serve ./files                         offer a folder for download
  sockeye get 10.0.0.7:8889 report.pdf          fetch a file from one

'sockeye COMMAND --help' shows all options of a command, with examples;
'sockeye help TOPIC' what there is of framing, checksums, charsets, replies,
rules, templates, faults, addresses, units (a bare number of a duration is
seconds), exit-codes."
        .to_owned()
}

/// Below the list of commands, with the exit codes.
#[must_use]
pub(crate) fn top_long() -> String {
    format!("{}\n\n{}", top(), exit_codes())
}

/// Below the options of `connect --help`.
#[must_use]
pub(crate) fn connect_long() -> String {
    format!("{CONNECT}\n\n{}", exit_codes())
}

/// Below the options of `listen --help`.
#[must_use]
pub(crate) fn listen_long() -> String {
    format!("{LISTEN}\n\n{}", exit_codes())
}

/// Below the options of `serve --help`.
#[must_use]
pub(crate) fn serve_long() -> String {
    format!("{SERVE}\n\n{}", exit_codes())
}

/// The table of exit codes.
#[must_use]
pub(crate) fn exit_codes() -> String {
    let rows: Vec<(String, String)> =
        CODES.iter().map(|(code, about)| (format!("{code:>3}"), (*about).to_owned())).collect();
    format!("Exit codes:\n{}", table(&rows, PAGE_WIDTH))
}

/// Every framing.
#[must_use]
pub(crate) fn framings() -> String {
    let rows: Vec<_> = frame::rows().map(|row| (row.form.to_owned(), super::keyed(row.about))).collect();
    format!(
        "How the stream is cut into messages, and how messages are joined:\n{}",
        table(&rows, OPTION_WIDTH)
    )
}

/// Every checksum.
#[must_use]
pub(crate) fn checksums() -> String {
    let names: Vec<&str> = frame::Checksum::names().collect();
    format!(
        "A checksum that is appended to every message sent and verified on every message received; a bad one is shown \
         and counted. ,be or ,le behind the name is the order of its bytes, ,skip=N leaves the first N bytes of a message \
         uncovered. 'sockeye help checksums' tells more (crc16-ccitt is KERMIT). The names:\n{}",
        names.join(", ")
    )
}

/// Every charset.
#[must_use]
pub(crate) fn charsets() -> String {
    let rows: Vec<_> = charset::labels().map(|row| (row.name.to_owned(), super::keyed(row.about))).collect();
    format!(
        "How bytes read as text, and how text becomes bytes. Every label of the WHATWG \
         Encoding Standard is known, and names such as cp936; these are listed:\n{}",
        table(&rows, OPTION_WIDTH)
    )
}

/// Every fault.
#[must_use]
pub(crate) fn faults() -> String {
    let rows: Vec<_> = FAULTS.iter().map(|row| (row.form.to_owned(), super::keyed(row.about))).collect();
    format!(
        "Damage on purpose; several work one after the other. Every one takes dir=up or dir=down (up is from client \
         to server) and chance=P (0 to 1, drawn for each conversation):\n{}",
        table(&rows, OPTION_WIDTH)
    )
}

/// Every responder.
#[must_use]
pub(crate) fn replies() -> String {
    let rows: Vec<_> = REPLIES.iter().map(|row| (row.form.to_owned(), super::keyed(row.about))).collect();
    format!(
        "What it answers to every message (without framing: to every read). Without --reply you type the answers; \
         /help shows how.\n{}\nIn a TEMPLATE:\n{}",
        table(&rows, OPTION_WIDTH),
        indented(&placeholder_help(super::language()))
    )
}

pub(super) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect::<String>().trim_end().to_owned()
}

/// Two columns within `width`; a first entry that is too wide stands on a line of its own.
pub(super) fn table(rows: &[(String, String)], width: usize) -> String {
    const WIDEST: usize = 20;
    let chars = |text: &str| text.chars().count();
    let left = rows.iter().map(|(name, _)| chars(name)).filter(|w| *w <= WIDEST).max().unwrap_or(0);
    let mut out = String::new();
    for (name, about) in rows {
        let mut column = 2 + chars(name);
        out.push_str("  ");
        out.push_str(&folded(name, width - 2));
        if chars(name) > left {
            out.push('\n');
            column = 0;
        }
        // Writing to a string cannot fail.
        let _ = write!(out, "{:1$}", "", left + 3 - column);
        column = left + 3;
        for word in about.split(' ') {
            if column + 1 + chars(word) > width {
                let _ = write!(out, "\n{:1$}", "", left + 3);
                column = left + 3;
            }
            out.push(' ');
            out.push_str(word);
            column += 1 + chars(word);
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// A form too long for a line goes on before one of its optional parts.
fn folded(form: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for part in form.split_inclusive(']') {
        let part = if column == 0 { part } else { part.trim_start() };
        let chars = part.chars().count();
        if column > 0 && column + chars > width {
            out.push_str("\n      ");
            column = 4;
        }
        out.push_str(part);
        column += chars;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_wrap_under_their_second_column() {
        let rows = [
            ("a".to_owned(), "one two three".to_owned()),
            ("x".repeat(21), "y".to_owned()),
            ("bb".to_owned(), "z".to_owned()),
        ];
        assert_eq!(table(&rows, 14), "  a   one two\n      three\n  xxxxxxxxxxxxxxxxxxxxx\n      y\n  bb  z");
    }

    #[test]
    fn every_list_fits_where_it_stands() {
        for text in [framings(), charsets(), faults(), replies(), dialect_long()] {
            // clap wraps the paragraphs; what is indented it leaves alone.
            for line in text.lines().filter(|line| line.starts_with("  ")) {
                assert!(line.chars().count() <= OPTION_WIDTH, "{line}");
            }
        }
        for text in [
            exit_codes(),
            top(),
            CONNECT.to_owned(),
            LISTEN.to_owned(),
            SERVE.to_owned(),
            GET.to_owned(),
            LIMITS.to_owned(),
            COMPLETIONS.to_owned(),
            MAN.to_owned(),
        ] {
            for line in text.lines() {
                assert!(line.chars().count() <= PAGE_WIDTH, "{line}");
            }
        }
    }
}
