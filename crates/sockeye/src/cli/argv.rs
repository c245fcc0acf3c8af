//! Words of a command that is not run by a shell, cut as a shell cuts them: blanks, quotes, backslashes, and nothing else.
//! Never expands anything: `$HOME`, `*` and `;` are themselves.

use crate::say::probe;

/// The words of `text`; at least one.
///
/// # Errors
/// A quote that is not closed, a backslash at the end, or no word.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => quoted(&mut chars, '\'', word.get_or_insert_default())?,
            '"' => quoted(&mut chars, '"', word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(chars.next().ok_or_else(probe::open_backslash)?),
            blank if blank.is_ascii_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err(probe::no_program());
    }
    Ok(words)
}

/// The rest of what is in quotes. Only within double ones does a backslash mean something, and only before these (POSIX,
/// Shell Command Language, section 2.2.3).
fn quoted(chars: &mut std::str::Chars<'_>, quote: char, word: &mut String) -> Result<(), String> {
    while let Some(c) = chars.next() {
        match c {
            end if end == quote => return Ok(()),
            '\\' if quote == '"' => match chars.next() {
                Some(escaped @ ('"' | '\\' | '$' | '`')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
                None => break,
            },
            other => word.push(other),
        }
    }
    Err(probe::open_quote(quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_as_a_shell_cuts_them() {
        for (text, cut) in [
            ("notify-send down", &["notify-send", "down"][..]),
            ("  a  b\t", &["a", "b"]),
            ("'a b' \"c d\"e f\\ g", &["a b", "c de", "f g"]),
            ("mail -s '' me", &["mail", "-s", "", "me"]),
            (r#""\"\\\n\$x" '\'"#, &["\"\\\\n$x", "\\"]),
            ("echo $HOME * ; rm", &["echo", "$HOME", "*", ";", "rm"]),
            ("sh -c 'echo $SOCKEYE_STATE'", &["sh", "-c", "echo $SOCKEYE_STATE"]),
        ] {
            assert_eq!(words(text).unwrap(), cut, "{text}");
        }
        for text in ["", "  ", "''", "'a", "\"a", "a\\", "\"a\\"] {
            assert!(words(text).is_err(), "{text}");
        }
    }
}
