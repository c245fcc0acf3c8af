//! What the tests of this crate share: a hub, sessions, links that misbehave, servers on loopback, and a clock held still.
//! Never a fixed port, never a sleep on the real clock to wait for something.

mod accept;
mod datagrams;
mod connect;
mod drive;
mod half_close;
mod listen;
mod relay;

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use sockeye_core::{
    address::Address,
    behaviour::{Common, Reply},
    charset::Charset,
    event::{Event, EventDetail, Failure, SocketInfo, What},
    frame::Framing,
    limit::Limits,
    plan::{Access, Amplification, Clients, Conduct, Console, Family, ListenPlan},
    session::{Session, SessionConfig},
    stage::Side,
    unit::Medium,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Clock, Order, Report, RunContext,
    hub::{Hub, Post},
    link::Link,
    run,
};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn reply(spec: &str) -> Reply {
    let (spec, rules) = match spec.strip_prefix("rules:") {
        Some(text) => ("rules:r.toml", text.to_owned()),
        None => (spec, String::new()),
    };
    Reply::parse(spec, Charset::utf8(), &move |_| Ok(rules.clone())).unwrap()
}

const GRACE: Duration = Duration::from_secs(2);

/// A hub whose conversations cut by `frame`, with room for `batches` of events.
fn hub_with(
    frame: &str,
    detail: EventDetail,
    batches: usize,
    post: Post,
) -> (Arc<Hub>, mpsc::Receiver<Vec<Event>>) {
    let clock = Clock::start();
    let common = Common {
        framing: Framing::parse(frame).unwrap(),
        charset: Charset::utf8(),
        detail,
        wall: clock.wall().clone(),
        seed: 1,
        rate: None,
    };
    let (events, seen) = mpsc::channel(batches);
    (Arc::new(Hub::new(clock, common, events, GRACE, post)), seen)
}

fn hub(detail: EventDetail) -> (Arc<Hub>, mpsc::Receiver<Vec<Event>>) {
    hub_with("raw", detail, 1000, Post::None)
}

/// A conversation of `hub` on a stream.
fn session(hub: &Arc<Hub>, spec: &str, idle: Option<Duration>) -> Session {
    let config = SessionConfig {
        common: &hub.common,
        conn: 1,
        peer: "tcp://192.0.2.1:1".into(),
        local: "tcp://192.0.2.2:2",
        took: None,
        medium: Medium::Stream,
        side: Side::Server,
        faults: &[],
        idle,
    };
    Session::open(config, reply(spec).start(), hub.run.clock.now())
}

/// All events that are there.
fn drain(seen: &mut mpsc::Receiver<Vec<Event>>) -> Vec<What> {
    let mut all = Vec::new();
    while let Ok(batch) = seen.try_recv() {
        all.extend(batch.into_iter().map(|event| event.what));
    }
    all
}

/// A future that must not be woken for nothing: one that spins fails instead of hanging.
struct Calm<F> {
    inner: Pin<Box<F>>,
    left: u32,
}

fn calm<F: Future>(inner: F, most: u32) -> Calm<F> {
    Calm { inner: Box::pin(inner), left: most }
}

impl<F: Future> Future for Calm<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.left = self.left.checked_sub(1).expect("woken again and again");
        self.inner.as_mut().poll(cx)
    }
}

/// Holds the paused clock still while tasks wait for sockets; dropped, the clock runs by itself again.
struct Still(#[allow(dead_code, reason = "its drop is what counts")] std::sync::mpsc::Sender<()>);

fn still() -> Still {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    // Time does not pass by itself while a blocking task runs.
    tokio::task::spawn_blocking(move || receiver.recv());
    Still(sender)
}

/// One thing a made-up link does.
enum Read {
    Bytes(&'static [u8]),
    End,
    Error(io::ErrorKind),
    Nothing,
}

/// A link that does as it is told: reads in order, writes until an error is due.
struct Told {
    reads: VecDeque<Read>,
    /// After so many bytes, every write fails so; none: writes wait for ever.
    writes: usize,
    then: Option<io::ErrorKind>,
}

impl AsyncRead for Told {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.reads.pop_front() {
            Some(Read::Bytes(bytes)) => room.put_slice(bytes),
            Some(Read::Error(kind)) => return Poll::Ready(Err(kind.into())),
            Some(Read::End) => self.reads.push_front(Read::End),
            Some(Read::Nothing) | None => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Told {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let n = self.writes.min(bytes.len());
        self.writes -= n;
        match (n, self.then) {
            (0, Some(kind)) => Poll::Ready(Err(kind.into())),
            (0, None) => Poll::Pending,
            (n, _) => Poll::Ready(Ok(n)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Link for Told {
    fn arm_reset(&self) {}

    fn info(&self) -> SocketInfo {
        SocketInfo::default()
    }
}

fn plan(address: &str, spec: &str) -> ListenPlan {
    ListenPlan {
        address: Address::parse(address).unwrap(),
        family: Family::Any,
        reply: reply(spec),
        access: Access::default(),
        console: Console::None,
        clients: Clients::All,
        amplification: Amplification::Refuse,
        conduct: Conduct {
            framing: Framing::raw(),
            charset: Charset::utf8(),
            faults: Vec::new(),
            seed: 1,
            limits: Limits { grace: GRACE, ..Limits::default() },
        },
    }
}

/// A listener that runs.
struct Server {
    at: SocketAddr,
    orders: mpsc::Sender<Order>,
    stop: CancellationToken,
    seen: mpsc::UnboundedReceiver<Event>,
    run: JoinHandle<Result<Report, Failure>>,
}

impl Server {
    async fn start(plan: ListenPlan, detail: EventDetail) -> Self {
        let (events, mut batches) = mpsc::channel(crate::EVENT_BATCHES);
        let (orders, ordered) = mpsc::channel(crate::ORDERS);
        let stop = CancellationToken::new();
        let context = RunContext {
            clock: Clock::start(),
            detail,
            events,
            orders: ordered,
            stop: stop.clone(),
            lost: CancellationToken::new(),
        };
        let run = tokio::spawn(run::listen(plan, context));
        let (told, address) = oneshot::channel();
        let (seeing, seen) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut told = Some(told);
            while let Some(batch) = batches.recv().await {
                for event in batch {
                    if let (What::Listening { addr, .. }, Some(told)) = (&event.what, told.take_if(|_| true))
                    {
                        let _ = told.send(addr.clone());
                    }
                    let _ = seeing.send(event);
                }
            }
        });
        let address = address.await.expect("it listens");
        let at = address.split_once("://").unwrap().1.parse().unwrap();
        Self { at, orders, stop, seen, run }
    }

    /// The next event for which `wanted` has an answer.
    async fn see<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        loop {
            let event = self.seen.recv().await.expect("it still runs");
            if let Some(found) = wanted(&event) {
                return found;
            }
        }
    }

    /// Stops it: its report, and the events nobody has looked at.
    async fn end(mut self) -> (Report, Vec<Event>) {
        self.stop.cancel();
        let report = self.run.await.unwrap().unwrap();
        let mut rest = Vec::new();
        while let Some(event) = self.seen.recv().await {
            rest.push(event);
        }
        assert!(matches!(rest.last(), Some(Event { what: What::Summary(s), .. }) if *s == report.summary));
        (report, rest)
    }
}
