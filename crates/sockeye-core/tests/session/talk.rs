//! Our end of `connect`: what is said in which writes, when it is done, and what it came to.
//! Never a keyboard: what is typed is handed in.

use std::time::Duration;

use sockeye_core::{
    behaviour::{Expectation, Payload, Reply, Script, ScriptInput, Talk, Verdict},
    charset::Charset,
    event::Ending,
    rule::{Pattern, Template},
    stage::Side,
    unit::{At, Close},
};

use crate::rig::{Rig, Setup, ms};

fn says(payloads: &[&str]) -> Script {
    Script {
        payloads: payloads.iter().map(|s| Payload::Bytes(s.as_bytes().to_vec())).collect(),
        every: None,
        count: None,
        wait: Some(Duration::from_secs(2)),
        expect: None,
        greeting: None,
        gap: None,
        awaits_answers: false,
        keyboard: ScriptInput::None,
    }
}

fn open(script: Script) -> Rig {
    let setup = Setup { side: Side::Client, ..Setup::with(Reply::operator(Duration::ZERO)) };
    let mut rig = setup.open_with(Box::new(Talk::new(script)));
    rig.settle();
    rig
}

fn unmet(last: &[u8]) -> Verdict {
    Verdict::Unmet { last: last.to_vec() }
}

#[test]
fn several_speeches_are_several_writes() {
    let rig = open(says(&["hello", "hello", "hello"]));
    let writes: Vec<&[u8]> = rig.writes.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(writes, [b"hello"; 3]);
    assert_eq!(rig.fin, None, "a script does not half-close");
}

#[test]
fn it_waits_for_answers_and_closes_after_silence() {
    let mut rig = open(says(&["?"]));
    rig.pass(ms(1999));
    rig.hear(b"an answer");
    rig.pass(ms(1999));
    assert_eq!(rig.session.closing(), None, "an answer began the silence anew");
    rig.pass(ms(1));
    assert_eq!((rig.session.closing(), rig.session.verdict()), (Some(Close::Graceful), Verdict::Met));
}

#[test]
fn no_answer_is_a_verdict() {
    let mut rig = open(says(&["?"]));
    rig.pass(ms(2000));
    assert_eq!((rig.session.closing(), rig.session.verdict()), (Some(Close::Graceful), Verdict::NoAnswer));
}

#[test]
fn silence_counts_from_when_all_was_written() {
    let setup = Setup { side: Side::Client, ..Setup::with(Reply::operator(Duration::ZERO)) };
    let mut rig = setup.open_with(Box::new(Talk::new(says(&["a long question"]))));
    rig.pass_unread(ms(5000));
    assert_eq!(rig.session.closing(), None, "it has not even been asked");
    rig.settle();
    rig.pass(ms(1999));
    assert_eq!(rig.session.closing(), None);
    rig.pass(ms(1));
    assert!(rig.session.closing().is_some());
}

#[test]
fn enough_messages_close_it() {
    let mut rig = open(Script { count: Some(2), ..says(&["?"]) });
    rig.hear(b"one");
    assert_eq!(rig.session.closing(), None);
    rig.hear(b"two");
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    let rig = open(Script { count: Some(0), ..says(&["told, not asked"]) });
    assert_eq!((rig.session.closing(), rig.session.verdict()), (Some(Close::Graceful), Verdict::Open));
    assert_eq!(rig.text(), "told, not asked");
}

#[test]
fn rounds_come_at_their_time_with_their_number() {
    let template = Template::parse("beat {counter}", Charset::utf8()).unwrap();
    let script = Script {
        payloads: vec![Payload::Template(template)],
        every: Some(ms(500)),
        count: Some(3),
        ..says(&[])
    };
    let mut rig = open(script);
    rig.pass(ms(10_000));
    let said: Vec<_> = rig.writes.iter().map(|(at, b)| (*at, String::from_utf8_lossy(b))).collect();
    assert_eq!(
        said,
        [(At(ms(0)), "beat 1".into()), (At(ms(500)), "beat 2".into()), (At(ms(1000)), "beat 3".into())]
    );
    assert!(rig.session.closing().is_some());
}

#[test]
fn what_is_expected_may_come_in_parts() {
    let pattern = Pattern::expect("login:", Charset::utf8()).unwrap();
    let expect = Some(Expectation { text: "login:".into(), pattern });
    let mut rig = open(Script { expect: expect.clone(), ..says(&[]) });
    rig.hear(b"welcome\r\nlog");
    assert_eq!((rig.session.closing(), rig.session.verdict()), (None, unmet(b"welcome\r\nlog")));
    rig.hear(b"in: ");
    assert_eq!((rig.session.closing(), rig.session.verdict()), (Some(Close::Graceful), Verdict::Met));

    let mut rig = open(Script { expect, ..says(&[]) });
    rig.hear(b"go away");
    rig.hear_end();
    assert_eq!(
        (rig.finish(Ending::PeerClosed), rig.session.verdict()),
        (Ending::PeerClosed, unmet(b"go away"))
    );
}

#[test]
fn the_end_of_a_pipe_half_closes_and_reading_goes_on() {
    let mut rig = open(Script { keyboard: ScriptInput::Piped, wait: None, ..says(&[]) });
    rig.session.say(b"piped", rig.at);
    rig.session.say_no_more(rig.at);
    rig.settle();
    assert_eq!((rig.text().as_str(), rig.fin), ("piped", Some(At::START)));
    rig.pass(ms(100_000));
    rig.hear(b"a late answer");
    assert_eq!(rig.received(), [b"a late answer".to_vec()]);
    rig.hear_end();
    assert!(rig.session.is_done());
}

#[test]
fn a_pipe_that_is_silent_after_the_peers_end_is_not_waited_for_for_ever() {
    let mut rig = open(Script { keyboard: ScriptInput::Piped, wait: None, ..says(&[]) });
    rig.hear_end();
    assert_eq!(rig.session.closing(), None, "the pipe may still have something");
    rig.pass(ms(1500));
    rig.session.say(b"for instance this", rig.at);
    // Which the peer does not take; closing must not spin on that.
    rig.pass_unread(ms(1999));
    assert_eq!(rig.session.closing(), None);
    rig.pass_unread(ms(60_000));
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    rig.settle();
    assert_eq!(rig.text(), "for instance this");
}

#[test]
fn a_person_is_left_alone_until_the_peer_ends() {
    let mut rig = open(Script { keyboard: ScriptInput::Person, wait: None, ..says(&[]) });
    assert_eq!(rig.session.wake(), None);
    rig.hear(b"hello");
    rig.pass(ms(1_000_000));
    assert_eq!(rig.session.closing(), None);
    rig.hear_end();
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    assert!(rig.session.is_done());
}
