//! Drives all conversations of one UDP socket: one unconnected socket, a bounded table of peers.
//! Never connects the socket, never answers its own address, never lets a stranger become the peer.

mod manner;
mod traffic;

use std::{
    collections::{BTreeSet, HashMap},
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use socket2::SockRef;
use sockeye_core::{
    address::Address,
    event::{
        Conn, Ending, Event, EventDetail, Failure, Kind, Notice, Operation, SocketInfo, Suppression, What,
    },
    limit::{MAILBOX, READ},
    session::{Session, SessionConfig},
    unit::{At, Close, Medium},
};
use tokio::{
    io::{Interest, Ready},
    net::UdpSocket,
    sync::mpsc,
    time::sleep,
};
use tokio_util::sync::CancellationToken;

pub(crate) use manner::{Manner, Patience, Policy, Services};
use traffic::DatagramSource;

use crate::{
    drive::DriveOutcome,
    hub::{Hub, Mail},
    link::udp,
    trouble::failure,
};

/// Between two words about the same thing.
const QUIET: Duration = Duration::from_secs(1);

struct Peer {
    session: Session,
    conn: Conn,
    due: Option<At>,
    told: Option<At>,
    told_count: u64,
    // Why answers are kept back, if they are.
    why: Suppression,
}

/// All conversations of one socket.
pub(crate) struct Datagrams {
    socket: UdpSocket,
    // A client that joins a group hears it on a socket of its own.
    ear: Option<UdpSocket>,
    local: SocketAddr,
    hub: Arc<Hub>,
    policy: Policy,
    manner: Manner,
    peers: HashMap<SocketAddr, Peer>,
    conns: HashMap<Conn, SocketAddr>,
    due: BTreeSet<(At, SocketAddr)>,
    mail_in: mpsc::Sender<(Conn, Mail)>,
    mail: mpsc::Receiver<(Conn, Mail)>,
    events: Vec<Event>,
    own_told: Option<At>,
    own_untold: u64,
    stranger_told: Option<At>,
    buffer: Box<[u8]>,
    // The longest datagrams that may leave together, bytes.
    together: usize,
    outcome: Option<DriveOutcome>,
}

impl Datagrams {
    pub(crate) fn new(
        socket: UdpSocket,
        ear: Option<UdpSocket>,
        hub: Arc<Hub>,
        policy: Policy,
        manner: Manner,
    ) -> io::Result<Self> {
        let local = socket.local_addr()?;
        // A kernel that cannot hands each over alone.
        let _ = sockeye_sys::take_together(&SockRef::from(&socket));
        let (mail_in, mail) = mpsc::channel(MAILBOX);
        Ok(Self {
            socket,
            ear,
            local,
            hub,
            policy,
            manner,
            peers: HashMap::new(),
            conns: HashMap::new(),
            due: BTreeSet::new(),
            mail_in,
            mail,
            events: Vec::new(),
            own_told: None,
            own_untold: 0,
            stranger_told: None,
            buffer: vec![0; READ].into_boxed_slice(),
            together: usize::from(u16::MAX),
            outcome: None,
        })
    }

    /// Our end.
    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    /// Runs until `stop`, or, for a client, until its one conversation is over.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> Option<DriveOutcome> {
        if let Policy::Client { peer, .. } | Policy::Group { group: peer } = self.policy {
            self.admit(peer);
            self.settle(peer).await;
        }
        // Both are set up once, and the timer is moved only to fire earlier: one that fires too early costs one wake.
        let mut stopped = pin!(stop.cancelled());
        let mut alarm = pin!(sleep(Duration::ZERO));
        let mut set: Option<At> = None;
        while self.outcome.is_none() {
            self.flush_events().await;
            if let Some((due, _)) = self.due.first()
                && set.is_none_or(|set| *due < set)
            {
                alarm.as_mut().reset(self.hub.run.clock.instant(*due));
                set = Some(*due);
            }
            tokio::select! {
                biased;
                () = stopped.as_mut() => break,
                mail = self.mail.recv() => if let Some((conn, mail)) = mail {
                    self.post(conn, mail).await;
                },
                ready = self.socket.ready(Interest::READABLE | Interest::ERROR) => match ready {
                    Ok(ready) => self.attend(ready).await,
                    Err(error) => self.trouble(&error).await,
                },
                Ok(()) = udp::readable(self.ear.as_ref()) => self.read(DatagramSource::Ear).await,
                () = alarm.as_mut(), if set.is_some() => {
                    set = None;
                    self.tick().await;
                }
            }
        }
        self.finish_all().await;
        self.outcome
    }

    async fn attend(&mut self, ready: Ready) {
        // An ICMP error makes a socket ready without anything to read.
        if ready.is_error()
            && let Some(error) = udp::pending_error(&self.socket)
        {
            self.trouble(&error).await;
        }
        if ready.is_readable() && self.outcome.is_none() {
            self.read(DatagramSource::Socket).await;
        }
    }

    /// In whose conversation a datagram belongs, if in any.
    fn whose(&mut self, from: SocketAddr, len: usize) -> Option<SocketAddr> {
        if from.port() == self.local.port() && self.is_own(from.ip()) {
            self.suppress_own(from);
            return None;
        }
        match &self.policy {
            Policy::Group { group } => Some(*group),
            Policy::Client { peer, .. } if same(*peer, from) => Some(*peer),
            Policy::Client { .. } => {
                let at = self.hub.run.clock.now();
                self.hub.run.count(|s| s.totals.dropped += 1);
                if self.stranger_told.is_none_or(|t| at.since(t) >= QUIET) {
                    self.stranger_told = Some(at);
                    self.say(What::Notice(Notice::Stranger { from: show(from), len }));
                }
                None
            }
            Policy::Server { .. } if self.peers.contains_key(&from) => Some(from),
            Policy::Server { access, most, .. } => {
                if !access.permits(from.ip()) {
                    self.hub.run.count(|s| s.refused += 1);
                    return None;
                }
                if self.peers.len() >= *most {
                    self.forget_oldest();
                }
                self.admit(from);
                Some(from)
            }
        }
    }

    /// Whether `ip` is this machine's: a datagram from our own port there is our own, or forged to make us talk to ourselves.
    fn is_own(&self, ip: IpAddr) -> bool {
        let bound = self.local.ip();
        if bound == ip {
            return true;
        }
        bound.is_unspecified()
            && (ip.is_loopback() || std::net::UdpSocket::bind(SocketAddr::new(ip, 0)).is_ok())
    }

    fn suppress_own(&mut self, from: SocketAddr) {
        let at = self.hub.run.clock.now();
        self.hub.run.count(|s| s.totals.suppressed += 1);
        self.own_untold += 1;
        if self.own_told.is_none_or(|t| at.since(t) >= QUIET) {
            self.own_told = Some(at);
            self.tell_own(from);
        }
    }

    fn tell_own(&mut self, from: SocketAddr) {
        let count = std::mem::take(&mut self.own_untold);
        self.say(What::Suppressed { peer: show(from), why: Suppression::OwnAddress, count });
    }

    fn say(&mut self, what: What) {
        if self.hub.common.detail.has_messages() || matches!(what, What::Failed(_)) {
            self.events.push(Event { at: self.hub.run.clock.now(), conn: None, what });
        }
    }

    fn admit(&mut self, peer: SocketAddr) {
        let conn = self.hub.run.number();
        let name: Arc<str> = show(peer).into();
        let local = match self.hub.common.detail {
            EventDetail::Messages | EventDetail::Wire => show(udp::own_end(&self.socket, self.local, peer)),
            EventDetail::Summary => show(self.local),
        };
        self.hub.join_shared(conn, &name, &self.mail_in);
        let config = SessionConfig {
            common: &self.hub.common,
            conn,
            peer: name,
            local: &local,
            took: None,
            medium: Medium::Datagram,
            side: self.manner.side,
            faults: &self.manner.faults,
            idle: self.manner.idle,
        };
        let mut session = Session::open(config, (self.manner.behave)(), self.hub.run.clock.now());
        let mut why = Suppression::Rate;
        if let Policy::Server { services, .. } = &self.policy
            && services.withhold(peer)
        {
            session.out().withhold();
            why = Suppression::ServicePort;
        }
        self.peers.insert(peer, Peer { session, conn, due: None, told: None, told_count: 0, why });
        self.conns.insert(conn, peer);
    }

    /// The table is full: the peer that would be forgotten first makes room.
    fn forget_oldest(&mut self) {
        while let Some((due, peer)) = self.due.pop_first() {
            let Some(entry) = self.peers.get_mut(&peer) else { continue };
            // Entries are not moved at every datagram: who wrote since then is due later than it says.
            match entry.session.wake() {
                Some(later) if later > due => {
                    entry.due = Some(later);
                    self.due.insert((later, peer));
                }
                _ => return self.finish(peer, Ending::Displaced),
            }
        }
        if let Some(peer) = self.peers.keys().next().copied() {
            self.finish(peer, Ending::Displaced);
        }
    }

    async fn post(&mut self, conn: Conn, mail: Mail) {
        let Some(peer) = self.conns.get(&conn).copied() else { return };
        let at = self.hub.run.clock.now();
        if let Some(entry) = self.peers.get_mut(&peer) {
            match mail {
                Mail::Half => entry.session.note(What::Notice(Notice::NoFin), at),
                Mail::Close(Close::Reset) => {
                    entry.session.note(What::Notice(Notice::NoReset), at);
                    entry.session.close(Close::Reset, Ending::Closed, at);
                }
                mail => mail.give(&mut entry.session, at, SocketInfo::default),
            }
        }
        self.settle(peer).await;
    }

    async fn tick(&mut self) {
        let at = self.hub.run.clock.now();
        let due: Vec<SocketAddr> =
            self.due.iter().take_while(|(due, _)| *due <= at).map(|(_, peer)| *peer).collect();
        for peer in due {
            if let Some(entry) = self.peers.get_mut(&peer) {
                entry.session.tick(at);
            }
            self.settle(peer).await;
        }
    }

    /// Sends what a conversation has to say, and arranges or ends it.
    async fn settle(&mut self, peer: SocketAddr) {
        let at = self.hub.run.clock.now();
        loop {
            self.send(peer).await;
            let Some(entry) = self.peers.get_mut(&peer) else { return };
            entry.session.resume(at);
            if !entry.session.out().has_front() {
                break;
            }
        }
        let Some(entry) = self.peers.get_mut(&peer) else { return };
        if entry.session.out().fin_due() {
            entry.session.out().fin_done();
        }
        entry.tell_suppressed(at, self.hub.common.detail);
        if entry.session.has_events() {
            entry.session.drain_events(&mut self.events);
        }
        if entry.session.has_room() {
            let conn = entry.conn;
            for act in entry.session.drain_room() {
                self.hub.room(conn, act);
            }
        }
        if entry.session.closing().is_some() {
            return self.finish(peer, Ending::Closed);
        }
        let due = entry.session.wake();
        // An entry that is due too early is looked at once for nothing; moving it at every datagram would cost more.
        let past = entry.due.is_some_and(|old| old <= at);
        if past || due.is_some_and(|d| entry.due.is_none_or(|old| d < old)) {
            if let Some(old) = entry.due {
                self.due.remove(&(old, peer));
            }
            entry.due = due;
            self.due.extend(due.map(|d| (d, peer)));
        }
    }

    fn cannot_send(&mut self, peer: SocketAddr, error: &io::Error) {
        if error.kind() == io::ErrorKind::ConnectionRefused {
            return self.refused(peer);
        }
        let failure = match error.kind() {
            io::ErrorKind::PermissionDenied if udp::may_not_broadcast(&self.socket) => unasked(peer),
            _ => failure(Operation::Send, show(peer), error),
        };
        if matches!(self.policy, Policy::Server { .. }) {
            self.say(What::Failed(failure));
        } else {
            self.fail(peer, failure, Ending::Failed);
        }
    }

    /// An error of the socket is never one conversation's fault, and never a reason to stop serving.
    async fn trouble(&mut self, error: &io::Error) {
        let _ = sockeye_sys::drain_errors(&SockRef::from(&self.socket));
        match self.policy {
            Policy::Client { peer, .. } if error.kind() == io::ErrorKind::ConnectionRefused => {
                self.refused(peer);
            }
            Policy::Client { peer, .. } => {
                let failure = failure(Operation::Receive, show(peer), error);
                self.fail(peer, failure, Ending::Failed);
            }
            _ => {
                let failure = failure(Operation::Receive, show(self.local), error);
                self.say(What::Failed(failure));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    fn refused(&mut self, peer: SocketAddr) {
        match self.policy {
            Policy::Client { patience: Patience::None, .. } => {
                let failure = Failure::new(
                    Operation::Connect,
                    show(peer),
                    Kind::Refused,
                    "nobody listens there (ICMP)",
                )
                .hint("is a server running there, on UDP (not TCP), and is the port right?");
                self.fail(peer, failure, Ending::Failed);
            }
            _ => self.say(What::Notice(Notice::Unreachable { peer: show(peer) })),
        }
    }

    fn fail(&mut self, peer: SocketAddr, failure: Failure, why: Ending) {
        self.finish(peer, why);
        if let Some(outcome) = &mut self.outcome {
            outcome.failure = Some(failure);
        }
    }

    fn finish(&mut self, peer: SocketAddr, why: Ending) {
        let Some(mut entry) = self.peers.remove(&peer) else { return };
        let at = self.hub.run.clock.now();
        if let Some(due) = entry.due {
            self.due.remove(&(due, peer));
        }
        self.conns.remove(&entry.conn);
        entry.told = None;
        entry.tell_suppressed(at, self.hub.common.detail);
        let why = entry.session.finish(why, at);
        entry.session.drain_events(&mut self.events);
        let counters = *entry.session.counters();
        self.hub.leave(entry.conn, &counters, why);
        if !matches!(self.policy, Policy::Server { .. }) {
            let verdict = entry.session.verdict();
            self.outcome = Some(DriveOutcome { why, counters, verdict, failure: None });
        }
    }

    async fn finish_all(&mut self) {
        let mut peers: Vec<(Conn, SocketAddr)> = self.peers.iter().map(|(a, p)| (p.conn, *a)).collect();
        peers.sort_unstable();
        for (_, peer) in peers {
            self.finish(peer, Ending::Stopped);
        }
        if self.own_untold > 0 {
            self.tell_own(self.local);
        }
        self.flush_events().await;
    }

    async fn flush_events(&mut self) {
        if !self.events.is_empty() {
            let _ = self.hub.run.events.send(std::mem::take(&mut self.events)).await;
        }
    }
}

impl Peer {
    fn tell_suppressed(&mut self, at: At, detail: EventDetail) {
        let count = self.session.counters().suppressed;
        let new = count - self.told_count;
        if new > 0 && detail.has_messages() && self.told.is_none_or(|t| at.since(t) >= QUIET) {
            self.told = Some(at);
            self.told_count = count;
            let peer = self.session.out().peer().to_owned();
            self.session.note(What::Suppressed { peer, why: self.why, count: new }, at);
        }
    }
}

/// Whether two addresses are one peer; a scope or flow label may come and go.
fn same(a: SocketAddr, b: SocketAddr) -> bool {
    a.ip() == b.ip() && a.port() == b.port()
}

/// The system sends nothing to many unless that is asked for.
fn unasked(peer: SocketAddr) -> Failure {
    let detail = "that is a broadcast address, and the address does not say that this is meant";
    Failure::new(Operation::Send, show(peer), Kind::Usage, detail)
        .hint(format!("write it as {}?broadcast", show(peer)))
}

pub(crate) fn show(address: SocketAddr) -> String {
    Address::udp(address).to_string()
}
