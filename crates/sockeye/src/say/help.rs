//! Help texts: what each command and flag does, worked examples, and the lists made from core's tables.

use sockeye_core::{
    behaviour::{REPLIES, ReplyRow},
    charset, frame,
    limit::{SERVE_PORT, default_of},
    rule::PLACEHOLDERS,
    stage::FAULTS,
};
use sockeye_text::{Text, exists};

use super::{
    examples, keyed, page,
    page::{PAGE_WIDTH, table},
    say, words,
};
use crate::failure::CODES;

/// Columns of an option's long help, which stands 10 columns in.
pub(crate) const OPTION_WIDTH: usize = 70;

/// What a flag or an argument does, short and, where there is more to say, long.
#[derive(Debug)]
pub(crate) struct FlagHelp {
    pub short: String,
    pub long: Option<String>,
}

/// What the argument `id` of a command does. The sentence is the command's own, or one for all that have such an argument.
#[must_use]
pub(crate) fn flag(command: &str, id: &str) -> Option<FlagHelp> {
    let id = id.replace('_', "-");
    let key = [format!("flag-{command}-{id}"), format!("flag-{id}")].into_iter().find(|key| exists(key))?;
    let long = match (command, id.as_str()) {
        ("connect" | "listen", "address") => Some(addresses()),
        (_, "frame") => Some(framings()),
        (_, "checksum") => Some(checksums()),
        (_, "charset") => Some(charsets()),
        (_, "fault") => Some(faults()),
        ("connect", "reply") => Some(replies_after(&say!("help-replies-connect"), |row| !row.is_shared())),
        (_, "reply") => Some(replies()),
        ("serve", "dialect") => Some(dialects()),
        _ => {
            let long = format!("{key}-long");
            exists(&long).then(|| with_defaults(long))
        }
    };
    Some(FlagHelp { short: with_defaults(key), long })
}

/// A sentence that may name defaults.
fn with_defaults(key: String) -> String {
    let text = Text::of_key(key)
        .with("max_frame", default_of("max-frame"))
        .with("max_connections", default_of("max-connections"))
        .with("rate", default_of("rate"))
        .with("serve_port", SERVE_PORT.to_string())
        .with("wait", default_of("wait"))
        .with("wait_datagram", default_of("wait-datagram"))
        .with("retry_delay", default_of("retry-delay"))
        .with("longest", default_of("reconnect-longest"));
    words(&text)
}

/// What a command does: in a line, and where there is more to say in paragraphs. The program itself has no name.
#[must_use]
pub(crate) fn about(command: &str) -> (String, Option<String>) {
    let key = if command.is_empty() { "help-about".to_owned() } else { format!("help-about-{command}") };
    let long = format!("{key}-long");
    let short = keyed(&key);
    let long =
        exists(&long).then(|| say!("help-about-more", short = short.as_str(), more = Text::of_key(long)));
    (short, long)
}

/// The default of a flag, behind what it does.
#[must_use]
pub(crate) fn default_note(value: &str) -> String {
    say!("help-default", value = value)
}

/// The values that a flag can have, behind what it does.
#[must_use]
pub(crate) fn possible_note(values: &str) -> String {
    say!("help-possible", values = values)
}

/// What stands below the options of a command, short and long.
#[must_use]
pub(crate) fn below(command: &str) -> Option<(String, String)> {
    if command.is_empty() {
        let top = format!("{}\n\n{}", examples::top(), page::folded(&say!("help-top"), PAGE_WIDTH));
        let long = format!("{top}\n\n{}", exit_codes());
        return Some((top, long));
    }
    let short = examples::of(command)?;
    let long = match command {
        "connect" | "listen" | "serve" | "get" | "check" | "probe" | "bench" => {
            format!("{short}\n\n{}", exit_codes())
        }
        "run" => format!("{short}\n\n{}", job_files()),
        _ => short.clone(),
    };
    Some((short, long))
}

fn job_files() -> String {
    let file = "\
  [job.device]
  command = \"listen\"
  addr = \"8888\"
  frame = \"modbus-tcp\"
  reply = \"rules:device.toml\"

  [job.master]
  command = \"connect\"
  after = \"device\"
  addr = \"8888\"
  frame = \"modbus-tcp\"
  send-hex = [\"00 01 00 00 00 02 01 03\"]
  log = \"master.log\"";
    let about = page::folded(&say!("help-job-file-about"), PAGE_WIDTH);
    format!("{}\n{file}\n\n{about}", say!("help-job-file"))
}

/// How addresses are written.
#[must_use]
pub(crate) fn addresses() -> String {
    let rows = [
        ("HOST:PORT, PORT", say!("where-tcp")),
        ("[::1]:PORT", say!("where-v6")),
        ("*:PORT", say!("where-all")),
        ("udp://HOST:PORT", say!("where-udp")),
        ("unix:/path", say!("where-unix")),
    ];
    let rows = rows.map(|(form, about)| (form.to_owned(), about));
    let lines = [say!("where-where"), table(&rows, OPTION_WIDTH), say!("where-port-zero")];
    lines.join("\n")
}

/// The dialects of `serve`.
fn dialects() -> String {
    let rows = [
        ("sockeye", say!("dialect-sockeye")),
        ("http", say!("dialect-http")),
        ("name", say!("dialect-name", pause = default_of("name-pause"))),
    ];
    let rows = rows.map(|(name, about)| (name.to_owned(), about));
    format!("{}\n{}", say!("dialect-how"), table(&rows, OPTION_WIDTH))
}

/// The table of exit codes.
#[must_use]
pub(crate) fn exit_codes() -> String {
    let rows: Vec<(String, String)> =
        CODES.iter().map(|(code, about)| (format!("{code:>3}"), keyed(about))).collect();
    format!("{}\n{}", say!("help-exit-codes"), table(&rows, PAGE_WIDTH))
}

/// Every framing.
#[must_use]
pub(crate) fn framings() -> String {
    let rows: Vec<_> = frame::rows().map(|row| (row.form.to_owned(), keyed(row.about))).collect();
    format!("{}\n{}", say!("help-framings"), table(&rows, OPTION_WIDTH))
}

/// Every checksum.
#[must_use]
pub(crate) fn checksums() -> String {
    let names: Vec<&str> = frame::Checksum::names().collect();
    format!("{}\n{}", say!("help-checksums"), names.join(", "))
}

/// Every charset.
#[must_use]
pub(crate) fn charsets() -> String {
    let rows: Vec<_> = charset::labels().map(|row| (row.name.to_owned(), keyed(row.about))).collect();
    format!("{}\n{}", say!("help-charsets"), table(&rows, OPTION_WIDTH))
}

/// Every fault.
#[must_use]
pub(crate) fn faults() -> String {
    let rows: Vec<_> = FAULTS.iter().map(|row| (row.form.to_owned(), keyed(row.about))).collect();
    format!("{}\n{}", say!("help-faults"), table(&rows, OPTION_WIDTH))
}

/// Every responder.
#[must_use]
pub(crate) fn replies() -> String {
    replies_after(&say!("help-replies"), |_| true)
}

/// Those that fit, behind `what` it is about.
fn replies_after(what: &str, fits: fn(&ReplyRow) -> bool) -> String {
    let rows = REPLIES.iter().filter(|row| fits(row));
    let rows: Vec<_> = rows.map(|row| (row.form.to_owned(), keyed(row.about))).collect();
    let in_template = say!("help-in-template");
    format!("{what}\n{}\n{in_template}\n{}", table(&rows, OPTION_WIDTH), placeholders(OPTION_WIDTH))
}

/// What templates fill in.
pub(super) fn placeholders(width: usize) -> String {
    let rows = PLACEHOLDERS.map(|(name, about)| (format!("{{{name}}}"), keyed(about)));
    table(&rows, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_fits_where_it_stands() {
        for text in [framings(), charsets(), faults(), replies(), dialects(), addresses()] {
            // Paragraphs are folded where they stand; what is indented is left alone.
            for line in text.lines().filter(|line| line.starts_with("  ")) {
                assert!(page::columns(line) <= OPTION_WIDTH, "{line}");
            }
        }
        for command in ["", "connect", "listen", "serve", "get", "run", "limits", "schema", "man"] {
            let (_, long) = below(command).unwrap();
            long.lines().for_each(|line| assert!(page::columns(line) <= PAGE_WIDTH, "{line}"));
        }
    }
}
