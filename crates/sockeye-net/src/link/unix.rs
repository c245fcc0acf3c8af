//! Unix stream sockets, by path or abstract name.
//! Never replaces a socket that somebody listens on.

use std::{
    fs, io,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            fs::{FileTypeExt, PermissionsExt},
            net as std_unix,
        },
    },
    path::{Path, PathBuf},
};

use sockeye_core::address::UnixName;
use tokio::net::{UnixListener, UnixStream};

/// A listening socket; its path is taken away again when it is dropped.
#[derive(Debug)]
pub(crate) struct BoundSocket {
    pub(crate) listener: UnixListener,
    path: Option<PathBuf>,
}

impl Drop for BoundSocket {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

/// Listens at `name`. A path is made with mode 0600; a socket left behind by a dead process is replaced.
///
/// # Errors
/// What the system says; `AddrInUse` where somebody listens there or something else has the name.
pub(crate) fn listen(name: &UnixName) -> io::Result<BoundSocket> {
    match name {
        UnixName::Path(path) => {
            remove_stale(path)?;
            let listener = std_unix::UnixListener::bind(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
            finish(listener, Some(path.clone()))
        }
        UnixName::Abstract(name) => {
            let address = std_unix::SocketAddr::from_abstract_name(name)?;
            finish(std_unix::UnixListener::bind_addr(&address)?, None)
        }
    }
}

fn finish(listener: std_unix::UnixListener, path: Option<PathBuf>) -> io::Result<BoundSocket> {
    listener.set_nonblocking(true)?;
    Ok(BoundSocket { listener: UnixListener::from_std(listener)?, path })
}

fn remove_stale(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let live = !found.file_type().is_socket()
        || std_unix::UnixStream::connect(path)
            .map_or_else(|error| error.kind() != io::ErrorKind::ConnectionRefused, |_| true);
    if live { Err(io::ErrorKind::AddrInUse.into()) } else { fs::remove_file(path) }
}

/// Connects to `name`.
///
/// # Errors
/// What the system says.
pub(crate) async fn dial(name: &UnixName) -> io::Result<UnixStream> {
    match name {
        UnixName::Path(path) => UnixStream::connect(path).await,
        UnixName::Abstract(name) => {
            let address = std_unix::SocketAddr::from_abstract_name(name)?;
            let stream = std_unix::UnixStream::connect_addr(&address)?;
            stream.set_nonblocking(true)?;
            UnixStream::from_std(stream)
        }
    }
}
