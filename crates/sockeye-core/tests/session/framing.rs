//! Messages through a whole conversation: cut anywhere, glued, damaged, too long, as datagrams, and with nobody looking.
//! Never how a framing cuts: the framings' own tests have that.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use sockeye_core::{
    event::{Ending, Kind, Notice, What},
    frame::{Check, Checksum, rows},
    unit::At,
};

use crate::rig::{Rig, Setup, joined, ms};

/// Every sample of every framing that cuts messages.
fn specs() -> Vec<&'static str> {
    rows().filter(|row| !matches!(row.name, "raw" | "idle")).flat_map(|row| row.samples).copied().collect()
}

/// What `setup`'s framing makes of `messages`: those it can carry, with the header filled in where that is part of them.
fn carried(setup: &Setup, messages: &[&[u8]]) -> Vec<Vec<u8>> {
    let through = |message: &[u8]| {
        let mut wire = Vec::new();
        setup.framing.encode(message, &mut wire).ok()?;
        let mut rig = Setup { reply: Setup::replying("discard").reply, ..setup.clone() }.open();
        rig.hear(&wire);
        <[Vec<u8>; 1]>::try_from(rig.received()).ok().map(|[message]| message)
    };
    let once = messages.iter().filter_map(|message| through(message));
    once.filter(|message| through(message).as_ref() == Some(message)).collect()
}

const MESSAGES: [&[u8]; 9] = [
    b"hello",
    b"12345678",
    b"",
    b"seven..",
    b"!",
    &[0x01, 0x02, 0, 0, 0, 0x01, b'z'],
    "你好".as_bytes(),
    b"fourteen bytes",
    // Modbus: the same as a request and as its answer.
    &[0x01, 0x06, 0, 0x01, 0, 0x2a],
];

#[test]
fn every_framing_cut_anywhere_gives_the_same_messages_and_bytes() {
    for spec in specs() {
        for sum in [false, true] {
            let setup = Setup::replying("echo").framed(spec);
            // Frames that have a checksum of their own take no other.
            let crc = Checksum::parse("crc16-modbus").unwrap();
            if sum && setup.framing.clone().with_checksum(crc).is_err() {
                continue;
            }
            let setup = if sum { setup.summed("crc16-modbus") } else { setup };
            let messages = carried(&setup, &MESSAGES);
            let wire = joined(&setup.framing, &messages);
            for at in 0..=wire.len() {
                let mut rig = setup.open();
                for part in [&wire[..at], &wire[at..]] {
                    if !part.is_empty() {
                        rig.hear(part);
                    }
                }
                rig.hear_end();
                assert_eq!(rig.received(), messages, "{spec} cut at {at}");
                assert_eq!(rig.wire(), wire, "{spec} cut at {at}");
                assert!(rig.session.is_done() && rig.failures().is_empty(), "{spec} cut at {at}");
            }
        }
    }
}

#[test]
fn every_framing_carries_something() {
    let carries = |spec: &&str| !carried(&Setup::replying("echo").framed(spec), &MESSAGES).is_empty();
    let without: Vec<&str> = specs().into_iter().filter(|spec| !carries(spec)).collect();
    assert_eq!(without, [""; 0], "the test above would test nothing of these");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_framing_in_any_pieces_gives_the_same(
        messages in vec(vec(any::<u8>(), 0..40), 0..8),
        pieces in vec(1..25_usize, 1..20),
    ) {
        for spec in specs() {
            let setup = Setup::replying("echo").framed(spec);
            let borrowed: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
            let messages = carried(&setup, &borrowed);
            let wire = joined(&setup.framing, &messages);
            let mut rig = setup.open();
            let (mut rest, mut sizes) = (&wire[..], pieces.iter().cycle());
            while !rest.is_empty() {
                let (now, later) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                rig.hear(now);
                rest = later;
            }
            rig.hear_end();
            prop_assert_eq!(rig.received(), messages, "{}", spec);
            prop_assert_eq!(rig.wire(), wire, "{}", spec);
            prop_assert!(rig.session.is_done());
        }
    }
}

fn sticky(rig: &Rig) -> Vec<(usize, u64, usize)> {
    let told = |what: &What| match what {
        What::Sticky { len, messages, left } => Some((*len, *messages, *left)),
        _ => None,
    };
    rig.whats().filter_map(told).collect()
}

#[test]
fn a_read_that_is_not_one_message_is_told() {
    let mut rig = Setup::replying("echo").framed("line").open();
    rig.hear(b"one\n");
    assert_eq!(sticky(&rig), [], "one read, one message: nothing to learn");
    rig.hear(b"two\nthree\nfour\n");
    assert_eq!(sticky(&rig), [(15, 3, 0)], "several were glued");
    rig.hear(b"fi");
    rig.hear(b"ve");
    rig.hear(b"\nsix\nsev");
    assert_eq!(sticky(&rig)[1..], [(2, 0, 2), (2, 0, 4), (8, 2, 3)], "a message came in parts");
    rig.hear(b"en\n");
    assert_eq!(sticky(&rig).len(), 4, "this read ended one message and carried no more");
    let order = rig.story();
    assert!(
        order.contains("recv recv recv sticky sent sent sent"),
        "the messages before the word about them: {order}"
    );
    assert!(order.ends_with("recv sent"), "{order}");
}

#[test]
fn where_edges_prove_nothing_nothing_is_told() {
    for setup in [
        Setup::replying("echo"),
        Setup::replying("echo").framed("idle=10"),
        Setup::replying("echo").framed("line").datagrams(),
        Setup::replying("echo").framed("line").unseen(),
    ] {
        let mut rig = setup.open();
        rig.hear(b"one\ntwo\nth");
        rig.hear(b"ree\n");
        rig.pass(ms(20));
        assert_eq!(sticky(&rig), [], "{:?}", setup.framing);
    }
}

#[test]
fn idle_chunks_end_where_nothing_came() {
    let mut rig = Setup::replying("echo").framed("idle=20").open();
    rig.hear(b"to");
    rig.pass(ms(19));
    rig.hear(b"gether");
    rig.pass(ms(19));
    assert_eq!(rig.received().len(), 0);
    rig.pass(ms(1));
    assert_eq!(rig.received(), [b"together".to_vec()]);
    rig.hear(b"cut by the end");
    rig.hear_end();
    assert_eq!(rig.received().len(), 2);
    assert_eq!(rig.text(), "togethercut by the end");
}

#[test]
fn a_bad_checksum_is_shown_and_counted_and_not_acted_upon() {
    let mut rig = Setup::replying("echo").framed("len=2").summed("crc16-modbus").open();
    let mut wire =
        joined(&Setup::replying("echo").framed("len=2").summed("crc16-modbus").framing, &[b"good".to_vec()]);
    let good = wire.clone();
    *wire.last_mut().unwrap() ^= 1;
    rig.hear(&wire);
    rig.hear(&good);
    assert_eq!(rig.received(), [b"good".to_vec(), b"good".to_vec()], "shown");
    let checks: Vec<bool> = rig
        .whats()
        .filter_map(|what| match what {
            What::Recv { check, .. } => {
                Some(matches!(check, Check::Bad { found, expected, .. } if found != expected))
            }
            _ => None,
        })
        .collect();
    assert_eq!(checks, [true, false]);
    assert_eq!((rig.counters().bad_checksums, rig.counters().messages_in), (1, 2));
    assert_eq!(rig.wire(), good, "only the good one is answered, and the conversation goes on");
    assert_eq!(rig.session.closing(), None);
}

#[test]
fn a_frame_over_the_limit_ends_it_with_the_reason() {
    let mut rig = Setup::replying("echo").framed("len=4").open();
    rig.hear(b"\0\0\0\x02ok");
    rig.hear(b"\x7f\xff\xff\xff and then some");
    assert!(rig.session.closing().is_some() && !rig.session.wants_input());
    let [failure] = &rig.failures()[..] else { panic!("{:?}", rig.failures()) };
    assert!(failure.contains("2147483647") && failure.contains("16777216"), "{failure}");
    let kind = |what: &What| matches!(what, What::Failed(f) if f.kind == Kind::Framing);
    assert!(rig.whats().any(kind));
    assert_eq!(rig.wire(), b"\0\0\0\x02ok", "what came before was answered");
    assert!(rig.fin.is_some());
    // The end of a stream that is broken already breaks it no further.
    rig.hear_end();
    assert_eq!((rig.failures().len(), rig.counters().dropped), (1, 1));
    assert_eq!(rig.finish(Ending::Closed), Ending::Refused);
}

#[test]
fn a_frame_cut_short_by_the_end_is_told_with_its_bytes() {
    let mut rig = Setup::replying("echo").framed("len=4").open();
    rig.hear(b"\0\0\0\x0aonly");
    rig.hear_end();
    let left = rig.whats().find_map(|what| match what {
        What::Notice(Notice::Unfinished { data, .. }) => Some(data.to_vec()),
        _ => None,
    });
    assert_eq!(left.as_deref(), Some(&b"\0\0\0\x0aonly"[..]));
    assert_eq!(rig.failures().len(), 1);
    assert_eq!(rig.finish(Ending::PeerClosed), Ending::Refused);
}

#[test]
fn an_answer_that_framing_cannot_carry_is_told_and_the_rest_goes_on() {
    let mut rig = Setup::replying("text:two\nlines").framed("line").open();
    rig.hear(b"?\n");
    assert_eq!((rig.text().as_str(), rig.counters().dropped), ("", 1));
    let [failure] = &rig.failures()[..] else { panic!("{:?}", rig.failures()) };
    assert!(failure.contains("not sent"), "{failure}");
    assert!(rig.session.wants_input());
}

#[test]
fn every_datagram_is_one_message_and_one_write() {
    let mut rig = Setup::replying("echo").datagrams().open();
    let sent: [&[u8]; 5] = [b"one", b"", b"two\nlines", &[b'x'; 60_000], b""];
    for datagram in sent {
        rig.take(datagram);
    }
    rig.settle();
    assert_eq!(rig.received(), sent);
    assert_eq!(rig.writes.iter().map(|(_, bytes)| bytes.as_slice()).collect::<Vec<_>>(), sent);
    assert_eq!(rig.counters().messages_out, 5);
    assert_eq!(rig.session.closing(), None);
}

#[test]
fn a_framed_datagram_is_whole_by_itself() {
    let mut rig = Setup::replying("discard").framed("len=2").datagrams().open();
    for datagram in [&b"\0\x02ab\0\x01c"[..], b"\0\x09cut", b"", b"\0\x02de"] {
        rig.hear(datagram);
    }
    assert_eq!(rig.received(), [&b"ab"[..], b"c", b"de"]);
    assert_eq!((rig.counters().dropped, rig.session.closing()), (1, None));
    assert_eq!(rig.failures().len(), 1);

    let mut rig = Setup::replying("echo").framed("line").datagrams().open();
    for datagram in [&b"no end"[..], b"an end\n", b"two\nof them"] {
        rig.hear(datagram);
    }
    assert_eq!(rig.received(), [&b"no end"[..], b"an end", b"two", b"of them"]);
}

#[test]
fn a_datagram_that_cannot_be_sent_is_lost_alone() {
    let mut rig = Setup::replying("echo").datagrams().open();
    for datagram in [&b"first"[..], b"", b"third"] {
        rig.take(datagram);
    }
    rig.session.out().lost();
    rig.session.out().lost();
    rig.settle();
    assert_eq!(rig.text(), "third");
    assert_eq!((rig.counters().dropped, rig.counters().bytes_out), (2, 5));
}

#[test]
fn with_closed_eyes_nothing_is_built_and_everything_is_counted() {
    for faults in [&[][..], &["latency=1ms", "slice=2"]] {
        let mut rig = Setup::replying("echo").framed("line").faulty(faults).unseen().open();
        for _ in 0..10 {
            rig.hear(b"one\ntwo\n");
            rig.pass(ms(10));
        }
        rig.hear_end();
        rig.pass(ms(10));
        rig.finish(Ending::PeerClosed);
        assert_eq!(rig.story(), "", "{faults:?}");
        let counters = rig.counters();
        assert_eq!((counters.messages_in, counters.messages_out), (20, 20));
        assert_eq!((counters.bytes_in, counters.bytes_out, counters.reads), (80, 80, 10));
    }
    // But what fails is told in any case.
    let mut rig = Setup::replying("echo").framed("len=4").unseen().open();
    rig.hear(&[0xff; 8]);
    assert_eq!(rig.story(), "failed");
}

#[test]
fn time_in_events_is_the_time_handed_in() {
    let mut rig = Setup::replying("echo").open();
    rig.at = At(Duration::from_millis(1234));
    rig.hear(b"x");
    let times: Vec<u128> = rig.events.iter().map(|event| event.at.0.as_millis()).collect();
    assert_eq!(times, [0, 1234, 1234]);
}

/// What is to be tried after the failure that these bytes make.
fn advice(spec: &str, bytes: &[u8]) -> (String, Option<String>) {
    let mut rig = Setup::replying("discard").framed(spec).open();
    rig.hear(bytes);
    let failure = rig.whats().find_map(|what| match what {
        What::Failed(failure) => {
            Some((failure.detail.to_string(), failure.hint.as_ref().map(ToString::to_string)))
        }
        _ => None,
    });
    failure.unwrap_or_else(|| panic!("nothing failed: {}", rig.story()))
}

#[test]
fn a_type_byte_before_the_length_is_recognised() {
    // What postgres answers first: AuthenticationOk, its length counting itself.
    let (detail, _) = advice("len=4,includes-header", b"R\0\0\0\x08\0\0\0\0S\0\0\0\x16");
    assert!(detail.contains("len=4,offset=1,adjust=-4"), "{detail}");
    let mut rig = Setup::replying("discard").framed("len=4,offset=1,adjust=-4").open();
    rig.hear(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I");
    assert_eq!(rig.received().len(), 2, "and that is what cuts it");
    let (detail, _) = advice("len=4", b"\x05\0\0\0hello");
    assert!(detail.contains("add le"), "{detail}");
}

#[test]
fn a_length_that_counts_characters_is_recognised() {
    let mut wire = Vec::new();
    for text in ["你好", "再见"] {
        wire.extend(u32::try_from(text.chars().count()).unwrap().to_be_bytes());
        wire.extend(text.as_bytes());
    }
    let (_, hint) = advice("len=4", &wire);
    assert!(hint.is_some_and(|hint| hint.contains("counts characters") || hint.contains("count characters")));
    let (_, hint) = advice("len=4", b"\0\0\0\x02ab\xff\xff\xff\xff");
    assert_eq!(hint, None, "anything else is not blamed on characters");
}
