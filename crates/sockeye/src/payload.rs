//! What people write to be sent: bytes, or a template where it has placeholders that mean something.
//! Never sends and never frames.

use sockeye_core::{behaviour::Payload, charset::Charset, rule::Template};

use crate::say::words;

/// The placeholders that mean something where no message is answered.
const KNOWN: [&str; 8] = ["counter", "client", "time", "ctime", "date", "unix", "random", "uuid"];

/// A text to be said, with `eol` behind it. `{counter}` and its like are filled in; other braces are themselves.
///
/// # Errors
/// A character that the charset does not have, or a bad number in a placeholder.
pub(crate) fn of(text: &str, eol: &str, charset: Charset) -> Result<Payload, String> {
    if has_placeholder(text) {
        let source = only_known(text) + eol;
        return Template::parse(&source, charset).map(Payload::Template).map_err(|e| words(&e.text()));
    }
    charset.encode(&format!("{text}{eol}")).map(Payload::Bytes).map_err(|e| words(&e.text()))
}

/// Whether the text has a placeholder that means something.
#[must_use]
pub(crate) fn has_placeholder(text: &str) -> bool {
    holes(text).any(|(_, _, name)| KNOWN.contains(&name))
}

/// The text with every `{word}` that means nothing here written so that it stays itself.
fn only_known(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (from, to, name) in holes(text) {
        if from < done || KNOWN.contains(&name) {
            continue;
        }
        // `{{` before it has made it itself already.
        if from > 0 && text.as_bytes().get(from - 1) == Some(&b'{') {
            continue;
        }
        out.push_str(text.get(done..from).unwrap_or_default());
        out.push('{');
        out.push_str(text.get(from..to).unwrap_or_default());
        out.push('}');
        done = to;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// Everything of the form `{word}` or `{word:12}`: where it begins, where it ends, and the word.
fn holes(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    text.match_indices('{').filter_map(|(from, _)| {
        let (inside, _) = text.get(from + 1..)?.split_once('}')?;
        let (name, number) = inside.split_once(':').unwrap_or((inside, ""));
        let letters = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
        let digits = number.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
        (letters && digits).then_some((from, from + inside.len() + 2, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_something_is_a_placeholder() {
        assert!(has_placeholder("n={counter}"));
        assert!(has_placeholder("{random:8}"));
        assert!(!has_placeholder("{\"temp\": 21}"));
        assert!(!has_placeholder("{text} {peer} {Counter} {counter"));
        assert_eq!(
            only_known("{counter} {text} {foo:3} {text:0..8} {\"a\":{unix}}"),
            "{counter} {{text}} {{foo:3}} {{text:0..8}} {\"a\":{unix}}"
        );
        assert_eq!(only_known("{{foo}} {counter}"), "{{foo}} {counter}");
    }
}
