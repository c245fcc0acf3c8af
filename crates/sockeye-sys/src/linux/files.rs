//! Files on local disks: room for them, writes past the page cache, modes.

use std::{ffi::OsStr, fs, io, path::Path};
use std::{
    fs::File,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
};

use rustix::{
    fs::{FallocateFlags, Mode, OFlags, fallocate, fstatfs},
    io::Errno,
};

use crate::unix::{LandingFolder, give_mode};

/// File systems on local disks that take writes past the page cache: ext2 to 4, XFS, btrfs, F2FS (`statfs(2)`). Over a
/// network each would wait for an answer.
const DIRECT: [u32; 4] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010];

/// The same file for writes past the page cache (`O_DIRECT`), where its file system is known to do that well and `name`
/// is still its name. Addresses, offsets and lengths of what is written must be multiples of 4096.
#[must_use]
pub fn open_direct(folder: &LandingFolder, name: &OsStr, file: &File) -> Option<File> {
    let kind = fstatfs(file).ok()?.f_type;
    let is_known = DIRECT.iter().any(|known| i128::from(*known) == i128::from(kind));
    if is_known { folder.again(name, file, OFlags::DIRECT) } else { None }
}

/// Reserves `length` bytes of the disk behind the byte `from`. The file's length stays. Not every file system can do
/// this; one that cannot is no error.
///
/// # Errors
/// The disk, the quota or the largest length of a file does not allow so many.
pub fn reserve(file: &File, from: u64, length: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::KEEP_SIZE, from, length) {
        Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Gives a file that was made for its owner alone the mode that others make files with: 0666 without the umask.
///
/// # Errors
/// What the system says.
pub fn give_usual_mode(file: &File) -> io::Result<()> {
    give_mode(file, umask())
}

/// The umask, from /proc: umask(2) can only be read by changing it.
fn umask() -> Mode {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    Mode::from_raw_mode(line.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022))
}

/// Whether it is `/dev/null`.
#[must_use]
pub fn is_null_device(path: &Path) -> bool {
    let is_null = |found: fs::Metadata| found.file_type().is_char_device() && found.rdev() == 0x0103;
    fs::metadata(path).is_ok_and(is_null)
}
