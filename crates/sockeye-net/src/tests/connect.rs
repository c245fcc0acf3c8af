//! Connecting: deadlines over all addresses, who goes first, again after a failure, and never to oneself.
//! Never a name: nothing here is resolved.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use socket2::{Domain, Socket, Type};
use sockeye_core::{
    address::Address,
    behaviour::{Payload, Script, ScriptInput, Verdict},
    charset::Charset,
    event::{Ending, Event, EventDetail, Failure, Kind, Notice, Operation, What},
    frame::Framing,
    limit::Limits,
    plan::{Conduct, ConnectPlan, DevicePlan, Family},
};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{GRACE, Server, ms, plan as listening, still};
use crate::{Clock, Report, RunContext, link::tcp, run};

fn bound(listen: Option<i32>) -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    if let Some(backlog) = listen {
        socket.listen(backlog).unwrap();
    }
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

/// An address that never answers: a listener whose backlog is full.
fn hole() -> (Socket, TcpStream, SocketAddr) {
    let (socket, address) = bound(Some(0));
    let filler = TcpStream::connect(address).unwrap();
    (socket, filler, address)
}

/// An address that refuses, and that nobody else can take meanwhile.
fn refusing() -> (Socket, SocketAddr) {
    bound(None)
}

async fn dial(
    targets: &[SocketAddr],
    within: Duration,
) -> (Result<tokio::net::TcpStream, Failure>, Duration) {
    let begun = Instant::now();
    let dialled =
        tcp::dial(targets, None, tcp::Within { whole: within, left: within }, "tcp://example:1").await;
    (dialled.map(|dialled| dialled.stream), begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_for_all_addresses_together() {
    let holes: Vec<_> = (0..5).map(|_| hole()).collect();
    let addresses: Vec<SocketAddr> = holes.iter().map(|(_, _, address)| *address).collect();
    for some in [&addresses[..1], &addresses[..]] {
        let (outcome, took) = dial(some, ms(3000)).await;
        let failure = outcome.unwrap_err();
        assert_eq!((failure.kind, failure.operation), (Kind::Timeout, Operation::Connect));
        assert_eq!(failure.address, "tcp://example:1");
        assert!((ms(3000)..ms(3010)).contains(&took), "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_address_has_its_turn_a_quarter_of_a_second_later() {
    let holes: Vec<_> = (0..2).map(|_| hole()).collect();
    let good = TcpListener::bind("127.0.0.1:0").unwrap();
    let good = good.local_addr().map(|address| (good, address)).unwrap();
    let (outcome, took) = dial(&[holes[0].2, holes[1].2, good.1], ms(10_000)).await;
    assert_eq!(outcome.unwrap().peer_addr().unwrap(), good.1);
    // Two head starts; the clock may run on to its next stop while the handshake is under way.
    assert!((ms(500)..ms(10_000)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_passes_the_turn_on_at_once() {
    let (_holder, refused) = refusing();
    let good = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = good.local_addr().unwrap();
    let _held = still();
    let (outcome, took) = dial(&[refused, address], ms(10_000)).await;
    assert_eq!((outcome.unwrap().peer_addr().unwrap(), took), (address, ms(0)));
    let (outcome, took) = dial(&[refused, refused], ms(10_000)).await;
    assert_eq!((outcome.unwrap_err().kind, took), (Kind::Refused, ms(0)));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_beside_silence_does_not_wait_for_its_turn() {
    let (silent, (_holder, refused)) = (hole(), refusing());
    let good = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = good.local_addr().unwrap();
    let (outcome, took) = dial(&[silent.2, refused, address], ms(10_000)).await;
    assert_eq!(outcome.unwrap().peer_addr().unwrap(), address);
    assert!((ms(250)..ms(500)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn a_connection_to_oneself_is_none() {
    // Our end is given the very port that is dialled, as the system may choose it by chance.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let outcome = tcp::dial(
        &[address],
        Some(address),
        tcp::Within { whole: ms(10_000), left: ms(10_000) },
        "tcp://me:1",
    )
    .await;
    let failure = outcome.unwrap_err();
    assert_eq!(failure.kind, Kind::SelfConnect, "{failure}");
    assert!(failure.hint.is_some());
}

fn plan(target: &str, says: &[&str]) -> ConnectPlan {
    ConnectPlan {
        target: Address::parse(target).unwrap(),
        source: None,
        family: Family::Any,
        retries: 0,
        retry_delay: ms(1000),
        script: Script {
            payloads: says.iter().map(|s| Payload::Bytes(s.as_bytes().to_vec())).collect(),
            every: None,
            count: Some(says.len() as u64),
            wait: Some(Duration::from_secs(2)),
            expect: None,
            keyboard: ScriptInput::None,
            greeting: None,
            gap: None,
            awaits_answers: false,
        },
        device: DevicePlan::default(),
        conduct: Conduct {
            framing: Framing::parse("line").unwrap(),
            charset: Charset::utf8(),
            faults: Vec::new(),
            seed: 1,
            limits: Limits { grace: GRACE, ..Limits::default() },
        },
    }
}

async fn connect(plan: ConnectPlan, stop: CancellationToken) -> (Result<Report, Failure>, Vec<Event>) {
    let (events, mut seen) = mpsc::channel(1000);
    let (_orders, orders) = mpsc::channel(1);
    let context = RunContext {
        clock: Clock::start(),
        detail: EventDetail::Messages,
        events,
        orders,
        stop,
        lost: CancellationToken::new(),
    };
    let outcome = run::connect(plan, context).await;
    let mut all = Vec::new();
    while let Some(batch) = seen.recv().await {
        all.extend(batch);
    }
    (outcome, all)
}

#[tokio::test]
async fn a_script_is_answered_and_closes() {
    for transport in ["tcp", "udp"] {
        let mut listen = listening(&format!("{transport}://127.0.0.1:0"), "text:you said {text}");
        listen.conduct.framing = Framing::parse("line").unwrap();
        let server = Server::start(listen, EventDetail::Summary).await;
        let target = format!("{transport}://{}", server.at);
        let (outcome, events) = connect(plan(&target, &["one", "two"]), CancellationToken::new()).await;
        let report = outcome.unwrap();
        assert_eq!((report.verdict, report.ending), (Verdict::Met, Some(Ending::Closed)));
        let heard: Vec<String> = events
            .iter()
            .filter_map(|e| if let What::Recv { data, .. } = &e.what { Some(data) } else { None })
            .map(|data| String::from_utf8_lossy(data).into_owned())
            .collect();
        assert_eq!(heard, ["you said one", "you said two"], "{transport}");
        assert!(matches!(events.last().map(|e| &e.what), Some(What::Summary(_))));
        server.end().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_tried_again_as_often_as_asked() {
    let (_holder, refused) = refusing();
    let plan = ConnectPlan { retries: 3, ..plan(&format!("tcp://{refused}"), &["x"]) };
    let begun = Instant::now();
    let (outcome, events) = connect(plan, CancellationToken::new()).await;
    assert_eq!(outcome.unwrap_err().kind, Kind::Refused);
    let attempts: Vec<u32> = events
        .iter()
        .filter_map(|e| {
            if let What::Notice(Notice::Retry { attempt, .. }) = e.what { Some(attempt) } else { None }
        })
        .collect();
    assert_eq!(attempts, [1, 2, 3]);
    assert!((ms(3000)..ms(6000)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_the_wait() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("tcp://{}", silent.local_addr().unwrap());
    let (outcome, events) = connect(plan(&target, &["anybody?"]), CancellationToken::new()).await;
    assert_eq!(outcome.unwrap().verdict, Verdict::NoAnswer);
    let lasted = events
        .iter()
        .find_map(|e| if let What::Closed { lasted, .. } = e.what { Some(lasted) } else { None });
    assert!((2..4).contains(&Duration::from_nanos(lasted.unwrap()).as_secs()), "{lasted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_it_within_the_grace_whether_connected_or_not() {
    let (_socket, _filler, hole) = hole();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for target in [hole, silent.local_addr().unwrap()] {
        let stop = CancellationToken::new();
        let mut plan = plan(&format!("tcp://{target}"), &[]);
        plan.script.keyboard = ScriptInput::Person;
        plan.conduct.limits.connect_timeout = Duration::from_secs(3600);
        let run = tokio::spawn(connect(plan, stop.clone()));
        // Not a wait for anything: the clock is paused, and runs when nobody has anything to do.
        assert!(timeout(ms(500), std::future::pending::<()>()).await.is_err());
        let begun = Instant::now();
        stop.cancel();
        let (outcome, _) = run.await.unwrap();
        assert_eq!(outcome.unwrap().ending, Some(Ending::Stopped));
        assert!(begun.elapsed() <= GRACE + ms(10), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn nobody_at_a_datagram_port_is_a_refusal() {
    let holder = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap();
    drop(holder);
    let (outcome, events) =
        connect(plan(&format!("udp://{address}"), &["?"]), CancellationToken::new()).await;
    let failure = match outcome {
        Err(failure) => failure,
        Ok(report) => report.failure.unwrap_or_else(|| panic!("{events:?}")),
    };
    assert_eq!(failure.kind, Kind::Refused);
}

fn device(reconnect: Duration, clients: u64) -> DevicePlan {
    DevicePlan { reconnect: Some(reconnect), clients, ..DevicePlan::default() }
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_for_ever_says_once_that_nobody_is_there() {
    let (_holder, refused) = refusing();
    let stop = CancellationToken::new();
    let plan = ConnectPlan { device: device(ms(10), 3), ..plan(&format!("tcp://{refused}"), &["x"]) };
    let run = tokio::spawn(connect(plan, stop.clone()));
    // An hour, in which nobody has anything to do but to try again.
    assert!(timeout(Duration::from_secs(3600), std::future::pending::<()>()).await.is_err());
    stop.cancel();
    let (outcome, events) = run.await.unwrap();
    assert_eq!(outcome.unwrap().ending, Some(Ending::Stopped));
    let told: Vec<&Failure> = events
        .iter()
        .filter_map(|e| {
            if let What::Notice(Notice::Reconnecting { failure }) = &e.what { Some(failure) } else { None }
        })
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].kind, Kind::Refused);
}

#[tokio::test]
async fn what_cannot_change_is_not_tried_again() {
    let mut plan = ConnectPlan { device: device(ms(10), 1), ..plan("tcp://127.0.0.1:9", &["x"]) };
    plan.source = Some(Address::parse("unix:/tmp/x").unwrap());
    let (outcome, _) = connect(plan, CancellationToken::new()).await;
    assert_eq!(outcome.unwrap_err().kind, Kind::Usage);
}

#[tokio::test]
async fn each_connection_is_a_conversation_of_its_own() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("tcp://{}", server.local_addr().unwrap());
    let stop = CancellationToken::new();
    let mut plan = ConnectPlan { device: device(ms(1), 2), ..plan(&target, &["x"]) };
    plan.script.count = None;
    plan.script.wait = None;
    let run = tokio::spawn(connect(plan, stop.clone()));
    let peers = tokio::task::spawn_blocking(move || {
        use std::io::Read as _;
        let mut said = Vec::new();
        for _ in 0..6 {
            let (mut peer, _) = server.accept().unwrap();
            let mut line = [0; 2];
            peer.read_exact(&mut line).unwrap();
            said.push(line);
        }
        said
    });
    assert_eq!(peers.await.unwrap(), vec![*b"x\n"; 6]);
    stop.cancel();
    let (outcome, events) = run.await.unwrap();
    assert!(outcome.unwrap().summary.accepted >= 6);
    let opened: Vec<Option<u64>> =
        events.iter().filter(|e| matches!(e.what, What::Opened { .. })).map(|e| e.conn).collect();
    let mut numbers = opened.clone();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), opened.len(), "{opened:?}");
}
