//! The view for programs: one event a line, version 1, English.
//! Never changes what a field means: fields may be added, everything else needs a new version.
//!
//! A message is `text` where it decodes without error in the charset, `b64` otherwise. `len` is always the bytes of
//! this event. Where messages are only what reads carried, a character may be cut between two: then its first bytes
//! become readable with the event that brings the rest, so that all `text`s together are the text. If they turn out to
//! be no character, the `b64` of that event (or of `ended`) begins with them, so that no byte is lost.

mod fetched;

use std::io::Write as _;

use data_encoding::BASE64;
use serde_json::Value;
use sockeye_core::{
    charset::{self, Charset, Decoder, Piece},
    event::{Conn, Counters, Event, Failure, Notice, Served, Summary, What},
    frame::Check,
    unit::{At, Dir},
};

use super::{Banner, Looks, Page, View};
use crate::{failure, say};

/// Writes JSON lines.
#[derive(Debug)]
pub(crate) struct Json {
    looks: Looks,
    /// What is dangerous about where it listens; nothing for `--quiet`.
    banner: Option<Banner>,
    /// Those in which a character is cut.
    streams: std::collections::HashMap<(Conn, Dir), Running>,
    /// One for whichever direction has its turn.
    spare: Option<Running>,
}

/// The text of one direction whose reads may cut characters.
#[derive(Debug)]
struct Running {
    decoder: Decoder,
    /// The beginning of a character whose rest has not come.
    held: Vec<u8>,
}

impl Running {
    fn new(charset: Charset) -> Self {
        Self { decoder: Decoder::new(charset), held: Vec::new() }
    }

    fn is_at_rest(&self) -> bool {
        self.held.is_empty() && self.decoder.is_at_rest()
    }

    /// What becomes readable with `data`; or, if something in it is no text, all bytes not handed out yet.
    fn read(&mut self, data: &[u8]) -> Result<String, Vec<u8>> {
        let mut text = String::new();
        let mut clean = true;
        self.decoder.push(data, &mut |piece| match piece {
            Piece::Text(more) => text.push_str(more),
            Piece::Bad(_) => clean = false,
        });
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(data);
        self.held = unfinished(&all, self.decoder.charset());
        if clean {
            return Ok(text);
        }
        all.truncate(all.len() - self.held.len());
        Err(all)
    }
}

/// The bytes at the end of `data` that are only the beginning of a character.
fn unfinished(data: &[u8], charset: Charset) -> Vec<u8> {
    let mut tail = Vec::new();
    // Its shifts make bytes mean something else than they would from the beginning.
    if charset.name() == "iso-2022-jp" {
        return tail;
    }
    let mut decoder = Decoder::new(charset);
    decoder.push(data, &mut |_| {});
    decoder.finish(&mut |piece| {
        if let Piece::Bad(bytes) = piece {
            tail.extend_from_slice(bytes);
        }
    });
    tail
}

/// A whole message as text, if it is text.
fn whole(data: &[u8], charset: Charset) -> Option<String> {
    let mut text = String::with_capacity(data.len());
    let mut clean = true;
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(more) => text.push_str(more),
        Piece::Bad(_) => clean = false,
    };
    let mut decoder = Decoder::new(charset);
    decoder.push(data, &mut take);
    decoder.finish(&mut take);
    clean.then_some(text)
}

/// One line being written.
struct Line<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Line<'a> {
    fn begin(page: &'a mut Page, kind: &str) -> Self {
        let out = page.data();
        out.extend_from_slice(b"{\"v\":1,\"type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.push(b'"');
        Self { out }
    }

    fn key(&mut self, key: &str) -> &mut Self {
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self
    }

    fn number(&mut self, key: &str, value: u64) -> &mut Self {
        self.key(key);
        // Writing to a vector cannot fail.
        let _ = write!(self.out, "{value}");
        self
    }

    fn seconds(&mut self, key: &str, nanos: u64) -> &mut Self {
        self.key(key);
        let _ = write!(self.out, "{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000);
        self
    }

    fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        string(value, self.out);
        self
    }

    fn value(&mut self, key: &str, value: &Value) -> &mut Self {
        match value {
            Value::String(text) => self.text(key, text),
            other => {
                self.key(key);
                let _ = write!(self.out, "{other}");
                self
            }
        }
    }

    fn conn(&mut self, conn: Option<Conn>) -> &mut Self {
        match conn {
            Some(conn) => self.number("conn", conn),
            None => self,
        }
    }

    fn b64(&mut self, data: &[u8]) -> &mut Self {
        self.text("b64", &BASE64.encode(data))
    }

    fn counters(&mut self, counters: &Counters) -> &mut Self {
        self.number("bytes_in", counters.bytes_in)
            .number("bytes_out", counters.bytes_out)
            .number("messages_in", counters.messages_in)
            .number("messages_out", counters.messages_out)
            .number("reads", counters.reads)
            .number("bad_checksums", counters.bad_checksums)
    }

    fn failure(&mut self, failed: &Failure) -> &mut Self {
        let word = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        self.value("operation", &word(serde_json::to_value(failed.operation)))
            .text("address", &failed.address)
            .value("kind", &word(serde_json::to_value(failed.kind)))
            .text("message", &failed.to_string());
        if let Some(hint) = say::hint(failed) {
            self.text("hint", &hint);
        }
        self
    }
}

/// A JSON string; beyond what JSON asks for, everything that could steer a terminal is escaped.
fn string(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() && !text.contains('\x7f') {
        // Writing a string to a vector cannot fail.
        let _ = serde_json::to_writer(out, text);
        return;
    }
    out.push(b'"');
    let mut units = [0_u16; 2];
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            c => {
                let mut utf8 = [0; 4];
                let plain: &str = c.encode_utf8(&mut utf8);
                shown.clear();
                charset::visible(plain, &mut shown);
                if shown == plain {
                    out.extend_from_slice(plain.as_bytes());
                } else {
                    for unit in c.encode_utf16(&mut units) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
            }
        }
    }
    out.push(b'"');
}

fn dir(dir: Dir) -> &'static str {
    match dir {
        Dir::In => "in",
        Dir::Out => "out",
    }
}

impl Json {
    /// JSON lines of a run with these looks.
    #[must_use]
    pub(crate) fn new(looks: Looks) -> Self {
        let banner = Some(Banner::new(&looks));
        Self { looks, banner, streams: std::collections::HashMap::new(), spare: None }
    }

    /// The same without warnings.
    #[must_use]
    pub(crate) fn quiet(looks: Looks) -> Self {
        Self { banner: None, ..Self::new(looks) }
    }

    fn end(&self, line: &mut Line<'_>, at: At) {
        let ts = self.looks.wall.timestamp(at).strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string();
        line.text("ts", &ts);
        line.out.extend_from_slice(b"}\n");
    }

    fn message(&mut self, event: &Event, way: Dir, data: &[u8], page: &mut Page) {
        let kind = match way {
            Dir::In => "recv",
            Dir::Out => "sent",
        };
        let mut line = Line::begin(page, kind);
        line.conn(event.conn).text("dir", dir(way)).number("len", data.len() as u64);
        let charset = self.looks.charset;
        if self.looks.is_stream() {
            let key = (event.conn.unwrap_or_default(), way);
            let running = self.streams.remove(&key).or_else(|| self.spare.take());
            let mut running = running.unwrap_or_else(|| Running::new(charset));
            match running.read(data) {
                Ok(text) => line.text("text", &text),
                Err(bytes) => line.b64(&bytes),
            };
            if running.is_at_rest() {
                self.spare = Some(running);
            } else {
                self.streams.insert(key, running);
            }
        } else {
            match whole(data, charset) {
                Some(text) => line.text("text", &text),
                None => line.b64(data),
            };
        }
        if let What::Recv { check, .. } = &event.what {
            match check {
                Check::None => {}
                Check::Good => {
                    line.text("checksum", "good");
                }
                Check::Bad { found, expected } => {
                    line.text("checksum", "bad").number("expected", *expected).number("found", *found);
                }
            }
        }
        self.end(&mut line, event.at);
    }

    /// A direction is over; bytes of a character that never ended come out now.
    fn held(&mut self, conn: Option<Conn>, way: Dir) -> Vec<u8> {
        let key = (conn.unwrap_or_default(), way);
        self.streams.remove(&key).map(|running| running.held).unwrap_or_default()
    }

    fn ended(&mut self, event: &Event, way: Dir, page: &mut Page) {
        let held = self.held(event.conn, way);
        let mut line = Line::begin(page, "ended");
        line.conn(event.conn).text("dir", dir(way));
        if !held.is_empty() {
            line.b64(&held);
        }
        self.end(&mut line, event.at);
    }

    fn closed(&mut self, event: &Event, page: &mut Page) {
        let What::Closed { why, counters, lasted } = &event.what else { return };
        let held = self.held(event.conn, Dir::In);
        self.held(event.conn, Dir::Out);
        let mut line = Line::begin(page, "closed");
        line.conn(event.conn).value("why", &serde_json::to_value(why).unwrap_or(Value::Null));
        line.counters(counters)
            .number("suppressed", counters.suppressed)
            .number("dropped", counters.dropped)
            .seconds("duration", *lasted);
        if !held.is_empty() {
            line.b64(&held);
        }
        self.end(&mut line, event.at);
    }

    fn served(&self, event: &Event, served: &Served, page: &mut Page) {
        let mut line = Line::begin(page, "served");
        line.conn(event.conn).text("dialect", served.dialect.name()).text("ask", served.ask.name());
        // A name is what its asker wrote: text where it is some, bytes otherwise.
        match std::str::from_utf8(&served.name) {
            Ok(name) => line.text("name", name),
            Err(_) => line.b64(&served.name),
        };
        line.number("offset", served.offset).number("bytes", served.bytes);
        line.text("outcome", served.outcome.name()).seconds("duration", served.lasted);
        self.end(&mut line, event.at);
    }

    fn notice(&self, event: &Event, notice: &Notice, page: &mut Page) {
        let mut line = Line::begin(page, "notice");
        line.conn(event.conn);
        let name = |line: &mut Line<'_>, name| {
            line.text("notice", name);
        };
        match notice {
            Notice::Stranger { from, len } => {
                name(&mut line, "stranger");
                line.text("from", from).number("len", *len as u64);
            }
            Notice::AtLimit { open } => {
                name(&mut line, "at-limit");
                line.number("open", *open as u64);
            }
            Notice::Denied { peer } => {
                name(&mut line, "denied");
                line.text("peer", peer);
            }
            Notice::AcceptFailed { detail } => {
                name(&mut line, "accept-failed");
                line.text("detail", detail);
            }
            Notice::Retry { attempt, failure } => {
                name(&mut line, "retry");
                line.number("attempt", u64::from(*attempt)).failure(failure);
            }
            Notice::Members(members) => {
                name(&mut line, "members");
                let list = members.iter().map(|m| serde_json::json!({"conn": m.conn, "peer": m.peer}));
                line.value("members", &list.collect());
            }
            Notice::NoSuchConn(conn) => {
                name(&mut line, "no-such-conn");
                line.number("wanted", *conn);
            }
            Notice::Truncated { kept } => {
                name(&mut line, "truncated");
                line.number("kept", *kept as u64);
            }
            Notice::Unfinished { len, data } => {
                name(&mut line, "unfinished");
                line.number("len", *len as u64).b64(data);
            }
            Notice::Skipped { bytes } => {
                name(&mut line, "skipped");
                line.number("bytes", *bytes);
            }
            Notice::Unreachable { peer } => {
                name(&mut line, "unreachable");
                line.text("peer", peer);
            }
        }
        self.end(&mut line, event.at);
    }

    fn summary(&self, at: At, summary: &Summary, page: &mut Page) {
        let mut line = Line::begin(page, "summary");
        line.number("accepted", summary.accepted)
            .number("refused", summary.refused)
            .number("reset", summary.reset)
            .number("suppressed", summary.totals.suppressed)
            .number("dropped", summary.totals.dropped)
            .number("bytes", summary.totals.bytes_in)
            .number("messages", summary.totals.messages_in)
            .counters(&summary.totals)
            .seconds("duration", summary.lasted);
        self.end(&mut line, at);
    }
}

impl View for Json {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Recv { data, .. } => return self.message(event, Dir::In, data, page),
            What::Sent { data } => return self.message(event, Dir::Out, data, page),
            What::Ended { dir } => return self.ended(event, *dir, page),
            What::Closing => return self.ended(event, Dir::Out, page),
            What::Closed { .. } => return self.closed(event, page),
            What::Served(served) => return self.served(event, served, page),
            What::Notice(notice) => return self.notice(event, notice, page),
            What::Fetched(fetched) => return self.fetched(event.at, fetched, page),
            What::Listed(listed) => return self.listed(event.at, listed, page),
            What::Summary(summary) => return self.summary(event.at, summary, page),
            _ => {}
        }
        let word = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        let mut line;
        match &event.what {
            What::Listening { addr } => {
                if let Some(banner) = &mut self.banner {
                    banner.warn(addr, page);
                }
                line = Line::begin(page, "listening");
                line.text("addr", addr);
            }
            What::Opened { peer, local } => {
                line = Line::begin(page, "opened");
                line.conn(event.conn).text("peer", peer).text("local", local);
            }
            What::Sticky { len, messages, left } => {
                line = Line::begin(page, "read");
                line.conn(event.conn).number("len", *len as u64);
                line.number("messages", *messages).number("left", *left as u64);
            }
            What::Fault { fault, dir: way, offset, amount } => {
                line = Line::begin(page, "fault");
                // Our end dialled or was dialled: `up` is always from the client.
                let up = matches!(
                    (self.looks.role, way),
                    (super::Role::Connect, Dir::Out) | (super::Role::Listen, Dir::In)
                );
                line.conn(event.conn).text("fault", fault).text("dir", if up { "up" } else { "down" });
                line.number("offset", *offset).number("amount", *amount);
            }
            What::Suppressed { peer, why, count } => {
                line = Line::begin(page, "suppressed");
                line.conn(event.conn).text("peer", peer).value("why", &word(serde_json::to_value(why)));
                line.number("count", *count);
            }
            What::Info(info) => {
                line = Line::begin(page, "info");
                line.conn(event.conn);
                if let Ok(Value::Object(fields)) = serde_json::to_value(info) {
                    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                        line.value(key, value);
                    }
                }
            }
            What::Failed(failed) => {
                page.err_line(&say::failure(failed));
                line = Line::begin(page, "failed");
                line.conn(event.conn).failure(failed).number("exit", u64::from(failure::code(failed)));
            }
            // Those above.
            _ => return,
        }
        self.end(&mut line, event.at);
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
