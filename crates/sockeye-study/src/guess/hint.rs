//! What else is to be seen in captured bytes: text taken for a length or read in another charset, ciphers, packed data.
//! Never guesses from little: a wrong hint costs more than a missing one.

use sockeye_core::charset::{Charset, is_surely_gbk, visible};
use sockeye_text::{Text, text};

use super::{candidate::Shape, cost::Histogram, length::FieldOrder, sample::Sample};

/// Below so many bytes nothing can be said of how evenly their values are spread.
const EVEN: usize = 256;
/// The bytes of text that are read in other charsets.
const READ: usize = 4096;
/// The characters of it that are shown.
const SHOWN: usize = 12;

/// Whether these bytes are text, in UTF-8 or beyond doubt in GBK; a character cut at their end is no objection.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1a | 0x1c..=0x1f | 0x7f);
    !bytes.iter().any(is_control) && (utf8(bytes).is_some() || is_surely_gbk(bytes))
}

/// The bytes as text in UTF-8, without a character cut at their end.
fn utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()
        }
        Err(_) => None,
    }
}

/// Why nothing can be told.
pub(super) fn reason(sample: &Sample) -> Text {
    let bytes = sample.bytes();
    if bytes.is_empty() {
        return text!("guess-empty");
    }
    if is_text(bytes) {
        return text!("guess-plain-text");
    }
    if bytes.len() >= EVEN && Histogram::of(bytes).is_even() {
        return text!("guess-even", count = bytes.len());
    }
    if bytes.len() < EVEN {
        return text!("guess-few", count = bytes.len());
    }
    text!("guess-nothing-fits")
}

/// What else is to be known, whatever was proposed.
pub(super) fn hints(sample: &Sample, best: Option<&Shape>) -> Vec<Text> {
    let bytes = sample.bytes();
    let mut hints = Vec::new();
    hints.extend(packed(bytes));
    hints.extend(text_as_length(bytes, best));
    hints.extend(turned(bytes, best));
    let read = bytes.get(..READ).unwrap_or(bytes);
    if utf8(read).is_none() && is_surely_gbk(read) {
        hints.push(text!("guess-gbk"));
    }
    hints.extend(read_as_gbk(read));
    hints
}

/// What a cipher or a packer begins with.
fn packed(bytes: &[u8]) -> Option<Text> {
    match bytes {
        [0x14..=0x17, 3, 0..=4, ..] if bytes.len() > 5 => Some(text!("guess-tls")),
        [0x1f, 0x8b, 8, ..] => Some(text!("guess-packed", kind = "gzip")),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(text!("guess-packed", kind = "zstd")),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(text!("guess-packed", kind = "zlib")),
        _ => None,
    }
}

/// Text, of which a program that expects a length would read four letters as one.
fn text_as_length(bytes: &[u8], best: Option<&Shape>) -> Option<Text> {
    let letters = bytes.first_chunk::<4>().filter(|letters| letters.iter().all(u8::is_ascii_graphic))?;
    if matches!(best, Some(Shape::Length(_))) || !is_text(bytes) {
        return None;
    }
    let value = u32::from_be_bytes(*letters);
    Some(text!(
        "guess-text-as-length",
        hex = format!("{value:08x}"),
        value = value,
        text = letters.escape_ascii().to_string()
    ))
}

/// A length that would be absurd with its bytes the other way round.
fn turned(bytes: &[u8], best: Option<&Shape>) -> Option<Text> {
    let Some(Shape::Length(field)) = best else { return None };
    let other = if field.order == FieldOrder::Big { FieldOrder::Little } else { FieldOrder::Big };
    let (value, wrong) = (field.value(bytes)?, super::LengthField { order: other, ..*field }.value(bytes)?);
    let is_absurd = wrong > sockeye_core::limit::MAX_FRAME as u64;
    (is_absurd && field.width <= 4).then(|| match field.order {
        FieldOrder::Big => text!("guess-big-read-little", value = value, wrong = wrong),
        FieldOrder::Little => text!("guess-little-read-big", value = value, wrong = wrong),
    })
}

/// Text in UTF-8 that somebody has read as GBK and sent on in UTF-8: `浣犲ソ` was `你好`.
fn read_as_gbk(bytes: &[u8]) -> Option<Text> {
    let gbk = Charset::parse("gbk").ok()?;
    for line in utf8(bytes)?.split(|c: char| c.is_control()).filter(|line| !line.is_ascii()) {
        let Ok(before) = gbk.encode(line) else { continue };
        let Ok(meant) = std::str::from_utf8(&before) else { continue };
        if meant != line && meant.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            let shown = |text: &str| {
                let mut shown = String::new();
                visible(&text.chars().take(SHOWN).collect::<String>(), &mut shown);
                shown
            };
            return Some(text!("guess-mojibake", seen = shown(line), meant = shown(meant)));
        }
    }
    None
}
