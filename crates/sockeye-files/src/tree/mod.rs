//! The one opener of a folder that is offered: every reader of it goes through here.
//! Never checks a path before opening it, and never blocks on what is no file: what was opened is looked at.

mod listing;
mod opener;

use std::{
    fs::File,
    io,
    os::fd::{AsFd, BorrowedFd},
    path::Path,
};

use rustix::{
    fs::{FileType, Mode, OFlags, Stat, fstat, open},
    io::Errno,
};
use sockeye_core::{
    event::{Failure, Operation},
    plan::DotFiles,
    transfer::{Identity, Name},
};

use self::opener::Opener;
use sockeye_net::trouble::failure;

pub(crate) use listing::{Cursor, FolderEntry};

/// A folder that is offered.
#[derive(Debug)]
pub(crate) struct Tree {
    opener: Opener,
    dot_files: DotFiles,
}

/// Why something is not opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// There is nothing there for anybody who asks: absent, unreadable, special, outside, hidden, of the other kind.
    Absent,
    /// The system has no more descriptors or memory just now.
    Busy,
}

/// One state of a file: whatever changes it changes one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileState {
    dev: u64,
    ino: u64,
    /// Length, bytes.
    pub(crate) size: u64,
    /// When its content was changed last, nanoseconds since 1970.
    pub(crate) mtime_ns: i64,
    ctime_ns: i64,
}

/// A regular file of the tree, open.
#[derive(Debug)]
pub(crate) struct Offered {
    file: File,
    /// What it was when it was opened.
    pub(crate) state: FileState,
}

impl FileState {
    fn of(stat: &Stat) -> Self {
        let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
        Self {
            dev: stat.st_dev,
            ino: stat.st_ino,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            mtime_ns: nanos(stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or(0)),
            ctime_ns: nanos(stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or(0)),
        }
    }

    /// Sixteen bytes that differ where the states do, and tell nothing of inodes.
    pub(crate) fn identity(&self) -> Identity {
        let mut hasher = blake3::Hasher::new_derive_key("sockeye 2026 identity of a file");
        for field in [self.dev, self.ino, self.size] {
            hasher.update(&field.to_be_bytes());
        }
        for field in [self.mtime_ns, self.ctime_ns] {
            hasher.update(&field.to_be_bytes());
        }
        let mut identity = [0; 16];
        hasher.finalize_xof().fill(&mut identity);
        Identity(identity)
    }
}

impl Offered {
    /// Whether the file is still what it was when it was opened.
    pub(crate) fn is_unchanged(&self) -> bool {
        fstat(&self.file).is_ok_and(|stat| FileState::of(&stat) == self.state)
    }

    /// The file, to read at any place.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }
}

impl AsFd for Offered {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Tree {
    /// Opens the folder that is offered. Links on the way to it are followed: who offers it has written it.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub(crate) fn new(folder: &Path, dot_files: DotFiles) -> Result<Self, Failure> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        open(folder, flags, Mode::empty())
            .and_then(Opener::new)
            .map(|opener| Self { opener, dot_files })
            .map_err(|error| failure(Operation::Read, folder.display().to_string(), &io::Error::from(error)))
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    /// As [`OpenError`] says.
    pub(crate) fn open(&self, name: &Name) -> Result<Offered, OpenError> {
        // A FIFO without a writer, a terminal and a device answer an open that does not wait; then they are refused.
        let opened = self.opener.open(name.as_bytes(), OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY);
        // What is hidden is opened all the same, so that it takes no other time than what is absent.
        let fd = opened.map_err(shut).and_then(|fd| self.shown(name.as_bytes()).map(|()| fd))?;
        let stat = fstat(&fd).map_err(shut)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(OpenError::Absent);
        }
        Ok(Offered { state: FileState::of(&stat), file: File::from(fd) })
    }

    /// Whether a name is shown to those who ask.
    fn shown(&self, path: &[u8]) -> Result<(), OpenError> {
        let is_hidden = path.split(|byte| *byte == b'/').any(|component| component.starts_with(b"."));
        match self.dot_files {
            DotFiles::Hide if is_hidden => Err(OpenError::Absent),
            DotFiles::Hide | DotFiles::Show => Ok(()),
        }
    }
}

fn shut(error: Errno) -> OpenError {
    match error {
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN | Errno::INTR => OpenError::Busy,
        _ => OpenError::Absent,
    }
}

#[cfg(test)]
mod tests;
