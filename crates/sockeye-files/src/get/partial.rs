//! Where a file is received: a partial file and its sidecar beside the destination, which is touched only by the last rename.
//! Never follows a link, never writes into what it did not make, and never says done before the disk has it.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    os::{
        fd::{AsFd, OwnedFd},
        unix::{ffi::OsStrExt as _, fs::FileExt as _},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        self, AtFlags, FallocateFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, Timespec,
        Timestamps, openat, statat,
    },
    io::Errno,
};
use sockeye_core::{
    event::{Failure, Kind, Operation},
    limit::SIDECAR,
    plan::Existing,
    transfer::{Sidecar, SidecarError, name::check_local},
};
use sockeye_sys::NAMING;

use super::block::ALIGNMENT;
use sockeye_net::trouble;

/// File systems on local disks that take writes past the page cache: ext2 to 4, XFS, btrfs, F2FS (`statfs(2)`). Over a
/// network each would wait for an answer.
const DIRECT: [u32; 4] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010];
/// Fewer bytes than this are cheaper copied.
const LEAST: usize = 128 * 1024;
/// Bytes of the destination's name that its partial file's name shows.
const SHOWN: usize = 120;

/// A destination: an open folder, what it is called, and the name in it.
#[derive(Debug)]
pub(super) struct DestinationFile {
    pub(super) folder: OwnedFd,
    pub(super) shown: PathBuf,
    pub(super) last: OsString,
}

/// A partial file, locked, and its sidecar.
#[derive(Debug)]
pub(super) struct PartialFile {
    folder: OwnedFd,
    /// The folder as it was written, for messages.
    place: PathBuf,
    name: OsString,
    part: OsString,
    side: OsString,
    file: File,
    sidecar: File,
    existing: Existing,
}

/// Writes into a partial file from the pipeline's thread.
#[derive(Debug)]
pub(super) struct PartialWriter {
    file: File,
    /// The same file past the page cache, where its file system is known to do that well: half the processor's work,
    /// and nothing left to be written in the end.
    direct: Option<File>,
    shown: PathBuf,
}

/// What an earlier run left.
#[derive(Debug)]
pub(super) enum Leftover {
    Nothing,
    /// So many bytes, and what the sidecar says.
    Bytes(u64, Result<Sidecar, SidecarError>),
}

/// Opens a folder to receive files in it.
///
/// # Errors
/// It is none, or may not be used; a failure to write.
pub(super) fn folder(path: &Path) -> Result<OwnedFd, Failure> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    fs::open(path, flags, Mode::empty()).map_err(|error| unwritable(path, error))
}

/// The folder `name` in `folder`, made where it is missing; never a link.
///
/// # Errors
/// It is something else, or cannot be made; a failure to write.
pub(super) fn below(folder: &OwnedFd, name: &OsStr, shown: &Path) -> Result<OwnedFd, Failure> {
    match fs::mkdirat(folder, name, Mode::from_raw_mode(0o777)) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(unwritable(shown, error)),
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(folder, name, flags, Mode::empty()).map_err(|error| unwritable(shown, error))
}

/// The regular file `name` in `folder`, opened for reading, and its length, if there is one that may be read.
fn lies_there(folder: &OwnedFd, name: &OsStr) -> Option<(File, u64)> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(openat(folder, name, flags, Mode::empty()).ok()?);
    let found = file.metadata().ok()?;
    found.is_file().then_some((file, found.len()))
}

impl DestinationFile {
    /// The destination for a file of this name in `folder`.
    ///
    /// # Errors
    /// The system here cannot give that name to a file; a failure to write.
    pub(super) fn new(folder: OwnedFd, shown: &Path, last: &[u8]) -> Result<Self, Failure> {
        check_local(last, NAMING).map_err(|error| {
            let name = String::from_utf8_lossy(last);
            Failure::new(Operation::Write, name, Kind::LocalWrite, error.to_string())
        })?;
        Ok(Self { folder, shown: shown.to_owned(), last: OsStr::from_bytes(last).to_owned() })
    }

    /// The destination, in words.
    pub(super) fn seen(&self) -> String {
        seen(&self.shown, &self.last).display().to_string()
    }

    /// The regular file that lies there, opened for reading, and its length.
    pub(super) fn lies_there(&self) -> Option<(File, u64)> {
        lies_there(&self.folder, &self.last)
    }
}

impl PartialFile {
    /// Opens or makes the partial file for `destination`.
    ///
    /// # Errors
    /// The destination may not be replaced, another run fetches it, or the folder cannot be written.
    pub(super) fn open(
        destination: DestinationFile,
        existing: Existing,
    ) -> Result<(Self, Leftover), Failure> {
        let DestinationFile { folder, shown: place, last: name } = destination;
        let shown = seen(&place, &name);
        check_destination(&folder, &name, &shown, existing)?;
        let (part, side) = names(&name);
        let file = open_own(&folder, &part).and_then(|file| {
            fs::flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            // Whoever had the lock may have renamed it away: what is locked must still be what is there.
            let (ours, there) = (fs::fstat(&file)?, statat(&folder, &part, AtFlags::SYMLINK_NOFOLLOW)?);
            if same(&ours, &there) { Ok(file) } else { Err(Errno::AGAIN) }
        });
        let mut file = file.map_err(|error| unusable(&place.join(&part), error))?;
        let mut sidecar = open_own(&folder, &side).map_err(|error| unusable(&place.join(&side), error))?;
        let failed =
            |error: io::Error| trouble::failure(Operation::Write, shown.display().to_string(), &error);
        let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut text = Vec::new();
        std::io::Read::by_ref(&mut sidecar)
            .take(SIDECAR as u64 + 1)
            .read_to_end(&mut text)
            .map_err(failed)?;
        let found = match (length, text.is_empty()) {
            (0, _) => Leftover::Nothing,
            (length, _) => Leftover::Bytes(length, Sidecar::read(&text)),
        };
        Ok((Self { folder, place, name, part, side, file, sidecar, existing }, found))
    }

    /// The destination, in words.
    pub(super) fn destination(&self) -> String {
        seen(&self.place, &self.name).display().to_string()
    }

    /// The partial file, in words.
    pub(super) fn shown(&self) -> String {
        seen(&self.place, &self.part).display().to_string()
    }

    /// Reads of what lies there, from `at`; how many bytes that were.
    ///
    /// # Errors
    /// The system's, or nothing lies there.
    pub(super) fn read(&self, buffer: &mut [u8], at: u64) -> Result<usize, Failure> {
        let read = match self.file.read_at(buffer, at) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            read => read,
        };
        read.map_err(|error| trouble::failure(Operation::Read, self.shown(), &error))
    }

    /// Keeps the first `length` bytes.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn keep(&self, length: u64) -> Result<(), Failure> {
        self.file.set_len(length).map_err(|error| self.failed(&error))
    }

    /// A writer of its own descriptor.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn writer(&self) -> Result<PartialWriter, Failure> {
        let file = self.file.try_clone().map_err(|error| self.failed(&error))?;
        Ok(PartialWriter { file, direct: self.direct(), shown: seen(&self.place, &self.name) })
    }

    fn direct(&self) -> Option<File> {
        let kind = fs::fstatfs(&self.file).ok()?.f_type;
        if !DIRECT.iter().any(|known| i128::from(*known) == i128::from(kind)) {
            return None;
        }
        let flags = OFlags::WRONLY | OFlags::DIRECT | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let direct = openat(&self.folder, &self.part, flags, Mode::empty()).ok()?;
        let (ours, there) = (fs::fstat(&self.file).ok()?, fs::fstat(&direct).ok()?);
        same(&ours, &there).then(|| direct.into())
    }

    /// Reserves the bytes from `here` to `size` on the disk, after checking that so many are free.
    ///
    /// # Errors
    /// The disk has less.
    pub(super) fn reserve(&self, here: u64, size: u64) -> Result<(), Failure> {
        let missing = size.saturating_sub(here);
        if let Ok(disk) = fs::fstatvfs(&self.file) {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            if missing > free {
                let detail = format!("{missing} bytes are to come, and {free} are free on that disk");
                return Err(Failure::new(Operation::Write, self.destination(), Kind::LocalWrite, detail));
            }
        }
        if missing > 0 {
            // The length stays: it says how much was written. Not every file system can do this.
            let reserved = fs::fallocate(&self.file, FallocateFlags::KEEP_SIZE, here, missing);
            if let Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) = reserved {
                return Err(self.failed(&error.into()));
            }
        }
        Ok(())
    }

    /// Puts the sidecar down. It is not waited for: one that a crash destroys is one that cannot be read.
    pub(super) fn note(&self, sidecar: &Sidecar) -> Result<(), Failure> {
        let text = sidecar.write();
        let noted = self.sidecar.write_all_at(text.as_bytes(), 0);
        let noted = noted.and_then(|()| self.sidecar.set_len(text.len() as u64));
        noted.map_err(|error| self.failed(&error))
    }

    /// The `length` bytes that were written become the destination, durably; changed when the server's file was.
    ///
    /// # Errors
    /// The disk does not take it, or something has the destination's name by now. The partial file stays, unless it is
    /// the disk that failed: what could not be written may have been marked as if it had been, and the next sync of the
    /// same pages would succeed without a byte of them on the disk.
    pub(super) fn complete(self, length: u64, mtime_ns: Option<i64>) -> Result<(), Failure> {
        self.file.set_len(length).map_err(|error| self.failed(&error))?;
        if let Some(mtime_ns) = mtime_ns {
            self.date(mtime_ns);
        }
        if let Err(error) = self.file.sync_all() {
            let failure =
                self.failed(&error).hint("nothing of it is kept: the disk did not take all that came");
            self.discard();
            return Err(failure);
        }
        let mode = Mode::from_raw_mode(0o666 & !umask());
        fs::fchmod(&self.file, mode).map_err(|error| self.failed(&error.into()))?;
        let shown = seen(&self.place, &self.name);
        if self.existing == Existing::Replace {
            check_destination(&self.folder, &self.name, &shown, self.existing)?;
        }
        let flags = match self.existing {
            Existing::Keep => RenameFlags::NOREPLACE,
            Existing::Replace => RenameFlags::empty(),
        };
        match fs::renameat_with(&self.folder, &self.part, &self.folder, &self.name, flags) {
            // A file system that cannot rename so can link, and a link replaces nothing.
            Err(Errno::INVAL | Errno::NOSYS) if self.existing == Existing::Keep => {
                fs::linkat(&self.folder, &self.part, &self.folder, &self.name, AtFlags::empty())
                    .and_then(|()| fs::unlinkat(&self.folder, &self.part, AtFlags::empty()))
            }
            renamed => renamed,
        }
        .map_err(|error| match error {
            Errno::EXIST => exists(&shown),
            other => self.failed(&other.into()),
        })?;
        let _ = fs::unlinkat(&self.folder, &self.side, AtFlags::empty());
        rustix::io::retry_on_intr(|| fs::fsync(&self.folder)).map_err(|error| {
            let hint =
                "all of it is there and right, but the disk may forget its name; --force fetches it again";
            self.failed(&error.into()).hint(hint)
        })
    }

    /// Sets the time of the last change. Not every file system can keep every time, and no byte depends on it.
    fn date(&self, mtime_ns: i64) {
        let last_modification = Timespec {
            tv_sec: mtime_ns.div_euclid(1_000_000_000),
            tv_nsec: mtime_ns.rem_euclid(1_000_000_000),
        };
        let last_access = Timespec { tv_sec: 0, tv_nsec: fs::UTIME_OMIT };
        let _ = fs::futimens(&self.file, &Timestamps { last_access, last_modification });
    }

    /// Leaves the `length` bytes that were written to the next run.
    pub(super) fn leave(&self, length: u64) {
        // Gives back what was reserved and not written.
        let _ = self.file.set_len(length);
    }

    /// How long the partial file is; 0 where that cannot be known.
    pub(super) fn length(&self) -> u64 {
        self.file.metadata().map_or(0, |found| found.len())
    }

    /// Takes both files away.
    pub(super) fn discard(self) {
        for name in [&self.part, &self.side] {
            let _ = fs::unlinkat(&self.folder, name, AtFlags::empty());
        }
    }

    fn failed(&self, error: &io::Error) -> Failure {
        unwritable_as(&seen(&self.place, &self.name), error)
    }
}

impl PartialWriter {
    /// Writes `bytes` to where they belong.
    ///
    /// # Errors
    /// The system's, as a failure to write the destination.
    pub(super) fn write(&mut self, bytes: &[u8], at: u64) -> Result<(), Failure> {
        let written = self.write_direct(bytes, at).and_then(|done| {
            self.file.write_all_at(bytes.get(done..).unwrap_or_default(), at.saturating_add(done as u64))
        });
        written.map_err(|error| unwritable_as(&self.shown, &error))
    }

    /// Writes what is aligned past the page cache; returns how many bytes that were.
    fn write_direct(&mut self, bytes: &[u8], at: u64) -> io::Result<usize> {
        let Some(direct) = &self.direct else { return Ok(0) };
        let whole = bytes.get(..bytes.len() - bytes.len() % ALIGNMENT).unwrap_or_default();
        let is_aligned = bytes.as_ptr().align_offset(ALIGNMENT) == 0 && at.is_multiple_of(ALIGNMENT as u64);
        if whole.len() < LEAST || !is_aligned {
            return Ok(0);
        }
        match direct.write_at(whole, at) {
            // The disk wants a larger alignment.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                self.direct = None;
                Ok(0)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            written => written,
        }
    }
}

/// The names of the partial file and its sidecar: they show what they are for, and fit where 255 bytes are allowed.
fn names(name: &OsStr) -> (OsString, OsString) {
    let bytes = name.as_bytes();
    let mut shown = bytes.len().min(SHOWN);
    // Not within a UTF-8 character.
    while shown > 0 && bytes.get(shown).is_some_and(|byte| byte & 0xc0 == 0x80) {
        shown -= 1;
    }
    let hash = blake3::hash(bytes).to_hex();
    let hash = hash.get(..16).unwrap_or_default();
    let of = |end: &str| {
        let mut all = OsString::from(".");
        all.push(OsStr::from_bytes(bytes.get(..shown).unwrap_or_default()));
        all.push(format!(".{hash}.{end}"));
        all
    };
    (of("part"), of("part-info"))
}

/// The path as people would write it.
fn seen(place: &Path, name: &OsStr) -> PathBuf {
    if place == Path::new(".") { PathBuf::from(name) } else { place.join(name) }
}

/// A regular file of ours, and ours alone, made where it is missing.
fn open_own(folder: &OwnedFd, name: &OsStr) -> Result<File, Errno> {
    let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    let file = match openat(folder, name, flags | OFlags::CREATE | OFlags::EXCL, mode) {
        Err(Errno::EXIST) => openat(folder, name, flags, mode)?,
        made => made?,
    };
    let found = fs::fstat(file.as_fd())?;
    let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    if !is_file || found.st_nlink != 1 || found.st_uid != rustix::process::geteuid().as_raw() {
        return Err(Errno::PERM);
    }
    Ok(file.into())
}

fn same(one: &Stat, other: &Stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

fn check_destination(
    folder: &OwnedFd,
    name: &OsStr,
    shown: &Path,
    existing: Existing,
) -> Result<(), Failure> {
    let found = match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => found,
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(unwritable(shown, error)),
    };
    if existing == Existing::Keep {
        return Err(exists(shown));
    }
    if FileType::from_raw_mode(found.st_mode) == FileType::RegularFile {
        return Ok(());
    }
    let detail = "something that is no regular file has that name, and is not replaced";
    Err(Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail)
        .hint("choose another name with -o"))
}

fn exists(shown: &Path) -> Failure {
    let detail = "it exists, and is not replaced";
    Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail)
        .hint("--force replaces a regular file; -o chooses another name")
}

fn unwritable(shown: &Path, error: Errno) -> Failure {
    unwritable_as(shown, &error.into())
}

/// A failure to write the destination, whatever kind the system's error is.
fn unwritable_as(shown: &Path, error: &io::Error) -> Failure {
    Failure {
        kind: Kind::LocalWrite,
        ..trouble::failure(Operation::Write, shown.display().to_string(), error)
    }
}

fn unusable(shown: &Path, error: Errno) -> Failure {
    let failed =
        |detail| Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail);
    match error {
        Errno::AGAIN => failed("another run of get is fetching that file"),
        Errno::PERM | Errno::LOOP | Errno::NXIO | Errno::ISDIR => {
            failed("it is no partial file of ours").hint("take it away, or choose another name with -o")
        }
        other => unwritable(shown, other),
    }
}

/// The umask, from /proc: umask(2) can only be read by changing it.
fn umask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    line.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_partials_fit_and_differ() {
        let (part, side) = names(OsStr::from_bytes(&[b'n'; 255]));
        assert!(part.len() <= 255 && side.len() <= 255);
        assert_ne!(names(OsStr::new("a")).0, names(OsStr::new("b")).0);
        let (part, _) = names(OsStr::new(&"报".repeat(60)));
        assert!(part.to_str().is_some(), "cut between characters");
    }
}
