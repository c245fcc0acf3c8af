//! The words of the system for its errors, where there are none of ours.

use std::io;

use sockeye_text::Text;

/// Lower case and without the number; a sentence of ours as it is.
pub(crate) fn plain(error: &io::Error) -> Text {
    if let Some(ours) = error.get_ref().and_then(|inner| inner.downcast_ref::<Text>()) {
        return ours.clone();
    }
    let words = error.to_string();
    Text::verbatim(words.split(" (os error").next().unwrap_or(&words).to_lowercase())
}
