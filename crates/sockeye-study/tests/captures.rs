//! What real programs said to each other is cut as their protocols say: Modbus, DNS, PostgreSQL, Redis, HTTP.
//! Never captures anything itself.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::{fs, path::Path};

use sockeye_study::guess::{Conclusion, Sample, guess};

/// What is concluded from a file of the folder `data`.
fn of(name: &str) -> Conclusion {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    guess(&Sample::of(&fs::read(file).unwrap()), 3)
}

#[track_caller]
fn is(name: &str, spec: &str, protocol: Option<&str>, hint: Option<&str>) {
    let guess = of(name);
    let best = guess.proposals.first().unwrap();
    assert_eq!(best.spec, spec, "{name}: {:?}", best.why);
    let is_named = |protocol| best.spec == protocol || best.names.contains(&protocol);
    assert!(protocol.is_none_or(is_named), "{name}: {:?}", best.names);
    let hints: Vec<&str> = guess.hints.iter().map(|hint| hint.key()).collect();
    assert!(hint.is_none_or(|hint| hints.contains(&hint)), "{name}: {hints:?}");
}

#[test]
fn modbus() {
    is("modbus-up.bin", "modbus-tcp", Some("modbus-tcp"), None);
    is("modbus-down.bin", "modbus-tcp", Some("modbus-tcp"), None);
}

#[test]
fn dns_over_tcp() {
    is("dns-up.bin", "dns-tcp", Some("dns-tcp"), None);
    is("dns-down.bin", "dns-tcp", Some("dns-tcp"), None);
}

#[test]
fn postgres() {
    is("postgres-down.bin", "postgres", Some("postgres"), None);
    // The first message of a client has no type: nothing cuts all, and that is said.
    assert!(of("postgres-up.bin").hints.iter().any(|hint| hint.key() == "guess-postgres-start"));
}

#[test]
fn text_protocols() {
    is("redis-up.bin", "crlf", None, Some("guess-resp"));
    is("nginx-up.bin", "crlf", None, Some("guess-http"));
    is("nginx-down.bin", "crlf", None, Some("guess-http"));
}

#[test]
fn of_one_message_only_its_own_form_tells() {
    let request = [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10];
    let conclusion = guess(&Sample::of(&request), 3);
    let best = conclusion.proposals.first().unwrap();
    assert_eq!((best.spec.as_str(), best.messages), ("modbus-tcp", 1));
    assert!(best.bits < 24, "{}", best.bits);
    // Of this protocol too little is fixed, and that people often speak it is no evidence.
    let start = b"\x68\x04\x07\0\0\0";
    assert!(guess(&Sample::of(start), 3).proposals.is_empty());
}
