//! One UDP socket and its peers: how many, for how long, how often answered, and never itself.
//! Never a fixed port; the clock stands still wherever a rate is counted.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use socket2::SockRef;
use sockeye_core::{
    behaviour::{Script, ScriptInput, Talk},
    event::{Ending, Event, EventDetail, Notice, Suppression, What},
    limit::{DATAGRAM_IDLE, DATAGRAM_RATE},
    plan::{Access, Cidr},
    stage::{FaultSpec, Side},
};
use tokio::{net::UdpSocket, time::advance};
use tokio_util::sync::CancellationToken;

use super::{Server, calm, drain, hub, ms, plan, still};
use crate::{
    datagrams::{Datagrams, Manner, Patience, Policy, Services},
    link::udp::{Reach, bind},
};

async fn socket() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

/// Another handle of the same socket: what it sends carries the engine's own address, as a forged datagram would.
fn forger(socket: &UdpSocket) -> UdpSocket {
    let twin = SockRef::from(socket).try_clone().unwrap();
    UdpSocket::from_std(twin.into()).unwrap()
}

/// Sends, and waits for the answer.
async fn ask(client: &UdpSocket, server: SocketAddr, question: &[u8]) -> Vec<u8> {
    client.send_to(question, server).await.unwrap();
    let mut answer = vec![0; 65_536];
    let (n, from) = client.recv_from(&mut answer).await.unwrap();
    assert_eq!(from, server, "a stranger answered");
    answer.truncate(n);
    answer
}

fn manner(spec: &str) -> Manner {
    let reply = super::reply(spec);
    let behave = Box::new(move || reply.start());
    Manner { side: Side::Server, faults: Vec::new(), idle: Some(DATAGRAM_IDLE), behave }
}

#[tokio::test(start_paused = true)]
async fn every_datagram_is_answered_whole_the_empty_and_the_largest_too() {
    let server = Server::start(plan("udp://127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let _held = still();
    let client = socket().await;
    for question in [&b"one"[..], b"", b"two\nlines", &[b'x'; 65_507]] {
        assert_eq!(ask(&client, server.at, question).await, question);
    }
    let (report, events) = server.end().await;
    assert_eq!((report.summary.accepted, report.summary.totals.messages_out), (1, 4));
    let end = events.iter().rev().find(|e| e.conn == Some(1)).map(|e| &e.what);
    assert!(matches!(end, Some(What::Closed { why: Ending::Stopped, .. })), "{end:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_silent_for_thirty_seconds_is_forgotten() {
    let mut server = Server::start(plan("udp://127.0.0.1:0", "text:{counter}"), EventDetail::Messages).await;
    let client = socket().await;
    let held = still();
    assert_eq!(ask(&client, server.at, b"?").await, b"1");
    assert_eq!(ask(&client, server.at, b"?").await, b"2");
    advance(ms(20_000)).await;
    assert_eq!(ask(&client, server.at, b"?").await, b"3", "remembered");
    drop(held);
    let (why, lasted) = server
        .see(|e| if let What::Closed { why, lasted, .. } = e.what { Some((why, lasted)) } else { None })
        .await;
    let lasted = Duration::from_nanos(lasted);
    assert_eq!(why, Ending::Idle);
    assert!((ms(50_000)..ms(50_100)).contains(&lasted), "30 s after the last datagram, not {lasted:?}");
    let held = still();
    assert_eq!(ask(&client, server.at, b"?").await, b"1", "and begins anew");
    drop(held);
    assert_eq!(server.end().await.0.summary.accepted, 2);
}

#[tokio::test(start_paused = true)]
async fn the_table_of_peers_is_bounded() {
    let mut plan = plan("udp://127.0.0.1:0", "echo");
    plan.conduct.limits.max_connections = 8;
    let server = Server::start(plan, EventDetail::Messages).await;
    let _held = still();
    let mut clients = Vec::new();
    for n in 0..40_u8 {
        clients.push(socket().await);
        assert_eq!(ask(clients.last().unwrap(), server.at, &[n]).await, [n], "a newcomer is always served");
        advance(ms(1)).await;
    }
    assert_eq!(ask(&clients[39], server.at, b"again").await, b"again");
    let (report, events) = server.end().await;
    let (mut open, mut most) = (0_i32, 0);
    for event in &events {
        match event.what {
            What::Opened { .. } => open += 1,
            What::Closed { .. } => open -= 1,
            _ => {}
        }
        most = most.max(open);
    }
    assert_eq!((report.summary.accepted, most, open), (40, 8, 0));
    // Those who had been silent longest made room.
    let displaced = |e: &&Event| matches!(e.what, What::Closed { why: Ending::Displaced, .. });
    let forgotten: Vec<u64> = events.iter().filter(displaced).filter_map(|e| e.conn).collect();
    assert_eq!(forgotten, (1..=32).collect::<Vec<u64>>());
}

/// Sends `count` datagrams in bursts that no buffer overflows; returns when all of them are heard.
async fn flood(client: &UdpSocket, server: &mut Server, count: usize) -> usize {
    let mut answers = 0;
    for done in 0..count {
        client.send_to(b"?", server.at).await.unwrap();
        if done % 50 == 49 || done + 1 == count {
            for _ in 0..=done % 50 {
                server.see(|e| matches!(e.what, What::Recv { .. }).then_some(())).await;
            }
            while client.try_recv_from(&mut [0; 100]).is_ok() {
                answers += 1;
            }
        }
    }
    answers
}

#[tokio::test(start_paused = true)]
async fn one_peer_is_answered_a_thousand_times_a_second_and_told_so() {
    let mut server = Server::start(plan("udp://127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let _held = still();
    let (client, other) = (socket().await, socket().await);
    let rate = usize::try_from(DATAGRAM_RATE).unwrap();
    flood(&client, &mut server, rate + 300).await;
    assert_eq!(ask(&other, server.at, b"me too").await, b"me too", "the limit is each peer's own");
    advance(ms(500)).await;
    flood(&client, &mut server, rate).await;
    let (report, events) = server.end().await;
    let totals = report.summary.totals;
    assert_eq!(totals.messages_in, 2 * DATAGRAM_RATE + 301);
    assert_eq!(totals.messages_out, DATAGRAM_RATE + DATAGRAM_RATE / 2 + 1, "a second's burst, then the rate");
    assert_eq!(totals.suppressed, 800);
    let told: Vec<u64> = events
        .iter()
        .filter_map(|e| match e.what {
            What::Suppressed { why: Suppression::Rate, count, .. } => Some(count),
            _ => None,
        })
        .collect();
    assert!(told.len() <= 3, "not a word for each: {told:?}");
}

/// An engine of its own, and a forger of its address.
fn engine(hub: &Arc<crate::hub::Hub>, spec: &str) -> (Datagrams, UdpSocket, SocketAddr) {
    let socket = bind("127.0.0.1:0".parse().unwrap(), Reach::default()).unwrap();
    let twin = forger(&socket);
    let policy =
        Policy::Server { access: Arc::new(Access::default()), most: 100, services: Services::Answered };
    let engine = Datagrams::new(socket, None, Arc::clone(hub), policy, manner(spec)).unwrap();
    let at = engine.local();
    (engine, twin, at)
}

#[tokio::test(start_paused = true)]
async fn its_own_address_is_never_answered() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let (engine, twin, at) = engine(&hub, "time");
    let _held = still();
    let stop = CancellationToken::new();
    let run = tokio::spawn(engine.run(stop.clone()));
    for _ in 0..5 {
        twin.send_to(b"boo", at).await.unwrap();
    }
    // Datagrams are heard in order: once this one is answered, those before it have been dealt with.
    assert!(ask(&socket().await, at, b"now").await.ends_with(b"] now"));
    stop.cancel();
    run.await.unwrap();
    let summary = hub.run.summary();
    assert_eq!((summary.accepted, summary.totals.messages_out, summary.totals.suppressed), (1, 1, 5));
    let told: u64 = drain(&mut seen)
        .iter()
        .map(|what| match what {
            What::Suppressed { why: Suppression::OwnAddress, count, .. } => *count,
            _ => 0,
        })
        .sum();
    assert_eq!(told, 5);
}

#[tokio::test(start_paused = true)]
async fn an_engine_bound_to_everything_knows_its_own_addresses() {
    let (hub, _seen) = hub(EventDetail::Messages);
    let socket = bind("0.0.0.0:0".parse().unwrap(), Reach::default()).unwrap();
    let twin = forger(&socket);
    let port = socket.local_addr().unwrap().port();
    let policy =
        Policy::Server { access: Arc::new(Access::default()), most: 100, services: Services::Answered };
    let engine = Datagrams::new(socket, None, Arc::clone(&hub), policy, manner("echo")).unwrap();
    let _held = still();
    let stop = CancellationToken::new();
    let run = tokio::spawn(engine.run(stop.clone()));
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    twin.send_to(b"boo", at).await.unwrap();
    assert_eq!(ask(&self::socket().await, at, b"now").await, b"now");
    stop.cancel();
    run.await.unwrap();
    assert_eq!((hub.run.summary().accepted, hub.run.summary().totals.suppressed), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn two_instances_do_not_answer_each_other_beyond_the_rate() {
    let mut servers = Vec::new();
    let rated = || {
        let (events, seen) = tokio::sync::mpsc::channel(100_000);
        let clock = crate::Clock::start();
        let common = sockeye_core::behaviour::Common {
            framing: sockeye_core::frame::Framing::raw(),
            charset: sockeye_core::charset::Charset::utf8(),
            detail: EventDetail::Messages,
            wall: clock.wall().clone(),
            seed: 1,
            rate: Some(DATAGRAM_RATE),
        };
        let hub = crate::hub::Hub::new(clock, common, events, super::GRACE, crate::hub::Post::None);
        (Arc::new(hub), seen)
    };
    let held = still();
    let stop = CancellationToken::new();
    for _ in 0..2 {
        let (hub, seen) = rated();
        let (engine, twin, at) = engine(&hub, "echo");
        let run = tokio::spawn(engine.run(stop.clone()));
        servers.push((hub, seen, twin, at, run));
    }
    // One datagram to the first that seems to come from the second.
    let (first, second) = (servers[0].3, servers[1].3);
    servers[1].2.send_to(b"ping", first).await.unwrap();
    let mut passed = 0;
    'loops: loop {
        let batch = servers[0].1.recv().await.unwrap();
        for event in batch {
            match event.what {
                What::Sent { .. } => passed += 1,
                What::Suppressed { why: Suppression::Rate, .. } => break 'loops,
                _ => {}
            }
            assert!(passed <= DATAGRAM_RATE, "a loop without a limit");
        }
    }
    // What is not answered cannot be answered: the loop is over, and stays so.
    assert_eq!(ask(&socket().await, second, b"quiet?").await, b"quiet?");
    let counts: Vec<u64> = servers.iter().map(|s| s.0.run.summary().totals.messages_out).collect();
    assert_eq!(counts, [0, 0], "totals are added at the end");
    stop.cancel();
    drop(held);
    for (hub, _, _, _, run) in servers {
        run.await.unwrap();
        let totals = hub.run.summary().totals;
        assert!(totals.messages_out <= DATAGRAM_RATE + 1, "{totals:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_ask_is_not_answered() {
    let access = Access::new(vec![], vec![Cidr::parse("127.0.0.2").unwrap()]);
    let server = Server::start(
        super::ListenPlan { access, ..plan("udp://127.0.0.1:0", "echo") },
        EventDetail::Messages,
    )
    .await;
    let _held = still();
    let denied = UdpSocket::bind("127.0.0.2:0").await.unwrap();
    denied.send_to(b"me?", server.at).await.unwrap();
    assert_eq!(ask(&socket().await, server.at, b"and me?").await, b"and me?");
    assert!(denied.try_recv_from(&mut [0; 10]).is_err());
    let (report, _) = server.end().await;
    assert_eq!((report.summary.refused, report.summary.accepted), (1, 1));
}

fn client(hub: &Arc<crate::hub::Hub>, peer: SocketAddr, faults: &[&str]) -> (Datagrams, SocketAddr) {
    let socket = bind("127.0.0.1:0".parse().unwrap(), Reach::default()).unwrap();
    let at = socket.local_addr().unwrap();
    let script = Script {
        payloads: vec![sockeye_core::behaviour::Payload::Bytes(b"hello".to_vec())],
        every: None,
        count: None,
        wait: None,
        expect: None,
        keyboard: ScriptInput::Person,
        greeting: None,
        gap: None,
        awaits_answers: false,
    };
    let manner = Manner {
        side: Side::Client,
        faults: faults.iter().map(|f| FaultSpec::parse(f).unwrap()).collect(),
        idle: None,
        behave: Box::new(move || Box::new(Talk::new(script.clone()))),
    };
    let policy = Policy::Client { peer, patience: Patience::Person };
    (Datagrams::new(socket, None, Arc::clone(hub), policy, manner).unwrap(), at)
}

#[tokio::test(start_paused = true)]
async fn a_stranger_is_not_heard_and_never_becomes_the_peer() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let (peer, stranger) = (socket().await, socket().await);
    let _held = still();
    let (engine, at) = client(&hub, peer.local_addr().unwrap(), &[]);
    let stop = CancellationToken::new();
    let run = tokio::spawn(engine.run(stop.clone()));
    let mut heard = [0; 100];
    let (n, from) = peer.recv_from(&mut heard).await.unwrap();
    assert_eq!((&heard[..n], from), (&b"hello"[..], at));
    for _ in 0..3 {
        stranger.send_to(b"trust me", at).await.unwrap();
    }
    peer.send_to(b"hi", at).await.unwrap();
    let mut story = Vec::new();
    while !story.iter().any(|what| matches!(what, What::Recv { .. })) {
        story.extend(seen.recv().await.unwrap().into_iter().map(|event| event.what));
    }
    stop.cancel();
    run.await.unwrap();
    let strangers =
        story.iter().filter(|w| matches!(w, What::Notice(Notice::Stranger { len: 8, .. }))).count();
    assert_eq!(
        (strangers, hub.run.summary().totals.dropped),
        (1, 3),
        "told of once a second, counted each time"
    );
    let received: Vec<_> = story.iter().filter(|w| matches!(w, What::Recv { .. })).collect();
    assert!(matches!(received[..], [What::Recv { data, .. }] if **data == *b"hi"), "{received:?}");
    assert!(stranger.try_recv_from(&mut heard).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_waits_for_nothing_does_not_spin() {
    let (hub, _seen) = hub(EventDetail::Messages);
    let peer = socket().await;
    // The delay is the only thing it ever waits for by time; once it is past, nothing is.
    let (engine, at) = client(&hub, peer.local_addr().unwrap(), &["latency=50ms"]);
    let stop = CancellationToken::new();
    let run = tokio::spawn(calm(engine.run(stop.clone()), 50));
    let mut heard = [0; 100];
    let (n, from) = peer.recv_from(&mut heard).await.unwrap();
    assert_eq!((&heard[..n], from), (&b"hello"[..], at));
    // The paused clock gets to this hour only if nobody is busy.
    assert!(tokio::time::timeout(ms(3_600_000), std::future::pending::<()>()).await.is_err());
    stop.cancel();
    assert!(run.await.unwrap().is_some());
}
