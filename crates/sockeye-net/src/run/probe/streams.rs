//! One attempt at one address of a stream: the handshake, and the conversation if one is to be held.
//! Never waits for the runtime where the system knows the answer at once.

use std::{io, net::SocketAddr, time::Duration};

use socket2::{SockRef, Socket};
use sockeye_core::{address::UnixName, event::Aftermath, limit::READ, unit::Medium};
use sockeye_study::probe::{ProbeEnd, ProbeMishap, ProbeStep};
use sockeye_sys::{
    Flush, Handshake, begin_connect, connect_unix, queued_icmp, report_errors, send, stream_socket,
};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    ear::ProbeEar,
    knock::{Knock, report},
    manner::ProbeManner,
};
use crate::{clock::until, link::StreamSocket};

/// How long until a Unix socket whose backlog is full, or a connection that does not say how it is, is looked at again.
const AGAIN: Duration = Duration::from_millis(5);
/// Bytes read at once.
const BUFFER: usize = READ / 4;

/// Attempt `number`, at an address of TCP.
pub(super) async fn knock_tcp(
    target: SocketAddr,
    manner: &ProbeManner,
    number: u64,
    deadline: Instant,
) -> Knock {
    let at = Some(target);
    let socket = match socket(target, manner) {
        Ok(socket) => socket,
        Err(knock) => return *knock,
    };
    // Without the option nobody can tell whose message ended the attempt.
    let _ = report_errors(&socket, target);
    let begun = Instant::now();
    let made = match begin_connect(&socket, target) {
        Err(error) => return Knock::failed(ProbeStep::Prepare, &error, at),
        Ok(Handshake::Failed(error)) => Err(error),
        Ok(Handshake::Made) => Ok(true),
        Ok(Handshake::Begun) => Ok(false),
    };
    let connected = match made {
        Err(error) => Err(refused(&SockRef::from(&socket), &error, target)),
        Ok(is_made) => match TcpStream::from_std(socket.into()) {
            Err(error) => return Knock::failed(ProbeStep::Prepare, &error, at),
            Ok(stream) if is_made => Ok(stream),
            Ok(stream) => finish(stream, target, deadline).await,
        },
    };
    let connect = || Some(begun.elapsed());
    match connected {
        // It was made, and thrown out before anybody looked.
        Err(Knock { end: ProbeEnd::Failed(ProbeStep::Handshake, ProbeMishap::Reset), .. }) => Knock {
            connect: connect(),
            ..match manner.talk {
                None => Knock { then: Some(Aftermath::Reset), ..Knock::ended(ProbeEnd::Met, at) },
                Some(_) => Knock::ended(ProbeEnd::Failed(ProbeStep::Answer, ProbeMishap::Reset), at),
            }
        },
        Err(knock) => knock,
        Ok(stream) if matches!((stream.local_addr(), stream.peer_addr()), (Ok(ours), Ok(theirs)) if ours == theirs) =>
        {
            let _ = stream.set_zero_linger();
            Knock::ended(ProbeEnd::SelfConnected, at)
        }
        Ok(stream) => {
            let connect = connect();
            let stream = StreamSocket::Tcp(stream);
            stream.arm_reset();
            let knock = held(&stream, at, manner, number, deadline).await;
            Knock { connect, ..knock }
        }
    }
}

/// A socket to connect to `target` from.
fn socket(target: SocketAddr, manner: &ProbeManner) -> Result<Socket, Box<Knock>> {
    let at = Some(target);
    let socket = stream_socket(target).map_err(|error| Knock::failed(ProbeStep::Prepare, &error, at))?;
    if let Some(source) = manner.source(target) {
        let bound = socket.set_reuse_address(true).and_then(|()| socket.bind(&source.into()));
        bound.map_err(|error| Knock {
            end: ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::NoSource),
            ..Knock::failed(ProbeStep::Prepare, &error, at)
        })?;
    }
    Ok(socket)
}

/// The handshake failed.
fn refused(socket: &Socket, error: &io::Error, target: SocketAddr) -> Knock {
    let icmp = queued_icmp(socket).map(report);
    Knock { icmp, ..Knock::failed(ProbeStep::Handshake, error, Some(target)) }
}

/// Waits for a handshake that has begun.
async fn finish(stream: TcpStream, target: SocketAddr, deadline: Instant) -> Result<TcpStream, Knock> {
    loop {
        match timeout_at(deadline, stream.writable()).await {
            Err(_) => {
                return Err(Knock::ended(ProbeEnd::TimedOut(ProbeStep::Handshake), Some(target)));
            }
            Ok(Err(error)) => return Err(refused(&SockRef::from(&stream), &error, target)),
            Ok(Ok(())) => {}
        }
        let icmp = queued_icmp(&SockRef::from(&stream)).map(report);
        match stream.take_error() {
            Ok(None) => {}
            Ok(Some(error)) | Err(error) => {
                return Err(Knock { icmp, ..Knock::failed(ProbeStep::Handshake, &error, Some(target)) });
            }
        }
        if stream.peer_addr().is_ok() {
            return Ok(stream);
        }
        if icmp.is_some() {
            let end = ProbeEnd::Failed(ProbeStep::Handshake, ProbeMishap::Unreachable);
            return Err(Knock { icmp, ..Knock::ended(end, Some(target)) });
        }
        sleep_until(deadline.min(Instant::now() + AGAIN)).await;
    }
}

/// Attempt `number`, at a Unix socket.
pub(super) async fn knock_unix(
    name: &UnixName,
    manner: &ProbeManner,
    number: u64,
    deadline: Instant,
) -> Knock {
    let begun = Instant::now();
    loop {
        match connect_unix(name).await {
            Ok(stream) => {
                let connect = begun.elapsed();
                let stream = StreamSocket::Unix(stream);
                let knock = held(&stream, None, manner, number, deadline).await;
                return Knock { connect: Some(connect), ..knock };
            }
            // Its backlog is full, and there is no handshake that could wait there.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if Instant::now() + AGAIN > deadline {
                    return Knock::ended(ProbeEnd::TimedOut(ProbeStep::Handshake), None);
                }
                sleep_until(Instant::now() + AGAIN).await;
            }
            Err(error) => return Knock::failed(ProbeStep::Prepare, &error, None),
        }
    }
}

/// What becomes of a connection.
async fn held(
    stream: &StreamSocket,
    at: Option<SocketAddr>,
    manner: &ProbeManner,
    number: u64,
    deadline: Instant,
) -> Knock {
    match manner.talk {
        None => {
            let met = Knock::ended(ProbeEnd::Met, at);
            let until = deadline.min(Instant::now() + manner.aftermath);
            Knock { then: aftermath(stream, until).await, ..met }
        }
        Some(_) => talk(stream, at, manner, number, deadline).await,
    }
}

/// Whether what was accepted is thrown out at once. Whoever says something, or ends in order, does not.
async fn aftermath(stream: &StreamSocket, until: Instant) -> Option<Aftermath> {
    if matches!(stream, StreamSocket::Unix(_)) {
        return None;
    }
    while let Ok(Ok(())) = timeout_at(until, stream.readable()).await {
        match stream.try_read(&mut [0]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Some(Aftermath::Reset),
            Ok(_) => return None,
        }
    }
    None
}

/// Says what is to be said and hears what comes back.
async fn talk(
    stream: &StreamSocket,
    at: Option<SocketAddr>,
    manner: &ProbeManner,
    number: u64,
    deadline: Instant,
) -> Knock {
    let peer = at.map_or_else(String::new, |at| at.to_string());
    let (Some(said), speech) = (&manner.talk, manner.speech(number, &peer)) else {
        return Knock::ended(ProbeEnd::Met, at);
    };
    let messages = match speech {
        Ok(messages) => messages,
        Err(detail) => {
            let end = ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::Other);
            return Knock { detail: Some(detail), ..Knock::ended(end, at) };
        }
    };
    if let StreamSocket::Tcp(stream) = stream {
        // Without it the second message waits for the first to be acknowledged.
        let _ = stream.set_nodelay(true);
    }
    let mut ear = ProbeEar::new(said, &manner.framing, Medium::Stream);
    let spoken = Conversation { stream, manner, deadline }.hold(&messages, &mut ear).await;
    let knock = match spoken.end {
        Ok(end) => Knock::ended(end, at),
        Err(error) => Knock::failed(ProbeStep::Answer, &error, at),
    };
    let icmp = queued_icmp(&stream.socket()).map(report);
    let answer = (knock.end == ProbeEnd::Met).then(|| spoken.since.elapsed());
    Knock { answer, icmp, got: ear.into_first(), ..knock }
}

/// A conversation over a stream.
struct Conversation<'a> {
    stream: &'a StreamSocket,
    manner: &'a ProbeManner,
    deadline: Instant,
}

/// What a conversation came to, and when all was said.
struct Spoken {
    end: io::Result<ProbeEnd>,
    since: Instant,
}

impl Conversation<'_> {
    /// Says these messages, each in a write of its own, and listens meanwhile and until `ear` knows enough.
    async fn hold(&self, messages: &[Vec<u8>], ear: &mut ProbeEar<'_>) -> Spoken {
        let mut buffer = vec![0; BUFFER];
        let mut left = messages.iter();
        let mut rest: &[u8] = left.next().map_or(&[], Vec::as_slice);
        let mut since = Instant::now();
        loop {
            let pause = ear.wake().map(|at| self.manner.clock.instant(at));
            let settled = tokio::select! {
                biased;
                ready = self.stream.readable() => self.read(ready, &mut buffer, ear),
                ready = self.stream.writable(), if !rest.is_empty() => match self.write(ready, rest) {
                    Ok(len) => {
                        rest = rest.get(len..).unwrap_or_default();
                        if rest.is_empty() {
                            rest = left.next().map_or(&[], Vec::as_slice);
                        }
                        since = Instant::now();
                        Ok(None)
                    }
                    Err(error) => Err(error),
                },
                () = until(pause), if pause.is_some() => Ok(ear.tick(self.manner.clock.now())),
                () = sleep_until(self.deadline) => Ok(Some(ear.give_up())),
            };
            match settled {
                Ok(None) => {}
                Ok(Some(end)) => return Spoken { end: Ok(end), since },
                Err(error) => return Spoken { end: Err(error), since },
            }
        }
    }

    fn read(
        &self,
        ready: io::Result<()>,
        buffer: &mut [u8],
        ear: &mut ProbeEar<'_>,
    ) -> io::Result<Option<ProbeEnd>> {
        let at = self.manner.clock.now();
        match ready.and_then(|()| self.stream.try_read(buffer)) {
            Ok(0) => Ok(Some(ear.hear_end(at))),
            Ok(len) => Ok(ear.hear(buffer.get(..len).unwrap_or_default(), at)),
            Err(error) if is_later(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, ready: io::Result<()>, bytes: &[u8]) -> io::Result<usize> {
        let stream = self.stream;
        match ready.and_then(|()| stream.try_write(|| send(&stream.socket(), bytes, Flush::Now))) {
            Err(error) if is_later(&error) => Ok(0),
            done => done,
        }
    }
}

fn is_later(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
