//! The life of one place among the connections of a load: opened when the ramp comes to it, driven, opened again once lost.
//! Never speaks.

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::LoadPace,
    event::{Ending, Failure, LoadTally, Operation},
    plan::LoadWork,
    session::{Session, SessionConfig},
    stage::Side,
    unit::{At, Medium},
};
use tokio::time::{sleep, sleep_until};

use super::side::{LoadSide, is_ours};
use crate::{
    datagrams::{Datagrams, Manner, Patience, Policy},
    drive::Drive,
    link::{Connected, StreamSocket, tcp, udp},
    trouble::failure,
};

/// How long after a loss a connection is opened again: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Lives in `place` from `from` on, with a connection that is there already if there is one, until the run is over.
pub(super) async fn live(side: Arc<LoadSide>, place: usize, from: At, mut first: Option<Connected>) {
    let run = &side.hub.run;
    tokio::select! {
        () = sleep_until(run.clock.instant(from)) => {}
        () = run.stop.cancelled() => return,
    }
    let (mut since, mut pause) = (from, FIRST_PAUSE);
    while run.clock.now() < side.spec.rounds.end && !run.is_halted() {
        let lived = match side.reached.addresses.first() {
            Some(peer) if side.reached.address.medium() == Medium::Datagram => {
                exchange(&side, place, since, *peer).await
            }
            _ => match first.take() {
                Some(connected) => Ok(hold(&side, place, since, connected).await),
                None => {
                    let connected = tokio::select! {
                        connected = side.connect() => connected,
                        () = run.stop.cancelled() => break,
                    };
                    match connected {
                        Ok(connected) => Ok(hold(&side, place, since, connected).await),
                        Err(failed) => Err(failed),
                    }
                }
            },
        };
        match lived {
            Ok(heard) => {
                since = run.clock.now();
                if heard > 0 {
                    // Whoever closes after an answer is asked again at once.
                    pause = FIRST_PAUSE;
                    continue;
                }
            }
            // More of the same would only take what the others need.
            Err(failed) if is_ours(&failed) => break,
            Err(_) => {}
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = run.stop.cancelled() => break,
        }
    }
    unsaid(&side, since.max(from)).await;
}

/// What was due while there was no connection any more could not be said.
async fn unsaid(side: &LoadSide, since: At) {
    let LoadWork::Open { rate } = side.plan.work else { return };
    let until = side.spec.rounds.end.min(side.hub.run.clock.now());
    let pace = LoadPace::Open { first: side.spec.rounds.start, of: side.plan.connections as u64, rate };
    let unsent = pace.first_from(until).saturating_sub(pace.first_from(since));
    if unsent > 0 {
        side.tell(since, LoadTally { unsent, ..LoadTally::default() }, Vec::new()).await;
    }
}

/// Holds one conversation; how many bytes came.
pub(super) async fn hold(side: &Arc<LoadSide>, place: usize, from: At, connected: Connected) -> u64 {
    let hub = &side.hub;
    let conn = hub.run.number();
    let Connected { stream, took } = connected;
    let local = match &stream {
        StreamSocket::Tcp(stream) => tcp::show(stream.local_addr()),
        StreamSocket::Unix(_) => "unix:".to_owned(),
    };
    let config = SessionConfig {
        common: &hub.common,
        conn,
        peer: side.reached.name.as_str().into(),
        local: &local,
        took: Some(took),
        medium: Medium::Stream,
        side: Side::Client,
        faults: &side.plan.conduct.faults,
        idle: None,
    };
    let session = Session::open(config, side.behaviour(place, from), hub.run.clock.now());
    let open = side.enter();
    let mut drive = Drive::new(stream, session, Arc::clone(hub), conn, None);
    let outcome = (&mut drive).await;
    drive.leave(&outcome);
    drop(open);
    let now = hub.run.clock.now();
    let is_lost =
        matches!(outcome.why, Ending::PeerClosed | Ending::PeerReset | Ending::Failed | Ending::Refused);
    if is_lost && now < side.spec.rounds.end && !hub.run.is_halted() {
        side.lost();
    }
    outcome.counters.bytes_in
}

/// The same over datagrams.
///
/// # Errors
/// There is no socket for it, or nobody is there.
async fn exchange(
    side: &Arc<LoadSide>,
    place: usize,
    from: At,
    peer: std::net::SocketAddr,
) -> Result<u64, Failure> {
    let name = &side.reached.name;
    let socket =
        udp::dial(peer, None, udp::Reach::default(), name).inspect_err(|failed| side.failed(failed))?;
    side.opened();
    let hub = &side.hub;
    let behave = Arc::clone(side);
    let manner = Manner {
        side: Side::Client,
        faults: side.plan.conduct.faults.clone(),
        idle: None,
        behave: Box::new(move || behave.behaviour(place, from)),
    };
    let policy = Policy::Client { peer, patience: Patience::None };
    let engine = Datagrams::new(socket, None, Arc::clone(hub), policy, manner)
        .map_err(|error| failure(Operation::Connect, name.as_str(), &error))?;
    let open = side.enter();
    let outcome = Box::pin(engine.run(hub.run.cut.clone())).await;
    drop(open);
    let now = hub.run.clock.now();
    let heard = outcome.as_ref().map_or(0, |outcome| outcome.counters.bytes_in);
    match outcome.and_then(|outcome| outcome.failure) {
        Some(failed) => {
            if now < side.spec.rounds.end {
                side.lost();
            }
            side.failed(&failed);
            Err(failed)
        }
        None => Ok(heard),
    }
}
