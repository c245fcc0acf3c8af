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
#[cfg(test)]
mod tests;

use sockeye_core::{
    behaviour::Verdict,
    event::{Dialect, Event, Failure, Kind, Listed, Operation, Summary, What},
    plan::{GetPlan, Selection},
};
use sockeye_net::{Drained, Report, RunContext};
use sockeye_sys::{catch_file_size_signal, words};
use sockeye_text::text;
use tokio::runtime::Handle;

use self::{
    download::EventSender,
    fetcher::{Fetcher, WishError},
    http::HttpClient,
    name::NameClient,
    remote::Remote,
    sockeye::SockeyeClient,
    source::FileSource,
};

/// Fetches what the plan selects. Its report's failure is the first of those there were.
///
/// # Errors
/// The thread that does it cannot be had.
pub async fn get(plan: GetPlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, events, stop, detail: _, orders: _orders, lost: _ } = context;
    let remote = Remote {
        target: plan.target.clone(),
        family: plan.family,
        connect_timeout: plan.limits.connect_timeout,
        timeout: plan.timeout,
        handle: Handle::current(),
        stop,
    };
    // Where the signal cannot be caught, a file that grows too large ends the process: nothing worse than without.
    let _ = catch_file_size_signal();
    let events_out = EventSender { clock: clock.clone(), events: events.clone() };
    let server = remote.server();
    let fetcher = Fetcher::new(plan, remote, events_out);
    let failed = |why| Failure::new(Operation::Get, server, Kind::Other, why);
    // Sockets are read by a blocking thread: readiness would cost two more system calls for every read.
    let (done, report) = tokio::sync::oneshot::channel();
    let fetching = move || {
        // Whoever does not wait for it any more has no use for it.
        let _ = done.send(fetcher.run());
    };
    let thread = std::thread::Builder::new().name("get".to_owned()).spawn(fetching);
    let mut report = match thread {
        Ok(_) => report.await.map_err(|_| failed(text!("get-no-report")))?,
        Err(error) => return Err(failed(words(&error))),
    };
    report.summary.lasted = u64::try_from(clock.now().0.as_nanos()).unwrap_or(u64::MAX);
    let last = Event { at: clock.now(), conn: None, leg: None, what: What::Summary(report.summary.clone()) };
    let _ = events.send(vec![last]).await;
    Ok(report)
}

impl Fetcher {
    fn run(mut self) -> Report {
        match self.plan.dialect {
            Dialect::Sockeye => {
                let mut client = SockeyeClient::new(self.remote.clone());
                self.all(&mut client, Self::grant_asker);
            }
            Dialect::Name => self.all(&mut NameClient::new(self.remote.clone()), Self::grant_file),
            Dialect::Http => self.all(&mut HttpClient::new(self.remote.clone()), Self::grant_file),
        }
        let mut summary = Summary { accepted: self.fetched, ..Summary::default() };
        summary.totals.bytes_in = self.came;
        summary.totals.messages_in = self.fetched;
        Report { summary, verdict: Verdict::Open, ending: None, failure: self.first, drained: Drained::All }
    }

    /// Fetches every selection, one after the other; a failure that would meet the others too ends it.
    fn all<S: FileSource>(
        &mut self,
        source: &mut S,
        grant: fn(&mut Self, &mut S, &Selection) -> Result<(), WishError>,
    ) {
        for selection in self.plan.selections.clone() {
            let (failure, is_last) = match grant(self, source, &selection) {
                Ok(()) => continue,
                Err(WishError::One(failure)) => (failure, false),
                Err(WishError::All(failure)) => (failure, true),
                Err(WishError::Stopped) => return,
            };
            self.record(failure);
            if is_last {
                return;
            }
        }
    }

    fn grant_asker(&mut self, client: &mut SockeyeClient, selection: &Selection) -> Result<(), WishError> {
        match selection {
            Selection::List(path) => self.list(client, path),
            Selection::Pattern(pattern) => self.pattern(client, pattern),
            Selection::Tree(name) => self.tree(client, name),
            Selection::All => self.everything(client),
            Selection::File(name) => self.single(client, name),
        }
    }

    fn grant_file<S: FileSource>(&mut self, source: &mut S, selection: &Selection) -> Result<(), WishError> {
        let Selection::File(name) = selection else {
            let detail = text!("get-no-listings");
            return Err(WishError::All(Failure::new(
                Operation::Get,
                self.remote.server(),
                Kind::Usage,
                detail,
            )));
        };
        self.file(source, name)
    }

    /// Tells what is in a folder, page by page.
    fn list(&mut self, client: &mut SockeyeClient, path: &[u8]) -> Result<(), WishError> {
        let mut cursor = Vec::new();
        loop {
            let (items, next) = self.insist(client, |client| client.page(path, &cursor))?;
            for item in items {
                let mut name = path.to_vec();
                if !name.is_empty() {
                    name.push(b'/');
                }
                name.extend_from_slice(&item.name);
                self.events_out.tell(What::Listed(Listed {
                    name: name.into(),
                    is: item.is,
                    size: item.size,
                    mtime_ns: item.mtime_ns,
                }));
            }
            match next {
                Some(next) if !self.remote.stop.is_cancelled() => cursor = next,
                Some(_) => return Err(WishError::Stopped),
                None => return Ok(()),
            }
        }
    }
}
