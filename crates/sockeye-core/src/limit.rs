//! Every bound of a run, by name, with its default and the flag that changes it.
//! Never enforces one: whoever owns the thing that grows does.

use std::time::Duration;

/// The bounds of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Longest message, bytes.
    pub max_frame: usize,
    /// Conversations open at once; also capped below the descriptor limit.
    pub max_connections: usize,
    /// Longest silence of a conversation before it is closed.
    pub idle_timeout: Option<Duration>,
    /// Messages a second one peer is answered.
    pub rate: Option<u64>,
    /// Longest time for connecting, over all addresses of a name.
    pub connect_timeout: Duration,
    /// Longest time for finishing after the first stop signal.
    pub grace: Duration,
}

/// Bytes of answers waiting for one peer to read them, above which we stop reading from it.
pub const OUTBOX: usize = 256 * 1024;
/// Bytes from which a message that goes back as it came is worth its buffer.
pub const BULK: usize = 16 * 1024;
/// Bytes held by faults in one direction of one conversation, above which we stop reading.
pub const FAULT_HOLD: usize = 4 * 1024 * 1024;
/// Bytes of delayed answers of one conversation, above which we stop reading.
pub const DELAY_HOLD: usize = 256 * 1024;
/// Bytes read at once.
pub const READ: usize = 64 * 1024;
/// Answers a second one datagram peer gets unless `--rate` says otherwise.
pub const DATAGRAM_RATE: u64 = 1000;
/// Datagram peers remembered at once.
pub const DATAGRAM_PEERS: usize = 4096;
/// How long a silent datagram peer is remembered.
pub const DATAGRAM_IDLE: Duration = Duration::from_secs(30);
/// Messages waiting in a chat member's or operator's mailbox.
pub const MAILBOX: usize = 256;
/// How long a closing conversation reads on, so that its close is no reset.
pub const LINGER: Duration = Duration::from_millis(800);
/// The same for a client, whose process ends with it.
pub const CLIENT_LINGER: Duration = Duration::from_millis(100);
/// Connections waiting to be accepted.
pub const BACKLOG: u32 = 4096;
/// A silent connection is probed after this time, and given up a minute and a half later.
pub const KEEPALIVE: Duration = Duration::from_secs(30);
/// Longest nickname in `chat`, columns.
pub const NICK: usize = 32;
/// How long an operator at a terminal may still answer a client that has ended its direction.
pub const OPERATOR_PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of what came instead of what was expected that a failure shows.
pub const TAIL: usize = 120;
/// Bytes of unsent data in the kernel above which it takes no more from us (`TCP_NOTSENT_LOWAT`).
pub const NOTSENT: u32 = 128 * 1024;
/// The port of `serve` where none is named.
pub const SERVE_PORT: u16 = 8889;
/// Longest time for a request to a server of files, from its first byte (or the opening) to its last.
pub const REQUEST_TIME: Duration = Duration::from_secs(10);
/// Longest silence between requests to a server of files, and longest standstill of a transfer.
pub const SERVE_IDLE: Duration = Duration::from_secs(60);
/// The pause that ends a bare name.
pub const NAME_PAUSE: Duration = Duration::from_millis(200);
/// Bytes of a request that is not followed that are read and thrown away, so that the close is no reset.
pub const DISCARD: usize = 16 * 1024 * 1024;
/// `NOTSENT` of a transfer at first: whoever does not read costs no more. Later it is one part in `NOTSENT_SHARE` of what
/// the peer has taken.
pub const NOTSENT_FIRST: u32 = 16 * 1024;
/// See `NOTSENT_FIRST`.
pub const NOTSENT_SHARE: u64 = 4;
/// `NOTSENT` of a transfer at most: what systems allow anyway (`tcp_wmem`). Every step towards it saves wake-ups.
pub const NOTSENT_MOST: u32 = 4 * 1024 * 1024;
/// Files hashed at once; and folders read at once.
pub const SCANS: usize = 2;
/// How long a request waits for its turn to hash a file or to read a folder, before it is told to come later.
pub const SCAN_WAIT: Duration = Duration::from_secs(1);
/// Hashes remembered.
pub const HASHES: usize = 4096;
/// Bytes after which a page of a folder is sent: a page that nobody reads is kept meanwhile.
pub const LISTING: usize = 32 * 1024;
/// Longest request of the file protocol without its head, bytes.
pub const REQUEST: usize = 8 * 1024;
/// Longest name of a file, bytes.
pub const NAME: usize = 4 * 1024;
/// Longest component of a name, bytes.
pub const COMPONENT: usize = 255;
/// Most bytes of a file in one frame.
pub const DATA: usize = 1024 * 1024;
/// Longest page of a folder without its head, bytes.
pub const PAGE: usize = 1024 * 1024;
/// Longest cursor between two pages of a folder, bytes.
pub const CURSOR: usize = 512;
/// Longest text of an error of the file protocol, bytes.
pub const ERROR_TEXT: usize = 256;
/// Entries of a folder that `get` looks at, all folders in it included.
pub const TREE: usize = 1_000_000;
/// Longest sidecar of a partial file, bytes: three names written `\xNN` fit.
pub const SIDECAR: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: 16 * 1024 * 1024,
            max_connections: 65_536,
            idle_timeout: None,
            rate: None,
            connect_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(2),
        }
    }
}

/// One line of `sockeye limits`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// The flag that changes it; empty where none does.
    pub flag: &'static str,
    /// Its default, with unit.
    pub default: &'static str,
    /// What it bounds.
    pub about: &'static str,
}

const fn row(name: &'static str, flag: &'static str, default: &'static str, about: &'static str) -> Limit {
    Limit { name, flag, default, about }
}

/// All of them, for `sockeye limits` and the docs.
pub const LIMITS: &[Limit] = &[
    row("max-frame", "--max-frame", "16MiB", "longest message, checked before any allocation"),
    row(
        "max-connections",
        "--max-connections",
        "65536",
        "conversations open at once; also kept below the descriptor limit, later ones wait in the backlog",
    ),
    row("idle-timeout", "--idle-timeout", "none", "longest silence of a conversation before it is closed"),
    row("rate", "--rate", "none (UDP: 1000/s)", "messages a second that one peer is answered"),
    row(
        "connect-timeout",
        "--connect-timeout",
        "10s",
        "longest time for connecting, over all addresses of a name",
    ),
    row("grace", "--grace", "2s", "longest time for finishing after the first stop signal"),
    row(
        "outbox",
        "",
        "256KiB",
        "answers waiting for one peer to read them; above it nothing more is read from that peer",
    ),
    row("notsent", "", "128KiB", "unsent bytes the kernel takes from us for one connection"),
    row("fault-hold", "", "4MiB", "bytes held by faults in one direction of one conversation"),
    row("delay-hold", "", "256KiB", "delayed answers of one conversation"),
    row("read", "", "64KiB", "bytes read at once"),
    row("datagram-peers", "--max-connections", "4096", "UDP peers remembered at once"),
    row("datagram-idle", "", "30s", "silence after which a UDP peer is forgotten"),
    row(
        "mailbox",
        "",
        "256 messages",
        "messages waiting for one chat member; a slower member is disconnected",
    ),
    row("nick", "", "32 columns", "longest chat nickname"),
    row("linger", "", "800ms", "how long a closing conversation reads on, so that its close is no reset"),
    row("client-linger", "", "100ms", "the same for connect"),
    row("operator", "", "30s", "how long an operator may still answer a client that sends no more (FIN)"),
    row(
        "keepalive",
        "",
        "30s",
        "silence after which a TCP peer is probed; a dead one is found within two minutes",
    ),
    row("backlog", "", "4096", "connections waiting to be accepted"),
    row(
        "serve-idle",
        "--idle-timeout",
        "60s",
        "silence between requests to `serve`, and standstill of a transfer",
    ),
    row("serve-rate", "--rate", "none", "bytes of files a second that each connection to `serve` gets"),
    row(
        "serve-total-rate",
        "--total-rate",
        "none",
        "bytes of files a second that all connections to `serve` get together",
    ),
    row("request-time", "", "10s", "longest time for a whole request to `serve`"),
    row("name-pause", "", "200ms", "the pause that ends a bare name"),
    row(
        "discard",
        "",
        "16MiB",
        "bytes of a refused request read and thrown away, so that the close is no reset",
    ),
    row("notsent-first", "", "16KiB", "`notsent` of a download at first"),
    row("notsent-share", "", "4", "later it is one part in so many of what its peer has taken"),
    row("notsent-most", "", "4MiB", "and at most this, which is what systems allow anyway"),
    row("scans", "", "2", "files that `serve` hashes at once; and folders it reads at once"),
    row(
        "scan-wait",
        "",
        "1s",
        "how long a request waits for its turn to do so; then it is told to come later",
    ),
    row("hashes", "", "4096", "hashes of files that `serve` remembers"),
    row("listing", "", "32KiB", "length after which `serve` sends a page of a folder"),
    row("request", "", "8KiB", "longest request for a file or folder"),
    row("name", "", "4KiB", "longest name of a file"),
    row("component", "", "255 bytes", "longest part of a name between two '/'"),
    row("data", "", "1MiB", "bytes of a file in one frame"),
    row("page", "", "1MiB", "longest page of a folder"),
    row("cursor", "", "512 bytes", "longest mark between two pages of a folder"),
    row("error-text", "", "256 bytes", "longest text of a server's error"),
    row("tree", "", "1000000 entries", "entries that get looks at for one name, folders in folders included"),
    row("sidecar", "", "64KiB", "longest note beside a partial file"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::quantity;

    /// What a row's default says, as bytes, milliseconds or a number; nothing for one that is none.
    fn told(name: &str) -> Option<u64> {
        let text = LIMITS.iter().find(|row| row.name == name).unwrap().default;
        let number = text.split(' ').next().unwrap_or_default();
        if number == "none" {
            return None;
        }
        let time = || quantity::duration(number).ok().and_then(|d| u64::try_from(d.as_millis()).ok());
        match number.ends_with('s') {
            true => time(),
            false => quantity::size(number).ok(),
        }
    }

    #[test]
    fn the_table_says_the_numbers_that_are_used() {
        let bytes = |n: usize| Some(n as u64);
        let time = |d: Duration| u64::try_from(d.as_millis()).ok();
        let defaults = Limits::default();
        let all = [
            ("max-frame", bytes(defaults.max_frame)),
            ("max-connections", bytes(defaults.max_connections)),
            ("idle-timeout", defaults.idle_timeout.and_then(time)),
            ("rate", defaults.rate),
            ("connect-timeout", time(defaults.connect_timeout)),
            ("grace", time(defaults.grace)),
            ("outbox", bytes(OUTBOX)),
            ("notsent", Some(u64::from(NOTSENT))),
            ("fault-hold", bytes(FAULT_HOLD)),
            ("delay-hold", bytes(DELAY_HOLD)),
            ("read", bytes(READ)),
            ("datagram-peers", bytes(DATAGRAM_PEERS)),
            ("datagram-idle", time(DATAGRAM_IDLE)),
            ("mailbox", bytes(MAILBOX)),
            ("nick", bytes(NICK)),
            ("linger", time(LINGER)),
            ("client-linger", time(CLIENT_LINGER)),
            ("operator", time(OPERATOR_PATIENCE)),
            ("keepalive", time(KEEPALIVE)),
            ("backlog", Some(u64::from(BACKLOG))),
            ("serve-idle", time(SERVE_IDLE)),
            ("serve-rate", None),
            ("serve-total-rate", None),
            ("request-time", time(REQUEST_TIME)),
            ("name-pause", time(NAME_PAUSE)),
            ("discard", bytes(DISCARD)),
            ("notsent-first", Some(u64::from(NOTSENT_FIRST))),
            ("notsent-share", Some(NOTSENT_SHARE)),
            ("notsent-most", Some(u64::from(NOTSENT_MOST))),
            ("scans", bytes(SCANS)),
            ("scan-wait", time(SCAN_WAIT)),
            ("hashes", bytes(HASHES)),
            ("listing", bytes(LISTING)),
            ("request", bytes(REQUEST)),
            ("name", bytes(NAME)),
            ("component", bytes(COMPONENT)),
            ("data", bytes(DATA)),
            ("page", bytes(PAGE)),
            ("cursor", bytes(CURSOR)),
            ("error-text", bytes(ERROR_TEXT)),
            ("tree", bytes(TREE)),
            ("sidecar", bytes(SIDECAR)),
        ];
        for (name, used) in all {
            assert_eq!(told(name), used, "{name}");
        }
        assert_eq!(LIMITS.len(), all.len());
    }
}
