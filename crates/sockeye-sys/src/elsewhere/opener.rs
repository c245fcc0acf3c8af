//! A folder that is offered, and everything in it, opened step by step.
//! Never opens anything outside, whatever is renamed or linked meanwhile; links that stay inside are followed.

use std::{
    fmt::Debug,
    fs::File,
    io,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use cap_std::{
    ambient_authority,
    fs::{Dir, FileType, OpenOptions, ReadDir},
};

use crate::files::{FileKind, FileState};

/// What each system does for this in its own way.
pub trait OpenerSystem: Debug {
    /// How a file is opened for reading without waiting for anybody.
    fn reading() -> OpenOptions;

    /// What an open file is, and in which state.
    ///
    /// # Errors
    /// What the system says.
    fn state(file: &File) -> io::Result<(FileKind, FileState)>;

    /// The path of these bytes, where it can have them.
    fn path(bytes: &[u8]) -> Option<PathBuf>;

    /// Shows `see` the bytes of a name, where it has them.
    fn see<R>(name: &std::ffi::OsStr, see: impl FnOnce(&[u8]) -> R) -> Option<R>;
}

/// An open folder: every component of a path in it is opened by itself, and every link read.
#[derive(Debug)]
pub struct SteppedOpener<S> {
    root: Dir,
    system: PhantomData<S>,
}

impl<S: OpenerSystem> SteppedOpener<S> {
    /// Opens the folder; links on the way to it are followed.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Ok(Self { root: Dir::open_ambient_dir(folder, ambient_authority())?, system: PhantomData })
    }

    /// The same: there is no other way here.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub fn step_by_step(folder: &Path) -> io::Result<Self> {
        Self::new(folder)
    }

    /// Whether paths are walked step by step.
    #[must_use]
    pub fn is_walked(&self) -> bool {
        true
    }

    /// Opens what `path` leads to for reading, its last link followed too.
    ///
    /// # Errors
    /// What the system says; a path that leads outside is one of its errors.
    pub fn open(&self, path: &[u8]) -> io::Result<File> {
        Ok(self.root.open_with(named::<S>(path)?, &S::reading())?.into_std())
    }

    /// Opens the folder that `path` leads to; `.` is the tree itself.
    ///
    /// # Errors
    /// As for [`SteppedOpener::open`].
    pub fn list(&self, path: &[u8]) -> io::Result<SteppedReader<S>> {
        let dir = self.root.open_dir(named::<S>(path)?)?;
        let (_, state) = S::state(&dir.try_clone()?.into_std_file())?;
        let entries = dir.entries()?;
        Ok(SteppedReader { dir, entries, state, place: 0, system: PhantomData })
    }

    /// What `path` leads to, its last link followed too.
    ///
    /// # Errors
    /// As for [`SteppedOpener::open`].
    pub fn look(&self, path: &[u8]) -> io::Result<(FileKind, FileState)> {
        let path = named::<S>(path)?;
        let file = if self.root.metadata(&path)?.is_dir() {
            self.root.open_dir(&path)?.into_std_file()
        } else {
            self.root.open_with(&path, &S::reading())?.into_std()
        };
        S::state(&file)
    }
}

fn named<S: OpenerSystem>(path: &[u8]) -> io::Result<PathBuf> {
    S::path(path).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// An open folder of a tree, read entry by entry. A place in it is the number of entries before it.
#[derive(Debug)]
pub struct SteppedReader<S> {
    dir: Dir,
    entries: ReadDir,
    /// The folder itself, when it was opened.
    pub state: FileState,
    place: i64,
    system: PhantomData<S>,
}

impl<S: OpenerSystem> SteppedReader<S> {
    /// Goes to a place that [`SteppedReader::place`] has said of this folder; 0 is its beginning.
    ///
    /// # Errors
    /// The folder cannot be read any more.
    pub fn seek(&mut self, place: i64) -> io::Result<()> {
        self.entries = self.dir.entries()?;
        self.place = 0;
        while self.place < place && self.next(|_, _| ())?.is_some() {}
        Ok(())
    }

    /// Where the next entry is.
    #[must_use]
    pub fn place(&self) -> i64 {
        self.place
    }

    /// Shows `see` the name of the next entry, and what it is as far as the folder tells; none at its end. A name that has
    /// no bytes here is passed over.
    ///
    /// # Errors
    /// The folder cannot be read any more.
    pub fn next<R>(&mut self, see: impl FnOnce(&[u8], FileKind) -> R) -> io::Result<Option<R>> {
        for entry in self.entries.by_ref() {
            let entry = entry?;
            self.place += 1;
            let kind = entry.file_type().map_or(FileKind::Unknown, kind_of);
            let name = entry.file_name();
            if S::see(&name, |_| ()).is_some() {
                return Ok(S::see(&name, |name| see(name, kind)));
            }
        }
        Ok(None)
    }
}

fn kind_of(kind: FileType) -> FileKind {
    if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Folder
    } else if kind.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Special
    }
}
