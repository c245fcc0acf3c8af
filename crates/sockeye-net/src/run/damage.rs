//! Faults on the connections of a server that has no sessions: what passes between a client and it goes through two legs of one.
//! Never shown: the server tells what is asked and answered.

use std::{io, sync::Arc};

use sockeye_core::{
    behaviour::Common,
    charset::Charset,
    event::{Conn, Ending, EventDetail, FaultTally, Leg, What},
    frame::Framing,
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{Close, Medium},
};
use sockeye_sys::stream_pair;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    drive::{Drive, Pair},
    hub::{Hub, Post},
    link::StreamSocket,
    run_state::RunState,
};

/// The faults that all connections of a server pass.
#[derive(Clone, Debug)]
pub struct Damages {
    hub: Arc<Hub>,
    faults: Arc<[FaultSpec]>,
}

/// The faults on one connection at work.
#[derive(Debug)]
pub struct Damage {
    hub: Arc<Hub>,
    conn: Conn,
    over: JoinHandle<Vec<FaultTally>>,
    reset: CancellationToken,
}

impl Damages {
    /// These faults, whose chance derives from `seed`.
    ///
    /// # Errors
    /// The system has no pairs of connected sockets, or has none left.
    pub fn new(run: &Arc<RunState>, faults: Vec<FaultSpec>, seed: u64) -> io::Result<Self> {
        stream_pair()?;
        let common = Common {
            framing: Framing::raw(),
            charset: Charset::utf8(),
            detail: if run.detail.has_messages() { EventDetail::Faults } else { EventDetail::Summary },
            wall: run.clock.wall().clone(),
            seed,
            rate: None,
        };
        let hub = Arc::new(Hub::of(Arc::clone(run), common, Post::None));
        Ok(Self { hub, faults: faults.into() })
    }

    /// The server's end of `client`'s connection, of which the faults have the other end.
    ///
    /// # Errors
    /// The system has no sockets left.
    pub fn on(&self, client: StreamSocket, conn: Conn, peer: &str) -> io::Result<(StreamSocket, Damage)> {
        let (near, far) = stream_pair()?;
        let leg = |leg, side, stream| {
            let config = SessionConfig {
                common: &self.hub.common,
                conn,
                peer: peer.into(),
                local: "",
                took: None,
                medium: Medium::Stream,
                side,
                faults: &self.faults,
                idle: None,
            };
            let session = Session::open_leg(config, leg, &Framing::raw(), self.hub.run.clock.now());
            Drive::new(stream, session, Arc::clone(&self.hub), conn, None)
        };
        let client = leg(Leg::Client, Side::Server, client);
        let pair = Pair::new(client, leg(Leg::Target, Side::Client, StreamSocket::Unix(far)));
        let reset = CancellationToken::new();
        let over = tokio::spawn(watch(pair, reset.clone(), self.hub.run.stop.clone()));
        Ok((StreamSocket::Unix(near), Damage { hub: Arc::clone(&self.hub), conn, over, reset }))
    }
}

/// Drives both legs to their end.
async fn watch(
    mut pair: Pair<StreamSocket>,
    reset: CancellationToken,
    stop: CancellationToken,
) -> Vec<FaultTally> {
    let (mut is_reset, mut is_stopped) = (false, false);
    loop {
        tokio::select! {
            biased;
            outcome = &mut pair => return outcome.faults,
            () = reset.cancelled(), if !is_reset => {
                is_reset = true;
                pair.close(Close::Reset, Ending::Reset);
            }
            () = stop.cancelled(), if !is_stopped => {
                is_stopped = true;
                // What faults hold back would hold up the end.
                pair.change_faults(&[]);
            }
        }
    }
}

impl Damage {
    /// The server resets the connection.
    pub fn reset(&self) {
        self.reset.cancel();
    }

    /// Waits until all that was on its way has passed; counts and tells what the faults came to.
    pub async fn over(self) {
        let tallies = self.over.await.unwrap_or_default();
        let (run, seed) = (&self.hub.run, self.hub.common.seed);
        run.add_faults(&tallies, seed);
        if !tallies.is_empty() {
            run.tell_of(self.conn, None, What::Faults { seed, tallies }).await;
        }
    }
}
