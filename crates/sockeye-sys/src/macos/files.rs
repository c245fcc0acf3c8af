//! Files on disks: what is not as on Linux.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::Path,
};

use rustix::{fs::Mode, process::umask};

use crate::unix::{LandingFolder, give_mode};

/// Nothing: no file system here is known to take writes past its cache well.
#[must_use]
pub fn open_direct(_: &LandingFolder, _: &OsStr, _: &File) -> Option<File> {
    None
}

/// Nothing is reserved here.
///
/// # Errors
/// Never.
pub fn reserve(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// Gives a file that was made for its owner alone the mode that others make files with: 0666 without the umask.
///
/// # Errors
/// What the system says.
pub fn give_usual_mode(file: &File) -> io::Result<()> {
    // It can only be read by changing it; what another thread makes in between is for its owner alone.
    let mask = umask(Mode::RWXG | Mode::RWXO);
    umask(mask);
    give_mode(file, mask)
}

/// Whether it is `/dev/null`.
#[must_use]
pub fn is_null_device(path: &Path) -> bool {
    let device = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        found.file_type().is_char_device().then(|| found.rdev())
    };
    device(path).is_some_and(|found| Some(found) == device(Path::new("/dev/null")))
}
