//! A folder that is offered, and everything in it, opened in the two ways there are: at once by the kernel, or step by step.
//! Never opens anything outside, whatever is renamed or linked meanwhile; links that stay inside are followed.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::ffi::OsStrExt as _,
    },
    path::Path,
};

use cap_std::fs::{OpenOptions, OpenOptionsExt as _};
use rustix::{
    fs::{Dir, FileType, Mode, OFlags, ResolveFlags, Stat, fstat, open, openat, openat2},
    io::Errno,
};

use crate::{
    files::{FileKind, FileState},
    unix::kind_of,
};

/// How often an open is tried again that the kernel could not decide: something was renamed on the way.
const TRIES: usize = 64;

/// Nothing leads outside, not even through `/proc/self/fd`.
const INSIDE: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

/// An open folder, and what opens inside it.
#[derive(Debug)]
pub struct Opener(Way);

#[derive(Debug)]
enum Way {
    /// The kernel decides while it opens (openat2, Linux 5.6 and later).
    Kernel(OwnedFd),
    /// Every component is opened by itself and every link read, while each folder on the way stays open.
    Steps(cap_std::fs::Dir),
}

impl Opener {
    /// Opens the folder; links on the way to it are followed. A kernel without openat2 says so, and so does the seccomp
    /// filter of a container that does not know it: then every path is walked step by step.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let root = open_root(folder)?;
        match at_once(&root, b".", OFlags::PATH) {
            Ok(_) => Ok(Self(Way::Kernel(root))),
            Err(Errno::NOSYS | Errno::PERM) => Ok(Self::stepping(root)),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the folder, and walks every path in it step by step, whatever the kernel can do.
    ///
    /// # Errors
    /// It is no folder that can be read.
    pub fn step_by_step(folder: &Path) -> io::Result<Self> {
        open_root(folder).map(Self::stepping)
    }

    fn stepping(root: OwnedFd) -> Self {
        Self(Way::Steps(cap_std::fs::Dir::from_std_file(root.into())))
    }

    /// Whether paths are walked step by step.
    #[must_use]
    pub fn is_walked(&self) -> bool {
        matches!(self.0, Way::Steps(_))
    }

    /// Opens what `path` leads to for reading, its last link followed too. Never waits: a FIFO without a writer, a terminal
    /// and a device answer at once.
    ///
    /// # Errors
    /// What the system says; a path that leads outside is one of its errors.
    pub fn open(&self, path: &[u8]) -> io::Result<File> {
        Ok(self.opened(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?.into())
    }

    /// Opens the folder that `path` leads to; `.` is the tree itself.
    ///
    /// # Errors
    /// As for [`Opener::open`].
    pub fn list(&self, path: &[u8]) -> io::Result<FolderReader> {
        let fd = self.opened(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK)?;
        let (_, state) = state(&fd)?;
        Ok(FolderReader { dir: Dir::new(fd)?, state, place: 0 })
    }

    /// What `path` leads to, its last link followed too.
    ///
    /// # Errors
    /// As for [`Opener::open`].
    pub fn look(&self, path: &[u8]) -> io::Result<(FileKind, FileState)> {
        state(&self.opened(path, OFlags::PATH)?)
    }

    fn opened(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        match &self.0 {
            Way::Kernel(root) => Ok(at_once(root, path, flags)?),
            Way::Steps(root) => step_by_step(root, path, flags),
        }
    }
}

fn open_root(folder: &Path) -> io::Result<OwnedFd> {
    Ok(open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn at_once(root: &OwnedFd, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    let mut last = Errno::AGAIN;
    for _ in 0..TRIES {
        match openat2(root, path, flags | OFlags::CLOEXEC, Mode::empty(), INSIDE) {
            Err(error @ (Errno::AGAIN | Errno::INTR)) => last = error,
            decided => return decided,
        }
    }
    Err(last)
}

fn step_by_step(root: &cap_std::fs::Dir, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
    let path = OsStr::from_bytes(path);
    if flags.contains(OFlags::DIRECTORY) {
        // It cannot be read through what this opens, but it is the right one.
        let folder = root.open_dir(path)?;
        return Ok(openat(&folder, c".", flags | OFlags::CLOEXEC, Mode::empty())?);
    }
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.bits().cast_signed());
    Ok(root.open_with(path, &options)?.into_std().into())
}

/// An open folder of a tree, read entry by entry.
#[derive(Debug)]
pub struct FolderReader {
    dir: Dir,
    /// The folder itself, when it was opened.
    pub state: FileState,
    place: i64,
}

impl FolderReader {
    /// Goes to a place that [`FolderReader::place`] has said of this folder; 0 is its beginning.
    ///
    /// # Errors
    /// There is no such place.
    pub fn seek(&mut self, place: i64) -> io::Result<()> {
        self.place = place;
        Ok(self.dir.seek(place)?)
    }

    /// Where the next entry is.
    #[must_use]
    pub fn place(&self) -> i64 {
        self.place
    }

    /// Shows `see` the name of the next entry, and what it is as far as the folder tells; none at its end.
    ///
    /// # Errors
    /// The folder cannot be read any more.
    pub fn next<R>(&mut self, see: impl FnOnce(&[u8], FileKind) -> R) -> io::Result<Option<R>> {
        let Some(entry) = self.dir.read() else { return Ok(None) };
        let entry = entry?;
        self.place = entry.offset();
        Ok(Some(see(entry.file_name().to_bytes(), kind_of(entry.file_type()))))
    }
}

/// What an open file is, and in which state.
///
/// # Errors
/// What the system says.
pub fn state(file: &impl AsFd) -> io::Result<(FileKind, FileState)> {
    let stat = fstat(file)?;
    Ok((kind_of(FileType::from_raw_mode(stat.st_mode)), numbers(&stat)))
}

fn numbers(stat: &Stat) -> FileState {
    let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    FileState {
        dev: stat.st_dev,
        ino: stat.st_ino,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        mtime_ns: nanos(stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or(0)),
        ctime_ns: nanos(stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or(0)),
    }
}
