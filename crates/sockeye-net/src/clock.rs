//! The one clock of a run.
//! Never runs backwards: it is monotonic, and the time of day is derived from when the run began.

mod fine;

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::SystemTime,
};

use sockeye_core::unit::{At, Wall};
use tokio::time::{Instant, Sleep, sleep_until};

use fine::FineSleep;
pub(crate) use fine::FineTimer;

/// When the run began, on the monotonic clock and on the wall.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    wall: Wall,
    // Only where things have to be said on time.
    fine: Option<FineTimer>,
}

impl Clock {
    /// Begins now, in the system's time zone.
    #[must_use]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { start: Instant::now(), wall: Wall::new(since_epoch, jiff::tz::TimeZone::system()), fine: None }
    }

    /// The same, whose sleepers wake on time; somebody has to run `fine`.
    pub(crate) fn with_fine(self, fine: FineTimer) -> Self {
        Self { fine: Some(fine), ..self }
    }

    /// What waits until `at`.
    pub(crate) fn sleeper(&self, at: At) -> Sleeper {
        let due = self.instant(at);
        match &self.fine {
            Some(fine) => Sleeper::Fine(Box::pin(fine.sleep_until(due.into_std()))),
            None => Sleeper::Coarse(Box::pin(sleep_until(due))),
        }
    }

    /// The time of day.
    #[must_use]
    pub fn wall(&self) -> &Wall {
        &self.wall
    }

    /// Now, as time since the run began.
    #[must_use]
    pub fn now(&self) -> At {
        At(self.start.elapsed())
    }

    /// `at` on tokio's clock.
    #[must_use]
    pub fn instant(&self, at: At) -> Instant {
        self.start + at.0
    }
}

/// Waits until a time, which may be moved.
#[derive(Debug)]
pub(crate) enum Sleeper {
    /// By the runtime's timers, to a millisecond.
    Coarse(Pin<Box<Sleep>>),
    /// By a timer of its own.
    Fine(Pin<Box<FineSleep>>),
}

impl Sleeper {
    /// Waits until `due` instead.
    pub(crate) fn reset(&mut self, due: Instant) {
        match self {
            Self::Coarse(sleep) => sleep.as_mut().reset(due),
            Self::Fine(sleep) => sleep.reset(due.into_std()),
        }
    }
}

impl Future for Sleeper {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.get_mut() {
            Self::Coarse(sleep) => sleep.as_mut().poll(cx),
            Self::Fine(sleep) => sleep.as_mut().poll(cx),
        }
    }
}

/// Resolves at `due`; never, where there is no such time.
pub(crate) async fn until(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
