//! What happens to blocks once they are received: one thread writes them, the next hashes what was written, in order.
//! Never falls far behind: there are only so many blocks, and who receives waits for an empty one.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    },
    thread::{Builder, JoinHandle},
};

use sha2::Digest as _;
use sockeye_core::{
    event::Failure,
    transfer::{Blake3, Sha256},
};

use super::{
    block::{Block, BlockPlace},
    partial::PartialWriter,
};

/// Blocks on their way: one that is filled, one that is written, one that is hashed, and one between them. More of them
/// only fall out of the caches.
const BLOCKS: usize = 4;

/// Which hashes are computed besides BLAKE3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExtraHash {
    Sha256,
    Nothing,
}

/// The hashes of all blocks handed in so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digests {
    pub(super) count: u64,
    pub(super) blake3: Blake3,
    pub(super) sha256: Option<Sha256>,
}

enum PipelineJob {
    Take(Block),
    /// Tell the digests so far, and go on.
    Say(Sender<Digests>),
    Forget,
}

/// The threads, as their owner sees them.
#[derive(Debug)]
pub(super) struct Pipeline {
    jobs: Option<SyncSender<PipelineJob>>,
    empty: Receiver<Block>,
    threads: Vec<JoinHandle<()>>,
    /// Why nothing is written any more.
    broken: Arc<OnceLock<Failure>>,
    /// Digests that were asked for and have not come yet.
    asked: Option<Receiver<Digests>>,
}

impl Pipeline {
    /// Begins with nothing hashed yet. Without a writer nothing is written.
    pub(super) fn begin(also: ExtraHash, writer: Option<PartialWriter>) -> io::Result<Self> {
        let (hashes, written) = sync_channel(BLOCKS);
        let (back, empty) = sync_channel(BLOCKS);
        for _ in 0..BLOCKS {
            let _ = back.try_send(Block::default());
        }
        let broken = Arc::new(OnceLock::new());
        let emptied = back.clone();
        let hash = move || hash(&written, &emptied, also);
        let mut threads = vec![Builder::new().name("hash".to_owned()).spawn(hash)?];
        let jobs = match writer {
            None => hashes,
            Some(writer) => {
                let (jobs, received) = sync_channel(BLOCKS);
                let broken = Arc::clone(&broken);
                let write = move || write(writer, &received, &hashes, &back, &broken);
                threads.push(Builder::new().name("write".to_owned()).spawn(write)?);
                jobs
            }
        };
        Ok(Self { jobs: Some(jobs), empty, threads, broken, asked: None })
    }

    /// An empty block; waits for one.
    pub(super) fn block(&self) -> Block {
        let mut block = self.empty.recv().unwrap_or_default();
        block.ready();
        block
    }

    /// Why nothing is written any more.
    pub(super) fn broken(&self) -> Option<&Failure> {
        self.broken.get()
    }

    /// Hands a block in.
    pub(super) fn take(&self, block: Block) {
        self.give(PipelineJob::Take(block));
    }

    /// Begins again with nothing hashed.
    pub(super) fn forget(&mut self) {
        self.asked = None;
        self.give(PipelineJob::Forget);
    }

    /// Waits for the digests of all that was handed in; where writing failed, of what was written before.
    pub(super) fn digests(&self) -> Option<Digests> {
        let (say, said) = channel();
        self.give(PipelineJob::Say(say));
        said.recv().ok()
    }

    /// The digests asked for by an earlier call, if they have come; asks for new ones otherwise. Never waits.
    pub(super) fn glance(&mut self) -> Option<Digests> {
        if let Some(asked) = &self.asked {
            let digests = asked.try_recv().ok()?;
            self.asked = None;
            return Some(digests);
        }
        let (say, said) = channel();
        self.give(PipelineJob::Say(say));
        self.asked = Some(said);
        None
    }

    fn give(&self, job: PipelineJob) {
        if let Some(jobs) = &self.jobs {
            // The threads end only when this sender does.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn write(
    mut writer: PartialWriter,
    jobs: &Receiver<PipelineJob>,
    next: &SyncSender<PipelineJob>,
    back: &SyncSender<Block>,
    broken: &OnceLock<Failure>,
) {
    while let Ok(mut job) = jobs.recv() {
        if let PipelineJob::Take(block) = job {
            if let BlockPlace::At(at) = block.place
                && broken.get().is_none()
                && let Err(failure) = writer.write(block.bytes(), at)
            {
                let _ = broken.set(failure);
            }
            // What is not written is not hashed, so that the sums are of what lies there.
            if broken.get().is_some() {
                let _ = back.try_send(block);
                continue;
            }
            job = PipelineJob::Take(block);
        }
        if next.send(job).is_err() {
            return;
        }
    }
}

fn hash(jobs: &Receiver<PipelineJob>, back: &SyncSender<Block>, also: ExtraHash) {
    let fresh = || (also == ExtraHash::Sha256).then(sha2::Sha256::new);
    let (mut count, mut blake3, mut sha256) = (0, blake3::Hasher::new(), fresh());
    while let Ok(job) = jobs.recv() {
        match job {
            PipelineJob::Take(block) => {
                let bytes = block.bytes();
                count += bytes.len() as u64;
                blake3.update(bytes);
                if let Some(sha256) = &mut sha256 {
                    sha256.update(bytes);
                }
                let _ = back.try_send(block);
            }
            PipelineJob::Say(to) => {
                let sha256 = sha256.clone().map(|sha256| Sha256(sha256.finalize().into()));
                let _ = to.send(Digests { count, blake3: Blake3(*blake3.finalize().as_bytes()), sha256 });
            }
            PipelineJob::Forget => (count, blake3, sha256) = (0, blake3::Hasher::new(), fresh()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_in_is_hashed_in_order() {
        let mut pipeline = Pipeline::begin(ExtraHash::Sha256, None).unwrap();
        for round in 0..40_u8 {
            let mut block = pipeline.block();
            block.room(20).fill(round);
            block.fill(20);
            pipeline.take(block);
        }
        let whole: Vec<u8> = (0..40).flat_map(|round| [round; 20]).collect();
        let digests = pipeline.digests().unwrap();
        assert_eq!((digests.count, digests.blake3.0), (800, *blake3::hash(&whole).as_bytes()));
        assert_eq!(digests.sha256, Some(Sha256(sha2::Sha256::digest(&whole).into())));
        pipeline.forget();
        assert_eq!(pipeline.digests().unwrap().blake3.0, *blake3::hash(b"").as_bytes());
    }
}
