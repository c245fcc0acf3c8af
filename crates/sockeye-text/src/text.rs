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

/// A sentence by its key, with what is filled in. It is as small as a pointer: failures carry two.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Box<Sentence>);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sentence {
    key: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    args: Vec<(Cow<'static, str>, Arg)>,
}

impl Text {
    // What is called from every sentence stays out of line: there are hundreds of them, and none is on a hot path.

    /// The sentence of this key. [`text!`](crate::text!) is how to write it.
    #[must_use]
    #[inline(never)]
    pub fn new(key: &'static str) -> Self {
        Self(Box::new(Sentence { key: Cow::Borrowed(key), args: Vec::new() }))
    }

    /// The sentence whose key is only known now; [`exists`](crate::exists) says whether there is one.
    #[must_use]
    pub fn of_key(key: impl Into<String>) -> Self {
        Self(Box::new(Sentence { key: Cow::Owned(key.into()), args: Vec::new() }))
    }

    /// Somebody else's words, which are what they are in every language.
    #[must_use]
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self::new("verbatim").filled("words", Arg::Word(words.into()))
    }

    /// Two sentences as one: `first; then`.
    #[must_use]
    pub fn and(self, then: impl Into<Self>) -> Self {
        Self::new("joined").filled("first", Arg::Text(self)).filled("then", Arg::Text(then.into()))
    }

    /// The same with something more filled in.
    #[must_use]
    pub fn with(self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.filled(name, arg.into())
    }

    #[inline(never)]
    fn filled(mut self, name: &'static str, arg: Arg) -> Self {
        self.0.args.push((Cow::Borrowed(name), arg));
        self
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// What is filled in, by name.
    pub(crate) fn args(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.0.args.iter().map(|(name, arg)| (&**name, arg))
    }
}

impl From<Text> for Arg {
    #[inline(never)]
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Arg {
    #[inline(never)]
    fn from(word: String) -> Self {
        Self::Word(word)
    }
}

impl From<&str> for Arg {
    #[inline(never)]
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<&String> for Arg {
    #[inline(never)]
    fn from(word: &String) -> Self {
        Self::Word(word.clone())
    }
}

impl From<char> for Arg {
    #[inline(never)]
    fn from(word: char) -> Self {
        Self::Word(word.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl From<$number> for Arg {
            #[inline(never)]
            fn from(number: $number) -> Self {
                // What does not fit is no number that a sentence chooses its words by.
                i64::try_from(number).map_or_else(|_| Self::Word(number.to_string()), Self::Number)
            }
        })*
    };
}
numbers!(u8, u16, u32, i32, u64, i64, usize, i128);
