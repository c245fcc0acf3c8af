//! Unix stream sockets, by path or abstract name.
//! Never replaces a socket that somebody listens on.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt, PermissionsExt},
        net as std_unix,
    },
    path::{Path, PathBuf},
};

use sockeye_core::address::UnixName;
use tokio::net::UnixListener;

pub use tokio::net::UnixStream;

/// Two sockets that are connected to each other.
///
/// # Errors
/// What the system says.
pub fn stream_pair() -> io::Result<(UnixStream, UnixStream)> {
    UnixStream::pair()
}

/// A listening socket; its path is taken away again when it is dropped.
#[derive(Debug)]
pub struct BoundUnix {
    listener: UnixListener,
    path: Option<PathBuf>,
}

impl BoundUnix {
    /// The next connection.
    ///
    /// # Errors
    /// What the system says.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

impl Drop for BoundUnix {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// How an abstract name is written for the system, where it has such names.
type Abstract = fn(&str) -> io::Result<std_unix::SocketAddr>;

/// Listens at `name`. A path is made with mode 0600; a socket left behind by a dead process is replaced.
pub(crate) fn listen_unix(name: &UnixName, abstract_name: Abstract) -> io::Result<BoundUnix> {
    match name {
        UnixName::Path(path) => {
            remove_stale(path)?;
            let listener = std_unix::UnixListener::bind(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            finish(listener, Some(path.clone()))
        }
        UnixName::Abstract(name) => finish(std_unix::UnixListener::bind_addr(&abstract_name(name)?)?, None),
    }
}

fn finish(listener: std_unix::UnixListener, path: Option<PathBuf>) -> io::Result<BoundUnix> {
    listener.set_nonblocking(true)?;
    Ok(BoundUnix { listener: UnixListener::from_std(listener)?, path })
}

fn remove_stale(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let live = !found.file_type().is_socket()
        || std_unix::UnixStream::connect(path)
            .map_or_else(|error| error.kind() != io::ErrorKind::ConnectionRefused, |_| true);
    if live { Err(io::ErrorKind::AddrInUse.into()) } else { fs::remove_file(path) }
}

/// Connects to `name`.
pub(crate) async fn connect_unix(name: &UnixName, abstract_name: Abstract) -> io::Result<UnixStream> {
    match name {
        UnixName::Path(path) => UnixStream::connect(path).await,
        UnixName::Abstract(name) => {
            let stream = std_unix::UnixStream::connect_addr(&abstract_name(name)?)?;
            stream.set_nonblocking(true)?;
            UnixStream::from_std(stream)
        }
    }
}
