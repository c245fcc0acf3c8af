//! Every sentence for people: what happened, what failed and what to try, what the program offers.
//! Never prints and never decides: plain text in, plain text out, so that a second language can stand beside it.

pub(crate) mod fetch;
pub(crate) mod help;
mod language;
mod listener;
mod notice;
pub(crate) mod offer;
pub(crate) mod terminal;
pub(crate) mod topics;
pub(crate) mod usage;

use std::time::Duration;

use sockeye_core::{
    charset,
    event::{Conn, Counters, Ending, Failure, Kind, Operation, SocketInfo, Summary, Suppression},
    frame::Check,
    rule::quantity::brief_duration,
    unit::Dir,
};

pub(crate) use language::{keyed, language, say, speak, words};
pub(crate) use listener::{Admits, ONLY_LISTED, Offers, listening, open_to_all, reach};
pub(crate) use notice::notice;

/// Makes text that may come from elsewhere (a peer, the system, a file name) safe for a terminal.
#[must_use]
pub(crate) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    charset::visible(text, &mut out);
    out
}

/// `1 byte`, `2 bytes`.
#[must_use]
pub(crate) fn count(number: u64, noun: &str) -> String {
    match (number, noun) {
        (1, _) => format!("1 {noun}"),
        (n, noun) if noun.ends_with('h') => format!("{n} {noun}es"),
        (n, noun) if noun.ends_with("ly") => format!("{n} {}ies", noun.trim_end_matches('y')),
        (n, noun) => format!("{n} {noun}s"),
    }
}

/// A duration rounded for reading.
#[must_use]
pub(crate) fn lasted(nanos: u64) -> String {
    brief_duration(Duration::from_nanos(nanos))
}

/// What failed, why, and what to try: one to two lines.
#[must_use]
pub(crate) fn failure(failure: &Failure) -> String {
    let mut out = match failure.kind {
        Kind::NoAnswer | Kind::Unexpected => {
            format!("error: {}: {}", safe(&failure.address), safe(&words(&failure.detail)))
        }
        _ => format!("error: {}", safe(&words(&failure.text()))),
    };
    if let Some(hint) = hint(failure) {
        out.push_str("\n  try: ");
        out.push_str(&safe(&hint));
    }
    out
}

/// The peer ended it with an RST.
pub(crate) const PEER_RESET: &str = "the peer reset the connection (RST)";
/// The peer went away before `--every` was through.
#[must_use]
pub(crate) fn cut_short(rounds: u64, of: Option<u64>) -> String {
    match of {
        Some(of) => format!("the peer went away after {rounds} of {}", count(of, "round")),
        None => format!("the peer went away after {}", count(rounds, "round")),
    }
}

/// The conversation ended before the system took all that was to be sent.
#[must_use]
pub(crate) fn unsent(bytes: u64) -> String {
    format!("the conversation ended with {} unsent", count(bytes, "byte"))
}
/// What to try where bytes came that are no messages.
pub(crate) const OTHER_FRAMING: &str =
    "does the peer speak this --frame? without one everything is shown as it comes";
/// What a peer was told that has not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Nothing.
    None,
    /// A datagram.
    Datagram,
    /// Text with backslashes that look like escapes.
    Backslashes,
    /// A message with framing.
    Framed,
    /// Something with a line end.
    Line,
    /// Something without framing or line end.
    Bare,
}

/// What to try where no answer came.
#[must_use]
pub(crate) fn no_answer_hint(question: Question, ending: Option<Ending>) -> String {
    let may_be = match question {
        Question::None => "nothing was sent: does the server speak first?",
        Question::Datagram => {
            "UDP tells of nothing that is lost: is a server there, and does it answer this?"
        }
        Question::Backslashes => "backslashes went out as they are: -e reads \\r \\n \\xNN in --send",
        Question::Framed => "does the server speak this --frame?",
        Question::Line => "does the server expect a framing (--frame)?",
        Question::Bare => "does the server expect a line end (--eol lf, -C) or a framing (--frame)?",
    };
    match ending {
        Some(Ending::PeerClosed) => may_be.to_owned(),
        _ => format!("--wait 10s waits longer; {may_be}"),
    }
}

/// Nothing but messages with bad checksums came.
#[must_use]
pub(crate) fn damaged(framing: &sockeye_core::frame::Framing) -> String {
    let name = framing.checksum().map_or("", |sum| sum.name());
    format!("every answer had a bad checksum (--checksum {name})")
}

/// No message came; `bytes` did.
#[must_use]
pub(crate) fn no_answer(bytes: u64, framing: &sockeye_core::frame::Framing) -> String {
    match bytes {
        0 => "no answer came".to_owned(),
        bytes => format!("{} came, but no whole message by --frame {framing}", count(bytes, "byte")),
    }
}

/// Messages came, and no byte in them.
pub(crate) const EMPTY: &str = "what came was empty";

/// What came is not what `--expect` asked for; `last` is its end.
#[must_use]
pub(crate) fn came_instead(last: &[u8], charset: charset::Charset) -> String {
    format!("what came ends in '{}'", charset::visible_bytes(last, charset))
}

/// What `--expect` asked for did not come, but something did.
#[must_use]
pub(crate) fn unmet(expected: &str, instead: &str) -> String {
    format!("--expect '{expected}' was not met: {instead}")
}

/// What to try next: the failure's own word, or a general one.
#[must_use]
pub(crate) fn hint(failure: &Failure) -> Option<String> {
    if let Some(hint) = &failure.hint {
        return Some(words(hint));
    }
    let general = match (failure.kind, failure.operation) {
        (Kind::Refused, Operation::Connect) if failure.address.starts_with("unix:") => {
            "is a server running there, and is the path right? --retry 5 waits for one that is starting"
        }
        (Kind::Refused, Operation::Connect) => {
            "is a server running there, and is the port right? --retry 5 waits for one that is starting"
        }
        (Kind::Unreachable, Operation::Connect) => {
            "is this machine on that network? `ip route` shows the ways"
        }
        (Kind::Timeout, Operation::Connect) => {
            "a firewall may drop what is sent there; --connect-timeout 30s waits longer"
        }
        (Kind::NameNotResolved, _) => "check the spelling, or write an IP address",
        (Kind::SelfConnect, _) => "nothing listens on that port; start the server first",
        (Kind::AddressNotAvailable, _) => "that address is none of this machine's; `ip addr` shows those",
        (Kind::Framing, Operation::Get) => {
            "--dialect says how the server is asked, if it is another kind of server"
        }
        (Kind::Framing, Operation::Receive) => OTHER_FRAMING,
        _ => return None,
    };
    Some(general.to_owned())
}

/// Faults are on, and this seed repeats them.
#[must_use]
pub(crate) fn faults(specs: &str, seed: u64) -> String {
    format!("faults on purpose: {}; --seed {seed} repeats them", safe(specs))
}

/// How a conversation can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// There is a connection.
    Connection,
    /// There is none over UDP: what is sent can go there.
    Ready,
    /// The same, where the other end spoke first.
    Heard,
}

/// A conversation began.
#[must_use]
pub(crate) fn opened(how: Beginning, peer: &str, local: &str) -> String {
    let what = match how {
        Beginning::Connection => "opened:",
        Beginning::Ready => "ready to send to",
        Beginning::Heard => "first datagram from",
    };
    format!("{what} {} (our end {})", safe(peer), safe(local))
}

/// Who sent what follows, where that is not the peer.
#[must_use]
pub(crate) fn sender(from: &str, len: usize) -> String {
    format!("{} from {}", count(len as u64, "byte"), safe(from))
}

/// One direction is over.
#[must_use]
pub(crate) fn ended(dir: Dir) -> &'static str {
    match dir {
        Dir::In => "peer closed (FIN): it sends no more",
        Dir::Out => "half-closed (FIN sent): we can still receive",
    }
}

/// A conversation is over.
#[must_use]
pub(crate) fn closed(why: Ending, counters: &Counters, nanos: u64, pieces: Pieces) -> String {
    let why = match why {
        Ending::PeerClosed => "closed: the peer was first to close (FIN)",
        Ending::Closed if pieces == Pieces::Datagrams => "closed: our end is over",
        Ending::Closed => "closed: we were first to close",
        Ending::PeerReset => "closed: peer reset (RST)",
        Ending::Reset => "closed: reset by us (RST)",
        Ending::Idle => "closed: nothing came for the idle limit (--idle-timeout)",
        Ending::Displaced => "forgotten to make room for another peer (--max-connections)",
        Ending::Refused => "closed: the peer broke the framing, a limit or a rule",
        Ending::TooSlow => "closed: the peer read too slowly",
        Ending::Stopped => "closed: by us, since sockeye is ending",
        Ending::Failed => "closed: sending or receiving failed",
    };
    format!("{why}; {}", traffic(counters, nanos, pieces))
}

/// What the counters of messages count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pieces {
    /// What a framing cuts.
    Messages,
    /// What calls of the system brought and took, which is nothing to rely on.
    Reads,
    /// Datagrams.
    Datagrams,
}

fn traffic(counters: &Counters, nanos: u64, pieces: Pieces) -> String {
    let (came, went) = match pieces {
        Pieces::Messages => ("message", "message"),
        Pieces::Reads => ("read", "send"),
        Pieces::Datagrams => ("datagram", "datagram"),
    };
    let mut out = format!(
        "in {} / {}, out {} / {}, {}",
        count(counters.bytes_in, "byte"),
        count(counters.messages_in, came),
        count(counters.bytes_out, "byte"),
        count(counters.messages_out, went),
        lasted(nanos)
    );
    for (number, what) in [
        (counters.bad_checksums, "bad checksum"),
        (counters.suppressed, "suppressed answer"),
        (counters.dropped, "dropped message"),
        (counters.unsent, "unsent byte"),
    ] {
        if number > 0 {
            out.push_str(", ");
            out.push_str(&count(number, what));
        }
    }
    out
}

/// One read did not carry exactly one message.
#[must_use]
pub(crate) fn sticky(len: usize, messages: u64, left: usize) -> String {
    let bytes = count(len as u64, "byte");
    let kept = count(left as u64, "byte");
    match (messages, left) {
        (0, _) => format!("one read carried part of a message ({bytes}; {kept} kept until the rest comes)"),
        (1, _) => format!("one read carried 1 message and part of the next ({bytes}; {kept} kept)"),
        (n, 0) => format!("one read carried {n} messages ({bytes}): TCP has no message boundaries"),
        (n, _) => format!("one read carried {n} messages and part of the next ({bytes}; {kept} kept)"),
    }
}

/// A checksum was wrong, if it was.
#[must_use]
pub(crate) fn bad_checksum(check: Check) -> Option<String> {
    match check {
        Check::None | Check::Good => None,
        Check::Short { size } => Some(format!(
            "bad checksum: the message is too short to carry one of {}",
            count(size as u64, "byte")
        )),
        Check::Bad { found, expected, layout } => Some(format!(
            "bad checksum: {} came where {} would be right",
            layout.hex(found),
            layout.hex(expected)
        )),
    }
}

/// A fault did its work.
#[must_use]
pub(crate) fn fault(name: &str, dir: Dir, offset: u64, amount: u64) -> String {
    let way = match dir {
        Dir::In => "received",
        Dir::Out => "sent",
    };
    match name {
        "latency" => {
            let late = brief_duration(Duration::from_millis(amount));
            format!("fault latency: what is {way} from byte {offset} on comes {late} later")
        }
        "slice" => format!(
            "fault slice: what is {way} is cut, a piece of {} from byte {offset} on",
            count(amount, "byte")
        ),
        _ => format!("fault {name} on what is {way}, from byte {offset} on: {amount}"),
    }
}

/// Answers were kept back.
#[must_use]
pub(crate) fn suppressed(peer: &str, why: Suppression, number: u64) -> String {
    let why = match why {
        Suppression::Rate => "more than --rate allows",
        // A client has no questions to answer: what matters to either end is that it was not heard.
        Suppression::OwnAddress => {
            return format!("{} from our own address ({}) not taken", count(number, "datagram"), safe(peer));
        }
        Suppression::ServicePort => "the question came from the port of a service (below 1024)",
    };
    format!("{} to {} not sent: {why}", count(number, "answer"), safe(peer))
}

/// What the kernel knows of a connection; several lines.
#[must_use]
pub(crate) fn info(info: &SocketInfo) -> String {
    let micros = |value: Option<u64>| value.map(|us| brief_duration(Duration::from_micros(us)));
    let number = |value: Option<u64>, unit: &str| value.map(|n| count(n, unit));
    let rows = [
        ("state", info.state.clone()),
        ("RTT", micros(info.rtt_us)),
        ("RTT variation", micros(info.rtt_var_us)),
        ("RTO", micros(info.rto_us)),
        ("cwnd", number(info.cwnd, "segment")),
        ("MSS", number(info.mss, "byte")),
        ("retransmits", number(info.retransmits, "segment")),
        ("not acknowledged", number(info.unacked, "segment")),
        ("waiting to be sent", number(info.send_queue, "byte")),
        ("waiting to be read", number(info.recv_queue, "byte")),
        ("send buffer", number(info.send_buffer, "byte")),
        ("receive buffer", number(info.recv_buffer, "byte")),
        ("congestion control", info.congestion.clone()),
    ];
    let known =
        rows.iter().filter_map(|(name, value)| Some(format!("\n  {name:<19} {}", safe(value.as_deref()?))));
    let lines: String = known.collect();
    if lines.is_empty() {
        "the system tells nothing about this socket".to_owned()
    } else {
        format!("socket{lines}")
    }
}

/// The run is over.
#[must_use]
pub(crate) fn summary(summary: &Summary, pieces: Pieces) -> String {
    let traffic = traffic(&summary.totals, summary.lasted, pieces);
    let mut out = format!("{}; {traffic}", count(summary.accepted, "conversation"));
    for (number, what) in [(summary.refused, "turned away"), (summary.reset, "reset")] {
        if number > 0 {
            out.push_str(&format!(", {number} {what}"));
        }
    }
    out
}

/// Lines as one.
#[must_use]
pub(crate) fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.map(str::trim).collect::<Vec<_>>().join("; ")
}

/// Which job a line is about, for people.
#[must_use]
pub(crate) fn job(name: &str) -> String {
    format!("{} ", safe(name))
}

/// What is said of a job, or of the only thing there is.
#[must_use]
pub(crate) fn of_job(name: Option<&str>, text: &str) -> String {
    name.map_or_else(|| text.to_owned(), |name| format!("{}: {text}", safe(name)))
}

/// A job that never began since another one never listened.
#[must_use]
pub(crate) fn not_begun(other: &str) -> String {
    format!("not begun: it comes after {}, which did not listen", safe(other))
}

/// A log that takes nothing more at the end of a run.
pub(crate) const LOG_IS_STUCK: &str = "it takes nothing; what came last is not in it";

/// Events that a log has no room for.
#[must_use]
pub(crate) fn missed(first: u64, events: u64) -> String {
    let from = count(events, "event");
    format!("{from} missing here, from number {first} on: the log could not be written fast enough")
}

/// Which conversation a line is about, for people.
#[must_use]
pub(crate) fn about(conn: Option<Conn>) -> String {
    conn.map_or_else(String::new, |conn| format!("#{conn} "))
}

/// The rest of a message that is not shown.
#[must_use]
pub(crate) fn more(bytes: usize) -> String {
    format!("(+{})", count(bytes as u64, "byte"))
}

#[cfg(test)]
mod tests;
