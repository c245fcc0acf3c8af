//! Names as bytes, and files read and written at any place.

use std::{
    ffi::OsString,
    fs::File,
    io,
    os::unix::{ffi::OsStringExt as _, fs::FileExt as _},
};

/// The name here that has these bytes; none where no name can have them (never on this system).
#[must_use]
pub fn name_of(bytes: &[u8]) -> Option<OsString> {
    Some(OsString::from_vec(bytes.to_vec()))
}

/// Reads of the file from the byte `at` on; 0 at its end.
///
/// # Errors
/// What the system says.
pub fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    file.read_at(buffer, at)
}

/// Fills `buffer` with the bytes of the file from `at` on.
///
/// # Errors
/// What the system says; `UnexpectedEof` where the file is shorter.
pub fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    file.read_exact_at(buffer, at)
}

/// Writes to the file from the byte `at` on; returns how many bytes that were.
///
/// # Errors
/// What the system says.
pub fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    file.write_at(bytes, at)
}

/// Writes all of `bytes` to the file from `at` on.
///
/// # Errors
/// What the system says.
pub fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    file.write_all_at(bytes, at)
}
