//! Datagrams in and out: several in one call, where the kernel can and nobody looks at single ones.
//! Never lets what travels together be taken for anything else than it would have been alone.

use std::{io, net::SocketAddr, sync::Arc};

use socket2::SockRef;
use sockeye_core::{behaviour::Convoy, unit::Unit};
use sockeye_sys::{Received, SEGMENTS, is_too_long, receive_together, send_together};
use tokio::{io::Interest, net::UdpSocket};

use super::{Datagrams, Policy, show};

/// Datagrams taken in one wake before others get their turn.
const BURST: usize = 256;
/// Most bytes that leave in one call: what one datagram could have, over IPv4.
const MOST: usize = 65_507;

/// Which socket something came from.
#[derive(Clone, Copy)]
pub(super) enum DatagramSource {
    Socket,
    Ear,
}

impl Datagrams {
    pub(super) async fn read(&mut self, source: DatagramSource) {
        let mut left = BURST;
        while left > 0 && self.outcome.is_none() {
            let mut buffer = std::mem::take(&mut self.buffer);
            let socket = match (source, &self.ear) {
                (DatagramSource::Ear, Some(ear)) => ear,
                _ => &self.socket,
            };
            let got =
                socket.try_io(Interest::READABLE, || receive_together(&SockRef::from(socket), &mut buffer));
            if let Ok(received) = &got {
                left = left.saturating_sub(self.take(&buffer, *received).await);
            }
            self.buffer = buffer;
            if let Err(error) = got {
                if error.kind() != io::ErrorKind::WouldBlock {
                    self.trouble(&error).await;
                }
                return;
            }
        }
    }

    /// Hands what one call brought to whom it belongs, datagram by datagram; how many they were.
    async fn take(&mut self, buffer: &[u8], Received { len, segment, from }: Received) -> usize {
        // While somebody looks, each is answered before the next is heard, and told so.
        let is_seen = self.hub.common.detail.has_messages();
        let at = self.hub.run.clock.now();
        // Those of a group answer for it, each under a name of its own.
        let is_one_of_many = is_seen && matches!(self.policy, Policy::Group { .. });
        let sender: Option<Arc<str>> = is_one_of_many.then(|| show(from).into());
        let mut datagrams = apart(buffer.get(..len).unwrap_or_default(), segment).peekable();
        let mut count = 0;
        while let Some(first) = datagrams.peek() {
            let peer = self.whose(from, first.len());
            let Some((peer, entry)) = peer.and_then(|peer| Some((peer, self.peers.get_mut(&peer)?))) else {
                datagrams.next();
                count += 1;
                continue;
            };
            for datagram in datagrams.by_ref() {
                count += 1;
                match &sender {
                    Some(sender) => entry.session.receive_from(datagram, Arc::clone(sender), at),
                    None => entry.session.receive(Unit::Data(datagram), at),
                }
                // Whoever has enough to say is let say it first; whoever is over is somebody new the next time.
                if is_seen || !entry.session.wants_input() {
                    break;
                }
            }
            self.hub.wrote(entry.conn);
            self.settle(peer).await;
        }
        count
    }

    /// Sends what a conversation has to say.
    pub(super) async fn send(&mut self, peer: SocketAddr) {
        while let Some(entry) = self.peers.get_mut(&peer) {
            let out = entry.session.out();
            if !out.has_front() {
                return;
            }
            let most = if out.front().len() <= self.together { SEGMENTS } else { 1 };
            let convoy = out.convoy(most, MOST);
            let (count, segment) = (convoy.count, convoy.segment);
            match pass(&self.socket, convoy, peer).await {
                Ok(()) => entry.session.out().wrote_convoy(count),
                // What cannot leave together may leave alone: a device that cannot cut, or a way that is too narrow.
                Err(error) if count > 1 && error.kind() != io::ErrorKind::ConnectionRefused => {
                    let is_size = error.kind() == io::ErrorKind::InvalidInput || is_too_long(&error);
                    self.together = if is_size { segment - 1 } else { 0 };
                }
                Err(error) => {
                    entry.session.out().lost();
                    self.cannot_send(peer, &error);
                }
            }
        }
    }
}

/// The datagrams of one call. One that is empty is one all the same.
fn apart(bytes: &[u8], segment: usize) -> impl Iterator<Item = &[u8]> {
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
