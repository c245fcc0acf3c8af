//! Rules: which message gets which answer; and what answers are made of: patterns, templates, chance, quantities.
//! Never sends, waits or reads a file itself: it says what to send and when.

mod dice;
mod place;
mod error;
mod reading;
mod entry;
mod order;
mod file;
mod edits;
mod pattern;
mod range;
pub mod quantity;
mod rules;
mod splice;
mod template;

pub use dice::Dice;
pub use edits::{EDIT_KEYS, Edit, Edits, Fate};
pub use entry::RULE_KEYS;
pub use error::{RulesError, RulesProblem};
pub use file::TOP_KEYS;
pub use pattern::{Captures, GROUPS, PATTERN_MAX, PATTERN_MEMORY, Pattern, PatternError};
pub use place::Place;
pub use rules::{Followed, Hit, RULES_MAX, RULES_TEXT_MAX, Rules};
pub use splice::HexTemplateError;
pub use template::{Context, Expansion, PEER_MAX, PLACEHOLDERS, RANDOM_DIGITS_MAX, Template, TemplateError};

#[cfg(test)]
mod tests;
