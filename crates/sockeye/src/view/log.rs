//! The view of a log: the transcript's lines, whole, with the date, the conversation and the peer.

use sockeye_core::event::{Event, What};

use super::{Page, View, ViewContext, transcript::Transcript};
use crate::say;

/// What a log file holds.
#[derive(Debug)]
pub(crate) struct Log(Transcript);

impl Log {
    /// A log of a run in this context.
    #[must_use]
    pub(crate) fn new(context: ViewContext) -> Self {
        Self(Transcript::recorded(context))
    }
}

impl View for Log {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            // A line that is redrawn is none of a file's.
            What::UnderWay(_) => {}
            What::Listening { addr, target } => {
                self.0.line(event, &say::listening(addr, target.as_deref()), page);
            }
            What::Failed(failed) => self.0.line(event, &say::failure(failed), page),
            What::Summary(summary) => {
                let line = say::summary(summary, self.0.pieces());
                self.0.line(event, &line, page);
            }
            _ => self.0.show(event, page),
        }
    }
}

#[cfg(test)]
mod tests {
    use sockeye_core::event::{Ending, What};

    use super::*;
    use crate::view::{Show, samples::*};

    fn opened() -> Event {
        event(
            1,
            What::Opened { peer: "tcp://10.0.0.7:5".into(), local: "tcp://10.0.0.1:8888".into(), took: None },
        )
    }

    #[test]
    fn a_line_has_date_conversation_peer_direction_length_and_text() {
        let mut view = Log::new(context());
        assert_eq!(
            out(
                &mut view,
                &[
                    opened(),
                    recv(1, "你好\n".as_bytes()),
                    sent(1, b"ok"),
                    closed(1, Ending::PeerClosed),
                    recv(1, b"a")
                ]
            ),
            "2026-11-21 10:00:00.123 #1 tcp://10.0.0.7:5 opened: tcp://10.0.0.7:5 (our end tcp://10.0.0.1:8888)\n\
             2026-11-21 10:00:00.123 #1 tcp://10.0.0.7:5 ← 7 你好\\n\n\
             2026-11-21 10:00:00.123 #1 tcp://10.0.0.7:5 → 2 ok\n\
             2026-11-21 10:00:00.123 #1 tcp://10.0.0.7:5 closed: the peer was first to close (FIN); in 5 bytes / 1 read, out 0 bytes / 0 sends, 1.5s\n\
             2026-11-21 10:00:00.123 #1 ← 1 a\n"
        );
    }

    #[test]
    fn a_long_message_is_whole_and_what_is_no_text_is_hex_too() {
        let long = "x".repeat(10_000);
        assert!(out(&mut Log::new(context()), &[recv(1, long.as_bytes())]).contains(&long));
        assert_eq!(
            out(&mut Log::new(context()), &[recv(1, b"\xff\x01")]),
            "2026-11-21 10:00:00.123 #1 ← 2 \\xff\\x01\n\
\x20   00000000  ff 01                                             |..|\n"
        );
        assert!(
            out(&mut Log::new(context()), &[recv(1, b"\x01\x03")]).ends_with("|..|\n"),
            "controls are no text"
        );
        assert!(!out(&mut Log::new(context()), &[recv(1, b"a\tb\r\n")]).contains('|'));
        let mut view = Log::new(ViewContext { show: Show::Hex, job: Some("meter".into()), ..context() });
        assert_eq!(
            out(&mut view, &[recv(1, b"hi")]),
            "2026-11-21 10:00:00.123 meter #1 ← 2\n\
\x20   00000000  68 69                                             |hi|\n"
        );
    }

    #[test]
    fn everything_has_its_time() {
        let mut events = others();
        events.push(summary());
        let (out, err) = shown(&mut Log::new(context()), &events);
        let all = format!("{}{err}", String::from_utf8(out).unwrap());
        let bare: Vec<&str> =
            all.lines().filter(|line| !line.starts_with("2026-11-21 ") && !line.starts_with("  ")).collect();
        assert_eq!(bare, Vec::<&str>::new());
    }
}
