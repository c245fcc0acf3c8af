//! What our side has for one conversation, in order; what cannot wait for a peer that does not read goes first.

use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

use sockeye_core::{event::Conn, unit::Close};
use tokio::sync::mpsc;

use crate::hub::Mail;

/// How much is looked through behind words that cannot be said yet.
const LOOKED_THROUGH: usize = 16;

/// See the module.
#[derive(Debug)]
pub(super) struct Inbox {
    mail: mpsc::Receiver<(Conn, Mail)>,
    // What came before something that could not wait.
    held: VecDeque<Mail>,
}

/// Whether words can be said now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendRoom {
    /// They can.
    Some,
    /// The peer does not read: only a reset and a question about the socket are of use.
    None,
}

impl Inbox {
    pub(super) fn new(mail: mpsc::Receiver<(Conn, Mail)>) -> Self {
        Self { mail, held: VecDeque::new() }
    }

    /// The next thing that can be done; nothing once there will be no more.
    pub(super) fn poll_next(&mut self, room: SendRoom, cx: &mut Context<'_>) -> Poll<Option<Mail>> {
        if room == SendRoom::Some
            && let Some(mail) = self.held.pop_front()
        {
            return Poll::Ready(Some(mail));
        }
        while room == SendRoom::Some || self.held.len() < LOOKED_THROUGH {
            match self.mail.poll_recv(cx) {
                Poll::Pending => break,
                Poll::Ready(None) if self.held.is_empty() => return Poll::Ready(None),
                Poll::Ready(None) => break,
                Poll::Ready(Some((_, mail))) if room == SendRoom::Some || is_urgent(&mail) => {
                    return Poll::Ready(Some(mail));
                }
                Poll::Ready(Some((_, mail))) => self.held.push_back(mail),
            }
        }
        Poll::Pending
    }

    /// Nothing more is taken; gives back what waits.
    pub(super) fn close(&mut self) -> impl Iterator<Item = Mail> {
        self.mail.close();
        let mut left = std::mem::take(&mut self.held);
        while let Ok((_, mail)) = self.mail.try_recv() {
            left.push_back(mail);
        }
        left.into_iter()
    }
}

fn is_urgent(mail: &Mail) -> bool {
    matches!(mail, Mail::Close(Close::Reset) | Mail::Info)
}
