//! What only the inside shows: faults that end a conversation, and what a session keeps of one that is over.
//! Never what a driver can see: the tests beside the crate have that.

use std::{sync::Arc, time::Duration};

use super::{Session, SessionConfig};
use crate::{
    behaviour::{Common, Reply},
    charset::Charset,
    event::{Ending, Event, EventDetail, What},
    frame::Framing,
    stage::{
        Chain, Side, Stage,
        tests::{Ender, Mark, here},
    },
    unit::{At, Close, Medium, Unit, Wall},
};

fn echo() -> Session {
    let common = Arc::new(Common {
        framing: Framing::raw(),
        charset: Charset::utf8(),
        detail: EventDetail::Messages,
        wall: Wall::new(Duration::ZERO, jiff::tz::TimeZone::UTC),
        seed: 0,
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
    let reply = Reply::parse("echo", Charset::utf8(), &|_| Err(sockeye_text::Text::verbatim(""))).unwrap();
    Session::open(config, reply.start(), At::START)
}

fn deadly(close: Close) -> Vec<Box<dyn Stage>> {
    vec![Mark::boxed(b'.', 0, Some(close))]
}

#[test]
fn a_fault_on_the_way_in_ends_it_and_nothing_behind_it_is_heard() {
    for (close, why) in [(Close::Graceful, Ending::Closed), (Close::Reset, Ending::Reset)] {
        let mut session = echo();
        session.inward = Chain::of(here(EventDetail::Messages), deadly(close));
        for word in [&b"one"[..], b"Z", b"two"] {
            session.receive(Unit::Data(word), At::START);
        }
        session.receive(Unit::End, At::START);
        assert_eq!(session.closing(), Some(close));
        assert!(!session.wants_input());
        assert_eq!(session.out().front(), b"one.", "what came before is answered");
        session.tick(At(Duration::from_secs(1)));
        assert_eq!(session.counters().messages_in, 1);
        assert_eq!(session.finish(Ending::PeerClosed, At::START), why);
    }
}

#[test]
fn a_fault_on_the_way_out_ends_it_after_what_passed() {
    for close in [Close::Graceful, Close::Reset] {
        let mut session = echo();
        session.out.set_outward(Chain::of(here(EventDetail::Messages), deadly(close)));
        for word in [&b"one"[..], b"Z", b"two"] {
            session.receive(Unit::Data(word), At::START);
        }
        assert_eq!(session.out().front(), b"one.");
        assert_eq!(session.closing(), None, "what came before leaves first");
        session.out().wrote(4);
        session.resume(At::START);
        assert_eq!(session.closing(), Some(close));
        assert!(!session.out().has_front());
        assert_eq!(session.out().fin_due(), close == Close::Graceful, "a FIN, or a reset without one");
    }
}

#[test]
fn over_is_over() {
    let mut session = echo();
    session.receive(Unit::Data(b"unsent"), At::START);
    session.finish(Ending::PeerReset, At::START);
    let (counters, mut events) = (*session.counters(), Vec::new());
    session.receive(Unit::Data(b"late"), At::START);
    session.receive(Unit::End, At::START);
    session.tick(At::START);
    session.resume(At::START);
    assert_eq!((session.wake(), session.wants_input(), *session.counters()), (None, false, counters));
    session.drain_events(&mut events);
    assert!(matches!(events.last(), Some(Event { what: What::Closed { .. }, .. })));
}

#[test]
fn an_end_that_a_fault_makes_on_the_way_out_is_a_fin_and_nothing_follows() {
    let mut session = echo();
    session.out.set_outward(Chain::of(here(EventDetail::Messages), vec![Ender::boxed(1)]));
    for word in [&b"one"[..], b"two", b"three"] {
        session.receive(Unit::Data(word), At::START);
        let len = session.out().front().len();
        session.out().wrote(len);
        session.resume(At::START);
    }
    assert_eq!(session.counters().bytes_out, 3);
    assert!(session.out().fin_due() && !session.out().is_open(), "a FIN is due");
    session.out().fin_done();
    assert!(session.wants_input(), "the peer may go on");
    let mut events = Vec::new();
    session.finish(Ending::Closed, At::START);
    session.drain_events(&mut events);
    let Some(What::Closed { counters, .. }) = events.last().map(|event| &event.what) else { panic!() };
    assert_eq!((counters.unsent, counters.messages_out), (3, 1), "what the fault kept back is counted");
}

#[test]
fn an_end_that_a_fault_makes_on_the_way_in_is_the_peers_and_nothing_follows() {
    let mut session = echo();
    session.inward = Chain::of(here(EventDetail::Messages), vec![Ender::boxed(1)]);
    for word in [&b"one"[..], b"two", b"three"] {
        session.receive(Unit::Data(word), At::START);
    }
    assert_eq!((session.counters().messages_in, session.counters().bytes_in), (1, 11));
    assert_eq!(session.out().front(), b"one");
    session.out().wrote(3);
    assert!(session.out().fin_due(), "the echo has heard an end, and ends too");
}
