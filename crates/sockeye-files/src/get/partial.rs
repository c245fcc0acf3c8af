//! Where a file is received: a partial file and its sidecar beside the destination, which is touched only by the last rename.
//! Never follows a link, never writes into what it did not make, and never says done before the disk has it.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sockeye_core::{
    event::{Failure, Kind, Operation},
    limit::SIDECAR,
    plan::Existing,
    transfer::{Sidecar, SidecarError, name::check_local},
};
use sockeye_sys::{
    FileKind, LandingFolder, NAMING, PartialError, give_usual_mode, name_of, open_direct, read_at, reserve,
    write_all_at, write_at,
};
use sockeye_text::{Text, text};

use super::block::ALIGNMENT;
use sockeye_net::trouble;

/// Fewer bytes than this are cheaper copied.
const LEAST: usize = 128 * 1024;
/// Bytes of the destination's name that its partial file's name shows.
const SHOWN: usize = 120;

/// A destination: an open folder, what it is called, and the name in it.
#[derive(Debug)]
pub(super) struct DestinationFile {
    pub(super) folder: LandingFolder,
    pub(super) shown: PathBuf,
    pub(super) last: OsString,
}

/// A partial file, locked, and its sidecar.
#[derive(Debug)]
pub(super) struct PartialFile {
    folder: LandingFolder,
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
pub(super) fn folder(path: &Path) -> Result<LandingFolder, Failure> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    LandingFolder::open(path).map_err(|error| unwritable(path, &error))
}

/// The folder `name` in `folder`, made where it is missing; never a link.
///
/// # Errors
/// It is something else, or cannot be made; a failure to write.
pub(super) fn below(folder: &LandingFolder, name: &OsStr, shown: &Path) -> Result<LandingFolder, Failure> {
    folder.below(name).map_err(|error| unwritable(shown, &error))
}

/// The name that a remote one is given here.
///
/// # Errors
/// The system here cannot give that name to a file; a failure to write.
pub(super) fn local_name(name: &[u8]) -> Result<OsString, Failure> {
    let refused =
        |why: Text| Failure::new(Operation::Write, String::from_utf8_lossy(name), Kind::LocalWrite, why);
    check_local(name, NAMING).map_err(|error| refused(error.text()))?;
    name_of(name).ok_or_else(|| refused(text!("get-not-utf8")))
}

impl DestinationFile {
    /// The destination for a file of this name in `folder`.
    ///
    /// # Errors
    /// The system here cannot give that name to a file; a failure to write.
    pub(super) fn new(folder: LandingFolder, shown: &Path, last: &[u8]) -> Result<Self, Failure> {
        Ok(Self { folder, shown: shown.to_owned(), last: local_name(last)? })
    }

    /// The destination, in words.
    pub(super) fn seen(&self) -> String {
        seen(&self.shown, &self.last).display().to_string()
    }

    /// The regular file that lies there, opened for reading, and its length.
    pub(super) fn lies_there(&self) -> Option<(File, u64)> {
        let file = self.folder.read(&self.last).ok()?;
        let found = file.metadata().ok()?;
        found.is_file().then_some((file, found.len()))
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
        let mut file = folder.lock(&part).map_err(|error| unusable(&place.join(&part), error))?;
        let mut sidecar = folder.own(&side).map_err(|error| unusable(&place.join(&side), error))?;
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
        let read = match read_at(&self.file, buffer, at) {
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
        Ok(PartialWriter {
            file,
            direct: open_direct(&self.folder, &self.part, &self.file),
            shown: seen(&self.place, &self.name),
        })
    }

    /// Reserves the bytes from `here` to `size` on the disk, after checking that so many are free.
    ///
    /// # Errors
    /// The disk has less.
    pub(super) fn reserve(&self, here: u64, size: u64) -> Result<(), Failure> {
        let missing = size.saturating_sub(here);
        if let Some(free) = self.folder.free(&self.file)
            && missing > free
        {
            let detail = text!("get-disk-full", missing = missing, free = free);
            return Err(Failure::new(Operation::Write, self.destination(), Kind::LocalWrite, detail));
        }
        if missing == 0 {
            return Ok(());
        }
        // The length stays: it says how much was written.
        reserve(&self.file, here, missing).map_err(|error| self.failed(&error))
    }

    /// Puts the sidecar down. It is not waited for: one that a crash destroys is one that cannot be read.
    pub(super) fn note(&self, sidecar: &Sidecar) -> Result<(), Failure> {
        let text = sidecar.write();
        let noted = write_all_at(&self.sidecar, text.as_bytes(), 0);
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
            let failure = self.failed(&error).hint(text!("get-not-kept"));
            self.discard();
            return Err(failure);
        }
        give_usual_mode(&self.file).map_err(|error| self.failed(&error))?;
        let shown = seen(&self.place, &self.name);
        if self.existing == Existing::Replace {
            check_destination(&self.folder, &self.name, &shown, self.existing)?;
        }
        self.folder.rename(&self.part, &self.name, self.existing).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&shown),
            _ => self.failed(&error),
        })?;
        let _ = self.folder.remove(&self.side);
        self.folder.sync().map_err(|error| self.failed(&error).hint(text!("get-may-be-forgotten")))
    }

    /// Sets the time of the last change. Not every file system can keep every time, and no byte depends on it.
    fn date(&self, mtime_ns: i64) {
        let distance = Duration::from_nanos(mtime_ns.unsigned_abs());
        let time = if mtime_ns < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        };
        let _ = time.map(|time| self.file.set_modified(time));
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
            let _ = self.folder.remove(name);
        }
    }

    fn failed(&self, error: &io::Error) -> Failure {
        unwritable(&seen(&self.place, &self.name), error)
    }
}

impl PartialWriter {
    /// Writes `bytes` to where they belong.
    ///
    /// # Errors
    /// The system's, as a failure to write the destination.
    pub(super) fn write(&mut self, bytes: &[u8], at: u64) -> Result<(), Failure> {
        let written = self.write_direct(bytes, at).and_then(|done| {
            write_all_at(&self.file, bytes.get(done..).unwrap_or_default(), at.saturating_add(done as u64))
        });
        written.map_err(|error| unwritable(&self.shown, &error))
    }

    /// Writes what is aligned past the page cache; returns how many bytes that were.
    fn write_direct(&mut self, bytes: &[u8], at: u64) -> io::Result<usize> {
        let Some(direct) = &self.direct else { return Ok(0) };
        let whole = bytes.get(..bytes.len() - bytes.len() % ALIGNMENT).unwrap_or_default();
        let is_aligned = bytes.as_ptr().align_offset(ALIGNMENT) == 0 && at.is_multiple_of(ALIGNMENT as u64);
        if whole.len() < LEAST || !is_aligned {
            return Ok(0);
        }
        match write_at(direct, whole, at) {
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
    let bytes = name.as_encoded_bytes();
    let mut shown = bytes.len().min(SHOWN);
    // Not within a UTF-8 character.
    while shown > 0 && bytes.get(shown).is_some_and(|byte| byte & 0xc0 == 0x80) {
        shown -= 1;
    }
    let hash = blake3::hash(bytes).to_hex();
    let hash = hash.get(..16).unwrap_or_default();
    let of = |end: &str| {
        let mut all = OsString::from(".");
        all.push(name_of(bytes.get(..shown).unwrap_or_default()).unwrap_or_default());
        all.push(format!(".{hash}.{end}"));
        all
    };
    (of("part"), of("part-info"))
}

/// The path as people would write it.
fn seen(place: &Path, name: &OsStr) -> PathBuf {
    if place == Path::new(".") { PathBuf::from(name) } else { place.join(name) }
}

fn check_destination(
    folder: &LandingFolder,
    name: &OsStr,
    shown: &Path,
    existing: Existing,
) -> Result<(), Failure> {
    match folder.kind(name).map_err(|error| unwritable(shown, &error))? {
        None => return Ok(()),
        Some(_) if existing == Existing::Keep => return Err(exists(shown)),
        Some(FileKind::File) => return Ok(()),
        Some(_) => {}
    }
    let detail = text!("get-special");
    Err(Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail)
        .hint(text!("get-special-hint")))
}

fn exists(shown: &Path) -> Failure {
    let detail = text!("get-exists");
    Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail)
        .hint(text!("get-exists-hint"))
}

/// A failure to write the destination, whatever kind the system's error is.
fn unwritable(shown: &Path, error: &io::Error) -> Failure {
    Failure {
        kind: Kind::LocalWrite,
        ..trouble::failure(Operation::Write, shown.display().to_string(), error)
    }
}

fn unusable(shown: &Path, error: PartialError) -> Failure {
    let failed =
        |detail| Failure::new(Operation::Write, shown.display().to_string(), Kind::LocalWrite, detail);
    match error {
        PartialError::Locked => failed(text!("get-locked")),
        PartialError::Foreign => failed(text!("get-foreign")).hint(text!("get-foreign-hint")),
        PartialError::System(error) => unwritable(shown, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_partials_fit_and_differ() {
        let (part, side) = names(&name_of(&[b'n'; 255]).unwrap());
        assert!(part.len() <= 255 && side.len() <= 255);
        assert_ne!(names(OsStr::new("a")).0, names(OsStr::new("b")).0);
        let (part, _) = names(OsStr::new(&"报".repeat(60)));
        assert!(part.to_str().is_some(), "cut between characters");
    }
}
