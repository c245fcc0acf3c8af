//! The language of this process, and sentences in it.

use std::sync::OnceLock;

use sockeye_text::{Language, Text};

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Decides in which language everything is said from now on; the first decision stands.
pub(crate) fn speak(language: Language) {
    let _ = LANGUAGE.set(language);
}

/// The language in which everything is said; English until that is decided.
pub(crate) fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// A sentence in that language.
pub(crate) fn words(text: &Text) -> String {
    text.to(language())
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
