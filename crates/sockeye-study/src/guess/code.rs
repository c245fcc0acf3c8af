//! A length field in the notations of others: Netty, tokio, Python.
//! Never writes code for what they cannot express.

use super::length::{FieldOrder, LengthField};

/// The longest message that the code allows, bytes: that of `--max-frame`.
const MOST: usize = sockeye_core::limit::MAX_FRAME;

impl LengthField {
    /// The five numbers of Netty's `LengthFieldBasedFrameDecoder`, and the byte order where it is not the usual one.
    #[must_use]
    pub fn netty(&self) -> String {
        let order = if self.order == FieldOrder::Little { "ByteOrder.LITTLE_ENDIAN, " } else { "" };
        let last = if self.order == FieldOrder::Little { ", true" } else { "" };
        let Self { offset, width, adjust, .. } = self;
        format!(
            "new LengthFieldBasedFrameDecoder({order}{MOST}, {offset}, {width}, {adjust}, {}{last})",
            self.strip()
        )
    }

    /// The same as a `LengthDelimitedCodec`.
    #[must_use]
    pub fn codec(&self) -> String {
        let mut code = String::from("LengthDelimitedCodec::builder()");
        let mut call = |text: String| code.push_str(&text);
        if self.order == FieldOrder::Little {
            call(".little_endian()".to_owned());
        }
        if self.offset > 0 {
            call(format!(".length_field_offset({})", self.offset));
        }
        call(format!(".length_field_length({})", self.width));
        if self.adjust != 0 {
            call(format!(".length_adjustment({})", self.adjust));
        }
        call(format!(".num_skip({})", self.strip()));
        call(format!(".max_frame_length({MOST})"));
        call(".new_codec()".to_owned());
        code
    }

    /// Lines of Python that read one message from a socket, whole. A width that `struct` lacks has none.
    #[must_use]
    pub fn python(&self) -> Option<Vec<String>> {
        let letter = match self.width {
            1 => "B",
            2 => "H",
            4 => "I",
            8 => "Q",
            _ => return None,
        };
        let order = if self.order == FieldOrder::Little { "<" } else { ">" };
        let pad = if self.offset > 0 { format!("{}x", self.offset) } else { String::new() };
        let header = self.header();
        let rest = match self.adjust {
            0 => "length".to_owned(),
            adjust if adjust < 0 => format!("length - {}", -adjust),
            adjust => format!("length + {adjust}"),
        };
        let whole = if self.strip() == 0 { "message = header + " } else { "message = " };
        Some(vec![
            "stream = sock.makefile('rb')".to_owned(),
            format!("header = stream.read({header})"),
            format!("(length,) = struct.unpack('{order}{pad}{letter}', header)"),
            format!("{whole}stream.read({rest})"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_the_numbers_of_the_field() {
        let field = LengthField { offset: 0, width: 4, order: FieldOrder::Little, adjust: 0 };
        assert_eq!(
            field.netty(),
            "new LengthFieldBasedFrameDecoder(ByteOrder.LITTLE_ENDIAN, 16777216, 0, 4, 0, 4, true)"
        );
        assert!(field.codec().contains(".little_endian().length_field_length(4).num_skip(4)"));
        assert_eq!(field.python().unwrap()[2], "(length,) = struct.unpack('<I', header)");
        let field = LengthField { offset: 1, width: 2, order: FieldOrder::Big, adjust: -3 };
        assert!(field.netty().ends_with("(16777216, 1, 2, -3, 0)"));
        assert_eq!(
            field.python().unwrap()[2..],
            ["(length,) = struct.unpack('>1xH', header)", "message = header + stream.read(length - 3)",]
        );
        assert_eq!(LengthField { width: 3, ..field }.python(), None);
    }
}
