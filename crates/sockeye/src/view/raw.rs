//! The raw view: what was received, as data for files and programs; everything else goes to people.
//! Never adds anything to the data, but for the delimiters that a framing by delimiters took away.

use std::collections::HashMap;

use sockeye_core::{
    charset::{self, Charset, Piece},
    event::{Conn, Event, Notice, What},
    frame::Framing,
    unit::Dir,
};

use super::{Banner, Page, Role, View, ViewContext, reading::Reading};
use crate::say;

/// In what form received messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The bytes as they came.
    Bytes,
    /// UTF-8 text, `\xNN` for what does not decode.
    Text,
    /// As `hexdump -C` lays it out.
    Hex,
    /// The text on lines of its own, and then the same bytes as `hexdump -C` lays them out.
    Both,
}

/// Writes what was received.
#[derive(Debug)]
pub(crate) struct Raw {
    context: ViewContext,
    form: Form,
    reading: Reading,
    /// What is put behind every message again.
    delimiter: Vec<u8>,
    offsets: HashMap<Conn, u64>,
    banner: Banner,
}

impl Raw {
    /// Writes what is received in a run in this context in this form.
    #[must_use]
    pub(crate) fn new(context: ViewContext, form: Form) -> Self {
        Self {
            form,
            reading: Reading::new(context.charset),
            delimiter: delimiter(&context.framing),
            offsets: HashMap::new(),
            banner: Banner::new(&context),
            context,
        }
    }

    /// Writes one message.
    pub(super) fn message(&mut self, conn: Conn, data: &[u8], page: &mut Page) {
        match self.form {
            Form::Bytes => {
                page.out(data);
                page.out(&self.delimiter);
            }
            // Text for files and programs is the one place where what a read's edge has cut is put together again.
            Form::Text if self.context.is_stream() => {
                self.reading.read(conn, data, &mut |piece| text(piece, page.data()));
            }
            Form::Text => {
                self.reading.whole(data, &mut |piece| text(piece, page.data()));
                self.reading.whole(&self.delimiter, &mut |piece| text(piece, page.data()));
            }
            Form::Hex => self.dump(conn, data, page),
            Form::Both => {
                self.reading.whole(data, &mut |piece| text(piece, page.data()));
                self.reading.whole(&self.delimiter, &mut |piece| text(piece, page.data()));
                if !page.data().ends_with(b"\n") {
                    page.out(b"\n");
                }
                self.dump(conn, data, page);
            }
        }
    }

    fn dump(&mut self, conn: Conn, data: &[u8], page: &mut Page) {
        let mut offset = 0;
        if self.context.is_stream() {
            let next = self.offsets.entry(conn).or_default();
            offset = *next;
            *next = next.saturating_add(data.len() as u64);
        }
        charset::dump(data, offset, &mut |line| page.out_line(line));
    }

    fn finish(&mut self, conn: Conn, page: &mut Page) {
        self.offsets.remove(&conn);
        self.reading.finish(conn, &mut |piece| text(piece, page.data()));
    }
}

/// What a framing by delimiters takes from the end of every message: whoever reads on needs it back.
fn delimiter(framing: &Framing) -> Vec<u8> {
    let spec = framing.to_string();
    let mut out = Vec::new();
    if ["line", "crlf", "nul"].contains(&spec.as_str()) || spec.starts_with("delim") {
        // An empty message is all delimiter; without its checksum, which the spec does not carry.
        let bare = Framing::parse(&spec).ok();
        if bare.is_none_or(|framing| framing.encode(b"", &mut out).is_err()) {
            out.clear();
        }
    }
    out
}

fn text(piece: Piece<'_>, out: &mut Vec<u8>) {
    match piece {
        Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
        Piece::Bad(bytes) => {
            let mut shown = String::new();
            charset::bad(bytes, &mut shown);
            out.extend_from_slice(shown.as_bytes());
        }
    }
}

impl View for Raw {
    fn show(&mut self, event: &Event, page: &mut Page) {
        let conn = event.conn.unwrap_or_default();
        if let What::Notice(Notice::CharsetIs { charset }) = &event.what {
            self.reading.finish_all(&mut |piece| text(piece, page.data()));
            self.reading = Reading::new(Charset::parse(charset).unwrap_or(self.context.charset));
        }
        let about = match self.context.role {
            Role::Connect => String::new(),
            Role::Listen | Role::Relay => say::about(event.conn),
        };
        let mut aside = |text: String| page.err_line(&format!("{about}{text}"));
        match &event.what {
            What::Listening { addr, target } => self.banner.show(addr, target.as_deref(), page),
            What::Opened { peer, local, .. } => aside(self.context.opened(peer, local)),
            What::Recv { data, check, from, .. } => {
                if let Some(from) = from {
                    aside(say::sender(from, data.len()));
                }
                if let Some(damage) = say::bad_checksum(*check) {
                    aside(damage);
                }
                self.message(conn, data, page);
            }
            What::Closed { why, counters, lasted, .. } => {
                aside(say::closed(*why, counters, *lasted, self.context.pieces()));
                self.finish(conn, page);
            }
            What::Ended { dir: Dir::In } => self.finish(conn, page),
            What::Suppressed { peer, why, count } => aside(say::suppressed(peer, *why, *count)),
            What::Served(served) => aside(say::offer::served(served)),
            // Commands with a view of their own tell these there.
            What::Fetched(_)
            | What::Listed(_)
            | What::Tried(_)
            | What::Judged(_)
            | What::Probed(_)
            | What::ProbeTotal(_)
            | What::Measured(_)
            | What::LoadProgress(_)
            | What::Loaded(_) => {}
            // Where bytes go through as they are, or are put together again, nothing is cut for who reads them.
            What::Notice(Notice::CutCharacter { .. }) if matches!(self.form, Form::Bytes | Form::Text) => {}
            What::Notice(notice) => aside(say::notice(notice)),
            What::Named { name, from } => aside(say::named(name, *from)),
            What::Stats(stats) => aside(say::stats(stats, self.context.pieces())),
            What::Info(info) => aside(say::info(info)),
            What::Failed(failure) => aside(say::failure(failure)),
            What::Summary(summary) => {
                self.reading.finish_all(&mut |piece| text(piece, page.data()));
                if self.context.role == Role::Listen {
                    page.err_line(&say::summary(summary, self.context.pieces()));
                }
            }
            What::Sent { .. }
            | What::Sticky { .. }
            | What::Fault { .. }
            | What::Faults { .. }
            | What::Ended { dir: Dir::Out }
            | What::Closing
            | What::Wire { .. }
            | What::UnderWay(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use sockeye_core::{charset::Charset, event::Ending};

    use super::*;
    use crate::view::samples::*;

    fn gbk() -> ViewContext {
        ViewContext { charset: Charset::parse("gbk").unwrap(), ..context() }
    }

    #[test]
    fn bytes_are_unchanged_and_nothing_else_is_data() {
        let mut view = Raw::new(context(), Form::Bytes);
        let mut events = vec![recv(1, b"a\x1b\xff\0"), sent(1, b"no"), recv(2, b"b\r\n")];
        events.extend(others());
        events.push(summary());
        let (out, err) = shown(&mut view, &events);
        assert_eq!(out, b"a\x1b\xff\0b\r\n");
        assert!(err.starts_with("listening on tcp://127.0.0.1:8888\n"));
        assert!(err.contains("#1 opened: tcp://127.0.0.1:5"));
    }

    #[test]
    fn with_a_charset_it_is_text_to_the_last_byte() {
        let mut view = Raw::new(gbk(), Form::Text);
        let events = [
            recv(1, b"\xc4"),
            recv(1, b"\xe3\xba\xc3\xff"),
            recv(1, b" \xc4"),
            closed(1, Ending::PeerClosed),
        ];
        assert_eq!(out(&mut view, &events), "你好\\xff \\xc4");
        let mut view = Raw::new(gbk(), Form::Text);
        assert_eq!(out(&mut view, &[recv(1, b"\xc4"), summary()]), "\\xc4");
    }

    #[test]
    fn delimiters_come_back_and_headers_do_not() {
        for (spec, expected) in [
            ("line", b"a\nb\n".as_slice()),
            ("crlf", b"a\r\nb\r\n"),
            ("nul", b"a\0b\0"),
            ("delim=0d", b"a\rb\r"),
            ("len=4", b"ab"),
            ("raw", b"ab"),
        ] {
            let context = ViewContext { framing: Framing::parse(spec).unwrap(), ..context() };
            let mut view = Raw::new(context, Form::Bytes);
            assert_eq!(shown(&mut view, &[recv(1, b"a"), recv(1, b"b")]).0, expected, "{spec}");
        }
    }

    #[test]
    fn both_are_the_text_and_its_bytes() {
        let mut view = Raw::new(gbk(), Form::Both);
        assert_eq!(
            out(&mut view, &[recv(1, b"\xc4\xe3\xba"), recv(1, b"\xc3")]),
            "你\\xba\n\
             00000000  c4 e3 ba                                          |...|\n\
             \\xc3\n\
             00000003  c3                                                |.|\n"
        );
    }

    #[test]
    fn hex_is_one_dump_of_the_stream() {
        let mut view = Raw::new(context(), Form::Hex);
        assert_eq!(
            out(&mut view, &[recv(1, b"a"), recv(1, b"b")]),
            "00000000  61                                                |a|\n\
             00000001  62                                                |b|\n"
        );
    }
}
