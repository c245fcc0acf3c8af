//! `sockeye explain [WORD]`: what a word of the trade, a message or an exit code means, and how to see it.

use sockeye_core::address::nearest::nearest;
use sockeye_text::{entries, entry};

use super::outline::Wrong;
use crate::say::{self, explain};

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    #[arg(long, conflicts_with = "words")]
    all: bool,
}

impl Explain {
    /// The text that was asked for.
    ///
    /// # Errors
    /// Nobody explains that, nor anything that is spelt much the same.
    pub(crate) fn text(&self) -> Result<String, Wrong> {
        if self.all {
            return Ok(explain::all());
        }
        if self.words.is_empty() {
            return Ok(explain::list());
        }
        let word = self.words.join(" ");
        let language = say::language();
        if let Some(entry) = entry(language, &word) {
            return Ok(explain::entry(&entry));
        }
        // A number is not misspelt.
        let is_number = word.chars().all(|c| c.is_ascii_digit());
        let known = entries(language).flat_map(|entry| entry.words().chain([entry.key]));
        let known = known.filter(|_| !is_number);
        match nearest(&word.to_lowercase(), known).and_then(|meant| entry(language, meant)) {
            Some(entry) => {
                Ok(format!("{}\n\n{}", explain::nearest(&word, entry.key), explain::entry(&entry)))
            }
            None => Err(Wrong::Meaning(explain::unknown(&word))),
        }
    }
}
