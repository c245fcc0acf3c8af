//! JSON lines as programs read them.
//! Never loosely: whole lines are compared.

use sockeye_core::{
    charset::Charset,
    event::{Ending, Member, Notice, SocketInfo, TallyUnit},
    frame::{ByteOrder, Framing, Layout},
    unit::Way,
};

use proptest::prelude::*;

use super::*;
use crate::view::samples::*;

const LAYOUT: Layout = Layout { size: 2, order: ByteOrder::Little };
const TS: &str = r#""ts":"2026-11-21T10:00:00.123000000Z"}"#;

fn lines(context: ViewContext, events: &[Event]) -> Vec<String> {
    let mut view = Json::new(context);
    let text = out(&mut view, events);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &lines {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        assert!(line.ends_with(TS), "{line}");
    }
    lines.iter().map(|line| line.trim_end_matches(TS).trim_end_matches(',').to_owned()).collect()
}

#[test]
fn messages_are_text_or_base64() {
    assert_eq!(
        lines(context(), &[recv(1, b"hello"), sent(2, b"\xff\n"), recv(1, b"a\r\n\0\x7f\"\\")]),
        [
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":5,"text":"hello""#,
            r#"{"v":1,"type":"sent","conn":2,"dir":"out","len":2,"b64":"/wo=""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":7,"text":"a\r\n\u0000\u007f\"\\""#,
        ]
    );
}

#[test]
fn an_event_is_about_exactly_the_bytes_of_its_read() {
    assert_eq!(
        lines(context(), &[recv(1, b"\xff\xe4\xbd"), recv(1, b"\xa0\xff"), recv(1, b"A\xe4"), recv(1, b"B")]),
        [
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":3,"b64":"/+S9""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":2,"b64":"oP8=""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":2,"b64":"QeQ=""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":1,"text":"B""#,
        ]
    );
    let gbk = ViewContext { charset: Charset::parse("gbk").unwrap(), ..context() };
    assert_eq!(
        lines(gbk, &[recv(1, b"\x01\xe5"), recv(1, b"AT")]),
        [
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":2,"b64":"AeU=""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":2,"text":"AT""#,
        ]
    );
}

#[test]
fn text_that_leads_to_other_bytes_has_them_beside_it() {
    // Two ways to write one character in Shift_JIS as Windows has it.
    let sjis = ViewContext { charset: Charset::parse("shift_jis").unwrap(), ..context() };
    let line = lines(sjis, &[recv(1, b"\xfa\x54")]).remove(0);
    assert!(line.contains("\"text\":") && line.contains("\"b64\":"), "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// In every charset, however random bytes are cut into reads: each event leads back to exactly the bytes of its read.
    #[test]
    fn the_bytes_of_the_events_are_the_bytes_of_the_reads(
        reads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..12),
    ) {
        for row in charset::labels() {
            let charset = Charset::parse(row.name).unwrap();
            let context = ViewContext { charset, ..context() };
            let events: Vec<Event> = reads.iter().map(|read| recv(1, read)).collect();
            let text = out(&mut Json::new(context), &events);
            for (line, read) in text.lines().zip(&reads) {
                let value: Value = serde_json::from_str(line).unwrap();
                prop_assert_eq!(value["len"].as_u64(), Some(read.len() as u64));
                let bytes = match (value["b64"].as_str(), value["text"].as_str()) {
                    (Some(b64), _) => BASE64.decode(b64.as_bytes()).unwrap(),
                    (None, Some(text)) => charset.encode(text).unwrap(),
                    (None, None) => panic!("{line}"),
                };
                prop_assert_eq!(&bytes, read, "{} {}", row.name, line);
            }
        }
    }
}

#[test]
fn a_framed_message_is_read_by_itself() {
    let framed = ViewContext { framing: Framing::parse("line").unwrap(), ..context() };
    assert_eq!(
        lines(framed, &[recv(1, b"\xe4"), recv(1, b"ok")]),
        [
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":1,"b64":"5A==""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":2,"text":"ok""#,
        ]
    );
}

#[test]
fn checksums_are_told() {
    let of = |check| event(1, What::Recv { data: b"x".as_slice().into(), check, from: None, joined: 0 });
    assert_eq!(
        lines(context(), &[of(Check::Good), of(Check::Bad { found: 1, expected: 2, layout: LAYOUT })]),
        [
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":1,"text":"x","checksum":"good""#,
            r#"{"v":1,"type":"recv","conn":1,"dir":"in","len":1,"text":"x","checksum":"bad","expected":2,"found":1,"expected_hex":"02 00","found_hex":"01 00""#,
        ]
    );
}

#[test]
fn everything_has_its_type() {
    let mut events = others();
    events.extend([closed(1, Ending::PeerReset), summary()]);
    assert_eq!(
        lines(context(), &events),
        [
            r#"{"v":1,"type":"listening","addr":"tcp://127.0.0.1:8888""#,
            r#"{"v":1,"type":"opened","conn":1,"peer":"tcp://127.0.0.1:5","local":"tcp://127.0.0.1:8888","connect_us":1234"#,
            r#"{"v":1,"type":"read","conn":1,"len":15,"messages":3,"left":0"#,
            r#"{"v":1,"type":"ended","conn":1,"dir":"in""#,
            r#"{"v":1,"type":"ended","conn":1,"dir":"out""#,
            r#"{"v":1,"type":"fault","conn":1,"fault":"latency","dir":"down","offset":7,"amount":20"#,
            r#"{"v":1,"type":"suppressed","peer":"udp://1.2.3.4:5","why":"own-address","count":2"#,
            r#"{"v":1,"type":"notice","conn":1,"notice":"unfinished","kind":"unfinished","len":2,"b64":"YWI=""#,
            r#"{"v":1,"type":"failed","conn":1,"operation":"receive","address":"tcp://10.0.0.7:5","kind":"framing","message":"receive from tcp://10.0.0.7:5: too long","hint":"does the peer speak this --frame? without one everything is shown as it comes","exit":56"#,
            r#"{"v":1,"type":"closed","conn":1,"why":"peer-reset","bytes_in":5,"bytes_out":0,"messages_in":1,"messages_out":0,"reads":1,"bad_checksums":0,"bad_lengths":0,"bad_tails":0,"bad_escapes":0,"skipped_bytes":0,"suppressed":0,"dropped":0,"unsent":0,"duration":1.500000000"#,
            r#"{"v":1,"type":"summary","accepted":1,"refused":2,"reset":3,"suppressed":0,"dropped":0,"unsent":0,"bytes":5,"messages":1,"bytes_in":5,"bytes_out":7,"messages_in":1,"messages_out":2,"reads":1,"bad_checksums":0,"bad_lengths":0,"bad_tails":0,"bad_escapes":0,"skipped_bytes":0,"duration":2.000000000"#,
        ]
    );
}

#[test]
fn faults_tell_what_they_did_and_what_they_came_to() {
    let fault = What::Fault { fault: "corrupt".into(), way: Way::Up, offset: 9, amount: 65, bit: Some(5) };
    let tally =
        FaultTally { fault: "drop".into(), way: Way::Down, acts: 12, of: 400, unit: TallyUnit::Datagrams };
    let tallies = vec![tally];
    let run = Summary { faults: tallies.clone(), seed: Some(42), ..Summary::default() };
    let events = [fault, What::Faults { seed: 42, tallies }, What::Summary(run)].map(|what| event(1, what));
    let told = lines(context(), &events);
    let acts = r#"[{"fault":"drop","dir":"down","acts":12,"of":400,"unit":"datagrams"}]"#;
    assert!(told[0].ends_with(r#""dir":"up","offset":9,"amount":65,"bit":5"#), "{}", told[0]);
    assert_eq!(told[1], format!(r#"{{"v":1,"type":"faults","conn":1,"seed":42,"acts":{acts}"#));
    assert!(told[2].ends_with(&format!(r#","seed":42,"faults":{acts}"#)), "{}", told[2]);
}

#[test]
fn notices_and_info_are_plain_fields() {
    let info = SocketInfo { state: Some("established".to_owned()), rtt_us: Some(5), ..SocketInfo::default() };
    let members = vec![Member { conn: 3, peer: "p".to_owned(), name: Some("n".to_owned()) }];
    assert_eq!(
        lines(
            context(),
            &[
                event(1, What::Info(Box::new(info))),
                event(None, What::Notice(Notice::Members(members))),
                event(None, What::Notice(Notice::Stranger { from: "x".to_owned(), len: 3 })),
            ]
        ),
        [
            r#"{"v":1,"type":"info","conn":1,"rtt_us":5,"state":"established""#,
            r#"{"v":1,"type":"notice","notice":"members","kind":"members","members":[{"conn":3,"name":"n","peer":"p"}]"#,
            r#"{"v":1,"type":"notice","notice":"stranger","kind":"stranger","from":"x","len":3"#,
        ]
    );
}

#[test]
fn nothing_steers_a_terminal_and_nothing_is_lost_by_that() {
    let hostile = "é\u{9b}31m\u{202e}\u{e0041}你";
    let line = lines(context(), &[recv(1, hostile.as_bytes())]).remove(0);
    assert!(line.contains(r"é\u009b31m\u202e\udb40\udc41你"), "{line}");
    let value: Value = serde_json::from_str(&format!("{line}}}")).unwrap();
    assert_eq!(value["text"], hostile);
}

/// The values that the schema allows for a field.
fn allowed(event: &str, field: &str) -> Vec<Value> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    schema["$defs"][event]["properties"][field]["enum"].as_array().unwrap().clone()
}

#[test]
fn the_schema_has_no_word_that_the_code_does_not_have() {
    use sockeye_core::event::{
        Anew, Ask, Dialect, Kind, Operation, Outcome, Proof, Suppression, Thing, Unsent,
    };
    macro_rules! all_are {
        ($word:ty, $event:literal, $field:literal) => {
            for value in allowed($event, $field) {
                let known = serde_json::from_value::<$word>(value.clone()).is_ok();
                assert!(known, "{}.{}: {value}", $event, $field);
            }
        };
    }
    all_are!(Kind, "failed", "kind");
    all_are!(Kind, "notice-retry", "failure");
    all_are!(Operation, "failed", "operation");
    all_are!(Operation, "notice-retry", "operation");
    all_are!(Ending, "closed", "why");
    all_are!(Suppression, "suppressed", "why");
    all_are!(Unsent, "notice-unsent", "why");
    all_are!(Dialect, "served", "dialect");
    all_are!(Ask, "served", "ask");
    all_are!(Outcome, "served", "outcome");
    all_are!(Anew, "fetched", "why");
    all_are!(Proof, "fetched", "proof");
    all_are!(Thing, "entry", "kind");
}
