//! What the tree of files that is offered asks of this system.

use std::{ffi::OsStr, fs::File, io, os::unix::ffi::OsStrExt as _, path::PathBuf};

use cap_std::fs::{OpenOptions, OpenOptionsExt as _};
use rustix::fs::{FileType, fstat};

use crate::{
    elsewhere::{OpenerSystem, SteppedOpener, SteppedReader},
    files::{FileKind, FileState},
    unix::{kind_of, name_of},
};

/// An open folder, and what opens inside it.
pub type Opener = SteppedOpener<MacOs>;
/// An open folder of a tree, read entry by entry.
pub type FolderReader = SteppedReader<MacOs>;

/// This system.
#[derive(Debug)]
pub struct MacOs;

impl OpenerSystem for MacOs {
    fn reading() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        options
    }

    fn state(file: &File) -> io::Result<(FileKind, FileState)> {
        state(file)
    }

    fn path(bytes: &[u8]) -> Option<PathBuf> {
        name_of(bytes).map(PathBuf::from)
    }

    fn see<R>(name: &OsStr, see: impl FnOnce(&[u8]) -> R) -> Option<R> {
        Some(see(name.as_bytes()))
    }
}

/// What an open file is, and in which state.
///
/// # Errors
/// What the system says.
pub fn state(file: &File) -> io::Result<(FileKind, FileState)> {
    let stat = fstat(file)?;
    let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    let state = FileState {
        dev: stat.st_dev.cast_unsigned().into(),
        ino: stat.st_ino,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        mtime_ns: nanos(stat.st_mtime, stat.st_mtime_nsec),
        ctime_ns: nanos(stat.st_ctime, stat.st_ctime_nsec),
    };
    Ok((kind_of(FileType::from_raw_mode(stat.st_mode)), state))
}
