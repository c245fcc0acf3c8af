//! Every bound of a run, by name, with its default and the flag that changes it.
//! Never enforces one: whoever owns the thing that grows does.

use std::{fmt, time::Duration};

use sockeye_text::{Text, text};

/// The bounds of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Longest message, bytes.
    pub max_frame: usize,
    /// Conversations open at once; also capped below the descriptor limit.
    pub max_connections: usize,
    /// What becomes of those who come when there are so many.
    pub full: Full,
    /// Longest silence of a conversation before it is closed.
    pub idle_timeout: Option<Duration>,
    /// Messages a second one peer is answered.
    pub rate: Option<u64>,
    /// Longest time for connecting, over all addresses of a name.
    pub connect_timeout: Duration,
    /// Longest time for finishing after the first stop signal.
    pub grace: Duration,
}

/// Longest message, bytes.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;
/// Conversations open at once.
pub const MAX_CONNECTIONS: usize = 65_536;
/// Longest time for connecting.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two tries to connect.
pub const RETRY_DELAY: Duration = Duration::from_secs(1);
/// How long `connect` waits for (more) answers to what was said.
pub const WAIT: Duration = Duration::from_secs(2);
/// The same for what a pipe said over UDP.
pub const WAIT_DATAGRAM: Duration = Duration::from_secs(1);
/// Longest time for finishing after the first stop signal.
pub const GRACE: Duration = Duration::from_secs(2);
/// How often `get` makes a lost connection again.
pub const GET_RETRIES: u32 = 10;
/// Longest wait of `get` without progress.
pub const GET_TIMEOUT: Duration = Duration::from_secs(30);
/// What becomes of whoever connects when as many are connected as may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Full {
    /// They wait in the system's backlog until somebody leaves.
    #[default]
    Wait,
    /// They are reset at once.
    Refuse,
}

/// Bytes of answers waiting for one peer to read them, above which we stop reading from it.
pub const OUTBOX: usize = 256 * 1024;
/// Bytes that wait in one direction of a relayed conversation, above which we stop reading there: with one more read of
/// [`READ`] they are 256 KiB.
pub const LEG: usize = OUTBOX - READ;
/// Messages waiting for one peer, however short: each takes memory of its own until the system has it.
pub const OUTBOX_MESSAGES: usize = 8192;
/// Bytes from which a message that goes back as it came is worth its buffer.
pub const BULK: usize = 16 * 1024;
/// Bytes held by faults in one direction of one conversation, above which we stop reading.
pub const FAULT_HOLD: usize = 4 * 1024 * 1024;
/// How long a datagram that is to come after the next one waits for that.
pub const FAULT_REORDER: Duration = Duration::from_millis(100);
/// Bytes of delayed answers of one conversation, above which we stop reading.
pub const DELAY_HOLD: usize = 256 * 1024;
/// Bytes read at once.
pub const READ: usize = 64 * 1024;
/// Answers a second one datagram peer gets unless `--rate` says otherwise.
pub const DATAGRAM_RATE: u64 = 1000;
/// Datagram peers remembered at once.
pub const DATAGRAM_PEERS: usize = 4096;
/// New flows a second that a relay of datagrams makes room for once it has as many as it may have: whoever forges sources, or
/// leads a relay back into itself, gets no more.
pub const NEW_FLOWS: u64 = 256;
/// Bytes of datagrams that wait for all flows of a relay's socket together; what comes above it is lost.
pub const FLOWS_WAITING: usize = 16 * 1024 * 1024;
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
/// How long a silent pipe may still say something to a peer that has ended its direction.
pub const PIPE_PATIENCE: Duration = Duration::from_secs(2);
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
/// Requests to the API of a relay that are answered at once; more wait in the system's backlog.
pub const API_CONNECTIONS: usize = 64;
/// Longest body of such a request, bytes.
pub const API_BODY: usize = 1024 * 1024;
/// Relays that the API makes.
pub const API_PROXIES: usize = 1024;
/// Toxics of one of them.
pub const API_TOXICS: usize = 64;
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
/// The pause of `check` between two pieces.
pub const CHECK_GAP: Duration = Duration::from_millis(20);
/// How long `check` waits for an answer.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// The shortest silence after which `check` takes an answer for whole where it does not know its length.
pub const CHECK_QUIET: Duration = Duration::from_millis(100);
/// How long `check` waits for a client or device to connect again.
pub const CHECK_REDIAL: Duration = Duration::from_secs(30);
/// Places at which `check` cuts one message.
pub const CHECK_CUTS: usize = 4096;
/// Connections that `check` holds at once.
pub const CHECK_AT_ONCE: usize = 16;
/// Longest message of `check` with its framing, bytes: it is sent thousands of times.
pub const CHECK_MESSAGE: usize = 1024 * 1024;
/// Messages of `check`.
pub const CHECK_MESSAGES: usize = 64;
/// Bytes of answers on one connection that `check` takes.
pub const CHECK_ANSWER: usize = 16 * 1024 * 1024;
/// Pieces of a message that `check` sends byte by byte; what lies in the middle of a longer one goes in one.
pub const CHECK_PIECES: usize = 64;
/// Cuts of a family that `check` tries after one has failed.
pub const CHECK_FURTHER: usize = 8;
/// How long `bench` measures.
pub const BENCH_DURATION: Duration = Duration::from_secs(10);
/// How long after it was due a message of `bench` may be answered.
pub const BENCH_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest message that `bench` makes of itself, and the piece that it sends again and again, bytes.
pub const BENCH_SIZE: usize = 1024 * 1024;
/// Connections of `bench` to one target.
pub const BENCH_CONNECTIONS: usize = 65_536;
/// Messages of one conversation of `bench` that are remembered until they are answered.
pub const BENCH_OUTSTANDING: usize = 65_536;
/// Datagrams of one conversation of `bench` that were given up and are known again when their answer comes after all.
pub const BENCH_GIVEN_UP: usize = 4096;
/// Times that one conversation of `bench` keeps until it tells them.
pub const BENCH_BATCH: usize = 1024;
/// How long it keeps them at most.
pub const BENCH_TELL: Duration = Duration::from_millis(200);
/// Datagrams that `bench --bulk` sends before it looks for what came.
pub const BENCH_BURST: usize = 512;
/// How long after its last answer a conversation of `bench` is listened to for more.
pub const BENCH_REST: Duration = Duration::from_millis(100);
/// How long a target of `bench --compare` has its turn.
pub const BENCH_ROUND: Duration = Duration::from_millis(500);
/// Rounds of `bench --compare`, at most: each keeps a histogram a target.
pub const BENCH_ROUNDS: u32 = 100;
/// Longest sidecar of a partial file, bytes: three names written `\xNN` fit.
pub const SIDECAR: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: MAX_FRAME,
            max_connections: MAX_CONNECTIONS,
            full: Full::Wait,
            idle_timeout: None,
            rate: None,
            connect_timeout: CONNECT_TIMEOUT,
            grace: GRACE,
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
    /// Its default.
    pub default: Bound,
    /// What it bounds: the key of a sentence.
    pub about: &'static str,
}

/// What a limit is without a flag, shown with its unit: `16MiB`, `2s`, `256 messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// So many bytes.
    Bytes(usize),
    /// So long.
    Time(Duration),
    /// So many of something.
    Count(u64, Counted),
    /// No bound.
    None,
    /// No bound, but for datagrams so many a second.
    DatagramsOnly(u64),
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// What its name says.
    Named,
    /// Messages.
    Messages,
    /// Columns of a terminal.
    Columns,
    /// Entries of folders.
    Entries,
}

impl Bound {
    /// What is shown of it.
    #[must_use]
    pub fn text(self) -> Text {
        const KIB: usize = 1024;
        const MIB: usize = 1024 * KIB;
        match self {
            Self::Bytes(bytes) if bytes >= MIB && bytes.is_multiple_of(MIB) => {
                Text::verbatim(format!("{}MiB", bytes / MIB))
            }
            Self::Bytes(bytes) if bytes >= KIB && bytes.is_multiple_of(KIB) => {
                Text::verbatim(format!("{}KiB", bytes / KIB))
            }
            Self::Bytes(bytes) => text!("bound-bytes", number = bytes),
            Self::Time(time) if time.subsec_millis() == 0 => Text::verbatim(format!("{}s", time.as_secs())),
            Self::Time(time) => Text::verbatim(format!("{}ms", time.as_millis())),
            Self::Count(number, Counted::Named) => Text::verbatim(number.to_string()),
            Self::Count(number, Counted::Messages) => text!("bound-messages", number = number),
            Self::Count(number, Counted::Columns) => text!("bound-columns", number = number),
            Self::Count(number, Counted::Entries) => text!("bound-entries", number = number),
            Self::None => text!("bound-none"),
            Self::DatagramsOnly(number) => text!("bound-datagrams", number = number),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text().to_string())
    }
}

const fn row(name: &'static str, flag: &'static str, default: Bound, about: &'static str) -> Limit {
    Limit { name, flag, default, about }
}

/// All of them, for `sockeye limits` and the docs.
pub const LIMITS: &[Limit] = &[
    row("max-frame", "--max-frame", Bound::Bytes(MAX_FRAME), "about-limit-max-frame"),
    row(
        "max-connections",
        "--max-connections",
        Bound::Count(MAX_CONNECTIONS as u64, Counted::Named),
        "about-limit-max-connections",
    ),
    row("idle-timeout", "--idle-timeout", Bound::None, "about-limit-idle-timeout"),
    row("rate", "--rate", Bound::DatagramsOnly(DATAGRAM_RATE), "about-limit-rate"),
    row("connect-timeout", "--connect-timeout", Bound::Time(CONNECT_TIMEOUT), "about-limit-connect-timeout"),
    row("retry-delay", "--retry-delay", Bound::Time(RETRY_DELAY), "about-limit-retry-delay"),
    row("wait", "--wait", Bound::Time(WAIT), "about-limit-wait"),
    row("wait-datagram", "--wait", Bound::Time(WAIT_DATAGRAM), "about-limit-wait-datagram"),
    row("grace", "--grace", Bound::Time(GRACE), "about-limit-grace"),
    row("outbox", "", Bound::Bytes(OUTBOX), "about-limit-outbox"),
    row("leg", "", Bound::Bytes(LEG), "about-limit-leg"),
    row(
        "outbox-messages",
        "",
        Bound::Count(OUTBOX_MESSAGES as u64, Counted::Messages),
        "about-limit-outbox-messages",
    ),
    row("notsent", "", Bound::Bytes(NOTSENT as usize), "about-limit-notsent"),
    row("fault-hold", "", Bound::Bytes(FAULT_HOLD), "about-limit-fault-hold"),
    row("fault-reorder", "", Bound::Time(FAULT_REORDER), "about-limit-fault-reorder"),
    row("delay-hold", "", Bound::Bytes(DELAY_HOLD), "about-limit-delay-hold"),
    row("read", "", Bound::Bytes(READ), "about-limit-read"),
    row(
        "datagram-peers",
        "--max-connections",
        Bound::Count(DATAGRAM_PEERS as u64, Counted::Named),
        "about-limit-datagram-peers",
    ),
    row("flows-waiting", "", Bound::Bytes(FLOWS_WAITING), "about-limit-flows-waiting"),
    row("new-flows", "", Bound::Count(NEW_FLOWS, Counted::Named), "about-limit-new-flows"),
    row("datagram-idle", "", Bound::Time(DATAGRAM_IDLE), "about-limit-datagram-idle"),
    row("mailbox", "", Bound::Count(MAILBOX as u64, Counted::Messages), "about-limit-mailbox"),
    row("nick", "", Bound::Count(NICK as u64, Counted::Columns), "about-limit-nick"),
    row("linger", "", Bound::Time(LINGER), "about-limit-linger"),
    row("client-linger", "", Bound::Time(CLIENT_LINGER), "about-limit-client-linger"),
    row("operator", "", Bound::Time(OPERATOR_PATIENCE), "about-limit-operator"),
    row("pipe", "", Bound::Time(PIPE_PATIENCE), "about-limit-pipe"),
    row("keepalive", "", Bound::Time(KEEPALIVE), "about-limit-keepalive"),
    row("backlog", "", Bound::Count(BACKLOG as u64, Counted::Named), "about-limit-backlog"),
    row("serve-idle", "--idle-timeout", Bound::Time(SERVE_IDLE), "about-limit-serve-idle"),
    row("serve-rate", "--rate", Bound::None, "about-limit-serve-rate"),
    row("serve-total-rate", "--total-rate", Bound::None, "about-limit-serve-total-rate"),
    row("request-time", "", Bound::Time(REQUEST_TIME), "about-limit-request-time"),
    row("name-pause", "", Bound::Time(NAME_PAUSE), "about-limit-name-pause"),
    row("discard", "", Bound::Bytes(DISCARD), "about-limit-discard"),
    row("notsent-first", "", Bound::Bytes(NOTSENT_FIRST as usize), "about-limit-notsent-first"),
    row("notsent-share", "", Bound::Count(NOTSENT_SHARE, Counted::Named), "about-limit-notsent-share"),
    row("notsent-most", "", Bound::Bytes(NOTSENT_MOST as usize), "about-limit-notsent-most"),
    row("scans", "", Bound::Count(SCANS as u64, Counted::Named), "about-limit-scans"),
    row("scan-wait", "", Bound::Time(SCAN_WAIT), "about-limit-scan-wait"),
    row("hashes", "", Bound::Count(HASHES as u64, Counted::Named), "about-limit-hashes"),
    row("listing", "", Bound::Bytes(LISTING), "about-limit-listing"),
    row("request", "", Bound::Bytes(REQUEST), "about-limit-request"),
    row("name", "", Bound::Bytes(NAME), "about-limit-name"),
    row("component", "", Bound::Bytes(COMPONENT), "about-limit-component"),
    row("data", "", Bound::Bytes(DATA), "about-limit-data"),
    row("page", "", Bound::Bytes(PAGE), "about-limit-page"),
    row("cursor", "", Bound::Bytes(CURSOR), "about-limit-cursor"),
    row("error-text", "", Bound::Bytes(ERROR_TEXT), "about-limit-error-text"),
    row(
        "api-connections",
        "",
        Bound::Count(API_CONNECTIONS as u64, Counted::Named),
        "about-limit-api-connections",
    ),
    row("api-body", "", Bound::Bytes(API_BODY), "about-limit-api-body"),
    row("api-proxies", "", Bound::Count(API_PROXIES as u64, Counted::Named), "about-limit-api-proxies"),
    row("api-toxics", "", Bound::Count(API_TOXICS as u64, Counted::Named), "about-limit-api-toxics"),
    row("get-timeout", "--timeout", Bound::Time(GET_TIMEOUT), "about-limit-get-timeout"),
    row(
        "get-retries",
        "--retries",
        Bound::Count(GET_RETRIES as u64, Counted::Named),
        "about-limit-get-retries",
    ),
    row("tree", "", Bound::Count(TREE as u64, Counted::Entries), "about-limit-tree"),
    row("check-gap", "--gap", Bound::Time(CHECK_GAP), "about-limit-check-gap"),
    row("check-timeout", "--timeout", Bound::Time(CHECK_TIMEOUT), "about-limit-check-timeout"),
    row("check-quiet", "", Bound::Time(CHECK_QUIET), "about-limit-check-quiet"),
    row("check-redial", "", Bound::Time(CHECK_REDIAL), "about-limit-check-redial"),
    row("check-cuts", "--cuts", Bound::Count(CHECK_CUTS as u64, Counted::Named), "about-limit-check-cuts"),
    row("check-at-once", "", Bound::Count(CHECK_AT_ONCE as u64, Counted::Named), "about-limit-check-at-once"),
    row(
        "check-messages",
        "",
        Bound::Count(CHECK_MESSAGES as u64, Counted::Messages),
        "about-limit-check-messages",
    ),
    row("check-message", "", Bound::Bytes(CHECK_MESSAGE), "about-limit-check-message"),
    row("check-answer", "", Bound::Bytes(CHECK_ANSWER), "about-limit-check-answer"),
    row("check-pieces", "", Bound::Count(CHECK_PIECES as u64, Counted::Named), "about-limit-check-pieces"),
    row("check-further", "", Bound::Count(CHECK_FURTHER as u64, Counted::Named), "about-limit-check-further"),
    row("bench-duration", "--duration", Bound::Time(BENCH_DURATION), "about-limit-bench-duration"),
    row("bench-timeout", "--timeout", Bound::Time(BENCH_TIMEOUT), "about-limit-bench-timeout"),
    row("bench-size", "", Bound::Bytes(BENCH_SIZE), "about-limit-bench-size"),
    row(
        "bench-connections",
        "",
        Bound::Count(BENCH_CONNECTIONS as u64, Counted::Named),
        "about-limit-bench-connections",
    ),
    row(
        "bench-outstanding",
        "",
        Bound::Count(BENCH_OUTSTANDING as u64, Counted::Messages),
        "about-limit-bench-outstanding",
    ),
    row(
        "bench-given-up",
        "",
        Bound::Count(BENCH_GIVEN_UP as u64, Counted::Messages),
        "about-limit-bench-given-up",
    ),
    row("bench-batch", "", Bound::Count(BENCH_BATCH as u64, Counted::Named), "about-limit-bench-batch"),
    row("bench-tell", "", Bound::Time(BENCH_TELL), "about-limit-bench-tell"),
    row("bench-burst", "", Bound::Count(BENCH_BURST as u64, Counted::Messages), "about-limit-bench-burst"),
    row("bench-rest", "", Bound::Time(BENCH_REST), "about-limit-bench-rest"),
    row("bench-round", "", Bound::Time(BENCH_ROUND), "about-limit-bench-round"),
    row("bench-rounds", "", Bound::Count(BENCH_ROUNDS as u64, Counted::Named), "about-limit-bench-rounds"),
    row("sidecar", "", Bound::Bytes(SIDECAR), "about-limit-sidecar"),
];

/// The default of the limit of this name, as it is shown and read on the command line.
#[must_use]
pub fn default_of(name: &str) -> String {
    LIMITS.iter().find(|row| row.name == name).map_or_else(String::new, |row| row.default.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rule::quantity;

    #[test]
    fn defaults_are_shown_as_they_are_read() {
        for (bound, shown) in [
            (Bound::Bytes(16 * 1024 * 1024), "16MiB"),
            (Bound::Bytes(64 * 1024), "64KiB"),
            (Bound::Bytes(1000), "1000 bytes"),
            (Bound::Bytes(0), "0 bytes"),
            (Bound::Time(Duration::from_secs(60)), "60s"),
            (Bound::Time(Duration::from_millis(1500)), "1500ms"),
            (Bound::Count(4, Counted::Named), "4"),
            (Bound::Count(256, Counted::Messages), "256 messages"),
            (Bound::DatagramsOnly(1000), "none (UDP: 1000/s)"),
        ] {
            assert_eq!(bound.to_string(), shown);
        }
        for row in LIMITS {
            let shown = default_of(row.name);
            let number = shown.split(' ').next().unwrap_or_default();
            match row.default {
                Bound::Bytes(bytes) => assert_eq!(quantity::size(number), Ok(bytes as u64)),
                Bound::Time(time) => assert_eq!(quantity::duration(number), Ok(time)),
                Bound::Count(count, _) => assert_eq!(number, count.to_string()),
                Bound::None | Bound::DatagramsOnly(_) => assert_eq!(number, "none"),
            }
        }
    }

    #[test]
    fn a_name_is_one_limit() {
        let names: BTreeSet<_> = LIMITS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), LIMITS.len());
        assert_eq!(default_of("nothing of that name"), "");
    }
}
