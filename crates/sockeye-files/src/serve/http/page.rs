//! A page of a folder for browsers, and the same for programs.
//! Never lets a name be anything but text: not markup, not an address of its own, not a control character.

use std::fmt::Write as _;

use data_encoding::BASE64;
use sockeye_core::{
    charset::{self, markup},
    rule::quantity::human_size,
    transfer::{EntryKind, http::percent},
};
use sockeye_text::{Language, text};

use super::answer::date;
use crate::tree::{Cursor, FolderEntry};

/// The address of a folder on this server, with a slash at either end; nothing is the folder that is offered.
pub(super) fn address(folder: &[u8]) -> String {
    let mut address = "/".to_owned();
    if !folder.is_empty() {
        percent::encode(folder, &mut address);
        address.push('/');
    }
    address
}

/// For whom a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListingFormat {
    /// Browsers.
    Html,
    /// Programs.
    Json,
}

impl ListingFormat {
    /// Its media type.
    pub(super) fn media(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// What a query asks of a folder: the form, and where to begin. What it does not know it passes over.
pub(super) fn wanted(query: &[u8]) -> (ListingFormat, Cursor) {
    let (mut form, mut from) = (ListingFormat::Html, Cursor::default());
    for word in query.split(|byte| *byte == b'&') {
        if word == b"json" {
            form = ListingFormat::Json;
        } else if let Some(mark) = word.strip_prefix(b"after=") {
            from = std::str::from_utf8(mark).ok().and_then(|mark| mark.parse().ok()).map_or(from, Cursor);
        }
    }
    (form, from)
}

/// A page that is being written.
#[derive(Debug)]
pub(super) struct ListingPage {
    form: ListingFormat,
    language: Language,
    /// The folder's own address, with a slash at either end.
    base: String,
    entries: Vec<(Vec<u8>, String)>,
    length: usize,
}

impl ListingPage {
    /// A page of the folder of this name; nothing is the folder that is offered.
    pub(super) fn new(form: ListingFormat, language: Language, folder: &[u8]) -> Self {
        Self { form, language, base: address(folder), entries: Vec::new(), length: 0 }
    }

    /// About how long it is, bytes.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Puts an entry on it.
    pub(super) fn push(&mut self, entry: &FolderEntry<'_>) {
        let text = match self.form {
            ListingFormat::Html => self.row(entry),
            ListingFormat::Json => self.object(entry),
        };
        self.length += text.len();
        self.entries.push((entry.name.to_vec(), text));
    }

    fn href(&self, entry: &FolderEntry<'_>) -> String {
        let mut href = self.base.clone();
        percent::encode(entry.name, &mut href);
        if entry.kind == EntryKind::Folder {
            href.push('/');
        }
        href
    }

    fn row(&self, entry: &FolderEntry<'_>) -> String {
        let mut text = String::new();
        charset::visible(&String::from_utf8_lossy(entry.name), &mut text);
        let (slash, size) = match entry.kind {
            EntryKind::Folder => ("/", "<td>".to_owned()),
            _ => {
                let exact = entry.state.size;
                let bytes = markup(&text!("bytes", count = exact).to(self.language));
                ("", format!("<td title=\"{bytes}\">{}", human_size(exact)))
            }
        };
        let (href, name, time) = (self.href(entry), markup(&text), date(entry.state.mtime_ns));
        format!("<tr><td><a href=\"{href}\">{name}{slash}</a>{size}<td>{time}\n")
    }

    fn object(&self, entry: &FolderEntry<'_>) -> String {
        let kind = if entry.kind == EntryKind::Folder { "folder" } else { "file" };
        let mut object = serde_json::json!({
            "kind": kind, "href": self.href(entry), "size": entry.state.size, "mtime_ns": entry.state.mtime_ns,
        });
        if entry.kind == EntryKind::Folder {
            object["size"] = 0.into();
        }
        match std::str::from_utf8(entry.name) {
            Ok(name) => object["name"] = name.into(),
            Err(_) => object["b64"] = BASE64.encode(entry.name).into(),
        }
        object.to_string()
    }

    /// The whole page, its entries by name; `next` is where the one after it begins.
    pub(super) fn end(mut self, next: Option<Cursor>) -> Vec<u8> {
        self.entries.sort();
        let rows = self.entries.iter().map(|(_, row)| row.as_str());
        match self.form {
            ListingFormat::Json => {
                let rows = rows.collect::<Vec<_>>().join(",");
                let next = next.map_or("null".to_owned(), |place| format!("\"{}\"", place.0));
                format!("{{\"v\":1,\"entries\":[{rows}],\"next\":{next}}}\n")
            }
            ListingFormat::Html => {
                let title = &self.base;
                let lang = self.language.code();
                let mut out = format!(
                    "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{title}</title>\n<h1>{title}</h1>\n\
                     <table>\n"
                );
                if self.base != "/" {
                    let parent = self.base.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
                    let _ = writeln!(out, "<tr><td><a href=\"{parent}/\">../</a>");
                }
                out.extend(rows);
                out.push_str("</table>\n");
                if let Some(place) = next {
                    let more = markup(&text!("page-more").to(self.language));
                    let _ = writeln!(out, "<p><a href=\"?after={}\">{more}</a>", place.0);
                }
                out
            }
        }
        .into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_far_as_it_is_known() {
        assert_eq!(wanted(b""), (ListingFormat::Html, Cursor(0)));
        assert_eq!(wanted(b"x=1&json&after=42"), (ListingFormat::Json, Cursor(42)));
        assert_eq!(wanted(b"after=\xff&after="), (ListingFormat::Html, Cursor(0)));
    }
}
