//! What programs learn of notices.
//! Never changes what a field means: as all of the JSON view.

use serde_json::Value;
use sockeye_core::{
    charset::{Charset, Decoder},
    event::{Event, Notice, Stats, StatsFlow},
};

use super::{Json, Line, Page};
use crate::say;

impl Json {
    pub(super) fn notice(&mut self, event: &Event, notice: &Notice, page: &mut Page) {
        if let Notice::CharsetIs { charset } = notice
            && let Ok(charset) = Charset::parse(charset)
        {
            self.context.charset = charset;
            self.decoder = Decoder::new(charset);
        }
        let mut line = Line::begin(page, "notice");
        line.about(event);
        let kind = kind(notice);
        line.text("notice", kind).text("kind", kind);
        fields(notice, &mut line);
        self.end(&mut line, event.at);
    }
}

impl Json {
    /// What passed since the last time.
    pub(super) fn stats(&self, event: &Event, stats: &Stats, page: &mut Page) {
        let Stats { lasted, open, passed, total } = stats;
        let mut line = Line::begin(page, "stats");
        line.about(event).number("lasted_us", lasted / 1000).number("open", *open);
        line.flow(["bytes_in", "messages_in", "errors_in"], &passed.inward)
            .flow(["bytes_out", "messages_out", "errors_out"], &passed.outward)
            .flow(["total_bytes_in", "total_messages_in", "total_errors_in"], &total.inward)
            .flow(["total_bytes_out", "total_messages_out", "total_errors_out"], &total.outward);
        self.end(&mut line, event.at);
    }
}

impl Line<'_> {
    fn flow(&mut self, [bytes, messages, errors]: [&str; 3], flow: &StatsFlow) -> &mut Self {
        self.number(bytes, flow.bytes).number(messages, flow.messages).number(errors, flow.errors)
    }
}

fn kind(notice: &Notice) -> &'static str {
    match notice {
        Notice::Stranger { .. } => "stranger",
        Notice::AtLimit { .. } => "at-limit",
        Notice::Full { .. } => "full",
        Notice::Denied { .. } => "denied",
        Notice::AcceptFailed { .. } => "accept-failed",
        Notice::Retry { .. } => "retry",
        Notice::Reconnecting { .. } => "reconnecting",
        Notice::Members(_) => "members",
        Notice::NoSuchConn(_) => "no-such-conn",
        Notice::NoSuchName(_) => "no-such-name",
        Notice::NotNamed { .. } => "not-named",
        Notice::Using { .. } => "using",
        Notice::CharsetIs { .. } => "charset",
        Notice::Showing { .. } => "view",
        Notice::Unfinished { .. } => "unfinished",
        Notice::Skipped { .. } => "skipped",
        Notice::Unreachable { .. } => "unreachable",
        Notice::Unsent { .. } => "unsent",
        Notice::Unread => "unread",
        Notice::NoFin => "no-fin",
        Notice::NoReset => "no-reset",
        Notice::CutCharacter { .. } => "cut-character",
        Notice::Glued { .. } => "glued",
        Notice::ReadsAs { .. } => "reads-as",
        Notice::GaveUp { .. } => "gave-up",
        Notice::NoRule => "no-rule",
        Notice::Unframed { .. } => "unframed",
        Notice::Faults(_) => "faults",
        Notice::Apart { .. } => "apart",
        Notice::OneAtATime => "one-at-a-time",
        Notice::Remembers => "remembers",
        Notice::AnswersOnly { .. } => "answers-only",
        Notice::Trapper { .. } => "trapper",
        Notice::Gap { .. } => "gap",
        Notice::ClockSet { .. } => "clock-set",
        Notice::InTurn { .. } => "in-turn",
        Notice::HookFailed { .. } => "hook-failed",
    }
}

fn fields(notice: &Notice, line: &mut Line<'_>) {
    match notice {
        Notice::Stranger { from, len } => line.text("from", from).number("len", *len as u64),
        Notice::AtLimit { open } => line.number("open", *open as u64),
        Notice::Full { peer, open } => line.text("peer", peer).number("open", *open as u64),
        Notice::Denied { peer } | Notice::Unreachable { peer } => line.text("peer", peer),
        Notice::AcceptFailed { detail } | Notice::Unframed { detail } | Notice::NotNamed { detail } => {
            line.text("detail", &say::words(detail))
        }
        Notice::Retry { attempt, failure } => {
            line.number("attempt", u64::from(*attempt)).failure("failure", failure)
        }
        Notice::Reconnecting { failure } => line.failure("failure", failure),
        Notice::Members(members) => {
            let list = members.iter().map(|member| {
                let mut one = serde_json::json!({"conn": member.conn, "peer": member.peer});
                if let (Some(name), Some(fields)) = (&member.name, one.as_object_mut()) {
                    fields.insert("name".to_owned(), name.as_str().into());
                }
                one
            });
            line.value("members", &list.collect())
        }
        Notice::NoSuchConn(conn) => line.number("wanted", *conn),
        Notice::NoSuchName(name) => line.text("wanted", name),
        Notice::Unfinished { len, data } => line.number("len", *len as u64).b64(data),
        Notice::Skipped { bytes, at } => line.number("bytes", *bytes).number("at", *at),
        Notice::Unsent { len, why } => {
            line.number("len", *len as u64).value("why", &serde_json::to_value(why).unwrap_or(Value::Null))
        }
        Notice::Unread
        | Notice::NoFin
        | Notice::NoReset
        | Notice::NoRule
        | Notice::OneAtATime
        | Notice::Remembers => line,
        Notice::Apart { pieces, reads, gap } => {
            line.number("pieces", *pieces as u64).number("reads", *reads as u64).number("gap_us", gap / 1000)
        }
        Notice::AnswersOnly { messages } => line.number("messages", *messages as u64),
        Notice::GaveUp { waited, whom } => {
            line.seconds("waited", *waited).value("whom", &serde_json::to_value(whom).unwrap_or(Value::Null))
        }
        Notice::CutCharacter { text, before, after } => {
            line.text("text", text).number("before", *before as u64).number("after", *after as u64)
        }
        Notice::Gap { lasted, why } => {
            line.seconds("lasted", *lasted).value("why", &serde_json::to_value(why).unwrap_or(Value::Null))
        }
        Notice::ClockSet { by } => line.value("by_ms", &serde_json::json!(by)),
        Notice::InTurn { at_once } => line.number("at_once", *at_once as u64),
        Notice::HookFailed { target, detail } => {
            line.text("target", target).text("detail", &say::words(detail))
        }
        Notice::Glued { len } => line.number("len", *len as u64),
        Notice::Faults(list) => line.value("faults", &serde_json::json!(list)),
        Notice::Trapper { server, standing, detail } => {
            line.text("server", server)
                .value("standing", &serde_json::to_value(standing).unwrap_or(Value::Null));
            match detail {
                Some(detail) => line.text("detail", &say::words(detail)),
                None => line,
            }
        }
        Notice::Using { to } => line.text("to", to),
        Notice::Showing { show } => line.value("show", &serde_json::to_value(show).unwrap_or(Value::Null)),
        Notice::CharsetIs { charset } | Notice::ReadsAs { charset } => line.text("charset", charset),
    };
}
