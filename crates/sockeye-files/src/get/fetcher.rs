//! What fetches: one download after the other, begun again where a connection is lost.
//! Never decides where a file goes.

use std::time::Duration;

use sockeye_core::{
    event::{Anew, Dialect, Failure, Kind, Notice, Operation, Proof, What},
    plan::GetPlan,
    transfer::Name,
};
use sockeye_sys::words;
use sockeye_text::text;

use super::{
    download::{Download, DownloadTarget, EventSender, Trust},
    partial::Leftover,
    pipeline::{Digests, ExtraHash, Pipeline},
    remote::{FetchError, Remote},
    sockeye::SockeyeClient,
    source::FileSource,
};

/// The first pause before a lost connection is made again; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What fetches, and what it has done so far.
#[derive(Debug)]
pub(super) struct Fetcher {
    pub(super) plan: GetPlan,
    pub(super) remote: Remote,
    pub(super) events_out: EventSender,
    /// Bytes that came.
    pub(super) came: u64,
    /// Files that are here now.
    pub(super) fetched: u64,
    /// The server has answered before.
    met: bool,
    pub(super) first: Option<Failure>,
}

/// How often a lost connection was made again, and the pause before the next.
#[derive(Debug)]
struct Retries {
    done: u32,
    pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { done: 0, pause: PAUSE }
    }
}

/// Why one selection was not fetched.
#[derive(Debug)]
pub(super) enum WishError {
    /// The next one may be fetched.
    One(Failure),
    /// No other can be fetched either.
    All(Failure),
    Stopped,
}

impl From<FetchError> for WishError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Lost(failure) => Self::All(failure),
            FetchError::Changed | FetchError::Restarted => Self::One(unsteady("a file".to_owned())),
            FetchError::Fatal(failure) => match failure.kind {
                Kind::Absent | Kind::LocalWrite | Kind::Mismatch | Kind::Range => Self::One(failure),
                _ => Self::All(failure),
            },
            FetchError::Stopped => Self::Stopped,
        }
    }
}

impl Fetcher {
    /// One that has done nothing yet.
    pub(super) fn new(plan: GetPlan, remote: Remote, events_out: EventSender) -> Self {
        Self { plan, remote, events_out, came: 0, fetched: 0, met: false, first: None }
    }

    /// The first failure is the run's; those after it are told at once.
    pub(super) fn record(&mut self, failure: Failure) {
        match self.first {
            None => self.first = Some(failure),
            Some(_) => self.events_out.tell(What::Failed(failure)),
        }
    }

    /// Fetches one file to `target`, resuming `found`.
    pub(super) fn fetch(
        &mut self,
        source: &mut dyn FileSource,
        name: &Name,
        target: DownloadTarget,
        found: Leftover,
    ) -> Result<(), WishError> {
        let also = if self.plan.pins.sha256.is_some() { ExtraHash::Sha256 } else { ExtraHash::Nothing };
        let writer = match &target {
            DownloadTarget::File(partial) => Some(partial.writer().map_err(WishError::One)?),
            DownloadTarget::Stdout | DownloadTarget::Nothing => None,
        };
        let pipeline = Pipeline::begin(also, writer).map_err(|error| {
            WishError::All(Failure::new(Operation::Prepare, "a thread", Kind::Other, words(&error)))
        })?;
        let (remote, events_out) = (self.remote.clone(), self.events_out.clone());
        let mut download = Download::new(name.clone(), remote, events_out, target, pipeline, self.plan.pins);
        let trust = match self.plan.dialect {
            Dialect::Sockeye => Trust::Everything,
            Dialect::Http | Dialect::Name => Trust::Vouched,
        };
        let arrived = download.recover(found, trust).and_then(|()| self.persist(source, &mut download));
        self.came += download.came;
        match arrived {
            Ok((digests, proof)) => {
                download.complete(digests, proof).map_err(WishError::One)?;
                self.fetched += 1;
                self.met = true;
                Ok(())
            }
            Err(error) => {
                source.hang_up();
                let error = WishError::from(error);
                match &error {
                    WishError::One(failure) if failure.kind == Kind::Mismatch => download.discard(),
                    _ => download.leave(),
                }
                Err(error)
            }
        }
    }

    /// Receives and verifies, again after lost connections and changed states as often as the plan allows.
    fn persist(
        &mut self,
        source: &mut dyn FileSource,
        download: &mut Download,
    ) -> Result<(Digests, Proof), FetchError> {
        let (mut tries, mut states) = (Retries::default(), 0);
        loop {
            let before = download.came;
            let tried = download.receive(source).and_then(|said| download.verify(source, said));
            let failure = match tried {
                Err(FetchError::Lost(failure)) => failure,
                Err(error @ (FetchError::Changed | FetchError::Restarted)) => {
                    if matches!(error, FetchError::Changed) {
                        download.again(Anew::Changed)?;
                    }
                    states += 1;
                    if states > self.plan.retries.max(1) {
                        return Err(FetchError::Fatal(unsteady(
                            self.remote.address(download.name.as_bytes()),
                        )));
                    }
                    continue;
                }
                settled => return settled,
            };
            // A connection that brought bytes shows a working server: the pause starts short again.
            if download.came > before {
                tries.pause = PAUSE;
            }
            self.lost(source, failure, &mut tries)?;
        }
    }

    /// Asks for a listing, kind or hash, again after lost connections as often as the plan allows.
    pub(super) fn insist<T>(
        &mut self,
        client: &mut SockeyeClient,
        ask: impl Fn(&mut SockeyeClient) -> Result<T, FetchError>,
    ) -> Result<T, FetchError> {
        let mut tries = Retries::default();
        loop {
            match ask(client) {
                Err(FetchError::Lost(failure)) => self.lost(client, failure, &mut tries)?,
                settled => {
                    self.met = true;
                    return settled;
                }
            }
        }
    }

    /// A connection was lost: waits until it is time for another, if there may be one.
    fn lost(
        &mut self,
        source: &mut dyn FileSource,
        failure: Failure,
        tries: &mut Retries,
    ) -> Result<(), FetchError> {
        source.hang_up();
        // A server that never answered was not lost: it is not tried again.
        self.met |= !matches!(failure.operation, Operation::Connect | Operation::Resolve);
        if !self.met || tries.done >= self.plan.retries {
            return Err(FetchError::Lost(failure));
        }
        tries.done += 1;
        self.events_out.tell(What::Notice(Notice::Retry { attempt: tries.done, failure }));
        self.rest(tries.pause)?;
        tries.pause = (tries.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn rest(&self, pause: Duration) -> Result<(), FetchError> {
        let slept = self
            .remote
            .handle
            .block_on(async { tokio::time::timeout(pause, self.remote.stop.cancelled()).await });
        if slept.is_ok() { Err(FetchError::Stopped) } else { Ok(()) }
    }
}

fn unsteady(address: String) -> Failure {
    Failure::new(Operation::Get, address, Kind::Broken, text!("get-unsteady"))
}
