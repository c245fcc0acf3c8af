//! Drives all conversations of one UDP socket: one unconnected socket, a bounded table of peers.
//! Never connects the socket, never answers its own address, never lets a stranger become the peer.

mod manner;
mod peers;
mod traffic;

use std::{
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
    unit::{At, Close, Medium, Unit},
};
use sockeye_sys::Received;
use sockeye_text::text;
use tokio::{
    io::{Interest, Ready},
    net::UdpSocket,
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

pub(crate) use manner::{Manner, Patience, Policy, Services};
use peers::{Peer, Peers, QUIET};
use traffic::{DatagramSource, Traffic, apart};

use crate::{
    drive::DriveOutcome,
    hub::{Hub, Mail},
    link::udp,
    resolve::is_ours,
    trouble::failure,
};

/// Datagrams taken in one wake before others get their turn.
const BURST: usize = 256;

/// All conversations of one socket.
pub(crate) struct Datagrams {
    traffic: Traffic,
    local: SocketAddr,
    hub: Arc<Hub>,
    policy: Policy,
    manner: Manner,
    peers: Peers,
    mail_in: mpsc::Sender<(Conn, Mail)>,
    mail: mpsc::Receiver<(Conn, Mail)>,
    events: Vec<Event>,
    own_told: Option<At>,
    own_untold: u64,
    stranger_told: Option<At>,
    /// When a conversation was last settled.
    seen: At,
    buffer: Box<[u8]>,
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
        let (mail_in, mail) = mpsc::channel(MAILBOX);
        Ok(Self {
            traffic: Traffic::new(socket, ear),
            local,
            hub,
            policy,
            manner,
            peers: Peers::default(),
            mail_in,
            mail,
            events: Vec::new(),
            own_told: None,
            own_untold: 0,
            stranger_told: None,
            seen: At::START,
            buffer: vec![0; READ].into_boxed_slice(),
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
        let mut alarm = self.hub.run.clock.sleeper(At::START);
        let mut set: Option<At> = None;
        while self.outcome.is_none() {
            self.flush_events().await;
            let due = self.peers.first_due();
            // What is due already waits for no timer, which would round up to its millisecond.
            let is_due = due.is_some_and(|due| due <= self.seen);
            if let Some(due) = due
                && !is_due
                && set.is_none_or(|set| due < set)
            {
                alarm.reset(self.hub.run.clock.instant(due));
                set = Some(due);
            }
            tokio::select! {
                biased;
                () = stopped.as_mut() => break,
                mail = self.mail.recv() => if let Some((conn, mail)) = mail {
                    self.post(conn, mail).await;
                },
                ready = self.traffic.socket.ready(Interest::READABLE | Interest::ERROR) => match ready {
                    Ok(ready) => self.attend(ready).await,
                    Err(error) => self.trouble(&error).await,
                },
                Ok(()) = udp::readable(self.traffic.ear.as_ref()) => self.read(DatagramSource::Ear).await,
                () = tokio::task::yield_now(), if is_due => self.tick().await,
                () = &mut alarm, if set.is_some() => {
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
            && let Some(error) = udp::pending_error(&self.traffic.socket)
        {
            self.trouble(&error).await;
        }
        if ready.is_readable() && self.outcome.is_none() {
            self.read(DatagramSource::Socket).await;
        }
    }

    async fn read(&mut self, source: DatagramSource) {
        let mut left = BURST;
        while left > 0 && self.outcome.is_none() {
            let mut buffer = std::mem::take(&mut self.buffer);
            let got = self.traffic.receive(source, &mut buffer);
            if let Ok(received) = &got {
                left = left.saturating_sub(self.take(&buffer, *received).await);
            }
            self.buffer = buffer;
            if let Err(error) = got {
                if error.kind() != io::ErrorKind::WouldBlock {
                    self.trouble(&error).await;
                }
                return;
            }
        }
    }

    /// Hands what one call brought to whom it belongs, each datagram as if it were alone; how many they were.
    async fn take(&mut self, buffer: &[u8], Received { len, segment, from }: Received) -> usize {
        // While somebody looks, each is answered before the next is heard, and told so.
        let is_seen = self.hub.common.detail.has_messages();
        let at = self.hub.run.clock.now();
        // Those of a group answer for it, each under a name of its own.
        let is_one_of_many = is_seen && matches!(self.policy, Policy::Group { .. });
        let sender: Option<Arc<str>> = is_one_of_many.then(|| show(from).into());
        let mut datagrams = apart(buffer.get(..len).unwrap_or_default(), segment).peekable();
        let mut count = 0;
        while let Some(first) = datagrams.peek() {
            let peer = self.whose(from, first.len());
            let Some((peer, entry)) = peer.and_then(|peer| Some((peer, self.peers.get(peer)?))) else {
                datagrams.next();
                count += 1;
                continue;
            };
            for datagram in datagrams.by_ref() {
                count += 1;
                match &sender {
                    Some(sender) => entry.session.receive_from(datagram, Arc::clone(sender), at),
                    None => entry.session.receive(Unit::Data(datagram), at),
                }
                // Whoever has enough to say is let say it first; whoever is over is somebody new the next time.
                if is_seen || !entry.session.wants_input() {
                    break;
                }
            }
            self.hub.wrote(entry.conn);
            self.settle(peer).await;
        }
        count
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
            Policy::Server { .. } if self.peers.has(from) => Some(from),
            Policy::Server { access, most, .. } => {
                if !access.permits(from.ip()) {
                    self.hub.run.count(|s| s.refused += 1);
                    return None;
                }
                if self.peers.len() >= *most
                    && let Some(oldest) = self.peers.oldest()
                {
                    self.finish(oldest, Ending::Displaced);
                }
                self.admit(from);
                Some(from)
            }
        }
    }

    /// Whether `ip` is this machine's: a datagram from our own port there is our own, or forged to make us talk to ourselves.
    fn is_own(&self, ip: IpAddr) -> bool {
        let bound = self.local.ip();
        bound == ip || (bound.is_unspecified() && is_ours(ip))
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
            self.events.push(Event { at: self.hub.run.clock.now(), conn: None, leg: None, what });
        }
    }

    fn admit(&mut self, peer: SocketAddr) {
        let conn = self.hub.run.number();
        let name: Arc<str> = show(peer).into();
        let local = match self.hub.common.detail {
            EventDetail::Messages | EventDetail::Wire => {
                show(udp::own_end(&self.traffic.socket, self.local, peer))
            }
            EventDetail::Summary | EventDetail::Faults => show(self.local),
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
        self.peers.add(peer, Peer::new(session, conn, why));
    }

    async fn post(&mut self, conn: Conn, mail: Mail) {
        let Some(peer) = self.peers.of(conn) else { return };
        let at = self.hub.run.clock.now();
        if let Some(entry) = self.peers.get(peer) {
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
        for peer in self.peers.due(at) {
            if let Some(entry) = self.peers.get(peer) {
                entry.session.tick(at);
            }
            self.settle(peer).await;
        }
    }

    /// Sends what a conversation has to say, and arranges or ends it.
    async fn settle(&mut self, peer: SocketAddr) {
        let at = self.hub.run.clock.now();
        self.seen = at;
        loop {
            while let Some(entry) = self.peers.get(peer)
                && entry.session.out().has_front()
            {
                if let Err(error) = self.traffic.send(entry.session.out(), peer).await {
                    self.cannot_send(peer, &error);
                }
            }
            let Some(entry) = self.peers.get(peer) else { return };
            entry.session.resume(at);
            if !entry.session.out().has_front() {
                break;
            }
        }
        let Some(entry) = self.peers.get(peer) else { return };
        if entry.session.out().fin_due() {
            entry.session.out().fin_done();
        }
        entry.tell_suppressed(at, false, self.hub.common.detail);
        if entry.session.has_room() {
            self.hub.share(entry.conn, &mut entry.session);
        }
        if entry.session.has_events() {
            entry.session.drain_events(&mut self.events);
        }
        if entry.session.closing().is_some() {
            return self.finish(peer, Ending::Closed);
        }
        self.peers.schedule(peer, at);
    }

    fn cannot_send(&mut self, peer: SocketAddr, error: &io::Error) {
        if error.kind() == io::ErrorKind::ConnectionRefused {
            return self.refused(peer);
        }
        let failure = match error.kind() {
            io::ErrorKind::PermissionDenied if udp::may_not_broadcast(&self.traffic.socket) => unasked(peer),
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
        let _ = sockeye_sys::drain_errors(&SockRef::from(&self.traffic.socket));
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
                let failure =
                    Failure::new(Operation::Connect, show(peer), Kind::Refused, text!("udp-refused"))
                        .hint(text!("udp-refused-hint"));
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
        let Some(mut entry) = self.peers.remove(peer) else { return };
        let at = self.hub.run.clock.now();
        entry.tell_suppressed(at, true, self.hub.common.detail);
        let why = entry.session.finish(why, at);
        entry.session.drain_events(&mut self.events);
        let counters = *entry.session.counters();
        let faults = entry.session.fault_tally();
        self.hub.leave(entry.conn, &counters, &faults, why);
        if !matches!(self.policy, Policy::Server { .. }) {
            let verdict = entry.session.verdict();
            self.outcome = Some(DriveOutcome { why, counters, faults, verdict, failure: None });
        }
    }

    async fn finish_all(&mut self) {
        for peer in self.peers.in_order() {
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

/// Whether two addresses are one peer; a scope or flow label may come and go.
fn same(a: SocketAddr, b: SocketAddr) -> bool {
    a.ip() == b.ip() && a.port() == b.port()
}

/// The system sends nothing to many unless that is asked for.
fn unasked(peer: SocketAddr) -> Failure {
    Failure::new(Operation::Send, show(peer), Kind::Usage, text!("broadcast-unasked"))
        .hint(text!("broadcast-unasked-hint", address = show(peer)))
}

pub(crate) fn show(address: SocketAddr) -> String {
    Address::udp(address).to_string()
}
