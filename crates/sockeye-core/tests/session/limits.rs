//! The bounds of a conversation: what waits for the peer, messages a second, silence.
//! Never a limit of framing: `framing` has those.

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    behaviour::Bucket,
    event::{Ending, What},
    limit::{FAULT_HOLD, OUTBOX, READ},
    unit::{At, Medium},
};

use crate::rig::{Setup, ms};

#[test]
fn a_peer_that_never_reads_stops_being_read_and_goes_on_where_it_stopped() {
    let mut rig = Setup::replying("echo").unseen().open();
    let chunk = vec![b'x'; 1000];
    let mut sent = 0;
    while rig.session.wants_input() {
        rig.take(&chunk);
        sent += chunk.len();
        assert!(sent < 2 * OUTBOX, "it reads for ever");
    }
    assert!(sent >= OUTBOX, "it stopped reading with {sent} bytes waiting");
    assert!(rig.session.out().backlog() < OUTBOX + chunk.len());
    // A few bytes read by the peer are room for more.
    rig.write(2 * chunk.len());
    assert!(rig.session.wants_input());
    rig.settle();
    assert_eq!(rig.wire().len(), sent);
}

#[test]
fn it_reads_on_while_a_little_waits() {
    // An echo that reads only when nothing waits to be written deadlocks against a peer that writes before it reads.
    let mut rig = Setup::replying("echo").open();
    rig.take(b"waits");
    assert!(rig.session.out().has_front() && rig.session.wants_input());
}

#[test]
fn a_message_behind_a_full_outbox_is_kept_and_answered_later() {
    let mut rig = Setup::replying("text:{text}{text}").framed("line").open();
    let long = "y".repeat(OUTBOX);
    rig.take(format!("{long}\nsecond\nthird\n").as_bytes());
    rig.take_end();
    assert_eq!(rig.received().len(), 1, "the rest is not heard before there is room");
    assert!(!rig.session.wants_input() && !rig.session.is_done());
    rig.settle();
    assert_eq!(rig.received().len(), 3);
    assert_eq!(rig.text(), format!("{long}{long}\nsecondsecond\nthirdthird\n"));
    assert!(rig.session.is_done(), "the end that came meanwhile is not forgotten");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Both push at once through pipes that hold little, in pieces of any size: all of it comes back, and neither the
    /// outbox nor the pipes ever hold more than their bound.
    #[test]
    fn an_echo_pushed_both_ways_never_deadlocks(
        pipe in 1..200_000_usize,
        sizes in vec((1..READ, 1..READ, 1..READ), 1..20),
        framed: bool,
    ) {
        let setup = Setup::replying("echo").unseen();
        let mut rig = if framed { setup.framed("fixed=7") } else { setup }.open();
        let total = 12 * OUTBOX / 7 * 7;
        let (mut pushed, mut up, mut down, mut back) = (0, 0, 0, 0);
        let mut stalled = 0;
        for (push, write, read) in sizes.iter().cycle() {
            let before = (pushed, up, down, back);
            // The peer pushes into the pipe, reading or not.
            let n = (*push).min(total - pushed).min(pipe - up);
            (pushed, up) = (pushed + n, up + n);
            if rig.session.wants_input() && up > 0 {
                let n = up.min(READ);
                rig.take(&vec![b'z'; n]);
                up -= n;
            }
            let (room, had) = (pipe - down, rig.counters().bytes_out);
            if room > 0 {
                rig.write((*write).min(room));
                rig.writes.clear();
            }
            down += usize::try_from(rig.counters().bytes_out - had).unwrap();
            let n = (*read).min(down);
            (down, back) = (down - n, back + n);
            prop_assert!(rig.session.out().backlog() <= OUTBOX + READ);
            if back == total {
                break;
            }
            stalled = if before == (pushed, up, down, back) { stalled + 1 } else { 0 };
            prop_assert!(stalled < 3, "deadlock with {back} of {total} back, {pushed} pushed");
        }
        prop_assert_eq!(rig.counters().messages_in, rig.counters().messages_out);
    }

    /// However often one asks, a bucket gives its burst and then its rate, no more and hardly less.
    #[test]
    fn a_bucket_keeps_its_rate(rate in 1..5000_u64, gaps in vec(0..2_000_000_u64, 1..300)) {
        let mut bucket = Bucket::new(rate);
        let (mut at, mut taken) = (At::START, 0_u64);
        for gap in gaps {
            at = at.after(std::time::Duration::from_micros(gap));
            while bucket.take(at) {
                taken += 1;
            }
            let most = u128::from(rate) + at.0.as_nanos() * u128::from(rate) / 1_000_000_000;
            prop_assert!(u128::from(taken) <= most, "{taken} in {:?} at {rate} a second", at.0);
            prop_assert!(bucket.next() > at);
        }
        let next = bucket.next();
        prop_assert!(!bucket.take(At(next.0 - std::time::Duration::from_nanos(1))));
        prop_assert!(bucket.take(next), "the time it names is the time");
    }
}

#[test]
fn a_rate_is_kept_in_the_long_run() {
    let mut rig = Setup::replying("echo").framed("line").rate(10).open();
    rig.hear(&b"m\n".repeat(200));
    let burst = rig.received().len();
    assert!((10..=11).contains(&burst), "one second's worth at once, not {burst}");
    assert!(!rig.session.wants_input(), "what is over the rate stays with the peer");
    rig.pass(ms(5000));
    let then = rig.received().len() - burst;
    assert!((49..=51).contains(&then), "10 a second for 5 s, not {then}");
    rig.take_end();
    rig.pass(ms(30_000));
    assert_eq!(rig.received().len(), 200, "slowed down, not lost");
    assert_eq!(rig.text(), "m\n".repeat(200));
    assert!(rig.session.is_done());
}

#[test]
fn a_datagram_over_the_rate_is_heard_and_not_answered() {
    let mut rig = Setup::replying("echo").datagrams().rate(10).open();
    for _ in 0..30 {
        rig.hear(b"?");
    }
    assert_eq!((rig.received().len(), rig.writes.len()), (30, 10));
    assert_eq!(rig.counters().suppressed, 20);
    rig.pass(ms(500));
    for _ in 0..30 {
        rig.hear(b"?");
    }
    assert_eq!(rig.writes.len(), 15);
}

#[test]
fn silence_ends_it_after_the_limit_and_no_sooner() {
    let mut rig = Setup::replying("echo").idle(ms(1000)).open();
    rig.pass(ms(900));
    rig.hear(b"still here");
    rig.pass(ms(999));
    assert_eq!(rig.session.closing(), None, "what came began the time anew");
    rig.pass(ms(1));
    assert!(rig.session.closing().is_some());
    rig.settle();
    assert!(rig.fin.is_some());
    assert_eq!(rig.finish(Ending::Closed), Ending::Idle);
}

#[test]
fn an_idle_close_that_cannot_write_does_not_spin() {
    let mut rig = Setup::replying("echo").idle(ms(100)).open();
    rig.take(b"never read");
    rig.pass_unread(ms(100));
    assert!(rig.session.closing().is_some());
    rig.pass_unread(ms(5000));
    rig.settle();
    assert_eq!(rig.text(), "never read");
}

#[test]
fn delayed_input_behind_a_full_outbox_does_not_spin() {
    let mut rig = Setup::replying("echo").faulty(&["latency=50ms,dir=up"]).unseen().open();
    let mut sent = 0;
    while sent < 2 * OUTBOX {
        rig.take(&[b'x'; 10_000]);
        sent += 10_000;
        rig.at = rig.at.after(ms(1));
    }
    rig.pass_unread(ms(5000));
    rig.pass(ms(100));
    assert_eq!(rig.wire().len(), sent);
}

#[test]
fn what_faults_hold_is_bounded() {
    let mut rig = Setup::replying("discard").faulty(&["latency=10s"]).unseen().open();
    let mut sent = 0;
    while rig.session.wants_input() {
        rig.take(&[0; READ]);
        sent += READ;
        assert!(sent <= FAULT_HOLD + READ);
    }
    assert!(sent >= FAULT_HOLD);
    rig.pass(ms(10_000));
    assert!(rig.session.wants_input());
    assert_eq!(rig.counters().messages_in as usize, sent / READ);
}

#[test]
fn what_rules_hold_back_is_bounded() {
    let setup = Setup::ruled("[[rule]]\nprefix = 'x'\nreply = '{text}'\ndelay = '10s'\n").unseen();
    let mut rig = setup.open();
    let mut sent = 0;
    while rig.session.wants_input() {
        rig.take(&[b'x'; 10_000]);
        sent += 10_000;
        assert!(sent <= 2 * OUTBOX, "delayed answers without bound");
    }
    rig.pass(ms(10_001));
    assert!(rig.session.wants_input());
    assert_eq!(rig.wire().len(), sent);
}

#[test]
fn datagrams_and_streams_differ_in_what_over_the_rate_means() {
    for medium in [Medium::Stream, Medium::Datagram] {
        let mut rig = Setup { medium, ..Setup::replying("echo").framed("line").rate(1) }.open();
        rig.hear(b"a\nb\nc\nd\n");
        let suppressed = rig.counters().suppressed;
        assert_eq!(suppressed > 0, medium == Medium::Datagram, "{medium:?}: {suppressed}");
        assert!(rig.whats().all(|what| !matches!(what, What::Failed(_))));
    }
}
