//! The one clock of a run.
//! Never runs backwards: it is monotonic, and the time of day is derived from when the run began.

use std::time::SystemTime;

use sockeye_core::unit::{At, Wall};
use tokio::time::Instant;

/// When the run began, on the monotonic clock and on the wall.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    wall: Wall,
}

impl Clock {
    /// Begins now, in the system's time zone.
    #[must_use]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { start: Instant::now(), wall: Wall::new(since_epoch, jiff::tz::TimeZone::system()) }
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

/// Resolves at `due`; never, where there is no such time.
pub(crate) async fn until(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
