//! What a server offers: the folder, the hashes of its files, the host names and dialects it answers to.
//! Never speaks to a client.

use std::sync::Arc;

use sockeye_core::{
    limit::{SCAN_WAIT, SCANS},
    plan::Dialects,
    transfer::http::Hosts,
};
use tokio::{sync::Semaphore, time::timeout};

use super::hashes::Hashes;
use crate::tree::{OpenError, Tree};

/// What is offered.
#[derive(Debug)]
pub(super) struct Offering {
    pub(super) tree: Arc<Tree>,
    pub(super) hashes: Hashes,
    /// The names this server goes by in HTTP.
    pub(super) hosts: Hosts,
    pub(super) dialects: Dialects,
    /// How many folders may be read at once.
    listings: Arc<Semaphore>,
}

impl Offering {
    pub(super) fn new(tree: Tree, hosts: Hosts, dialects: Dialects) -> Self {
        let listings = Arc::new(Semaphore::new(SCANS));
        Self { tree: Arc::new(tree), hashes: Hashes::default(), hosts, dialects, listings }
    }

    /// Runs `read` on a blocking thread, since the disk may be slow; at most `SCANS` at once.
    ///
    /// # Errors
    /// Those of `read`; `Busy` where no permit became free within `SCAN_WAIT`.
    pub(super) async fn list<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Tree) -> Result<T, OpenError> + Send + 'static,
    ) -> Result<T, OpenError> {
        let turn = timeout(SCAN_WAIT, Arc::clone(&self.listings).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(OpenError::Busy) };
        let tree = Arc::clone(&self.tree);
        let reading = tokio::task::spawn_blocking(move || {
            let listed = read(&tree);
            drop(turn);
            listed
        });
        reading.await.unwrap_or(Err(OpenError::Busy))
    }
}
