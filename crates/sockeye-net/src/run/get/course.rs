//! One file on its way: received, written, hashed, verified, made durable; or kept for the next time.
//! Never knows the dialect it comes in.

use std::time::Duration;

use sockeye_core::{
    event::{Anew, Event, Failure, Fetched, Kind, Operation, Proof, Step, What},
    frame::Check,
    plan::Pins,
    transfer::{Blake3, Name, Sidecar},
};
use tokio::sync::mpsc;

use super::{
    ask::address,
    hashing::{Hashing, Piece, Sums},
    landing::{Found, Partial},
    line::{Stumble, Way},
    source::{Ask, Brought, Opened, Source},
};
use crate::{clock::Clock, run::speed::Speed};

/// How often progress is told, and how often the sidecar learns of it.
const OFTEN: Duration = Duration::from_millis(200);

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

/// One file.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) name: Name,
    pub(super) way: Way,
    pub(super) teller: Teller,
    pub(super) landing: Landing,
    pub(super) hashing: Hashing,
    pub(super) pins: Pins,
    /// Bytes that are here, written and hashed.
    at: u64,
    /// Bytes of them that an earlier run left.
    kept: u64,
    /// Bytes of those that their sidecar vouches for.
    vouched: u64,
    /// Bytes that came in this run.
    pub(super) came: u64,
    known: Option<Opened>,
    speed: Speed,
}

impl Course {
    pub(super) fn new(
        name: Name,
        way: Way,
        teller: Teller,
        landing: Landing,
        hashing: Hashing,
        pins: Pins,
    ) -> Self {
        Self {
            name,
            way,
            teller,
            landing,
            hashing,
            pins,
            at: 0,
            kept: 0,
            vouched: 0,
            came: 0,
            known: None,
            speed: Speed::new(0),
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
        if let Landing::File(partial) = &mut self.landing {
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
            let mut piece = self.hashing.buffer();
            let room = usize::try_from(to - at).unwrap_or(usize::MAX).min(piece.buffer.len());
            let room = piece.buffer.get_mut(..room).unwrap_or_default();
            let count = partial.read(room, at).map_err(Stumble::Over)?;
            piece.parts.push(0..count);
            at += count as u64;
            self.hashing.take(piece);
        }
        Ok(())
    }

    /// Throws away what is here, and says why.
    pub(super) fn again(&mut self, why: Anew) -> Result<(), Stumble> {
        self.tell(Step::Again { why });
        match &mut self.landing {
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
        self.hashing.forget();
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
        loop {
            if self.way.stop.is_cancelled() {
                return Err(Stumble::Stopped);
            }
            let mut piece = self.hashing.buffer();
            let brought = source.read(&mut piece);
            self.take(piece)?;
            match brought? {
                Brought::More => self.pulse(),
                Brought::End(hash) => {
                    let size = self.known.as_ref().and_then(|known| known.size);
                    if size.is_some_and(|size| self.at < size) {
                        let detail =
                            format!("it ended after {} bytes of {}", self.at, size.unwrap_or_default());
                        let failed =
                            Failure::new(Operation::Receive, self.way.server(), Kind::Broken, detail);
                        return Err(Stumble::Lost(failed));
                    }
                    let known = self.known.as_ref().and_then(|known| known.hash);
                    return Ok(hash.or(known));
                }
            }
        }
    }

    fn begin(&mut self, opened: Opened) -> Result<(), Stumble> {
        let size = opened.size;
        self.known = Some(opened);
        if let (Landing::File(partial), Some(size)) = (&self.landing, size) {
            partial.reserve(size).map_err(Stumble::Over)?;
        }
        self.speed = Speed::new(self.at);
        self.tell(Step::Begun { size, kept: self.at });
        if self.at == 0 {
            self.note(Sums { count: 0, blake3: Blake3(*blake3::hash(b"").as_bytes()), sha256: None });
        }
        Ok(())
    }

    fn take(&mut self, piece: Piece) -> Result<(), Stumble> {
        let count = piece.len();
        let size = self.known.as_ref().and_then(|known| known.size);
        if size.is_some_and(|size| self.at.saturating_add(count) > size) {
            let detail = "it sends more than it announced";
            return Err(Stumble::Over(Failure::new(
                Operation::Get,
                self.way.server(),
                Kind::Framing,
                detail,
            )));
        }
        for bytes in piece.slices() {
            match &mut self.landing {
                Landing::File(partial) => partial.write(bytes).map_err(Stumble::Over)?,
                Landing::Stdout => {
                    self.teller.tell(What::Recv { data: bytes.into(), check: Check::None });
                }
                Landing::Nothing => {}
            }
        }
        self.at += count;
        self.came += count;
        self.hashing.take(piece);
        Ok(())
    }

    /// From time to time: tells of progress, and puts it into the sidecar.
    fn pulse(&mut self) {
        if self.speed.looked().elapsed() < OFTEN {
            return;
        }
        let rate = self.speed.look(self.at);
        self.tell(Step::Progress {
            done: self.at,
            size: self.known.as_ref().and_then(|known| known.size),
            rate,
        });
        if let Some(sums) = self.hashing.glance() {
            self.note(sums);
        }
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

    fn sums(&self) -> Result<Sums, Stumble> {
        let gone = || {
            Stumble::Over(Failure::new(
                Operation::Get,
                self.way.server(),
                Kind::Other,
                "the hashing thread is gone",
            ))
        };
        self.hashing.sums().ok_or_else(gone)
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
            return Err(mismatch(Blake3(pin).to_string(), Blake3(found).to_string(), "--sha256"));
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
        let Self { name, teller, landing, came, .. } = self;
        let to = match landing {
            Landing::File(partial) => {
                let to = partial.destination();
                partial.complete()?;
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
        match &self.known {
            Some(known) if known.mark.is_some() => {
                if let Some(sums) = self.hashing.sums() {
                    self.note(sums);
                }
            }
            // Nothing came, and what an earlier run left was not looked through: it stays as it is.
            None if self.came == 0 => {}
            _ => return self.discard(),
        }
        if let Landing::File(partial) = self.landing {
            let shown = partial.shown();
            let done = partial.leave();
            if done > 0 {
                let step = Step::Kept { partial: shown, done };
                self.teller.tell(What::Fetched(Fetched { name: self.name.as_bytes().into(), step }));
            }
        }
    }

    /// Leaves nothing: what came is wrong.
    pub(super) fn discard(self) {
        if let Landing::File(partial) = self.landing {
            partial.discard();
        }
    }
}
