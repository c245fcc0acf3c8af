//! The course of a conversation: opened, answered, half-closed in either order, closed, stopped, reset.
//! Never the details of one reply, framing or fault.

use sockeye_core::{
    event::{Ending, Failure, Kind, Operation, What},
    unit::{At, Close},
};

use crate::rig::{Rig, Setup, ms};

#[test]
fn a_message_is_answered_and_the_peer_closes() {
    let mut rig = Setup::replying("text:you said {text}").framed("line").open();
    assert_eq!(rig.story(), "opened");
    rig.hear(b"hello\n");
    assert_eq!(rig.text(), "you said hello\n");
    rig.hear_end();
    assert!(rig.fin.is_some() && rig.session.is_done());
    rig.at = At(ms(3));
    assert_eq!(rig.finish(Ending::PeerClosed), Ending::PeerClosed);
    assert_eq!(rig.story(), "opened recv sent ended-in ended-out closed");
    let Some(What::Closed { why, counters, lasted, .. }) = rig.whats().last() else {
        panic!("{}", rig.story())
    };
    assert_eq!((*why, *lasted), (Ending::PeerClosed, 3_000_000));
    assert_eq!((counters.bytes_in, counters.bytes_out, counters.reads), (6, 15, 1));
    assert_eq!((counters.messages_in, counters.messages_out, counters.dropped), (1, 1, 0));
}

#[test]
fn opened_names_both_ends() {
    let rig = Setup::replying("echo").open();
    let Some(What::Opened { peer, local, .. }) = rig.whats().next() else { panic!("{}", rig.story()) };
    assert_eq!((peer.as_str(), local.as_str()), ("tcp://192.0.2.1:40000", "tcp://192.0.2.2:8888"));
    assert_eq!(rig.events.first().map(|event| event.conn), Some(Some(1)));
}

#[test]
fn the_peers_end_is_answered_after_all_that_waits() {
    let mut rig = Setup::replying("echo").open();
    rig.take(b"one");
    rig.take(b"two");
    rig.take_end();
    // Nothing has been written yet, so our direction is not over either.
    assert!(!rig.session.out().fin_due() && !rig.session.is_done());
    assert!(rig.write(4));
    assert!(!rig.session.out().fin_due());
    rig.settle();
    assert_eq!(rig.text(), "onetwo");
    assert!(rig.session.is_done());
}

#[test]
fn our_end_first_still_hears_the_peer() {
    let mut rig = Setup::replying("discard").open();
    rig.session.say(b"that is all", rig.at);
    rig.session.end(rig.at);
    rig.settle();
    assert_eq!((rig.text().as_str(), rig.fin), ("that is all", Some(At::START)));
    assert!(!rig.session.is_done() && rig.session.wants_input());
    rig.hear(b"late");
    rig.hear(b"later");
    rig.session.say(b"too late", rig.at);
    rig.hear_end();
    assert!(rig.session.is_done());
    assert_eq!(rig.received(), [b"late".to_vec(), b"later".to_vec()]);
    assert_eq!(rig.counters().dropped, 1, "what is said after our end is counted, not sent");
    assert_eq!(rig.text(), "that is all");
}

#[test]
fn ends_in_either_order_are_told_once_each() {
    for ours_first in [true, false] {
        let mut rig = Setup::replying("discard").open();
        for ours in [ours_first, !ours_first] {
            if ours {
                rig.session.end(rig.at);
                rig.settle();
                rig.session.end(rig.at);
                rig.settle();
            } else {
                rig.hear_end();
            }
        }
        rig.finish(Ending::PeerClosed);
        // The peer's end makes a responder end, too.
        let story = if ours_first { "ended-out ended-in" } else { "ended-in ended-out" };
        assert_eq!(rig.story(), format!("opened {story} closed"));
    }
}

#[test]
fn stopping_sends_what_waits_and_hears_no_more() {
    let mut rig = Setup::replying("echo").open();
    rig.take(b"asked before");
    rig.session.close(Close::Graceful, Ending::Stopped, rig.at);
    assert!(!rig.session.wants_input());
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    rig.settle();
    assert_eq!(rig.text(), "asked before");
    assert!(rig.session.out().is_over());
    assert_eq!(rig.finish(Ending::Closed), Ending::Stopped, "the first reason counts");
}

#[test]
fn a_reset_does_not_wait_for_what_waits() {
    let mut rig = Setup::replying("echo").open();
    rig.take(b"never answered");
    rig.session.close(Close::Reset, Ending::Reset, rig.at);
    assert_eq!(rig.session.closing(), Some(Close::Reset));
    assert!(!rig.session.out().fin_due(), "a reset has no FIN");
    rig.session.close(Close::Graceful, Ending::Closed, rig.at);
    assert_eq!(rig.session.closing(), Some(Close::Reset), "nothing makes it graceful again");
    assert_eq!(rig.finish(Ending::PeerClosed), Ending::Reset);
}

#[test]
fn nothing_follows_closed() {
    for fault in ["", "latency=40ms", "slice=1"] {
        let faults: Vec<&str> = [fault].into_iter().filter(|f| !f.is_empty()).collect();
        let mut rig = Setup::replying("echo").faulty(&faults).idle(ms(100)).open();
        rig.hear(b"one");
        rig.finish(Ending::PeerReset);
        rig.at = At(ms(50));
        rig.take(b"two");
        rig.tick();
        rig.session.say(b"three", rig.at);
        rig.session.note(
            What::Failed(Failure::new(
                Operation::Receive,
                "x",
                Kind::Reset,
                sockeye_text::Text::verbatim("reset"),
            )),
            rig.at,
        );
        rig.session.close(Close::Graceful, Ending::Closed, rig.at);
        rig.settle();
        rig.hear_end();
        rig.pass(ms(500));
        assert_eq!(rig.finish(Ending::Closed), Ending::PeerReset);
        assert_eq!(rig.whats().filter(|w| matches!(w, What::Closed { .. })).count(), 1);
        assert!(matches!(rig.whats().last(), Some(What::Closed { .. })), "{fault}: {}", rig.story());
    }
}

#[test]
fn a_link_that_takes_no_more_ends_our_direction_only() {
    let mut rig = Setup::replying("discard").open();
    rig.session.say(b"never taken", rig.at);
    rig.session.out().abandon();
    rig.settle();
    assert!(rig.session.out().is_over() && !rig.session.out().has_front());
    assert_eq!(rig.counters().dropped, 1);
    rig.hear(b"still heard");
    assert_eq!(rig.received(), [b"still heard".to_vec()]);
    rig.hear_end();
    assert!(rig.session.is_done());
}

#[test]
fn a_buffer_that_goes_back_as_it_came_is_not_copied() {
    let whole: Vec<u8> = (0..60_000_u32).flat_map(u32::to_le_bytes).collect();
    let taken = |rig: &mut Rig, bytes: &[u8]| {
        let mut buffer = bytes.to_vec();
        let place = buffer.as_ptr();
        rig.session.receive_buffer(&mut buffer, rig.at);
        (buffer.is_empty(), rig.session.out().front().as_ptr() == place)
    };
    let mut rig = Setup::replying("echo").open();
    assert_eq!(taken(&mut rig, &whole), (true, true));
    assert_eq!(rig.session.out().backlog(), whole.len());
    // What comes before it has gone is put behind it.
    assert_eq!(taken(&mut rig, &whole), (false, false));
    rig.settle();
    assert_eq!(rig.wire(), [whole.clone(), whole.clone()].concat());
    let counters = rig.counters();
    assert_eq!((counters.bytes_in, counters.bytes_out), (2 * whole.len() as u64, 2 * whole.len() as u64));
    assert_eq!((counters.messages_in, counters.messages_out), (2, 2));

    for setup in [Setup::replying("text:{text}"), Setup::replying("echo").faulty(&["slice=50000,gap=0s"])] {
        let mut rig = setup.open();
        assert_eq!(taken(&mut rig, &whole), (false, false), "{setup:?}");
        rig.settle();
        assert!(rig.wire().starts_with(&whole), "{setup:?}");
    }
}
