//! The sentences as people read them.
//! Never about who says them, or where.

use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Member, Notice, Operation},
};

use super::*;

mod chinese;

fn failed(operation: Operation, kind: Kind, detail: &str) -> String {
    failure(&Failure::new(operation, "tcp://127.0.0.1:1", kind, Text::verbatim(detail)))
}

#[test]
fn a_failure_names_operation_address_cause_and_what_to_try() {
    assert_eq!(
        failed(Operation::Connect, Kind::Refused, "refused"),
        "error: connect to tcp://127.0.0.1:1: refused\n  try: is a server running there, and is the port right? \
         --retry 5 waits for one that is starting"
    );
    assert_eq!(
        failed(Operation::Send, Kind::Broken, "broken pipe"),
        "error: send to tcp://127.0.0.1:1: broken pipe"
    );
    let own = Failure::new(Operation::Listen, "tcp://:80", Kind::AddressInUse, Text::verbatim("in use"))
        .hint(Text::verbatim("nginx (42) has it"));
    assert_eq!(failure(&own), "error: listen on tcp://:80: in use\n  try: nginx (42) has it");
    assert!(failed(Operation::Wait, Kind::NoAnswer, "no answer came").ends_with(": no answer came"));
    let instead = came_instead(b"no\n", charset::Charset::utf8());
    assert_eq!(unmet("ok", instead).to_string(), "--expect 'ok' was not met: what came ends in 'no\\n'");
    assert!(failed(Operation::Wait, Kind::Unexpected, "said why").ends_with(": said why"));
}

#[test]
fn nothing_from_elsewhere_steers_the_terminal() {
    let said = failed(Operation::Receive, Kind::Framing, "the text '\x1b[2J\u{202e}'");
    assert!(said.contains("\\x1b[2J\\u{202e}"), "{said}");
    assert!(!notice(&Notice::Denied { peer: "\x07".to_owned() }).contains('\x07'));
    assert!(notice(&Notice::Unfinished { len: 2, data: b"a\x1b".as_slice().into() }).ends_with("a\\x1b"));
}

#[test]
fn the_lesson_of_the_sticky_packet() {
    assert_eq!(sticky(15, 3, 0), "one read carried 3 messages (15 bytes): TCP has no message boundaries");
    assert_eq!(
        sticky(4, 0, 4),
        "one read carried part of a message (4 bytes; 4 bytes kept until the rest comes)"
    );
    assert_eq!(sticky(9, 1, 2), "one read carried 1 message and part of the next (9 bytes; 2 bytes kept)");
    assert_eq!(sticky(9, 2, 1), "one read carried 2 messages and part of the next (9 bytes; 1 byte kept)");
}

#[test]
fn a_bare_port_says_how_to_open_it() {
    let lines = |text: &str| reach(&Address::parse(text).unwrap(), 8888, None, Admits::Everybody).join("\n");
    assert!(
        lines("udp://239.1.2.3:8888?join").contains("the group 239.1.2.3"),
        "a group is not this machine"
    );
    let listed = reach(&Address::parse("*:8888").unwrap(), 8888, None, Admits::Listed).join("\n");
    assert!(listed.contains("only those of --allow") && !listed.contains("everybody"), "{listed}");
    assert_eq!(
        lines("8888"),
        "  only this machine can reach it; to open it to others: sockeye listen 0.0.0.0:8888  (or '*:8888')"
    );
    assert!(lines("udp://0").contains("udp://0.0.0.0:8888"));
    assert!(lines("*:0").contains("nc THIS-MACHINE 8888"));
    assert!(lines("udp://0.0.0.0:0").contains("nc -u THIS-MACHINE 8888"));
    assert_eq!(lines("127.0.0.1:0"), "  only this machine can reach it");
    assert_eq!(lines("unix:/x"), "");
}

#[test]
fn counters_are_readable() {
    let counters = Counters {
        bytes_in: 1,
        messages_in: 1,
        bytes_out: 20,
        messages_out: 2,
        bad_checksums: 1,
        ..Counters::default()
    };
    assert_eq!(
        closed(Ending::PeerReset, &counters, 1_234_567_890, Pieces::Messages),
        "closed: peer reset (RST); in 1 byte / 1 message, out 20 bytes / 2 messages, 1.23s, 1 bad checksum"
    );
    let run = Summary {
        accepted: 2,
        refused: 1,
        reset: 0,
        totals: Counters::default(),
        lasted: 1_500,
        ..Summary::default()
    };
    assert_eq!(
        summary(&run, Pieces::Messages),
        "2 conversations; in 0 bytes / 0 messages, out 0 bytes / 0 messages, 1.5us, 1 turned away"
    );
    assert_eq!(
        suppressed("udp://1.2.3.4:5", Suppression::Rate, 7),
        "7 answers to udp://1.2.3.4:5 not sent: more than --rate allows"
    );
}

#[test]
fn what_the_kernel_does_not_tell_is_left_out() {
    let known = SocketInfo { rtt_us: Some(1500), cwnd: Some(10), ..SocketInfo::default() };
    assert_eq!(info(&known), "socket\n  RTT                 1.5ms\n  cwnd                10 segments");
    assert!(info(&SocketInfo::default()).contains("nothing"));
    let members = vec![Member { conn: 3, peer: "tcp://10.0.0.7:5".to_owned(), name: None }];
    assert_eq!(notice(&Notice::Members(members)), "1 connected\n  #3  tcp://10.0.0.7:5");
}
