//! The sentences of each language, as `build.rs` made them of its files, and how they are filled in.

use std::{collections::HashMap, fmt, sync::LazyLock};

use crate::{
    language::Language,
    marks::{END_OF_NAME, END_OF_SELECT, END_OF_SENTENCE, END_OF_VARIANT, SELECT, VARIABLE},
    text::{Arg, Text},
};

/// The sentences of a language by key. Reading them takes no more than finding where each begins.
type Sentences = HashMap<&'static str, &'static str>;

static ENGLISH: LazyLock<Sentences> =
    LazyLock::new(|| sentences(include_str!(concat!(env!("OUT_DIR"), "/en.txt"))));
static CHINESE: LazyLock<Sentences> =
    LazyLock::new(|| sentences(include_str!(concat!(env!("OUT_DIR"), "/zh.txt"))));

fn sentences(text: &'static str) -> Sentences {
    text.split(END_OF_SENTENCE).filter_map(|sentence| sentence.split_once(END_OF_NAME)).collect()
}

fn of(language: Language) -> &'static Sentences {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

/// Whether there is a sentence of this key.
#[must_use]
pub fn exists(key: &str) -> bool {
    of(Language::English).contains_key(key)
}

/// The keys of all sentences, in no order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    of(Language::English).keys().copied()
}

impl Text {
    /// In the words of a language. A sentence that is missing shows its key; that none is, is held by a test.
    #[must_use]
    pub fn to(&self, language: Language) -> String {
        let Some(pattern) = of(language).get(self.key()) else { return format!("[{}]", self.key()) };
        let mut out = String::with_capacity(pattern.len());
        self.fill(pattern, language, &mut out);
        out
    }

    /// Writes `pattern` with what is filled in.
    fn fill(&self, pattern: &str, language: Language, out: &mut String) {
        let mut rest = pattern;
        while let Some(at) = rest.find([VARIABLE, SELECT]) {
            let (words, special) = rest.split_at(at);
            out.push_str(words);
            let is_select = special.starts_with(SELECT);
            let Some((name, behind)) = special.get(1..).and_then(|name| name.split_once(END_OF_NAME)) else {
                return;
            };
            let arg = self.args().find(|(known, _)| *known == name).map(|(_, arg)| arg);
            if is_select {
                rest = self.select(behind, arg, language, out);
                continue;
            }
            match arg {
                Some(Arg::Number(number)) => out.push_str(&number.to_string()),
                Some(Arg::Word(word)) => out.push_str(word),
                Some(Arg::Text(text)) => out.push_str(&text.to(language)),
                None => {}
            }
            rest = behind;
        }
        out.push_str(rest);
    }

    /// Writes the variant that `arg` chooses of those at the beginning of `variants`; what stands behind them.
    fn select<'a>(
        &self,
        variants: &'a str,
        arg: Option<&Arg>,
        language: Language,
        out: &mut String,
    ) -> &'a str {
        let mut rest = variants;
        let mut is_chosen = false;
        while !rest.starts_with(END_OF_SELECT) {
            let Some((key, behind)) = rest.split_once(END_OF_NAME) else { return "" };
            let end = end_of_variant(behind);
            let (pattern, after) = behind.split_at(end);
            if !is_chosen && (key.is_empty() || arg.is_some_and(|arg| fits(arg, key, language))) {
                is_chosen = true;
                self.fill(pattern, language, out);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        rest.get(1..).unwrap_or_default()
    }
}

/// Where the variant at the beginning of `text` ends, those of choices inside of it passed over.
fn end_of_variant(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            SELECT => depth += 1,
            END_OF_SELECT => depth = depth.saturating_sub(1),
            END_OF_VARIANT if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether the variant `key` is that of `arg`: the number or word itself, or what a number is in the grammar of the language
/// (Unicode CLDR, plural rules: English has `one` for 1; Chinese tells no numbers apart).
fn fits(arg: &Arg, key: &str, language: Language) -> bool {
    match arg {
        Arg::Number(number) => {
            (*number == 1 && key == "one" && language == Language::English) || number.to_string() == key
        }
        Arg::Word(word) => word == key,
        Arg::Text(_) => false,
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to(Language::English))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

/// So that a sentence of ours can be what an error of the system holds.
impl std::error::Error for Text {}
