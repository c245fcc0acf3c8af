//! Who listens on this machine, read once for many who ask at the same time.
//! Never keeps it for long.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sockeye_sys::{Listening, Transport, listeners};
use tokio::time::Instant;

/// How long it is kept: a thousand targets that fail together are told from one table.
const KEPT: Duration = Duration::from_millis(500);
/// Sockets that are kept at most.
const MOST: usize = 1024;

/// A table as it was at a moment.
type Read = Option<(Instant, Arc<[Listening]>)>;

/// The sockets that listen, of each transport.
#[derive(Clone, Debug, Default)]
pub(super) struct ListenerTables(Arc<Mutex<[Read; 2]>>);

impl ListenerTables {
    /// Those of `transport`, as they were a moment ago.
    pub(super) fn of(&self, transport: Transport) -> Arc<[Listening]> {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [tcp, udp] = &mut *tables;
        let table = match transport {
            Transport::Tcp => tcp,
            Transport::Udp => udp,
        };
        match table {
            Some((read, kept)) if read.elapsed() < KEPT => Arc::clone(kept),
            stale => {
                let found: Arc<[Listening]> = listeners(transport, &|_| true, MOST).into();
                *stale = Some((Instant::now(), Arc::clone(&found)));
                found
            }
        }
    }
}
