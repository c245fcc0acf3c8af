//! Connecting to an address of TCP or Unix, whatever is then said there.
//! Never tries again: that is for whoever wants it.

use std::{net::SocketAddr, time::Duration};

use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Operation},
    plan::Family,
};
use sockeye_sys::connect_unix;
use sockeye_text::text;
use tokio::time::Instant;

use super::{StreamSocket, tcp};
use crate::{resolve, trouble::failure};

/// How an address is connected to.
#[derive(Clone, Copy, Debug)]
pub struct Dialing {
    /// Which addresses of a name are tried.
    pub family: Family,
    /// Our end, if it is chosen.
    pub source: Option<SocketAddr>,
    /// How long it may take, the name and all its addresses together.
    pub within: Duration,
}

/// A connection.
#[derive(Debug)]
pub struct Connected {
    /// It.
    pub stream: StreamSocket,
    /// How long it took, from the first SYN sent to that address.
    pub took: Duration,
}

/// Connects to `target`, which failures call `name`.
///
/// # Errors
/// It cannot be resolved or connected to in that time, or nothing there is a stream.
pub async fn dial(target: &Address, dialing: Dialing, name: &str) -> Result<Connected, Failure> {
    let begun = Instant::now();
    let Dialing { family, source, within } = dialing;
    match target {
        Address::Tcp { host, port } => {
            let targets = resolve::targets_within(within, host, *port, family, name).await?;
            let within = tcp::Within { whole: within, left: within.saturating_sub(begun.elapsed()) };
            let tcp::Dialled { stream, took } = tcp::dial(&targets, source, within, name).await?;
            Ok(Connected { stream: StreamSocket::Tcp(stream), took })
        }
        Address::Unix(path) => {
            let dialled =
                connect_unix(path).await.map_err(|error| failure(Operation::Connect, name, &error))?;
            Ok(Connected { stream: StreamSocket::Unix(dialled), took: begun.elapsed() })
        }
        Address::Udp { .. } | Address::Stdio => {
            Err(Failure::new(Operation::Connect, name, Kind::Usage, text!("not-a-stream")))
        }
    }
}
