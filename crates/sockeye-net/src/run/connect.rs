//! The engine of `connect`: resolves, connects, again if asked to, and holds one conversation.
//! Never listens.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use sockeye_core::{
    address::Address,
    behaviour::{ScriptInput, Talk, Verdict},
    event::{Ending, Failure, Kind, Notice, Operation, What},
    limit::CLIENT_LINGER,
    plan::ConnectPlan,
    session::{Session, SessionConfig},
    stage::Side,
    unit::Medium,
};
use sockeye_text::text;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{common, rate};
use crate::{
    clock::until,
    context::{Order, Report, RunContext},
    datagrams::{Datagrams, Manner, Patience, Policy},
    drive::{Drive, DriveOutcome},
    hub::{Hub, Post},
    link::{Connected, Dialing, StreamSocket, dial, tcp, udp},
    resolve,
    run_state::CUT,
    trouble::failure,
};

/// Holds one conversation with the plan's target.
///
/// ```
/// # use sockeye_core::{
/// #     address::Address,
/// #     behaviour::{ScriptInput, Script, Payload, Verdict},
/// #     charset::Charset,
/// #     event::EventDetail,
/// #     frame::Framing,
/// #     limit::Limits,
/// #     plan::{Conduct, ConnectPlan, Family},
/// # };
/// use std::{io::{Read, Write}, net::TcpListener, time::Duration};
/// use sockeye_net::{Clock, RunContext, EVENT_BATCHES, run};
/// use tokio::sync::mpsc;
/// use tokio_util::sync::CancellationToken;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Any server: this one answers five bytes with four.
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?.to_string();
/// let server = std::thread::spawn(move || {
///     let (mut stream, _) = listener.accept()?;
///     let mut question = [0; 5];
///     stream.read_exact(&mut question)?;
///     stream.write_all(b"fine")
/// });
///
/// let plan = ConnectPlan {
///     target: Address::parse(&address)?,
///     script: Script {
///         payloads: vec![Payload::Bytes(b"well?".to_vec())],
///         count: Some(1),
///         wait: Some(Duration::from_secs(2)),
///         // …and the rest as usual
/// #         every: None,
/// #         expect: None,
/// #         keyboard: ScriptInput::None,
///     },
/// #     source: None,
/// #     family: Family::Any,
/// #     retries: 0,
/// #     retry_delay: Duration::from_secs(1),
/// #     conduct: Conduct {
/// #         framing: Framing::raw(),
/// #         charset: Charset::utf8(),
/// #         faults: Vec::new(),
/// #         seed: 0,
/// #         limits: Limits::default(),
/// #     },
/// };
/// let (events, _seen) = mpsc::channel(EVENT_BATCHES);
/// let (_orders, orders) = mpsc::channel(1);
/// let stop = CancellationToken::new();
/// let lost = CancellationToken::new();
/// let context = RunContext { clock: Clock::start(), detail: EventDetail::Summary, events, orders, stop, lost };
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let report = runtime.block_on(run::connect(plan, context))?;
/// assert_eq!(report.verdict, Verdict::Met);
/// assert_eq!(report.summary.totals.bytes_in, 4);
/// # server.join().map_err(|_| "the server failed")??;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The target cannot be resolved or connected to, the tries asked for included.
pub async fn connect(plan: ConnectPlan, context: RunContext) -> Result<Report, Failure> {
    let RunContext { clock, detail, events, orders, stop, lost } = context;
    let medium = match plan.target {
        Address::Udp { .. } => Medium::Datagram,
        _ => Medium::Stream,
    };
    // A script has nobody to take orders from; it is its own master.
    let post = match plan.script.keyboard {
        ScriptInput::None => Post::None,
        ScriptInput::Piped | ScriptInput::Person => Post::Patient,
    };
    let paced = plan.conduct.limits.rate.and_then(|_| rate(&plan.conduct, medium));
    let shared = common(&plan.conduct, &clock, detail, paced);
    let mut hub = Hub::new(clock, shared, events, plan.conduct.limits.grace, post);
    hub.linger = CLIENT_LINGER;
    let hub = Arc::new(hub);
    let caller = Caller { plan, hub: Arc::clone(&hub), medium };
    let outcome = caller.call(orders, &stop, &lost).await?;
    let summary = hub.run.conclude().await;
    let drained = hub.run.drained();
    Ok(match outcome {
        Some(outcome) => Report {
            summary,
            verdict: outcome.verdict,
            ending: Some(outcome.why),
            failure: outcome.failure,
            drained,
        },
        None => {
            Report { summary, verdict: Verdict::Open, ending: Some(Ending::Stopped), failure: None, drained }
        }
    })
}

struct Caller {
    plan: ConnectPlan,
    hub: Arc<Hub>,
    medium: Medium,
}

impl Caller {
    /// The conversation's outcome; none if it was stopped before it began.
    async fn call(
        &self,
        mut orders: mpsc::Receiver<Order>,
        stop: &CancellationToken,
        lost: &CancellationToken,
    ) -> Result<Option<DriveOutcome>, Failure> {
        let conversation = async {
            match &self.plan.target {
                Address::Udp { .. } => self.exchange().await,
                Address::Stdio => {
                    Err(Failure::new(Operation::Connect, "-", Kind::Usage, text!("stdin-is-no-server"))
                        .hint(text!("stdin-is-no-server-hint")))
                }
                target @ (Address::Tcp { .. } | Address::Unix(_)) => {
                    let Connected { stream, took } = self.persist(|| self.dial(target)).await?;
                    let (local, peer) = match &stream {
                        StreamSocket::Tcp(stream) => {
                            (tcp::show(stream.local_addr()), tcp::show(stream.peer_addr()))
                        }
                        StreamSocket::Unix(_) => ("unix:".to_owned(), target.to_string()),
                    };
                    Ok(self.hold(stream, &peer, &local, took).await)
                }
            }
        };
        tokio::pin!(conversation);
        // Beside the conversation, never in its place: who fills its mailbox waits for it.
        let typing = async {
            // What is typed before there is a conversation waits for it.
            self.hub.joined.cancelled().await;
            while let Some(order) = orders.recv().await {
                self.hub.order(order).await;
            }
            std::future::pending::<()>().await
        };
        tokio::pin!(typing);
        let mut deadline = None;
        loop {
            tokio::select! {
                outcome = &mut conversation => return outcome.map(Some),
                () = stop.cancelled(), if deadline.is_none() => {
                    if !self.hub.run.has_begun() {
                        return Ok(None);
                    }
                    if lost.is_cancelled() {
                        self.hub.run.lose();
                    }
                    self.hub.run.halt();
                    deadline = Some(Instant::now() + self.hub.run.grace);
                }
                () = until(deadline) => {
                    if self.hub.run.cut.is_cancelled() {
                        return Ok(None);
                    }
                    self.hub.run.cut.cancel();
                    deadline = Some(Instant::now() + CUT);
                }
                () = &mut typing => {}
            }
        }
    }

    /// Tries as often as the plan says.
    async fn persist<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        dial: impl Fn() -> F,
    ) -> Result<T, Failure> {
        for attempt in 1.. {
            match dial().await {
                Err(failure) if attempt <= self.plan.retries && can_pass(failure.kind) => {
                    self.hub.run.tell(What::Notice(Notice::Retry { attempt, failure })).await;
                    tokio::time::sleep(self.plan.retry_delay).await;
                }
                settled => return settled,
            }
        }
        std::future::pending().await
    }

    async fn dial(&self, target: &Address) -> Result<Connected, Failure> {
        let dialing = Dialing {
            family: self.plan.family,
            source: self.source().await?,
            within: self.plan.conduct.limits.connect_timeout,
        };
        dial(target, dialing, &target.to_string()).await
    }

    async fn source(&self) -> Result<Option<SocketAddr>, Failure> {
        let Some(address) = &self.plan.source else { return Ok(None) };
        let (Address::Tcp { host, port } | Address::Udp { host, port, .. }) = address else {
            return Err(Failure::new(
                Operation::Prepare,
                address.to_string(),
                Kind::Usage,
                text!("source-is-ip"),
            ));
        };
        let found = resolve::binds(host, *port, self.plan.family).await?;
        Ok(found.first().copied())
    }

    async fn hold(&self, stream: StreamSocket, peer: &str, local: &str, took: Duration) -> DriveOutcome {
        let hub = Arc::clone(&self.hub);
        let conn = hub.run.number();
        let peer: Arc<str> = peer.into();
        let mailbox = hub.join(conn, &peer);
        let config = SessionConfig {
            common: &hub.common,
            conn,
            peer,
            local,
            took: Some(took),
            medium: self.medium,
            side: Side::Client,
            faults: &self.plan.conduct.faults,
            idle: self.plan.conduct.limits.idle_timeout,
        };
        let session =
            Session::open(config, Box::new(Talk::new(self.plan.script.clone())), hub.run.clock.now());
        let outcome = Drive::new(stream, session, Arc::clone(&hub), conn, mailbox).await;
        hub.leave(conn, &outcome.counters, &outcome.faults, outcome.why);
        outcome
    }

    async fn exchange(&self) -> Result<DriveOutcome, Failure> {
        let name = self.plan.target.to_string();
        let Address::Udp { host, port, options } = &self.plan.target else {
            return Err(Failure::new(Operation::Connect, name, Kind::Other, text!("not-udp")));
        };
        let within = self.plan.conduct.limits.connect_timeout;
        let targets = resolve::targets_within(within, host, *port, self.plan.family, &name).await?;
        let Some(peer) = targets.first().copied() else {
            return Err(Failure::new(Operation::Resolve, name, Kind::NameNotResolved, text!("no-address")));
        };
        let source = self.source().await?;
        let reach = udp::Reach::new(options)?;
        let socket = udp::dial(peer, source, reach, &name)?;
        if socket.local_addr().is_ok_and(|local| local == peer) {
            return Err(Failure::new(Operation::Connect, name, Kind::SelfConnect, text!("own-peer"))
                .hint(text!("own-peer-hint")));
        }
        let ear = if reach.joins(peer.ip()) {
            let ear = udp::bind(peer, reach).map_err(|e| failure(Operation::Listen, &name, &e))?;
            Some(ear)
        } else {
            None
        };
        let patience = match self.plan.script.keyboard {
            ScriptInput::Person => Patience::Person,
            ScriptInput::None | ScriptInput::Piped => Patience::None,
        };
        let policy = if peer.ip().is_multicast() || options.broadcast {
            Policy::Group { group: peer }
        } else {
            Policy::Client { peer, patience }
        };
        let script = self.plan.script.clone();
        let manner = Manner {
            side: Side::Client,
            faults: self.plan.conduct.faults.clone(),
            idle: self.plan.conduct.limits.idle_timeout,
            behave: Box::new(move || Box::new(Talk::new(script.clone()))),
        };
        let engine = Datagrams::new(socket, ear, Arc::clone(&self.hub), policy, manner)
            .map_err(|e| failure(Operation::Connect, &name, &e))?;
        let stopped = Failure::new(Operation::Connect, name, Kind::Other, text!("stopped"));
        engine.run(self.hub.run.stop.clone()).await.ok_or(stopped)
    }
}

/// Failures that another try may not meet.
fn can_pass(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Refused
            | Kind::Unreachable
            | Kind::Timeout
            | Kind::Reset
            | Kind::NameNotResolved
            | Kind::SelfConnect
    )
}
