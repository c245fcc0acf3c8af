//! A conversation's way out for its events: room is made sure of before anything is read that would need it.
//! Never keeps room, or any memory, for a conversation that has nothing to tell.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use sockeye_core::event::{Event, EventDetail};
use tokio::sync::mpsc::{OwnedPermit, Sender, error::SendError, error::TrySendError};

type Batch = Vec<Event>;
type Waiting = Pin<Box<dyn Future<Output = Result<OwnedPermit<Batch>, SendError<()>>> + Send>>;

/// Where a conversation's events leave.
pub(crate) struct Outlet {
    detail: EventDetail,
    // Nobody takes events any more.
    is_gone: bool,
    room: Option<OwnedPermit<Batch>>,
    // Boxed again, since hardly any conversation waits.
    waiting: Option<Box<Waiting>>,
}

impl Outlet {
    pub(crate) fn new(detail: EventDetail) -> Self {
        Self { detail, is_gone: false, room: None, waiting: None }
    }

    /// Whether somebody looks.
    pub(crate) fn is_open(&self) -> bool {
        self.detail.has_messages()
    }

    /// Ready once there is room for a batch in `events`, or nobody looks.
    pub(crate) fn poll_room(&mut self, events: &Sender<Batch>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_open() { self.poll_room_for_failures(events, cx) } else { Poll::Ready(()) }
    }

    /// Ready once there is room for a batch in `events`, or nobody takes any: a failure is told to readers of failures alone too.
    pub(crate) fn poll_room_for_failures(
        &mut self,
        events: &Sender<Batch>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        if self.is_gone || self.room.is_some() {
            return Poll::Ready(());
        }
        let waiting = match &mut self.waiting {
            Some(waiting) => waiting,
            None => match events.clone().try_reserve_owned() {
                Ok(room) => {
                    self.room = Some(room);
                    return Poll::Ready(());
                }
                Err(TrySendError::Closed(_)) => return self.close(),
                Err(TrySendError::Full(events)) => {
                    self.waiting.insert(Box::new(Box::pin(events.reserve_owned())))
                }
            },
        };
        let room = ready!(waiting.as_mut().as_mut().poll(cx));
        self.waiting = None;
        match room {
            Ok(room) => self.room = Some(room),
            Err(_) => return self.close(),
        }
        Poll::Ready(())
    }

    /// A view that is gone is no reason to stop a server.
    fn close(&mut self) -> Poll<()> {
        self.detail = EventDetail::Summary;
        self.is_gone = true;
        Poll::Ready(())
    }

    /// Sends a batch into the room that was made sure of; there is none only where nobody takes it.
    pub(crate) fn send(&mut self, batch: Batch) {
        if let Some(room) = self.room.take() {
            room.send(batch);
        }
    }

    /// Lets others have the room: what an idle conversation kept would be missing to them.
    pub(crate) fn yield_room(&mut self) {
        self.room = None;
    }
}
