//! The one opener of a folder that is offered: every reader of it goes through here.
//! Never checks a path before opening it, and never blocks on what is no file: what was opened is looked at.

mod listing;

use std::{fs::File, io, path::Path};

use sockeye_core::{
    event::{Failure, Operation},
    plan::DotFiles,
    transfer::{Identity, Name},
};

use sockeye_net::trouble::failure;
use sockeye_sys::{FileKind, FileState, Opener, is_exhausted, state};

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

/// A regular file of the tree, open.
#[derive(Debug)]
pub(crate) struct Offered {
    file: File,
    /// What it was when it was opened.
    pub(crate) state: FileState,
}

/// Sixteen bytes that differ where the states do, and tell nothing of inodes.
pub(crate) fn identity_of(state: &FileState) -> Identity {
    let mut hasher = blake3::Hasher::new_derive_key("sockeye 2026 identity of a file");
    for field in [state.dev, state.ino, state.size] {
        hasher.update(&field.to_be_bytes());
    }
    for field in [state.mtime_ns, state.ctime_ns] {
        hasher.update(&field.to_be_bytes());
    }
    let mut identity = [0; 16];
    hasher.finalize_xof().fill(&mut identity);
    Identity(identity)
}

impl Offered {
    /// Whether the file is still what it was when it was opened.
    pub(crate) fn is_unchanged(&self) -> bool {
        state(&self.file).is_ok_and(|(_, state)| state == self.state)
    }

    /// The file, to read at any place.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }
}

impl Tree {
    /// Opens the folder that is offered. Links on the way to it are followed: who offers it has written it.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub(crate) fn new(folder: &Path, dot_files: DotFiles) -> Result<Self, Failure> {
        Opener::new(folder)
            .map(|opener| Self { opener, dot_files })
            .map_err(|error| failure(Operation::Read, folder.display().to_string(), &error))
    }

    /// Opens a regular file for reading.
    ///
    /// # Errors
    /// As [`OpenError`] says.
    pub(crate) fn open(&self, name: &Name) -> Result<Offered, OpenError> {
        let opened = self.opener.open(name.as_bytes());
        // What is hidden is opened all the same, so that it takes no other time than what is absent.
        let file = opened.map_err(shut).and_then(|file| self.shown(name.as_bytes()).map(|()| file))?;
        match state(&file).map_err(shut)? {
            (FileKind::File, state) => Ok(Offered { state, file }),
            _ => Err(OpenError::Absent),
        }
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

fn shut(error: io::Error) -> OpenError {
    if is_exhausted(&error) { OpenError::Busy } else { OpenError::Absent }
}

// They compare the two ways there are on Linux, and make links.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
