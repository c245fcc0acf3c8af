//! Charsets: how a message's bytes read as text and how text becomes bytes; the way to a terminal; hex.
//! Never loses a byte: what does not decode is handed on as it came.

mod encoding;
mod decode;
mod dump;
mod edges;
mod escape;
pub(crate) mod guess;
mod input;
mod table;

pub use decode::{Decoder, Piece};
pub use dump::{LINE_BYTES, dump, dump_end};
pub use encoding::{Charset, Unencodable, UnknownCharset, labels};
pub use escape::{bad, markup, visible, visible_bytes, visible_piece};
pub use guess::is_surely_gbk;
pub use input::{InputError, hex, unescape};
pub use table::Row;

#[cfg(test)]
mod tests;
