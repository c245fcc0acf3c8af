//! A device: its script's pace, and a responder beside it.
//! Never how it comes back: that is the engine's.

use std::time::Duration;

use proptest::prelude::*;
use sockeye_core::{
    behaviour::{Device, Payload, Reply, Script, ScriptInput, Verdict},
    charset::Charset,
    rule::Template,
    stage::Side,
    unit::{At, Close},
};

use crate::rig::{Rig, Setup, ms};

fn says(payloads: &[&str]) -> Script {
    let template = |text: &&str| Payload::Template(Template::parse(text, Charset::utf8()).unwrap());
    Script {
        greeting: None,
        payloads: payloads.iter().map(template).collect(),
        gap: None,
        awaits_answers: false,
        every: None,
        count: None,
        wait: None,
        expect: None,
        keyboard: ScriptInput::None,
    }
}

fn replying(rules: &str) -> Reply {
    Reply::parse("rules:r.toml", Charset::utf8(), &move |_: &str| Ok(rules.to_owned())).unwrap()
}

fn open(script: Script, reply: Option<&Reply>) -> Rig {
    let setup = Setup { side: Side::Client, ..Setup::with(Reply::operator(Duration::ZERO)) }.framed("line");
    let mut rig = setup.open_with(Box::new(Device::new(7, script, reply)));
    rig.settle();
    rig
}

fn said(rig: &Rig) -> Vec<(u128, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().replace('\n', "|");
    rig.writes.iter().map(|(at, bytes)| (at.0.as_millis(), text(bytes))).collect()
}

fn line(at: u128, text: &str) -> (u128, String) {
    (at, text.to_owned())
}

#[test]
fn a_gap_stands_between_messages_and_not_behind_the_last() {
    let script =
        Script { gap: Some(ms(100)), every: Some(ms(1000)), count: Some(2), ..says(&["a", "b", "c"]) };
    let mut rig = open(script, None);
    rig.pass(ms(5000));
    let expected =
        [line(0, "a"), line(100, "b"), line(200, "c"), line(1000, "a"), line(1100, "b"), line(1200, "c")];
    assert_eq!(said(&rig), expected);
}

#[test]
fn a_round_longer_than_its_interval_is_finished_first() {
    let script = Script { gap: Some(ms(400)), every: Some(ms(500)), ..says(&["a", "b", "c"]) };
    let mut rig = open(script, None);
    rig.pass(ms(1700));
    let times: Vec<u128> = rig.writes.iter().map(|(at, _)| at.0.as_millis()).collect();
    assert_eq!(
        (rig.text().as_str(), times),
        ("a\nb\nc\na\nb\nc\na\n", vec![0, 400, 800, 800, 1200, 1600, 1600])
    );
}

#[test]
fn what_is_not_answered_in_time_ends_it() {
    let awaiting = |payloads| Script { awaits_answers: true, wait: Some(ms(300)), ..says(payloads) };
    let mut rig = open(awaiting(&["a", "b", "c"]), None);
    rig.pass(ms(200));
    rig.hear(b"yes\n");
    assert_eq!(rig.text(), "a\nb\n");
    rig.pass(ms(299));
    assert_eq!(rig.session.closing(), None);
    rig.pass(ms(1));
    assert_eq!(rig.session.closing(), Some(Close::Graceful));
    assert_eq!(rig.session.verdict(), Verdict::HalfSaid { said: 2, of: 3, gave_up: true });

    let mut rig = open(awaiting(&["a", "b"]), None);
    rig.pass(ms(300));
    assert_eq!(rig.session.verdict(), Verdict::NoAnswer);

    let mut rig = open(awaiting(&["a", "b"]), None);
    rig.hear_end();
    assert_eq!(rig.session.verdict(), Verdict::HalfSaid { said: 1, of: 2, gave_up: false });
}

#[test]
fn it_greets_first_then_its_rules_do_then_it_says_what_it_has() {
    let reply = replying(
        "greeting = 'rules {client}'\n[[rule]]\nprefix = 'who'\nreply = '{client} {conn} {counter}'\n",
    );
    let greeting = Some(Payload::Template(Template::parse("REG {client}", Charset::utf8()).unwrap()));
    let mut rig = open(Script { greeting, ..says(&["beat {counter}", "beat {counter}"]) }, Some(&reply));
    rig.hear(b"who\n");
    assert_eq!(rig.text(), "REG 7\nrules 7\nbeat 1\nbeat 2\n7 1 1\n");
}

#[test]
fn answers_that_are_late_are_given_to_a_peer_that_has_ended() {
    let reply = replying("[[rule]]\nprefix = 'q'\nreply = 'late'\ndelay = '300ms'\n");
    let mut rig = open(Script { every: Some(ms(200)), ..says(&["beat"]) }, Some(&reply));
    rig.hear(b"q\n");
    rig.hear_end();
    rig.pass(ms(1000));
    assert_eq!(rig.text(), "beat\nbeat\nlate\n");
    assert_eq!(rig.fin, Some(At(ms(300))));
    assert!(matches!(rig.session.verdict(), Verdict::CutShort { rounds: 2, of: None }));
}

#[test]
fn what_it_answers_is_no_message_of_its_script() {
    // Two rounds, two answers: what the responder said in between counts for nothing.
    let reply = replying("[[rule]]\nprefix = 'q'\nreply = 'a'\n");
    let script =
        Script { every: Some(ms(100)), count: Some(2), wait: Some(ms(1000)), ..says(&["beat {counter}"]) };
    let mut rig = open(script, Some(&reply));
    rig.hear(b"q\n");
    rig.pass(ms(100));
    assert_eq!((rig.text().as_str(), rig.session.closing()), ("beat 1\na\nbeat 2\n", None));
    rig.hear(b"ok\n");
    assert_eq!((rig.session.closing(), rig.session.verdict()), (Some(Close::Graceful), Verdict::Met));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// However late answers come, no message leaves before that to the one before it came and the pause is over, and no
    /// round before its time.
    #[test]
    fn nobody_is_asked_twice_at_once(
        messages in 1_usize..4,
        gap in proptest::option::of(1_u64..300),
        every in 50_u64..500,
        answers in proptest::collection::vec(1_u64..400, 1..20),
    ) {
        let names: Vec<String> = (0..messages).map(|n| format!("m{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let script = Script { gap: gap.map(ms), awaits_answers: true, every: Some(ms(every)), ..says(&names) };
        let mut rig = open(script, None);
        // When each message left, and when its answer came.
        let mut story: Vec<(At, At)> = Vec::new();
        for wait in answers {
            // The next message leaves by itself.
            for _ in 0..2000 {
                if rig.writes.len() > story.len() { break }
                rig.pass(ms(1));
            }
            prop_assert_eq!(rig.writes.len(), story.len() + 1);
            let left = rig.writes.last().map(|(at, _)| *at).unwrap();
            rig.pass(ms(wait));
            prop_assert_eq!(rig.writes.len(), story.len() + 1, "one more before the answer");
            story.push((left, rig.at));
            rig.hear(b"ok\n");
        }
        let mut round = At::START;
        for (place, pair) in story.windows(2).enumerate() {
            let ((_, answered), (next, _)) = (pair[0], pair[1]);
            prop_assert!(next >= answered);
            if (place + 1) % messages == 0 {
                prop_assert!(next >= round.after(ms(every)));
                round = next;
            } else if let Some(gap) = gap {
                prop_assert!(next >= answered.after(ms(gap)));
            }
        }
    }
}
