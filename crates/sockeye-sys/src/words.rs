//! The words of the system for its errors, where there are none of ours.

use std::io;

use sockeye_text::Text;

/// Lower case and without the number.
pub(crate) fn plain(error: &io::Error) -> Text {
    let words = error.to_string();
    Text::verbatim(words.split(" (os error").next().unwrap_or(&words).to_lowercase())
}
