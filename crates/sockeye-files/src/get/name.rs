//! Asks as the tutorials do: a bare name and a half-close; then the bytes and a close, or the single byte `1`.
//! Never resumes and never verifies: there is nothing in this dialect to do either with.

use sockeye_core::transfer::{Blake3, Name};

use super::{
    remote::{FetchError, Remote, RemoteConnection},
    source::{BodyRead, FileRequest, FileSource, RemoteFile},
};

/// A server that takes bare names.
#[derive(Debug)]
pub(super) struct NameClient {
    remote: Remote,
    line: Option<RemoteConnection>,
    /// The first two bytes, or the one that is all.
    first: Vec<u8>,
}

impl NameClient {
    pub(super) fn new(remote: Remote) -> Self {
        Self { remote, line: None, first: Vec::new() }
    }
}

impl FileSource for NameClient {
    fn open(&mut self, ask: FileRequest<'_>) -> Result<RemoteFile, FetchError> {
        let mut line = self.remote.dial()?;
        line.write(ask.name.as_bytes())?;
        // The tutorials' servers read once; servers that read to the end need the FIN.
        line.half_close()?;
        self.first.clear();
        let mut byte = [0; 2];
        while self.first.len() < 2 {
            let room = byte.get_mut(self.first.len()..).unwrap_or_default();
            let count = line.read(room)?;
            if count == 0 {
                break;
            }
            self.first.extend_from_slice(room.get(..count).unwrap_or_default());
        }
        if self.first == b"1" {
            return Err(FetchError::Fatal(self.remote.absent(ask.name.as_bytes())));
        }
        self.line = Some(line);
        Ok(RemoteFile::default())
    }

    fn read(&mut self, room: &mut [u8]) -> Result<BodyRead, FetchError> {
        if !self.first.is_empty() {
            let count = self.first.len().min(room.len());
            room.get_mut(..count)
                .unwrap_or_default()
                .copy_from_slice(self.first.get(..count).unwrap_or_default());
            self.first.drain(..count);
            return Ok(BodyRead::Bytes(count));
        }
        let Some(line) = &mut self.line else { return Ok(BodyRead::End(None)) };
        match line.try_read(room)? {
            None => Ok(BodyRead::Nothing),
            Some(0) => {
                self.line = None;
                Ok(BodyRead::End(None))
            }
            Some(count) => Ok(BodyRead::Bytes(count)),
        }
    }

    fn hash(&mut self, _: &Name, _: &[u8]) -> Result<Option<Blake3>, FetchError> {
        Ok(None)
    }

    fn hang_up(&mut self) {
        self.line = None;
    }
}
