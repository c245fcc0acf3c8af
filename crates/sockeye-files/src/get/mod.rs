//! The engine of `get`: asks for files, again where a connection is lost, and lands them one after the other.
//! Never listens, and never takes a place or a name on the disk from the server.

mod sockeye;
mod pipeline;
mod block;
mod download;
mod local;
mod partial;
mod remote;
mod name;
mod source;
mod folders;
mod http;

use std::{
    os::unix::fs::{FileTypeExt as _, MetadataExt as _},
    path::Path,
    time::Duration,
};

use sockeye_core::{
    behaviour::Verdict,
    event::{Anew, Dialect, Event, Failure, Kind, Listed, Notice, Operation, Proof, Summary, What},
    plan::{Destination, GetPlan, Wish},
    transfer::Name,
};
use tokio::{runtime::Handle, signal::unix::SignalKind};

use self::{
    download::{Course, Landing, Teller, Trust},
    http::Web,
    name::Plain,
    partial::{Found, Partial, Spot},
    pipeline::{Also, Belt, Sums},
    remote::{Stumble, Way},
    sockeye::{Asker, address},
    source::Source,
};
use sockeye_net::{Desk, Drained, Report};

/// The first pause before a lost connection is made again; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(200);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Fetches what the plan wishes for. Its report's failure is the first of those there were.
///
/// # Errors
/// The thread that does it cannot be had.
pub async fn get(plan: GetPlan, desk: Desk) -> Result<Report, Failure> {
    let Desk { clock, events, stop, eyes: _, orders: _orders } = desk;
    let way = Way {
        target: plan.target.clone(),
        family: plan.family,
        connect_timeout: plan.limits.connect_timeout,
        timeout: plan.timeout,
        handle: Handle::current(),
        stop,
    };
    // A limit for the size of files is to be a failed write, and no signal that ends us.
    let too_large = rustix::process::Signal::XFSZ.as_raw();
    let _caught = tokio::signal::unix::signal(SignalKind::from_raw(too_large));
    let teller = Teller { clock: clock.clone(), events: events.clone() };
    let server = way.server();
    let fetcher = Fetcher { plan, way, teller, came: 0, fetched: 0, met: false, first: None };
    let failed = |error: String| Failure::new(Operation::Get, server, Kind::Other, error);
    // Files are read and written by a thread that waits: readiness would cost two calls more for every read.
    let (done, report) = tokio::sync::oneshot::channel();
    let fetching = move || {
        // Whoever does not wait for it any more has no use for it.
        let _ = done.send(fetcher.run());
    };
    let thread = std::thread::Builder::new().name("get".to_owned()).spawn(fetching);
    let mut report = match thread {
        Ok(_) => report.await.map_err(|_| failed("it ended without a report".to_owned()))?,
        Err(error) => return Err(failed(error.to_string())),
    };
    report.summary.lasted = u64::try_from(clock.now().0.as_nanos()).unwrap_or(u64::MAX);
    let last = Event { at: clock.now(), conn: None, what: What::Summary(report.summary) };
    let _ = events.send(vec![last]).await;
    Ok(report)
}

struct Fetcher {
    plan: GetPlan,
    way: Way,
    teller: Teller,
    came: u64,
    fetched: u64,
    /// The server has answered before.
    met: bool,
    first: Option<Failure>,
}

/// How often a lost connection was made again, and the pause before the next.
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
enum Trouble {
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
    fn run(mut self) -> Report {
        match self.plan.dialect {
            Dialect::Sockeye => {
                let mut asker = Asker::new(self.way.clone());
                self.all(&mut asker, Self::grant_asker);
            }
            Dialect::Name => self.all(&mut Plain::new(self.way.clone()), Self::grant_file),
            Dialect::Http => self.all(&mut Web::new(self.way.clone()), Self::grant_file),
        }
        let mut summary = Summary { accepted: self.fetched, ..Summary::default() };
        summary.totals.bytes_in = self.came;
        summary.totals.messages_in = self.fetched;
        Report { summary, verdict: Verdict::Open, ending: None, failure: self.first, drained: Drained::All }
    }

    /// Grants every wish, one after the other; a failure that would meet the others too ends it.
    fn all<S: Source>(&mut self, source: &mut S, grant: fn(&mut Self, &mut S, &Wish) -> Result<(), Trouble>) {
        for wish in self.plan.wishes.clone() {
            let (failure, is_last) = match grant(self, source, &wish) {
                Ok(()) => continue,
                Err(Trouble::This(failure)) => (failure, false),
                Err(Trouble::All(failure)) => (failure, true),
                Err(Trouble::Stopped) => return,
            };
            self.record(failure);
            if is_last {
                return;
            }
        }
    }

    /// The first failure is the run's; those after it are told at once.
    fn record(&mut self, failure: Failure) {
        match self.first {
            None => self.first = Some(failure),
            Some(_) => self.teller.tell(What::Failed(failure)),
        }
    }

    fn grant_asker(&mut self, asker: &mut Asker, wish: &Wish) -> Result<(), Trouble> {
        match wish {
            Wish::List(path) => self.list(asker, path),
            Wish::Pattern(pattern) => self.pattern(asker, pattern),
            Wish::Tree(name) => self.tree(asker, name),
            Wish::All => self.everything(asker),
            Wish::File(name) => self.single(asker, name),
        }
    }

    fn grant_file<S: Source>(&mut self, source: &mut S, wish: &Wish) -> Result<(), Trouble> {
        let Wish::File(name) = wish else {
            let detail = "this dialect has no listings";
            return Err(Trouble::All(Failure::new(Operation::Get, self.way.server(), Kind::Usage, detail)));
        };
        match self.spot(name)? {
            Some(spot) => self.land(source, name, spot),
            None if self.plan.into == Destination::Stdout => {
                self.fetch(source, name, Landing::Stdout, Found::Nothing)
            }
            None => self.fetch(source, name, Landing::Nothing, Found::Nothing),
        }
    }

    /// Fetches a file to where it belongs, unless one that it may be is there already.
    fn land(&mut self, source: &mut dyn Source, name: &Name, spot: Spot) -> Result<(), Trouble> {
        if self.is_pinned_here(name, &spot)? {
            return Ok(());
        }
        let (partial, found) = Partial::open(spot, self.plan.existing).map_err(Trouble::This)?;
        self.fetch(source, name, Landing::File(Box::new(partial)), found)
    }

    fn fetch(
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
                        return Err(Stumble::Over(unsteady(address(&self.way, course.name.as_bytes()))));
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
    fn insist<T>(
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

    /// Tells what is in a folder, page by page.
    fn list(&mut self, asker: &mut Asker, path: &[u8]) -> Result<(), Trouble> {
        let mut cursor = Vec::new();
        loop {
            let (items, next) = self.insist(asker, |asker| asker.page(path, &cursor))?;
            for item in items {
                let mut name = path.to_vec();
                if !name.is_empty() {
                    name.push(b'/');
                }
                name.extend_from_slice(&item.name);
                self.teller.tell(What::Listed(Listed {
                    name: name.into(),
                    is: item.is,
                    size: item.size,
                    mtime_ns: item.mtime_ns,
                }));
            }
            match next {
                Some(next) if !self.way.stop.is_cancelled() => cursor = next,
                Some(_) => return Err(Trouble::Stopped),
                None => return Ok(()),
            }
        }
    }
}

fn unsteady(address: String) -> Failure {
    Failure::new(Operation::Get, address, Kind::Broken, "it changes again and again while it is sent")
}

/// Whether what is written there is meant to be lost.
fn is_null(path: &Path) -> bool {
    let is_null = |found: std::fs::Metadata| found.file_type().is_char_device() && found.rdev() == 0x0103;
    std::fs::metadata(path).is_ok_and(is_null)
}
