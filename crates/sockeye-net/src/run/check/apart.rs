//! Whether pieces that are sent with a pause arrive apart on this machine: tried with a receiver of our own.
//! Never speaks to the receiver that is tested.

use std::{io, net::Ipv4Addr, time::Duration};

use sockeye_core::{address::Address, event::Notice};
use sockeye_study::check::Standing;
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};

use super::wire::Wire;
use crate::{link::StreamSocket, run_state::RunState};

/// Pieces that are sent.
const PIECES: usize = 8;

/// What a receiver of ours makes of pieces with this pause between them; none where it could not be tried.
pub(super) async fn apart(run: &RunState, gap: Duration, within: Duration) -> Option<Notice> {
    let pieces = [b"piece".as_slice(); PIECES];
    let trying = async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let dialled = TcpStream::connect(listener.local_addr()?);
        let (dialled, accepted) = tokio::join!(dialled, listener.accept());
        let (stream, (receiver, _)) = (dialled?, accepted?);
        stream.set_nodelay(true)?;
        let mut wire = Wire::new(run, StreamSocket::Tcp(stream));
        let total = pieces.iter().map(|piece| piece.len()).sum();
        let said = async {
            wire.speak(&pieces, gap, Duration::ZERO, |_| Standing::Open).await;
            wire.end();
        };
        let (reads, ()) = tokio::join!(reads(&receiver, total), said);
        reads
    };
    let reads = timeout(gap * u32::try_from(PIECES).unwrap_or(u32::MAX) + within, trying).await.ok()?.ok()?;
    Some(Notice::Apart { pieces: PIECES, reads, gap: u64::try_from(gap.as_nanos()).unwrap_or(u64::MAX) })
}

/// In how many reads so many bytes come.
async fn reads(receiver: &TcpStream, total: usize) -> io::Result<usize> {
    let (mut buffer, mut came, mut reads) = ([0; 256], 0, 0);
    while came < total {
        receiver.readable().await?;
        match receiver.try_read(&mut buffer) {
            Ok(0) => break,
            Ok(len) => (came, reads) = (came + len, reads + 1),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(reads)
}

/// Whether what goes to `address` stays on this machine.
pub(super) fn is_near(address: &Address) -> bool {
    use sockeye_core::address::Host;
    match address.host() {
        Some(Host::Ip(ip, _)) => ip.is_loopback(),
        Some(Host::Name(name)) => name == "localhost",
        Some(Host::Unspecified | Host::Any) => true,
        None => false,
    }
}
