//! The defaults of all limits, a constant each.
//! Never read where a plan says otherwise.

use std::time::Duration;

/// Longest message, bytes.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;
/// Conversations open at once.
pub const MAX_CONNECTIONS: usize = 65_536;
/// Longest time for connecting.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two tries to connect.
pub const RETRY_DELAY: Duration = Duration::from_secs(1);
/// The longest pause between two attempts of `connect --reconnect`; the first is `--reconnect`'s own, or `RETRY_DELAY`.
pub const RECONNECT_LONGEST: Duration = Duration::from_secs(30);
/// Clients of `connect --clients` that are connecting at once; others wait for their turn.
pub const CLIENTS_DIALLING: usize = 128;
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
/// Longest name of a conversation, characters.
pub const CONVERSATION_NAME: usize = 64;
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
/// the peer has taken, and so it is in a relayed direction that the kernel moves by itself.
pub const NOTSENT_FIRST: u32 = 16 * 1024;
/// See `NOTSENT_FIRST`.
pub const NOTSENT_SHARE: u64 = 4;
/// `NOTSENT` of both at most: what systems allow anyway (`tcp_wmem`). Every step towards it saves wake-ups.
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
/// Scrapes and questions of monitoring systems that are answered at once; more wait in the system's backlog.
pub const MONITOR_CONNECTIONS: usize = 64;
/// Data of a packet of Zabbix that is taken, bytes.
pub const ZABBIX_PACKET: usize = 64 * 1024;
/// Items that one request of Zabbix may ask for.
pub const ZABBIX_ITEMS: usize = 64;
/// Values that are sent to a Zabbix server at once.
pub const ZABBIX_BATCH: usize = 250;
/// Values that wait for a Zabbix server; the oldest are dropped for newer ones.
pub const ZABBIX_QUEUE: usize = 10_000;
/// How long a Zabbix server may take to connect and to answer.
pub const ZABBIX_TIMEOUT: Duration = Duration::from_secs(5);
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
/// How often `probe` tries a target.
pub const PROBE_COUNT: u64 = 4;
/// From one attempt of `probe` at a target to the next.
pub const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// The longest one attempt of `probe` may take.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long `probe` waits whether a connection that was made is reset.
pub const PROBE_AFTERMATH: Duration = Duration::from_millis(20);
/// Attempts of `probe` at once, all targets together; also capped below the descriptor limit.
pub const PROBE_AT_ONCE: usize = 4096;
/// Names that `probe` looks up at once.
pub const PROBE_LOOKUPS: usize = 64;
/// Targets of one run of `probe`.
pub const PROBE_TARGETS: usize = 100_000;
/// Longest file of targets of `probe`, bytes.
pub const PROBE_TARGET_FILE: usize = 16 * 1024 * 1024;
/// Bytes of an answer that `probe` takes.
pub const PROBE_ANSWER: usize = 1024 * 1024;
/// Bytes of another answer that `probe` tells.
pub const PROBE_SHOWN: usize = 64;
/// Other doors that `probe --look` tries.
pub const PROBE_LOOKED: usize = 8;
/// Programs of `probe --on-change` that run at once; at most one for a target.
pub const PROBE_HOOKS: usize = 16;
/// How long the program of `probe --on-change` may run.
pub const PROBE_HOOK: Duration = Duration::from_secs(60);
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
