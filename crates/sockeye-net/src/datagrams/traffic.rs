//! Datagrams in and out: several in one call, where the kernel can.

use std::{io, net::SocketAddr};

use socket2::SockRef;
use sockeye_core::behaviour::{Convoy, Outbox};
use sockeye_sys::{Received, SEGMENTS, is_too_long, receive_together, send_together};
use tokio::{io::Interest, net::UdpSocket};

/// Most bytes that leave in one call: what one datagram could have, over IPv4.
const MOST: usize = 65_507;

/// Which socket something came from.
#[derive(Clone, Copy)]
pub(super) enum DatagramSource {
    Socket,
    Ear,
}

/// The sockets of a run: the one that it sends by, and where a client joined a group, one to hear the group on.
pub(super) struct Traffic {
    pub(super) socket: UdpSocket,
    pub(super) ear: Option<UdpSocket>,
    // The longest datagrams that may leave together, bytes.
    together: usize,
}

impl Traffic {
    pub(super) fn new(socket: UdpSocket, ear: Option<UdpSocket>) -> Self {
        // A kernel that cannot hands each over alone.
        let _ = sockeye_sys::take_together(&SockRef::from(&socket));
        Self { socket, ear, together: usize::from(u16::MAX) }
    }

    /// Takes what one call brings, without waiting for it.
    pub(super) fn receive(&self, source: DatagramSource, buffer: &mut [u8]) -> io::Result<Received> {
        let socket = match (source, &self.ear) {
            (DatagramSource::Ear, Some(ear)) => ear,
            _ => &self.socket,
        };
        socket.try_io(Interest::READABLE, || receive_together(&SockRef::from(socket), buffer))
    }

    /// Sends what waits first in `out`, with as much behind it as may leave together. On an error the first one is lost.
    pub(super) async fn send(&mut self, out: &mut Outbox, peer: SocketAddr) -> io::Result<()> {
        let most = if out.front().len() <= self.together { SEGMENTS } else { 1 };
        let convoy = out.convoy(most, MOST);
        let (count, segment) = (convoy.count, convoy.segment);
        match pass(&self.socket, convoy, peer).await {
            Ok(()) => out.wrote_convoy(count),
            // What cannot leave together may leave alone: a device that cannot cut, or a way that is too narrow.
            Err(error) if count > 1 && error.kind() != io::ErrorKind::ConnectionRefused => {
                let is_size = error.kind() == io::ErrorKind::InvalidInput || is_too_long(&error);
                self.together = if is_size { segment - 1 } else { 0 };
            }
            Err(error) => {
                out.lost();
                return Err(error);
            }
        }
        Ok(())
    }
}

/// The datagrams of one call. One that is empty is one all the same.
pub(super) fn apart(bytes: &[u8], segment: usize) -> impl Iterator<Item = &[u8]> {
    let alone = bytes.is_empty().then_some(bytes);
    alone.into_iter().chain(bytes.chunks(segment.max(1)))
}

/// Gives datagrams to the system. Only our own full send buffer can be in the way, and it empties by itself.
async fn pass(socket: &UdpSocket, convoy: Convoy<'_>, peer: SocketAddr) -> io::Result<()> {
    loop {
        let sent = match u16::try_from(convoy.segment) {
            Ok(segment) if convoy.count > 1 => socket.try_io(Interest::WRITABLE, || {
                send_together(&SockRef::from(socket), convoy.bytes, segment, peer)
            }),
            _ => socket.try_send_to(convoy.bytes, peer),
        };
        match sent {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => socket.writable().await?,
            sent => return sent.map(|_| ()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_falls_apart_where_it_was_put_together() {
        let of = |bytes, segment| apart(bytes, segment).map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(of(b"aabbc", 2), [b"aa".to_vec(), b"bb".to_vec(), b"c".to_vec()]);
        assert_eq!(of(b"abc", 3), [b"abc".to_vec()]);
        assert_eq!(of(b"", 0), [Vec::<u8>::new()]);
    }
}
