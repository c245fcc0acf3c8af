//! Opening a path inside a folder, in the two ways there are: at once by the kernel, or step by step.
//! Never opens anything outside, whatever is renamed or linked meanwhile; links that stay inside are followed.

use std::{ffi::OsStr, io, os::fd::OwnedFd, os::unix::ffi::OsStrExt as _};

use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use rustix::{
    fs::{Mode, OFlags, ResolveFlags, openat, openat2},
    io::Errno,
};

/// How often an open is tried again that the kernel could not decide: something was renamed on the way.
const TRIES: usize = 64;

/// Nothing leads outside, not even through `/proc/self/fd`.
const INSIDE: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_MAGICLINKS);

/// What opens inside a folder.
#[derive(Debug)]
pub(super) enum Opener {
    /// The kernel decides while it opens (openat2, Linux 5.6 and later).
    Kernel(OwnedFd),
    /// Every component is opened by itself and every link read, while each folder on the way stays open.
    Steps(Dir),
}

impl Opener {
    /// Decides for this folder, once and for all: a kernel without openat2 says so, and so does the seccomp filter of
    /// a container that does not know it.
    ///
    /// # Errors
    /// The folder cannot be opened again.
    pub(super) fn new(root: OwnedFd) -> Result<Self, Errno> {
        match at_once(&root, b".", OFlags::PATH) {
            Ok(_) => Ok(Self::Kernel(root)),
            Err(Errno::NOSYS | Errno::PERM) => Ok(Self::Steps(Dir::from_std_file(root.into()))),
            Err(error) => Err(error),
        }
    }

    /// Opens what `path` leads to, its last link followed too.
    ///
    /// # Errors
    /// What the system says; a path that leads outside is one of its errors.
    pub(super) fn open(&self, path: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        match self {
            Self::Kernel(root) => at_once(root, path, flags),
            Self::Steps(root) => step_by_step(root, path, flags).map_err(|error| {
                // What it refuses itself has no number: the one that the kernel has for it.
                Errno::from_io_error(&error).unwrap_or(Errno::XDEV)
            }),
        }
    }
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

fn step_by_step(root: &Dir, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
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
