//! Commands to a relay that come over a socket of its own: `/fault SPEC`, `/faults`, `/clear`, a line each, each answered.

use std::sync::Arc;

use sockeye_core::{address::Address, event::Failure, plan::Family};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::stand::Stand;
use crate::{
    context::FaultOrder,
    link::{Listener, StreamSocket},
};

/// Longest command, in bytes.
const COMMAND: u64 = 4096;

/// Listens on `address` until the run stops.
///
/// # Errors
/// It cannot be bound.
pub(super) async fn open(address: &Address, stand: &Arc<Stand>) -> Result<(), Failure> {
    let mut listener = Listener::bind(address, Family::Any).await?;
    let (stand, stop) = (Arc::clone(stand), stand.hub.run.stop.clone());
    tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
        while let Ok(accepted) = listener.accept().await {
            let talk = talk(accepted.into_stream(), Arc::clone(&stand));
            tokio::spawn(stop.clone().run_until_cancelled_owned(talk));
        }
    }));
    Ok(())
}

/// Does what the lines of one client say; the answers are for programs, in English.
async fn talk(stream: StreamSocket, stand: Arc<Stand>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        match (&mut stream).take(COMMAND).read_line(&mut line).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
        let answer = match FaultOrder::parse(&line) {
            Ok(order) => match stand.order(order).await {
                Ok(faults) => faults.iter().map(|fault| format!("{fault}\n")).collect::<String>() + "ok\n",
                Err(failure) => format!("error: {}\n", failure.detail),
            },
            Err(error) => format!("error: {error}\n"),
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
