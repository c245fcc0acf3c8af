//! When targets are tried: each at its own pace, and what a machine that slept makes of that.
//! Never tries a target twice at once, and never makes up for what it missed.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use sockeye_core::{
    event::{GapCause, Notice, What},
    rule::Dice,
};
use sockeye_sys::slept;
use tokio::time::{Instant, sleep_until};

use super::probes::Probes;
use crate::run_state::RunState;

/// How often it is looked whether time went on as it should.
const LOOK: Duration = Duration::from_secs(1);
/// What is told of at least.
const WORTH: Duration = Duration::from_secs(2);

/// Tries the target in this place until it was tried often or long enough.
pub(super) async fn pace(probes: Probes, index: usize) {
    let plan = probes.plan();
    let (interval, count) = (plan.interval, plan.count);
    let end = plan.duration.map(|duration| Instant::now() + duration);
    let begin = share(interval, probes.targets().len(), plan.conduct.seed, index);
    let mut due = Instant::now() + begin;
    for number in 1.. {
        if end.is_some_and(|end| due >= end) {
            return;
        }
        sleep_until(due).await;
        // Only while it is tried has a target room for what that takes.
        Box::pin(probes.turn(index, number)).await;
        if count.is_some_and(|count| number >= count) {
            return;
        }
        due = next(due, interval, Instant::now());
    }
}

/// The next time that is not over.
fn next(due: Instant, interval: Duration, now: Instant) -> Instant {
    let late = now.saturating_duration_since(due);
    let missed = late.as_nanos() / interval.as_nanos().max(1);
    due + interval.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX).saturating_add(1))
}

/// When a target is first tried: many that begin at once would be tried at once for ever, so they begin by chance within an
/// interval, but at least so many a second that nobody waits for the first of a few.
fn share(interval: Duration, targets: usize, seed: u64, index: usize) -> Duration {
    /// Between two of them on average.
    const APART: Duration = Duration::from_millis(1);
    let all = APART * u32::try_from(targets.saturating_sub(1)).unwrap_or(u32::MAX);
    let nanos = u64::try_from(interval.min(all).as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(Dice::new(seed, index as u64).below(nanos.max(1)))
}

/// Tells when time did not go on as it should: never ends.
pub(super) async fn watch(run: Arc<RunState>) {
    let mut before = Times::now();
    loop {
        let due = Instant::now() + LOOK;
        sleep_until(due).await;
        let now = Times::now();
        for notice in before.until(&now) {
            run.tell(What::Notice(notice)).await;
        }
        before = now;
    }
}

/// The clocks, all at once.
struct Times {
    monotonic: Instant,
    wall: SystemTime,
    slept: Duration,
}

impl Times {
    fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now(), slept: slept() }
    }

    /// What happened until `later`, which should be [`LOOK`] from here.
    fn until(&self, later: &Self) -> Vec<Notice> {
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let slept = later.slept.saturating_sub(self.slept);
        let awake = later.monotonic.saturating_duration_since(self.monotonic);
        let stopped = awake.saturating_sub(LOOK);
        let wall = match later.wall.duration_since(self.wall) {
            Ok(forward) => millis(forward),
            Err(back) => -millis(back.duration()),
        };
        let set = wall - millis(awake + slept);
        let mut told = Vec::new();
        if slept >= WORTH {
            told.push(Notice::Gap { lasted: nanos(slept), why: GapCause::Suspended });
        }
        if stopped >= WORTH {
            told.push(Notice::Gap { lasted: nanos(stopped), why: GapCause::Stopped });
        }
        if set.unsigned_abs() >= u64::try_from(millis(WORTH)).unwrap_or_default() {
            told.push(Notice::ClockSet { by: set });
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_missed_is_not_made_up_for() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        assert_eq!(next(now, second, now), now + second);
        assert_eq!(next(now, second, now + second / 2), now + second);
        assert_eq!(next(now, second, now + second), now + second * 2);
        assert_eq!(next(now, second, now + second * 7 / 2), now + second * 4);
    }

    #[test]
    fn clocks_that_part_are_told() {
        let base = Times::now();
        let later = |awake: u64, wall: i64, slept: u64| {
            let moved = Duration::from_secs(wall.unsigned_abs());
            Times {
                monotonic: base.monotonic + Duration::from_secs(awake),
                wall: if wall < 0 { base.wall - moved } else { base.wall + moved },
                slept: base.slept + Duration::from_secs(slept),
            }
        };
        assert_eq!(base.until(&later(1, 1, 0)), []);
        let gap = |secs: u64, why| Notice::Gap { lasted: secs * 1_000_000_000, why };
        assert_eq!(base.until(&later(1, 61, 60)), [gap(60, GapCause::Suspended)]);
        assert_eq!(base.until(&later(11, 11, 0)), [gap(10, GapCause::Stopped)]);
        assert_eq!(base.until(&later(1, 3601, 0)), [Notice::ClockSet { by: 3_600_000 }]);
        assert_eq!(base.until(&later(1, -3599, 0)), [Notice::ClockSet { by: -3_600_000 }]);
    }
}
