//! What a terminal shows of events.
//! Never a terminal: pages are looked at.

use sockeye_core::{
    address::Address,
    event::{Ending, Passing},
    frame::{ByteOrder, Check, Framing, Layout},
};

use super::*;
use crate::view::{Show, samples::*};

#[test]
fn messages_have_time_number_arrow_length_and_text() {
    let mut view = Transcript::new(context());
    assert_eq!(
        out(&mut view, &[recv(1, b"hello"), sent(1, b"a\r\n\x1b[2J"), recv(2, b"")]),
        "10:00:00.123 #1 ← 5 hello\n10:00:00.123 #1 → 7 a\\r\\n\\x1b[2J\n10:00:00.123 #2 ← 0 \n"
    );
    let mut view = Transcript::new(ViewContext { signs: Signs::Ascii, colours: Colours::On, ..context() });
    assert_eq!(
        out(&mut view, &[recv(1, b"a"), sent(1, b"b")]),
        "10:00:00.123 #1 \x1b[36m< 1 a\x1b[0m\n10:00:00.123 #1 \x1b[32m> 1 b\x1b[0m\n"
    );
}

#[test]
fn hex_goes_under_the_line() {
    let mut view = Transcript::new(ViewContext { show: Show::Both, ..context() });
    assert_eq!(
        out(&mut view, &[recv(1, b"hello"), recv(1, b"!")]),
        "10:00:00.123 #1 ← 5 hello\n\
         00000000  68 65 6c 6c 6f                                    |hello|\n\
         10:00:00.123 #1 ← 1 !\n\
         00000005  21                                                |!|\n"
    );
    let mut view = Transcript::new(ViewContext { show: Show::Hex, ..context() });
    assert!(out(&mut view, &[recv(1, b"hello")]).starts_with("10:00:00.123 #1 ← 5\n00000000"));
}

#[test]
fn a_character_cut_between_reads_is_its_bytes_in_both() {
    let mut view = Transcript::new(context());
    let events = [
        recv(1, b"\xe4\xbd"),
        recv(2, b"\xa0"),
        recv(1, b"\xa0!"),
        recv(1, b"\xe4"),
        closed(1, Ending::PeerClosed),
    ];
    assert_eq!(
        out(&mut view, &events),
        "10:00:00.123 #1 ← 2 \\xe4\\xbd\n10:00:00.123 #2 ← 1 \\xa0\n10:00:00.123 #1 ← 2 \\xa0!\n\
         10:00:00.123 #1 ← 1 \\xe4\n\
         10:00:00.123 #1 closed: the peer was first to close (FIN); in 5 bytes / 1 read, out 0 bytes / 0 sends, 1.5s\n"
    );
}

#[test]
fn a_message_with_edges_is_read_by_itself() {
    for context in [
        ViewContext { framing: Framing::parse("line").unwrap(), ..context() },
        ViewContext { address: Address::parse("udp://1").unwrap(), ..context() },
    ] {
        let mut view = Transcript::new(ViewContext { charset: Charset::parse("gbk").unwrap(), ..context });
        assert_eq!(
            out(&mut view, &[recv(1, b"\xc4\xe3\xba"), recv(1, b"\xc3")]),
            "10:00:00.123 #1 ← 3 你\\xba\n10:00:00.123 #1 ← 1 \\xc3\n"
        );
    }
}

#[test]
fn a_long_message_is_cut_and_says_so() {
    let mut view = Transcript::new(context());
    let shown = out(&mut view, &[recv(1, &[b'x'; SHOWN + 10])]);
    assert!(shown.ends_with("xxx…(+10 bytes)\n"));
    assert_eq!(shown.matches('x').count(), SHOWN);
    let long = format!("x{}", "你".repeat(2000));
    let shown = out(&mut Transcript::new(context()), &[recv(1, long.as_bytes())]);
    assert!(shown.contains("你…(+") && !shown.contains("\\x"), "cut between two characters");
}

#[test]
fn our_fin_is_told_where_the_peer_goes_on() {
    let mut view = Transcript::new(context());
    let fin = |dir| event(1, What::Ended { dir });
    assert_eq!(
        out(&mut view, &[fin(Dir::Out), fin(Dir::In)]),
        "10:00:00.123 #1 half-closed (FIN sent): we can still receive\n\
         10:00:00.123 #1 peer closed (FIN): it sends no more\n"
    );
}

#[test]
fn a_name_stands_behind_the_number_until_somebody_else_has_it() {
    let mut view = Transcript::new(context());
    let named = |conn, from| event(conn, What::Named { name: "DTU002".into(), from });
    assert_eq!(
        out(&mut view, &[named(1, None), recv(1, b"a"), named(2, Some(1)), recv(1, b"b"), recv(2, b"c")]),
        "10:00:00.123 #1 is called DTU002 from now on\n\
         10:00:00.123 #1 DTU002 ← 1 a\n\
         10:00:00.123 #2 is called DTU002 from now on; until now that was #1\n\
         10:00:00.123 #1 ← 1 b\n\
         10:00:00.123 #2 DTU002 ← 1 c\n"
    );
    assert!(out(&mut view, &[closed(2, Ending::PeerClosed)]).starts_with("10:00:00.123 #2 DTU002 closed"));
    assert_eq!(out(&mut view, &[recv(2, b"d")]), "10:00:00.123 #2 ← 1 d\n");
}

#[test]
fn everything_else_has_a_line() {
    let mut view = Transcript::new(context());
    let (out, err) = shown(&mut view, &others());
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "10:00:00.123 #1 opened: tcp://127.0.0.1:5 (our end tcp://127.0.0.1:8888)\n\
         10:00:00.123 #1 one read carried 3 messages (15 bytes): TCP has no message boundaries\n\
         10:00:00.123 #1 peer closed (FIN): it sends no more\n\
         10:00:00.123 #1 fault latency (down): from byte 7 on all comes 20ms later\n"
    );
    assert_eq!(
        err,
        "listening on tcp://127.0.0.1:8888\n\
         \x20 only this machine can reach it; to open it to others: sockeye listen 0.0.0.0:8888  (or '*:8888')\n\
         10:00:00.123 2 datagrams from our own address (udp://1.2.3.4:5) not taken\n\
         10:00:00.123 #1 2 bytes never became a message: ab\n\
         10:00:00.123 #1 error: receive from tcp://10.0.0.7:5: too long\n\
         \x20 try: does the peer speak this --frame? without one everything is shown as it comes\n"
    );
    assert!(shown(&mut view, &[summary()]).1.starts_with("1 conversation; in 5 bytes"));
}

#[test]
fn what_is_under_way_stands_below_the_lines_and_goes() {
    let only = Passing { name: b"\x1b[2J".as_slice().into(), done: 1, size: 2 };
    let under_way = |files, only| event(None, What::UnderWay(UnderWay { files, rate: 0, only }));
    let one = || under_way(1, Some(only.clone()));
    let text = "\r\\x1b[2J  50% of 2 B  0 B/s  waiting";
    let blank = format!("\r{:1$}\r", "", text.len() - 1);
    for last in [under_way(0, None), summary()] {
        let mut view = Transcript::new(context());
        let (out, err) = shown(&mut view, &[one(), one(), recv(1, b"a"), last]);
        assert_eq!(out, "10:00:00.123 #1 ← 1 a\n".as_bytes());
        // Drawn once, wiped for the line, drawn again, and gone in the end.
        assert!(err.starts_with(&format!("{text}{blank}{text}{blank}")), "{err:?}");
    }
    let (_, err) = shown(&mut Transcript::new(context()), &[one(), under_way(2, None)]);
    // What was longer leaves nothing behind.
    let shorter = format!("\r2 files under way  0 B/s{:11}", "");
    assert!(err.ends_with(&shorter) && shorter.len() == text.len(), "{err:?}");
}

#[test]
fn a_bad_checksum_is_shown_with_its_message() {
    let layout = Layout { size: 2, order: ByteOrder::Little };
    let check = Check::Bad { found: 0x1234, expected: 0xabcd, layout };
    let mut view = Transcript::new(context());
    let event = event(1, What::Recv { data: b"x".as_slice().into(), check, from: None, joined: 0 });
    assert_eq!(
        out(&mut view, &[event]),
        "10:00:00.123 #1 ← 1 x\n10:00:00.123 #1 bad checksum: 34 12 came where cd ab would be right\n"
    );
}
