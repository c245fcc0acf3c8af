//! What `guess` concludes, for people and for programs.
//! Never concludes anything itself.

use data_encoding::BASE64;
use serde_json::{Value, json};
use sockeye_core::charset::{self, Charset};
use sockeye_study::guess::{Conclusion, Proposal, Shape};
use sockeye_text::{Text, text};

use super::Page;
use crate::say::{self, say};

/// Bytes of a message that are shown.
const SHOWN: usize = 48;

/// Shows it to people.
pub(crate) fn show(guess: &Conclusion, page: &mut Page) {
    for (place, proposal) in guess.proposals.iter().enumerate() {
        if place > 0 {
            page.out_line("");
        }
        show_one(place + 1, proposal, page);
    }
    if let Some(reason) = &guess.reason {
        page.err_line(&say!("guess-cannot-tell", why = reason.clone()));
    }
    for hint in &guess.hints {
        page.err_line(&say!("try", hint = hint.clone()));
    }
}

fn show_one(rank: usize, proposal: &Proposal, page: &mut Page) {
    let checksum = proposal.checksum.as_ref().map(|sum| format!(" --checksum {sum}")).unwrap_or_default();
    let names = match proposal.names.as_slice() {
        [] => String::new(),
        names => say!("guess-also", names = names.join(", ")),
    };
    page.out_line(&format!("{rank}. --frame {}{checksum}{names}", quoted(&proposal.spec)));
    page.out_line(&format!("   {}", say::words(&proposal.why)));
    if let Shape::Length(field) = &proposal.shape {
        page.out_line(&format!("   Netty   {}", field.netty()));
        page.out_line(&format!("   tokio   {}", field.codec()));
        for (place, line) in field.python().unwrap_or_default().iter().enumerate() {
            page.out_line(&format!("   {}  {line}", if place == 0 { "Python" } else { "      " }));
        }
    }
    for (place, message) in proposal.first.iter().enumerate() {
        show_message(place + 1, message, page);
    }
    let shown = proposal.first.len();
    let more = (proposal.messages > shown)
        .then(|| text!("guess-more", messages = text!("messages", count = proposal.messages - shown)));
    let rest =
        (proposal.rest > 0).then(|| text!("guess-rest", bytes = text!("bytes", count = proposal.rest)));
    if let Some(last) = more.into_iter().chain(rest).reduce(Text::and) {
        page.out_line(&format!("   {}", say::words(&last)));
    }
}

/// What a shell would take for a word of its own is quoted.
fn quoted(spec: &str) -> String {
    if spec.contains('!') { format!("'{spec}'") } else { spec.to_owned() }
}

/// As text, or as a dump where it is none.
fn show_message(number: usize, message: &[u8], page: &mut Page) {
    let part = message.get(..SHOWN).unwrap_or(message);
    let is_plain = |c: char| !c.is_control() || matches!(c, '\r' | '\n' | '\t');
    let more = if part.len() < message.len() { say::more(message.len() - part.len()) } else { String::new() };
    if std::str::from_utf8(part).is_ok_and(|text| !text.is_empty() && text.chars().all(is_plain)) {
        page.out_line(&format!("   {number:>2}  {}{more}", charset::visible_bytes(part, Charset::utf8())));
        return;
    }
    let mut lines = Vec::new();
    charset::dump(part, 0, &mut |line| lines.push(line.to_owned()));
    if lines.is_empty() {
        lines.push(say!("guess-empty-message"));
    }
    for (place, line) in lines.iter().enumerate() {
        let number = if place == 0 { format!("{number:>2}") } else { "  ".to_owned() };
        let more = if place + 1 == lines.len() { more.as_str() } else { "" };
        page.out_line(&format!("   {number}  {line}{more}"));
    }
}

/// Writes it for programs: a line a proposal, or one that says why there is none.
pub(crate) fn write(guess: &Conclusion, bytes: usize, page: &mut Page) {
    let hints: Vec<String> = guess.hints.iter().map(say::words).collect();
    for (place, proposal) in guess.proposals.iter().enumerate() {
        let first: Vec<String> = proposal.first.iter().map(|message| BASE64.encode(message)).collect();
        let mut line = json!({
            "v": 1, "type": "guess", "rank": place + 1, "spec": proposal.spec, "names": proposal.names,
            "messages": proposal.messages, "rest": proposal.rest, "bytes": bytes, "bits": proposal.bits,
            "why": say::words(&proposal.why), "first": first, "hints": hints,
        });
        let mut put = |key: &str, value: Value| {
            line.as_object_mut().map(|object| object.insert(key.to_owned(), value));
        };
        if let Some(sum) = &proposal.checksum {
            put("checksum", json!(sum));
        }
        if let Shape::Length(field) = &proposal.shape {
            put("netty", json!(field.netty()));
            put("tokio", json!(field.codec()));
            if let Some(lines) = field.python() {
                put("python", json!(lines.join("\n")));
            }
        }
        page.out_line(&line.to_string());
    }
    if let Some(reason) = &guess.reason {
        let line =
            json!({ "v": 1, "type": "no-guess", "bytes": bytes, "why": say::words(reason), "hints": hints });
        page.out_line(&line.to_string());
    }
}
