//! Sentences for notices: what people should know and scripts may ignore.
//! Never prints.

use sockeye_core::{
    charset,
    event::{Member, Notice, Speaker, Unsent},
};

use super::{count, lasted, safe, words};

/// Something people should know; several lines for a list.
#[must_use]
pub(crate) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Stranger { from, len } => {
            format!("{} from {}, who is not the peer: not taken", count(*len as u64, "byte"), safe(from))
        }
        Notice::AtLimit { open } => {
            format!("at the limit of {}: later ones wait until one ends", count(*open as u64, "connection"))
        }
        Notice::Full { peer, open } => format!(
            "{} was turned away: {} open already (--max-connections, --full refuse)",
            safe(peer),
            match open {
                1 => "1 connection is".to_owned(),
                open => format!("{open} connections are"),
            }
        ),
        Notice::Denied { peer } => format!("{} was turned away (--allow, --deny)", safe(peer)),
        Notice::AcceptFailed { detail } => {
            format!("cannot accept just now: {}; trying again", safe(&words(detail)))
        }
        Notice::Retry { attempt, failure } => {
            format!("attempt {attempt} failed: {}; trying again", safe(&words(&failure.text())))
        }
        Notice::Members(members) => list(members),
        Notice::NoSuchConn(conn) => format!("there is no conversation #{conn}; /list shows those there are"),
        Notice::Unfinished { len, data } => {
            let shown = data.get(..data.len().min(64)).unwrap_or_default();
            let rest = if *len > shown.len() { "…" } else { "" };
            format!(
                "{} never became a message: {}{rest}",
                count(*len as u64, "byte"),
                charset::visible_bytes(shown, charset::Charset::utf8())
            )
        }
        Notice::Skipped { bytes } => format!("{} outside of any message skipped", count(*bytes, "byte")),
        Notice::Unreachable { peer } => {
            format!("nobody listens at {} (ICMP port unreachable)", safe(peer))
        }
        Notice::Unsent { len, why: Unsent::Nobody } => {
            format!("{} not sent: nobody is connected", count(*len as u64, "byte"))
        }
        Notice::Unsent { len, why: Unsent::Ended } => {
            format!("{} not sent: our direction of this conversation is over", count(*len as u64, "byte"))
        }
        Notice::CutCharacter { text, before, after } => format!(
            "the character {} was cut by the edge between two reads: {before} of its {} came with the one before",
            safe(text),
            count((before + after) as u64, "byte")
        ),
        Notice::GaveUp { waited, whom: Speaker::Pipe } => format!(
            "the peer has closed (FIN), and nothing came from standard input for {}: it is not read any more",
            lasted(*waited)
        ),
        Notice::GaveUp { waited, whom: Speaker::Operator } => format!(
            "the peer has closed (FIN), and nothing was typed for {}: our direction ends too",
            lasted(*waited)
        ),
        Notice::NoFin | Notice::NoReset | Notice::Unread | Notice::NoRule | Notice::Glued { .. } => {
            fixed(notice).to_owned()
        }
        Notice::ReadsAs { charset } => {
            format!("this reads as {}: --charset {charset}", charset.to_ascii_uppercase())
        }
    }
}

/// Those that are always the same.
fn fixed(notice: &Notice) -> &'static str {
    match notice {
        Notice::NoFin => {
            "UDP has no FIN: nothing was sent, the peer learns nothing of it, and both sides can go on"
        }
        Notice::NoReset => {
            "UDP has no RST: nothing was sent, and the peer learns nothing of it; only our end is over"
        }
        Notice::Unread => "reset by the peer (RST): it had closed and did not read our answer",
        Notice::NoRule => {
            "no rule fits this: nothing is answered (is a line end in it? equals wants all of a message)"
        }
        Notice::Glued { .. } => {
            "a read is not a message: what was sent in pieces may come together (粘包); --frame says where messages end"
        }
        _ => "",
    }
}

fn list(members: &[Member]) -> String {
    if members.is_empty() {
        return "nobody is connected".to_owned();
    }
    let mut out = format!("{} connected", members.len());
    for Member { conn, peer } in members {
        out.push_str(&format!("\n  #{conn}  {}", safe(peer)));
    }
    out
}
