//! Events are data: what is written of one reads back as the same, and the bytes of the wire are told where they are asked for.
#![allow(clippy::unwrap_used)] // the functions here are tests' too

use std::{sync::Arc, time::Duration};

use sockeye_core::{
    behaviour::{Common, Reply},
    charset::Charset,
    event::{
        Advice, Anew, Ask, Attempt, Change, CheckVerdict, Counters, CutConnection, CutFamily, CutResult,
        Diagnosis, Dialect, Ending, Event, EventDetail, Failure, FaultTally, FetchStep, Fetched, GapCause,
        IcmpKind, IcmpReport, Judgement, Kind, LatencyBar, LatencyFigures, LatencyPoint, Listed,
        LoadConnections, LoadMode, LoadProgress, LoadRatio, LoadRatios, LoadReport, LoadResult, LoadSystem,
        LoadTally, LocalListener, LookedAt, Measured, Member, Notice, Operation, Outcome, Passing,
        ProbeCause, ProbeState, ProbeTotal, Probed, Proof, Served, SocketInfo, Speaker, Summary, Suppression,
        TallyUnit, Thing, TrapperStanding, TriedCut, UnderWay, Unsent, What, Wrapping,
    },
    frame::{ByteOrder, Check, Framing, Layout},
    session::{Session, SessionConfig},
    stage::Side,
    transfer::Blake3,
    unit::{At, Dir, Medium, Unit, Wall, Way},
};
use sockeye_text::Text;

fn tally() -> FaultTally {
    FaultTally { fault: "drop".into(), way: Way::Up, acts: 12, of: 400, unit: TallyUnit::Datagrams }
}

fn probed() -> Probed {
    let address = "10.0.0.7:80".parse().ok();
    let state = ProbeState::Unreachable;
    let took = Duration::from_millis(3);
    Probed {
        target: "tcp://10.0.0.7:80".into(),
        index: 0,
        number: 7,
        begun: At(Duration::from_secs(6)),
        attempt: Attempt { state, address, lookup: None, connect: None, answer: None, took, then: None },
        since: At::START,
        change: Some(Change { was: ProbeState::Open, lasted: Duration::from_secs(5) }),
        diagnosis: Some(Box::new(Diagnosis {
            cause: ProbeCause::NoWay,
            address,
            source: "10.0.0.1".parse().ok(),
            icmp: Some(IcmpReport { from: "10.0.0.2".parse().unwrap(), kind: IcmpKind::HostUnreachable }),
            listeners: vec![LocalListener {
                address: "[::]:80".parse().unwrap(),
                holder: Some(("x".into(), 1)),
            }],
            looked: vec![LookedAt { address: "10.0.0.7:22".parse().unwrap(), state: ProbeState::Open }],
            detail: Some(Text::verbatim("no route to host")),
            got: b"\x15\x03".as_slice().into(),
        })),
    }
}

fn total() -> ProbeTotal {
    ProbeTotal {
        target: "tcp://10.0.0.7:80".into(),
        index: 0,
        state: Some(ProbeState::Local),
        sent: 4,
        up: 2,
        down: 1,
        local: 1,
        min: Some(Duration::from_micros(1)),
        p50: Some(Duration::from_micros(2)),
        p99: None,
        max: Some(Duration::from_micros(3)),
        jitter: None,
        run: 1,
        longest_outage: Duration::from_secs(2),
        down_since: Some(At::START),
    }
}

/// What is told of a load.
fn loads() -> [What; 3] {
    let tally = LoadTally { sent: 3, answered: 2, errors: 1, delay: 5, ..LoadTally::default() };
    let latency = Some(LatencyFigures { count: 2, min: 1, p50: 2, max: 9, ..LatencyFigures::default() });
    let bars = vec![LatencyBar { upto: 5, count: 1 }, LatencyBar { upto: 10, count: 1 }];
    let measured =
        Measured { target: 1, phase: 2, tally, latencies: vec![1, 9], lost: Some(Ending::PeerReset) };
    let progress = LoadProgress {
        mode: LoadMode::Open,
        addr: "tcp://127.0.0.1:1".into(),
        since: 1,
        lasted: 2,
        is_warm_up: true,
        tally,
        latency,
        bars: bars.clone(),
        open: 4,
        histogram: b"\x01\xff".as_slice().into(),
    };
    let connections = LoadConnections {
        asked: 2,
        opened: 3,
        failed: vec![(Kind::Refused, 1)],
        exhausted: 1,
        took: latency,
        ..LoadConnections::default()
    };
    let result = LoadResult {
        addr: "udp://127.0.0.1:1".into(),
        lasted: 7,
        tally,
        latency,
        bars,
        curve: vec![LatencyPoint { percentile: 99.5, latency: 9 }],
        errors: vec![(Ending::PeerClosed, 1)],
        connections,
    };
    let ratio = Some(LoadRatio { value: 1.5, spread: 0.25 });
    let report = LoadReport {
        mode: LoadMode::Bulk,
        targets: vec![result],
        ratios: Some(LoadRatios { rounds: 2, rate: ratio, p50: ratio, p99: None }),
        seed: 7,
        system: LoadSystem { descriptors: Some(1024), ports: Some((1, 2)), congestion: Some("cubic".into()) },
    };
    [
        What::Measured(Box::new(measured)),
        What::LoadProgress(Box::new(progress)),
        What::Loaded(Box::new(report)),
    ]
}

/// One of each.
fn all() -> Vec<What> {
    let failure = Failure::new(Operation::Send, "tcp://10.0.0.7:80", Kind::Reset, Text::verbatim("reset"))
        .hint(Text::verbatim("try again"));
    let fetched = |step| What::Fetched(Fetched { name: b"a\xff".as_slice().into(), step });
    let notices = [
        Notice::Stranger { from: "udp://1.2.3.4:5".into(), len: 3 },
        Notice::AtLimit { open: 7 },
        Notice::Full { peer: "x".into(), open: 1 },
        Notice::Denied { peer: "x".into() },
        Notice::AcceptFailed { detail: Text::verbatim("no files") },
        Notice::Retry { attempt: 2, failure: failure.clone() },
        Notice::Reconnecting { failure: failure.clone() },
        Notice::Members(vec![Member { conn: 1, peer: "x".into(), name: Some("n".into()) }]),
        Notice::NoSuchConn(9),
        Notice::NoSuchName("n".into()),
        Notice::Using { to: "1,DTU002".into() },
        Notice::CharsetIs { charset: "gbk".into() },
        Notice::Showing { show: sockeye_core::event::Show::Both },
        Notice::NotNamed { detail: Text::verbatim("taken") },
        Notice::Unfinished { len: 2, data: b"\0\xff".as_slice().into() },
        Notice::Skipped { bytes: 4, at: 9 },
        Notice::Unreachable { peer: "x".into() },
        Notice::NoFin,
        Notice::NoReset,
        Notice::Unsent { len: 5, why: Unsent::Ended },
        Notice::Unread,
        Notice::CutCharacter { text: "你".into(), before: 1, after: 2 },
        Notice::Glued { len: 10 },
        Notice::GaveUp { waited: 2_000_000_000, whom: Speaker::Pipe },
        Notice::NoRule,
        Notice::Apart { pieces: 8, reads: 7, gap: 20_000_000 },
        Notice::OneAtATime,
        Notice::Remembers,
        Notice::AnswersOnly { messages: 1 },
        Notice::Gap { lasted: 60_000_000_000, why: GapCause::Suspended },
        Notice::ClockSet { by: -3_600_000 },
        Notice::InTurn { at_once: 96 },
        Notice::HookFailed { target: "tcp://x:1".into(), detail: Text::verbatim("gone") },
        Notice::Trapper {
            server: "tcp://10.0.0.9:10051".into(),
            standing: TrapperStanding::Partly,
            detail: Some(Text::verbatim("2 of 4")),
        },
        Notice::ReadsAs { charset: "gbk".into() },
    ];
    let layout = Layout { size: 2, order: ByteOrder::Little };
    let check = Check::Bad { found: 1, expected: 2, layout };
    let hash = Blake3([7; 32]);
    let (counters, served) =
        (Counters { bytes_in: 3, unsent: 1, ..Counters::default() }, b"a".as_slice().into());
    let cut = TriedCut {
        family: CutFamily::HalfLate,
        number: 2,
        planned: 3,
        message: 1,
        offsets: vec![2],
        gap: Duration::from_millis(20),
        connection: CutConnection::Fresh,
        sent: b"abc".as_slice().into(),
        writes: vec![2, 1],
        result: CutResult::Fail,
        expected: b"ok".as_slice().into(),
        got: b"\xff".as_slice().into(),
        early: 1,
        hung_up: true,
    };
    let judgement = Judgement {
        verdict: CheckVerdict::Fail,
        tried: 2,
        failed: 1,
        skipped: 1,
        smallest: Some(Box::new(cut.clone())),
        advice: Advice::ALL.to_vec(),
    };
    let mut all = vec![
        What::Listening { addr: "tcp://127.0.0.1:1".into(), target: Some("tcp://[::1]:2".into()) },
        What::Tried(Box::new(cut)),
        What::Judged(Box::new(judgement)),
        What::Probed(Box::new(probed())),
        What::ProbeTotal(Box::new(total())),
        What::Opened { peer: "x".into(), local: "y".into(), took: Some(5) },
        What::Stats(Box::new(sockeye_core::event::Stats { lasted: 1, ..Default::default() })),
        What::Named { name: "DTU002".into(), from: Some(1) },
        What::Recv { data: b"\xffhi".as_slice().into(), check, from: Some("z".into()), joined: 1 },
        What::Sticky { len: 3, messages: 2, left: 1 },
        What::Sent { data: b"".as_slice().into(), wrapping: Wrapping::Framed },
        What::Wire { dir: Dir::Out, bytes: b"\0\x01".as_slice().into() },
        What::Ended { dir: Dir::In },
        What::Closing,
        What::Fault { fault: "corrupt".into(), way: Way::Up, offset: 7, amount: 20, bit: Some(3) },
        What::Faults { seed: 42, tallies: vec![tally()] },
        What::Suppressed { peer: "x".into(), why: Suppression::OwnAddress, count: 2 },
        What::Served(Served {
            dialect: Dialect::Http,
            ask: Ask::Get,
            name: served,
            offset: 0,
            bytes: 9,
            outcome: Outcome::Done,
            detail: Some(Box::new(Text::verbatim("d"))),
            lasted: 8,
        }),
        What::UnderWay(UnderWay {
            files: 1,
            rate: 2,
            only: Some(Passing { name: b"n".as_slice().into(), done: 1, size: 2 }),
        }),
        fetched(FetchStep::Begun { size: None, kept: 3 }),
        fetched(FetchStep::Progress { done: 1, size: Some(2), rate: 3 }),
        fetched(FetchStep::Again { why: Anew::Changed }),
        fetched(FetchStep::Complete { to: "a".into(), size: 1, came: 1, hash, proof: Proof::Server }),
        fetched(FetchStep::Kept { partial: ".a.part".into(), done: 1 }),
        What::Listed(Listed { name: b"a".as_slice().into(), is: Thing::Folder, size: 0, mtime_ns: -1 }),
        What::Info(Box::new(SocketInfo { state: Some("established".into()), ..SocketInfo::default() })),
        What::Failed(failure),
        What::Closed { why: Ending::PeerReset, counters, target: Some(Box::new(counters)), lasted: 4 },
        What::Summary(Summary {
            accepted: 1,
            totals: counters,
            faults: vec![tally()],
            seed: Some(42),
            ..Summary::default()
        }),
    ];
    all.extend(loads());
    all.extend(notices.map(What::Notice));
    all
}

#[test]
fn what_is_written_of_an_event_reads_back_as_the_same() {
    for what in all() {
        let event = Event { at: At(Duration::new(3, 141_592_653)), conn: Some(2), leg: None, what };
        let written = serde_json::to_string(&event).unwrap();
        let read: Event = serde_json::from_str(&written).unwrap();
        assert_eq!(read, event, "{written}");
    }
}

#[test]
fn the_wire_is_told_where_it_is_asked_for_and_nowhere_else() {
    for (detail, expected) in [
        (
            EventDetail::Wire,
            vec![(Dir::In, b"hel".to_vec()), (Dir::In, b"lo\n".to_vec()), (Dir::Out, b"hel".to_vec())],
        ),
        (EventDetail::Messages, vec![]),
    ] {
        let common = Arc::new(Common {
            framing: Framing::parse("line").unwrap(),
            charset: Charset::utf8(),
            detail,
            wall: Wall::new(Duration::ZERO, jiff::tz::TimeZone::UTC),
            seed: 1,
            rate: None,
        });
        let config = SessionConfig {
            common: &common,
            conn: 1,
            peer: "tcp://192.0.2.1:1".into(),
            local: "tcp://192.0.2.2:2",
            took: None,
            medium: Medium::Stream,
            side: Side::Server,
            faults: &[],
            idle: None,
        };
        let reply =
            Reply::parse("echo", Charset::utf8(), &|_| Err(sockeye_text::Text::verbatim(""))).unwrap();
        let mut session = Session::open(config, reply.start(), At::START);
        session.receive(Unit::Data(b"hel"), At::START);
        session.receive(Unit::Data(b"lo\n"), At::START);
        session.out().wrote(3);
        let mut events = Vec::new();
        session.drain_events(&mut events);
        let wire: Vec<(Dir, Vec<u8>)> = events
            .into_iter()
            .filter_map(|event| match event.what {
                What::Wire { dir, bytes } => Some((dir, bytes.to_vec())),
                _ => None,
            })
            .collect();
        assert_eq!(wire, expected, "{detail:?}");
    }
}
