//! Holds the sentences of all languages to what the code says: every key in each of them, filled in with the same names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};
use sockeye_text::Language;

use super::{Finding, Tree, finding, scan::Source};

/// Families of keys that are put together when they are needed; a test of each holds that all of it is there.
const FAMILIES: [&str; 2] = ["flag-", "help-"];

/// What Chinese may keep from English: whatever says nothing but names.
const CHINESE_WITHOUT_CHINESE: [&str; 7] =
    ["verbatim", "joined", "labelled", "placed", "of-addresses", "help-about-more", "explain-pointer"];

/// The names that are filled into a sentence, and whether a word of Chinese is in it.
#[derive(Default)]
struct Sentence {
    path: String,
    names: BTreeSet<String>,
    /// Those that choose between variants; a language with only one has no use for them.
    choosers: BTreeSet<String>,
    is_chinese: bool,
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
}

impl Sentence {
    /// What has to be filled in.
    fn needs(&self) -> BTreeSet<String> {
        self.names.union(&self.choosers).cloned().collect()
    }

    /// Whether what this one needs is filled in for `other`, and all that this one shows is shown by it.
    fn fits(&self, other: &Self) -> bool {
        self.needs().is_superset(&other.needs()) && other.needs().is_superset(&self.names)
    }

    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.is_chinese |= is_chinese(value),
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    self.choosers.insert(id.name.to_owned());
                }
                variants.iter().for_each(|variant| self.read(&variant.value));
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.names.insert(id.name.to_owned());
            }
            InlineExpression::StringLiteral { value } => self.is_chinese |= is_chinese(value),
            InlineExpression::Placeable { expression } => self.expression(expression),
            _ => {}
        }
    }
}

/// The sentences of a language, and what is wrong with its files.
fn catalogue(tree: &Tree, language: Language) -> (BTreeMap<String, Sentence>, Vec<Finding>) {
    let (mut all, mut found) = (BTreeMap::new(), Vec::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = format!("crates/sockeye-text/locales/{}/", language.code());
    for path in tree.files.iter().filter(|path| path.starts_with(&folder)) {
        let source = fs::read_to_string(root.join(path)).unwrap();
        let resource = parser::parse(source.as_str()).unwrap_or_else(|(resource, errors)| {
            found.push(finding("sentences", path, 1, format!("is no Fluent: {errors:?}")));
            resource
        });
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut sentence = Sentence { path: path.clone(), ..Sentence::default() };
            message.value.iter().for_each(|value| sentence.read(value));
            if all.insert(message.id.name.to_owned(), sentence).is_some() {
                found.push(finding("sentences", path, 1, format!("{} stands there twice", message.id.name)));
            }
        }
    }
    (all, found)
}

/// The sentences that one file says: line, key and the names that it fills in.
fn said(source: &Source) -> Vec<(usize, String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for call in ["text!(", "say!("] {
        for (at, _) in source.code.match_indices(call) {
            let from = at + call.len();
            let (Some(code), Some(text)) = (source.code.get(from..), source.text.get(from..)) else {
                continue;
            };
            let Some(key) = text.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next())
            else {
                continue;
            };
            let mut depth = 0_i32;
            let arguments: String = code
                .chars()
                .map_while(|c| {
                    match c {
                        '(' | '[' | '{' => depth += 1,
                        ')' | ']' | '}' => depth -= 1,
                        _ => {}
                    }
                    (depth >= 0).then_some(if depth == 0 { c } else { ' ' })
                })
                .collect();
            let names = arguments.split(',').skip(1).filter_map(|argument| argument.split_once('='));
            let names = names.map(|(name, _)| name.trim().to_owned()).collect();
            let line = 1 + source.text.get(..at).unwrap_or_default().matches('\n').count();
            found.push((line, key.to_owned(), names));
        }
    }
    found
}

pub(crate) fn every_sentence_is_in_every_language(tree: &Tree) -> Vec<Finding> {
    let (english, mut found) = catalogue(tree, Language::English);
    let (chinese, wrong) = catalogue(tree, Language::Chinese);
    found.extend(wrong);
    for (key, sentence) in &english {
        match chinese.get(key) {
            None => found.push(finding("sentences", &sentence.path, 1, format!("{key} is not in Chinese"))),
            Some(other) if !sentence.fits(other) => {
                let what =
                    format!("{key} fills in {:?} in English, {:?} here", sentence.needs(), other.needs());
                found.push(finding("sentences", &other.path, 1, what));
            }
            Some(other) if !other.is_chinese && !CHINESE_WITHOUT_CHINESE.contains(&key.as_str()) => {
                found.push(finding("sentences", &other.path, 1, format!("{key} is no Chinese")));
            }
            Some(_) => {}
        }
    }
    for (key, sentence) in &chinese {
        if !english.contains_key(key) {
            found.push(finding("sentences", &sentence.path, 1, format!("{key} is not in English")));
        }
    }
    let mut used = BTreeSet::new();
    for source in tree.code() {
        for (line, key, names) in said(source) {
            match english.get(&key) {
                None => found.push(finding("sentences", &source.path, line, format!("there is no {key}"))),
                Some(sentence) if sentence.needs() != names => {
                    let what = format!("{key} needs {:?} filled in, not {names:?}", sentence.needs());
                    found.push(finding("sentences", &source.path, line, what));
                }
                Some(_) => {}
            }
            used.insert(key);
        }
        // Keys in tables are said later, with nothing filled in.
        let tabled = english.iter().filter(|(key, _)| source.text.contains(&format!("\"{key}\"")));
        used.extend(tabled.map(|(key, _)| key.clone()));
    }
    let unused = english
        .iter()
        .filter(|(key, _)| !used.contains(*key) && !FAMILIES.iter().any(|family| key.starts_with(family)));
    found.extend(
        unused.map(|(key, sentence)| finding("sentences", &sentence.path, 1, format!("nobody says {key}"))),
    );
    found
}
