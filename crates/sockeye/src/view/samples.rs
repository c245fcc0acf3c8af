//! Events and contexts for the tests of views: one of everything, at known times.
//! Never used outside of tests.

use std::time::Duration;

use sockeye_core::{
    address::Address,
    charset::Charset,
    event::{
        Conn, Counters, CutConnection, CutFamily, CutResult, Ending, Event, Failure, Kind, Notice, Operation,
        Summary, Suppression, TriedCut, What, Wrapping,
    },
    frame::{Check, Framing},
    unit::{At, Dir, Wall, Way},
};

use super::{Colours, Page, Role, Show, Signs, Stream, View, ViewContext};

/// 2026-11-21 10:00:00 in UTC, when all samples begin.
pub(crate) const TEN: u64 = 1_795_255_200;

/// ViewContext of a listener on loopback: UTF-8, raw, no colours.
pub(crate) fn context() -> ViewContext {
    ViewContext {
        wall: Wall::new(Duration::from_secs(TEN), jiff::tz::TimeZone::UTC),
        job: None,
        admits: crate::say::Admits::Everybody,
        role: Role::Listen,
        address: Address::parse("8888").unwrap(),
        charset: Charset::utf8(),
        framing: Framing::raw(),
        show: Show::Text,
        frames: crate::view::FrameDetail::Messages,
        signs: Signs::Unicode,
        colours: Colours::Off,
        offer: None,
    }
}

/// An event 123 ms after the beginning.
pub(crate) fn event(conn: impl Into<Option<Conn>>, what: What) -> Event {
    Event { at: At(Duration::from_millis(123)), conn: conn.into(), leg: None, what }
}

/// A message received.
pub(crate) fn recv(conn: Conn, data: &[u8]) -> Event {
    event(conn, What::Recv { data: data.into(), check: Check::None, from: None, joined: 0 })
}

/// A message sent.
pub(crate) fn sent(conn: Conn, data: &[u8]) -> Event {
    event(conn, What::Sent { data: data.into(), wrapping: Wrapping::Framed })
}

/// A conversation over.
pub(crate) fn closed(conn: Conn, why: Ending) -> Event {
    let counters = Counters { bytes_in: 5, messages_in: 1, reads: 1, ..Counters::default() };
    event(conn, What::Closed { why, counters, target: None, lasted: 1_500_000_000 })
}

/// A cut that failed, with these bytes sent, expected and got but for the first.
pub(crate) fn tried(bytes: &[u8]) -> Event {
    event(
        None,
        What::Tried(Box::new(TriedCut {
            family: CutFamily::Split,
            number: 1,
            planned: 2,
            message: 1,
            offsets: vec![2],
            gap: Duration::from_millis(20),
            connection: CutConnection::Fresh,
            sent: bytes.into(),
            writes: vec![2, 3],
            result: CutResult::Fail,
            expected: bytes.into(),
            got: bytes[1..].into(),
            early: 1,
            hung_up: false,
        })),
    )
}

/// A run over.
pub(crate) fn summary() -> Event {
    let totals = Counters {
        bytes_in: 5,
        messages_in: 1,
        bytes_out: 7,
        messages_out: 2,
        reads: 1,
        ..Counters::default()
    };
    event(
        None,
        What::Summary(Summary {
            accepted: 1,
            refused: 2,
            reset: 3,
            totals,
            lasted: 2_000_000_000,
            ..Summary::default()
        }),
    )
}

/// One of everything else.
pub(crate) fn others() -> Vec<Event> {
    let failure = Failure::new(
        Operation::Receive,
        "tcp://10.0.0.7:5",
        Kind::Framing,
        sockeye_text::Text::verbatim("too long"),
    );
    vec![
        event(None, What::Listening { addr: "tcp://127.0.0.1:8888".to_owned(), target: None }),
        event(
            1,
            What::Opened {
                peer: "tcp://127.0.0.1:5".to_owned(),
                local: "tcp://127.0.0.1:8888".to_owned(),
                took: Some(1_234_567),
            },
        ),
        event(1, What::Sticky { len: 15, messages: 3, left: 0 }),
        event(1, What::Ended { dir: Dir::In }),
        event(1, What::Ended { dir: Dir::Out }),
        event(1, What::Fault { fault: "latency".into(), way: Way::Down, offset: 7, amount: 20, bit: None }),
        event(
            None,
            What::Suppressed { peer: "udp://1.2.3.4:5".to_owned(), why: Suppression::OwnAddress, count: 2 },
        ),
        event(1, What::Notice(Notice::Unfinished { len: 2, data: b"ab".as_slice().into() })),
        event(1, What::Failed(failure)),
    ]
}

/// What a view makes of `events`: standard output and standard error.
pub(crate) fn shown(view: &mut dyn View, events: &[Event]) -> (Vec<u8>, String) {
    let mut page = Page::default();
    for event in events {
        view.show(event, &mut page);
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    for (stream, bytes) in page.take() {
        match stream {
            Stream::Out => out.extend(bytes),
            Stream::Err => err.extend(bytes),
        }
    }
    (out, String::from_utf8(err).unwrap())
}

/// Standard output alone, as text.
pub(crate) fn out(view: &mut dyn View, events: &[Event]) -> String {
    String::from_utf8(shown(view, events).0).unwrap()
}
