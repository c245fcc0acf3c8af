//! Moving files: the frames of our protocol, heads of HTTP, the grammar of names, and what a partial file remembers
//! about itself.
//! Never opens a file or a socket and never hashes: bytes are handed in, and hashes are numbers here.
//!
//! `docs/PROTOCOL.md` specifies the frames byte for byte.

pub mod glob;
pub mod http;
pub mod name;
pub mod sidecar;
pub mod wire;

mod answer;
mod hex;
mod request;

pub use answer::{
    Answer, Answers, Entries, Entry, EntryKind, FileHead, PageWriter, Stat, data_head, encode_error,
};
pub use name::{Name, NameError};
pub use request::{Request, Requests, TO_THE_END, Wanted};
pub use sidecar::{Sidecar, SidecarError};
pub use wire::{Code, Hello, WireError};

use std::fmt;

/// What tells one state of a file from another; only its server knows how it is made, a client compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity(pub [u8; 16]);

/// The BLAKE3 of a whole file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Blake3(pub [u8; 32]);

/// The SHA-256 of a whole file.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// Reads 64 hexadecimal digits, of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Blake3 {
    /// Reads 64 hexadecimal digits, of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }
}

impl Identity {
    /// Reads 32 hexadecimal digits, of either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        hex::read(text).map(Self)
    }
}

impl fmt::Display for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for Blake3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blake3({self})")
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}
