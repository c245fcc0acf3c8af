//! `sockeye help TOPIC`: what there is of one kind, each from its table, and what has to be known to write it.
//! Never repeats what a table of core says.

use sockeye_core::{
    frame::{ByteOrder, Checksum},
    rule::{RULE_KEYS, TOP_KEYS},
};

use super::help;

/// A topic: its name, what it is about, its text.
pub(crate) struct Topic {
    /// As it is written.
    pub name: &'static str,
    /// In a few words.
    pub about: &'static str,
    /// All of it, but for the folding of its paragraphs.
    text: fn() -> String,
}

impl Topic {
    /// All of it, on a page.
    #[must_use]
    pub(crate) fn page(&self) -> String {
        (self.text)().lines().map(folded).collect()
    }
}

/// A line of a page: a paragraph is folded; what is indented, a table, stays as it is.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        let width = word.chars().count();
        if column > 0 && !line.starts_with(' ') && column + width > help::PAGE_WIDTH {
            out.pop();
            out.push('\n');
            column = 0;
        }
        out.push_str(word);
        out.push(' ');
        column += width + 1;
    }
    format!("{}\n", out.trim_end())
}

/// The topics there are.
pub(crate) const TOPICS: [Topic; 10] = [
    Topic { name: "framing", about: "how a stream is cut into messages (--frame)", text: framing },
    Topic { name: "checksums", about: "what rides at the end of a message (--checksum)", text: checksums },
    Topic { name: "charsets", about: "how bytes read as text (--charset)", text: help::charsets },
    Topic { name: "replies", about: "what a server answers (--reply)", text: help::replies },
    Topic { name: "rules", about: "files of answers (--reply rules:FILE)", text: rules },
    Topic { name: "templates", about: "what is filled in: {counter}, {time} …", text: templates },
    Topic { name: "faults", about: "damage on purpose (--fault)", text: faults },
    Topic { name: "addresses", about: "where to talk and to listen", text: addresses },
    Topic { name: "units", about: "durations and sizes", text: || UNITS.to_owned() },
    Topic { name: "exit-codes", about: "what the program ends with", text: help::exit_codes },
];

/// The list of topics, below the list of commands.
pub(crate) fn list() -> String {
    let rows: Vec<_> = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about.to_owned())).collect();
    format!("Topics of 'sockeye help TOPIC':\n{}", help::table(&rows, help::PAGE_WIDTH))
}

fn framing() -> String {
    format!(
        "{}

What --send and the keyboard give with len=:
  The length first, as in len=4: the payload alone, and that is what is shown.
  Bytes before it, as in len=2,offset=4: those bytes mean something, so a
  message is the whole frame, with anything (zeros) where the length goes; it
  is filled in. modbus-tcp is such a framing:
    --frame modbus-tcp --send-hex '00 01 00 00 00 00 01 03 00 00 00 01'
  strip=N takes the first N bytes off what comes, and puts zeros there on
  sending, but for the length. With strip of the whole header a message is the
  payload alone again: --frame len=2,offset=2,strip=4 --send hello

HEX is digits, two a byte, with or without spaces: 0d0a, '0D 0A'. idle=MS is in
milliseconds. Nothing longer than --max-frame (16MiB) is taken or sent.",
        help::framings()
    )
}

fn checksums() -> String {
    let rows: Vec<(String, String)> = Checksum::names()
        .filter_map(|name| {
            let sum = Checksum::parse(name).ok()?;
            let order = match (sum.len(), sum.order()) {
                (1, _) => "",
                (_, ByteOrder::Big) => ", high byte first",
                (_, ByteOrder::Little) => ", low byte first",
            };
            let others: Vec<&str> =
                Checksum::aliases().iter().filter(|(_, of)| *of == name).map(|(alias, _)| *alias).collect();
            let also =
                if others.is_empty() { String::new() } else { format!("; also {}", others.join(", ")) };
            Some((name.to_owned(), format!("{}{order}{also}", super::count(sum.len() as u64, "byte"))))
        })
        .collect();
    format!(
        "A checksum is appended to every message sent and verified on every message
received; a bad one is shown and counted, and the message is not acted on.

  --checksum NAME[,be|,le][,skip=N]
    ,be ,le   high or low byte first, where the device does not do what is usual
    ,skip=N   the first N bytes of a message are not covered

What manuals call CRC-CCITT is one of three:
  crc16-ccitt        the catalogue's: KERMIT (starts at 0000, reflected)
  crc16-ccitt-false  starts at FFFF, not reflected; most manuals mean this one
  crc16-xmodem       starts at 0000, not reflected
The checksum of 123456789 tells them apart: 2189, 29b1, 31c3.

Names, in which case and hyphens do not count:
{}",
        help::table(&rows, help::PAGE_WIDTH)
    )
}

fn rules() -> String {
    let rows = |keys: &[(&str, &str)]| {
        let rows: Vec<_> = keys.iter().map(|(key, about)| ((*key).to_owned(), super::keyed(about))).collect();
        help::table(&rows, help::PAGE_WIDTH)
    };
    format!(
        "A rules file is TOML: sockeye listen 8888 --reply rules:FILE.toml

At its top:
{}

In each [[rule]]: one condition, and what to do:
{}

In a regex's reply $0 is what matched, $1 to $9 its groups, and $$ a dollar.

  greeting = \"220 ready\"

  [[rule]]
  hex = \"01 03 ?? ?? 00 01\"
  reply_hex = \"01 03 02 00 2A\"

  [[rule]]
  hex = \"7e * 7e\"
  then = \"close\"

  [[rule]]
  regex = \"^SET (\\\\w+)=(\\\\d+)$\"
  reply = \"OK $1 is {{unix}} $2\"
  delay = \"50ms\"",
        rows(&TOP_KEYS),
        rows(&RULE_KEYS)
    )
}

fn templates() -> String {
    format!(
        "Filled in where an answer or something said again is sent (--reply text:, the
replies of rules, --send, /every):
{}
{{text}}, {{hex}}, {{len}} and {{peer}} are of the message that is answered, so --send
has none of them. Braces that mean nothing are themselves; {{{{counter}} is the
text {{counter}}. In a regex rule's reply $1 to $9 are its groups.",
        super::help::indented(&sockeye_core::rule::placeholder_help(super::language()))
    )
}

fn faults() -> String {
    format!(
        "{}

  --fault latency=100ms,jitter=20ms --fault slice=1..5
  --up slice=3          only what the client sends (as dir=up does)
  --down latency=1s     only what the server sends

All chance comes from --seed N: the same seed damages the same bytes again.
Without one a seed is drawn, and shown.",
        help::faults()
    )
}

fn addresses() -> String {
    format!(
        "{}

HOST and PORT may stand apart: sockeye connect 10.0.0.7 8888, and so for listen.
A bare port or :PORT is this machine: connect tries 127.0.0.1 and [::1], listen
binds both. Others can reach a listener at 0.0.0.0:PORT, [::]:PORT or '*:PORT'.
As a target 0.0.0.0 is this machine.",
        help::ADDRESS
    )
}

const UNITS: &str = "\
Durations (--wait, --every, --retry-delay, --idle-timeout …):
  250ms  3s  2m  1h  1m30s   also us, ns and d
  1.5 and 10                 a bare number is seconds
Sizes (--max-frame, --rate of serve …):
  4096                       a bare number is bytes
  64KiB  64K  16MiB  1GiB    times 1024
  10kB  10MB  1GB            times 1000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_fits_a_page() {
        for topic in &TOPICS {
            for line in topic.page().lines() {
                assert!(line.chars().count() <= help::PAGE_WIDTH, "{}: {line}", topic.name);
            }
        }
        assert_eq!(folded("  as it is"), "  as it is\n");
    }
}
