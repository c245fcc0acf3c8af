//! The engine of `get`: asks for files, again where a connection is lost, and lands them one after the other.
//! Never listens, and never takes a place or a name on the disk from the server.

mod block;
mod remote;
mod source;
mod sockeye;
mod http;
mod name;
mod partial;
mod pipeline;
mod download;
mod fetcher;
mod local;
mod single;
mod folders;

use sockeye_core::{
    behaviour::Verdict,
    event::{Dialect, Event, Failure, Kind, Listed, Operation, Summary, What},
    plan::{GetPlan, Wish},
};
use sockeye_net::{Desk, Drained, Report};
use tokio::{runtime::Handle, signal::unix::SignalKind};

use self::{
    download::Teller,
    fetcher::{Fetcher, Trouble},
    http::Web,
    name::Plain,
    remote::Way,
    sockeye::Asker,
    source::Source,
};

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
    let fetcher = Fetcher::new(plan, way, teller);
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
        self.file(source, name)
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
