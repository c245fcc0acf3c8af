//! What `check` says: how far it is, what it came to, and what to look for in a receiver's code.
//! Never shows a byte of a receiver but as hex and ASCII.

use std::time::Duration;

use sockeye_core::{
    charset,
    event::{CheckVerdict, CutConnection, CutFamily, Judgement, TriedCut},
    rule::quantity::brief_duration,
};
use sockeye_study::check::{of_advice, of_family};
use sockeye_text::text;

use super::{bytes, safe, say, words};

/// Pieces that are shown of a cut.
const PIECES: usize = 8;
/// Bytes that are shown of each end of what is long.
const EDGE: usize = 64;

/// Where a client or device is waited for.
#[must_use]
pub(crate) fn listening(address: &str) -> String {
    say!("check-listening", address = safe(address))
}

/// How far it is.
#[must_use]
pub(crate) fn progress(cut: &TriedCut) -> String {
    format!("{}/{} {}", cut.number, cut.planned, cut.family.name())
}

/// A cut, in a line.
#[must_use]
pub(crate) fn described(cut: &TriedCut) -> String {
    let connection = match cut.connection {
        CutConnection::Fresh => text!("cut-on-fresh"),
        CutConnection::Same => text!("cut-on-same"),
    };
    let what = of_family(cut.family);
    let message = match cut.family {
        CutFamily::Whole | CutFamily::Split | CutFamily::Header | CutFamily::TailLate | CutFamily::Bytes => {
            text!("cut-message", number = cut.message)
        }
        _ => text!("cut-from-message", number = cut.message),
    };
    let at = match cut.offsets.as_slice() {
        [] => return say!("cut-described", what = what, message = message, connection = connection),
        [one] => text!("cut-at", place = *one, bytes = bytes(cut.sent.len())),
        many => text!("cut-in", count = many.len() + 1, bytes = bytes(cut.sent.len())),
    };
    say!("cut-described-at", what = what, message = message, at = at, connection = connection)
}

/// What became of a cut that failed, in a line.
#[must_use]
pub(crate) fn outcome(cut: &TriedCut) -> String {
    match (cut.got.is_empty(), cut.hung_up) {
        (true, true) => say!("cut-hung-up"),
        (true, false) => say!("cut-silent"),
        (false, _) if cut.got.starts_with(&cut.expected) => say!("cut-too-much"),
        (false, true) if cut.expected.starts_with(&cut.got) => say!("cut-hung-up-within"),
        (false, false) if cut.expected.starts_with(&cut.got) => say!("cut-too-little"),
        (false, _) => say!("cut-other"),
    }
}

/// What was sent, with its cuts, what had to come back and what did.
#[must_use]
pub(crate) fn details(cut: &TriedCut) -> Vec<String> {
    let mut lines = vec![say!("cut-sent", bytes = bytes(cut.sent.len()), count = cut.offsets.len() + 1)];
    let pause = Duration::from_micros(u64::try_from(cut.gap.as_micros()).unwrap_or(u64::MAX));
    let mark = say!("cut-mark", gap = brief_duration(pause));
    let begins = std::iter::once(0).chain(cut.offsets.iter().copied());
    let ends = cut.offsets.iter().copied().chain(std::iter::once(cut.sent.len()));
    for (number, (begin, end)) in begins.zip(ends).enumerate() {
        match number {
            0 => {}
            PIECES => {
                lines.push("  ...".to_owned());
                break;
            }
            _ => lines.push(format!("  {mark}")),
        }
        dump(cut.sent.get(begin..end).unwrap_or_default(), begin, &mut lines);
    }
    if cut.early > 0 {
        lines.push(say!("cut-early", bytes = bytes(cut.early)));
    }
    lines.push(say!("cut-expected", bytes = bytes(cut.expected.len())));
    dump(&cut.expected, 0, &mut lines);
    lines.push(say!("cut-got", bytes = bytes(cut.got.len()), what = outcome(cut)));
    dump(&cut.got, 0, &mut lines);
    lines
}

/// Bytes, of which only the edges are shown where they are many.
fn dump(data: &[u8], offset: usize, lines: &mut Vec<String>) {
    let mut show = |from: usize, to: usize| {
        let part = data.get(from..to).unwrap_or_default();
        charset::dump(part, (offset + from) as u64, &mut |line| lines.push(format!("  {line}")));
    };
    if data.len() <= 2 * EDGE {
        return show(0, data.len());
    }
    show(0, EDGE);
    let tail = data.len() - EDGE;
    lines.push("  ...".to_owned());
    let part = data.get(tail..).unwrap_or_default();
    charset::dump(part, (offset + tail) as u64, &mut |line| lines.push(format!("  {line}")));
}

/// What it came to.
#[must_use]
pub(crate) fn report(judgement: &Judgement) -> Vec<String> {
    let Judgement { verdict, tried, failed, skipped, .. } = judgement;
    let mut lines = match verdict {
        CheckVerdict::Pass => vec![say!("check-pass", count = *tried)],
        CheckVerdict::Fail => vec![say!("check-fail", failed = *failed, tried = *tried)],
        CheckVerdict::NoAnswer => vec![say!("check-no-answer")],
    };
    if *skipped > 0 {
        lines.push(say!("check-skipped", count = *skipped));
    }
    if let Some(cut) = &judgement.smallest {
        lines.push(String::new());
        lines.push(say!("check-smallest", cut = described(cut)));
        lines.extend(details(cut));
    }
    if !judgement.advice.is_empty() {
        lines.push(String::new());
        lines.push(say!("check-look-for"));
        for found in &judgement.advice {
            let about = words(&of_advice(*found));
            lines.push(say!("check-advice", about = about, name = found.name()));
        }
    }
    lines
}

/// `check` over datagrams.
#[must_use]
pub(crate) fn datagrams_have_edges() -> String {
    say!("datagrams-have-edges")
}

/// `check` without anything to say.
#[must_use]
pub(crate) fn needs_speech() -> String {
    say!("check-needs-speech")
}

/// More messages than `check` takes.
#[must_use]
pub(crate) fn too_many_messages(most: usize) -> String {
    say!("too-many-messages", most = most)
}

/// Not as many `--expect` as messages.
#[must_use]
pub(crate) fn expect_each(given: usize, messages: usize) -> String {
    say!("expect-each", given = given, messages = messages)
}

/// A placeholder that gives something else each time.
#[must_use]
pub(crate) fn changes() -> String {
    say!("check-changes")
}

/// A message that is too long to be sent so often.
#[must_use]
pub(crate) fn long_to_cut(most: usize) -> String {
    say!("long-to-cut", most = most)
}

/// A message of which nothing travels.
#[must_use]
pub(crate) fn nothing_to_cut() -> String {
    say!("nothing-to-cut")
}
