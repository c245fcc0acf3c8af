//! Answers by rules within a conversation: greeting, delays, closes and resets in their time.
//! Never which rule matches what: the rules' own tests have that.

use sockeye_core::{
    event::{Ending, What},
    unit::{At, Close},
};

use crate::rig::{Setup, ms};

const DEVICE: &str = r"
greeting = 'ready {conn}'
[[rule]]
equals = 'slow'
reply = 'slow done'
delay = '200ms'
[[rule]]
equals = 'slower'
reply = 'slower done'
delay = '1s'
[[rule]]
equals = 'quit'
reply = 'bye'
then = 'close'
[[rule]]
equals = 'quit later'
reply = 'bye'
delay = '100ms'
then = 'close'
[[rule]]
equals = 'drop'
then = 'reset'
[[rule]]
equals = 'drop later'
reply = 'last words'
delay = '300ms'
then = 'reset'
[[rule]]
regex = '^set (\w+)=(\w+)$'
reply = '$1 is $2 ({counter})'
[[rule]]
hex = '01 03 ??'
reply_hex = '01 83 02'
";

#[test]
fn a_greeting_comes_before_anything_is_asked() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.settle();
    assert_eq!(rig.text(), "ready 1\n");
    assert_eq!(rig.story(), "opened sent");
}

#[test]
fn what_matches_is_answered_and_the_rest_is_not() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.hear(b"set colour=red\nnothing\nset a=b\n\x01\x03\xff\n");
    assert_eq!(rig.wire(), b"ready 1\ncolour is red (1)\na is b (3)\n\x01\x83\x02\n");
}

#[test]
fn a_delayed_answer_comes_at_its_time_and_those_due_sooner_before_it() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.settle();
    rig.hear(b"slower\nslow\nset a=b\nslow\n");
    rig.pass(ms(3000));
    let said: Vec<_> = rig.writes.iter().skip(1).map(|(at, b)| (*at, String::from_utf8_lossy(b))).collect();
    assert_eq!(
        said,
        [
            (At(ms(0)), "a is b (3)\n".into()),
            (At(ms(200)), "slow done\nslow done\n".into()),
            (At(ms(1000)), "slower done\n".into()),
        ]
    );
    assert_eq!(rig.session.wake(), None);
}

#[test]
fn the_peers_end_waits_for_answers_that_are_due() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.hear(b"slow\n");
    rig.hear_end();
    assert_eq!((rig.fin, rig.text().as_str()), (None, "ready 1\n"));
    rig.pass(ms(200));
    assert_eq!((rig.fin, rig.text().as_str()), (Some(At(ms(200))), "ready 1\nslow done\n"));
    assert!(rig.session.is_done());
}

#[test]
fn close_sends_its_answer_and_hears_nothing_behind_it() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.hear(b"quit\nset a=b\n");
    assert_eq!(rig.text(), "ready 1\nbye\n");
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    assert!(rig.fin.is_some() && !rig.session.wants_input());
    assert_eq!(rig.counters().messages_in, 1);
    assert_eq!(rig.finish(Ending::Closed), Ending::Closed);
}

#[test]
fn a_delayed_close_comes_with_its_answer() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.hear(b"quit later\nslow\n");
    rig.pass(ms(99));
    assert_eq!(rig.session.closing(), None);
    rig.pass(ms(1));
    assert_eq!((rig.text().as_str(), rig.fin), ("ready 1\nbye\n", Some(At(ms(100)))));
    // The answer that was due later has nowhere to go.
    rig.pass(ms(500));
    assert_eq!(rig.text(), "ready 1\nbye\n");
}

#[test]
fn a_reset_is_at_once_or_at_its_time() {
    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.take(b"drop\n");
    assert_eq!(rig.session.closing(), Some(Close::Reset));

    let mut rig = Setup::ruled(DEVICE).framed("line").open();
    rig.hear(b"drop later\n");
    rig.pass_unread(ms(299));
    assert_eq!(rig.session.closing(), None);
    rig.pass_unread(ms(1));
    assert_eq!(rig.session.closing(), Some(Close::Reset));
    assert_eq!(rig.session.out().front(), b"last words\n", "the driver writes once before it resets");
}

#[test]
fn all_rules_that_match_answer_where_that_is_asked_for() {
    let rules =
        "all = true\n[[rule]]\ncontains = 'a'\nreply = 'has a'\n[[rule]]\ncontains = 'b'\nreply = 'has b'\n";
    let mut rig = Setup::ruled(rules).framed("line").open();
    rig.hear(b"ab\nb\n");
    assert_eq!(rig.text(), "has a\nhas b\nhas b\n");
}

#[test]
fn a_silent_rule_matches_and_says_nothing_and_an_empty_reply_is_no_bare_checksum() {
    let rules = r"
[[rule]]
prefix = 'quiet'
silent = true
[[rule]]
prefix = 'empty'
reply = ''
[[rule]]
regex = '.'
reply = 'otherwise'
";
    for (setup, empty) in [
        (Setup::ruled(rules), &b""[..]),
        (Setup::ruled(rules).summed("crc16-modbus"), b""),
        (Setup::ruled(rules).framed("len=2"), b"\0\0"),
    ] {
        let mut rig = setup.open();
        let hear = |rig: &mut crate::rig::Rig, word: &[u8]| {
            let mut wire = Vec::new();
            setup.framing.encode(word, &mut wire).unwrap();
            let before = rig.wire().len();
            rig.hear(&wire);
            rig.wire()[before..].to_vec()
        };
        assert_eq!(hear(&mut rig, b"quiet"), b"");
        assert_eq!(hear(&mut rig, b"empty"), empty);
        assert!(!hear(&mut rig, b"else").is_empty());
        assert_eq!(rig.counters().messages_in, 3);
    }
}

#[test]
fn a_rule_cannot_be_silent_and_answer() {
    let none = "[[rule]]\nprefix = 'a'\nsilent = true\nreply = 'b'\n";
    let load = move |_: &str| Ok(none.to_owned());
    let error =
        sockeye_core::behaviour::Reply::parse("rules:r.toml", sockeye_core::charset::Charset::utf8(), &load);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("r.toml:3:1") && error.contains("keep one of the two"), "{error}");
}

#[test]
fn bytes_of_the_question_stand_in_the_answer() {
    // JT/T 808: the platform's general answer holds the serial number and the kind of what it answers.
    let mut rig = Setup::ruled(
        "[[rule]]\nat = 0\nhex = '01 02'\nreply_hex = '80 01 00 05 {hex:4..10} 00 01 {hex:10..12} {hex:0..2} 00'\n",
    )
    .framed("jt808")
    .open();
    let question = [1, 2, 0, 2, 1, 0x39, 0x12, 0x34, 0x56, 0x78, 0, 0x7e, b'A', b'B'];
    let mut frame = Vec::new();
    rig.session.out().framing().encode(&question, &mut frame).unwrap();
    rig.hear(&frame);
    let sent = rig.events.iter().find_map(|event| match &event.what {
        What::Sent { data, .. } => Some(data.to_vec()),
        _ => None,
    });
    let answer = [0x80, 1, 0, 5, 1, 0x39, 0x12, 0x34, 0x56, 0x78, 0, 1, 0, 0x7e, 1, 2, 0];
    assert_eq!(sent.unwrap(), answer);
}

const LOGIN: &str = r"
[[rule]]
prefix = 'login '
reply = 'welcome'
id = 'in'
times = 1
[[rule]]
equals = 'get'
reply = '21'
after = 'in'
[[rule]]
equals = 'get'
reply = 'who are you'
times = 2
[[rule]]
every = '5s'
reply = 'poll {counter}'
after = 'in'
times = 3
[[rule]]
every = '60s'
then = 'close'
";

#[test]
fn rules_have_a_state_of_their_conversation() {
    let mut rig = Setup::ruled(LOGIN).framed("line").open();
    rig.hear(b"get\nget\nget\nlogin a\nlogin b\nget\n");
    assert_eq!(rig.text(), "who are you\nwho are you\nwelcome\n21\n");
    let mut another = Setup::ruled(LOGIN).framed("line").open();
    another.hear(b"get\n");
    assert_eq!(another.text(), "who are you\n", "another conversation knows nothing of it");
}

#[test]
fn the_clock_speaks_from_the_login_on_and_as_often_as_it_may() {
    let mut rig = Setup::ruled(LOGIN).framed("line").open();
    rig.pass(ms(7_000));
    assert_eq!(rig.text(), "");
    rig.hear(b"login a\n");
    rig.pass(ms(4_999));
    assert_eq!(rig.text(), "welcome\n");
    rig.pass(ms(30_000));
    let times: Vec<u128> = rig.writes.iter().skip(1).map(|(at, _)| at.0.as_millis()).collect();
    assert_eq!(times, [12_000, 17_000, 22_000]);
    assert_eq!(rig.text(), "welcome\npoll 2\npoll 3\npoll 4\n");
    rig.pass(ms(20_000));
    assert_eq!(rig.session.closing(), Some(Close::Graceful), "a minute after it began");
}

#[test]
fn the_clock_says_nothing_to_a_peer_that_has_ended() {
    let mut rig = Setup::ruled(LOGIN).framed("line").open();
    rig.hear(b"login a\n");
    rig.hear_end();
    assert!(rig.fin.is_some() && rig.session.is_done());
    assert_eq!(rig.session.wake(), None);
}
