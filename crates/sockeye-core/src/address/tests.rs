//! Addresses as people write and mistype them.
//! Never opens anything.

use super::*;

fn shown(text: &str) -> String {
    Address::parse(text).unwrap_or_else(|e| panic!("{e}")).to_string()
}

fn refused(text: &str) -> String {
    match Address::parse(text) {
        Err(e) => e.to_string(),
        Ok(a) => panic!("{text:?} was read as {a}"),
    }
}

#[test]
fn what_is_accepted_prints_as_it_is_accepted() {
    for (text, expected) in [
        ("8888", "tcp://:8888"),
        (":8888", "tcp://:8888"),
        ("tcp://8888", "tcp://:8888"),
        ("*:0", "tcp://*:0"),
        ("localhost:80", "tcp://localhost:80"),
        ("127.0.0.1:40123", "tcp://127.0.0.1:40123"),
        ("0.0.0.0:1", "tcp://0.0.0.0:1"),
        ("TCP://example.com:80/", "tcp://example.com:80"),
        ("[::1]:80", "tcp://[::1]:80"),
        ("[::]:80", "tcp://[::]:80"),
        ("[fe80::1%eth0]:80", "tcp://[fe80::1%eth0]:80"),
        ("udp://9000", "udp://:9000"),
        ("udp://*:9000", "udp://*:9000"),
        ("udp://239.1.1.1:5000?iface=lo&join&ttl=0", "udp://239.1.1.1:5000?iface=lo&join&ttl=0"),
        ("udp://255.255.255.255:1?broadcast&ttl=9", "udp://255.255.255.255:1?broadcast&ttl=9"),
        ("unix:/run/x.sock", "unix:/run/x.sock"),
        ("unix:///run/x.sock", "unix:/run/x.sock"),
        ("unix:////run", "unix:////run"),
        ("unix:x.sock", "unix:x.sock"),
        ("unix:@abstract name", "unix:@abstract name"),
        ("设备.local:502", "tcp://设备.local:502"),
        ("-", "-"),
    ] {
        assert_eq!(shown(text), expected);
        assert_eq!(shown(expected), expected, "what is printed must be accepted");
    }
}

#[test]
fn what_is_refused_says_what_to_write() {
    for (text, expected) in [
        ("", "the address is empty"),
        ("tpc://1", "did you mean \"tcp\"?"),
        ("http://x:80", "unknown scheme \"http\"; there are tcp://"),
        ("tls://x:443", "not available yet"),
        ("tls:x:443", "write tls://x:443"),
        ("udp:9000", "write udp://9000"),
        ("localhost", "write localhost:PORT"),
        ("[::1]", "write [::1]:PORT"),
        ("70000", "a port is 0 to 65535"),
        ("x:70000", "a port is 0 to 65535"),
        ("x:", "has no port: write x:PORT"),
        ("x:http", "a port is 0 to 65535"),
        ("x:+80", "a port is 0 to 65535"),
        ("::1", "write [::1]:PORT"),
        ("::1:80", "write [::1]:80"),
        ("udp://fe80::1%eth0:80", "write udp://[fe80::1%eth0]:80"),
        ("a:b:c", "more than one colon"),
        ("[::1:80", "written [ADDRESS]:PORT"),
        ("[::1]80", "written [ADDRESS]:PORT"),
        ("[127.0.0.1]:80", "no IPv6 address"),
        ("[::1%]:80", "is no zone"),
        ("256.1.1.1:80", "four numbers"),
        ("1.2:80", "four numbers"),
        ("tcp://", "empty host"),
        ("user@host:22", "user name"),
        ("-x:80", "begin with '-'"),
        ("a b:80", "no host name"),
        ("tcp://x:80/path", "a port is 0 to 65535"),
        ("tcp://x:80?join", "only udp:// takes options"),
        ("udp://x:80?jion", "did you mean \"join\"?"),
        ("udp://x:80?join", "the host is no group"),
        ("udp://x:80?ttl=256", "number from 1 to 255"),
        ("udp://x:80?ttl=0", "multicast groups only"),
        ("udp://x:80?iface=", "write an interface"),
        ("unix:", "it has no name"),
        ("unix:@", "it has no name"),
    ] {
        let message = refused(text);
        assert!(message.contains(expected), "{text:?}: {message}");
    }
    assert!(refused(&format!("unix:/{}", "x".repeat(107))).contains("107 bytes"));
    assert!(refused("unix:a\0b").contains("NUL"));
}

#[test]
fn what_was_meant_is_said() {
    for (text, write) in [
        ("127.0.0.1：8888", "127.0.0.1:8888"),
        ("127.0.0.1，8888", "127.0.0.1:8888"),
        ("８８８８", "8888"),
        ("127。0。0。1:88", "127.0.0.1:88"),
        ("［::1］:80", "[::1]:80"),
        ("(127.0.0.1,23600)", "127.0.0.1:23600"),
        ("('127.0.0.1', 23600)", "127.0.0.1:23600"),
        ("(\"::1\", 80)", "[::1]:80"),
        ("127.0.0.1,23600", "127.0.0.1:23600"),
        ("localhost 80", "localhost:80"),
        ("8888:127.0.0.1", "127.0.0.1:8888"),
        ("udp://80:localhost", "udp://localhost:80"),
        ("127.0.0.1:", "127.0.0.1:PORT"),
    ] {
        let said = refused(text);
        assert!(said.ends_with(&format!("write {write}")), "{said}");
    }
    for (host, port, write) in [
        ("8888", "127.0.0.1", "127.0.0.1 8888"),
        ("80", "localhost", "localhost 80"),
        ("::1", "８０", "::1 80"),
        ("udp", "8888", "udp://8888"),
        ("udp", "127.0.0.1:9", "udp://127.0.0.1:9"),
    ] {
        let said = Address::parse_pair(host, port).unwrap_err().to_string();
        assert!(said.ends_with(&format!("write {write}")), "{said}");
    }
    // Names in any script are names, and nothing is guessed where nothing is known.
    assert_eq!(shown("例え.テスト:80"), "tcp://例え.テスト:80");
    assert!(refused("127.0.0.1:http!").contains("http!"));
    assert!(matches!(Address::parse(""), Err(AddressError::Empty)));
}

#[test]
fn an_error_never_shows_a_control_character() {
    for text in ["\x1b[2Jx:80", "x\u{202e}:80", "\r\n:x"] {
        assert!(!refused(text).contains(|c: char| c.is_control() || c == '\u{202e}'));
    }
}

#[test]
fn host_and_port_may_be_two_words() {
    let pair = |h: &str, p: &str| match Address::parse_pair(h, p) {
        Ok(a) => a.to_string(),
        Err(e) => e.to_string(),
    };
    assert_eq!(pair("localhost", "80"), "tcp://localhost:80");
    assert_eq!(pair("::1", "80"), "tcp://[::1]:80");
    assert_eq!(pair("[::1]", "80"), "tcp://[::1]:80");
    assert_eq!(pair("fe80::1%eth0", "80"), "tcp://[fe80::1%eth0]:80");
    assert_eq!(pair("udp://10.0.0.7", "9"), "udp://10.0.0.7:9");
    assert!(pair("", "80").contains("empty host"));
    assert!(pair("x", "70000").contains("a port is 0 to 65535"));
    assert!(pair("x:80", "90").contains("port was given apart"));
    assert!(pair("tls://x", "90").contains("not available yet"));
}

#[test]
fn a_socket_address_prints_as_an_address() {
    let of = |s: &str| Address::tcp(s.parse().unwrap()).to_string();
    assert_eq!(of("127.0.0.1:40123"), "tcp://127.0.0.1:40123");
    assert_eq!(of("[::1]:1"), "tcp://[::1]:1");
    assert_eq!(of("[fe80::1%3]:1"), "tcp://[fe80::1%3]:1");
    assert_eq!(Address::udp("[::]:9".parse().unwrap()).to_string(), "udp://[::]:9");
}

#[test]
fn an_address_in_a_plan_is_its_text() {
    let address = Address::parse("udp://239.1.1.1:5000?join").unwrap();
    let json = serde_json::to_string(&address).unwrap();
    assert_eq!(json, "\"udp://239.1.1.1:5000?join\"");
    assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
    assert!(serde_json::from_str::<Address>("\"x\"").is_err());
}
