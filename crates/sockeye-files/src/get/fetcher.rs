//! What fetches: one download after the other, begun again where a connection is lost.
//! Never decides where a file goes.

use std::time::Duration;

use sockeye_core::{
    event::{Anew, Dialect, Failure, Kind, Notice, Operation, Proof, What},
    plan::GetPlan,
    transfer::Name,
};

use super::{
    download::{Course, Landing, Teller, Trust},
    partial::Found,
    pipeline::{Also, Belt, Sums},
    remote::{Stumble, Way},
    sockeye::Asker,
    source::Source,
};

/// The first pause before a lost connection is made again; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What fetches, and what it has done so far.
#[derive(Debug)]
pub(super) struct Fetcher {
    pub(super) plan: GetPlan,
    pub(super) way: Way,
    pub(super) teller: Teller,
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
struct Tries {
    done: u32,
    pause: Duration,
}

impl Default for Tries {
    fn default() -> Self {
        Self { done: 0, pause: PAUSE }
    }
}

/// How one wish ended, where it did not go well.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The next may go better.
    This(Failure),
    /// So will all others.
    All(Failure),
    Stopped,
}

impl From<Stumble> for Trouble {
    fn from(stumble: Stumble) -> Self {
        match stumble {
            Stumble::Lost(failure) => Self::All(failure),
            Stumble::Changed | Stumble::Anew => Self::This(unsteady("a file".to_owned())),
            Stumble::Over(failure) => match failure.kind {
                Kind::Absent | Kind::LocalWrite | Kind::Mismatch | Kind::Range => Self::This(failure),
                _ => Self::All(failure),
            },
            Stumble::Stopped => Self::Stopped,
        }
    }
}

impl Fetcher {
    /// One that has done nothing yet.
    pub(super) fn new(plan: GetPlan, way: Way, teller: Teller) -> Self {
        Self { plan, way, teller, came: 0, fetched: 0, met: false, first: None }
    }

    /// The first failure is the run's; those after it are told at once.
    pub(super) fn record(&mut self, failure: Failure) {
        match self.first {
            None => self.first = Some(failure),
            Some(_) => self.teller.tell(What::Failed(failure)),
        }
    }

    /// Fetches one file to `landing`, where `found` lay before.
    pub(super) fn fetch(
        &mut self,
        source: &mut dyn Source,
        name: &Name,
        landing: Landing,
        found: Found,
    ) -> Result<(), Trouble> {
        let also = if self.plan.pins.sha256.is_some() { Also::Sha256 } else { Also::Nothing };
        let pen = match &landing {
            Landing::File(partial) => Some(partial.pen().map_err(Trouble::This)?),
            Landing::Stdout | Landing::Nothing => None,
        };
        let belt = Belt::begin(also, pen).map_err(|error| {
            Trouble::All(Failure::new(Operation::Prepare, "a thread", Kind::Other, error.to_string()))
        })?;
        let (way, teller) = (self.way.clone(), self.teller.clone());
        let mut course = Course::new(name.clone(), way, teller, landing, belt, self.plan.pins);
        let trust = match self.plan.dialect {
            Dialect::Sockeye => Trust::Everything,
            Dialect::Http | Dialect::Name => Trust::Vouched,
        };
        let arrived = course.recover(found, trust).and_then(|()| self.persist(source, &mut course));
        self.came += course.came;
        match arrived {
            Ok((sums, proof)) => {
                course.complete(sums, proof).map_err(Trouble::This)?;
                self.fetched += 1;
                self.met = true;
                Ok(())
            }
            Err(stumble) => {
                source.hang_up();
                let trouble = Trouble::from(stumble);
                match &trouble {
                    Trouble::This(failure) if failure.kind == Kind::Mismatch => course.discard(),
                    _ => course.leave(),
                }
                Err(trouble)
            }
        }
    }

    /// Receives and verifies, as often as may be.
    fn persist(&mut self, source: &mut dyn Source, course: &mut Course) -> Result<(Sums, Proof), Stumble> {
        let (mut tries, mut states) = (Tries::default(), 0);
        loop {
            let before = course.came;
            let tried = course.receive(source).and_then(|said| course.verify(source, said));
            let failure = match tried {
                Err(Stumble::Lost(failure)) => failure,
                Err(stumble @ (Stumble::Changed | Stumble::Anew)) => {
                    if matches!(stumble, Stumble::Changed) {
                        course.again(Anew::Changed)?;
                    }
                    states += 1;
                    if states > self.plan.retries.max(1) {
                        return Err(Stumble::Over(unsteady(self.way.address(course.name.as_bytes()))));
                    }
                    continue;
                }
                settled => return settled,
            };
            // A connection that brought something is no sign of a server that wants to be left alone.
            if course.came > before {
                tries.pause = PAUSE;
            }
            self.lost(source, failure, &mut tries)?;
        }
    }

    /// Asks as often as may be for what is no file.
    pub(super) fn insist<T>(
        &mut self,
        asker: &mut Asker,
        ask: impl Fn(&mut Asker) -> Result<T, Stumble>,
    ) -> Result<T, Stumble> {
        let mut tries = Tries::default();
        loop {
            match ask(asker) {
                Err(Stumble::Lost(failure)) => self.lost(asker, failure, &mut tries)?,
                settled => {
                    self.met = true;
                    return settled;
                }
            }
        }
    }

    /// A connection was lost: waits until it is time for another, if there may be one.
    fn lost(&mut self, source: &mut dyn Source, failure: Failure, tries: &mut Tries) -> Result<(), Stumble> {
        source.hang_up();
        // A server that never answered is not one that was lost.
        self.met |= !matches!(failure.operation, Operation::Connect | Operation::Resolve);
        if !self.met || tries.done >= self.plan.retries {
            return Err(Stumble::Lost(failure));
        }
        tries.done += 1;
        self.teller.tell(What::Notice(Notice::Retry { attempt: tries.done, failure }));
        self.rest(tries.pause)?;
        tries.pause = (tries.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn rest(&self, pause: Duration) -> Result<(), Stumble> {
        let slept =
            self.way.handle.block_on(async { tokio::time::timeout(pause, self.way.stop.cancelled()).await });
        if slept.is_ok() { Err(Stumble::Stopped) } else { Ok(()) }
    }
}

fn unsteady(address: String) -> Failure {
    Failure::new(Operation::Get, address, Kind::Broken, "it changes again and again while it is sent")
}
