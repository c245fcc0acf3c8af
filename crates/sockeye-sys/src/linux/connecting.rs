//! Beginning a connection, and seeing at once what became of it: on loopback the answer is there before the call returns.
//! Never waits.

use std::{io, net::SocketAddr};

use rustix::{io::Errno, net::connect};
use socket2::{Domain, Protocol, Socket, Type};

use crate::received::Handshake;

/// A socket of TCP for the family of `address`, which does not block: made so, which saves two calls.
///
/// # Errors
/// What the system says.
pub fn stream_socket(address: SocketAddr) -> io::Result<Socket> {
    Socket::new(Domain::for_address(address), Type::STREAM.nonblocking(), Some(Protocol::TCP))
}

/// Begins to connect `socket`, which does not block, to `address`.
///
/// # Errors
/// What the system says before anything has left this machine.
pub fn begin_connect(socket: &Socket, address: SocketAddr) -> io::Result<Handshake> {
    match connect(socket, &address) {
        Ok(()) => return Ok(Handshake::Made),
        Err(Errno::INPROGRESS) => {}
        Err(error) => return Err(error.into()),
    }
    // Asked again, it says how far it is (connect(2)).
    Ok(match connect(socket, &address) {
        Ok(()) | Err(Errno::ISCONN) => Handshake::Made,
        Err(Errno::ALREADY | Errno::INPROGRESS) => Handshake::Begun,
        Err(error) => Handshake::Failed(error.into()),
    })
}
