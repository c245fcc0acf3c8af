//! Packets are read however they are cut, keys by Zabbix's rules, and what is written is read again.
#![allow(clippy::unwrap_used)] // the functions here are tests' too

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use sockeye_core::{limit::ZABBIX_ITEMS, unit::Medium};
use sockeye_study::zabbix::{
    Bare, ItemCheck, ItemTarget, KeyError, KeyParameter, PacketError, Packets, PassiveRequest, Reported,
    Taken, TrapperError, ZabbixKey, packet, quoted, report, taken,
};

#[path = "../../../fuzz/bodies/zabbix.rs"]
mod body;

fn data(packet: &[u8]) -> Vec<u8> {
    Packets::new(Bare::Refused).feed(packet).unwrap().unwrap()
}

fn said(packet: &[u8]) -> String {
    String::from_utf8(data(packet)).unwrap()
}

fn target(medium: Medium, host: &str, port: u16) -> ItemTarget {
    ItemTarget { medium, host: host.to_owned(), port }
}

proptest! {
    #[test]
    fn any_stream_is_read_the_same_however_it_is_cut(
        head in prop_oneof![
            Just(&b""[..]), Just(&b"ZBXD"[..]), Just(&b"ZBXD\x01"[..]),
            Just(&b"ZBXD\x01\x04\0\0\0\0\0\0\0"[..]), Just(&b"ZBXD\x05\x03\0\0\0\0\0\0\0"[..]),
        ],
        rest in vec(any::<u8>(), 0..60),
    ) {
        body::zabbix(&[head, &rest].concat());
    }

    #[test]
    fn what_was_written_is_read_again(bytes in vec(any::<u8>(), 0..3000)) {
        prop_assert_eq!(data(&packet(&bytes)), bytes);
    }

    #[test]
    fn parameters_are_what_they_were_before_they_were_quoted(
        name in "[a-z._-]{1,9}",
        texts in vec("[ -~\u{e9}]{0,9}", 1..5),
    ) {
        // A backslash before a quote is the one thing that quotes cannot carry.
        prop_assume!(texts.iter().all(|text| !text.contains('\\')));
        let key = format!("{name}[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "));
        let parameters = texts.into_iter().map(KeyParameter::Text).collect();
        prop_assert_eq!(ZabbixKey::parse(&key), Ok(ZabbixKey { name, parameters }), "{}", key);
    }

    #[test]
    fn texts_from_anywhere_are_keys_or_are_not(text in "[a-z\\[\\]\", \\\\.]{0,20}") {
        let _ = ItemCheck::parse(&text);
        if let Ok(key) = ZabbixKey::parse(&text) {
            prop_assert_eq!(text.starts_with(&key.name), true);
            prop_assert!(key.parameters.is_empty() || text.ends_with(']'));
        }
    }

    #[test]
    fn a_receipt_is_read_whatever_it_says(taken_values in any::<u64>(), refused in any::<u64>(), tail in ".{0,20}") {
        let info = format!("processed: {taken_values}; failed: {refused}; total: 1; {tail}");
        let answer = serde_json::json!({ "response": "success", "info": info }).to_string();
        prop_assert_eq!(taken(answer.as_bytes()), Ok(Taken { taken: taken_values, refused }));
    }
}

#[test]
fn keys_follow_the_rules_of_zabbix() {
    let text = |text: &str| KeyParameter::Text(text.to_owned());
    for (key, parameters) in [
        ("a", vec![]),
        ("a[]", vec![text("")]),
        ("a[,]", vec![text(""), text("")]),
        ("a[b,c]", vec![text("b"), text("c")]),
        ("a[ b , c ]", vec![text("b "), text("c ")]),
        (r#"a["b,c" , "d]"]"#, vec![text("b,c"), text("d]")]),
        (r#"a["b\"c"]"#, vec![text("b\"c")]),
        (r#"a["b\\\"c\d"]"#, vec![text(r#"b\\"c\d"#)]),
        (r#"a[b"c]"#, vec![text("b\"c")]),
        (r#"a[[b,"c]"],d]"#, vec![KeyParameter::List(r#"b,"c]""#.to_owned()), text("d")]),
        ("a[::1,80]", vec![text("::1"), text("80")]),
    ] {
        assert_eq!(ZabbixKey::parse(key).map(|key| key.parameters), Ok(parameters), "{key}");
    }
    for (key, why) in [
        ("", KeyError::Name),
        ("[a]", KeyError::Name),
        ("a b", KeyError::Name),
        ("a[b", KeyError::Unclosed),
        ("a[\"b]", KeyError::Unclosed),
        ("a[\"b\"", KeyError::Unclosed),
        ("a[[b,c]", KeyError::Unclosed),
        ("a[\"b\"c]", KeyError::Behind),
        ("a[b]c", KeyError::Behind),
        ("a[[b]c]", KeyError::Behind),
        ("a[[[b]]]", KeyError::Behind),
    ] {
        assert_eq!(ZabbixKey::parse(key), Err(why), "{key}");
    }
}

#[test]
fn items_are_what_their_keys_say() {
    let tcp = |host, port| Ok(ItemCheck::Up(target(Medium::Stream, host, port)));
    for (key, expected) in [
        ("agent.ping", Ok(ItemCheck::Ping)),
        ("agent.version", Ok(ItemCheck::Version)),
        ("net.tcp.port[db.example,5432]", tcp("db.example", 5432)),
        ("net.tcp.port[,80]", tcp("127.0.0.1", 80)),
        ("net.tcp.service[tcp,\"::1\",80]", tcp("::1", 80)),
        ("net.tcp.service.perf[tcp,a,1]", Ok(ItemCheck::Seconds(target(Medium::Stream, "a", 1)))),
        ("net.udp.service[udp,a,53]", Ok(ItemCheck::Up(target(Medium::Datagram, "a", 53)))),
        ("net.udp.service.perf[udp,a,53]", Ok(ItemCheck::Seconds(target(Medium::Datagram, "a", 53)))),
    ] {
        assert_eq!(ItemCheck::parse(key), expected, "{key}");
    }
    for (key, why) in [
        ("agent.ping[1]", "Too many parameters."),
        ("net.tcp.port", "port is missing"),
        ("net.tcp.port[a]", "port is missing"),
        ("net.tcp.port[a,0]", "Invalid port: 0."),
        ("net.tcp.port[a,65536]", "Invalid port: 65536."),
        ("net.tcp.port[a,http]", "Invalid port: http."),
        ("net.tcp.port[a,1,2]", "Too many parameters."),
        ("net.tcp.port[[a],1]", "A list"),
        ("net.tcp.service[ssh,a,22]", "Unsupported service: sockeye checks tcp alone."),
        ("net.udp.service[ntp,a,123]", "Unsupported service: sockeye checks udp alone."),
        ("net.tcp.service[,a,22]", "The service is missing: write tcp."),
        ("system.run[id]", "Unsupported item key."),
        ("net.tcp.port[a,1", "not closed"),
    ] {
        let refused = ItemCheck::parse(key).unwrap_err();
        assert!(refused.contains(why), "{key}: {refused}");
    }
}

#[test]
fn a_target_has_the_keys_that_ask_for_it() {
    for given in [
        target(Medium::Stream, "db.example", 5432),
        target(Medium::Stream, "::1", 80),
        target(Medium::Datagram, "10.0.0.1", 53),
    ] {
        let [up, seconds] = given.keys();
        assert_eq!(ItemCheck::parse(&up), Ok(ItemCheck::Up(given.clone())));
        assert_eq!(ItemCheck::parse(&seconds), Ok(ItemCheck::Seconds(given)));
    }
    let [up, seconds] = target(Medium::Stream, "db", 5432).keys();
    assert_eq!((&*up, &*seconds), ("net.tcp.port[db,5432]", "net.tcp.service.perf[tcp,db,5432]"));
}

#[test]
fn each_protocol_is_answered_in_its_own_form() {
    let old = PassiveRequest::read(b"agent.ping\n");
    assert_eq!(old.items()[0].key, "agent.ping");
    assert_eq!(said(&old.answer(&[Ok("1".to_owned())])), "1");
    assert_eq!(said(&old.answer(&[Err("No.".to_owned())])), "ZBX_NOTSUPPORTED\0No.");
    let asked = r#"{"request":"passive checks","data":[{"key":"agent.ping","timeout":3},{"key":"b","timeout":"1m"},
        {"key":"c","timeout":"0.5s"},{"key":"d","timeout":-1}]}"#;
    let new = PassiveRequest::read(asked.as_bytes());
    let times: Vec<_> = new.items().iter().map(|item| item.timeout).collect();
    let seconds = |n| Some(Duration::from_secs_f64(n));
    assert_eq!(times, [seconds(3.0), seconds(60.0), seconds(0.5), None]);
    let answer = new.answer(&[Ok("1".to_owned()), Err("No.".to_owned())]);
    let expected = serde_json::json!(
        { "version": "7.0.0", "variant": 1, "data": [{ "value": "1" }, { "error": "No." }] }
    );
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&data(&answer)).unwrap(), expected);
}

#[test]
fn what_is_no_passive_check_is_a_key_that_nobody_supports() {
    let many = format!(
        r#"{{"request":"passive checks","data":[{}]}}"#,
        vec![r#"{"key":"agent.ping"}"#; ZABBIX_ITEMS + 1].join(",")
    );
    for asked in [
        r#"{"request":"passive checks","data":[]}"#,
        r#"{"request":"passive checks","data":[{"timeout":3}]}"#,
        r#"{"request":"passive checks"}"#,
        r#"{"request":"active checks","host":"a"}"#,
        "{",
        &many,
    ] {
        let read = PassiveRequest::read(asked.as_bytes());
        assert!(
            matches!(&read, PassiveRequest::Key(item) if ItemCheck::parse(&item.key).is_err()),
            "{asked}"
        );
    }
}

#[test]
fn packets_that_are_not_taken_say_why() {
    let refused = |bytes: &[u8]| Packets::new(Bare::Refused).feed(bytes).unwrap_err();
    assert_eq!(refused(b"HTTP/1.1 400"), PacketError::Foreign);
    assert_eq!(refused(b"ZBXD\x03\x01\0\0\0\0\0\0\0x"), PacketError::Compressed);
    assert_eq!(refused(b"ZBXD\x00\x01\0\0\0\0\0\0\0x"), PacketError::Flags(0));
    assert_eq!(refused(b"ZBXD\x01\0\0\x01\x01\0\0\0\0"), PacketError::TooLong { announced: 0x0101_0000 });
    let mut cut = Packets::new(Bare::Line);
    assert_eq!(cut.feed(b"ZBXD\x01\x05"), Ok(None));
    assert_eq!(cut.end(), Err(PacketError::Cut { came: 6 }));
    assert_eq!(Packets::new(Bare::Refused).end(), Err(PacketError::Cut { came: 0 }));
}

#[test]
fn a_trapper_is_told_whose_value_it_is_and_since_when() {
    let value = Reported {
        key: "net.tcp.port[a,1]".to_owned(),
        value: "1".to_owned(),
        since_epoch: Duration::new(1_700_000_000, 42),
    };
    let expected = serde_json::json!({ "request": "sender data", "data": [
        { "host": "web", "key": "net.tcp.port[a,1]", "value": "1", "clock": 1_700_000_000, "ns": 42 },
    ]});
    let sent = data(&report("web", &[value]));
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&sent).unwrap(), expected);
}

#[test]
fn what_is_no_receipt_says_so() {
    for (answer, why) in [
        (r#"{"response":"failed","info":"not today"}"#, TrapperError::Failed("not today".to_owned())),
        (
            r#"{"response":"failed","redirect":{"revision":2,"address":"10.0.0.9:10051"}}"#,
            TrapperError::Elsewhere("10.0.0.9:10051".to_owned()),
        ),
        (r#"{"response":"success","info":"all well"}"#, TrapperError::Unreadable),
        (r#"{"answer":"success"}"#, TrapperError::Unreadable),
        ("1", TrapperError::Unreadable),
        ("", TrapperError::Unreadable),
    ] {
        assert_eq!(taken(answer.as_bytes()), Err(why), "{answer}");
    }
}
