//! What is told of files, in words that every system has.

use std::io;

/// What something in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, which is not followed to tell.
    Link,
    /// Anything else: a device, a pipe, a socket.
    Special,
    /// The system did not say.
    Unknown,
}

/// One state of a file: whatever changes it changes one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileState {
    /// Which file system it lies on.
    pub dev: u64,
    /// Which file of that.
    pub ino: u64,
    /// Length, bytes.
    pub size: u64,
    /// When its content was changed last, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// When anything of it was changed last, its times and its name among that, nanoseconds since 1970.
    pub ctime_ns: i64,
}

/// Why a partial file cannot be used.
#[derive(Debug)]
pub enum PartialError {
    /// Another process has locked it, or took it away meanwhile.
    Locked,
    /// What has the name is no regular file of this user's alone.
    Foreign,
    /// What the system says.
    System(io::Error),
}

/// Whether the system may wait for more bytes and fill a packet with them (`MSG_MORE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// It may: more follows at once.
    Later,
    /// It may not.
    Now,
}

impl From<io::Error> for PartialError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}
