//! Turns the sentences of `locales` into one text a language that needs no parsing when the program runs: see
//! `src/catalogue.rs`, which reads it. A mistake in a file, and a key that a language lacks, end the build.

#![allow(clippy::print_stdout)] // it is how a build script speaks to cargo

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};

#[path = "src/marks.rs"]
mod marks;

use marks::{END_OF_NAME, END_OF_SELECT, END_OF_SENTENCE, END_OF_VARIANT, SELECT, VARIABLE};

/// The languages, by the names of their folders.
const LANGUAGES: [&str; 2] = ["en", "zh"];

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let home = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", home.display());
    let mut known: Option<BTreeMap<String, String>> = None;
    for language in LANGUAGES {
        let sentences = read(&home.join(language))?;
        if let Some(first) = &known {
            let lacking = first.keys().find(|key| !sentences.contains_key(*key));
            let alone = sentences.keys().find(|key| !first.contains_key(*key));
            if let Some(key) = lacking.or(alone) {
                return Err(format!("{key} stands in only one of the languages").into());
            }
        }
        let mut text = String::new();
        for (key, pattern) in &sentences {
            text.push_str(&format!("{key}{END_OF_NAME}{pattern}{END_OF_SENTENCE}"));
        }
        fs::write(out.join(format!("{language}.txt")), text)?;
        known.get_or_insert(sentences);
    }
    Ok(())
}

/// The sentences of one language, by key.
fn read(folder: &Path) -> Outcome<BTreeMap<String, String>> {
    let mut sentences = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let wrong = |what: String| -> Box<dyn Error> { format!("{}: {what}", path.display()).into() };
        let source = fs::read_to_string(&path)?;
        let resource = parser::parse(source.as_str()).map_err(|(_, errors)| wrong(format!("{errors:?}")))?;
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let key = message.id.name.to_owned();
            let mut out = String::new();
            let value = message.value.ok_or_else(|| wrong(format!("{key} says nothing")))?;
            pattern(&value, &mut out).map_err(|what| wrong(format!("{key}: {what}")))?;
            if sentences.insert(key.clone(), out).is_some() {
                return Err(wrong(format!("{key} stands there twice")));
            }
        }
    }
    Ok(sentences)
}

fn pattern(pattern: &Pattern<&str>, out: &mut String) -> Result<(), String> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => out.push_str(value),
            PatternElement::Placeable { expression } => self::expression(expression, out)?,
        }
    }
    Ok(())
}

fn expression(expression: &Expression<&str>, out: &mut String) -> Result<(), String> {
    let (selector, variants) = match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            out.extend([&VARIABLE.to_string(), id.name, &END_OF_NAME.to_string()]);
            return Ok(());
        }
        Expression::Inline(InlineExpression::StringLiteral { value }) => {
            out.push_str(&unescape_unicode_to_string(value));
            return Ok(());
        }
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            (id, variants)
        }
        _ => return Err("only variables, strings and choices by a variable are known".to_owned()),
    };
    out.extend([&SELECT.to_string(), selector.name, &END_OF_NAME.to_string()]);
    // The default is the last, and has no name.
    let (defaults, others): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
    for variant in others.into_iter().chain(defaults) {
        if !variant.default {
            out.push_str(match &variant.key {
                VariantKey::Identifier { name } => name,
                VariantKey::NumberLiteral { value } => value,
            });
        }
        out.push(END_OF_NAME);
        pattern(&variant.value, out)?;
        out.push(END_OF_VARIANT);
    }
    out.push(END_OF_SELECT);
    Ok(())
}
