//! Every sentence for people: what happened, what failed and what to try, what the program offers.
//! Never prints and never decides: the sentences stand in the catalogue, and here they are filled in.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod console;
mod damage;
pub(crate) mod device;
mod examples;
pub(crate) mod explain;
mod failed;
pub(crate) mod fetch;
pub(crate) mod form;
pub(crate) mod help;
mod language;
mod listener;
pub(crate) mod monitor;
mod notice;
pub(crate) mod offer;
pub(crate) mod page;
mod part;
pub(crate) mod probe;
pub(crate) mod relay;
mod stats;
pub(crate) mod terminal;
pub(crate) mod topics;
pub(crate) mod usage;

use std::time::Duration;

use sockeye_core::{
    charset,
    event::{Conn, Counters, Ending, SocketInfo, Summary, Suppression},
    frame::Check,
    rule::quantity::brief_duration,
    unit::Dir,
};
use sockeye_text::{Arg, Text, text};

pub(crate) use damage::{fault, tally};
pub(crate) use failed::{
    Question, came_instead, cut_short, damaged, empty, failure, half_said, hint, no_answer, no_answer_hint,
    other_framing, peer_reset, unanswered, unmet, unsent,
};
#[cfg(test)]
pub(crate) use language::speaking;
pub(crate) use language::{keyed, language, say, speak, system, words};
pub(crate) use listener::{Admits, Offers, listening, open_to_all, reach};
pub(crate) use notice::notice;
pub(crate) use part::{FramePart, part};
pub(crate) use stats::stats;

/// Makes text that may come from elsewhere (a peer, the system, a file name) safe for a terminal.
#[must_use]
pub(crate) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    charset::visible(text, &mut out);
    out
}

/// So many bytes.
fn bytes(count: impl Into<Arg>) -> Text {
    text!("bytes", count = count.into())
}

/// A duration rounded for reading.
#[must_use]
pub(crate) fn lasted(nanos: u64) -> String {
    brief_duration(Duration::from_nanos(nanos))
}

/// Faults are on, and this seed repeats them.
#[must_use]
pub(crate) fn faults(specs: &str, seed: u64) -> String {
    say!("faults", specs = safe(specs), seed = seed)
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
    let (peer, local) = (safe(peer), safe(local));
    match how {
        Beginning::Connection => say!("opened", peer = peer, local = local),
        Beginning::Ready => say!("opened-ready", peer = peer, local = local),
        Beginning::Heard => say!("opened-heard", peer = peer, local = local),
    }
}

/// Who sent what follows, where that is not the peer.
#[must_use]
pub(crate) fn sender(from: &str, len: usize) -> String {
    say!("sender", bytes = bytes(len), from = safe(from))
}

/// One direction is over.
#[must_use]
pub(crate) fn ended(dir: Dir) -> String {
    match dir {
        Dir::In => say!("ended-in"),
        Dir::Out => say!("ended-out"),
    }
}

/// A conversation is over.
#[must_use]
pub(crate) fn closed(why: Ending, counters: &Counters, nanos: u64, pieces: Pieces) -> String {
    let why = match why {
        Ending::PeerClosed => text!("closed-by-peer"),
        Ending::Closed if pieces == Pieces::Datagrams => text!("closed-datagrams"),
        Ending::Closed => text!("closed-by-us"),
        Ending::PeerReset => text!("closed-peer-reset"),
        Ending::Reset => text!("closed-reset"),
        Ending::Idle => text!("closed-idle"),
        Ending::Displaced => text!("closed-displaced"),
        Ending::Refused => text!("closed-refused"),
        Ending::TooSlow => text!("closed-too-slow"),
        Ending::Stopped => text!("closed-stopped"),
        Ending::Failed => text!("closed-failed"),
    };
    words(&why.and(traffic(counters, nanos, pieces)))
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

fn traffic(counters: &Counters, nanos: u64, pieces: Pieces) -> Text {
    let (came, went) = (counters.messages_in, counters.messages_out);
    let (came, went) = match pieces {
        Pieces::Messages => (text!("messages", count = came), text!("messages", count = went)),
        Pieces::Reads => (text!("reads", count = came), text!("sends", count = went)),
        Pieces::Datagrams => (text!("datagrams", count = came), text!("datagrams", count = went)),
    };
    let mut all = text!(
        "traffic",
        bytes_in = bytes(counters.bytes_in),
        came = came,
        bytes_out = bytes(counters.bytes_out),
        went = went,
        time = lasted(nanos),
    );
    let Counters {
        bad_checksums,
        bad_lengths,
        bad_tails,
        bad_escapes,
        skipped,
        suppressed,
        dropped,
        unsent,
        ..
    } = *counters;
    if bad_checksums > 0 {
        all = text!("traffic-bad-checksums", traffic = all, count = bad_checksums);
    }
    if bad_lengths > 0 {
        all = text!("traffic-bad-lengths", traffic = all, count = bad_lengths);
    }
    if bad_tails > 0 {
        all = text!("traffic-bad-tails", traffic = all, count = bad_tails);
    }
    if bad_escapes > 0 {
        all = text!("traffic-bad-escapes", traffic = all, count = bad_escapes);
    }
    if skipped > 0 {
        all = text!("traffic-skipped", traffic = all, bytes = bytes(skipped));
    }
    if suppressed > 0 {
        all = text!("traffic-suppressed", traffic = all, count = suppressed);
    }
    if dropped > 0 {
        all = text!("traffic-dropped", traffic = all, count = dropped);
    }
    if unsent > 0 {
        all = text!("traffic-unsent", traffic = all, count = unsent);
    }
    all
}

/// One read did not carry exactly one message.
#[must_use]
pub(crate) fn sticky(len: usize, messages: u64, left: usize) -> String {
    let (bytes, kept) = (bytes(len), bytes(left));
    match (messages, left) {
        (0, _) => say!("sticky-part", bytes = bytes, kept = kept),
        (1, _) => say!("sticky-one-and-part", bytes = bytes, kept = kept),
        (n, 0) => say!("sticky-many", count = n, bytes = bytes),
        (n, _) => say!("sticky-many-and-part", count = n, bytes = bytes, kept = kept),
    }
}

/// A checksum was wrong, if it was.
#[must_use]
pub(crate) fn bad_checksum(check: Check) -> Option<String> {
    match check {
        Check::None | Check::Good => None,
        Check::Short { size } => Some(say!("checksum-short", bytes = bytes(size))),
        Check::Bad { found, expected, layout } => {
            Some(say!("checksum-bad", found = layout.hex(found), expected = layout.hex(expected)))
        }
    }
}

/// Answers were kept back.
#[must_use]
pub(crate) fn suppressed(peer: &str, why: Suppression, number: u64) -> String {
    let peer = safe(peer);
    match why {
        Suppression::Rate => say!("suppressed-rate", answers = text!("answers", count = number), peer = peer),
        // A client has no questions to answer: what matters to either end is that it was not heard.
        Suppression::OwnAddress => {
            say!("suppressed-own-address", datagrams = text!("datagrams", count = number), peer = peer)
        }
        Suppression::ServicePort => {
            say!("suppressed-service-port", answers = text!("answers", count = number), peer = peer)
        }
    }
}

/// What the kernel knows of a connection; several lines.
#[must_use]
pub(crate) fn info(info: &SocketInfo) -> String {
    let micros = |value: Option<u64>| value.map(|us| brief_duration(Duration::from_micros(us)));
    let in_bytes = |value: Option<u64>| value.map(|n| words(&bytes(n)));
    let segments = |value: Option<u64>| value.map(|n| say!("segments", count = n));
    let rows = [
        (say!("info-state"), info.state.clone()),
        (say!("info-rtt"), micros(info.rtt_us)),
        (say!("info-rtt-variation"), micros(info.rtt_var_us)),
        (say!("info-rto"), micros(info.rto_us)),
        (say!("info-cwnd"), segments(info.cwnd)),
        (say!("info-mss"), in_bytes(info.mss)),
        (say!("info-retransmits"), segments(info.retransmits)),
        (say!("info-unacked"), segments(info.unacked)),
        (say!("info-send-queue"), in_bytes(info.send_queue)),
        (say!("info-unsent"), in_bytes(info.unsent)),
        (say!("info-recv-queue"), in_bytes(info.recv_queue)),
        (say!("info-send-buffer"), in_bytes(info.send_buffer)),
        (say!("info-recv-buffer"), in_bytes(info.recv_buffer)),
        (say!("info-congestion"), info.congestion.clone()),
    ];
    let columns = rows.iter().map(|(name, _)| page::columns(name)).max().unwrap_or_default() + 2;
    let known = rows.iter().filter_map(|(name, value)| {
        Some(format!("\n  {}{}", page::padded(name, columns), safe(value.as_deref()?)))
    });
    let lines: String = known.collect();
    if lines.is_empty() { say!("info-nothing") } else { say!("info") + &lines }
}

/// The run is over.
#[must_use]
pub(crate) fn summary(summary: &Summary, pieces: Pieces) -> String {
    let traffic = traffic(&summary.totals, summary.lasted, pieces);
    let mut all = text!("conversations", count = summary.accepted).and(traffic);
    if summary.refused > 0 {
        all = text!("traffic-turned-away", traffic = all, count = summary.refused);
    }
    if summary.reset > 0 {
        all = text!("traffic-reset", traffic = all, count = summary.reset);
    }
    words(&all)
}

/// Lines as one.
#[must_use]
pub(crate) fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines = lines.map(|line| Text::verbatim(line.trim()));
    lines.reduce(Text::and).map_or_else(String::new, |all| words(&all))
}

/// Which job a line is about, for people.
#[must_use]
pub(crate) fn job(name: &str) -> String {
    format!("{} ", safe(name))
}

/// What is said of a job, or of the only thing there is.
#[must_use]
pub(crate) fn of_job(name: Option<&str>, text: &str) -> String {
    name.map_or_else(|| text.to_owned(), |name| say!("of-job", job = safe(name), text = text))
}

/// A job that never began since another one never listened.
#[must_use]
pub(crate) fn not_begun(other: &str) -> Text {
    text!("not-begun", other = safe(other))
}

/// A log that takes nothing more at the end of a run.
#[must_use]
pub(crate) fn log_is_stuck() -> Text {
    text!("log-stuck")
}

/// A log, where it is what cannot be written.
#[must_use]
pub(crate) fn the_log() -> String {
    say!("the-log")
}

/// Standard output, where it is what cannot be written.
#[must_use]
pub(crate) fn standard_output() -> String {
    say!("standard-output")
}

/// What every run needs of the system.
#[must_use]
pub(crate) fn the_runtime() -> String {
    say!("the-runtime")
}

/// It does not give it.
#[must_use]
pub(crate) fn system_refuses() -> Text {
    text!("system-refuses")
}

/// Events that a log has no room for.
#[must_use]
pub(crate) fn missed(first: u64, events: u64) -> String {
    say!("log-missed", events = text!("events", count = events), first = first)
}

/// Which conversation a line is about, for people.
#[must_use]
pub(crate) fn about(conn: Option<Conn>) -> String {
    conn.map_or_else(String::new, |conn| format!("#{conn} "))
}

/// A conversation has a name.
#[must_use]
pub(crate) fn named(name: &str, from: Option<Conn>) -> String {
    match from {
        None => say!("named", name = safe(name)),
        Some(from) => say!("named-anew", name = safe(name), from = from),
    }
}

/// Behind a message of ours that was sent as it is, though there is a framing.
#[must_use]
pub(crate) fn past_framing() -> String {
    say!("past-framing")
}

/// The rest of a message that is not shown.
#[must_use]
pub(crate) fn more(len: usize) -> String {
    say!("more", bytes = bytes(len))
}

#[cfg(test)]
mod tests;
