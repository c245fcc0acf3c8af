//! Where clients come in, of TCP or Unix.
//! Never decides who may: the gate of `accept` does.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};

use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Operation},
    plan::Family,
    unit::Medium,
};
use sockeye_sys::{BoundUnix, UnixStream, listen_unix};
use sockeye_text::text;
use tokio::net::{TcpListener, TcpStream};

use super::{
    StreamSocket,
    bind::{bind_all, cannot_bind},
    busy, tcp,
};
use crate::resolve;

/// Sockets that listen: one, or one for each family of a name.
#[derive(Debug)]
pub struct Listener {
    sockets: Sockets,
    /// Whose turn it is.
    turn: usize,
}

#[derive(Debug)]
enum Sockets {
    Tcp(Vec<TcpListener>),
    Unix(BoundUnix, Arc<str>),
}

/// A connection that was accepted.
#[derive(Debug)]
pub enum Accepted {
    /// From this address.
    Tcp(TcpStream, SocketAddr),
    /// At the socket of this address.
    Unix(UnixStream, Arc<str>),
}

impl Listener {
    /// Binds everything that `address` means, or nothing.
    ///
    /// # Errors
    /// It cannot be resolved or bound, or nothing there is a stream.
    pub async fn bind(address: &Address, family: Family) -> Result<Self, Failure> {
        let sockets = match address {
            Address::Tcp { host, port } => {
                let addresses = resolve::binds(host, *port, family).await?;
                bind_all(host, &addresses, tcp::listen, TcpListener::local_addr)
                    .map(Sockets::Tcp)
                    .map_err(|(address, error)| cannot_bind(Medium::Stream, address, &error))?
            }
            Address::Unix(path) => {
                let shown = address.to_string();
                let bound = listen_unix(path).map_err(|error| busy::cannot_bind_unix(&shown, &error))?;
                Sockets::Unix(bound, shown.into())
            }
            Address::Udp { .. } | Address::Stdio => {
                let detail = text!("not-a-stream");
                return Err(Failure::new(Operation::Listen, address.to_string(), Kind::Usage, detail));
            }
        };
        Ok(Self { sockets, turn: 0 })
    }

    /// Where it listens, in the form it is written.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        match &self.sockets {
            Sockets::Tcp(sockets) => sockets.iter().map(|socket| tcp::show(socket.local_addr())).collect(),
            Sockets::Unix(_, shown) => vec![shown.to_string()],
        }
    }

    /// The addresses it listens on; none for Unix.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        match &self.sockets {
            Sockets::Tcp(sockets) => sockets.iter().filter_map(|socket| socket.local_addr().ok()).collect(),
            Sockets::Unix(..) => Vec::new(),
        }
    }

    /// Whether it is of TCP, and reached from this machine alone.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let is_loopback =
            |socket: &TcpListener| socket.local_addr().is_ok_and(|address| address.ip().is_loopback());
        match &self.sockets {
            Sockets::Tcp(sockets) => sockets.iter().all(is_loopback),
            Sockets::Unix(..) => false,
        }
    }

    /// Accepts on whichever of the sockets has a connection; their turns go round.
    pub(crate) async fn accept(&mut self) -> io::Result<Accepted> {
        let Self { sockets, turn } = self;
        match sockets {
            Sockets::Tcp(sockets) => {
                let (stream, peer) = poll_fn(|cx| poll_accept(sockets, turn, cx)).await?;
                Ok(Accepted::Tcp(stream, peer))
            }
            Sockets::Unix(bound, shown) => Ok(Accepted::Unix(bound.accept().await?, Arc::clone(shown))),
        }
    }
}

fn poll_accept(
    sockets: &[TcpListener],
    turn: &mut usize,
    cx: &mut Context<'_>,
) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
    for _ in sockets {
        *turn = turn.wrapping_add(1);
        let socket = sockets.get(*turn % sockets.len());
        if let Some(accepted @ Poll::Ready(_)) = socket.map(|socket| socket.poll_accept(cx)) {
            return accepted;
        }
    }
    Poll::Pending
}

impl Accepted {
    /// The peer's address, in the form it is written.
    #[must_use]
    pub fn peer(&self) -> String {
        match self {
            Self::Tcp(_, peer) => tcp::show(Ok(*peer)),
            Self::Unix(_, shown) => shown.to_string(),
        }
    }

    /// Our end, in the form it is written; costs a call to the system.
    #[must_use]
    pub fn local(&self) -> String {
        match self {
            Self::Tcp(stream, _) => tcp::show(stream.local_addr()),
            Self::Unix(_, shown) => shown.to_string(),
        }
    }

    /// The connection itself.
    #[must_use]
    pub fn into_stream(self) -> StreamSocket {
        match self {
            Self::Tcp(stream, _) => StreamSocket::Tcp(stream),
            Self::Unix(stream, _) => StreamSocket::Unix(stream),
        }
    }
}
