//! TCP: sockets to listen on, and connections raced over all addresses of a name.
//! Never reads or writes a connection.

use std::{io, net::SocketAddr, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use socket2::{SockRef, TcpKeepalive};
use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Operation},
    limit::{BACKLOG, KEEPALIVE, NOTSENT},
    rule::quantity::brief_duration,
};
use sockeye_sys::Transport;
use sockeye_text::{Text, text};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::{Instant, sleep_until, timeout_at},
};

use super::busy;
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
    let socket = sockeye_sys::stream_socket(address)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
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
    let _ = sockeye_sys::limit_unsent(socket, NOTSENT);
}

/// The first of `targets` that answers, each tried a little after the one before.
///
/// # Errors
/// How every one of them ended, with the kind of the most telling: silence, then a refusal, then no way there.
pub(crate) async fn dial(
    targets: &[SocketAddr],
    source: Option<SocketAddr>,
    within: Within,
    name: &str,
) -> Result<Dialled, Failure> {
    let mut ends = Vec::new();
    let deadline = Instant::now() + within.left;
    match timeout_at(deadline, race(targets, source, name, &mut ends)).await {
        Ok(Some((stream, took))) => {
            tune(&SockRef::from(&stream));
            return not_ourselves(stream, name).map(|stream| Dialled { stream, took });
        }
        Ok(None) => {}
        Err(_) => {
            let silent = Failure::new(
                Operation::Connect,
                name,
                Kind::Timeout,
                text!("connect-timeout", time = brief_duration(within.whole)),
            )
            .hint(text!("connect-timeout-hint"));
            let ended: Vec<SocketAddr> = ends.iter().map(|(target, _)| *target).collect();
            let others = targets.iter().filter(|target| !ended.contains(target));
            ends.extend(others.map(|target| (*target, silent.clone())));
        }
    }
    Err(together(ends).unwrap_or_else(|| {
        Failure::new(Operation::Connect, name, Kind::Usage, text!("source-family"))
            .hint(text!("source-family-hint"))
    }))
}

/// A connection, and how long it took from the first SYN sent to that address.
#[derive(Debug)]
pub(crate) struct Dialled {
    pub(crate) stream: TcpStream,
    pub(crate) took: Duration,
}

/// How long connecting may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    /// All of it, as it is told.
    pub(crate) whole: Duration,
    /// What is left of that.
    pub(crate) left: Duration,
}

/// One failure for all addresses, which tells the end of each.
fn together(ends: Vec<(SocketAddr, Failure)>) -> Option<Failure> {
    let telling = |kind| match kind {
        Kind::Timeout => 0,
        Kind::Refused => 1,
        Kind::Unreachable => 2,
        _ => 3,
    };
    let mut groups: Vec<(Failure, Vec<String>)> = Vec::new();
    for (target, failed) in ends {
        match groups.iter_mut().find(|(known, _)| known.detail == failed.detail) {
            Some((_, targets)) => targets.push(target.to_string()),
            None => groups.push((failed, vec![target.to_string()])),
        }
    }
    groups.sort_by_key(|(failed, _)| telling(failed.kind));
    let is_one = groups.iter().map(|(_, targets)| targets.len()).sum::<usize>() == 1;
    let told = |(failed, targets): &(Failure, Vec<String>)| {
        text!("of-addresses", addresses = targets.join(", "), detail = failed.detail.clone())
    };
    let details = groups.iter().map(told).reduce(Text::and)?;
    let (mut first, _) = groups.into_iter().next()?;
    if !is_one {
        first.detail = details;
    }
    Some(first)
}

/// The first connection; nothing, once all have failed, whose ends are then in `ends`.
async fn race(
    targets: &[SocketAddr],
    source: Option<SocketAddr>,
    name: &str,
    ends: &mut Vec<(SocketAddr, Failure)>,
) -> Option<(TcpStream, Duration)> {
    let mut attempts = FuturesUnordered::new();
    let mut rest = targets.iter().filter(|t| source.is_none_or(|s| s.is_ipv4() == t.is_ipv4()));
    let mut next = Instant::now();
    loop {
        if attempts.is_empty() || Instant::now() >= next {
            match rest.next() {
                Some(target) => {
                    let begun = Instant::now();
                    attempts
                        .push(async move { (*target, one(*target, source, name).await, begun.elapsed()) });
                    next = Instant::now() + STAGGER;
                }
                None if attempts.is_empty() => return None,
                None => next = Instant::now() + Duration::from_secs(3600),
            }
        }
        tokio::select! {
            Some((target, outcome, took)) = attempts.next() => match outcome {
                Ok(stream) => return Some((stream, took)),
                Err(failed) => {
                    next = Instant::now();
                    ends.push((target, failed));
                }
            },
            () = sleep_until(next) => {}
        }
    }
}

async fn one(target: SocketAddr, source: Option<SocketAddr>, name: &str) -> Result<TcpStream, Failure> {
    let failed = |error: io::Error| failure(Operation::Connect, name, &error);
    let socket = if target.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(failed)?;
    if let Some(source) = source {
        socket.set_reuseaddr(true).map_err(failed)?;
        socket
            .bind(source)
            .map_err(|error| busy::cannot_bind(Operation::Connect, name, Transport::Tcp, source, &error))?;
    }
    let local = socket.local_addr();
    socket.connect(target).await.map_err(|error| match (error.kind(), source, local) {
        (io::ErrorKind::AddrNotAvailable, Some(_), Ok(local)) => Failure::new(
            Operation::Connect,
            name,
            Kind::AddressInUse,
            text!("source-taken", local = local.to_string(), target = target.to_string()),
        )
        .hint(busy::between(local, target)),
        (io::ErrorKind::AddrNotAvailable, None, _) => failed(error).hint(text!("no-port-left")),
        _ => failed(error),
    })
}

/// A port of the ephemeral range that nobody listens on can answer itself.
fn not_ourselves(stream: TcpStream, name: &str) -> Result<TcpStream, Failure> {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) if local == peer => {
            let _ = stream.set_zero_linger();
            Err(Failure::new(Operation::Connect, name, Kind::SelfConnect, text!("self-connect"))
                .hint(text!("self-connect-hint")))
        }
        _ => Ok(stream),
    }
}

/// The address of an accepted or connected socket in the form it is written.
pub(crate) fn show(address: io::Result<SocketAddr>) -> String {
    address.map_or_else(|_| "tcp://?".to_owned(), |a| Address::tcp(a).to_string())
}
