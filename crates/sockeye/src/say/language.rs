//! The language of this process, and sentences in it.

use std::{io, sync::OnceLock};

use sockeye_text::{Language, Text};

static LANGUAGE: OnceLock<Language> = OnceLock::new();

#[cfg(test)]
thread_local! {
    static TESTED: std::cell::Cell<Option<Language>> = const { std::cell::Cell::new(None) };
}

/// Decides in which language everything is said from now on; the first decision stands.
pub(crate) fn speak(language: Language) {
    let _ = LANGUAGE.set(language);
}

/// What `work` says in this language.
#[cfg(test)]
pub(crate) fn speaking<T>(language: Language, work: impl FnOnce() -> T) -> T {
    let before = TESTED.replace(Some(language));
    let done = work();
    TESTED.set(before);
    done
}

/// The language in which everything is said; English until that is decided.
pub(crate) fn language() -> Language {
    #[cfg(test)]
    if let Some(language) = TESTED.get() {
        return language;
    }
    LANGUAGE.get().copied().unwrap_or_default()
}

/// A sentence in that language.
#[inline(never)]
pub(crate) fn words(text: &Text) -> String {
    text.to(language())
}

/// What the system says of an error; in English that is its own words.
pub(crate) fn system(error: &io::Error) -> Text {
    match (language(), error.raw_os_error(), error.kind()) {
        (Language::English, ..) => Text::verbatim(error.to_string()),
        (_, None, io::ErrorKind::IsADirectory) => Text::of_key("errno-isdir"),
        (_, None, io::ErrorKind::InvalidData) => Text::of_key("not-utf8"),
        _ => sockeye_sys::words(error),
    }
}

/// The sentence whose key stands in a table, in that language.
pub(crate) fn keyed(key: &str) -> String {
    words(&Text::of_key(key))
}

/// A sentence by its key, in the language of this process; see [`sockeye_text::text!`].
macro_rules! say {
    ($($text:tt)*) => { $crate::say::words(&sockeye_text::text!($($text)*)) };
}
pub(crate) use say;
