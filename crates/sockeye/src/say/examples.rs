//! Worked examples of each command, as help and man pages show them.

use super::{keyed, page, say};

/// A command that somebody may paste, and the key of what it does; a command of several lines has its breaks in it.
type Example = (&'static str, &'static str);

const CONNECT: &[Example] = &[
    ("example-connect-hello", "sockeye connect 127.0.0.1:8888 --send hello"),
    ("example-connect-gbk", "sockeye connect 10.0.0.7:9000 --frame py-struct-i --charset gbk"),
    (
        "example-connect-modbus",
        "sockeye connect 10.0.0.7:502 --frame modbus-tcp \\\n  \
         --send-hex '00 01 00 00 00 06 01 03 00 00 00 01' --expect 'hex:01 03 02'",
    ),
    (
        "example-connect-dtu",
        "sockeye connect 10.0.0.7:9000 --frame line --greet 'REG DTU002' \\\n  \
         --send 'beat {counter}' --every 5s --reply rules:device.toml --reconnect",
    ),
];
const LISTEN: &[Example] = &[
    ("example-listen-text", "sockeye listen 8888 --reply 'text:thank you, tcp client'"),
    ("example-listen-type", "sockeye listen 8898 --charset gbk"),
    ("example-listen-udp", "sockeye listen 'udp://*:9000' --reply ctime --allow-amplification"),
];
const SERVE: &[Example] = &[
    ("example-serve-here", "sockeye serve"),
    ("example-serve-network", "sockeye serve /srv/files --listen '*:8889' --rate 10MB --total-rate 50MB"),
    ("example-serve-tutorial", "sockeye serve ./files --listen 127.0.0.1:7788 --dialect name --json"),
];
const GET: &[Example] = &[
    ("example-get-file", "sockeye get 10.0.0.7:8889 docs/report.pdf"),
    (
        "example-get-folder",
        "sockeye get 10.0.0.7:8889 --list docs\nsockeye get 10.0.0.7:8889 -r docs --dir /srv/copy",
    ),
    ("example-get-web", "sockeye get http://10.0.0.7:8000/big.iso --sha256 9f86d0..."),
    ("example-get-tutorial", "sockeye get 10.0.0.7:7788 a.txt --dialect name -o b.txt"),
];
const RELAY: &[Example] = &[
    ("example-relay-watch", "sockeye relay 9000 127.0.0.1:8888"),
    ("example-relay-modbus", "sockeye relay 5020 10.0.0.7:502 --frame modbus-tcp --hex --log modbus.log"),
    (
        "example-relay-bad",
        "sockeye relay 9000 10.0.0.7:6379 --fault latency=100ms,jitter=20ms \\\n  \
         --down bandwidth=1MB --seed 42",
    ),
    ("example-relay-api", "sockeye relay --api 8474"),
];
const GUESS: &[Example] = &[
    ("example-guess-file", "sockeye guess captured.bin"),
    ("example-guess-hex", "echo '00 05 68 65 6c 6c 6f 00 03 62 79 65 00 02 6f 6b' | sockeye guess"),
    ("example-guess-listen", "sockeye guess --listen 9000 --wait 3s"),
];
const SUM: &[Example] = &[
    ("example-sum-name", "sockeye sum crc16-modbus --hex '01 03 00 0a 00 02'"),
    ("example-sum-all", "sockeye sum --all 123456789"),
    (
        "example-sum-find",
        "sockeye sum --find 68aaaaaaaaaaaa681300df16 6801000000000068110433333433b316 \\\n  689999999999996808006e16",
    ),
];
const CHECK: &[Example] = &[
    ("example-check-line", "sockeye check 127.0.0.1:8888 --frame line --send hello"),
    ("example-check-header", "sockeye check 10.0.0.7:9000 --frame len=4 --send hello --send goodbye"),
    ("example-check-ci", "sockeye check 8888 --frame crlf --send PING --expect PONG --junit check.xml"),
    (
        "example-check-device",
        "sockeye check --listen '*:9000' --frame modbus-tcp \\\n  --send-hex '00 00 00 00 00 02 01 03'",
    ),
];
const PROBE: &[Example] = &[
    ("example-probe-port", "sockeye probe 10.0.0.7:502"),
    ("example-probe-redis", "sockeye probe 6379 --send PING --eol crlf --expect +PONG"),
    (
        "example-probe-modbus",
        "sockeye probe 10.0.0.7:502 --frame modbus-tcp \\\n  --send-hex '00 01 00 00 00 06 01 03 00 00 00 01'",
    ),
    ("example-probe-metrics", "sockeye probe @targets.txt --metrics 9116 --zabbix-agent 10050"),
    ("example-probe-many", "sockeye probe @targets.txt --count 0 --interval 10s --on-change ./tell.sh"),
    (
        "example-probe-udp",
        "sockeye probe udp://10.0.0.1:53 \\\n  --send-hex '12 34 01 00 00 01 00 00 00 00 00 00 00 00 02 00 01'",
    ),
];
const RUN: &[Example] = &[
    ("example-run-save", "sockeye listen 8888 --reply echo --save jobs.toml:device"),
    ("example-run-all", "sockeye run jobs.toml"),
    ("example-run-one", "sockeye run jobs.toml device"),
];
const EXPLAIN: &[Example] = &[
    ("example-explain-rst", "sockeye explain rst"),
    ("example-explain-word", "sockeye explain 粘包"),
    ("example-explain-all", "sockeye explain --all | less"),
];
const LIMITS: &[Example] = &[
    ("example-limits-read", "sockeye limits"),
    ("example-limits-flag", "sockeye limits | grep -- --max-frame"),
    ("example-limits-program", "sockeye limits --json | jq -r '[.name, .default] | @tsv'"),
];
const BENCH: &[Example] = &[
    ("example-bench-echo", "sockeye bench 127.0.0.1:8888 --connections 64 --duration 10s"),
    (
        "example-bench-rate",
        "sockeye bench 10.0.0.7:9001 --rate 5000 --frame len=4 --send 'order {counter}' --expect OK --yes",
    ),
    ("example-bench-bulk", "sockeye bench 127.0.0.1:8888 --bulk up"),
    ("example-bench-compare", "sockeye bench 127.0.0.1:8888 --compare 127.0.0.1:8889 --svg latency.svg"),
];
const SCHEMA: &[Example] = &[
    ("example-schema-read", "sockeye schema | jq '.\"$defs\".recv.properties'"),
    ("example-schema-check", "sockeye schema > events.schema.json"),
];
const COMPLETIONS: &[Example] = &[
    ("example-completions-bash", "sockeye completions bash >> ~/.bash_completion"),
    ("example-completions-zsh", "sockeye completions zsh > ~/.zfunc/_sockeye"),
    ("example-completions-fish", "sockeye completions fish > ~/.config/fish/completions/sockeye.fish"),
];
const MAN: &[Example] = &[
    ("example-man-read", "sockeye man --out ./man && man ./man/sockeye-connect.1"),
    ("example-man-self", "sockeye man --out ~/.local/share/man/man1"),
    ("example-man-all", "sudo sockeye man --out /usr/local/share/man/man1"),
];
/// Below the list of commands: what each does stands beside it.
const TOP: &[Example] = &[
    ("example-top-connect", "sockeye connect 127.0.0.1:8888 --send hello"),
    ("example-top-echo", "sockeye listen 8888 --reply echo"),
    ("example-top-type", "sockeye listen 8888"),
    ("example-top-serve", "sockeye serve ./files"),
    ("example-top-get", "sockeye get 10.0.0.7:8889 report.pdf"),
];

/// The examples of a command, under their heading; nothing where it has none.
#[must_use]
pub(super) fn of(command: &str) -> Option<String> {
    let examples = match command {
        "connect" => CONNECT,
        "listen" => LISTEN,
        "serve" => SERVE,
        "get" => GET,
        "relay" => RELAY,
        "guess" => GUESS,
        "bench" => BENCH,
        "check" => CHECK,
        "probe" => PROBE,
        "sum" => SUM,
        "run" => RUN,
        "explain" => EXPLAIN,
        "limits" => LIMITS,
        "schema" => SCHEMA,
        "completions" => COMPLETIONS,
        "man" => MAN,
        _ => return None,
    };
    let mut out = say!("help-examples");
    for (key, command) in examples {
        out.push_str(&format!("\n  {}", keyed(key)));
        command.lines().for_each(|line| out.push_str(&format!("\n    {line}")));
    }
    Some(out)
}

/// The first examples of all.
#[must_use]
pub(super) fn top() -> String {
    let widest = TOP.iter().map(|(_, command)| page::columns(command)).max().unwrap_or(0);
    let mut out = say!("help-examples");
    for (key, command) in TOP {
        out.push_str(&format!("\n  {}   {}", page::padded(command, widest), keyed(key)));
    }
    out
}
