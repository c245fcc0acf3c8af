//! `sockeye help TOPIC`: what there is of one kind, each from its table, and what has to be known to write it.

use sockeye_core::{
    frame::{ByteOrder, Checksum},
    rule::{EDIT_KEYS, RULE_KEYS, TOP_KEYS},
};

use super::{
    console, help, keyed,
    page::{self, PAGE_WIDTH, table},
    say, words,
};

/// A topic: its name, the key of what it is about, its text.
pub(crate) struct Topic {
    /// As it is written.
    pub name: &'static str,
    /// As it may be written too.
    pub chinese: &'static str,
    about: &'static str,
    text: fn() -> String,
}

impl Topic {
    /// What it is about, in a few words.
    #[must_use]
    pub(crate) fn about(&self) -> String {
        keyed(self.about)
    }

    /// All of it, on a page.
    #[must_use]
    pub(crate) fn page(&self) -> String {
        format!("{}\n", page::folded(&(self.text)(), PAGE_WIDTH))
    }
}

/// The topics there are.
pub(crate) const TOPICS: [Topic; 12] = [
    Topic { name: "framing", chinese: "分帧", about: "topic-framing", text: framing },
    Topic { name: "checksums", chinese: "校验和", about: "topic-checksums", text: checksums },
    Topic { name: "charsets", chinese: "字符集", about: "topic-charsets", text: help::charsets },
    Topic { name: "replies", chinese: "应答", about: "topic-replies", text: help::replies },
    Topic { name: "rules", chinese: "规则", about: "topic-rules", text: rules },
    Topic { name: "edits", chinese: "编辑", about: "topic-edits", text: edits },
    Topic { name: "templates", chinese: "模板", about: "topic-templates", text: templates },
    Topic { name: "faults", chinese: "故障", about: "topic-faults", text: faults },
    Topic { name: "addresses", chinese: "地址", about: "topic-addresses", text: addresses },
    Topic { name: "units", chinese: "单位", about: "topic-units", text: units },
    Topic { name: "console", chinese: "控制台", about: "topic-console", text: console::topic },
    Topic { name: "exit-codes", chinese: "退出码", about: "topic-exit-codes", text: help::exit_codes },
];

/// The list of topics, below the list of commands.
pub(crate) fn list() -> String {
    let rows: Vec<_> = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about())).collect();
    format!("{}\n{}", say!("help-topics"), table(&rows, PAGE_WIDTH))
}

/// Rows of a table whose first column is typed, and is the same in every language.
fn rows<const N: usize>(rows: [(&str, String); N]) -> String {
    table(&rows.map(|(form, about)| (form.to_owned(), about)), PAGE_WIDTH)
}

fn framing() -> String {
    let parts = [
        help::framings(),
        format!("\n{}", say!("framing-given")),
        rows([("len=4", say!("framing-given-plain")), ("len=2,offset=4", say!("framing-given-offset"))]),
        "    --frame modbus-tcp --send-hex '00 01 00 00 00 00 01 03 00 00 00 01'".to_owned(),
        rows([("strip=N", say!("framing-given-strip"))]),
        "    --frame len=2,offset=2,strip=4 --send hello".to_owned(),
        format!("\n{}", composed()),
        format!("\n{}", say!("framing-notes")),
    ];
    parts.join("\n")
}

/// What the frames of devices have, and how each part is written.
fn composed() -> String {
    let parts = rows([
        ("head=HEX", say!("composed-head")),
        ("len= offset=", say!("composed-length")),
        ("digits=N, varint", say!("composed-other-lengths")),
        ("adjust=N", say!("composed-adjust")),
        ("tail=HEX", say!("composed-tail")),
        ("escape=7d:02=7e:01=7d", say!("composed-escape")),
        ("escape=hex", say!("composed-hex")),
        ("pre=HEX", say!("composed-pre")),
        ("mark=HEX", say!("composed-mark")),
        ("fill=HEX", say!("composed-fill")),
        ("--checksum crc16-modbus,from=2,to=-3", say!("composed-checksum")),
        ("--checksum xor8,hex,from=1", say!("composed-checksum-hex")),
    ]);
    let presets = rows([
        ("jt808", "head=7e,tail=7e,escape=7d:02=7e:01=7d  xor8,from=1,to=-2".to_owned()),
        ("dlt645", "head=68,len=1,offset=9,adjust=2,tail=16,fill=fe  sum8,from=0,to=-2".to_owned()),
        ("iec104", "head=68,len=1,offset=1,strip=2".to_owned()),
        (
            "hj212",
            "head=2323,digits=4,offset=2,adjust=6,strip=6,tail=0d0a  crc16-hj212,hex,from=6,to=-6".to_owned(),
        ),
        ("nmea", "head=24,tail=0d0a,mark=2a  xor8,hex,from=1".to_owned()),
        ("modbus-ascii", "head=3a,tail=0d0a,escape=hex  lrc,from=1,to=-3".to_owned()),
        ("mqtt", "varint,offset=1".to_owned()),
        ("dns-tcp", "len=2".to_owned()),
        ("mllp", "head=0b,tail=1c0d".to_owned()),
        ("modbus-rtu", say!("composed-by-function")),
        ("redis", say!("composed-by-values")),
        ("postgres", say!("composed-by-type")),
    ]);
    [
        say!("composed-what"),
        parts,
        say!("composed-places"),
        say!("composed-lost"),
        say!("composed-presets"),
        presets,
    ]
    .join("\n")
}

fn checksums() -> String {
    let names: Vec<(String, String)> = Checksum::names()
        .filter_map(|name| {
            let sum = Checksum::parse(name).ok()?;
            let size = super::bytes(sum.len());
            let about = match (sum.len(), sum.order()) {
                (1, _) => words(&size),
                (_, ByteOrder::Big) => say!("checksum-high-first", size = size),
                (_, ByteOrder::Little) => say!("checksum-low-first", size = size),
            };
            let others: Vec<&str> =
                Checksum::aliases().iter().filter(|(_, of)| *of == name).map(|(alias, _)| *alias).collect();
            let about = match others.is_empty() {
                true => about,
                false => say!("checksum-also", about = about, names = others.join(", ")),
            };
            Some((name.to_owned(), about))
        })
        .collect();
    let parts = [
        say!("checksums-what"),
        "\n  --checksum NAME[,be|,le][,hex][,from=N][,to=-N][,skip=N]".to_owned(),
        rows([
            ("  ,be ,le", say!("checksums-order")),
            ("  ,hex", say!("checksums-hex")),
            ("  ,from=N ,to=-N", say!("checksums-places")),
            ("  ,skip=N", say!("checksums-skip")),
        ]),
        format!("\n{}", say!("checksums-ccitt")),
        rows([
            ("crc16-ccitt", say!("checksums-kermit")),
            ("crc16-ccitt-false", say!("checksums-false")),
            ("crc16-xmodem", say!("checksums-xmodem")),
        ]),
        say!("checksums-tell-apart"),
        format!("\n{}", say!("checksums-names")),
        table(&names, PAGE_WIDTH),
    ];
    parts.join("\n")
}

/// The keys of a file, and what they mean.
fn keys(keys: &[(&str, &str)]) -> String {
    let rows: Vec<_> = keys.iter().map(|(key, about)| ((*key).to_owned(), keyed(about))).collect();
    table(&rows, PAGE_WIDTH)
}

fn edits() -> String {
    let example = "
  [[rule]]
  dir = \"up\"
  regex = \"^SET limit (\\\\d+)$\"
  replace = \"SET limit 0\"

  [[rule]]
  dir = \"down\"
  prefix = \"ERROR\"
  drop = true

  [[rule]]
  equals = \"PING\"
  delay = \"2s\"";
    let parts = [
        say!("edits-what", command = "sockeye relay 9000 10.0.0.7:8888 --frame line --edit FILE.toml"),
        format!("\n{}", say!("edits-each")),
        keys(&EDIT_KEYS),
        format!("\n{}", say!("edits-notes")),
        example.to_owned(),
    ];
    parts.join("\n")
}

fn rules() -> String {
    let example = "
  greeting = \"220 ready\"

  [[rule]]
  hex = \"01 03 ?? ?? 00 01\"
  reply_hex = \"01 03 02 00 2A\"

  [[rule]]
  prefix = \"REG \"
  name = \"{text:4..10}\"
  reply = \"OK\"
  id = \"registered\"

  [[rule]]
  every = \"5s\"
  after = \"registered\"
  reply_hex = \"01 03 00 00 00 01\"

  [[rule]]
  at = 7
  hex = \"03\"
  reply_hex = \"{hex:0..4} 00 05 {hex:6..8} 02 00 2A\"

  [[rule]]
  hex = \"7e * 7e\"
  then = \"close\"

  [[rule]]
  regex = \"^SET (\\\\w+)=(\\\\d+)$\"
  reply = \"OK $1 is {unix} $2\"
  delay = \"50ms\"";
    let parts = [
        say!("rules-what", command = "--reply rules:FILE.toml"),
        format!("\n{}", say!("rules-top")),
        keys(&TOP_KEYS),
        format!("\n{}", say!("rules-each")),
        keys(&RULE_KEYS),
        format!("\n{}", say!("rules-state")),
        format!("\n{}", say!("rules-groups")),
        example.to_owned(),
    ];
    parts.join("\n")
}

fn templates() -> String {
    [say!("templates-where"), help::placeholders(PAGE_WIDTH), say!("templates-notes")].join("\n")
}

fn faults() -> String {
    let parts = [
        help::faults(),
        "\n  --fault latency=100ms,jitter=20ms --fault slice=1..5".to_owned(),
        rows([("--up slice=3", say!("faults-up")), ("--down latency=1s", say!("faults-down"))]),
        format!("\n{}", say!("faults-seed")),
        format!("\n{}", say!("faults-aliases")),
    ];
    parts.join("\n")
}

fn addresses() -> String {
    format!("{}\n\n{}", help::addresses(), say!("addresses-notes"))
}

fn units() -> String {
    let parts = [
        say!("units-durations"),
        rows([("250ms 3s 2m 1h 1m30s", say!("units-also")), ("1.5, 10", say!("units-seconds"))]),
        say!("units-sizes"),
        rows([
            ("4096", say!("units-bytes")),
            ("64KiB 64K 16MiB 1GiB", say!("units-1024")),
            ("10kB 10MB 1GB", say!("units-1000")),
        ]),
    ];
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_fits_a_page() {
        for topic in &TOPICS {
            for line in topic.page().lines() {
                assert!(page::columns(line) <= PAGE_WIDTH, "{}: {line}", topic.name);
            }
        }
    }
}
