//! What a server of files says: what is offered and how to ask for it, and how each request ended.
//! Never knows whether anybody asks.

use sockeye_core::{
    address::{Address, Host, UnixName},
    charset::{self, Charset},
    event::{Ask, Dialect, Outcome, Served, UnderWay},
    plan::Dialects,
};
use sockeye_text::{Text, text};

use super::{
    Admits, bytes, fetch, lasted,
    listener::{only_listed, only_this_machine},
    safe, say,
};

/// Bytes of a name that are shown.
const NAME: usize = 300;

/// What is offered to whom, where `asked` became `bound`, and what to type on the other machine; several lines.
#[must_use]
pub(crate) fn offer(
    folder: &str,
    dialects: Dialects,
    asked: &Address,
    bound: &Address,
    admits: Admits,
) -> Vec<String> {
    let mut lines = vec![say!("offering", folder = safe(folder))];
    if let Address::Unix(name) = asked {
        lines.push(match name {
            UnixName::Path(_) => say!("reach-unix-path"),
            UnixName::Abstract(_) => say!("reach-unix-abstract"),
        });
        lines.push(say!("fetch-here"));
        lines.extend(dialects.iter().filter_map(|dialect| over_unix(dialect, asked, name)));
        return lines;
    }
    let port = bound.port().unwrap_or_default();
    let is_private = bound.host().is_some_and(is_loopback);
    let (host, reach) = match asked.host() {
        Some(Host::Unspecified) => ("127.0.0.1".to_owned(), say!("offer-unspecified", port = port)),
        Some(host) if is_private => (host.to_string(), only_this_machine()),
        Some(host @ Host::Ip(ip, _)) if !ip.is_unspecified() => (host.to_string(), everybody(admits)),
        Some(host @ Host::Name(_)) => (host.to_string(), everybody(admits)),
        _ => (say!("this-machine"), everybody(admits)),
    };
    lines.push(reach);
    lines.push(say!("fetch-there"));
    let bare = host.trim_matches(['[', ']']);
    lines.extend(dialects.iter().map(|dialect| match dialect {
        Dialect::Sockeye => format!("    sockeye get {host}:{port} NAME"),
        Dialect::Http => format!("    curl -O http://{host}:{port}/NAME"),
        Dialect::Name => format!("    printf NAME | nc {bare} {port} > NAME"),
    }));
    lines
}

/// What to type to fetch a file over a Unix socket.
fn over_unix(dialect: Dialect, asked: &Address, name: &UnixName) -> Option<String> {
    let curl = match name {
        UnixName::Path(path) => format!("--unix-socket {}", safe(&path.display().to_string())),
        UnixName::Abstract(name) => format!("--abstract-unix-socket {}", safe(name)),
    };
    match dialect {
        Dialect::Sockeye => Some(format!("    sockeye get {} NAME", safe(&asked.to_string()))),
        Dialect::Http => Some(format!("    curl -O {curl} http://localhost/NAME")),
        Dialect::Name => None,
    }
}

fn everybody(admits: Admits) -> String {
    match admits {
        Admits::Everybody => say!("offer-everybody"),
        Admits::Listed => only_listed(),
    }
}

fn is_loopback(host: &Host) -> bool {
    matches!(host, Host::Ip(ip, _) if ip.is_loopback())
}

/// What is being sent just now, in one line of a narrow terminal.
#[must_use]
pub(crate) fn under_way(under_way: &UnderWay) -> String {
    match &under_way.only {
        Some(file) => fetch::progress(&file.name, file.done, Some(file.size), under_way.rate),
        None => say!("under-way", count = under_way.files, rate = fetch::size(under_way.rate)),
    }
}

/// A request is over.
#[must_use]
pub(crate) fn served(served: &Served) -> String {
    let (dialect, asked, how) = (served.dialect.name(), asked(served), how(served));
    match &served.detail {
        Some(detail) => {
            say!("served-why", dialect = dialect, asked = asked, how = how, why = safe(&super::words(detail)))
        }
        None => say!("served", dialect = dialect, asked = asked, how = how),
    }
}

/// What was asked for.
fn asked(served: &Served) -> Text {
    let (shown, rest) = served.name.split_at_checked(NAME).unwrap_or((&served.name, &[]));
    let mut name = charset::visible_bytes(shown, Charset::utf8());
    if !rest.is_empty() {
        name.push_str("...");
    }
    let ask = served.ask.name();
    // A folder's name is nothing where it is the one that is offered; a request that is none has no name at all.
    let asked = match (name.is_empty(), served.ask) {
        (false, _) => text!("asked-of", ask = ask, name = name),
        (true, Ask::List | Ask::Stat) => text!("asked-folder", ask = ask),
        (true, Ask::Get | Ask::Hash) if served.dialect == Dialect::Name => text!("asked-nothing", ask = ask),
        (true, _) => text!("asked", ask = ask),
    };
    match served.offset {
        0 => asked,
        offset => text!("asked-from", asked = asked, offset = offset),
    }
}

/// How that ended.
fn how(served: &Served) -> Text {
    let (sent, time) = (bytes(served.bytes), lasted(served.lasted));
    match served.outcome {
        Outcome::Done => text!("served-done", sent = sent, time = time),
        Outcome::Unchanged => text!("served-unchanged"),
        Outcome::Absent => text!("served-absent"),
        Outcome::Malformed if served.detail.is_some() => text!("served-malformed"),
        Outcome::Malformed => text!("served-unclear"),
        Outcome::Cut => text!("served-cut"),
        Outcome::TooLong => text!("served-too-long"),
        Outcome::NotOffered if served.dialect == Dialect::Http => text!("served-method"),
        Outcome::NotOffered => text!("served-not-offered"),
        Outcome::Moved => text!("served-moved"),
        Outcome::Refused => text!("served-refused"),
        Outcome::Late => text!("served-late", time = time),
        Outcome::OutOfRange => text!("served-out-of-range"),
        Outcome::Changed => text!("served-changed", count = served.bytes),
        Outcome::Busy => text!("served-busy"),
        Outcome::Stalled => text!("served-stalled", sent = sent),
        Outcome::Gone => text!("served-gone", sent = sent, time = time),
        Outcome::Unread => text!("served-unread", sent = sent),
        Outcome::Stopped => text!("served-stopped", sent = sent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_at(address: &str, bound: &str, dialects: &str) -> Vec<String> {
        let (address, bound) = (Address::parse(address).unwrap(), Address::parse(bound).unwrap());
        offer("/srv", Dialects::parse(dialects).unwrap(), &address, &bound, Admits::Everybody)
    }

    fn lines(address: &str, dialects: &str) -> Vec<String> {
        lines_at(address, "10.0.0.7:8889", dialects)
    }

    #[test]
    fn it_says_what_to_type_in_each_dialect() {
        let said = lines("8889", "sockeye,http,name");
        assert!(said[1].contains("--listen 0.0.0.0:8889"));
        assert_eq!(
            said[3..],
            [
                "    sockeye get 127.0.0.1:8889 NAME",
                "    curl -O http://127.0.0.1:8889/NAME",
                "    printf NAME | nc 127.0.0.1 8889 > NAME"
            ]
        );
        for (bound, reach) in
            [("127.0.1.1:8889", only_this_machine()), ("10.0.0.7:8889", everybody(Admits::Everybody))]
        {
            assert_eq!(lines_at("my.example:1", bound, "http")[1], reach);
        }
        assert_eq!(lines("*:1", "http")[3..], ["    curl -O http://THIS-MACHINE:8889/NAME"]);
        assert_eq!(lines("[::1]:1", "name")[3..], ["    printf NAME | nc ::1 8889 > NAME"]);
        assert_eq!(
            lines("unix:/run/x", "sockeye,http")[3..],
            ["    sockeye get unix:/run/x NAME", "    curl -O --unix-socket /run/x http://localhost/NAME"]
        );
        assert_eq!(lines("10.0.0.7:1", "sockeye")[3..], ["    sockeye get 10.0.0.7:8889 NAME"]);
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let asked = |name: &[u8], outcome| {
            served(&Served {
                dialect: Dialect::Name,
                ask: Ask::Get,
                name: name.into(),
                offset: 0,
                bytes: 1,
                outcome,
                detail: None,
                lasted: 2_000_000,
            })
        };
        assert_eq!(asked(b"a.txt", Outcome::Done), "name: get 'a.txt': 1 byte in 2ms");
        assert_eq!(
            asked(b"\x1b[2J\xff", Outcome::Absent),
            "name: get '\\x1b[2J\\xff': there is nothing there to offer"
        );
        assert!(asked(&[b'x'; 5000], Outcome::Malformed).len() < 400);
    }
}
