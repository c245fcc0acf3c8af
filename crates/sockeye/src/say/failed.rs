//! What failed, why, and what to try.
//! Never decides that something did.

use sockeye_core::{
    charset::{self, Charset},
    event::{Ending, Failure, Kind, Operation},
    frame::Framing,
};
use sockeye_text::{Text, text};

use super::{bytes, safe, say, words};

/// What failed, why, and what to try: one to two lines.
#[must_use]
pub(crate) fn failure(failure: &Failure) -> String {
    let mut out = match failure.kind {
        Kind::NoAnswer | Kind::Unexpected => {
            say!("error-at", address = safe(&failure.address), detail = safe(&words(&failure.detail)))
        }
        _ => say!("error", what = safe(&words(&failure.text()))),
    };
    if let Some(hint) = hint(failure) {
        out.push('\n');
        out.push_str(&say!("try", hint = safe(&hint)));
    }
    out
}

/// The peer ended it with an RST.
#[must_use]
pub(crate) fn peer_reset() -> Text {
    text!("peer-reset")
}

/// The peer went away before `--every` was through.
#[must_use]
pub(crate) fn cut_short(rounds: u64, of: Option<u64>) -> Text {
    match of {
        Some(of) => text!("cut-short-of", rounds = rounds, of = text!("rounds", count = of)),
        None => text!("cut-short", rounds = text!("rounds", count = rounds)),
    }
}

/// The peer went away before all messages were said.
#[must_use]
pub(crate) fn half_said(said: u64, of: u64) -> Text {
    text!("half-said", said = said, of = text!("messages", count = of))
}

/// The peer did not answer a message that others wait behind.
#[must_use]
pub(crate) fn unanswered(said: u64, of: u64) -> Text {
    text!("unanswered", said = said, of = text!("messages", count = of))
}

/// The conversation ended before the system took all that was to be sent.
#[must_use]
pub(crate) fn unsent(count: u64) -> Text {
    text!("ended-unsent", bytes = bytes(count))
}

/// What to try where bytes came that are no messages.
#[must_use]
pub(crate) fn other_framing() -> Text {
    text!("other-framing-hint")
}

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
pub(crate) fn no_answer_hint(question: Question, ending: Option<Ending>) -> Text {
    let may_be = match question {
        Question::None => text!("no-answer-unasked-hint"),
        Question::Datagram => text!("no-answer-datagram-hint"),
        Question::Backslashes => text!("no-answer-backslashes-hint"),
        Question::Framed => text!("no-answer-framed-hint"),
        Question::Line => text!("no-answer-line-hint"),
        Question::Bare => text!("no-answer-bare-hint"),
    };
    match ending {
        Some(Ending::PeerClosed) => may_be,
        _ => text!("wait-longer-hint").and(may_be),
    }
}

/// Nothing but messages with bad checksums came.
#[must_use]
pub(crate) fn damaged(framing: &Framing) -> Text {
    let name = framing.checksum().map_or("", |sum| sum.name());
    text!("answers-damaged", checksum = name)
}

/// No message came; so many bytes did.
#[must_use]
pub(crate) fn no_answer(came: u64, framing: &Framing) -> Text {
    match came {
        0 => text!("no-answer"),
        came => text!("no-whole-message", bytes = bytes(came), framing = framing.to_string()),
    }
}

/// Messages came, and no byte in them.
#[must_use]
pub(crate) fn empty() -> Text {
    text!("answer-empty")
}

/// What came is not what `--expect` asked for; `last` is its end.
#[must_use]
pub(crate) fn came_instead(last: &[u8], charset: Charset) -> Text {
    text!("came-instead", text = charset::visible_bytes(last, charset))
}

/// What `--expect` asked for did not come, but something did.
#[must_use]
pub(crate) fn unmet(expected: &str, instead: Text) -> Text {
    text!("expect-unmet", expected = expected, instead = instead)
}

/// What to try next: the failure's own word, or a general one.
#[must_use]
pub(crate) fn hint(failure: &Failure) -> Option<String> {
    if let Some(hint) = &failure.hint {
        return Some(words(hint));
    }
    let general = match (failure.kind, failure.operation) {
        (Kind::Refused, Operation::Connect) if failure.address.starts_with("unix:") => {
            text!("refused-unix-hint")
        }
        (Kind::Refused, Operation::Connect) => text!("refused-hint"),
        (Kind::Unreachable, Operation::Connect) => text!("unreachable-hint"),
        (Kind::Timeout, Operation::Connect) => text!("timeout-hint"),
        (Kind::NameNotResolved, _) => text!("name-not-resolved-hint"),
        (Kind::SelfConnect, _) => text!("nothing-listens-hint"),
        (Kind::AddressNotAvailable, _) => text!("address-not-available-hint"),
        (Kind::Framing, Operation::Get) => text!("dialect-hint"),
        (Kind::Framing, Operation::Receive) => other_framing(),
        _ => return None,
    };
    Some(words(&general))
}
