//! Relayed datagrams: a flow for each client, with a socket of its own to the target.
//! Never lets strangers push out a flow that is in use, and never answers anybody but a flow's client.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sockeye_core::{
    address::Address,
    behaviour::Bucket,
    event::{Ending, Event, Failure, Kind, Leg, Notice, Operation, Suppression, What},
    limit::{DATAGRAM_IDLE, DATAGRAM_PEERS, FLOWS_WAITING, NEW_FLOWS, READ},
    plan::Family,
    session::{Passed, Session},
    unit::{At, Close, Medium, Unit},
};
use sockeye_text::text;
use tokio::{net::UdpSocket, sync::mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    conversation::{Crossing, LegEnd},
    stand::Stand,
};
use crate::{
    clock::until,
    datagrams::show,
    drive::PairOutcome,
    link::{
        bind::{bind_all, cannot_bind},
        udp,
    },
    resolve,
    trouble::failure,
};

/// Datagrams that may wait for a flow; above it they are lost, as the network loses them.
const INBOX: usize = 256;
/// Datagrams taken in one wake before others get their turn.
const BURST: usize = 64;
/// Between two words about the same thing.
const QUIET: Duration = Duration::from_secs(1);

thread_local! {
    /// One buffer for all flows of a worker.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// Binds everything that `address` means, or nothing.
///
/// # Errors
/// It cannot be resolved or bound.
pub(super) async fn bind(address: &Address, family: Family) -> Result<Vec<UdpSocket>, Failure> {
    let Address::Udp { host, port, options } = address else { return Ok(Vec::new()) };
    let addresses = resolve::binds(host, *port, family).await?;
    let reach = udp::Reach::new(options)?;
    bind_all(host, &addresses, |a| udp::bind(a, reach), UdpSocket::local_addr)
        .map_err(|(address, error)| cannot_bind(Medium::Datagram, address, &error))
}

/// Where the target of a relay is, and how it is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aim {
    to: SocketAddr,
    reach: udp::Reach,
}

impl Aim {
    /// # Errors
    /// It cannot be resolved.
    pub(super) async fn at(stand: &Stand) -> Result<Self, Failure> {
        let target = &stand.ends().target;
        let Address::Udp { host, port, options } = target else {
            return Err(Failure::new(
                Operation::Connect,
                target.to_string(),
                Kind::Usage,
                text!("not-a-stream"),
            ));
        };
        let (within, name) = (stand.plan.conduct.limits.connect_timeout, target.to_string());
        let found = resolve::targets_within(within, host, *port, stand.plan.family, &name).await?;
        let reach = udp::Reach::new(options)?;
        match found.first() {
            Some(to) => Ok(Self { to: *to, reach }),
            None => Err(Failure::new(Operation::Resolve, name, Kind::NameNotResolved, text!("no-address"))),
        }
    }

    /// A socket that hears nobody but the target.
    async fn socket(self) -> io::Result<UdpSocket> {
        let any: SocketAddr = match self.to {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = udp::bind(any, self.reach)?;
        socket.connect(self.to).await?;
        Ok(socket)
    }
}

/// A flow, as the ear knows it.
struct Entry {
    inbox: mpsc::Sender<Box<[u8]>>,
    evicted: CancellationToken,
    /// When it was heard last, as a number that grows.
    heard: u64,
    /// Whether it has said more than one thing.
    is_known: bool,
}

/// The flows of one socket. Those that have said only one thing are pushed out first.
#[derive(Default)]
struct Flows {
    entries: HashMap<SocketAddr, Entry>,
    order: BTreeMap<(bool, u64), SocketAddr>,
    turns: u64,
}

impl Flows {
    /// The flow of `client` has said something.
    fn hear(&mut self, client: SocketAddr) -> Option<&Entry> {
        let entry = self.entries.get_mut(&client)?;
        self.order.remove(&(entry.is_known, entry.heard));
        self.turns += 1;
        (entry.heard, entry.is_known) = (self.turns, true);
        self.order.insert((true, entry.heard), client);
        Some(entry)
    }

    fn add(&mut self, client: SocketAddr, inbox: mpsc::Sender<Box<[u8]>>, evicted: CancellationToken) {
        self.turns += 1;
        let entry = Entry { inbox, evicted, heard: self.turns, is_known: false };
        self.order.insert((false, entry.heard), client);
        self.entries.insert(client, entry);
    }

    fn remove(&mut self, client: SocketAddr) -> Option<Entry> {
        let entry = self.entries.remove(&client)?;
        self.order.remove(&(entry.is_known, entry.heard));
        Some(entry)
    }

    /// Makes room for another one.
    fn evict(&mut self) {
        if let Some((_, client)) = self.order.first_key_value()
            && let Some(entry) = self.remove(*client)
        {
            entry.evicted.cancel();
        }
    }
}

/// One socket on which clients are heard.
pub(super) struct Ear {
    socket: Arc<UdpSocket>,
    local: SocketAddr,
    aim: Aim,
    stand: Arc<Stand>,
    closed: CancellationToken,
    tracker: TaskTracker,
    flows: Flows,
    most: usize,
    newcomers: Bucket,
    /// Bytes that wait for all flows together.
    waiting: Arc<AtomicUsize>,
    over: (mpsc::Sender<SocketAddr>, mpsc::Receiver<SocketAddr>),
    told: Option<At>,
    untold: u64,
}

impl Ear {
    pub(super) fn new(
        socket: UdpSocket,
        local: SocketAddr,
        aim: Aim,
        stand: Arc<Stand>,
        closed: CancellationToken,
        tracker: TaskTracker,
    ) -> Self {
        let most = stand.plan.conduct.limits.max_connections.min(DATAGRAM_PEERS);
        Self {
            socket: Arc::new(socket),
            local,
            aim,
            stand,
            closed,
            tracker,
            flows: Flows::default(),
            most,
            newcomers: Bucket::new(NEW_FLOWS),
            waiting: Arc::default(),
            over: mpsc::channel(BURST),
            told: None,
            untold: 0,
        }
    }

    /// Hears clients until the relay is closed.
    pub(super) async fn run(mut self) {
        let closed = self.closed.clone();
        loop {
            tokio::select! {
                biased;
                () = closed.cancelled() => return,
                Some(client) = self.over.1.recv() => drop(self.flows.remove(client)),
                ready = self.socket.readable() => if ready.is_ok() {
                    self.read().await;
                },
            }
        }
    }

    /// Takes what has come, a burst at most.
    async fn read(&mut self) {
        for _ in 0..BURST {
            let got = BUFFER.with_borrow_mut(|buffer| {
                let (len, from) = self.socket.try_recv_from(buffer)?;
                Ok::<_, io::Error>((Box::<[u8]>::from(buffer.get(..len).unwrap_or_default()), from))
            });
            match got {
                Ok((datagram, from)) => self.take(datagram, from).await,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // An ICMP error about something sent before: the flow it belonged to may go on.
                Err(_) => {}
            }
        }
    }

    async fn take(&mut self, datagram: Box<[u8]>, from: SocketAddr) {
        let run = Arc::clone(&self.stand.hub.run);
        if !self.stand.plan.access.permits(from.ip()) {
            return run.count(|summary| summary.refused += 1);
        }
        if resolve::reaches(from, self.local) || from == self.aim.to {
            // It would go round for ever.
            return self.suppress(from).await;
        }
        if self.flows.hear(from).is_none() {
            if self.flows.entries.len() >= self.most {
                if !self.newcomers.take(run.clock.now()) {
                    return run.count(|summary| summary.totals.dropped += 1);
                }
                self.flows.evict();
            }
            self.admit(from);
        }
        let Some(entry) = self.flows.entries.get(&from) else { return };
        let len = datagram.len();
        let has_room = self.waiting.fetch_add(len, Ordering::Relaxed) + len <= FLOWS_WAITING;
        if !has_room || entry.inbox.try_send(datagram).is_err() {
            self.waiting.fetch_sub(len, Ordering::Relaxed);
            run.count(|summary| summary.totals.dropped += 1);
        }
    }

    async fn suppress(&mut self, from: SocketAddr) {
        let run = &self.stand.hub.run;
        run.count(|summary| summary.totals.suppressed += 1);
        self.untold += 1;
        let at = run.clock.now();
        if self.told.is_none_or(|told| at.since(told) >= QUIET) {
            self.told = Some(at);
            let count = std::mem::take(&mut self.untold);
            run.tell(What::Suppressed { peer: show(from), why: Suppression::OwnAddress, count }).await;
        }
    }

    fn admit(&mut self, client: SocketAddr) {
        let (inbox, mut heard) = mpsc::channel(INBOX);
        let evicted = self.closed.child_token();
        self.flows.add(client, inbox, evicted.clone());
        let flow = Flow {
            conversation: Crossing::begin(Arc::clone(&self.stand)),
            client,
            local: self.local,
            ear: Arc::clone(&self.socket),
            aim: self.aim,
            closed: self.closed.clone(),
            evicted,
            waiting: Arc::clone(&self.waiting),
        };
        let over = self.over.0.clone();
        self.tracker.spawn(async move {
            let outcome = flow.hold(&mut heard).await;
            // What waits behind its end reaches nobody.
            heard.close();
            while let Ok(datagram) = heard.try_recv() {
                flow.waiting.fetch_sub(datagram.len(), Ordering::Relaxed);
            }
            flow.conversation.end(outcome).await;
            // An ear that is gone forgets all of them.
            let _ = over.send(client).await;
        });
    }
}

/// One client's datagrams and the target's answers to them.
struct Flow {
    conversation: Crossing,
    client: SocketAddr,
    local: SocketAddr,
    ear: Arc<UdpSocket>,
    aim: Aim,
    closed: CancellationToken,
    evicted: CancellationToken,
    waiting: Arc<AtomicUsize>,
}

/// Both sessions of a flow.
struct Legs {
    client: Session,
    target: Session,
}

impl Flow {
    async fn hold(&self, heard: &mut mpsc::Receiver<Box<[u8]>>) -> PairOutcome {
        let stand = &self.conversation.stand;
        let (run, mut faults) = (&stand.hub.run, stand.watched());
        let now = Arc::clone(&faults.borrow_and_update());
        let idle = Some(stand.plan.conduct.limits.idle_timeout.unwrap_or(DATAGRAM_IDLE));
        let session = |end| self.conversation.session(end, Medium::Datagram, idle, &now);
        let leg = |leg, peer: SocketAddr, local| {
            let (peer, local) = (show(peer).into(), show(local));
            session(LegEnd { leg, peer, local, took: None })
        };
        let upstream = match self.aim.socket().await {
            Ok(upstream) => upstream,
            Err(error) => {
                let failure = failure(Operation::Connect, show(self.aim.to), &error);
                run.tell_of(self.conversation.conn, Some(Leg::Target), What::Failed(failure)).await;
                let mut client = leg(Leg::Client, self.client, self.local);
                client.finish(Ending::Failed, run.clock.now());
                let counters = *client.counters();
                return PairOutcome {
                    why: Ending::Failed,
                    leg: Leg::Target,
                    client: counters,
                    target: counters,
                    faults: Vec::new(),
                };
            }
        };
        let client = leg(Leg::Client, self.client, self.local);
        let target = leg(Leg::Target, self.aim.to, upstream.local_addr().unwrap_or(self.local));
        let mut legs = Legs { client, target };
        let mut is_open = true;
        loop {
            self.settle(&mut legs, &upstream).await;
            if let Some((why, leg)) = legs.over() {
                return self.finish(legs, why, leg).await;
            }
            let due = legs.wake().map(|due| run.clock.instant(due));
            tokio::select! {
                biased;
                () = self.evicted.cancelled() => {
                    let why = if self.closed.is_cancelled() { Ending::Stopped } else { Ending::Displaced };
                    return self.finish(legs, why, Leg::Client).await;
                }
                Ok(()) = faults.changed() => {
                    let (now, at) = (Arc::clone(&faults.borrow_and_update()), run.clock.now());
                    legs.client.change_faults(&now, at);
                    legs.target.change_faults(&now, at);
                }
                datagram = heard.recv(), if is_open => match datagram {
                    Some(datagram) => {
                        self.waiting.fetch_sub(datagram.len(), Ordering::Relaxed);
                        legs.client.receive(Unit::Data(&datagram), run.clock.now());
                    }
                    None => is_open = false,
                },
                ready = upstream.readable() => if ready.is_ok() {
                    self.answers(&mut legs, &upstream);
                },
                () = until(due) => {
                    let at = run.clock.now();
                    legs.client.tick(at);
                    legs.target.tick(at);
                }
            }
        }
    }

    /// Takes one datagram of the target.
    fn answers(&self, legs: &mut Legs, upstream: &UdpSocket) {
        let at = self.conversation.stand.hub.run.clock.now();
        BUFFER.with_borrow_mut(|buffer| match upstream.try_recv(buffer) {
            Ok(len) => legs.target.receive(Unit::Data(buffer.get(..len).unwrap_or_default()), at),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => legs.target.note(What::Notice(Notice::Unreachable { peer: show(self.aim.to) }), at),
        });
    }

    /// What each leg has heard goes to the other, and what there is to send is sent.
    async fn settle(&self, legs: &mut Legs, upstream: &UdpSocket) {
        let run = &self.conversation.stand.hub.run;
        loop {
            let at = run.clock.now();
            let up = legs.client.pass_to(&mut legs.target, at);
            let down = legs.target.pass_to(&mut legs.client, at);
            while legs.target.out().has_front() {
                let front = legs.target.out().front();
                let len = front.len();
                match upstream.send(front).await {
                    Ok(_) => legs.target.out().wrote(len),
                    Err(_) => {
                        legs.target.out().lost();
                        let peer = show(self.aim.to);
                        legs.target.note(What::Notice(Notice::Unreachable { peer }), at);
                    }
                }
            }
            while legs.client.out().has_front() {
                let front = legs.client.out().front();
                let len = front.len();
                match self.ear.send_to(front, self.client).await {
                    Ok(_) => legs.client.out().wrote(len),
                    Err(_) => legs.client.out().lost(),
                }
            }
            legs.client.resume(at);
            legs.target.resume(at);
            let has_more = legs.client.out().has_front() || legs.target.out().has_front();
            if [up, down] == [Passed::Nothing; 2] && !has_more {
                break;
            }
        }
        self.tell(legs).await;
    }

    async fn tell(&self, legs: &mut Legs) {
        let mut batch: Vec<Event> = Vec::new();
        legs.client.drain_events(&mut batch);
        let mut others = Vec::new();
        legs.target.drain_events(&mut others);
        batch.append(&mut others);
        if !batch.is_empty() {
            // A view that is gone has no use for it.
            let _ = self.conversation.stand.hub.run.events.send(batch).await;
        }
    }

    async fn finish(&self, mut legs: Legs, why: Ending, leg: Leg) -> PairOutcome {
        let at = self.conversation.stand.hub.run.clock.now();
        let why = legs.client.finish(why, at);
        legs.target.finish(why, at);
        self.tell(&mut legs).await;
        let mut faults = legs.target.fault_tally();
        faults.extend(legs.client.fault_tally());
        PairOutcome { why, leg, client: *legs.client.counters(), target: *legs.target.counters(), faults }
    }
}

impl Legs {
    fn wake(&self) -> Option<At> {
        [self.client.wake(), self.target.wake()].into_iter().flatten().min()
    }

    /// Why it is over, and on which leg that began, once it is.
    fn over(&self) -> Option<(Ending, Leg)> {
        let why = |close| match close {
            Close::Graceful => Ending::Closed,
            Close::Reset => Ending::Reset,
        };
        match (self.client.closing(), self.target.closing()) {
            (Some(close), _) => Some((why(close), Leg::Client)),
            (_, Some(close)) => Some((why(close), Leg::Target)),
            _ => None,
        }
    }
}
