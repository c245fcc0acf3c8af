//! What is being sent just now, for whoever watches.
//! Never wakes anybody while nothing is sent.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sockeye_core::event::{Conn, Passing, UnderWay, What};
use tokio::{sync::Notify, time::sleep};

use sockeye_net::RunState;

use crate::speed::Speed;

/// What is being sent.
#[derive(Debug, Default)]
pub(super) struct TransferProgress {
    sending: Mutex<Sending>,
    begun: Notify,
}

#[derive(Debug, Default)]
struct Sending {
    files: BTreeMap<Conn, Passing>,
    /// Bytes of all files, those that are over too.
    passed: u64,
}

impl TransferProgress {
    fn sending(&self) -> MutexGuard<'_, Sending> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection begins to send `size` bytes of the file `name`.
    pub(super) fn begin(&self, conn: Conn, name: &[u8], size: u64) {
        self.sending().files.insert(conn, Passing { name: name.into(), done: 0, size });
        self.begun.notify_one();
    }

    /// The kernel took so many more bytes.
    pub(super) fn pass(&self, conn: Conn, bytes: u64) {
        let mut sending = self.sending();
        sending.passed += bytes;
        if let Some(file) = sending.files.get_mut(&conn) {
            file.done += bytes;
        }
    }

    /// The transfer is over, however it ended.
    pub(super) fn end(&self, conn: Conn) {
        self.sending().files.remove(&conn);
    }

    fn look(&self, speed: &mut Speed) -> UnderWay {
        let sending = self.sending();
        let mut files = sending.files.values();
        let only = files.next().filter(|_| sending.files.len() == 1).cloned();
        UnderWay { files: sending.files.len(), rate: speed.look(sending.passed), only }
    }

    /// Never returns: tells `every` so often while something is sent, and once more when nothing is.
    pub(super) async fn tell(&self, every: Duration, run: &RunState) {
        loop {
            self.begun.notified().await;
            let mut speed = Speed::new(self.sending().passed);
            let mut was_told = false;
            loop {
                sleep(every).await;
                let now = self.look(&mut speed);
                let is_over = now.files == 0;
                if !is_over || was_told {
                    run.tell(What::UnderWay(now)).await;
                    was_told = true;
                }
                if is_over {
                    break;
                }
            }
        }
    }
}
