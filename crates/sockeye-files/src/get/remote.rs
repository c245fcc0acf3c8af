//! One connection to a server of files, read and written by a thread that waits.
//! Never waits longer than it may without a byte of progress, nor after the run was stopped.

use std::{
    io::{self, ErrorKind},
    net::Shutdown,
    time::{Duration, Instant},
};

use socket2::Socket;
use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Kind, Operation},
    plan::Family,
    rule::quantity::brief_duration,
};
use sockeye_sys::{Flush, receive_into, send};
use sockeye_text::text;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use sockeye_net::{
    link::{Dialing, StreamSocket, dial},
    trouble::failure,
};

/// How often a waiting thread looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// Why a file cannot be fetched just now.
#[derive(Debug)]
pub(super) enum FetchError {
    /// The connection is lost; another may succeed.
    Lost(Failure),
    /// Trying again does not help.
    Fatal(Failure),
    /// The server has another file now.
    Changed,
    /// The partial file was discarded, and it was told why; once more from the beginning.
    Restarted,
    /// The run was stopped.
    Stopped,
}

/// Since when a connection has made no progress.
#[derive(Debug, Default)]
pub(super) struct Silence {
    since: Option<Instant>,
}

/// Where connections lead, and how long they may take.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    pub(super) target: Address,
    pub(super) family: Family,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    pub(super) handle: Handle,
    pub(super) stop: CancellationToken,
}

impl Remote {
    /// The server, in words.
    pub(super) fn server(&self) -> String {
        match &self.target {
            // A port alone means this machine.
            Address::Tcp { host: Host::Unspecified, port } => format!("tcp://localhost:{port}"),
            target => target.to_string(),
        }
    }

    /// The server's address and the name, for messages.
    pub(super) fn address(&self, name: &[u8]) -> String {
        format!("{}/{}", self.server(), String::from_utf8_lossy(name))
    }

    /// The failure for a file that the server does not have.
    pub(super) fn absent(&self, name: &[u8]) -> Failure {
        Failure::new(Operation::Get, self.address(name), Kind::Absent, text!("get-absent"))
            .hint(text!("get-absent-hint"))
    }

    /// Waits up to `LOOK` for `work`; `None` where it is not done by then. Once `timeout` has passed in such waits without
    /// progress, that is an error.
    pub(super) fn glance<T>(
        &self,
        work: impl Future<Output = T>,
        silence: &mut Silence,
    ) -> Result<Option<T>, FetchError> {
        let done = self.handle.block_on(async { tokio::time::timeout(LOOK, work).await });
        match done {
            Ok(done) => {
                *silence = Silence::default();
                Ok(Some(done))
            }
            Err(_) => self.endure(silence).map(|()| None),
        }
    }

    /// `LOOK` has passed without progress: an error once the run was stopped or `timeout` is over.
    fn endure(&self, silence: &mut Silence) -> Result<(), FetchError> {
        if self.stop.is_cancelled() {
            return Err(FetchError::Stopped);
        }
        let before = || Instant::now().checked_sub(LOOK).unwrap_or_else(Instant::now);
        if silence.since.get_or_insert_with(before).elapsed() >= self.timeout {
            return Err(FetchError::Fatal(self.silent()));
        }
        Ok(())
    }

    /// Waits for `work`, at most `timeout` and only until the run is stopped.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, FetchError> {
        self.handle.block_on(async {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => Err(FetchError::Stopped),
                done = tokio::time::timeout(self.timeout, work) => {
                    done.map_err(|_| FetchError::Fatal(self.silent()))
                }
            }
        })
    }

    /// Connects, for a blocking thread.
    pub(super) fn dial(&self) -> Result<RemoteConnection, FetchError> {
        let socket = self.connect()?.into_blocking().and_then(|socket| {
            socket.set_read_timeout(Some(LOOK))?;
            socket.set_write_timeout(Some(LOOK))?;
            Ok(socket)
        });
        let socket = socket.map_err(|error| FetchError::Lost(self.failed(Operation::Connect, &error)))?;
        Ok(RemoteConnection { socket, remote: self.clone(), silence: Silence::default() })
    }

    /// Connects.
    pub(super) fn connect(&self) -> Result<StreamSocket, FetchError> {
        let name = self.server();
        let dialing = Dialing { family: self.family, source: None, within: self.connect_timeout };
        let dialled = self.handle.block_on(async {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => None,
                dialled = dial(&self.target, dialing, &name) => Some(dialled),
            }
        });
        dialled.ok_or(FetchError::Stopped)?.map(|dialled| dialled.stream).map_err(|failure| {
            let is_refused = failure.kind == Kind::Refused;
            FetchError::Lost(if is_refused {
                failure.hint(text!("get-server-refused-hint"))
            } else {
                failure
            })
        })
    }

    pub(super) fn failed(&self, operation: Operation, error: &io::Error) -> Failure {
        failure(operation, self.server(), error)
    }

    /// Nothing came for too long.
    pub(super) fn silent(&self) -> Failure {
        let detail = text!("get-silent", time = brief_duration(self.timeout));
        Failure::new(Operation::Receive, self.server(), Kind::Timeout, detail).hint(text!("get-silent-hint"))
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) struct RemoteConnection {
    socket: Socket,
    remote: Remote,
    silence: Silence,
}

impl RemoteConnection {
    /// Reads what there is; 0 at the peer's end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FetchError> {
        loop {
            if let Some(count) = self.try_read(buffer)? {
                return Ok(count);
            }
        }
    }

    /// Reads what there is, 0 at the peer's end; `None` where nothing came within `LOOK`.
    pub(super) fn try_read(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, FetchError> {
        self.attempt(Operation::Receive, |socket| receive_into(socket, buffer))
    }

    /// Writes all of it.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), FetchError> {
        while !bytes.is_empty() {
            let written = self.attempt(Operation::Send, |socket| send(socket, bytes, Flush::Now))?;
            bytes = bytes.get(written.unwrap_or(0)..).unwrap_or_default();
        }
        Ok(())
    }

    /// Says that nothing more will be written.
    pub(super) fn half_close(&mut self) -> Result<(), FetchError> {
        let shut = self.socket.shutdown(Shutdown::Write);
        shut.map_err(|error| FetchError::Lost(self.remote.failed(Operation::Send, &error)))
    }

    /// Does `act` once; `None` where it was not possible within `LOOK`.
    fn attempt(
        &mut self,
        operation: Operation,
        mut act: impl FnMut(&Socket) -> io::Result<usize>,
    ) -> Result<Option<usize>, FetchError> {
        loop {
            match act(&self.socket) {
                Ok(count) => {
                    self.silence = Silence::default();
                    return Ok(Some(count));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return self.remote.endure(&mut self.silence).map(|()| None);
                }
                Err(error) => return Err(FetchError::Lost(self.remote.failed(operation, &error))),
            }
        }
    }
}
