//! One attempt at one address of UDP: datagrams, and an answer or word that nobody is there.
//! Never takes silence for an answer.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use socket2::SockRef;
use sockeye_core::{address::UdpOptions, limit::READ, plan::ProbeTalk, unit::Medium};
use sockeye_study::probe::{ProbeEnd, ProbeMishap, ProbeStep};
use sockeye_sys::queued_icmp;
use tokio::{
    io::Interest,
    net::UdpSocket,
    time::{Instant, timeout_at},
};

use super::{
    ear::ProbeEar,
    knock::{Knock, report},
    manner::ProbeManner,
};
use crate::link::udp;

/// Attempt `number`, at an address of UDP.
pub(super) async fn knock_udp(
    target: SocketAddr,
    options: &UdpOptions,
    manner: &ProbeManner,
    number: u64,
    deadline: Instant,
) -> Knock {
    let at = Some(target);
    let socket = match open(target, options, manner) {
        Ok(socket) => socket,
        Err(knock) => return *knock,
    };
    if socket.local_addr().is_ok_and(|ours| ours == target) {
        return Knock::ended(ProbeEnd::SelfConnected, at);
    }
    let nothing = ProbeTalk { payloads: Vec::new(), expect: None };
    let talk = manner.talk.as_deref().unwrap_or(&nothing);
    let mut messages = match manner.speech(number, &target.to_string()) {
        Ok(messages) => messages,
        Err(detail) => {
            let end = ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::Other);
            return Knock { detail: Some(detail), ..Knock::ended(end, at) };
        }
    };
    if messages.is_empty() {
        messages.push(Vec::new());
    }
    let begun = Instant::now();
    for message in &messages {
        match timeout_at(deadline, socket.send_to(message, target)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return failed(&socket, ProbeStep::Prepare, &error, target),
            Err(_) => return Knock::ended(ProbeEnd::TimedOut(ProbeStep::Prepare), at),
        }
    }
    let mut ear = ProbeEar::new(talk, &manner.framing, Medium::Datagram);
    let heard = hear(&socket, target, manner, deadline, &mut ear).await;
    let knock = match heard {
        Ok(end) => Knock::ended(end, at),
        Err(knock) => *knock,
    };
    let answer = (knock.end == ProbeEnd::Met).then(|| begun.elapsed());
    Knock { answer, got: ear.into_first(), ..knock }
}

/// A socket to ask from. That of one peer is connected, so that it hears nobody else.
fn open(target: SocketAddr, options: &UdpOptions, manner: &ProbeManner) -> Result<UdpSocket, Box<Knock>> {
    let prepared = |error: &io::Error| Knock::failed(ProbeStep::Prepare, error, Some(target));
    let reach = udp::Reach::new(options).map_err(|failed| Knock {
        detail: Some(failed.detail),
        ..Knock::ended(ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::Other), Some(target))
    })?;
    let anywhere: IpAddr = match target {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let source = manner.source(target).unwrap_or((anywhere, 0).into());
    let socket = udp::ask(target, source, reach).map_err(|error| match error.kind() {
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse if !source.ip().is_unspecified() => {
            Knock { end: ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::NoSource), ..prepared(&error) }
        }
        // A port is asked for before an address is.
        io::ErrorKind::AddrInUse => {
            Knock { end: ProbeEnd::Failed(ProbeStep::Prepare, ProbeMishap::NoPort), ..prepared(&error) }
        }
        _ => prepared(&error),
    })?;
    Ok(socket)
}

fn failed(socket: &UdpSocket, step: ProbeStep, error: &io::Error, target: SocketAddr) -> Knock {
    let icmp = queued_icmp(&SockRef::from(socket)).map(report);
    // What was sent before was answered so: it is no trouble of ours.
    let step = if icmp.is_some() { ProbeStep::Handshake } else { step };
    Knock { icmp, ..Knock::failed(step, error, Some(target)) }
}

async fn hear(
    socket: &UdpSocket,
    target: SocketAddr,
    manner: &ProbeManner,
    deadline: Instant,
    ear: &mut ProbeEar<'_>,
) -> Result<ProbeEnd, Box<Knock>> {
    let is_group = socket.peer_addr().is_err();
    let mut buffer = vec![0; READ];
    loop {
        let Ok(ready) = timeout_at(deadline, socket.ready(Interest::READABLE | Interest::ERROR)).await else {
            return Ok(ear.give_up());
        };
        if ready.is_ok_and(|ready| ready.is_error())
            && let Some(error) = udp::pending_error(socket)
        {
            return Err(Box::new(failed(socket, ProbeStep::Handshake, &error, target)));
        }
        match socket.try_recv_from(&mut buffer) {
            Ok((len, from)) if is_group || from == target => {
                let bytes = buffer.get(..len).unwrap_or_default();
                if let Some(end) = ear.hear(bytes, manner.clock.now()) {
                    return Ok(end);
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(Box::new(failed(socket, ProbeStep::Handshake, &error, target))),
        }
    }
}
