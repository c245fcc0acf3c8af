//! Text laid out on a page: paragraphs folded, tables in two columns, by the columns that characters take on a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a help page.
pub(crate) const PAGE_WIDTH: usize = 80;

/// Marks that never begin a line: they belong to what is before them.
const CLOSING: &str = "，。、；：？！）」』》…,.;:?!)]}%";
/// Marks that never end one.
const OPENING: &str = "（「『《([{";

/// Columns that `text` takes.
#[must_use]
pub(crate) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` filled up with blanks to `width` columns.
#[must_use]
pub(crate) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// What a line is never broken inside of, and whether a blank stands before it.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let is_wide = |c: char| c.width() == Some(2);
    let mut all: Vec<(bool, String)> = Vec::new();
    for (at, word) in text.split(' ').enumerate() {
        let mut is_first = true;
        let mut last: Option<char> = None;
        // What is in brackets, as a default behind what a flag does, is broken at blanks alone.
        let mut is_bracketed = false;
        for c in word.chars() {
            is_bracketed = (is_bracketed || last == Some('[')) && last != Some(']');
            let joins = last.is_some_and(|last| {
                let is_apart = is_wide(last) || is_wide(c);
                !is_apart || is_bracketed || CLOSING.contains(c) || OPENING.contains(last)
            });
            match all.last_mut() {
                Some((_, piece)) if joins => piece.push(c),
                _ => all.push((is_first && at > 0, c.to_string())),
            }
            is_first = false;
            last = Some(c);
        }
        if word.is_empty() {
            all.push((at > 0, String::new()));
        }
    }
    all
}

/// One paragraph in lines of at most `width` columns, but for what cannot be broken.
#[must_use]
pub(crate) fn lines(paragraph: &str, width: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut column = 0;
    for (blank, piece) in pieces(paragraph) {
        let wide = columns(&piece);
        let Some(line) = out.last_mut() else { break };
        if column > 0 && column + usize::from(blank) + wide > width {
            out.push(piece);
            column = wide;
            continue;
        }
        if blank {
            line.push(' ');
            column += 1;
        }
        line.push_str(&piece);
        column += wide;
    }
    out
}

/// Text whose paragraphs are folded; a line that is indented, as of a table, stays as it is.
#[must_use]
pub(crate) fn folded(text: &str, width: usize) -> String {
    let fold = |line: &str| match line.starts_with(' ') {
        true => line.to_owned(),
        false => lines(line, width).join("\n"),
    };
    text.lines().map(fold).collect::<Vec<_>>().join("\n")
}

/// Two columns within `width`; a first entry that is too wide stands on a line of its own.
#[must_use]
pub(crate) fn table(rows: &[(String, String)], width: usize) -> String {
    const WIDEST: usize = 20;
    let left = rows.iter().map(|(name, _)| columns(name)).filter(|wide| *wide <= WIDEST).max().unwrap_or(0);
    let margin = " ".repeat(left + 4);
    let mut out = Vec::new();
    for (name, about) in rows {
        let mut about = lines(about, width - left - 4).into_iter();
        if columns(name) > left {
            out.push(format!("  {}", form(name, width - 2)));
        } else {
            let first = about.next().unwrap_or_default();
            out.push(format!("  {}  {first}", padded(name, left)).trim_end().to_owned());
        }
        out.extend(about.map(|line| format!("{margin}{line}")));
    }
    out.join("\n")
}

/// A form too long for a line goes on before one of its optional parts.
fn form(form: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for part in form.split_inclusive(']') {
        let part = if column == 0 { part } else { part.trim_start() };
        if column > 0 && column + columns(part) > width {
            out.push_str("\n      ");
            column = 4;
        }
        out.push_str(part);
        column += columns(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_wrap_under_their_second_column() {
        let rows = [
            ("a".to_owned(), "one two three".to_owned()),
            ("x".repeat(21), "y".to_owned()),
            ("bb".to_owned(), "z".to_owned()),
        ];
        assert_eq!(table(&rows, 14), "  a   one two\n      three\n  xxxxxxxxxxxxxxxxxxxxx\n      y\n  bb  z");
    }

    #[test]
    fn a_character_of_chinese_counts_two_and_can_end_a_line() {
        assert_eq!(lines("发送这些字节，可重复", 8), ["发送这些", "字节，可", "重复"]);
        assert_eq!(lines("用 --frame 分帧", 10), ["用 --frame", "分帧"]);
        assert_eq!(lines("四个汉字。", 8), ["四个汉", "字。"], "a full stop begins no line");
        assert_eq!(lines("（括号）内", 4), ["（括", "号）", "内"]);
        assert_eq!(lines("多久 [默认：无]", 12), ["多久", "[默认：无]"]);
        assert_eq!(padded("中", 4), "中  ");
    }

    #[test]
    fn words_are_kept_whole_and_what_is_indented_as_it_is() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("a  b", 10), ["a  b"]);
        assert_eq!(folded("one two\n  as   it is", 3), "one\ntwo\n  as   it is");
    }
}
