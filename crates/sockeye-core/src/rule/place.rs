//! A place in a file that people wrote, shown with its line and carets under it.

use std::ops::Range;

use sockeye_text::{Text, text};

use crate::charset::visible;

/// How many characters of a long line are shown before and behind the place that is wrong.
const AROUND: usize = 60;

/// A place in a file. Whatever the file holds, showing it is safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    // The line and the carets under it.
    excerpt: String,
}

impl Place {
    /// The bytes `span` of `text`, which is what `file` holds.
    #[must_use]
    pub fn of(file: &str, text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
        let line = before.matches('\n').count() + 1;
        let head = before.rsplit('\n').next().unwrap_or_default();
        let tail = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let end = text.floor_char_boundary(span.end.saturating_sub(start).min(tail.len()) + start) - start;
        let (marked, rest) = tail.split_at_checked(end).unwrap_or((tail, ""));
        let excerpt = excerpt(line, head, marked, rest);
        Self { file: file.into(), line, column: head.chars().count() + 1, excerpt }
    }

    /// `FILE:LINE:COLUMN: problem`, the line, and the carets.
    #[must_use]
    pub fn text(&self, problem: Text) -> Text {
        let mut place = String::new();
        visible(&self.file, &mut place);
        place.push_str(&format!(":{}:{}", self.line, self.column));
        text!("placed", place = place, problem = problem, excerpt = self.excerpt.clone())
    }
}

/// The line and a line of carets under `marked`; only the neighbourhood of a long line.
fn excerpt(line: usize, head: &str, marked: &str, rest: &str) -> String {
    let skipped = head.chars().count().saturating_sub(AROUND);
    let near_head: String = head.chars().skip(skipped).collect();
    let near_marked: String = marked.chars().take(AROUND).collect();
    let near_rest: String =
        if near_marked == marked { rest.chars().take(AROUND).collect() } else { String::new() };
    let before = if skipped > 0 { "…" } else { "" };
    let whole = near_marked == marked && near_rest == rest;
    let behind = if whole { "" } else { "…" };
    let (head, marked, rest) = (shown(&near_head), shown(&near_marked), shown(&near_rest));
    let number = line.to_string();
    let carets = "^".repeat(width(&marked).max(1));
    let indent = width(before) + width(&head);
    format!(
        "{number} | {before}{head}{marked}{rest}{behind}\n{:gutter$} | {:indent$}{carets}",
        "",
        "",
        gutter = number.len()
    )
}

fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    visible(&text.replace('\t', " "), &mut out);
    out
}

/// How many columns a terminal takes: two for the characters of East Asia and for emoji. Only carets depend on it.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}
