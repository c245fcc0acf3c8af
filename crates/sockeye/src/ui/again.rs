//! What is sent again and again until it is stopped, a thread each.
//! Never outlives the run, nor the conversation that it is for.

use std::{sync::mpsc, thread::JoinHandle, time::Duration};

use bytes::Bytes;
use sockeye_core::{
    behaviour::Payload,
    rule::{Context, Dice},
};
use sockeye_net::{Action, Anchor, Clock, Order, Spoken, To, Whom};
use tokio::sync::mpsc::Sender;

use super::teller::Teller;
use crate::say::terminal as say;

/// How many things may be sent again and again at once.
pub(crate) const REPEATS: usize = 64;

/// One thing that is sent again and again; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Repeat {
    to: To,
    anchor: Anchor,
    thread: JoinHandle<()>,
    _stop: mpsc::Sender<()>,
}

/// What is said again and again, and to whom.
pub(super) struct Again {
    pub(super) to: To,
    pub(super) anchor: Anchor,
    pub(super) teller: Teller,
    pub(super) payload: Payload,
    /// What makes a message of the bytes, or leaves them as they are.
    pub(super) spoken: fn(Bytes) -> Spoken,
    pub(super) clock: Clock,
    pub(super) orders: Sender<Order>,
    pub(super) dice: Dice,
    pub(super) most: usize,
}

impl Repeat {
    /// Begins to send.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub(super) fn start(again: Again, period: Duration) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let (to, anchor) = (again.to.clone(), again.anchor.clone());
        let thread = std::thread::Builder::new().name("every".to_owned());
        let thread = thread.spawn(move || again.run(period, &stopped))?;
        Ok(Self { to, anchor, thread, _stop: stop })
    }

    /// Whether it still sends.
    pub(super) fn is_going(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Whether it is for those that `to` names.
    pub(super) fn is_for(&self, to: &To) -> bool {
        self.to == *to
    }

    /// Whether it is for a conversation that `is` knows.
    pub(super) fn concerns(&self, is: &dyn Fn(&Whom) -> bool) -> bool {
        match self.anchor.to().unwrap_or(&self.to) {
            To::Some(list) => list.iter().any(is),
            To::Default | To::All => false,
        }
    }
}

impl Again {
    /// Until the other end of `stopped` is gone, or the conversation.
    fn run(mut self, period: Duration, stopped: &mpsc::Receiver<()>) {
        let mut counter = 0;
        loop {
            counter += 1;
            let Some(bytes) = self.bytes(counter) else { return };
            let what = Action::Again((self.spoken)(bytes), self.anchor.clone());
            if self.orders.blocking_send(Order { to: self.to.clone(), what }).is_err() {
                return;
            }
            if stopped.recv_timeout(period) != Err(mpsc::RecvTimeoutError::Timeout) {
                return;
            }
            if self.anchor.is_lost() {
                return self.teller.tell(&say::every(say::Every::Lost));
            }
        }
    }

    fn bytes(&mut self, counter: u64) -> Option<Bytes> {
        match &self.payload {
            Payload::Bytes(bytes) => Some(Bytes::copy_from_slice(bytes)),
            Payload::Template(template) => {
                let context = Context {
                    message: b"",
                    peer: "",
                    conn: 0,
                    client: 1,
                    counter,
                    at: self.clock.now(),
                    wall: self.clock.wall(),
                    captures: None,
                    limit: self.most,
                };
                let mut out = Vec::new();
                template.render(&context, &mut self.dice, &mut out).ok()?;
                Some(out.into())
            }
        }
    }
}
