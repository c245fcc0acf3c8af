//! What `sockeye explain` tells: entries on what people meet at sockets, one file a language.
//!
//! An entry is a heading `## key | title`, a line of other words that people type for it, and what is told: paragraphs, and
//! commands (`$ `) with what they print (`> `). Its last line names related entries.

use crate::language::Language;

const ENGLISH: &str = include_str!("../explain/en.md");
const CHINESE: &str = include_str!("../explain/zh.md");

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its name, the same in every language.
    pub key: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// What is told, as it stands in the file.
    pub body: &'static str,
    words: &'static str,
    see: &'static str,
}

impl Explanation {
    /// Other words that people have for it.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.words.split(',').map(str::trim)
    }

    /// The keys of related entries.
    pub fn see(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.see.split(',').map(str::trim).filter(|key| !key.is_empty())
    }
}

/// The entries of a language, in their order.
pub fn entries(language: Language) -> impl Iterator<Item = Explanation> {
    let file = match language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    };
    file.split("## ").filter_map(|section| {
        let (head, rest) = section.split_once('\n')?;
        let (key, title) = head.split_once(" | ")?;
        let (words, rest) = rest.strip_prefix("words:")?.split_once('\n')?;
        let (body, see) = rest.rsplit_once("\nsee:").unwrap_or((rest, ""));
        Some(Explanation {
            key,
            title: title.trim(),
            body: body.trim(),
            words: words.trim(),
            see: see.trim(),
        })
    })
}

/// The entry that `word` means: a key, or one of the other words of any language; case, blanks, hyphens and underscores do
/// not count.
#[must_use]
pub fn entry(language: Language, word: &str) -> Option<Explanation> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| !matches!(c, ' ' | '-' | '_' | '(' | ')'))
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = plain(word);
    let by_key = entries(language).find(|entry| plain(entry.key) == wanted);
    by_key.or_else(|| {
        let of_any = Language::ALL.into_iter().flat_map(entries);
        let known =
            of_any.filter(|entry| entry.words().any(|word| plain(word) == wanted)).map(|entry| entry.key);
        let key = known.into_iter().next().or_else(|| within(&wanted, &plain))?;
        entries(language).find(|entry| entry.key == key)
    })
}

/// The key of the entry whose longest word stands in a whole message, as people paste one.
fn within(message: &str, plain: &impl Fn(&str) -> String) -> Option<&'static str> {
    // Shorter ones are in too much that has nothing to do with them.
    let tells = |word: &str| word.len() >= 6 && message.contains(word);
    let all = Language::ALL.into_iter().flat_map(entries);
    let found = all.flat_map(|entry| entry.words().map(move |word| (word, entry.key)));
    let found = found
        .map(|(word, key)| (plain(word), key))
        .filter(|(word, _)| word.len() < message.len() && tells(word));
    found.max_by_key(|(word, _)| word.len()).map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_entries_whole() {
        let keys = |language| entries(language).map(|entry| entry.key).collect::<Vec<_>>();
        let known = keys(Language::English);
        assert!(known.len() > 40, "{known:?}");
        assert_eq!(known, keys(Language::Chinese));
        for entry in Language::ALL.into_iter().flat_map(entries) {
            assert!(
                !entry.title.is_empty() && entry.words().count() > 0 && entry.body.len() > 80,
                "{entry:?}"
            );
            assert!(entry.see().all(|key| known.contains(&key)), "{entry:?}");
        }
    }

    #[test]
    fn words_find_their_entry_in_whatever_way_they_are_written() {
        for (word, key) in [
            ("RST", "rst"),
            ("TIME_WAIT", "time-wait"),
            ("time wait", "time-wait"),
            ("粘包", "sticky-packets"),
            ("exit-7", "exit-7"),
            ("7", "exit-7"),
            ("EADDRINUSE", "address-in-use"),
        ] {
            for language in Language::ALL {
                assert_eq!(entry(language, word).map(|entry| entry.key), Some(key), "{word}");
            }
        }
        for (message, key) in [
            ("ConnectionRefusedError: [Errno 111] Connection refused", "refused"),
            ("OSError: [Errno 98] Address already in use", "address-in-use"),
            ("错误：连接 tcp://127.0.0.1:1：连接被拒绝", "refused"),
        ] {
            assert_eq!(entry(Language::Chinese, message).map(|entry| entry.key), Some(key), "{message}");
        }
        assert_eq!(entry(Language::English, "no such thing"), None);
    }
}
