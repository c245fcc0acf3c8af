//! How entries of `sockeye explain` are shown.

use sockeye_core::event::{Ending, Failure, Kind, Notice, Operation, What};
use sockeye_text::{Explanation, entries};

use super::{
    language, page,
    page::{PAGE_WIDTH, table},
    say,
};

/// One entry on a page.
#[must_use]
pub(crate) fn entry(entry: &Explanation) -> String {
    let mut out = format!("{}: {}\n\n", entry.key, entry.title);
    for line in entry.body.lines() {
        out.push_str(&match (line.strip_prefix("$ "), line.strip_prefix("> ")) {
            (Some(command), _) => format!("  $ {command}\n"),
            (_, Some(printed)) => format!("      … {printed} …\n"),
            _ => format!("{line}\n"),
        });
    }
    let see: Vec<&str> = entry.see().collect();
    if !see.is_empty() {
        out.push_str(&format!(
            "\n{}\n",
            page::folded(&say!("explain-see", keys = see.join(", ")), PAGE_WIDTH)
        ));
    }
    out
}

/// All entries, one behind the other.
#[must_use]
pub(crate) fn all() -> String {
    let rule = "-".repeat(PAGE_WIDTH);
    entries(language()).map(|one| entry(&one)).collect::<Vec<_>>().join(&format!("\n{rule}\n\n"))
}

/// What there is.
#[must_use]
pub(crate) fn list() -> String {
    let rows: Vec<(String, String)> =
        entries(language()).map(|entry| (entry.key.to_owned(), entry.title.to_owned())).collect();
    format!("{}\n{}\n", say!("explain-list"), table(&rows, PAGE_WIDTH))
}

/// There is no such entry, but one that is spelt much the same: it is shown.
#[must_use]
pub(crate) fn nearest(word: &str, key: &str) -> String {
    say!("explain-nearest", word = super::safe(word), key = key)
}

/// There is none at all.
#[must_use]
pub(crate) fn unknown(word: &str) -> String {
    say!("explain-unknown", word = super::safe(word))
}

/// The entry on what happened, where there is one.
#[must_use]
pub(crate) fn topic(what: &What) -> Option<&'static str> {
    match what {
        What::Failed(failure) => of_failure(failure),
        What::Closed { why: Ending::PeerReset | Ending::Reset, .. } | What::Notice(Notice::Unread) => {
            Some("rst")
        }
        What::Closed { why: Ending::TooSlow, .. } => Some("flow-control"),
        What::Sticky { .. } | What::Notice(Notice::Glued { .. }) => Some("sticky-packets"),
        What::Recv { check, .. } if check.is_bad() => Some("checksums"),
        What::Notice(Notice::CutCharacter { .. } | Notice::ReadsAs { .. }) => Some("charset"),
        What::Notice(Notice::NoFin | Notice::NoReset) => Some("datagram"),
        What::Notice(Notice::Unreachable { .. }) => Some("refused"),
        What::Notice(Notice::AtLimit { .. } | Notice::Full { .. }) => Some("backlog"),
        What::Notice(Notice::AcceptFailed { .. }) => Some("too-many-open-files"),
        _ => None,
    }
}

fn of_failure(failure: &Failure) -> Option<&'static str> {
    let key = match (failure.kind, failure.operation) {
        (Kind::NameNotResolved, _) => "name-resolution",
        (Kind::Refused, _) => "refused",
        (Kind::Unreachable, _) => "unreachable",
        (Kind::Timeout, Operation::Send) => "flow-control",
        (Kind::Timeout, _) => "timeout",
        (Kind::SelfConnect, _) => "self-connect",
        (Kind::AddressInUse, _) => "address-in-use",
        (Kind::AddressNotAvailable, Operation::Connect) => "no-ports-left",
        (Kind::AddressNotAvailable, _) => "loopback",
        (Kind::NotPermitted, Operation::Listen) => "privileged-ports",
        (Kind::Reset, _) => "reset",
        (Kind::Broken, Operation::Send) => "broken-pipe",
        (Kind::Framing, _) => "framing",
        (Kind::NoAnswer, _) => "exit-28",
        (Kind::Unexpected, _) => "exit-121",
        (Kind::Absent, _) => "exit-78",
        (Kind::Range, _) => "exit-33",
        (Kind::Mismatch, _) => "exit-120",
        _ => return None,
    };
    Some(key)
}

/// Where more is told of what was just said.
#[must_use]
pub(crate) fn pointer(key: &str) -> String {
    say!("explain-pointer", command = format!("sockeye explain {key}"))
}

#[cfg(test)]
mod tests {
    use sockeye_text::{Language, Text, entry as find};

    use super::*;

    #[test]
    fn what_messages_point_at_is_there() {
        for kind in Kind::ALL {
            let failures =
                Operation::ALL.map(|operation| Failure::new(operation, "x", kind, Text::verbatim("y")));
            for key in failures.iter().filter_map(of_failure) {
                assert_eq!(find(Language::Chinese, key).map(|entry| entry.key), Some(key));
            }
        }
        for key in ["rst", "flow-control", "sticky-packets", "checksums", "charset", "datagram", "backlog"] {
            assert_eq!(find(Language::English, key).map(|entry| entry.key), Some(key));
        }
    }
}
