//! Listeners on loopback: resets, drains, limits, who is let in, and how one client's conduct leaves the others alone.
//! Never half-closes in random orders: `half_close` has those.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    sync::Arc,
    time::Duration,
};

use sockeye_core::{
    behaviour::Reply,
    event::{Ending, Event, EventDetail, Kind, Notice, Unsent, What},
    plan::{Access, Cidr, Console},
    stage::FaultSpec,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::spawn_blocking,
    time::Instant,
};

use super::{GRACE, Server, ms, plan, still};
use crate::{Action, Anchor, Order, To, Whom};

fn opened(event: &Event) -> Option<u64> {
    matches!(event.what, What::Opened { .. }).then_some(event.conn).flatten()
}

fn closed(event: &Event) -> Option<Ending> {
    if let What::Closed { why, .. } = event.what { Some(why) } else { None }
}

const NEVER: Duration = Duration::from_secs(60);

/// A client as any program has it: blocking, and failing where it would hang.
fn client(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.at).unwrap();
    stream.set_read_timeout(Some(NEVER)).unwrap();
    stream.set_write_timeout(Some(NEVER)).unwrap();
    stream
}

#[tokio::test]
async fn a_reset_is_seen_as_one_by_the_peer() {
    let rules = "rules:greeting = 'hi'\n[[rule]]\nequals = 'drop'\nthen = 'reset'\n";
    let mut server = Server::start(plan("127.0.0.1:0", rules), EventDetail::Messages).await;
    let mut stream = client(&server);
    let error = spawn_blocking(move || {
        let mut hi = [0; 2];
        stream.read_exact(&mut hi).unwrap();
        stream.write_all(b"drop").unwrap();
        stream.read(&mut [0; 10]).unwrap_err()
    });
    assert_eq!(error.await.unwrap().kind(), ErrorKind::ConnectionReset);
    assert_eq!(server.see(closed).await, Ending::Reset);
    let (report, _) = server.end().await;
    assert_eq!(report.summary.reset, 0, "that counter is for those who reset us");
}

#[tokio::test]
async fn a_reset_with_much_unsent_is_seen_as_one_too() {
    let plan = super::ListenPlan { console: Console::Operator, ..plan("127.0.0.1:0", "chargen") };
    let server = Server::start(plan, EventDetail::Summary).await;
    let mut stream = client(&server);
    let started = spawn_blocking(move || {
        stream.read_exact(&mut [0; 1000]).unwrap();
        stream
    });
    let mut stream = started.await.unwrap();
    server.orders.send(Order { to: To::All, what: Action::Reset }).await.unwrap();
    let error = spawn_blocking(move || stream.read_to_end(&mut Vec::new()).unwrap_err());
    assert_eq!(error.await.unwrap().kind(), ErrorKind::ConnectionReset);
    server.end().await;
}

#[tokio::test]
async fn a_peers_reset_is_counted_and_harms_nobody() {
    let mut server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let mut other = client(&server);
    let victim = client(&server);
    for _ in 0..2 {
        server.see(opened).await;
    }
    socket2::SockRef::from(&victim).set_linger(Some(Duration::ZERO)).unwrap();
    drop(victim);
    assert_eq!(server.see(closed).await, Ending::PeerReset);
    let echoed = spawn_blocking(move || {
        other.write_all(b"still here").unwrap();
        let mut echoed = [0; 10];
        other.read_exact(&mut echoed).unwrap();
        echoed
    });
    assert_eq!(&echoed.await.unwrap(), b"still here");
    let (report, _) = server.end().await;
    assert_eq!((report.summary.accepted, report.summary.reset), (2, 1));
}

#[tokio::test]
async fn a_close_of_ours_with_input_unread_is_no_reset() {
    let server = Server::start(plan("127.0.0.1:0", "daytime"), EventDetail::Summary).await;
    let mut stream = client(&server);
    let heard = spawn_blocking(move || {
        let mut heard = Vec::new();
        for _ in 0..20 {
            stream.write_all(&[b'u'; 1000]).unwrap();
        }
        stream.shutdown(Shutdown::Write).unwrap();
        stream.read_to_end(&mut heard).map(|_| heard)
    });
    assert!(heard.await.unwrap().unwrap().ends_with(b"\r\n"));
    server.end().await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_listener_stops_at_once() {
    let server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let begun = Instant::now();
    let (report, _) = server.end().await;
    assert_eq!((begun.elapsed(), report.summary.accepted), (ms(0), 0));
}

#[tokio::test(start_paused = true)]
async fn the_drain_ends_within_the_grace_whatever_clients_do() {
    let mut server = Server::start(plan("127.0.0.1:0", "chargen"), EventDetail::Messages).await;
    let clients: Vec<TcpStream> = (0..5).map(|_| client(&server)).collect();
    for _ in &clients {
        server.see(opened).await;
    }
    let begun = Instant::now();
    server.stop.cancel();
    let report = (&mut server.run).await.unwrap().unwrap();
    let took = begun.elapsed();
    assert!((GRACE..GRACE + ms(10)).contains(&took), "{took:?}");
    assert_eq!(report.summary.accepted, 5);
    drop(clients);
}

#[tokio::test(start_paused = true)]
async fn what_the_drain_cuts_short_is_told_and_counted() {
    let mut plan = plan("127.0.0.1:0", "echo");
    plan.conduct.faults = vec![FaultSpec::parse("latency=1h,dir=down").unwrap()];
    let mut server = Server::start(plan, EventDetail::Messages).await;
    let mut client = client(&server);
    client.write_all(b"x").unwrap();
    server.see(|event| matches!(event.what, What::Recv { .. }).then_some(())).await;
    let begun = Instant::now();
    let (report, rest) = server.end().await;
    assert!(begun.elapsed() < GRACE + ms(100));
    assert_eq!(rest.iter().filter_map(closed).collect::<Vec<_>>(), [Ending::Stopped]);
    assert_eq!(report.summary.totals.bytes_in, 1);
}

#[tokio::test(start_paused = true)]
async fn the_drain_delivers_what_was_answered() {
    let mut server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let mut stream = client(&server);
    let said = vec![b'd'; 300_000];
    let write = {
        let (mut stream, said) = (stream.try_clone().unwrap(), said.clone());
        spawn_blocking(move || stream.write_all(&said).unwrap())
    };
    write.await.unwrap();
    let mut heard = 0;
    while heard < said.len() {
        heard +=
            server.see(|e| if let What::Recv { data, .. } = &e.what { Some(data.len()) } else { None }).await;
    }
    server.stop.cancel();
    // The clock stands still while the client, a blocking task, takes its time.
    let read = spawn_blocking(move || {
        let mut echoed = Vec::new();
        stream.read_to_end(&mut echoed).map(|_| echoed)
    });
    assert_eq!(read.await.unwrap().unwrap().len(), said.len());
    let (report, _) = server.end().await;
    assert_eq!((report.summary.totals.bytes_out, report.summary.reset), (300_000, 0));
}

#[tokio::test]
async fn after_the_stop_nobody_is_let_in() {
    let server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let at = server.at;
    server.end().await;
    assert_eq!(TcpStream::connect(at).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn clients_that_never_read_leave_the_others_alone() {
    let server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Summary).await;
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let stream = client(&server);
        stream.set_nonblocking(true).unwrap();
        stuck.push(tokio::net::TcpStream::from_std(stream).unwrap());
    }
    // Each pushes until nothing more is taken now, and reads nothing.
    for stream in &mut stuck {
        while stream.try_write(&[b's'; 50_000]).is_ok() {}
    }
    for n in 0..20_u8 {
        let mut other = tokio::net::TcpStream::connect(server.at).await.unwrap();
        other.write_all(&[n; 3000]).await.unwrap();
        other.shutdown().await.unwrap();
        let mut echoed = Vec::new();
        other.read_to_end(&mut echoed).await.unwrap();
        assert_eq!(echoed, [n; 3000]);
    }
    drop(stuck);
    assert_eq!(server.end().await.0.summary.accepted, 40);
}

#[tokio::test]
async fn one_over_the_limit_waits_until_another_leaves() {
    let mut plan = plan("127.0.0.1:0", "echo");
    plan.conduct.limits.max_connections = 1;
    let mut server = Server::start(plan, EventDetail::Messages).await;
    let (first, mut second) = (client(&server), client(&server));
    second.write_all(b"waiting").unwrap();
    // It says so as soon as the last place is taken, perhaps before the conversation says that it began.
    let full = |e: &Event| matches!(e.what, What::Notice(Notice::AtLimit { open: 1 }));
    for _ in 0..2 {
        server.see(|e| (full(e) || opened(e) == Some(1)).then_some(())).await;
    }
    drop(first);
    assert_eq!(server.see(closed).await, Ending::PeerClosed);
    assert_eq!(server.see(opened).await, 2);
    let echoed = spawn_blocking(move || {
        let mut echoed = [0; 7];
        second.read_exact(&mut echoed).map(|()| echoed)
    });
    assert_eq!(&echoed.await.unwrap().unwrap(), b"waiting");
    server.end().await;
}

#[tokio::test]
async fn who_may_not_connect_is_reset_and_counted() {
    let access = Access::new(vec![], vec![Cidr::parse("127.0.0.0/8").unwrap()]);
    let mut server =
        Server::start(super::ListenPlan { access, ..plan("127.0.0.1:0", "echo") }, EventDetail::Messages)
            .await;
    for _ in 0..3 {
        let mut stream = client(&server);
        let error = spawn_blocking(move || stream.read(&mut [0; 1]).unwrap_err());
        assert_eq!(error.await.unwrap().kind(), ErrorKind::ConnectionReset);
    }
    server.see(|e| matches!(e.what, What::Notice(Notice::Denied { .. })).then_some(())).await;
    let (report, _) = server.end().await;
    assert_eq!((report.summary.refused, report.summary.accepted), (3, 0));
}

fn console(to: &str) -> super::ListenPlan {
    super::ListenPlan {
        console: Console::Operator,
        reply: Reply::operator(std::time::Duration::ZERO),
        ..plan(to, "echo")
    }
}

#[tokio::test]
async fn whom_use_has_chosen_and_what_is_said_again_stay_whoever_speaks() {
    let mut server = Server::start(console("127.0.0.1:0"), EventDetail::Messages).await;
    let mut clients = Vec::new();
    for _ in 0..2 {
        clients.push(client(&server));
        server.see(opened).await;
    }
    let orders = server.orders.clone();
    let order = |to, what| orders.send(Order { to, what });
    let named = To::Some(vec![Whom::Name("DTU".into())]);
    order(To::conn(1), Action::Name("DTU".into())).await.unwrap();
    let name =
        server.see(|e| if let What::Named { name, .. } = &e.what { Some(Arc::clone(name)) } else { None });
    assert_eq!(&*name.await, "DTU");
    order(To::conn(2), Action::Name("DTU".into())).await.unwrap();
    server.see(|e| matches!(e.what, What::Notice(Notice::NotNamed { .. })).then_some(())).await;
    order(named.clone(), Action::Use).await.unwrap();
    let anchor = Anchor::default();
    order(To::conn(2), Action::Again("again ".into(), anchor.clone())).await.unwrap();
    clients[1].write_all(b"it was I").unwrap();
    server.see(|e| matches!(e.what, What::Recv { .. }).then_some(())).await;
    order(To::Default, Action::Say("chosen ".into())).await.unwrap();
    order(To::Default, Action::Again("again ".into(), anchor.clone())).await.unwrap();
    order(To::Some(vec![Whom::Conn(1), Whom::Name("DTU".into())]), Action::Say("once".into())).await.unwrap();
    order(To::All, Action::Close).await.unwrap();
    for (mut stream, expected) in clients.into_iter().zip(["chosen once", "again again "]) {
        let heard = spawn_blocking(move || {
            let mut heard = String::new();
            stream.read_to_string(&mut heard).map(|_| heard)
        });
        assert_eq!(heard.await.unwrap().unwrap(), expected);
    }
    for _ in 0..2 {
        server.see(|e| matches!(e.what, What::Closed { .. }).then_some(())).await;
    }
    // Whoever has gone is said to have gone, once to whom says it again and again.
    order(To::Default, Action::Say("late".into())).await.unwrap();
    let gone = What::Notice(Notice::Unsent { len: 4, why: Unsent::Gone });
    server.see(|e| (e.what == gone).then_some(())).await;
    order(To::conn(2), Action::Again("again ".into(), anchor.clone())).await.unwrap();
    let by_name = Anchor::default();
    for _ in 0..2 {
        order(named.clone(), Action::Again("again ".into(), by_name.clone())).await.unwrap();
    }
    order(To::Default, Action::List).await.unwrap();
    let untold = std::cell::Cell::new(0);
    server
        .see(|e| {
            untold.set(
                untold.get()
                    + usize::from(matches!(
                        e.what,
                        What::Notice(Notice::NoSuchName(_) | Notice::NoSuchConn(_))
                    )),
            );
            matches!(e.what, What::Notice(Notice::Members(_))).then_some(())
        })
        .await;
    assert_eq!((untold.get(), anchor.is_lost(), by_name.is_lost()), (1, true, false));
    server.end().await;
}

#[tokio::test]
async fn the_operator_answers_whom_he_means() {
    let mut server = Server::start(console("127.0.0.1:0"), EventDetail::Messages).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(client(&server));
        server.see(opened).await;
    }
    let order = |to, what| server.orders.send(Order { to, what });
    order(To::All, Action::Say("all ".into())).await.unwrap();
    order(To::conn(2), Action::Say("second ".into())).await.unwrap();
    order(To::conn(9), Action::Say("nobody".into())).await.unwrap();
    server.see(|e| (e.what == What::Notice(Notice::NoSuchConn(9))).then_some(())).await;
    clients[2].write_all(b"it was I").unwrap();
    server.see(|e| matches!(e.what, What::Recv { .. }).then_some(())).await;
    let order = |to, what| server.orders.send(Order { to, what });
    order(To::Default, Action::Say("you wrote last ".into())).await.unwrap();
    order(To::Default, Action::List).await.unwrap();
    let members = server
        .see(|e| if let What::Notice(Notice::Members(all)) = &e.what { Some(all.len()) } else { None })
        .await;
    assert_eq!(members, 3);
    server.orders.send(Order { to: To::All, what: Action::Close }).await.unwrap();
    for (mut stream, expected) in clients.into_iter().zip(["all ", "all second ", "all you wrote last "]) {
        let heard = spawn_blocking(move || {
            let mut heard = String::new();
            stream.read_to_string(&mut heard).map(|_| heard)
        });
        assert_eq!(heard.await.unwrap().unwrap(), expected);
    }
    server.end().await;
}

#[tokio::test(start_paused = true)]
async fn silence_ends_a_conversation_at_the_limit() {
    let mut plan = plan("127.0.0.1:0", "echo");
    plan.conduct.limits.idle_timeout = Some(Duration::from_secs(300));
    let mut server = Server::start(plan, EventDetail::Messages).await;
    let held = still();
    let mut stream = client(&server);
    stream.write_all(b"x").unwrap();
    server.see(|e| matches!(e.what, What::Sent { .. }).then_some(())).await;
    drop(held);
    let lasted = server
        .see(
            |e| if let What::Closed { why: Ending::Idle, lasted, .. } = e.what { Some(lasted) } else { None },
        )
        .await;
    let lasted = Duration::from_nanos(lasted);
    // The peer is given a moment more to see a FIN and no reset.
    assert!((300..302).contains(&lasted.as_secs()), "{lasted:?}");
    server.end().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_refused_with_who_has_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (events, _seen) = tokio::sync::mpsc::channel(10);
    let (_orders, orders) = tokio::sync::mpsc::channel(1);
    let stop = tokio_util::sync::CancellationToken::new();
    let context = crate::RunContext {
        clock: crate::Clock::start(),
        detail: EventDetail::Messages,
        events,
        orders,
        stop,
        lost: tokio_util::sync::CancellationToken::new(),
    };
    let failure = crate::run::listen(plan(&address, "echo"), context).await.unwrap_err();
    assert_eq!(failure.kind, Kind::AddressInUse);
    assert!(failure.address.contains(&address), "{failure:?}");
    assert!(failure.hint.unwrap().to_string().contains("holds it"));
}

#[tokio::test]
async fn every_event_of_a_conversation_lies_between_its_opened_and_its_closed() {
    let server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Messages).await;
    let work: Vec<_> = (0..30_u8)
        .map(|n| {
            let mut stream = client(&server);
            spawn_blocking(move || {
                for _ in 0..10 {
                    stream.write_all(&[n; 50]).unwrap();
                    stream.read_exact(&mut [0; 50]).unwrap();
                }
                if n % 3 == 0 {
                    stream.shutdown(Shutdown::Write).unwrap();
                    stream.read_to_end(&mut Vec::new()).unwrap();
                }
            })
        })
        .collect();
    for one in work {
        one.await.unwrap();
    }
    let (report, events) = server.end().await;
    assert_eq!(report.summary.accepted, 30);
    for conn in 1..=30 {
        let mine: Vec<&What> = events.iter().filter(|e| e.conn == Some(conn)).map(|e| &e.what).collect();
        let opened = mine.iter().filter(|w| matches!(w, What::Opened { .. })).count();
        let closed = mine.iter().filter(|w| matches!(w, What::Closed { .. })).count();
        assert_eq!((opened, closed), (1, 1), "{conn}");
        assert!(matches!(mine.first(), Some(What::Opened { .. })), "{conn}");
        assert!(matches!(mine.last(), Some(What::Closed { .. })), "{conn}");
    }
}
