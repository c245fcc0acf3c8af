//! What `check` says: how far it is, what it came to, and what to look for in a receiver's code.
//! Never shows a byte of a receiver but as hex and ASCII.

use std::time::Duration;

use sockeye_core::{
    charset,
    event::{Advice, CheckVerdict, CutConnection, CutFamily, Judgement, TriedCut},
    rule::quantity::brief_duration,
};
use sockeye_text::{Text, text};

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

/// What a family does.
fn family(family: CutFamily) -> Text {
    match family {
        CutFamily::Whole => text!("cut-whole"),
        CutFamily::Glued => text!("cut-glued"),
        CutFamily::Split => text!("cut-split"),
        CutFamily::Header => text!("cut-header"),
        CutFamily::Straddled => text!("cut-straddled"),
        CutFamily::HalfLate => text!("cut-half-late"),
        CutFamily::HalfAbandoned => text!("cut-half-abandoned"),
        CutFamily::TailLate => text!("cut-tail-late"),
        CutFamily::Bytes => text!("cut-bytes"),
        CutFamily::Chain => text!("cut-chain"),
    }
}

/// What to look for, in a few words.
fn advice(advice: Advice) -> Text {
    match advice {
        Advice::RecvIsMessage => text!("advice-recv-is-message"),
        Advice::HeaderShort => text!("advice-header-short"),
        Advice::BodyShort => text!("advice-body-short"),
        Advice::LengthInCharacters => text!("advice-length-in-characters"),
        Advice::LeftoverLost => text!("advice-leftover-lost"),
        Advice::DelimiterCut => text!("advice-delimiter-cut"),
        Advice::ChunkDecoding => text!("advice-chunk-decoding"),
        Advice::FirstOfGlued => text!("advice-first-of-glued"),
        Advice::NativeEndian => text!("advice-native-endian"),
        Advice::SharedBuffer => text!("advice-shared-buffer"),
        Advice::ReadTimeout => text!("advice-read-timeout"),
        Advice::OneMessage => text!("advice-one-message"),
    }
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
    let what = family(cut.family);
    let where_ = match cut.offsets.as_slice() {
        [] => text!("cut-nowhere"),
        [one] => text!("cut-at", place = *one, bytes = bytes(cut.sent.len())),
        many => text!("cut-in", count = many.len() + 1, bytes = bytes(cut.sent.len())),
    };
    say!("cut-described", what = what, message = cut.message, where = where_, connection = connection)
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
            let about = words(&advice(*found));
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

/// A message of which nothing travels.
#[must_use]
pub(crate) fn nothing_to_cut() -> String {
    say!("nothing-to-cut")
}
