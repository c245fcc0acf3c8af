//! A sentence that is not in any language yet.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What is filled into a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A number; a sentence may choose its words by it.
    Number(i64),
    /// Another sentence, or a part of one.
    Text(Text),
    /// Words that are the same in every language: names, addresses, what somebody else said.
    Word(String),
}

/// A sentence by its key, with what is filled in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    key: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    args: Box<[(Cow<'static, str>, Arg)]>,
}

impl Text {
    /// The sentence of this key. [`text!`](crate::text!) is how to write it.
    #[must_use]
    pub fn new<const N: usize>(key: &'static str, args: [(&'static str, Arg); N]) -> Self {
        let args = args.into_iter().map(|(name, arg)| (Cow::Borrowed(name), arg)).collect();
        Self { key: Cow::Borrowed(key), args }
    }

    /// The sentence whose key is only known now; [`find`](crate::find) says whether there is one.
    #[must_use]
    pub fn of_key(key: impl Into<String>) -> Self {
        Self { key: Cow::Owned(key.into()), args: Box::default() }
    }

    /// Somebody else's words, which are what they are in every language.
    #[must_use]
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self::new("verbatim", [("words", Arg::Word(words.into()))])
    }

    /// Two sentences as one: `first; then`.
    #[must_use]
    pub fn and(self, then: impl Into<Self>) -> Self {
        Self::new("joined", [("first", Arg::Text(self)), ("then", Arg::Text(then.into()))])
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is filled in, by name.
    pub(crate) fn args(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.args.iter().map(|(name, arg)| (&**name, arg))
    }
}

impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Arg {
    fn from(word: String) -> Self {
        Self::Word(word)
    }
}

impl From<&str> for Arg {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(word: &String) -> Self {
        Self::Word(word.clone())
    }
}

impl From<char> for Arg {
    fn from(word: char) -> Self {
        Self::Word(word.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                // What does not fit is no number that a sentence chooses its words by.
                i64::try_from(number).map_or_else(|_| Self::Word(number.to_string()), Self::Number)
            }
        })*
    };
}
numbers!(u8, u16, u32, i32, u64, i64, usize, i128);

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::verbatim(words)
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::verbatim(words)
    }
}
