//! Cuts frames that are composed of parts: a head to find them by, a length, escapes, a checksum over a part, a tail.
//! Never loses its place for longer than a damaged frame: where there is a head, the next whole frame is looked for.
//!
//! A frame here is the unescaped one, from its head to its tail; all positions count in it. What travels is the same with what
//! lies between head and tail escaped. The message is the frame without head, checksum and tail, and without the first `strip`
//! bytes.

mod escape;
mod field;
mod functions;
mod resp;
mod typed;
mod rule;
mod measure;
mod search;
mod cutting;
mod spec;

pub(super) use self::functions::RtuRole;
pub(super) use self::rule::Composed;
pub(super) use self::spec::{DIGITS, composes, from_length, from_markers, from_tail, from_varint, preset};
