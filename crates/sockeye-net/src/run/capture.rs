//! The engine of `guess`: keeps what peers send, and says nothing to them.
//! Never keeps more than a sample, nor waits for a peer once it is told to stop.

use std::{future::pending, time::Duration};

use sockeye_core::{
    address::Address,
    event::{Failure, Operation},
    limit::{CONNECT_TIMEOUT, READ},
    plan::Family,
};
use sockeye_study::guess::SAMPLE;
use tokio::{
    io::AsyncReadExt as _,
    sync::mpsc::{self, Receiver, Sender},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    link::{Dialing, Listener, StreamSocket, dial},
    trouble::failure,
};

/// Conversations that are captured together.
const CONVERSATIONS: usize = 64;
/// Reads that may wait to be kept; above it a peer waits.
const READS: usize = 4;

/// What is captured.
#[derive(Clone, Debug)]
pub struct CapturePlan {
    /// Where.
    pub address: Address,
    /// From whom.
    pub from: Captured,
    /// After so long a silence, once something came, it is over; otherwise when the peers are gone.
    pub wait: Option<Duration>,
}

/// From whom it is captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captured {
    /// From clients that come here.
    Clients,
    /// From a server.
    Server,
}

/// What one read of a conversation brought; nothing at its end.
type Read = (usize, Vec<u8>);

/// Captures until the peers are gone, nothing comes for the plan's wait, a sample is full, or `stop`. Gives what each
/// conversation sent. `listening` hears where clients can come.
///
/// # Errors
/// The address cannot be resolved, bound or connected to, or is none of streams.
pub async fn capture(
    plan: CapturePlan,
    listening: impl FnMut(&str),
    stop: CancellationToken,
) -> Result<Vec<Vec<u8>>, Failure> {
    let (tell, told) = mpsc::channel(READS);
    let mut readers = JoinSet::new();
    let mut kept = Kept { streams: Vec::new(), total: 0, open: 0 };
    let listener = match plan.from {
        Captured::Clients => {
            let listener = Listener::bind(&plan.address, Family::Any).await?;
            listener.shown().iter().map(String::as_str).for_each(listening);
            Some(listener)
        }
        Captured::Server => {
            let dialing = Dialing { family: Family::Any, source: None, within: CONNECT_TIMEOUT };
            let name = plan.address.to_string();
            let connected = tokio::select! {
                connected = dial(&plan.address, dialing, &name) => connected?,
                () = stop.cancelled() => return Ok(Vec::new()),
            };
            readers.spawn(read(connected.stream, kept.begin(), tell.clone()));
            None
        }
    };
    gather(&plan, listener, &mut readers, (tell, told), &mut kept, &stop).await?;
    readers.shutdown().await;
    Ok(kept.streams)
}

/// What has come so far.
struct Kept {
    streams: Vec<Vec<u8>>,
    total: usize,
    open: usize,
}

impl Kept {
    /// Makes room for another conversation; returns its place.
    fn begin(&mut self) -> usize {
        self.open += 1;
        self.streams.push(Vec::new());
        self.streams.len() - 1
    }

    fn add(&mut self, (place, bytes): Read) {
        if bytes.is_empty() {
            self.open -= 1;
        }
        let room = SAMPLE - self.total;
        let bytes = bytes.get(..room).unwrap_or(&bytes);
        if let Some(stream) = self.streams.get_mut(place) {
            stream.extend_from_slice(bytes);
            self.total += bytes.len();
        }
    }

    fn is_over(&self) -> bool {
        self.total >= SAMPLE || (self.open == 0 && self.total > 0)
    }
}

async fn gather(
    plan: &CapturePlan,
    mut listener: Option<Listener>,
    readers: &mut JoinSet<()>,
    (tell, mut told): (Sender<Read>, Receiver<Read>),
    kept: &mut Kept,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let mut heard: Option<Instant> = None;
    while !kept.is_over() {
        let has_room = kept.streams.len() < CONVERSATIONS;
        let client = async {
            match &mut listener {
                Some(listener) if has_room => listener.accept().await,
                _ => pending().await,
            }
        };
        let silence = async {
            match heard.zip(plan.wait) {
                Some((last, wait)) => sleep_until(last + wait).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = silence => break,
            Some(bytes) = told.recv() => {
                if !bytes.1.is_empty() {
                    heard = Some(Instant::now());
                }
                kept.add(bytes);
                // A server that is gone without a word says nothing later either.
                if listener.is_none() && kept.open == 0 {
                    break;
                }
            }
            accepted = client => {
                let refused = |error| failure(Operation::Listen, plan.address.to_string(), &error);
                let client = accepted.map_err(refused)?.into_stream();
                readers.spawn(read(client, kept.begin(), tell.clone()));
            }
        }
    }
    Ok(())
}

/// Hands on what one peer sends, to its end; a reset is an end too.
async fn read(mut stream: StreamSocket, place: usize, tell: Sender<Read>) {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        buffer.reserve(READ);
        let count = stream.read_buf(&mut buffer).await.unwrap_or(0);
        if tell.send((place, buffer.clone())).await.is_err() || count == 0 {
            return;
        }
    }
}
