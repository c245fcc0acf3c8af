//! Hashes of whole files: made a few at a time on threads of their own, and remembered by the state of the file.
//! Never gives a hash of anything but the state that was asked about.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sockeye_core::{
    limit::{HASHES, SCAN_WAIT, SCANS},
    transfer::Blake3,
};
use sockeye_sys::{FileState, read_at};
use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};

use crate::tree::Offered;

/// Bytes hashed at once.
const READ: usize = 256 * 1024;

/// The known hashes, and permits for computing more.
#[derive(Clone, Debug)]
pub(super) struct Hashes {
    known: Arc<Mutex<Known>>,
    turns: Arc<Semaphore>,
}

/// A cache in two generations: when the young one is full it becomes the old one, and the old one is dropped.
#[derive(Debug, Default)]
struct Known {
    young: HashMap<FileState, Blake3>,
    old: HashMap<FileState, Blake3>,
}

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashError {
    /// Too many files are being hashed.
    Busy,
    /// The file changed since it was opened.
    Changed,
    /// The file cannot be read.
    Unread,
}

/// A hash that a thread is computing.
#[derive(Debug)]
pub(super) struct PendingHash(JoinHandle<Result<Blake3, HashError>>);

impl PendingHash {
    /// Waits for it.
    ///
    /// # Errors
    /// The file changed, or it cannot be read.
    pub(super) async fn made(self) -> Result<Blake3, HashError> {
        self.0.await.unwrap_or(Err(HashError::Unread))
    }
}

impl Default for Hashes {
    fn default() -> Self {
        Self { known: Arc::default(), turns: Arc::new(Semaphore::new(SCANS)) }
    }
}

impl Known {
    fn get(&mut self, state: &FileState) -> Option<Blake3> {
        if let Some(hash) = self.young.get(state) {
            return Some(*hash);
        }
        let hash = self.old.remove(state)?;
        self.put(*state, hash);
        Some(hash)
    }

    fn put(&mut self, state: FileState, hash: Blake3) {
        if self.young.len() >= HASHES / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(state, hash);
    }
}

impl Hashes {
    /// The hash of this state, if it is known.
    pub(super) fn known(&self, state: &FileState) -> Option<Blake3> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(state)
    }

    /// Starts hashing the file on a blocking thread, once a permit is free.
    ///
    /// # Errors
    /// No permit became free within `SCAN_WAIT`.
    pub(super) async fn begin(&self, file: Arc<Offered>) -> Result<PendingHash, HashError> {
        let turn = timeout(SCAN_WAIT, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(HashError::Busy) };
        let hashes = self.clone();
        Ok(PendingHash(tokio::task::spawn_blocking(move || {
            let hash = match hashes.known(&file.state) {
                Some(hash) => hash,
                None => hash(&file)?,
            };
            hashes.known.lock().unwrap_or_else(PoisonError::into_inner).put(file.state, hash);
            drop(turn);
            Ok(hash)
        })))
    }
}

fn hash(file: &Offered) -> Result<Blake3, HashError> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; READ];
    let mut at = 0;
    while at < file.state.size {
        let n = read_at(file.file(), &mut buffer, at).map_err(|_| HashError::Unread)?;
        if n == 0 || (at % (64 * READ as u64) == 0 && !file.is_unchanged()) {
            return Err(HashError::Changed);
        }
        let left = usize::try_from(file.state.size - at).unwrap_or(usize::MAX);
        hasher.update(buffer.get(..n.min(left)).unwrap_or_default());
        at += n as u64;
    }
    if file.is_unchanged() { Ok(Blake3(hasher.finalize().into())) } else { Err(HashError::Changed) }
}
