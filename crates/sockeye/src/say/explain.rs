//! How entries of `sockeye explain` are shown.

use sockeye_text::{Explanation, entries};

use super::{
    language, page,
    page::{PAGE_WIDTH, table},
    say,
};

/// One entry on a page.
#[must_use]
pub(crate) fn entry(entry: &Explanation) -> String {
    let mut out = format!("{}: {}\n\n", entry.key, entry.title);
    for line in entry.body.lines() {
        out.push_str(&match (line.strip_prefix("$ "), line.strip_prefix("> ")) {
            (Some(command), _) => format!("  $ {command}\n"),
            (_, Some(printed)) => format!("      … {printed} …\n"),
            _ => format!("{line}\n"),
        });
    }
    let see: Vec<&str> = entry.see().collect();
    if !see.is_empty() {
        out.push_str(&format!(
            "\n{}\n",
            page::folded(&say!("explain-see", keys = see.join(", ")), PAGE_WIDTH)
        ));
    }
    out
}

/// All entries, one behind the other.
#[must_use]
pub(crate) fn all() -> String {
    let rule = "-".repeat(PAGE_WIDTH);
    entries(language()).map(|one| entry(&one)).collect::<Vec<_>>().join(&format!("\n{rule}\n\n"))
}

/// What there is.
#[must_use]
pub(crate) fn list() -> String {
    let rows: Vec<(String, String)> =
        entries(language()).map(|entry| (entry.key.to_owned(), entry.title.to_owned())).collect();
    format!("{}\n{}\n", say!("explain-list"), table(&rows, PAGE_WIDTH))
}

/// There is no such entry, but one that is spelt much the same: it is shown.
#[must_use]
pub(crate) fn nearest(word: &str, key: &str) -> String {
    say!("explain-nearest", word = super::safe(word), key = key)
}

/// There is none at all.
#[must_use]
pub(crate) fn unknown(word: &str) -> String {
    say!("explain-unknown", word = super::safe(word))
}

/// Where more is told of what was just said.
#[must_use]
pub(crate) fn pointer(key: &str) -> String {
    say!("explain-pointer", command = format!("sockeye explain {key}"))
}
