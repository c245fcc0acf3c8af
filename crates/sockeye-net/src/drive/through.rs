//! The fast way of a relay: bytes go from one connection to the other as they are, and nobody looks.
//! Never tells what passes, and never changes a byte.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use sockeye_core::{
    event::{Counters, Ending, Leg},
    limit::{NOTSENT, READ},
};
use sockeye_sys::{HangUp, Pipe};
use tokio::time::{Instant, Sleep, sleep};

use super::{
    BUFFER, TURNS,
    legs::{LaneRest, PairOutcome},
};
use crate::{
    link::{Link as _, StreamSocket},
    trouble::ended_by,
};

/// Large reads in a row before the kernel is left to move a direction by itself. A small one ends that.
const STREAK: u8 = 4;
/// A read that had better gone through a pipe, in bytes.
const LARGE: usize = READ / 2;
/// One through a pipe that had better been a plain one.
const SMALL: usize = READ / 8;
/// Bytes that have to have come before a direction with a pipe is woken for them, and how long it waits for fewer: a wake for
/// every segment costs more than what it moves.
const WORTH: u32 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_millis(2);
/// How often in a row it waits so long for nothing before it gives its pipe back: 50 ms. A peer that shares its processor says
/// nothing for some of them in the midst of bulk.
const SILENCES: u8 = 25;
/// Pipes that a worker keeps for whoever needs one next.
const POOL: usize = 32;

thread_local! {
    static PIPES: RefCell<Vec<Pipe>> = const { RefCell::new(Vec::new()) };
}

/// Both connections, and what is on its way between them.
pub(crate) struct Through {
    client: StreamSocket,
    target: StreamSocket,
    up: Lane,
    down: Lane,
    broken: Option<(Ending, Leg)>,
    /// Whose end came first.
    first: Option<Leg>,
}

/// One direction.
#[derive(Default)]
struct Lane {
    /// Read, and not taken by the other side yet.
    pending: Vec<u8>,
    head: usize,
    pipe: Option<Pipe>,
    /// Where there is a pipe: until when it waits for more to come.
    patience: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
    /// How often it has done so for nothing.
    silences: u8,
    /// Bytes in the pipe.
    piped: usize,
    /// Where there is a pipe: bytes that the system may hold unsent for the other side, which a pour that is cut short waits for.
    allowed: u32,
    /// Large reads in a row; small ones, while there is a pipe.
    streak: u8,
    course: Course,
    came: u64,
    reads: u64,
    hang_up: Option<HangUp>,
}

/// How far a direction has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Course {
    #[default]
    Open,
    /// Its end came.
    Ended,
    /// Its end was passed on.
    Over,
    /// The other side takes nothing any more.
    Dead,
}

/// What a conversation goes on with that is to be looked at, damaged or ended from now on.
pub(crate) struct Rest {
    pub(crate) client: StreamSocket,
    pub(crate) target: StreamSocket,
    pub(crate) up: LaneRest,
    pub(crate) down: LaneRest,
}

impl Through {
    pub(crate) fn new(client: StreamSocket, target: StreamSocket) -> Self {
        Self { client, target, up: Lane::default(), down: Lane::default(), broken: None, first: None }
    }

    /// Goes on until all is over, or `interruption` is, which is polled where nothing moved, and where `is_due` says so: then
    /// before anything else moves.
    pub(crate) fn until<I: Future<Output = ()>>(
        &mut self,
        is_due: impl Fn() -> bool,
        mut interruption: Pin<&mut I>,
    ) -> impl Future<Output = Option<PairOutcome>> {
        let mut is_registered = false;
        poll_fn(move |cx| {
            if (!is_registered || is_due()) && interruption.as_mut().poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            is_registered = true;
            let before = self.up.reads + self.down.reads;
            if self.turn(cx).is_ready() {
                return Poll::Ready(Some(self.outcome()));
            }
            if self.up.reads + self.down.reads > before && !is_due() {
                return Poll::Pending;
            }
            interruption.as_mut().poll(cx).map(|()| None)
        })
    }

    /// Goes on another way.
    pub(crate) fn into_rest(self) -> Rest {
        let Self { client, target, up, down, .. } = self;
        up.untune(&client, &target);
        down.untune(&target, &client);
        Rest { client, target, up: up.into_rest(), down: down.into_rest() }
    }

    fn turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let up = self.up.turn(cx, &mut self.client, &mut self.target);
        let up = self.judge(up, Leg::Client);
        let down = self.down.turn(cx, &mut self.target, &mut self.client);
        let down = self.judge(down, Leg::Target);
        if self.first.is_none() && self.up.course != Course::Open {
            self.first = Some(Leg::Client);
        } else if self.first.is_none() && self.down.course != Course::Open {
            self.first = Some(Leg::Target);
        }
        if self.broken.is_some() {
            self.client.arm_reset();
            self.target.arm_reset();
            return Poll::Ready(());
        }
        if up && down { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Whether the direction from `leg` is over.
    fn judge(&mut self, moved: Poll<Result<(), Broken>>, leg: Leg) -> bool {
        let other = match leg {
            Leg::Client => Leg::Target,
            Leg::Target => Leg::Client,
        };
        match moved {
            Poll::Pending => false,
            Poll::Ready(Ok(())) => {
                // One that has ended where nothing could be sent any more was no orderly end.
                let back = if leg == Leg::Client { &self.down } else { &self.up };
                if back.course == Course::Dead {
                    self.broken.get_or_insert((Ending::PeerReset, leg));
                }
                true
            }
            Poll::Ready(Err(Broken::Reading(error))) => {
                self.broken.get_or_insert((ended_by(&error), leg));
                true
            }
            Poll::Ready(Err(Broken::Writing)) => {
                // What it said before may still be read.
                let back = if leg == Leg::Client { &self.down } else { &self.up };
                if matches!(back.course, Course::Ended | Course::Over | Course::Dead) {
                    self.broken.get_or_insert((Ending::PeerReset, other));
                }
                true
            }
        }
    }

    fn outcome(&self) -> PairOutcome {
        let first = (Ending::PeerClosed, self.first.unwrap_or(Leg::Client));
        let (why, leg) = self.broken.unwrap_or(first);
        let counters = |from: &Lane, to: &Lane| Counters {
            bytes_in: from.came,
            bytes_out: to.came - to.left() as u64,
            messages_in: from.reads,
            reads: from.reads,
            messages_out: to.reads,
            unsent: to.left() as u64,
            ..Counters::default()
        };
        let (client, target) = (counters(&self.up, &self.down), counters(&self.down, &self.up));
        PairOutcome { why, leg, client, target, faults: Vec::new() }
    }
}

/// Ready once it has waited for as long as a direction with a pipe waits.
fn poll_patience(
    patience: &mut Option<Pin<Box<Sleep>>>,
    is_waiting: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let until = patience.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
    if !std::mem::replace(is_waiting, true) {
        until.as_mut().reset(Instant::now() + PATIENCE);
    }
    until.as_mut().poll(cx)
}

/// What went wrong in a direction.
enum Broken {
    Reading(io::Error),
    Writing,
}

impl Lane {
    /// Moves what can be moved; ready once nothing more ever can.
    fn turn(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut StreamSocket,
        to: &mut StreamSocket,
    ) -> Poll<Result<(), Broken>> {
        if self.course == Course::Dead {
            return Poll::Ready(Err(Broken::Writing));
        }
        for _ in 0..TURNS {
            if let Err(Broken::Writing) = ready!(self.flush(cx, to)) {
                self.course = Course::Dead;
                return Poll::Ready(Err(Broken::Writing));
            }
            match self.course {
                Course::Over | Course::Dead => return self.listen(cx, from),
                Course::Ended => {
                    // A side that is gone already needs no FIN.
                    let _ = ready!(tokio::io::AsyncWrite::poll_shutdown(Pin::new(&mut *to), cx));
                    self.course = Course::Over;
                    self.give_back();
                }
                Course::Open => match ready!(self.fill(cx, from, to)) {
                    Ok(()) => {}
                    Err(error) => return Poll::Ready(Err(Broken::Reading(error))),
                },
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// A side that has said its last word can still go away.
    fn listen(&mut self, cx: &mut Context<'_>, from: &StreamSocket) -> Poll<Result<(), Broken>> {
        if self.hang_up.is_none() {
            self.hang_up = from.hang_up();
        }
        let hung_up = self.hang_up.as_ref().is_some_and(|hang_up| hang_up.poll(cx).is_ready());
        match hung_up.then(|| from.take_error()).flatten() {
            Some(error) => Poll::Ready(Err(Broken::Reading(error))),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Sends what was read before.
    fn flush(&mut self, cx: &mut Context<'_>, to: &mut StreamSocket) -> Poll<Result<(), Broken>> {
        while self.head < self.pending.len() {
            let rest = self.pending.get(self.head..).unwrap_or_default();
            match ready!(to.poll_send(cx, rest)) {
                Ok(n) => self.head += n,
                Err(_) => return Poll::Ready(Err(Broken::Writing)),
            }
        }
        // An idle conversation holds no memory.
        (self.pending, self.head) = (Vec::new(), 0);
        while self.piped > 0 {
            let Some(pipe) = &self.pipe else { break };
            match ready!(to.poll_pour(cx, pipe, self.piped)) {
                Ok(n) => self.piped -= n.min(self.piped),
                Err(_) => return Poll::Ready(Err(Broken::Writing)),
            }
            self.allowed = to.trust(self.allowed, self.came - self.left() as u64);
        }
        Poll::Ready(Ok(()))
    }

    /// Reads more, and sends what of it the other side takes at once.
    fn fill(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut StreamSocket,
        to: &mut StreamSocket,
    ) -> Poll<io::Result<()>> {
        if self.pipe.is_some() && self.streak > 0 {
            self.leave_pipe(from, to);
        }
        let piped = match &self.pipe {
            Some(pipe) => match from.poll_fill(cx, pipe) {
                Poll::Ready(len) => Some(len?),
                Poll::Pending => loop {
                    ready!(poll_patience(&mut self.patience, &mut self.is_waiting, cx));
                    self.is_waiting = false;
                    // What has come is less than it is woken for, if it is anything.
                    match pipe.fill(&from.socket()) {
                        Ok(len) => break Some(len),
                        Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                            return Poll::Ready(Err(error));
                        }
                        Err(_) if self.silences == SILENCES => break None,
                        Err(_) => self.silences += 1,
                    }
                },
            },
            None => None,
        };
        let len = match piped {
            Some(len) => {
                (self.is_waiting, self.silences) = (false, 0);
                self.piped = len;
                self.streak = if len < SMALL { self.streak + 1 } else { 0 };
                len
            }
            None => {
                // An idle conversation holds no pipe either.
                self.leave_pipe(from, to);
                let len = ready!(self.copy(cx, from, to))?;
                self.streak = if len >= LARGE { self.streak + 1 } else { 0 };
                if self.streak >= STREAK && from.has_pipes() && to.has_pipes() {
                    self.take_pipe(from);
                }
                len
            }
        };
        self.came += len as u64;
        self.reads += u64::from(len > 0);
        if len == 0 {
            self.course = Course::Ended;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads into the worker's buffer and sends from there; only what the other side does not take is kept.
    fn copy(
        &mut self,
        cx: &mut Context<'_>,
        from: &mut StreamSocket,
        to: &mut StreamSocket,
    ) -> Poll<io::Result<usize>> {
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            if !(READ..=2 * READ).contains(&buffer.capacity()) {
                *buffer = Vec::with_capacity(READ);
            }
            let len = ready!(from.poll_receive(cx, buffer))?;
            let mut sent = 0;
            while sent < len {
                match to.poll_send(cx, buffer.get(sent..).unwrap_or_default()) {
                    Poll::Ready(Ok(n)) => sent += n,
                    // The next flush finds that again.
                    Poll::Ready(Err(_)) | Poll::Pending => break,
                }
            }
            self.pending.extend_from_slice(buffer.get(sent..).unwrap_or_default());
            Poll::Ready(Ok(len))
        })
    }

    /// From now on the kernel moves this direction, if there is a pipe to be had.
    fn take_pipe(&mut self, from: &StreamSocket) {
        self.streak = 0;
        self.pipe = PIPES.with_borrow_mut(Vec::pop).or_else(|| Pipe::open().ok());
        if self.pipe.is_some() {
            // Where that cannot be, it is woken more often.
            let _ = sockeye_sys::wait_for_bytes(&from.socket(), WORTH);
            self.allowed = NOTSENT;
        }
    }

    /// From now on it is read and written again. What is in the pipe has to be out of it.
    fn leave_pipe(&mut self, from: &StreamSocket, to: &StreamSocket) {
        if self.pipe.is_some() {
            self.untune(from, to);
            self.give_back();
        }
    }

    /// The sockets are as other conversations have them.
    fn untune(&self, from: &StreamSocket, to: &StreamSocket) {
        if self.pipe.is_some() {
            let _ = sockeye_sys::wait_for_bytes(&from.socket(), 1);
            to.limit_unsent(NOTSENT);
        }
    }

    /// The pipe, which is empty, is for whoever needs one next.
    fn give_back(&mut self) {
        self.streak = 0;
        (self.patience, self.is_waiting, self.silences) = (None, false, 0);
        if let Some(pipe) = self.pipe.take_if(|_| self.piped == 0) {
            PIPES.with_borrow_mut(|pipes| {
                if pipes.len() < POOL {
                    pipes.push(pipe);
                }
            });
        }
    }

    /// Bytes that came and were not passed on.
    fn left(&self) -> usize {
        self.pending.len() - self.head + self.piped
    }

    fn into_rest(mut self) -> LaneRest {
        let went = self.came - self.left() as u64;
        let mut pending = self.pending.split_off(self.head);
        if let Some(pipe) = &self.pipe {
            let begin = pending.len();
            pending.resize(begin + self.piped, 0);
            let mut got = begin;
            while let Some(room) = pending.get_mut(got..).filter(|room| !room.is_empty()) {
                // Nobody else takes anything out of it.
                match pipe.take(room) {
                    Ok(n @ 1..) => got += n,
                    _ => break,
                }
            }
            pending.truncate(got);
            self.piped = 0;
        }
        self.give_back();
        let has_ended = self.course != Course::Open;
        LaneRest { pending, has_ended, came: self.came, went }
    }
}
