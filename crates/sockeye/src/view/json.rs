//! The view for programs: one event a line, version 1, English.
//! Never changes what a field means: fields may be added, everything else needs a new version.
//!
//! An event about a read or a message is about exactly its bytes: `len` is their number, `text` is there only if they alone
//! are text in the charset, otherwise `b64` has them all. Where the text does not lead back to the same bytes, both are there.

mod benched;
mod checked;
mod fetched;
mod notices;
mod probed;

use std::{borrow::Cow, io::Write as _};

use data_encoding::BASE64;
use serde_json::Value;
use sockeye_core::{
    charset::{self, Charset, Decoder, Piece},
    event::{
        Counters, Event, Failure, FaultTally, Judgement, Leg, LoadReport, ProbeTotal, Served, Summary, What,
        Wrapping,
    },
    frame::Check,
    unit::{At, Dir},
};

use super::{Banner, Page, View, ViewContext, relayed};
use crate::{failure, say};

/// What one line may be: JSON Schema 2020-12. Tests hold every line to it, and docs/EVENTS.md.
pub(crate) const SCHEMA: &str = include_str!("json/schema.json");

/// Writes JSON lines.
#[derive(Debug)]
pub(crate) struct Json {
    context: ViewContext,
    /// What is dangerous about where it listens; nothing for `--quiet`.
    banner: Option<Banner>,
    decoder: Decoder,
    /// What `check` came to, which its summary tells.
    judgement: Option<Box<Judgement>>,
    /// What `probe` came to, which is told in place of the summary.
    totals: Vec<ProbeTotal>,
    /// What `bench` came to, which its summary tells.
    load: Option<Box<LoadReport>>,
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

    /// In which conversation it happened, and on which of its legs.
    fn about(&mut self, event: &Event) -> &mut Self {
        if let Some(conn) = event.conn {
            self.number("conn", conn);
        }
        match event.leg {
            Some(Leg::Client) => self.text("leg", "client"),
            Some(Leg::Target) => self.text("leg", "target"),
            None => self,
        }
    }

    fn b64(&mut self, data: &[u8]) -> &mut Self {
        self.key("b64");
        self.out.push(b'"');
        let begin = self.out.len();
        self.out.resize(begin + BASE64.encode_len(data.len()), 0);
        if let Some(place) = self.out.get_mut(begin..) {
            BASE64.encode_mut(data, place);
        }
        self.out.push(b'"');
        self
    }

    fn optional(&mut self, key: &str, value: Option<u64>) -> &mut Self {
        match value {
            Some(value) => self.number(key, value),
            None => self,
        }
    }

    fn tallies(&mut self, key: &str, tallies: &[FaultTally]) -> &mut Self {
        let one = |tally: &FaultTally| {
            let FaultTally { fault, way, acts, of, unit } = tally;
            let (way, unit) = (way.name(), unit.name());
            // All of them words of ours: nothing in them is to be escaped.
            format!(r#"{{"fault":"{fault}","dir":"{way}","acts":{acts},"of":{of},"unit":"{unit}"}}"#)
        };
        let all: Vec<String> = tallies.iter().map(one).collect();
        self.key(key);
        let _ = write!(self.out, "[{}]", all.join(","));
        self
    }

    fn counters(&mut self, counters: &Counters) -> &mut Self {
        self.number("bytes_in", counters.bytes_in)
            .number("bytes_out", counters.bytes_out)
            .number("messages_in", counters.messages_in)
            .number("messages_out", counters.messages_out)
            .number("reads", counters.reads)
            .number("bad_checksums", counters.bad_checksums)
            .number("bad_lengths", counters.bad_lengths)
            .number("bad_tails", counters.bad_tails)
            .number("bad_escapes", counters.bad_escapes)
            .number("skipped_bytes", counters.skipped)
    }

    /// A failure, its kind under `key`.
    fn failure(&mut self, key: &str, failed: &Failure) -> &mut Self {
        let word = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        self.value("operation", &word(serde_json::to_value(failed.operation)))
            .text("address", &failed.address)
            .value(key, &word(serde_json::to_value(failed.kind)))
            .text("message", &say::words(&failed.text()));
        if let Some(hint) = say::hint(failed) {
            self.text("hint", &hint);
        }
        self
    }
}

/// The bytes as text, if they alone are text. Stops looking at the first that are not.
fn text_of<'a>(decoder: &mut Decoder, data: &'a [u8]) -> Option<Cow<'a, str>> {
    if decoder.charset().is_utf8() {
        return std::str::from_utf8(data).ok().map(Cow::Borrowed);
    }
    let mut text = String::with_capacity(data.len());
    let mut clean = true;
    for part in data.chunks(PART) {
        decoder.push(part, &mut |piece| match piece {
            Piece::Text(more) => text.push_str(more),
            Piece::Bad(_) => clean = false,
        });
        if !clean {
            break;
        }
    }
    decoder.finish(&mut |_| clean = false);
    clean.then_some(Cow::Owned(text))
}

/// Bytes that are decoded before it is seen whether they were text.
const PART: usize = 4096;

/// Whether `data` is what `text` is in the charset: some have several ways to write a character.
fn leads_back(text: &str, data: &[u8], charset: Charset) -> bool {
    charset.is_utf8() || charset.encode(text).is_ok_and(|bytes| bytes == data)
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
    /// JSON lines of a run in this context.
    #[must_use]
    pub(crate) fn new(context: ViewContext) -> Self {
        let banner = Some(Banner::new(&context));
        let decoder = Decoder::new(context.charset);
        Self { decoder, banner, context, judgement: None, totals: Vec::new(), load: None }
    }

    /// The same without warnings.
    #[must_use]
    pub(crate) fn quiet(context: ViewContext) -> Self {
        Self { banner: None, ..Self::new(context) }
    }

    fn end(&self, line: &mut Line<'_>, at: At) {
        if let Some(job) = &self.context.job {
            line.text("job", job);
        }
        line.text("ts", &self.moment(at));
        line.out.extend_from_slice(b"}\n");
    }

    /// A time of day, UTC.
    fn moment(&self, at: At) -> String {
        self.context.wall.timestamp(at).strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string()
    }

    /// Which way it went: from and to our end, or, where it was relayed, up from the client or down to it.
    fn dir(&self, event: &Event, way: Dir) -> &'static str {
        match event.leg.map(|leg| relayed::way(leg, way)) {
            None => dir(way),
            Some(Dir::In) => "up",
            Some(Dir::Out) => "down",
        }
    }

    fn message(&mut self, event: &Event, way: Dir, data: &[u8], page: &mut Page) {
        let kind = match way {
            Dir::In => "recv",
            Dir::Out => "sent",
        };
        let mut line = Line::begin(page, kind);
        line.about(event).text("dir", self.dir(event, way)).number("len", data.len() as u64);
        let joined = matches!(event.what, What::Recv { joined: 1.., .. });
        match (!joined).then(|| text_of(&mut self.decoder, data)).flatten() {
            Some(text) => {
                line.text("text", &text);
                if !leads_back(&text, data, self.context.charset) {
                    line.b64(data);
                }
            }
            None => {
                line.b64(data);
            }
        }
        if let What::Sent { wrapping: Wrapping::Raw, .. } = event.what {
            line.value("raw", &Value::Bool(true));
        }
        if let What::Recv { check, from, .. } = &event.what {
            if let Some(from) = from {
                line.text("peer", from);
            }
            match check {
                Check::None => {}
                Check::Good => {
                    line.text("checksum", "good");
                }
                Check::Short { .. } => {
                    line.text("checksum", "bad");
                }
                Check::Bad { found, expected, layout } => {
                    line.text("checksum", "bad").number("expected", *expected).number("found", *found);
                    line.text("expected_hex", &layout.hex(*expected)).text("found_hex", &layout.hex(*found));
                }
            }
        }
        self.end(&mut line, event.at);
    }

    fn listening(&mut self, at: At, addr: &str, target: Option<&str>, page: &mut Page) {
        if let Some(banner) = &mut self.banner {
            banner.warn(addr, page);
        }
        let mut line = Line::begin(page, "listening");
        line.text("addr", addr);
        if let Some(target) = target {
            line.text("target", target);
        }
        self.end(&mut line, at);
    }

    fn opened(&self, event: &Event, ends: [&str; 2], took: Option<u64>, page: &mut Page) {
        let [peer, local] = ends;
        let kind = if event.leg == Some(Leg::Target) { "connected" } else { "opened" };
        let mut line = Line::begin(page, kind);
        line.about(event).text("peer", peer).text("local", local);
        if let Some(nanos) = took {
            line.number("connect_us", nanos / 1_000);
        }
        self.end(&mut line, event.at);
    }

    fn closed(&self, event: &Event, page: &mut Page) {
        let What::Closed { why, counters, target, lasted } = &event.what else { return };
        let mut line = Line::begin(page, "closed");
        line.about(event).value("why", &serde_json::to_value(why).unwrap_or(Value::Null));
        line.counters(counters)
            .number("suppressed", counters.suppressed)
            .number("dropped", counters.dropped)
            .number("unsent", counters.unsent)
            .seconds("duration", *lasted);
        if let Some(target) = target {
            line.number("target_bytes_in", target.bytes_in).number("target_bytes_out", target.bytes_out);
            line.number("target_unsent", target.unsent);
        }
        self.end(&mut line, event.at);
    }

    fn served(&self, event: &Event, served: &Served, page: &mut Page) {
        let mut line = Line::begin(page, "served");
        line.about(event).text("dialect", served.dialect.name()).text("ask", served.ask.name());
        // A name is what its asker wrote: text where it is some, bytes otherwise.
        match std::str::from_utf8(&served.name) {
            Ok(name) => line.text("name", name),
            Err(_) => line.b64(&served.name),
        };
        line.number("offset", served.offset).number("bytes", served.bytes);
        line.text("outcome", served.outcome.name());
        if let Some(detail) = &served.detail {
            line.text("detail", &say::words(detail));
        }
        line.seconds("duration", served.lasted);
        self.end(&mut line, event.at);
    }

    fn summary(&mut self, at: At, summary: &Summary, page: &mut Page) {
        if self.target_summaries(at, page) {
            return;
        }
        let mut line = Line::begin(page, "summary");
        line.number("accepted", summary.accepted)
            .number("refused", summary.refused)
            .number("reset", summary.reset)
            .number("suppressed", summary.totals.suppressed)
            .number("dropped", summary.totals.dropped)
            .number("unsent", summary.totals.unsent)
            .number("bytes", summary.totals.bytes_in)
            .number("messages", summary.totals.messages_in)
            .counters(&summary.totals)
            .seconds("duration", summary.lasted);
        if let Some(seed) = summary.seed {
            line.number("seed", seed).tallies("faults", &summary.faults);
        }
        if let Some(judgement) = &self.judgement {
            line.judgement(judgement);
        }
        if let Some(report) = &self.load {
            line.load(report);
        }
        self.end(&mut line, at);
    }
}

impl View for Json {
    fn show(&mut self, event: &Event, page: &mut Page) {
        match &event.what {
            What::Recv { data, .. } => return self.message(event, Dir::In, data, page),
            What::Sent { data, .. } => return self.message(event, Dir::Out, data, page),
            What::Closed { .. } => return self.closed(event, page),
            What::Listening { addr, target } => {
                return self.listening(event.at, addr, target.as_deref(), page);
            }
            What::Served(served) => return self.served(event, served, page),
            What::Opened { peer, local, took } => return self.opened(event, [peer, local], *took, page),
            What::Notice(notice) => return self.notice(event, notice, page),
            What::Fetched(fetched) => return self.fetched(event.at, fetched, page),
            What::Listed(listed) => return self.listed(event.at, listed, page),
            What::Stats(stats) => return self.stats(event, stats, page),
            What::LoadProgress(_) | What::Loaded(_) => return self.loaded(event, page),
            What::Probed(_) | What::ProbeTotal(_) => return self.tried_target(event, page),
            What::Tried(_) | What::Judged(_) => return self.checked(event, page),
            What::Summary(summary) => return self.summary(event.at, summary, page),
            _ => {}
        }
        let word = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        let mut line;
        match &event.what {
            What::Ended { .. } | What::Closing => {
                let way = if let What::Ended { dir } = event.what { dir } else { Dir::Out };
                line = Line::begin(page, "ended");
                line.about(event).text("dir", dir(way));
            }
            What::Sticky { len, messages, left } => {
                line = Line::begin(page, "read");
                line.about(event).number("len", *len as u64);
                line.number("messages", *messages).number("left", *left as u64);
            }
            What::Fault { fault, way, offset, amount, bit } => {
                line = Line::begin(page, "fault");
                line.about(event).text("fault", fault).text("dir", way.name());
                line.number("offset", *offset).number("amount", *amount).optional("bit", bit.map(u64::from));
            }
            What::Faults { seed, tallies } => {
                line = Line::begin(page, "faults");
                line.about(event).number("seed", *seed).tallies("acts", tallies);
            }
            What::Suppressed { peer, why, count } => {
                line = Line::begin(page, "suppressed");
                let why = word(serde_json::to_value(why));
                line.about(event).text("peer", peer).value("why", &why).number("count", *count);
            }
            What::Named { name, from } => {
                line = Line::begin(page, "named");
                line.about(event).text("name", name).optional("from", *from);
            }
            What::Info(info) => {
                line = Line::begin(page, "info");
                line.about(event);
                if let Ok(Value::Object(fields)) = serde_json::to_value(info) {
                    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                        line.value(key, value);
                    }
                }
            }
            What::Failed(failed) => {
                page.err_line(&say::failure(failed));
                line = Line::begin(page, "failed");
                line.about(event).failure("kind", failed).number("exit", u64::from(failure::code(failed)));
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
