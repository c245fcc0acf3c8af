//! What the tree of files that is offered asks of this system.

use std::{ffi::OsStr, fs::File, io, mem::MaybeUninit, os::windows::io::AsRawHandle as _, path::PathBuf};

use cap_std::fs::OpenOptions;
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_BASIC_INFO, FileBasicInfo, GetFileInformationByHandle,
    GetFileInformationByHandleEx,
};

use super::name_of;
use crate::{
    elsewhere::{OpenerSystem, SteppedOpener, SteppedReader},
    files::{FileKind, FileState},
};

/// Between the beginning of 1601 (UTC), where times begin here, and that of 1970, in units of 100 ns.
const BEFORE_1970: i64 = 116_444_736_000_000_000;

/// An open folder, and what opens inside it.
pub type Opener = SteppedOpener<Windows>;
/// An open folder of a tree, read entry by entry.
pub type FolderReader = SteppedReader<Windows>;

/// This system.
#[derive(Debug)]
pub struct Windows;

impl OpenerSystem for Windows {
    fn reading() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true);
        options
    }

    fn state(file: &File) -> io::Result<(FileKind, FileState)> {
        state(file)
    }

    fn path(bytes: &[u8]) -> Option<PathBuf> {
        name_of(bytes).map(PathBuf::from)
    }

    fn see<R>(name: &OsStr, see: impl FnOnce(&[u8]) -> R) -> Option<R> {
        name.to_str().map(|name| see(name.as_bytes()))
    }
}

/// What an open file is, and in which state.
///
/// # Errors
/// What the system says.
pub fn state(file: &File) -> io::Result<(FileKind, FileState)> {
    let kind = file.metadata()?.file_type();
    let kind = if kind.is_file() {
        FileKind::File
    } else if kind.is_dir() {
        FileKind::Folder
    } else {
        FileKind::Special
    };
    let (numbers, times) = (numbers(file)?, times(file)?);
    let whole = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    let nanos = |time: i64| time.saturating_sub(BEFORE_1970).saturating_mul(100);
    let state = FileState {
        dev: numbers.dwVolumeSerialNumber.into(),
        ino: whole(numbers.nFileIndexHigh, numbers.nFileIndexLow),
        size: whole(numbers.nFileSizeHigh, numbers.nFileSizeLow),
        mtime_ns: nanos(times.LastWriteTime),
        ctime_ns: nanos(times.ChangeTime),
    };
    Ok((kind, state))
}

fn numbers(file: &File) -> io::Result<BY_HANDLE_FILE_INFORMATION> {
    let mut found = MaybeUninit::<BY_HANDLE_FILE_INFORMATION>::zeroed();
    // SAFETY: the handle is open, and the system writes one such structure to a live one.
    let done = unsafe { GetFileInformationByHandle(file.as_raw_handle(), found.as_mut_ptr()) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is of integers, for which zeroes and whatever the system wrote are valid.
    Ok(unsafe { found.assume_init() })
}

fn times(file: &File) -> io::Result<FILE_BASIC_INFO> {
    let mut found = MaybeUninit::<FILE_BASIC_INFO>::zeroed();
    let len = u32::try_from(size_of::<FILE_BASIC_INFO>()).unwrap_or(40);
    // SAFETY: the handle is open, and the system writes at most `len` bytes to a live structure of that size.
    let done = unsafe {
        GetFileInformationByHandleEx(file.as_raw_handle(), FileBasicInfo, found.as_mut_ptr().cast(), len)
    };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is of integers, for which zeroes and whatever the system wrote are valid.
    Ok(unsafe { found.assume_init() })
}
