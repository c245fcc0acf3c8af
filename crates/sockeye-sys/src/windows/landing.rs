//! A folder that files are received into: every call names what is directly in it.
//! Never leaves it by a link.

use std::{ffi::OsStr, fs::File, io, path::Path};

use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions},
};
use sockeye_core::plan::Existing;

use super::state;
use crate::files::{FileKind, PartialError};

/// An open folder.
#[derive(Debug)]
pub struct LandingFolder(Dir);

impl LandingFolder {
    /// Opens the folder of this path; links on the way to it are followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        Dir::open_ambient_dir(path, ambient_authority()).map(Self)
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
    /// What the system says; `NotADirectory` where `name` is a link.
    pub fn below(&self, name: &OsStr) -> io::Result<Self> {
        match self.0.create_dir(name) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
        if self.kind(name)? != Some(FileKind::Folder) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        self.0.open_dir(name).map(Self)
    }

    /// Opens the regular file `name` for reading.
    ///
    /// # Errors
    /// What the system says; `InvalidInput` where it is none.
    pub fn read(&self, name: &OsStr) -> io::Result<File> {
        match self.kind(name)? {
            Some(FileKind::File) => Ok(self.0.open(name)?.into_std()),
            Some(_) => Err(io::ErrorKind::InvalidInput.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// What `name` is; nothing, where there is no such thing.
    ///
    /// # Errors
    /// What the system says.
    pub fn kind(&self, name: &OsStr) -> io::Result<Option<FileKind>> {
        let found = match self.0.symlink_metadata(name) {
            Ok(found) => found.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(if found.is_file() {
            FileKind::File
        } else if found.is_dir() {
            FileKind::Folder
        } else if found.is_symlink() {
            FileKind::Link
        } else {
            FileKind::Special
        }))
    }

    /// Opens the regular file `name` for reading and writing, made where it is missing.
    ///
    /// # Errors
    /// It is something else, or what the system says.
    pub fn own(&self, name: &OsStr) -> Result<File, PartialError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let file = match self.0.open_with(name, options.clone().create_new(true)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match self.kind(name)? {
                Some(FileKind::File) => self.0.open_with(name, &options)?,
                _ => return Err(PartialError::Foreign),
            },
            made => made?,
        };
        Ok(file.into_std())
    }

    /// As [`LandingFolder::own`], and locked against other processes until it is closed.
    ///
    /// # Errors
    /// As there, or another process has locked it.
    pub fn lock(&self, name: &OsStr) -> Result<File, PartialError> {
        let file = self.own(name)?;
        file.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => PartialError::Locked,
            std::fs::TryLockError::Error(error) => PartialError::System(error),
        })?;
        // Whoever had the lock may have renamed it away: what is locked must still be what is there.
        let ours = state(&file)?.1;
        let there = state(&self.read(name)?)?.1;
        if (ours.dev, ours.ino) == (there.dev, there.ino) { Ok(file) } else { Err(PartialError::Locked) }
    }

    /// Bytes that are free on the disk of a file: not known here.
    #[must_use]
    pub fn free(&self, _: &File) -> Option<u64> {
        None
    }

    /// Gives `from` the name `to`. Where `existing` is to be kept, that replaces nothing.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` where something is kept.
    pub fn rename(&self, from: &OsStr, to: &OsStr, existing: Existing) -> io::Result<()> {
        match existing {
            Existing::Replace => self.0.rename(from, &self.0, to),
            // A link replaces nothing, as a rename would.
            Existing::Keep => {
                self.0.hard_link(from, &self.0, to)?;
                self.remove(from)
            }
        }
    }

    /// Takes the name of a file away.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, name: &OsStr) -> io::Result<()> {
        self.0.remove_file(name)
    }

    /// Names are not waited for here: the system has no call that does that.
    ///
    /// # Errors
    /// Never.
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Nothing: files are written through the system's cache here.
#[must_use]
pub fn open_direct(_: &LandingFolder, _: &OsStr, _: &File) -> Option<File> {
    None
}
