//! Bytes in hex among which bytes of the message stand: `01 {hex:1..3} 00`.
//! Never fills anything in: that is the template's.

use thiserror::Error;

use super::{
    range::ByteRange,
    template::{Template, TemplateError, TemplatePart, shape},
};
use crate::charset::{Charset, InputError, hex};

/// What is wrong with bytes in hex among which bytes of the message stand. A usage error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
#[allow(missing_docs, reason = "each is the error it holds")]
pub enum HexTemplateError {
    Hex(#[from] InputError),
    Template(#[from] TemplateError),
}

impl Template {
    /// Bytes in hex, among which `{hex:A..B}` and `{text:A..B}` are bytes of the message that is answered.
    ///
    /// # Errors
    /// [`HexTemplateError`], with the column.
    pub fn spliced(src: &str) -> Result<Self, HexTemplateError> {
        let (mut parts, mut rest, mut column) = (Vec::new(), src, 1);
        // A placeholder stands between bytes, as a blank does.
        let mut masked = String::with_capacity(src.len());
        while let Some(c) = rest.chars().next() {
            let Some((len, name, number)) = shape(rest) else {
                masked.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                column += 1;
                continue;
            };
            let range = match (name, number.map(ByteRange::parse)) {
                ("hex" | "text", None) => ByteRange::WHOLE,
                ("hex" | "text", Some(Some(range))) => range,
                ("hex" | "text", Some(None)) => {
                    return Err(TemplateError::Range { column, name: name.into() }.into());
                }
                _ => return Err(TemplateError::Splice { column, name: name.into() }.into()),
            };
            parts.push((masked.len(), TemplatePart::Text(range)));
            masked.push_str(&" ".repeat(len));
            rest = rest.get(len..).unwrap_or_default();
            column += len;
        }
        let bytes = |text: Option<&str>| hex(text.unwrap_or_default()).map(TemplatePart::Literal);
        // All of it first, since its places are those of the whole.
        hex(&masked)?;
        let (mut whole, mut from) = (Vec::new(), 0);
        for (at, part) in parts {
            whole.extend([bytes(masked.get(from..at))?, part]);
            from = at;
        }
        whole.push(bytes(masked.get(from..))?);
        Ok(Self { parts: whole, charset: Charset::utf8() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_the_message_stand_among_others() {
        let template = Template::spliced("8001 {hex:10..12}{text:0..2} 00").unwrap();
        assert_eq!((template.bound(12), template.bound(11), template.bound(0)), (7, 6, 3));
        assert_eq!(Template::spliced("{hex}").unwrap().bound(9), 9);
        assert_eq!(Template::spliced("01 02").unwrap().fixed_len(), Some(2));
    }

    #[test]
    fn mistakes_have_their_column() {
        for (text, expected) in [
            ("01 0{hex:0..1}0 02", "column 4: "),
            ("01 {hex:0..1} 0g", "column 16: 'g'"),
            ("01 {counter}", "column 4: {counter} cannot stand among bytes in hex"),
            ("01 {hex:4..2}", "column 4: {hex:…} wants a range"),
            ("{text:7}", "column 1: {text:…} wants a range"),
            ("{hex", "column 1: '{'"),
        ] {
            let said = match Template::spliced(text).unwrap_err() {
                HexTemplateError::Hex(error) => error.text().to_string(),
                HexTemplateError::Template(error) => error.text().to_string(),
            };
            assert!(said.starts_with(expected), "{text}: {said}");
        }
    }
}
