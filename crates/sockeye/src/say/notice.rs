//! Sentences for notices: what people should know and scripts may ignore.
//! Never prints.

use sockeye_core::{
    charset,
    event::{Member, Notice, Show, Speaker, Unsent},
};
use sockeye_text::text;

use super::{bytes, lasted, monitor, probe, relay, safe, say, words};

/// Bytes that are shown of what never became a message.
const SHOWN: usize = 64;

/// Something people should know; several lines for a list.
#[must_use]
pub(crate) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Stranger { from, len } => say!("stranger", bytes = bytes(*len), from = safe(from)),
        Notice::AtLimit { open } => say!("at-limit", connections = text!("connections", count = *open)),
        Notice::Full { peer, open } => say!("turned-away-full", peer = safe(peer), count = *open),
        Notice::Denied { peer } => say!("turned-away", peer = safe(peer)),
        Notice::AcceptFailed { detail } => say!("accept-failed", detail = safe(&words(detail))),
        Notice::Retry { attempt, failure } => {
            say!("attempt-failed", attempt = *attempt, failure = safe(&words(&failure.text())))
        }
        Notice::Reconnecting { failure } => {
            say!("reconnecting", failure = safe(&words(&failure.text())))
        }
        Notice::Members(members) => list(members),
        Notice::Faults(list) => words(&relay::faults(list)),
        Notice::Unframed { detail } => say!("relay-unframed", detail = safe(&words(detail))),
        Notice::NoSuchConn(conn) => say!("no-such-conversation", conn = *conn),
        Notice::NoSuchName(name) => say!("no-such-name", name = safe(name)),
        Notice::NotNamed { detail } => safe(&words(detail)),
        Notice::Unfinished { len, data } => {
            let shown = data.get(..data.len().min(SHOWN)).unwrap_or_default();
            let rest = if *len > shown.len() { "…" } else { "" };
            let shown = charset::visible_bytes(shown, charset::Charset::utf8()) + rest;
            say!("unfinished", bytes = bytes(*len), shown = shown)
        }
        Notice::Skipped { bytes: number, at } => say!("skipped", bytes = bytes(*number), at = *at),
        Notice::Unreachable { peer } => say!("port-unreachable", peer = safe(peer)),
        Notice::Unsent { len, why: Unsent::Nobody } => say!("unsent-nobody", bytes = bytes(*len)),
        Notice::Unsent { len, why: Unsent::Gone } => say!("unsent-gone", bytes = bytes(*len)),
        Notice::Using { to } => using(to),
        Notice::CharsetIs { charset } => say!("charset-is", charset = charset.as_ref()),
        Notice::Showing { show } => showing(*show),
        Notice::Unsent { len, why: Unsent::Ended } => say!("unsent-ended", bytes = bytes(*len)),
        Notice::CutCharacter { text, before, after } => {
            say!("cut-character", text = safe(text), before = *before, bytes = bytes(before + after))
        }
        Notice::GaveUp { waited, whom: Speaker::Pipe } => say!("gave-up-pipe", time = lasted(*waited)),
        Notice::GaveUp { waited, whom: Speaker::Operator } => {
            say!("gave-up-operator", time = lasted(*waited))
        }
        Notice::NoFin => say!("no-fin"),
        Notice::NoReset => say!("no-reset"),
        Notice::Unread => say!("reset-unread"),
        Notice::NoRule => say!("no-rule"),
        Notice::Glued { .. } => say!("glued"),
        Notice::Apart { pieces, reads, gap } if pieces == reads => say!("apart", gap = lasted(*gap)),
        Notice::Apart { pieces, reads, gap } => {
            say!("not-apart", gap = lasted(*gap), pieces = *pieces, reads = text!("reads", count = *reads))
        }
        Notice::OneAtATime => say!("one-at-a-time"),
        Notice::Remembers => say!("remembers"),
        Notice::AnswersOnly { messages } => {
            say!("answers-only", messages = text!("messages", count = *messages))
        }
        Notice::Trapper { server, standing, detail } => {
            let detail = detail.as_ref().map(|detail| safe(&words(detail))).unwrap_or_default();
            monitor::trapper(&safe(server), *standing, &detail)
        }
        Notice::Gap { lasted, why } => probe::gap(*lasted, *why),
        Notice::ClockSet { by } => probe::clock_set(*by),
        Notice::InTurn { at_once } => say!("probe-in-turn", count = *at_once),
        Notice::HookFailed { target, detail } => {
            say!("hook-failed", target = safe(target), detail = safe(&words(detail)))
        }
        Notice::ReadsAs { charset } => {
            say!("reads-as", name = charset.to_ascii_uppercase(), charset = charset.as_ref())
        }
    }
}

fn using(to: &str) -> String {
    match to {
        "all" => say!("using-all"),
        "last" => say!("using-last"),
        to => say!("using", to = safe(to)),
    }
}

fn showing(show: Show) -> String {
    match show {
        Show::Text => say!("showing-text"),
        Show::Hex => say!("showing-hex"),
        Show::Both => say!("showing-both"),
    }
}

fn list(members: &[Member]) -> String {
    if members.is_empty() {
        return say!("nobody-connected");
    }
    let mut out = say!("members", count = members.len());
    for Member { conn, peer, name } in members {
        let name = name.as_ref().map(|name| format!("  {}", safe(name))).unwrap_or_default();
        out.push_str(&format!("\n  #{conn}  {}{name}", safe(peer)));
    }
    out
}
