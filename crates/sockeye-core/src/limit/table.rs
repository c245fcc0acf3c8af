//! All limits by name, for `sockeye limits`, the docs and the help of flags.
//! Never a number of its own: each is the constant that is used.

use super::bound::{Bound, Counted};
#[allow(clippy::wildcard_imports, reason = "all of them")]
use super::defaults::*;

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
    row("reconnect-longest", "", Bound::Time(RECONNECT_LONGEST), "about-limit-reconnect-longest"),
    row(
        "clients-dialling",
        "",
        Bound::Count(CLIENTS_DIALLING as u64, Counted::Named),
        "about-limit-clients-dialling",
    ),
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
    row(
        "conversation-name",
        "",
        Bound::Count(CONVERSATION_NAME as u64, Counted::Columns),
        "about-limit-conversation-name",
    ),
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
    row(
        "monitor-connections",
        "",
        Bound::Count(MONITOR_CONNECTIONS as u64, Counted::Named),
        "about-limit-monitor-connections",
    ),
    row("zabbix-packet", "", Bound::Bytes(ZABBIX_PACKET), "about-limit-zabbix-packet"),
    row("zabbix-items", "", Bound::Count(ZABBIX_ITEMS as u64, Counted::Named), "about-limit-zabbix-items"),
    row("zabbix-batch", "", Bound::Count(ZABBIX_BATCH as u64, Counted::Named), "about-limit-zabbix-batch"),
    row("zabbix-queue", "", Bound::Count(ZABBIX_QUEUE as u64, Counted::Named), "about-limit-zabbix-queue"),
    row("zabbix-timeout", "", Bound::Time(ZABBIX_TIMEOUT), "about-limit-zabbix-timeout"),
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
    row("probe-count", "--count", Bound::Count(PROBE_COUNT, Counted::Named), "about-limit-probe-count"),
    row("probe-interval", "--interval", Bound::Time(PROBE_INTERVAL), "about-limit-probe-interval"),
    row("probe-timeout", "--timeout", Bound::Time(PROBE_TIMEOUT), "about-limit-probe-timeout"),
    row("probe-aftermath", "", Bound::Time(PROBE_AFTERMATH), "about-limit-probe-aftermath"),
    row("probe-at-once", "", Bound::Count(PROBE_AT_ONCE as u64, Counted::Named), "about-limit-probe-at-once"),
    row("probe-lookups", "", Bound::Count(PROBE_LOOKUPS as u64, Counted::Named), "about-limit-probe-lookups"),
    row("probe-targets", "", Bound::Count(PROBE_TARGETS as u64, Counted::Named), "about-limit-probe-targets"),
    row("probe-target-file", "", Bound::Bytes(PROBE_TARGET_FILE), "about-limit-probe-target-file"),
    row("probe-answer", "", Bound::Bytes(PROBE_ANSWER), "about-limit-probe-answer"),
    row("probe-shown", "", Bound::Bytes(PROBE_SHOWN), "about-limit-probe-shown"),
    row("probe-looked", "", Bound::Count(PROBE_LOOKED as u64, Counted::Named), "about-limit-probe-looked"),
    row("probe-hooks", "", Bound::Count(PROBE_HOOKS as u64, Counted::Named), "about-limit-probe-hooks"),
    row("probe-hook", "", Bound::Time(PROBE_HOOK), "about-limit-probe-hook"),
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
    use std::{collections::BTreeSet, time::Duration};

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
