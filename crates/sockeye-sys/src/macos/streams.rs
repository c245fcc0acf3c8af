//! Files sent by a connection, and Unix sockets by their names.

use std::{fs::File, io, os::unix::net::SocketAddr};

use socket2::Socket;
use sockeye_core::address::UnixName;
use sockeye_text::text;

use crate::{
    elsewhere::send_read,
    unix::{self, BoundUnix, UnixStream, read_at},
};

/// Sends at most `most` bytes of `file`, from the byte `from` on; 0 at the file's end.
///
/// # Errors
/// What the system says, of the file or of the socket; `WouldBlock` where it takes none now.
pub fn send_file(socket: &Socket, file: &File, from: u64, most: usize) -> io::Result<usize> {
    send_read(socket, most, |buffer| read_at(file, buffer, from))
}

/// Listens at `name`. A path is made with mode 0600; a socket left behind by a dead process is replaced.
///
/// # Errors
/// What the system says; `AddrInUse` where somebody listens there or something else has the name.
pub fn listen_unix(name: &UnixName) -> io::Result<BoundUnix> {
    unix::listen_unix(name, abstract_name)
}

/// Connects to `name`.
///
/// # Errors
/// What the system says.
pub async fn connect_unix(name: &UnixName) -> io::Result<UnixStream> {
    unix::connect_unix(name, abstract_name).await
}

fn abstract_name(_: &str) -> io::Result<SocketAddr> {
    Err(io::Error::new(io::ErrorKind::Unsupported, text!("unix-abstract-linux-only")))
}
