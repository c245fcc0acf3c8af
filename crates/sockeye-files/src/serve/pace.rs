//! How fast connections may send: each by itself (`--rate`) and all of them together (`--total-rate`).
//! Never lets one that asks more often have more of what is shared than the others.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sockeye_core::{behaviour::Bucket, unit::At};
use sockeye_net::RunState;
use tokio::time::sleep;

/// The fewest bytes worth a system call.
const MORSEL: u64 = 4 * 1024;
/// How long to wait before looking again whether there are so many.
const BREATH: Duration = Duration::from_millis(5);
/// The common rate is handed out in so many shares a second.
const SHARES: u64 = 200;

/// What one connection draws from.
#[derive(Debug)]
pub(super) struct Pace {
    own: Option<(u64, Bucket)>,
    total: Option<Arc<TotalRate>>,
}

/// What all connections draw from.
#[derive(Debug)]
pub(super) struct TotalRate {
    rate: u64,
    bucket: Mutex<Bucket>,
    /// Whose turn it is; given to those who wait in the order in which they came.
    turn: tokio::sync::Mutex<()>,
}

impl Pace {
    /// At most `rate` bytes a second from `at` on, within `total`.
    pub(super) fn new(rate: Option<u64>, total: Option<Arc<TotalRate>>, at: At) -> Self {
        Self { own: rate.map(|rate| (rate, Bucket::empty(rate, at))), total }
    }

    /// Whether no rate limits this connection.
    pub(super) fn is_unlimited(&self) -> bool {
        self.own.is_none() && self.total.is_none()
    }

    /// How much of `wanted` may be sent now, at least a byte; waits where a rate says so: first the connection's own, then
    /// that of all together. `None` where the run is cut short.
    pub(super) async fn draw(&mut self, wanted: u64, run: &RunState) -> Option<u64> {
        let own = self.draw_own(wanted, run).await?;
        let Some(total) = &self.total else { return Some(own) };
        let got = total.draw(own, run).await?;
        if let Some((_, bucket)) = &mut self.own {
            bucket.put_back(own.saturating_sub(got));
        }
        Some(got)
    }

    async fn draw_own(&mut self, most: u64, run: &RunState) -> Option<u64> {
        let Some((rate, bucket)) = &mut self.own else { return Some(most) };
        let mut got = bucket.draw(most, run.clock.now());
        while got < most.min(MORSEL) {
            tokio::select! {
                biased;
                () = run.cut.cancelled() => return None,
                () = sleep(BREATH) => {}
            }
            got += bucket.draw(most - got, run.clock.now());
            // Below `MORSEL` bytes a second the bucket never holds a whole one.
            if got > 0 && *rate < MORSEL {
                break;
            }
        }
        Some(got)
    }

    /// Gives back what was drawn and not sent.
    pub(super) fn put_back(&mut self, bytes: u64) {
        if let Some((_, bucket)) = &mut self.own {
            bucket.put_back(bytes);
        }
        if let Some(total) = &self.total {
            total.bucket().put_back(bytes);
        }
    }
}

impl TotalRate {
    /// So many bytes a second, from `at` on.
    pub(super) fn new(rate: u64, at: At) -> Self {
        Self { rate, bucket: Mutex::new(Bucket::empty(rate, at)), turn: tokio::sync::Mutex::new(()) }
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn and its share.
    async fn draw(&self, wanted: u64, run: &RunState) -> Option<u64> {
        let draw = async {
            let _turn = self.turn.lock().await;
            let share = wanted.min((self.rate / SHARES).max(MORSEL));
            // Below `MORSEL` bytes a second the bucket never holds a whole one.
            let enough = share.min(MORSEL).min(self.rate);
            let mut got = self.bucket().draw(share, run.clock.now());
            while got < enough {
                sleep(BREATH).await;
                got += self.bucket().draw(share - got, run.clock.now());
                if got > 0 && self.rate < MORSEL {
                    break;
                }
            }
            got
        };
        tokio::select! {
            biased;
            () = run.cut.cancelled() => None,
            got = draw => Some(got),
        }
    }
}
