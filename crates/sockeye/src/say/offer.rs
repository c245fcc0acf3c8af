//! What a server of files says: what is offered and how to ask for it, and how each request ended.
//! Never knows whether anybody asks.

use sockeye_core::{
    address::{Address, Host, UnixName},
    charset::{self, Charset},
    event::{Ask, Dialect, Outcome, Served, UnderWay},
    plan::Dialects,
};

use super::{Admits, ONLY_LISTED, count, fetch, lasted, safe};

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
    let mut lines = vec![format!("  offering {}", safe(folder))];
    if let Address::Unix(name) = asked {
        let who = match name {
            UnixName::Path(_) => "  only your own programs (its mode is 0600), and root's, can reach it",
            UnixName::Abstract(_) => "  every program of this machine can reach it",
        };
        lines.push(who.to_owned());
        lines.push("  to fetch a file, type:".to_owned());
        lines.extend(dialects.iter().filter_map(|dialect| over_unix(dialect, asked, name)));
        return lines;
    }
    let port = bound.port().unwrap_or_default();
    let is_private = bound.host().is_some_and(is_loopback);
    let (host, reach) = match asked.host() {
        Some(Host::Unspecified) => (
            "127.0.0.1".to_owned(),
            format!(
                "  only this machine can reach it; to open it to others: --listen 0.0.0.0:{port}  (or '*:{port}')"
            ),
        ),
        Some(host) if is_private => (host.to_string(), "  only this machine can reach it".to_owned()),
        Some(host @ Host::Ip(ip, _)) if !ip.is_unspecified() => {
            (host.to_string(), everybody(admits).to_owned())
        }
        Some(host @ Host::Name(_)) => (host.to_string(), everybody(admits).to_owned()),
        _ => ("THIS-MACHINE".to_owned(), everybody(admits).to_owned()),
    };
    lines.push(reach);
    lines.push("  to fetch a file, type there:".to_owned());
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

fn everybody(admits: Admits) -> &'static str {
    match admits {
        Admits::Everybody => "  everybody who can reach this machine can read it (--allow CIDR, --deny CIDR)",
        Admits::Listed => ONLY_LISTED,
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
        None => {
            format!("{} under way  {}/s", count(under_way.files as u64, "file"), fetch::size(under_way.rate))
        }
    }
}

/// A request is over.
#[must_use]
pub(crate) fn served(served: &Served) -> String {
    let (shown, rest) = served.name.split_at_checked(NAME).unwrap_or((&served.name, &[]));
    let mut name = charset::visible_bytes(shown, Charset::utf8());
    if !rest.is_empty() {
        name.push_str("...");
    }
    let what = match served.ask {
        Ask::Get => "get",
        Ask::Stat => "look at",
        Ask::List => "list",
        Ask::Hash => "hash",
        Ask::Unclear => "request",
    };
    let from = if served.offset > 0 { format!(" from byte {}", served.offset) } else { String::new() };
    let dialect = served.dialect.name();
    let sent = count(served.bytes, "byte");
    let time = lasted(served.lasted);
    let how = match served.outcome {
        Outcome::Done => format!("{sent} in {time}"),
        Outcome::Unchanged => "the asker has it already".to_owned(),
        Outcome::Absent => "there is nothing there to offer".to_owned(),
        Outcome::Malformed => match served.detail {
            Some(_) => "refused".to_owned(),
            None => "refused: it cannot be understood".to_owned(),
        },
        Outcome::Cut => "refused: it ended before it was whole".to_owned(),
        Outcome::TooLong => "refused: it is longer than a request may be (sockeye limits)".to_owned(),
        Outcome::NotOffered if served.dialect == Dialect::Http => "method not allowed (405)".to_owned(),
        Outcome::NotOffered => "nothing that is done here".to_owned(),
        Outcome::Moved => "it is a folder; redirected to the same name with a '/' behind it".to_owned(),
        Outcome::Refused => "not a name of this server; --allow-host NAME makes it one".to_owned(),
        Outcome::Late => format!("not complete after {time}"),
        Outcome::OutOfRange => "not the part or the state that there is".to_owned(),
        Outcome::Changed => format!("the file changed while it was sent; {sent} are void"),
        Outcome::Busy => "too much to do just now".to_owned(),
        Outcome::Stalled => format!("given up: the asker stopped reading after {sent}"),
        Outcome::Gone => format!("the asker went away after {sent}, {time}"),
        Outcome::Unread => format!("the file could not be read after {sent}"),
        Outcome::Stopped => format!("stopped after {sent}"),
    };
    let detail = served
        .detail
        .as_ref()
        .map_or_else(String::new, |detail| format!(": {}", safe(&super::words(detail))));
    // A folder's name is nothing where it is the one that is offered; a request that is none has no name at all.
    let of = match (name.is_empty(), served.ask) {
        (false, _) => format!(" '{name}'"),
        (true, Ask::List | Ask::Stat) => " the folder itself".to_owned(),
        (true, Ask::Get | Ask::Hash) if served.dialect == Dialect::Name => " nothing".to_owned(),
        (true, _) => String::new(),
    };
    format!("{dialect}: {what}{of}{from}: {how}{detail}")
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
        for (bound, reach) in [
            ("127.0.1.1:8889", "  only this machine can reach it"),
            ("10.0.0.7:8889", everybody(Admits::Everybody)),
        ] {
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
