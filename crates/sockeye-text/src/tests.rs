//! Tests of texts.

use crate::{Language, Text, keys};

#[test]
fn numbers_choose_their_words() {
    let bytes = |count: u64| text!("bytes", count = count);
    assert_eq!(bytes(1).to(Language::English), "1 byte");
    assert_eq!(bytes(1_000_000).to(Language::English), "1000000 bytes");
    assert_eq!(bytes(u64::MAX).to(Language::English), "18446744073709551615 bytes");
    assert_eq!(bytes(1).to(Language::Chinese), "1 字节");
}

#[test]
fn a_text_in_a_text_is_in_the_same_language() {
    let text = Text::verbatim("x").and(text!("bytes", count = 2));
    assert_eq!(text.to(Language::English), "x; 2 bytes");
    assert_eq!(text.to(Language::Chinese), "x；2 字节");
}

#[test]
fn a_text_is_data() -> Result<(), serde_json::Error> {
    let text = text!("joined", first = text!("bytes", count = 7), then = "end");
    let written = serde_json::to_string(&text)?;
    assert_eq!(serde_json::from_str::<Text>(&written)?, text);
    Ok(())
}

#[test]
fn locales_are_languages() {
    for (locale, language) in [
        ("zh_CN.UTF-8", Language::Chinese),
        ("zh_CN.GBK", Language::Chinese),
        ("zh-TW", Language::Chinese),
        ("zh", Language::Chinese),
        ("en_US.UTF-8", Language::English),
        ("C", Language::English),
        ("", Language::English),
        ("xx_YY", Language::English),
        ("zha_CN", Language::English),
    ] {
        assert_eq!(Language::of_locale(locale), language, "{locale}");
    }
}

#[test]
fn every_sentence_is_in_every_language() {
    assert!(keys().count() > 500);
    for key in keys() {
        for language in Language::ALL {
            let said = Text::of_key(key).to(language);
            assert!(!said.contains(|c: char| c < '\n'), "{key}: {said:?}");
            assert_ne!(said, format!("[{key}]"));
        }
    }
    assert_eq!(Text::of_key("no-such").to(Language::English), "[no-such]");
}
