//! Where a file's bytes come from, whatever the dialect.
//! Never knows where they go.

use sockeye_core::transfer::{Blake3, Name};

use super::remote::FetchError;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileRequest<'a> {
    pub(super) name: &'a Name,
    /// Bytes that are here already.
    pub(super) offset: u64,
    /// Which state of the file they are of.
    pub(super) mark: Option<&'a [u8]>,
}

/// What the server says it will send.
#[derive(Clone, Debug, Default)]
pub(super) struct RemoteFile {
    pub(super) size: Option<u64>,
    pub(super) offset: u64,
    pub(super) mark: Option<Vec<u8>>,
    pub(super) mtime_ns: Option<i64>,
    pub(super) hash: Option<Blake3>,
}

/// What a read brought.
#[derive(Clone, Copy, Debug)]
pub(super) enum BodyRead {
    /// So many bytes of the file; 0 where what came belongs to the protocol.
    Bytes(usize),
    /// Nothing came for a while; the timeout is not over yet.
    Nothing,
    /// The file's end, and the hash of the whole file if the server says it.
    End(Option<Blake3>),
}

/// A server that is asked for files in one dialect.
pub(super) trait FileSource {
    /// Asks for a file; connects if there is no connection.
    fn open(&mut self, ask: FileRequest<'_>) -> Result<RemoteFile, FetchError>;

    /// Reads on, into room for at least a byte.
    fn read(&mut self, room: &mut [u8]) -> Result<BodyRead, FetchError>;

    /// The server's hash of the whole file, while none is open; `None` where it has none to give. An error says that the
    /// file's state is no longer the one of `mark`.
    fn hash(&mut self, name: &Name, mark: &[u8]) -> Result<Option<Blake3>, FetchError>;

    /// Drops the connection.
    fn hang_up(&mut self);
}
