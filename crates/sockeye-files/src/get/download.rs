//! One file on its way: received, written, hashed, verified, made durable; or kept for the next time.
//! Never knows the dialect it comes in.

use std::time::{Duration, Instant};

use sockeye_core::{
    event::{Anew, Event, Failure, FetchStep, Fetched, Kind, Operation, Proof, What},
    frame::Check,
    plan::Pins,
    transfer::{Blake3, Name, Sidecar},
};
use sockeye_text::{Text, text};
use tokio::sync::mpsc;

use super::{
    block::{Block, BlockPlace, span},
    partial::{Leftover, PartialFile},
    pipeline::{Digests, Pipeline},
    remote::{FetchError, Remote},
    source::{BodyRead, FileRequest, FileSource, RemoteFile},
};
use sockeye_net::Clock;

use crate::speed::Speed;

/// How often progress is told.
const OFTEN: Duration = Duration::from_millis(200);
/// How long bytes wait at most for their block to fill: a killed run loses no more than that.
const PATIENCE: Duration = Duration::from_millis(2);
/// How often the sidecar is updated: where no server hash will verify the file, a killed run loses what came since.
const NOTED: Duration = Duration::from_millis(20);

/// Where the bytes go.
#[derive(Debug)]
pub(super) enum DownloadTarget {
    File(Box<PartialFile>),
    /// Standard output, by way of events.
    Stdout,
    /// `/dev/null`.
    Nothing,
}

/// How much of a partial file is kept when resuming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// All of it: the server's hash of the whole file decides in the end.
    Everything,
    /// What the sidecar's hash covers: no server hash will verify the rest.
    Vouched,
}

/// Sends events from a blocking thread.
#[derive(Clone, Debug)]
pub(super) struct EventSender {
    pub(super) clock: Clock,
    pub(super) events: mpsc::Sender<Vec<Event>>,
}

impl EventSender {
    pub(super) fn tell(&self, what: What) {
        // A view that is gone has no use for it.
        let _ = self.events.blocking_send(vec![Event { at: self.clock.now(), conn: None, leg: None, what }]);
    }
}

/// A block that is being filled.
struct FillingBlock {
    block: Block,
    /// Bytes that still go into it.
    room: usize,
    /// When its first bytes came.
    since: Option<Instant>,
}

impl FillingBlock {
    fn load(&mut self, count: usize) {
        self.block.fill(count);
        self.room = self.room.saturating_sub(count);
        if count > 0 {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    fn is_due(&self) -> bool {
        self.room == 0 || self.since.is_some_and(|since| since.elapsed() >= PATIENCE)
    }
}

/// One file.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) name: Name,
    pub(super) remote: Remote,
    pub(super) events_out: EventSender,
    pub(super) target: DownloadTarget,
    pipeline: Pipeline,
    pub(super) pins: Pins,
    /// Bytes that are here: written and hashed, or in the pipeline.
    at: u64,
    /// Bytes of them that an earlier run left.
    kept: u64,
    /// Bytes of those that their sidecar's hash covers.
    vouched: u64,
    /// Bytes that came in this run.
    pub(super) came: u64,
    known: Option<RemoteFile>,
    speed: Speed,
    /// When the sidecar was updated last.
    noted: Instant,
}

impl Download {
    pub(super) fn new(
        name: Name,
        remote: Remote,
        events_out: EventSender,
        target: DownloadTarget,
        pipeline: Pipeline,
        pins: Pins,
    ) -> Self {
        Self {
            name,
            remote,
            events_out,
            target,
            pipeline,
            pins,
            at: 0,
            kept: 0,
            vouched: 0,
            came: 0,
            known: None,
            speed: Speed::new(0),
            noted: Instant::now(),
        }
    }

    fn tell(&self, step: FetchStep) {
        self.events_out.tell(What::Fetched(Fetched { name: self.name.as_bytes().into(), step }));
    }

    /// Hashes what an earlier run left, and resumes behind it if the hash is the sidecar's.
    pub(super) fn recover(&mut self, found: Leftover, trust: Trust) -> Result<(), FetchError> {
        let Leftover::Bytes(length, sidecar) = found else { return Ok(()) };
        let Ok(sidecar) = sidecar else { return self.again(Anew::Unknown) };
        if sidecar.server != self.remote.server() || sidecar.name != self.name {
            return self.again(Anew::Foreign);
        }
        if sidecar.mark.is_none() {
            return self.again(Anew::NoResume);
        }
        if sidecar.verified > length || sidecar.size.is_some_and(|size| length > size) {
            return self.again(Anew::Damaged);
        }
        self.rehash(0, sidecar.verified)?;
        if self.digests()?.blake3 != sidecar.prefix {
            return self.again(Anew::Damaged);
        }
        let length = match trust {
            Trust::Everything => length,
            Trust::Vouched => sidecar.verified,
        };
        self.rehash(sidecar.verified, length)?;
        if let DownloadTarget::File(partial) = &self.target {
            partial.keep(length).map_err(FetchError::Fatal)?;
        }
        (self.at, self.kept, self.vouched) = (length, length, sidecar.verified);
        self.known = Some(RemoteFile {
            size: sidecar.size,
            offset: length,
            mark: sidecar.mark,
            mtime_ns: sidecar.mtime_ns,
            hash: sidecar.hash,
        });
        Ok(())
    }

    fn rehash(&mut self, from: u64, to: u64) -> Result<(), FetchError> {
        let DownloadTarget::File(partial) = &self.target else { return Ok(()) };
        let mut at = from;
        while at < to {
            if self.remote.stop.is_cancelled() {
                return Err(FetchError::Stopped);
            }
            let mut block = self.pipeline.block();
            let room = block.room(usize::try_from(to - at).unwrap_or(usize::MAX));
            let count = partial.read(room, at).map_err(FetchError::Fatal)?;
            block.fill(count);
            at += count as u64;
            self.pipeline.take(block);
        }
        Ok(())
    }

    /// Throws away what is here, and says why.
    pub(super) fn again(&mut self, why: Anew) -> Result<(), FetchError> {
        self.tell(FetchStep::Again { why });
        // Waits until the pipeline is empty, so that no old block is written over new bytes.
        self.digests()?;
        match &self.target {
            DownloadTarget::File(partial) => partial.keep(0).map_err(FetchError::Fatal)?,
            DownloadTarget::Stdout if self.at > 0 => {
                let detail = text!("get-no-going-back");
                let failed = Failure::new(
                    Operation::Get,
                    self.remote.address(self.name.as_bytes()),
                    Kind::Range,
                    detail,
                );
                return Err(FetchError::Fatal(failed.hint(text!("get-no-going-back-hint"))));
            }
            DownloadTarget::Stdout | DownloadTarget::Nothing => {}
        }
        self.pipeline.forget();
        (self.at, self.kept, self.vouched, self.known) = (0, 0, 0, None);
        Ok(())
    }

    /// Receives the rest of the file; returns the server's hash, if it gives one.
    pub(super) fn receive(&mut self, source: &mut dyn FileSource) -> Result<Option<Blake3>, FetchError> {
        let mark = self.known.as_ref().and_then(|known| known.mark.clone());
        // Without a mark the server cannot be asked for the rest of the same state.
        let offset = if mark.is_some() { self.at } else { 0 };
        let opened = source.open(FileRequest { name: &self.name, offset, mark: mark.as_deref() })?;
        if opened.offset != self.at {
            let changed = opened.mark.is_some() && opened.mark != mark;
            self.again(if changed { Anew::Changed } else { Anew::NoResume })?;
        } else if let Some(known) = self.known.as_ref().filter(|_| self.at > 0) {
            let is_other = known.mark != opened.mark || known.size != opened.size;
            if is_other {
                return Err(FetchError::Changed);
            }
        }
        self.begin(opened)?;
        let mut filling = self.empty();
        let read = self.gather(source, &mut filling);
        // What came before an error is kept.
        self.dispatch(filling.block);
        let hash = read?;
        let size = self.known.as_ref().and_then(|known| known.size);
        if let Some(size) = size.filter(|size| self.at < *size) {
            let detail = text!("get-ended-early", came = self.at, size = size);
            return Err(FetchError::Lost(Failure::new(
                Operation::Receive,
                self.remote.server(),
                Kind::Broken,
                detail,
            )));
        }
        Ok(hash.or(self.known.as_ref().and_then(|known| known.hash)))
    }

    /// Receives into blocks, and hands each to the pipeline when it is full or `PATIENCE` old.
    fn gather(
        &mut self,
        source: &mut dyn FileSource,
        filling: &mut FillingBlock,
    ) -> Result<Option<Blake3>, FetchError> {
        let size = self.known.as_ref().and_then(|known| known.size);
        loop {
            if self.remote.stop.is_cancelled() {
                return Err(FetchError::Stopped);
            }
            let room = filling.block.room(filling.room);
            match source.read(room)? {
                BodyRead::Bytes(count) => {
                    filling.load(count);
                    let came = self.at.saturating_add(filling.block.bytes().len() as u64);
                    if size.is_some_and(|size| came > size) {
                        let detail = text!("get-sends-more");
                        let server = self.remote.server();
                        return Err(FetchError::Fatal(Failure::new(
                            Operation::Get,
                            server,
                            Kind::Framing,
                            detail,
                        )));
                    }
                }
                BodyRead::Nothing => {}
                BodyRead::End(hash) => return Ok(hash),
            }
            if filling.is_due() {
                self.dispatch(std::mem::take(&mut filling.block));
                *filling = self.empty();
                if let Some(failure) = self.pipeline.broken() {
                    return Err(FetchError::Fatal(failure.clone()));
                }
            }
            self.pulse();
        }
    }

    /// An empty block for the next bytes.
    fn empty(&self) -> FillingBlock {
        let mut block = self.pipeline.block();
        if matches!(self.target, DownloadTarget::File(_)) {
            block.place = BlockPlace::At(self.at);
        }
        FillingBlock { block, room: span(self.at), since: None }
    }

    /// Hands a block to the pipeline.
    fn dispatch(&mut self, block: Block) {
        let bytes = block.bytes();
        if matches!(self.target, DownloadTarget::Stdout) && !bytes.is_empty() {
            self.events_out.tell(What::Recv {
                data: bytes.into(),
                check: Check::None,
                from: None,
                joined: 0,
            });
        }
        self.at += bytes.len() as u64;
        self.came += bytes.len() as u64;
        self.pipeline.take(block);
    }

    fn begin(&mut self, opened: RemoteFile) -> Result<(), FetchError> {
        let size = opened.size;
        self.known = Some(opened);
        if let (DownloadTarget::File(partial), Some(size)) = (&self.target, size) {
            partial.reserve(self.at, size).map_err(FetchError::Fatal)?;
        }
        self.speed = Speed::new(self.at);
        self.tell(FetchStep::Begun { size, kept: self.at });
        if self.at == 0 {
            self.note(Digests { count: 0, blake3: Blake3(*blake3::hash(b"").as_bytes()), sha256: None });
        }
        Ok(())
    }

    /// Updates the sidecar and tells of progress, each at its own interval.
    fn pulse(&mut self) {
        if self.noted.elapsed() >= NOTED
            && let Some(digests) = self.pipeline.glance()
        {
            self.note(digests);
            self.noted = Instant::now();
        }
        if self.speed.looked().elapsed() < OFTEN {
            return;
        }
        let rate = self.speed.look(self.at);
        self.tell(FetchStep::Progress {
            done: self.at,
            size: self.known.as_ref().and_then(|known| known.size),
            rate,
        });
    }

    /// Writes the sidecar. An error is ignored: the next write of the file itself reports it.
    fn note(&self, digests: Digests) {
        let (DownloadTarget::File(partial), Some(known)) = (&self.target, &self.known) else { return };
        let _ = partial.note(&Sidecar {
            server: self.remote.server(),
            name: self.name.clone(),
            size: known.size,
            mark: known.mark.clone(),
            mtime_ns: known.mtime_ns,
            hash: known.hash,
            verified: digests.count,
            prefix: digests.blake3,
        });
    }

    /// The digests of all that came, once all of it is written.
    fn digests(&self) -> Result<Digests, FetchError> {
        let gone =
            || Failure::new(Operation::Get, self.remote.server(), Kind::Other, text!("get-hashing-gone"));
        let digests = self.pipeline.digests().ok_or_else(gone);
        match self.pipeline.broken() {
            Some(failure) => Err(FetchError::Fatal(failure.clone())),
            None => digests.map_err(FetchError::Fatal),
        }
    }

    /// Verifies the whole file against the server's hash and the command line's.
    pub(super) fn verify(
        &mut self,
        source: &mut dyn FileSource,
        said: Option<Blake3>,
    ) -> Result<(Digests, Proof), FetchError> {
        let mark = self.known.as_ref().and_then(|known| known.mark.clone());
        let said = match (said, mark) {
            (None, Some(mark)) => source.hash(&self.name, &mark)?,
            (said, _) => said,
        };
        let digests = self.digests()?;
        let is_wrong = said.is_some_and(|said| said != digests.blake3);
        if (is_wrong && self.kept > 0) || (said.is_none() && self.kept > self.vouched) {
            // What an earlier run left may be what is wrong: once more without it.
            self.again(Anew::Damaged)?;
            return Err(FetchError::Restarted);
        }
        let mismatch = |detail: Text| {
            let address = self.remote.address(self.name.as_bytes());
            FetchError::Fatal(Failure::new(Operation::Get, address, Kind::Mismatch, detail))
        };
        if let Some(said) = said.filter(|_| is_wrong) {
            let (wanted, found) = (said.to_string(), digests.blake3.to_string());
            return Err(mismatch(text!("get-mismatch-server", wanted = wanted, found = found)));
        }
        if let Some(pin) = self.pins.blake3.filter(|pin| *pin != digests.blake3) {
            let (wanted, found) = (pin.to_string(), digests.blake3.to_string());
            return Err(mismatch(text!("get-mismatch", flag = "--blake3", wanted = wanted, found = found)));
        }
        if let (Some(pin), Some(found)) = (self.pins.sha256, digests.sha256)
            && pin != found
        {
            let (wanted, found) = (pin.to_string(), found.to_string());
            return Err(mismatch(text!("get-mismatch", flag = "--sha256", wanted = wanted, found = found)));
        }
        let is_pinned = self.pins.blake3.is_some() || self.pins.sha256.is_some();
        let proof = match (said, is_pinned) {
            (_, true) => Proof::Pinned,
            (Some(_), false) => Proof::Server,
            (None, false) => Proof::None,
        };
        Ok((digests, proof))
    }

    /// Makes the file durable under its name, and tells so.
    pub(super) fn complete(self, digests: Digests, proof: Proof) -> Result<u64, Failure> {
        let Self { name, events_out, target, came, known, .. } = self;
        let to = match target {
            DownloadTarget::File(partial) => {
                let to = partial.destination();
                partial.complete(digests.count, known.and_then(|known| known.mtime_ns))?;
                to
            }
            DownloadTarget::Stdout => "standard output".to_owned(),
            DownloadTarget::Nothing => "/dev/null".to_owned(),
        };
        let step = FetchStep::Complete { to, size: digests.count, came, hash: digests.blake3, proof };
        events_out.tell(What::Fetched(Fetched { name: name.as_bytes().into(), step }));
        Ok(came)
    }

    /// Keeps what the next run can resume, and tells where.
    pub(super) fn leave(self) {
        let digests = self.pipeline.digests();
        let DownloadTarget::File(partial) = &self.target else { return };
        let done = match (&self.known, digests) {
            (Some(known), Some(digests)) if known.mark.is_some() => {
                self.note(digests);
                partial.leave(digests.count);
                digests.count
            }
            // Nothing came, and what an earlier run left was not checked: it stays as it is.
            (None, _) if self.came == 0 => partial.length(),
            _ => 0,
        };
        if done == 0 {
            return self.discard();
        }
        let step = FetchStep::Kept { partial: partial.shown(), done };
        self.events_out.tell(What::Fetched(Fetched { name: self.name.as_bytes().into(), step }));
    }

    /// Removes the partial file: what came is wrong.
    pub(super) fn discard(self) {
        if let DownloadTarget::File(partial) = self.target {
            partial.discard();
        }
    }
}
