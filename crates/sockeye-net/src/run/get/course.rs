//! One file on its way: received, written, hashed, verified, made durable; or kept for the next time.
//! Never knows the dialect it comes in.

use std::time::{Duration, Instant};

use sockeye_core::{
    event::{Anew, Event, Failure, Fetched, Kind, Operation, Proof, Step, What},
    frame::Check,
    plan::Pins,
    transfer::{Blake3, Name, Sidecar},
};
use tokio::sync::mpsc;

use super::{
    ask::address,
    belt::{Belt, Sums},
    block::{Block, Place, span},
    landing::{Found, Partial},
    line::{Stumble, Way},
    source::{Ask, Brought, Opened, Source},
};
use crate::{clock::Clock, run::speed::Speed};

/// How often progress is told.
const OFTEN: Duration = Duration::from_millis(200);
/// How long bytes are held back at most, so that a block gets full: a run that is killed loses no more.
const PATIENCE: Duration = Duration::from_millis(2);
/// How often the sidecar learns of what was written: where nobody else vouches for it, a kill loses what came since.
const NOTED: Duration = Duration::from_millis(20);

/// Where the bytes go.
#[derive(Debug)]
pub(super) enum Landing {
    File(Box<Partial>),
    /// Standard output, by way of events.
    Stdout,
    /// `/dev/null`.
    Nothing,
}

/// How much of a partial file is gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// All of it: the server's hash of the whole file decides in the end.
    Everything,
    /// What the sidecar vouches for: nobody else will.
    Vouched,
}

/// How events leave a thread that waits.
#[derive(Clone, Debug)]
pub(super) struct Teller {
    pub(super) clock: Clock,
    pub(super) events: mpsc::Sender<Vec<Event>>,
}

impl Teller {
    pub(super) fn tell(&self, what: What) {
        // A view that is gone has no use for it.
        let _ = self.events.blocking_send(vec![Event { at: self.clock.now(), conn: None, what }]);
    }
}

/// A block that is being filled.
struct Cargo {
    block: Block,
    /// Bytes that still go into it.
    room: usize,
    /// When its first bytes came.
    since: Option<Instant>,
}

impl Cargo {
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
pub(super) struct Course {
    pub(super) name: Name,
    pub(super) way: Way,
    pub(super) teller: Teller,
    pub(super) landing: Landing,
    belt: Belt,
    pub(super) pins: Pins,
    /// Bytes that are here: written and hashed, or on the belt for that.
    at: u64,
    /// Bytes of them that an earlier run left.
    kept: u64,
    /// Bytes of those that their sidecar vouches for.
    vouched: u64,
    /// Bytes that came in this run.
    pub(super) came: u64,
    known: Option<Opened>,
    speed: Speed,
    /// When the sidecar learned of what is known good.
    noted: Instant,
}

impl Course {
    pub(super) fn new(
        name: Name,
        way: Way,
        teller: Teller,
        landing: Landing,
        belt: Belt,
        pins: Pins,
    ) -> Self {
        Self {
            name,
            way,
            teller,
            landing,
            belt,
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

    fn tell(&self, step: Step) {
        self.teller.tell(What::Fetched(Fetched { name: self.name.as_bytes().into(), step }));
    }

    /// Hashes what an earlier run left, and goes on behind it if it is what its sidecar says.
    pub(super) fn recover(&mut self, found: Found, trust: Trust) -> Result<(), Stumble> {
        let Found::Bytes(length, sidecar) = found else { return Ok(()) };
        let Ok(sidecar) = sidecar else { return self.again(Anew::Unknown) };
        if sidecar.server != self.way.server() || sidecar.name != self.name {
            return self.again(Anew::Foreign);
        }
        if sidecar.mark.is_none() {
            return self.again(Anew::NoResume);
        }
        if sidecar.verified > length || sidecar.size.is_some_and(|size| length > size) {
            return self.again(Anew::Damaged);
        }
        self.rehash(0, sidecar.verified)?;
        if self.sums()?.blake3 != sidecar.prefix {
            return self.again(Anew::Damaged);
        }
        let length = match trust {
            Trust::Everything => length,
            Trust::Vouched => sidecar.verified,
        };
        self.rehash(sidecar.verified, length)?;
        if let Landing::File(partial) = &self.landing {
            partial.keep(length).map_err(Stumble::Over)?;
        }
        (self.at, self.kept, self.vouched) = (length, length, sidecar.verified);
        self.known = Some(Opened {
            size: sidecar.size,
            offset: length,
            mark: sidecar.mark,
            mtime_ns: sidecar.mtime_ns,
            hash: sidecar.hash,
        });
        Ok(())
    }

    fn rehash(&mut self, from: u64, to: u64) -> Result<(), Stumble> {
        let Landing::File(partial) = &self.landing else { return Ok(()) };
        let mut at = from;
        while at < to {
            if self.way.stop.is_cancelled() {
                return Err(Stumble::Stopped);
            }
            let mut block = self.belt.block();
            let room = block.room(usize::try_from(to - at).unwrap_or(usize::MAX));
            let count = partial.read(room, at).map_err(Stumble::Over)?;
            block.fill(count);
            at += count as u64;
            self.belt.take(block);
        }
        Ok(())
    }

    /// Throws away what is here, and says why.
    pub(super) fn again(&mut self, why: Anew) -> Result<(), Stumble> {
        self.tell(Step::Again { why });
        // Nothing of what was is to be written behind what will be.
        self.sums()?;
        match &self.landing {
            Landing::File(partial) => partial.keep(0).map_err(Stumble::Over)?,
            Landing::Stdout if self.at > 0 => {
                let detail =
                    "what was written to standard output cannot be taken back, and the server cannot go on";
                let failed = Failure::new(
                    Operation::Get,
                    address(&self.way, self.name.as_bytes()),
                    Kind::Range,
                    detail,
                );
                return Err(Stumble::Over(failed.hint("fetch it into a file with -o FILE")));
            }
            Landing::Stdout | Landing::Nothing => {}
        }
        self.belt.forget();
        (self.at, self.kept, self.vouched, self.known) = (0, 0, 0, None);
        Ok(())
    }

    /// Receives from where it is to the end; the server's hash, if it gives one.
    pub(super) fn receive(&mut self, source: &mut dyn Source) -> Result<Option<Blake3>, Stumble> {
        let mark = self.known.as_ref().and_then(|known| known.mark.clone());
        // What cannot be named to the server cannot be gone on with.
        let offset = if mark.is_some() { self.at } else { 0 };
        let opened = source.open(Ask { name: &self.name, offset, mark: mark.as_deref() })?;
        if opened.offset != self.at {
            let changed = opened.mark.is_some() && opened.mark != mark;
            self.again(if changed { Anew::Changed } else { Anew::NoResume })?;
        } else if let Some(known) = self.known.as_ref().filter(|_| self.at > 0) {
            let is_other = known.mark != opened.mark || known.size != opened.size;
            if is_other {
                return Err(Stumble::Changed);
            }
        }
        self.begin(opened)?;
        let mut cargo = self.empty();
        let read = self.gather(source, &mut cargo);
        // What came before something went wrong is of use.
        self.dispatch(cargo.block);
        let hash = read?;
        let size = self.known.as_ref().and_then(|known| known.size);
        if let Some(size) = size.filter(|size| self.at < *size) {
            let detail = format!("it ended after {} bytes of {size}", self.at);
            return Err(Stumble::Lost(Failure::new(
                Operation::Receive,
                self.way.server(),
                Kind::Broken,
                detail,
            )));
        }
        Ok(hash.or(self.known.as_ref().and_then(|known| known.hash)))
    }

    /// Gathers what comes into blocks, and sends them on their way when they are full or have waited for long.
    fn gather(&mut self, source: &mut dyn Source, cargo: &mut Cargo) -> Result<Option<Blake3>, Stumble> {
        let size = self.known.as_ref().and_then(|known| known.size);
        loop {
            if self.way.stop.is_cancelled() {
                return Err(Stumble::Stopped);
            }
            let room = cargo.block.room(cargo.room);
            match source.read(room)? {
                Brought::Bytes(count) => {
                    cargo.load(count);
                    let came = self.at.saturating_add(cargo.block.bytes().len() as u64);
                    if size.is_some_and(|size| came > size) {
                        let detail = "it sends more than it announced";
                        let server = self.way.server();
                        return Err(Stumble::Over(Failure::new(
                            Operation::Get,
                            server,
                            Kind::Framing,
                            detail,
                        )));
                    }
                }
                Brought::Nothing => {}
                Brought::End(hash) => return Ok(hash),
            }
            if cargo.is_due() {
                self.dispatch(std::mem::take(&mut cargo.block));
                *cargo = self.empty();
                if let Some(failure) = self.belt.broken() {
                    return Err(Stumble::Over(failure.clone()));
                }
            }
            self.pulse();
        }
    }

    /// An empty block for what comes next.
    fn empty(&self) -> Cargo {
        let mut block = self.belt.block();
        if matches!(self.landing, Landing::File(_)) {
            block.place = Place::At(self.at);
        }
        Cargo { block, room: span(self.at), since: None }
    }

    /// Sends on its way what was gathered; a block comes back empty.
    fn dispatch(&mut self, block: Block) {
        let bytes = block.bytes();
        if matches!(self.landing, Landing::Stdout) && !bytes.is_empty() {
            self.teller.tell(What::Recv { data: bytes.into(), check: Check::None, from: None, joined: 0 });
        }
        self.at += bytes.len() as u64;
        self.came += bytes.len() as u64;
        self.belt.take(block);
    }

    fn begin(&mut self, opened: Opened) -> Result<(), Stumble> {
        let size = opened.size;
        self.known = Some(opened);
        if let (Landing::File(partial), Some(size)) = (&self.landing, size) {
            partial.reserve(self.at, size).map_err(Stumble::Over)?;
        }
        self.speed = Speed::new(self.at);
        self.tell(Step::Begun { size, kept: self.at });
        if self.at == 0 {
            self.note(Sums { count: 0, blake3: Blake3(*blake3::hash(b"").as_bytes()), sha256: None });
        }
        Ok(())
    }

    /// From time to time: puts what is known good into the sidecar, and tells of progress.
    fn pulse(&mut self) {
        if self.noted.elapsed() >= NOTED
            && let Some(sums) = self.belt.glance()
        {
            self.note(sums);
            self.noted = Instant::now();
        }
        if self.speed.looked().elapsed() < OFTEN {
            return;
        }
        let rate = self.speed.look(self.at);
        self.tell(Step::Progress {
            done: self.at,
            size: self.known.as_ref().and_then(|known| known.size),
            rate,
        });
    }

    /// Puts down what is known good. Where that fails, the next write will say so.
    fn note(&self, sums: Sums) {
        let (Landing::File(partial), Some(known)) = (&self.landing, &self.known) else { return };
        let _ = partial.note(&Sidecar {
            server: self.way.server(),
            name: self.name.clone(),
            size: known.size,
            mark: known.mark.clone(),
            mtime_ns: known.mtime_ns,
            hash: known.hash,
            verified: sums.count,
            prefix: sums.blake3,
        });
    }

    /// The sums of all that came, once all of it is written.
    fn sums(&self) -> Result<Sums, Stumble> {
        let gone =
            || Failure::new(Operation::Get, self.way.server(), Kind::Other, "the hashing thread is gone");
        let sums = self.belt.sums().ok_or_else(gone);
        match self.belt.broken() {
            Some(failure) => Err(Stumble::Over(failure.clone())),
            None => sums.map_err(Stumble::Over),
        }
    }

    /// Whether all of it is right, now that all of it is here.
    pub(super) fn verify(
        &mut self,
        source: &mut dyn Source,
        said: Option<Blake3>,
    ) -> Result<(Sums, Proof), Stumble> {
        let mark = self.known.as_ref().and_then(|known| known.mark.clone());
        let said = match (said, mark) {
            (None, Some(mark)) => source.hash(&self.name, &mark)?,
            (said, _) => said,
        };
        let sums = self.sums()?;
        let is_wrong = said.is_some_and(|said| said != sums.blake3);
        if (is_wrong && self.kept > 0) || (said.is_none() && self.kept > self.vouched) {
            // What an earlier run left may be what is wrong; without it there is only the server to blame.
            self.again(Anew::Damaged)?;
            return Err(Stumble::Anew);
        }
        let mismatch = |wanted: String, found: String, whose: &str| {
            let detail = format!("{whose} is {wanted}, and what came has {found}");
            let address = address(&self.way, self.name.as_bytes());
            Stumble::Over(Failure::new(Operation::Get, address, Kind::Mismatch, detail))
        };
        if let Some(said) = said.filter(|_| is_wrong) {
            return Err(mismatch(said.to_string(), sums.blake3.to_string(), "the server's BLAKE3"));
        }
        if let Some(pin) = self.pins.blake3.filter(|pin| *pin != sums.blake3) {
            return Err(mismatch(pin.to_string(), sums.blake3.to_string(), "--blake3"));
        }
        if let (Some(pin), Some(found)) = (self.pins.sha256, sums.sha256)
            && pin != found
        {
            return Err(mismatch(pin.to_string(), found.to_string(), "--sha256"));
        }
        let is_pinned = self.pins.blake3.is_some() || self.pins.sha256.is_some();
        let proof = match (said, is_pinned) {
            (_, true) => Proof::Pinned,
            (Some(_), false) => Proof::Server,
            (None, false) => Proof::None,
        };
        Ok((sums, proof))
    }

    /// Makes it durable, and says so.
    pub(super) fn complete(self, sums: Sums, proof: Proof) -> Result<u64, Failure> {
        let Self { name, teller, landing, came, known, .. } = self;
        let to = match landing {
            Landing::File(partial) => {
                let to = partial.destination();
                partial.complete(sums.count, known.and_then(|known| known.mtime_ns))?;
                to
            }
            Landing::Stdout => "standard output".to_owned(),
            Landing::Nothing => "/dev/null".to_owned(),
        };
        let step = Step::Complete { to, size: sums.count, came, hash: sums.blake3, proof };
        teller.tell(What::Fetched(Fetched { name: name.as_bytes().into(), step }));
        Ok(came)
    }

    /// Leaves what is of use for the next run, and says where.
    pub(super) fn leave(self) {
        let sums = self.belt.sums();
        let Landing::File(partial) = &self.landing else { return };
        let done = match (&self.known, sums) {
            (Some(known), Some(sums)) if known.mark.is_some() => {
                self.note(sums);
                partial.leave(sums.count);
                sums.count
            }
            // Nothing came, and what an earlier run left was not looked through: it stays as it is.
            (None, _) if self.came == 0 => partial.length(),
            _ => 0,
        };
        if done == 0 {
            return self.discard();
        }
        let step = Step::Kept { partial: partial.shown(), done };
        self.teller.tell(What::Fetched(Fetched { name: self.name.as_bytes().into(), step }));
    }

    /// Leaves nothing: what came is wrong.
    pub(super) fn discard(self) {
        if let Landing::File(partial) = self.landing {
            partial.discard();
        }
    }
}
