//! Where conversations of a run meet: what they share of the run, the mailboxes, the room.
//! Never touches a socket.

mod orders;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use sockeye_core::{
    behaviour::{Common, Names, NewName, Room, RoomAct},
    event::{Conn, Counters, Ending, Event, FaultTally, SocketInfo, What},
    limit::{LINGER, MAILBOX, READ},
    session::Session,
    unit::{At, Close},
};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    context::{Spoken, To},
    run_state::RunState,
};

/// Something for one conversation from our side.
#[derive(Clone, Debug)]
pub(crate) enum Mail {
    Say(Spoken),
    SayNoMore,
    Half,
    Close(Close),
    Info,
}

impl Mail {
    /// Does to `session` what it says; `info` is asked only if that is what it wants.
    pub(crate) fn give(self, session: &mut Session, at: At, info: impl FnOnce() -> SocketInfo) {
        match self {
            Self::Say(Spoken::Message(message)) => session.say(&message, at),
            Self::Say(Spoken::Raw(bytes)) => session.say_raw(&bytes, at),
            Self::SayNoMore => session.say_no_more(at),
            Self::Half => session.end(at),
            Self::Close(Close::Graceful) => session.close(Close::Graceful, Ending::Closed, at),
            Self::Close(Close::Reset) => session.close(Close::Reset, Ending::Reset, at),
            Self::Info => session.note(What::Info(Box::new(info())), at),
        }
    }
}

/// One conversation's end of its mailbox.
#[derive(Debug)]
pub(crate) struct Mailbox {
    pub(crate) mail: mpsc::Receiver<(Conn, Mail)>,
    /// Cancelled when it does not empty its box fast enough, or the run stops.
    pub(crate) evicted: CancellationToken,
}

#[derive(Debug)]
struct Entry {
    peer: Arc<str>,
    /// When it wrote last, as a number that grows; 0 if it never did.
    wrote: u64,
    mail: mpsc::Sender<(Conn, Mail)>,
    evicted: CancellationToken,
}

/// Whether conversations of this run hear from anybody but their peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Post {
    /// Nobody does.
    None,
    /// Each has a mailbox; one that overflows is told of, or taken from a chat member that does not read.
    Mailboxes,
    /// Each has a mailbox, and who fills it waits: for room in it, and for somebody to be there at all.
    Patient,
}

/// Where the conversations of one run meet.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) run: Arc<RunState>,
    pub(crate) common: Arc<Common>,
    /// How long a conversation that we closed reads on.
    pub(crate) linger: Duration,
    /// The most bytes that a conversation reads at once.
    pub(crate) read_size: usize,
    post: Post,
    /// Cancelled when the first conversation can be given orders.
    pub(crate) joined: CancellationToken,
    /// Told whenever a conversation can be given orders.
    came: Notify,
    entries: Mutex<BTreeMap<Conn, Entry>>,
    room: Mutex<Room>,
    names: Mutex<Names>,
    /// Whom a line goes to that names nobody, once somebody has chosen.
    chosen: Mutex<To>,
    last_writer: AtomicU64,
    /// How often another conversation than the one before wrote.
    turns: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    pub(crate) fn new(
        clock: Clock,
        common: Common,
        events: mpsc::Sender<Vec<Event>>,
        grace: Duration,
        post: Post,
    ) -> Self {
        let run = Arc::new(RunState::new(clock, common.detail, events, grace));
        Self::of(run, common, post)
    }

    /// Where conversations of a run meet that has others besides.
    pub(crate) fn of(run: Arc<RunState>, common: Common, post: Post) -> Self {
        let room = Mutex::new(Room::new(common.charset));
        Self {
            run,
            common: Arc::new(common),
            linger: LINGER,
            read_size: READ,
            post,
            joined: CancellationToken::new(),
            came: Notify::new(),
            entries: Mutex::new(BTreeMap::new()),
            room,
            names: Mutex::default(),
            chosen: Mutex::default(),
            last_writer: AtomicU64::new(0),
            turns: AtomicU64::new(0),
        }
    }

    /// A mailbox for conversation `conn`, if this run has any.
    pub(crate) fn join(&self, conn: Conn, peer: &Arc<str>) -> Option<Mailbox> {
        if self.post == Post::None {
            return None;
        }
        let (sender, mail) = mpsc::channel(MAILBOX);
        let evicted = self.join_shared(conn, peer, &sender);
        Some(Mailbox { mail, evicted })
    }

    /// The same for a conversation that shares the mailbox behind `mail` with others.
    pub(crate) fn join_shared(
        &self,
        conn: Conn,
        peer: &Arc<str>,
        mail: &mpsc::Sender<(Conn, Mail)>,
    ) -> CancellationToken {
        let evicted = self.run.stop.child_token();
        if self.post != Post::None {
            let entry =
                Entry { peer: Arc::clone(peer), wrote: 0, mail: mail.clone(), evicted: evicted.clone() };
            locked(&self.entries).insert(conn, entry);
            self.joined.cancel();
            self.came.notify_waiters();
        }
        evicted
    }

    /// Conversation `conn` is over.
    pub(crate) fn leave(&self, conn: Conn, counters: &Counters, faults: &[FaultTally], why: Ending) {
        self.run.add(counters, why);
        self.run.add_faults(faults, self.common.seed);
        locked(&self.names).forget(conn);
        if self.post != Post::None {
            locked(&self.entries).remove(&conn);
            let _ = self.last_writer.compare_exchange(conn, 0, Ordering::Relaxed, Ordering::Relaxed);
            self.room(conn, RoomAct::Leave);
        }
    }

    /// Conversation `conn` wrote something.
    pub(crate) fn wrote(&self, conn: Conn) {
        if self.post != Post::Mailboxes || self.last_writer.swap(conn, Ordering::Relaxed) == conn {
            return;
        }
        if let Some(entry) = locked(&self.entries).get_mut(&conn) {
            entry.wrote = self.turns.fetch_add(1, Ordering::Relaxed) + 1;
        }
    }

    /// What conversation `conn` has for those it shares the run with: its name, and what it does in the room.
    pub(crate) fn share(&self, conn: Conn, session: &mut Session) {
        if let Some(name) = session.take_name()
            && let Some(NewName { name, from }) = locked(&self.names).register(conn, &name)
        {
            session.note(What::Named { name, from }, self.run.clock.now());
        }
        for act in session.drain_room() {
            self.room(conn, act);
        }
    }

    /// What `conn` does in the room goes to whom it concerns.
    pub(crate) fn room(&self, conn: Conn, act: RoomAct) {
        // Held while posting, so that all members see lines in one order.
        let mut room = locked(&self.room);
        for delivery in room.act(conn, act) {
            self.post(delivery.to, Mail::Say(Spoken::Message(Bytes::from_owner(delivery.line))));
        }
    }

    /// Puts mail in a box; one that is full belongs to somebody who does not read, and is taken away.
    fn post(&self, to: Conn, mail: Mail) {
        let mut entries = locked(&self.entries);
        let Some(entry) = entries.get(&to) else { return };
        if entry.mail.try_send((to, mail)).is_err() {
            entry.evicted.cancel();
            entries.remove(&to);
        }
    }
}
