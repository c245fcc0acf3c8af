//! What stands between the parts of a sentence in the text that the build makes of a catalogue.

/// Before the name of what is filled in.
pub(crate) const VARIABLE: char = '\u{1}';
/// Behind a name: of what is filled in, of what chooses, of a variant, of a sentence.
pub(crate) const END_OF_NAME: char = '\u{2}';
/// Before the name of what chooses between the variants behind it.
pub(crate) const SELECT: char = '\u{3}';
/// Behind each variant.
pub(crate) const END_OF_VARIANT: char = '\u{4}';
/// Behind the last one.
pub(crate) const END_OF_SELECT: char = '\u{5}';
/// Behind each sentence.
pub(crate) const END_OF_SENTENCE: char = '\0';
