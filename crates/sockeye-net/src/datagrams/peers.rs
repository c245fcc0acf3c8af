//! The peers of one UDP socket: their conversations by address, and which is due when.

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
    time::Duration,
};

use sockeye_core::{
    event::{Conn, EventDetail, Suppression, What},
    session::Session,
    unit::At,
};

/// Between two words about the same thing.
pub(super) const QUIET: Duration = Duration::from_secs(1);

/// One peer, and the conversation with it.
pub(super) struct Peer {
    pub(super) session: Session,
    pub(super) conn: Conn,
    due: Option<At>,
    // When it was last told how many answers were kept back, and how many those were.
    told: Option<At>,
    told_count: u64,
    // Why answers are kept back, if they are.
    why: Suppression,
}

impl Peer {
    pub(super) fn new(session: Session, conn: Conn, why: Suppression) -> Self {
        Self { session, conn, due: None, told: None, told_count: 0, why }
    }

    /// Tells how many answers were kept back since that was told last: once in a while, or for the last time.
    pub(super) fn tell_suppressed(&mut self, at: At, is_last: bool, detail: EventDetail) {
        let count = self.session.counters().suppressed;
        let new = count - self.told_count;
        let is_time = is_last || self.told.is_none_or(|told| at.since(told) >= QUIET);
        if new > 0 && detail.has_messages() && is_time {
            self.told = Some(at);
            self.told_count = count;
            let peer = self.session.out().peer().to_owned();
            self.session.note(What::Suppressed { peer, why: self.why, count: new }, at);
        }
    }
}

/// All peers.
#[derive(Default)]
pub(super) struct Peers {
    entries: HashMap<SocketAddr, Peer>,
    conns: HashMap<Conn, SocketAddr>,
    due: BTreeSet<(At, SocketAddr)>,
}

impl Peers {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn has(&self, address: SocketAddr) -> bool {
        self.entries.contains_key(&address)
    }

    pub(super) fn get(&mut self, address: SocketAddr) -> Option<&mut Peer> {
        self.entries.get_mut(&address)
    }

    /// The address of whoever has conversation `conn`.
    pub(super) fn of(&self, conn: Conn) -> Option<SocketAddr> {
        self.conns.get(&conn).copied()
    }

    /// All of them, by the numbers of their conversations.
    pub(super) fn in_order(&self) -> Vec<SocketAddr> {
        let mut peers: Vec<(Conn, SocketAddr)> =
            self.entries.iter().map(|(address, peer)| (peer.conn, *address)).collect();
        peers.sort_unstable();
        peers.into_iter().map(|(_, address)| address).collect()
    }

    pub(super) fn add(&mut self, address: SocketAddr, peer: Peer) {
        self.conns.insert(peer.conn, address);
        self.entries.insert(address, peer);
    }

    pub(super) fn remove(&mut self, address: SocketAddr) -> Option<Peer> {
        let peer = self.entries.remove(&address)?;
        if let Some(due) = peer.due {
            self.due.remove(&(due, address));
        }
        self.conns.remove(&peer.conn);
        Some(peer)
    }

    /// When the first of them is due.
    pub(super) fn first_due(&self) -> Option<At> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Those that are due at `at`.
    pub(super) fn due(&self, at: At) -> Vec<SocketAddr> {
        self.due.iter().take_while(|(due, _)| *due <= at).map(|(_, address)| *address).collect()
    }

    /// Takes down when the conversation of `address` is due next.
    pub(super) fn schedule(&mut self, address: SocketAddr, at: At) {
        let Some(peer) = self.entries.get_mut(&address) else { return };
        let due = peer.session.wake();
        // An entry that is due too early is looked at once for nothing; moving it at every datagram would cost more.
        let is_past = peer.due.is_some_and(|old| old <= at);
        if is_past || due.is_some_and(|due| peer.due.is_none_or(|old| due < old)) {
            if let Some(old) = peer.due {
                self.due.remove(&(old, address));
            }
            peer.due = due;
            self.due.extend(due.map(|due| (due, address)));
        }
    }

    /// Whoever would be forgotten first; nobody where there is nobody.
    pub(super) fn oldest(&mut self) -> Option<SocketAddr> {
        while let Some((due, address)) = self.due.pop_first() {
            let Some(peer) = self.entries.get_mut(&address) else { continue };
            // Entries are not moved at every datagram: who wrote since then is due later than it says.
            match peer.session.wake() {
                Some(later) if later > due => {
                    peer.due = Some(later);
                    self.due.insert((later, address));
                }
                _ => {
                    peer.due = None;
                    return Some(address);
                }
            }
        }
        self.entries.keys().next().copied()
    }
}
