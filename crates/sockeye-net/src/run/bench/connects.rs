//! `bench --connect-rate`: connections made by a clock, asked one question if there is one, and reset.
//! Never leaves one in TIME_WAIT: a reset has none.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    event::{Kind, LoadTally},
    unit::At,
};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{
    lives::hold,
    side::{LoadSide, is_ours},
};

/// Makes `rate` connections a second until the run is over.
pub(super) async fn make(side: Arc<LoadSide>, rate: u64) {
    let run = Arc::clone(&side.hub.run);
    let rounds = side.spec.rounds;
    let attempts = TaskTracker::new();
    let places = Arc::new(Semaphore::new(side.plan.connections));
    let mut due = rounds.start;
    for number in 1_u64.. {
        due = rounds.next(due);
        tokio::select! {
            () = run.clock.sleeper(due) => {}
            () = run.stop.cancelled() => break,
        }
        if due >= rounds.end || run.is_halted() {
            break;
        }
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let attempt = Arc::clone(&side);
        attempts.spawn(async move {
            make_one(&attempt, due).await;
            drop(place);
        });
        let nanos = u128::from(number) * 1_000_000_000 / u128::from(rate.max(1));
        due = due.max(rounds.start.after(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))));
    }
    attempts.close();
    attempts.wait().await;
}

async fn make_one(side: &Arc<LoadSide>, due: At) {
    let open = side.enter();
    let sent = LoadTally { sent: 1, ..LoadTally::default() };
    let (tally, took) = match side.connect().await {
        Ok(connected) if side.spec.payloads.is_empty() => {
            let took = side.hub.run.clock.now().since(due);
            connected.stream.arm_reset();
            (LoadTally { answered: 1, ..sent }, Some(took))
        }
        Ok(connected) => {
            hold(side, 0, due, connected).await;
            return;
        }
        Err(failed) if is_ours(&failed) => (LoadTally { unsent: 1, ..LoadTally::default() }, None),
        Err(failed) if failed.kind == Kind::Timeout => (LoadTally { missing: 1, ..sent }, None),
        Err(_) => (LoadTally { errors: 1, ..sent }, None),
    };
    drop(open);
    let took = took.map(|took| u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
    side.tell(due, tally, took.into_iter().collect()).await;
}
