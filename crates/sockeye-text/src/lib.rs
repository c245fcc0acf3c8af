//! Every sentence for people, by key: said as data where it arises, put into words where it is read.
//!
//! A [`Text`] is the key of a sentence and what is filled into it. The sentences stand in `locales`, one folder a language,
//! in the syntax of [Fluent](https://projectfluent.org/); [`Text::to`] puts one into the words of a [`Language`]. `Display`
//! is English, for logs of programs that use the libraries.

mod language;
mod marks;
mod text;
mod catalogue;
mod explain;

pub use catalogue::{exists, keys};
pub use explain::{Explanation, entries, entry};
pub use language::Language;
pub use text::{Arg, Text};

/// A sentence by its key, with what is filled in by name: `text!("frame-too-long", size = 70_000_u64, limit = max)`.
///
/// That the key is there in every language, with exactly these names, is held by the tidy test of the workspace.
#[macro_export]
macro_rules! text {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::Text::new($key)$(.with(stringify!($name), $value))*
    };
}

#[cfg(test)]
mod tests;
