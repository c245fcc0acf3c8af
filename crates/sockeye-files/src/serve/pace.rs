//! The rate of all conversations together (`--total-rate`), drawn from in turn.
//! Never lets one that asks more often have more of it than the others.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sockeye_core::{behaviour::Bucket, unit::At};
use tokio::time::sleep;

use super::send::{BREATH, MORSEL};
use sockeye_net::RunState;

/// Shares of the rate a second: how fine it is cut.
const SHARES: u64 = 200;

/// What all conversations draw from.
#[derive(Debug)]
pub(super) struct Total {
    rate: u64,
    bucket: Mutex<Bucket>,
    /// Whose turn it is; given to those who wait in the order in which they came.
    turn: tokio::sync::Mutex<()>,
}

impl Total {
    /// So many bytes a second, from `at` on.
    pub(super) fn new(rate: u64, at: At) -> Self {
        Self { rate, bucket: Mutex::new(Bucket::empty(rate, at)), turn: tokio::sync::Mutex::new(()) }
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much of `wanted` may be sent now, at least a byte; waits for its turn and its share. Nothing where the run is
    /// cut short.
    pub(super) async fn draw(&self, wanted: u64, run: &RunState) -> Option<u64> {
        let draw = async {
            let _turn = self.turn.lock().await;
            let share = wanted.min((self.rate / SHARES).max(MORSEL));
            // At a rate of a few bytes a second a morsel is never there at once.
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

    /// Gives back what was drawn and not sent.
    pub(super) fn put_back(&self, bytes: u64) {
        self.bucket().put_back(bytes);
    }
}
