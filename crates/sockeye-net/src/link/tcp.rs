//! TCP: sockets to listen on, and connections raced over all addresses of a name.
//! Never reads or writes a connection.

use std::{io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Operation},
    limit::{BACKLOG, KEEPALIVE, NOTSENT},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::{Instant, sleep_until, timeout_at},
};

use crate::trouble::failure;

/// How long one address has a head start before the next is tried too (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);
const PROBE_INTERVAL: Duration = Duration::from_secs(10);
const PROBES: u32 = 6;

/// A socket that listens at `address`, IPv6 apart from IPv4.
///
/// # Errors
/// What the system says.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    // Accepted sockets inherit these (Linux), which saves six calls for every client.
    tune(&SockRef::from(&socket));
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(BACKLOG).unwrap_or(i32::MAX))?;
    TcpListener::from_std(socket.into())
}

/// What every conversation wants: small messages at once, dead peers found, little waiting unsent in the kernel.
fn tune(socket: &SockRef<'_>) {
    // None of these decides whether the conversation can be held; a system without one goes without.
    let _ = socket.set_tcp_nodelay(true);
    let keepalive =
        TcpKeepalive::new().with_time(KEEPALIVE).with_interval(PROBE_INTERVAL).with_retries(PROBES);
    let _ = socket.set_tcp_keepalive(&keepalive);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_notsent_lowat(NOTSENT);
}

/// The first of `targets` that answers, each tried a little after the one before.
///
/// # Errors
/// The most telling failure of all: refused before unreachable before the deadline.
pub(crate) async fn dial(
    targets: &[SocketAddr],
    source: Option<SocketAddr>,
    within: Duration,
    name: &str,
) -> Result<TcpStream, Failure> {
    let deadline = Instant::now() + within;
    let mut worst = None;
    match timeout_at(deadline, race(targets, source, &mut worst)).await {
        Ok(Ok(stream)) => {
            tune(&SockRef::from(&stream));
            not_ourselves(stream, name)
        }
        Ok(Err(error)) => Err(failure(Operation::Connect, name, &error)),
        // One address is silent, but another one said why.
        Err(_) if let Some(error) = worst => Err(failure(Operation::Connect, name, &error)),
        Err(_) => Err(Failure::new(
            Operation::Connect,
            name,
            Kind::Timeout,
            format!("no answer within {} s", within.as_secs_f64()),
        )
        .hint("a firewall may drop it, or the machine is off; --connect-timeout changes how long to wait")),
    }
}

async fn race(
    targets: &[SocketAddr],
    source: Option<SocketAddr>,
    worst: &mut Option<io::Error>,
) -> io::Result<TcpStream> {
    let mut attempts = FuturesUnordered::new();
    let mut rest = targets.iter().filter(|t| source.is_none_or(|s| s.is_ipv4() == t.is_ipv4()));
    let mut next = Instant::now();
    loop {
        if attempts.is_empty() || Instant::now() >= next {
            match rest.next() {
                Some(target) => {
                    attempts.push(one(*target, source));
                    next = Instant::now() + STAGGER;
                }
                None if attempts.is_empty() => {
                    return Err(worst.take().unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into()));
                }
                None => next = Instant::now() + Duration::from_secs(3600),
            }
        }
        tokio::select! {
            Some(outcome) = attempts.next() => match outcome {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    next = Instant::now();
                    let refused = error.kind() == io::ErrorKind::ConnectionRefused;
                    if worst.is_none() || refused {
                        *worst = Some(error);
                    }
                }
            },
            () = sleep_until(next) => {}
        }
    }
}

async fn one(target: SocketAddr, source: Option<SocketAddr>) -> io::Result<TcpStream> {
    let socket = if target.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(source) = source {
        socket.set_reuseaddr(true)?;
        socket.bind(source)?;
    }
    socket.connect(target).await
}

/// A port of the ephemeral range that nobody listens on can answer itself.
fn not_ourselves(stream: TcpStream, name: &str) -> Result<TcpStream, Failure> {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) if local == peer => {
            let _ = stream.set_zero_linger();
            Err(Failure::new(Operation::Connect, name, Kind::SelfConnect, "the connection reached itself")
                .hint("nobody listens there: the system happened to pick the same port for our end"))
        }
        _ => Ok(stream),
    }
}

/// The address of an accepted or connected socket in the form it is written.
pub(crate) fn show(address: io::Result<SocketAddr>) -> String {
    address.map_or_else(|_| "tcp://?".to_owned(), |a| Address::tcp(a).to_string())
}
