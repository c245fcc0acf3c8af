//! A folder that files are received into: every call names what is directly in it.
//! Never follows a link in it.

use std::{ffi::OsStr, fs::File, io, os::fd::OwnedFd, path::Path};

use rustix::{
    fs::{
        self, AtFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, fchmod, flock, fstat,
        fstatvfs, fsync, linkat, mkdirat, openat, renameat_with, statat, unlinkat,
    },
    io::{Errno, retry_on_intr},
    process::geteuid,
};
use sockeye_core::plan::Existing;

use crate::files::{FileKind, PartialError};

/// An open folder.
#[derive(Debug)]
pub struct LandingFolder(OwnedFd);

impl LandingFolder {
    /// Opens the folder of this path; links on the way to it are followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(fs::open(path, flags, Mode::empty())?))
    }

    /// The same folder once more.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_clone(&self) -> io::Result<Self> {
        self.0.try_clone().map(Self)
    }

    /// The folder `name` in it, made where it is missing.
    ///
    /// # Errors
    /// What the system says; it says that where `name` is a link, too.
    pub fn below(&self, name: &OsStr) -> io::Result<Self> {
        match mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self(openat(&self.0, name, flags, Mode::empty())?))
    }

    /// Opens what `name` is for reading, without waiting for anybody.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// What `name` is; nothing, where there is no such thing.
    ///
    /// # Errors
    /// What the system says.
    pub fn kind(&self, name: &OsStr) -> io::Result<Option<FileKind>> {
        match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => Ok(Some(kind_of(FileType::from_raw_mode(found.st_mode)))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the regular file `name` for reading and writing, made with mode 0600 where it is missing.
    ///
    /// # Errors
    /// It is not this user's alone, or what the system says.
    pub fn own(&self, name: &OsStr) -> Result<File, PartialError> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = match openat(&self.0, name, flags | OFlags::CREATE | OFlags::EXCL, mode) {
            Err(Errno::EXIST) => openat(&self.0, name, flags, mode),
            made => made,
        };
        let file = file.map_err(unusable)?;
        let found = fstat(&file).map_err(unusable)?;
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        if !is_file || found.st_nlink != 1 || found.st_uid != geteuid().as_raw() {
            return Err(PartialError::Foreign);
        }
        Ok(file.into())
    }

    /// As [`LandingFolder::own`], and locked against other processes until it is closed.
    ///
    /// # Errors
    /// As there, or another process has locked it.
    pub fn lock(&self, name: &OsStr) -> Result<File, PartialError> {
        let file = self.own(name)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(unusable)?;
        // Whoever had the lock may have renamed it away: what is locked must still be what is there.
        let ours = fstat(&file).map_err(unusable)?;
        let there = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).map_err(unusable)?;
        if same(&ours, &there) { Ok(file) } else { Err(PartialError::Locked) }
    }

    /// Opens `name` for writing once more, with `flags` besides, if it still is `file`.
    #[cfg(target_os = "linux")]
    pub(crate) fn again(&self, name: &OsStr, file: &File, flags: OFlags) -> Option<File> {
        let flags = flags | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let again = openat(&self.0, name, flags, Mode::empty()).ok()?;
        let (ours, there) = (fstat(file).ok()?, fstat(&again).ok()?);
        same(&ours, &there).then(|| again.into())
    }

    /// Bytes that are free on the disk of `file`; none where the system does not say.
    #[must_use]
    pub fn free(&self, file: &File) -> Option<u64> {
        fstatvfs(file).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Gives `from` the name `to`. Where `existing` is to be kept, that replaces nothing.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` where something is kept.
    pub fn rename(&self, from: &OsStr, to: &OsStr, existing: Existing) -> io::Result<()> {
        let flags = match existing {
            Existing::Keep => RenameFlags::NOREPLACE,
            Existing::Replace => RenameFlags::empty(),
        };
        match renameat_with(&self.0, from, &self.0, to, flags) {
            // A file system that cannot rename so can link, and a link replaces nothing.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if existing == Existing::Keep => {
                linkat(&self.0, from, &self.0, to, AtFlags::empty())?;
                self.remove(from)
            }
            renamed => Ok(renamed?),
        }
    }

    /// Takes the name of a file away.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Waits until the disk has the names.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> io::Result<()> {
        Ok(retry_on_intr(|| fsync(&self.0))?)
    }
}

/// Gives a file that was made for its owner alone the mode that others make files with.
pub(crate) fn give_mode(file: &File, umask: Mode) -> io::Result<()> {
    Ok(fchmod(file, Mode::from_raw_mode(0o666).difference(umask))?)
}

pub(crate) fn kind_of(kind: FileType) -> FileKind {
    match kind {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Link,
        FileType::Unknown => FileKind::Unknown,
        _ => FileKind::Special,
    }
}

fn same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

fn unusable(error: Errno) -> PartialError {
    match error {
        Errno::AGAIN => PartialError::Locked,
        Errno::PERM | Errno::LOOP | Errno::NXIO | Errno::ISDIR => PartialError::Foreign,
        other => PartialError::System(other.into()),
    }
}
