//! Answers by rules within a conversation: greeting, delays, closes and resets in their time.
//! Never which rule matches what: the rules' own tests have that.

use sockeye_core::{
    event::Ending,
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
