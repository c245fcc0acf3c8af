//! The sentences of each language, as they stand in its folder.

use std::{fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{
    language::Language,
    text::{Arg, Text},
};

/// One language's files: their names, and what stands in them.
type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($language:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../locales/", $language, "/", $name, ".ftl")))),*]
    };
}

const ENGLISH: Files =
    files!("en": "words", "system", "core", "net", "files", "say", "usage", "form", "help", "flags");
const CHINESE: Files =
    files!("zh": "words", "system", "core", "net", "files", "say", "usage", "form", "help", "flags");

static ENGLISH_BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::English));
static CHINESE_BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Chinese));

/// The files of a language, as `(name, content)`.
#[must_use]
pub fn sources(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Terminals show the marks that would keep directions of writing apart.
    bundle.set_use_isolating(false);
    for (_, source) in sources(language) {
        // What is wrong with a file is a failed test; what is right in it is said all the same.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn of(language: Language) -> &'static FluentBundle<FluentResource> {
    match language {
        Language::English => &ENGLISH_BUNDLE,
        Language::Chinese => &CHINESE_BUNDLE,
    }
}

/// Whether there is a sentence of this key.
#[must_use]
pub fn exists(key: &str) -> bool {
    of(Language::English).has_message(key)
}

impl Text {
    /// In the words of a language. A sentence that is missing shows its key; that none is, is held by a test.
    #[must_use]
    pub fn to(&self, language: Language) -> String {
        let bundle = of(language);
        let Some(pattern) = bundle.get_message(self.key()).and_then(|message| message.value()) else {
            return format!("[{}]", self.key());
        };
        let mut given = FluentArgs::new();
        for (name, arg) in self.args() {
            let value = match arg {
                // Numbers are of 53 bits there.
                Arg::Number(number) if number.unsigned_abs() < 1 << 53 => FluentValue::from(*number),
                Arg::Number(number) => FluentValue::from(number.to_string()),
                Arg::Word(word) => FluentValue::from(word.clone()),
                Arg::Text(text) => FluentValue::from(text.to(language)),
            };
            given.set(name.to_owned(), value);
        }
        bundle.format_pattern(pattern, Some(&given), &mut Vec::new()).into_owned()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::English))
    }
}

impl std::error::Error for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}
