//! Names as bytes, and files read and written at any place.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind},
    os::windows::fs::FileExt as _,
    path::Path,
};

use windows_sys::Win32::Foundation::{ERROR_NOT_ENOUGH_MEMORY, ERROR_TOO_MANY_OPEN_FILES};

/// Whether it says that the system has no more handles or memory just now.
#[must_use]
pub fn is_exhausted(error: &io::Error) -> bool {
    let number = error.raw_os_error().and_then(|number| u32::try_from(number).ok());
    matches!(number, Some(ERROR_TOO_MANY_OPEN_FILES | ERROR_NOT_ENOUGH_MEMORY))
}

/// The name here that has these bytes; none where they are not UTF-8.
#[must_use]
pub fn name_of(bytes: &[u8]) -> Option<OsString> {
    std::str::from_utf8(bytes).ok().map(OsString::from)
}

/// Reads of the file from the byte `at` on; 0 at its end.
///
/// # Errors
/// What the system says.
pub fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    file.seek_read(buffer, at)
}

/// Fills `buffer` with the bytes of the file from `at` on.
///
/// # Errors
/// What the system says; `UnexpectedEof` where the file is shorter.
pub fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.seek_read(rest, at.saturating_add(done as u64)) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => done += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Writes to the file from the byte `at` on; returns how many bytes that were.
///
/// # Errors
/// What the system says.
pub fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
    file.seek_write(bytes, at)
}

/// Writes all of `bytes` to the file from `at` on.
///
/// # Errors
/// What the system says.
pub fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match file.seek_write(rest, at.saturating_add(done as u64)) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => done += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Nothing is reserved here.
///
/// # Errors
/// Never.
pub fn reserve(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// Files have the rights of their folder here, from the beginning.
///
/// # Errors
/// Never.
pub fn give_usual_mode(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether it is `NUL`.
#[must_use]
pub fn is_null_device(path: &Path) -> bool {
    path.as_os_str().eq_ignore_ascii_case("nul")
}
