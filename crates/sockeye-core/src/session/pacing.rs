//! The limits of one conversation in time: how long it may be silent, and how fast it is answered.
//! Never asks a clock. A conversation without such limits has none of this.

use std::time::Duration;

use crate::{behaviour::Bucket, unit::At};

/// What the limits in time need to know.
#[derive(Debug)]
pub(super) struct Pacing {
    idle: Option<Duration>,
    heard: At,
    pace: Option<Bucket>,
    paused: Option<At>,
}

impl Pacing {
    /// At most `idle` of silence, at most `rate` messages a second; nothing where neither is asked for.
    pub(super) fn new(idle: Option<Duration>, rate: Option<u64>, at: At) -> Option<Box<Self>> {
        let pacing = Self { idle, heard: at, pace: rate.map(Bucket::new), paused: None };
        (idle.is_some() || rate.is_some()).then(|| Box::new(pacing))
    }

    /// Something came.
    pub(super) fn hear(&mut self, at: At) {
        self.heard = at;
    }

    /// When it has been silent for too long.
    pub(super) fn idle_due(&self) -> Option<At> {
        self.idle.map(|idle| self.heard.after(idle))
    }

    /// Until when nothing more is to be heard, if that is so.
    pub(super) fn paused(&self) -> Option<At> {
        self.paused
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, at: At) {
        self.paused = self.paused.filter(|due| *due > at);
    }

    /// A message was heard: whether the next one has to wait.
    pub(super) fn take(&mut self, at: At) -> bool {
        let Some(bucket) = &mut self.pace else { return false };
        // This message is heard already: it takes the token it waited for, and the next one waits for another.
        bucket.take(at);
        let next = bucket.next();
        if next > at {
            self.paused = Some(next);
        }
        next > at
    }
}
