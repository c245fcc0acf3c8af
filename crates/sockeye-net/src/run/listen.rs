//! The engine of `listen`: binds, accepts, and gives every client a conversation.
//! Never waits for a client.

use std::{net::SocketAddr, ops::ControlFlow, sync::Arc};

use sockeye_core::{
    address::{Address, Host},
    behaviour::{Growth, Verdict},
    event::{Failure, Kind, Operation, What},
    limit::{DATAGRAM_IDLE, DATAGRAM_PEERS},
    plan::{Amplification, Clients, Console, ListenPlan},
    session::{Session, SessionConfig},
    stage::Side,
    unit::Medium,
};
use sockeye_text::text;
use tokio::{sync::mpsc, task::JoinSet, time::timeout};
use tokio_util::task::TaskTracker;

use super::{common, rate};
use crate::{
    accept::{self, Gate},
    context::{Report, RunContext},
    datagrams::{self, Datagrams, Manner, Policy, Services},
    drive::{Drive, DriveOutcome},
    hub::{Hub, Post},
    link::{
        Accepted, Listener,
        bind::{bind_all, cannot_bind},
        udp,
    },
    resolve,
    run_state::CUT,
    trouble::failure,
};

/// What a listener gives every client.
struct Service {
    plan: ListenPlan,
    hub: Arc<Hub>,
    tracker: TaskTracker,
    /// What the first conversation came to, where it is the run.
    first: mpsc::Sender<DriveOutcome>,
}

/// Runs until the context's stop, or the end of the conversation it is for; then drains for at most the plan's grace.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     behaviour::Reply,
/// #     charset::Charset,
/// #     event::{EventDetail, What},
/// #     frame::Framing,
/// #     limit::Limits,
/// #     plan::{Access, Amplification, Clients, Conduct, Console, Family, ListenPlan},
/// # };
/// use std::{io::{Read, Write}, net::{Shutdown, TcpStream}};
/// use sockeye_net::{Clock, RunContext, EVENT_BATCHES, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let plan = ListenPlan {
///     address: Address::parse("127.0.0.1:0")?,
///     reply: Reply::parse("echo", Charset::utf8(), &|_| Err(sockeye_text::Text::verbatim("no files")))?,
///     // …and the rest as usual
/// #     family: Family::Any,
/// #     access: Access::default(),
/// #     console: Console::None,
/// #     clients: Clients::All,
/// #     amplification: Amplification::Refuse,
/// #     conduct: Conduct {
/// #         framing: Framing::raw(),
/// #         charset: Charset::utf8(),
/// #         faults: Vec::new(),
/// #         seed: 0,
/// #         limits: Limits::default(),
/// #     },
/// };
/// let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
/// let (events, mut seen) = mpsc::channel(EVENT_BATCHES);
/// let (_orders, orders) = mpsc::channel(1);
/// let stop = CancellationToken::new();
/// let lost = CancellationToken::new();
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Summary, events, orders, stop: stop.clone(), lost };
/// let server = runtime.spawn(run::listen(plan, context));
///
/// // The first event says where it listens.
/// let batch = seen.blocking_recv().ok_or("it ended")?;
/// let Some(What::Listening { addr, .. }) = batch.first().map(|event| &event.what) else { panic!("{batch:?}") };
/// let mut client = TcpStream::connect(addr.trim_start_matches("tcp://"))?;
/// client.write_all(b"hello")?;
/// client.shutdown(Shutdown::Write)?;
/// let mut echo = String::new();
/// client.read_to_string(&mut echo)?;
/// assert_eq!(echo, "hello");
///
/// stop.cancel();
/// let report = runtime.block_on(server)??;
/// assert_eq!((report.summary.accepted, report.summary.totals.bytes_in), (1, 5));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The address cannot be resolved or bound, or what was asked for is unsafe there; then nothing was started.
pub async fn listen(plan: ListenPlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, detail, events, mut orders, stop, lost } = context;
    let medium = plan.address.medium();
    let post = match plan.console {
        Console::None if !plan.reply.is_shared() => Post::None,
        Console::None | Console::Operator => Post::Mailboxes,
        Console::Pipe => Post::Patient,
    };
    let desk_common = common(&plan.conduct, &clock, detail, rate(&plan.conduct, medium));
    let grace = plan.conduct.limits.grace;
    let hub = Arc::new(Hub::new(clock, desk_common, events, grace, post));
    let (first, mut over) = mpsc::channel(1);
    let service = Arc::new(Service { plan, hub: Arc::clone(&hub), tracker: TaskTracker::new(), first });

    let mut ears = JoinSet::new();
    for address in service.open(&mut ears).await? {
        hub.run.tell(What::Listening { addr: address, target: None }).await;
    }
    let typing = async {
        while let Some(order) = orders.recv().await {
            hub.order(order).await;
        }
    };
    // The end of typing is not the end of the run; and a view that takes no events must not hide the stop.
    let forever = async {
        typing.await;
        std::future::pending::<()>().await
    };
    let outcome = tokio::select! {
        () = stop.cancelled() => None,
        () = forever => None,
        outcome = over.recv() => outcome,
    };
    if post != Post::Patient {
        // What was typed before the stop is still done; a pipe would wait for its clients.
        while let Ok(order) = orders.try_recv() {
            hub.order(order).await;
        }
    }
    if lost.is_cancelled() {
        hub.run.lose();
    }
    hub.run.halt();
    let datagram_ears = medium == Medium::Datagram;
    if !datagram_ears {
        ears.shutdown().await;
    }
    service.tracker.close();
    let drained = async {
        service.tracker.wait().await;
        while ears.join_next().await.is_some() {}
    };
    tokio::pin!(drained);
    if timeout(grace, &mut drained).await.is_err() {
        hub.run.cut.cancel();
        let _ = timeout(CUT, drained).await;
    }
    let summary = hub.run.conclude().await;
    let (ending, failure) = outcome.map_or((None, None), |outcome| (Some(outcome.why), outcome.failure));
    Ok(Report { summary, verdict: Verdict::Open, ending, failure, drained: hub.run.drained() })
}

impl Service {
    /// Binds everything, or nothing; then lets clients in.
    async fn open(self: &Arc<Self>, ears: &mut JoinSet<()>) -> Result<Vec<String>, Failure> {
        match &self.plan.address {
            Address::Tcp { .. } | Address::Unix(_) => self.open_streams(ears).await,
            Address::Udp { host, port, .. } => self.open_udp(host, *port, ears).await,
            Address::Stdio => {
                Err(Failure::new(Operation::Listen, "-", Kind::Usage, text!("stdin-cannot-listen"))
                    .hint(text!("stdin-cannot-listen-hint")))
            }
        }
    }

    async fn open_streams(self: &Arc<Self>, ears: &mut JoinSet<()>) -> Result<Vec<String>, Failure> {
        let listener = Listener::bind(&self.plan.address, self.plan.family).await?;
        let shown = listener.shown();
        let limits = &self.plan.conduct.limits;
        let gate = Gate::new(accept::room(limits.max_connections, 1), limits.full);
        let access = Arc::new(self.plan.access.clone());
        let (service, run) = (Arc::clone(self), Arc::clone(&self.hub.run));
        ears.spawn(accept::accept(listener, gate, access, run, move |accepted, permit| {
            service.serve(accepted, permit)
        }));
        Ok(shown)
    }

    /// Gives one client its conversation; what it comes to is counted when it is over. Says whether others may come.
    fn serve(self: &Arc<Self>, accepted: Accepted, permit: impl Send + 'static) -> ControlFlow<()> {
        let hub = Arc::clone(&self.hub);
        let conn = hub.run.number();
        let peer: Arc<str> = accepted.peer().into();
        let local = if hub.run.detail.has_messages() { accepted.local() } else { String::new() };
        let mailbox = hub.join(conn, &peer);
        let config = SessionConfig {
            common: &hub.common,
            conn,
            peer,
            local: &local,
            took: None,
            medium: Medium::Stream,
            side: Side::Server,
            faults: &self.plan.conduct.faults,
            idle: self.plan.conduct.limits.idle_timeout,
        };
        let session = Session::open(config, self.plan.reply.start(), hub.run.clock.now());
        let mut drive = Drive::new(accepted.into_stream(), session, Arc::clone(&hub), conn, mailbox);
        let first = (self.plan.clients == Clients::First).then(|| self.first.clone());
        let others = if first.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let tracked = self.tracker.token();
        tokio::spawn(async move {
            // By reference: an awaited value has two places in its future, and idle conversations are many.
            let outcome = (&mut drive).await;
            drive.leave(&outcome);
            drop(permit);
            if let Some(first) = first {
                // There is room for the one that there is.
                let _ = first.try_send(outcome);
            }
            drop(tracked);
        });
        others
    }

    async fn open_udp(
        self: &Arc<Self>,
        host: &Host,
        port: u16,
        ears: &mut JoinSet<()>,
    ) -> Result<Vec<String>, Failure> {
        let Address::Udp { options, .. } = &self.plan.address else { return Ok(Vec::new()) };
        let addresses = resolve::binds(host, port, self.plan.family).await?;
        self.refuse_amplification(&addresses)?;
        let reach = udp::Reach::new(options)?;
        let sockets = bind_all(host, &addresses, |a| udp::bind(a, reach), tokio::net::UdpSocket::local_addr)
            .map_err(|(address, error)| cannot_bind(Medium::Datagram, address, &error))?;
        let access = Arc::new(self.plan.access.clone());
        let limits = &self.plan.conduct.limits;
        let mut shown = Vec::new();
        for socket in sockets {
            let reply = self.plan.reply.clone();
            let manner = Manner {
                side: Side::Server,
                faults: self.plan.conduct.faults.clone(),
                // Who types is not hurried: a peer that a person may still answer is forgotten only to make room.
                idle: match self.plan.reply.is_spoken() {
                    true => limits.idle_timeout,
                    false => Some(limits.idle_timeout.unwrap_or(DATAGRAM_IDLE)),
                },
                behave: Box::new(move || reply.start()),
            };
            let most = limits.max_connections.min(DATAGRAM_PEERS);
            let policy = Policy::Server { access: Arc::clone(&access), most, services: self.services() };
            let engine = Datagrams::new(socket, None, Arc::clone(&self.hub), policy, manner)
                .map_err(|error| failure(Operation::Listen, self.plan.address.to_string(), &error))?;
            shown.push(datagrams::show(engine.local()));
            let stop = self.hub.run.stop.clone();
            ears.spawn(async move {
                engine.run(stop).await;
            });
        }
        Ok(shown)
    }

    /// A person knows whom he answers.
    fn services(&self) -> Services {
        match self.plan.amplification {
            Amplification::Refuse if !self.plan.reply.is_spoken() => Services::Heard,
            _ => Services::Answered,
        }
    }

    /// A responder that answers strangers with more than they sent is a weapon in the hands of whoever forges a source.
    fn refuse_amplification(&self, addresses: &[SocketAddr]) -> Result<(), Failure> {
        let open = addresses.iter().find(|a| !a.ip().is_loopback());
        match open {
            Some(address)
                if self.plan.reply.growth == Growth::Amplifies
                    && self.plan.amplification == Amplification::Refuse =>
            {
                Err(Failure::new(
                    Operation::Listen,
                    datagrams::show(*address),
                    Kind::Usage,
                    text!("amplifies", reply = self.plan.reply.name),
                )
                .hint(text!("amplifies-hint")))
            }
            _ => Ok(()),
        }
    }
}
