//! Hashes what arrives, in a second thread, in order.
//! Never falls far behind: there are only so many buffers, and who receives waits for one.

use std::{
    io,
    ops::Range,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::{Builder, JoinHandle},
};

use sha2::{Digest as _, Sha256};
use sockeye_core::transfer::Blake3;

/// Bytes read at once: beyond this a buffer falls out of the nearer caches.
pub(super) const BUFFER: usize = 256 * 1024;
/// Buffers on their way between the two threads.
const BUFFERS: usize = 8;

/// What a piece of a stream carried: the buffer, and where in it bytes of the file are.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) buffer: Vec<u8>,
    pub(super) parts: Vec<Range<usize>>,
}

impl Piece {
    /// The bytes of the file.
    pub(super) fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().filter_map(|part| self.buffer.get(part.clone()))
    }

    /// How many those are.
    pub(super) fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }
}

/// Which hashes are computed besides BLAKE3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Also {
    Sha256,
    Nothing,
}

/// The hashes of all that was handed in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) blake3: Blake3,
    pub(super) sha256: Option<[u8; 32]>,
}

enum Job {
    Take(Piece),
    /// Say the sums so far, and go on.
    Say(Sender<Sums>),
    Forget,
}

/// The thread, as its owner sees it.
#[derive(Debug)]
pub(super) struct Hashing {
    jobs: Option<SyncSender<Job>>,
    empty: Receiver<Piece>,
    thread: Option<JoinHandle<()>>,
    /// Sums that were asked for and not waited for.
    asked: Option<Receiver<Sums>>,
}

impl Hashing {
    /// Begins a thread that has hashed nothing yet.
    pub(super) fn begin(also: Also) -> io::Result<Self> {
        let (jobs, taken) = sync_channel(BUFFERS);
        let (back, empty) = sync_channel(BUFFERS);
        for _ in 0..BUFFERS {
            let _ = back.try_send(Piece::default());
        }
        let work = move || run(&taken, &back, also);
        let thread = Builder::new().name("hash".to_owned()).spawn(work)?;
        Ok(Self { jobs: Some(jobs), empty, thread: Some(thread), asked: None })
    }

    /// An empty buffer of [`BUFFER`] bytes; waits for one.
    pub(super) fn buffer(&self) -> Piece {
        let mut piece = self.empty.recv().unwrap_or_default();
        piece.buffer.resize(BUFFER, 0);
        piece.parts.clear();
        piece
    }

    /// Hands bytes in.
    pub(super) fn take(&self, piece: Piece) {
        self.give(Job::Take(piece));
    }

    /// Begins again with nothing.
    pub(super) fn forget(&mut self) {
        self.asked = None;
        self.give(Job::Forget);
    }

    /// The sums of all that was handed in, once they are known.
    pub(super) fn sums(&self) -> Option<Sums> {
        let (say, said) = channel();
        self.give(Job::Say(say));
        said.recv().ok()
    }

    /// Asks for the sums so far, or gives those asked for before.
    pub(super) fn glance(&mut self) -> Option<Sums> {
        if let Some(asked) = &self.asked {
            let sums = asked.try_recv().ok()?;
            self.asked = None;
            return Some(sums);
        }
        let (say, said) = channel();
        self.give(Job::Say(say));
        self.asked = Some(said);
        None
    }

    fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread ends only when this sender does.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(jobs: &Receiver<Job>, back: &SyncSender<Piece>, also: Also) {
    let fresh = || (also == Also::Sha256).then(Sha256::new);
    let (mut count, mut blake3, mut sha256) = (0, blake3::Hasher::new(), fresh());
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Take(piece) => {
                for bytes in piece.slices() {
                    count += bytes.len() as u64;
                    blake3.update(bytes);
                    if let Some(sha256) = &mut sha256 {
                        sha256.update(bytes);
                    }
                }
                let _ = back.try_send(piece);
            }
            Job::Say(to) => {
                let sha256 = sha256.clone().map(|sha256| sha256.finalize().into());
                let _ = to.send(Sums { count, blake3: Blake3(*blake3.finalize().as_bytes()), sha256 });
            }
            Job::Forget => (count, blake3, sha256) = (0, blake3::Hasher::new(), fresh()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_in_is_hashed_in_order() {
        let mut hashing = Hashing::begin(Also::Sha256).unwrap();
        for round in 0..40_u8 {
            let mut piece = hashing.buffer();
            piece.buffer.fill(round);
            piece.parts.extend([0..10, 20..30]);
            assert_eq!(piece.len(), 20);
            hashing.take(piece);
        }
        let whole: Vec<u8> = (0..40).flat_map(|round| [round; 20]).collect();
        let sums = hashing.sums().unwrap();
        assert_eq!((sums.count, sums.blake3.0), (800, *blake3::hash(&whole).as_bytes()));
        assert_eq!(sums.sha256, Some(Sha256::digest(&whole).into()));
        hashing.forget();
        assert_eq!(hashing.sums().unwrap().blake3.0, *blake3::hash(b"").as_bytes());
    }
}
