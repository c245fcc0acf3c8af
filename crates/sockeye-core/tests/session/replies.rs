//! Every row of the table of responders, as a conversation meets it, and the chat room between conversations.
//! Never rules: `rules` has those.

use sockeye_core::{
    behaviour::{Delivery, REPLIES, Reply, Room, RoomAct},
    charset::Charset,
    event::{Ending, What},
    limit::OUTBOX,
    unit::Close,
};

use crate::rig::{Setup, ms};

#[test]
fn every_responder_of_the_table_opens_answers_and_ends() {
    for row in REPLIES {
        let setup = match row.name {
            "rules" => Setup::ruled("[[rule]]\nprefix = 'h'\nreply = 'ruled'\n"),
            "text" => Setup::replying("text:fixed"),
            name => Setup::replying(name),
        };
        let framing = setup.reply.framing.unwrap_or("raw");
        let setup = setup.framed(framing);
        let mut rig = setup.open();
        rig.write_much(1000);
        if rig.session.wants_input() {
            rig.hear(b"hello\n");
        }
        rig.write_much(1000);
        let (said, room) = (rig.text(), rig.session.drain_room());
        match row.name {
            "echo" => assert_eq!(said, "hello\n"),
            "time" => assert_eq!(said, "[2026-11-21T10:00:00.000+00:00] hello\n"),
            "ctime" => assert_eq!(said, "[Sat Nov 21 10:00:00 2026] hello\n"),
            "text" => assert_eq!(said, "fixed"),
            "rules" => assert_eq!(said, "ruled"),
            "chat" => assert_eq!(room, [RoomAct::Join, RoomAct::Line(b"hello".to_vec())]),
            "discard" => assert_eq!(said, ""),
            "chargen" => assert!(said.starts_with(" !\"#$") && said.len() >= 1000),
            "daytime" => assert_eq!(said, "Sat Nov 21 10:00:00 2026\r\n"),
            new => panic!("{new} has no test here"),
        }
        if rig.session.closing().is_none() {
            rig.take_end();
            rig.settle();
            assert!(rig.session.is_done(), "{} does not end when its peer has", row.name);
        }
    }
}

#[test]
fn stamps_are_one_for_each_message_the_empty_one_too() {
    let mut rig = Setup::replying("ctime").framed("line").open();
    rig.hear(b"one\n\ntwo\n");
    let stamp = "[Sat Nov 21 10:00:00 2026] ";
    assert_eq!(rig.text(), format!("{stamp}one\n{stamp}\n{stamp}two\n"));
    let mut rig = Setup::replying("time").datagrams().open();
    rig.pass(ms(65_250));
    rig.hear(b"");
    assert_eq!(rig.text(), "[2026-11-21T10:01:05.250+00:00] ");
}

#[test]
fn a_text_is_filled_in_for_each_message() {
    let mut rig = Setup::replying("text:{counter}:{len}:{hex}:{peer}:{conn};").framed("line").open();
    rig.hear(b"a\nbc\n");
    let peer = "tcp://192.0.2.1:40000";
    assert_eq!(rig.text(), format!("1:1:61:{peer}:1;\n2:2:6263:{peer}:1;\n"));
}

#[test]
fn daytime_speaks_first_and_closes_on_a_stream() {
    let mut rig = Setup::replying("daytime").open();
    assert!(!rig.session.wants_input());
    rig.settle();
    assert_eq!(rig.text(), "Sat Nov 21 10:00:00 2026\r\n");
    assert_eq!((rig.session.closing(), rig.fin.is_some()), (Some(Close::Graceful), true));
    assert_eq!(rig.finish(Ending::Closed), Ending::Closed);

    let mut rig = Setup::replying("daytime").datagrams().open();
    assert!(!rig.session.out().has_front(), "a datagram service waits to be asked");
    rig.hear(b"?");
    rig.hear(b"?");
    assert_eq!(rig.writes.len(), 2);
    assert_eq!(rig.session.closing(), None);
}

#[test]
fn chargen_is_bounded_goes_on_and_turns_through_the_pattern() {
    let mut rig = Setup::replying("chargen").unseen().open();
    let waits = rig.session.out().backlog();
    assert!((OUTBOX..OUTBOX + 100).contains(&waits), "{waits} bytes wait at once");
    rig.write_much(3 * OUTBOX);
    let text = rig.text();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() == 72));
    assert_eq!(lines[0], r##" !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefg"##);
    for pair in lines.windows(2).take(500) {
        assert_eq!(&pair[0][1..], &pair[1][..71], "each line begins one further on");
    }
    assert_eq!(lines[0], lines[95]);
}

#[test]
fn chargen_under_a_framing_that_cannot_carry_its_lines_gives_up() {
    for spec in ["crlf", "line", "fixed=4", "len=1"] {
        let mut rig = Setup::replying("chargen").framed(spec).open();
        rig.write_much(1000);
        if rig.wire().is_empty() {
            assert!(!rig.failures().is_empty(), "{spec}: it says nothing and not why");
            assert!(rig.session.closing().is_some(), "{spec}: it can never say anything");
        }
        assert!(rig.failures().len() <= 1, "{spec}: {} failures", rig.failures().len());
    }
}

#[test]
fn chargen_answers_a_datagram_with_one_of_at_most_512_bytes() {
    let mut rig = Setup::replying("chargen").datagrams().open();
    for _ in 0..300 {
        rig.hear(b"?");
    }
    let sizes: Vec<usize> = rig.writes.iter().map(|(_, bytes)| bytes.len()).collect();
    assert_eq!(sizes.len(), 300);
    assert!(sizes.iter().all(|n| *n <= 512));
    assert!(sizes.iter().any(|n| *n < 50) && sizes.iter().any(|n| *n > 460), "{sizes:?}");
}

#[test]
fn what_the_operator_types_is_sent_and_nothing_is_answered() {
    let mut rig = Setup::with(Reply::operator(ms(0))).framed("line").open();
    rig.hear(b"a question\n");
    assert_eq!(rig.text(), "");
    rig.session.say(b"an answer", rig.at);
    rig.settle();
    assert_eq!(rig.text(), "an answer\n");
    assert!(rig.whats().any(|what| matches!(what, What::Sent { data, .. } if **data == *b"an answer")));
}

#[test]
fn an_operator_may_answer_for_a_while_after_the_peers_end() {
    let mut rig = Setup::with(Reply::operator(ms(0))).open();
    rig.hear_end();
    assert!(rig.session.is_done(), "nobody is there to be patient for");

    let mut rig = Setup::with(Reply::operator(ms(1000))).open();
    rig.hear(b"a question, and no more");
    rig.hear_end();
    rig.pass(ms(900));
    rig.session.say(b"an answer", rig.at);
    rig.pass(ms(999));
    assert_eq!((rig.text().as_str(), rig.fin), ("an answer", None));
    rig.pass(ms(1));
    assert!(rig.session.is_done(), "each answer gives time for another, and then it is over");
}

/// Lines of the room for `to`.
fn heard(deliveries: &[Delivery], to: u64) -> Vec<String> {
    let mine = deliveries.iter().filter(|d| d.to == to);
    mine.map(|d| String::from_utf8_lossy(&d.line).into_owned()).collect()
}

fn say(room: &mut Room, conn: u64, line: &str) -> Vec<Delivery> {
    room.act(conn, RoomAct::Line(line.as_bytes().to_vec()))
}

#[test]
fn a_room_of_sessions() {
    let setup = |conn| Setup { conn, ..Setup::replying("chat").framed("line") };
    let mut rigs: Vec<_> = (1..=3).map(|conn| setup(conn).open()).collect();
    let mut room = Room::new(Charset::utf8());
    let mut share = |rigs: &mut Vec<crate::rig::Rig>| {
        for from in 0..rigs.len() {
            for act in rigs[from].session.drain_room() {
                for delivery in room.act(from as u64 + 1, act) {
                    let to = &mut rigs[usize::try_from(delivery.to).unwrap() - 1];
                    to.session.say(&delivery.line, to.at);
                    to.settle();
                }
            }
        }
    };
    share(&mut rigs);
    rigs[0].hear("大家好\r\n/nick Ann\nag".as_bytes());
    share(&mut rigs);
    rigs[0].hear(b"ain\n");
    share(&mut rigs);
    let two: Vec<String> = rigs[1].text().lines().map(str::to_owned).collect();
    assert_eq!(
        two[1..],
        ["* guest3 came in", "<guest1> 大家好", "* guest1 is now Ann", "<Ann> again"],
        "{two:?}"
    );
    assert!(two[0].starts_with("* you are guest2; 2 here"), "{two:?}");
    assert!(!rigs[0].text().contains("again"), "nobody hears himself");
}

#[test]
fn comings_goings_and_new_names_are_announced_to_the_others() {
    let mut room = Room::new(Charset::utf8());
    room.act(1, RoomAct::Join);
    let joined = room.act(2, RoomAct::Join);
    assert_eq!(heard(&joined, 1), ["* guest2 came in"]);
    assert_eq!(heard(&joined, 2).len(), 1, "a welcome, and no word of oneself");
    let renamed = say(&mut room, 2, "/nick 小明");
    assert_eq!(
        (heard(&renamed, 1), heard(&renamed, 2)),
        (vec!["* guest2 is now 小明".to_owned()], vec!["* you are 小明".to_owned()])
    );
    assert_eq!(heard(&say(&mut room, 1, "/who"), 1), ["* 2 here: guest1, 小明"]);
    assert_eq!(heard(&room.act(2, RoomAct::Leave), 1), ["* 小明 left"]);
    assert!(room.act(2, RoomAct::Leave).is_empty(), "one goes once");
    assert!(say(&mut room, 2, "from outside").is_empty());
    assert!(say(&mut room, 1, "  \r").is_empty(), "an empty line is no talk");
}

#[test]
fn no_two_members_have_one_name() {
    let mut room = Room::new(Charset::utf8());
    for conn in 1..=4 {
        room.act(conn, RoomAct::Join);
    }
    // Also against the name somebody is going to be given on coming in.
    assert_eq!(heard(&say(&mut room, 1, "/nick GUEST5"), 1), ["* you are GUEST5"]);
    assert!(heard(&room.act(5, RoomAct::Join), 5)[0].starts_with("* you are guest52;"));
    for (conn, name) in [(2, "ann"), (3, "Ann"), (4, "ANN")] {
        say(&mut room, conn, &format!("/nick {name}"));
    }
    let who = heard(&say(&mut room, 1, "/who"), 1);
    assert_eq!(who, ["* 5 here: GUEST5, ann, Ann2, ANN3, guest52"]);
    // Taking the name one has already is no conflict with oneself.
    assert_eq!(heard(&say(&mut room, 2, "/nick Ann"), 2), ["* you are Ann"]);
}

#[test]
fn names_are_cleaned_of_all_that_could_forge_or_hide() {
    let mut room = Room::new(Charset::utf8());
    room.act(1, RoomAct::Join);
    for (wanted, got) in [
        ("a b<c>d", "abcd"),
        ("\u{202e}evil\u{200b}", "evil"),
        ("* root", "root"),
        ("x\u{7f}y", "xy"),
        ("_-", "_-"),
        ("0123456789012345678901234567890123456789", "0123456789012345"),
    ] {
        let told = heard(&say(&mut room, 1, &format!("/nick {wanted}")), 1);
        let name = told[0].strip_prefix("* you are ").unwrap_or_else(|| panic!("{told:?}"));
        // What is shown escaped (as `\xNN` or `\u{…}`) loses its marks too.
        assert!(name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)), "{name}");
        if !wanted.contains(|c: char| c.is_control() || "\u{202e}\u{200b}".contains(c)) {
            assert_eq!(name, got);
        }
        assert!(name.chars().count() <= 16);
    }
    let refused = heard(&say(&mut room, 1, "/nick <>* "), 1);
    assert!(refused[0].contains("letters"), "{refused:?}");
    assert!(heard(&say(&mut room, 1, "/who"), 1)[0].contains("0123456789012345"), "the old name stays");
}

#[test]
fn a_large_room_does_not_announce() {
    let mut room = Room::new(Charset::utf8());
    for conn in 1..=64 {
        room.act(conn, RoomAct::Join);
    }
    assert_eq!(heard(&room.act(65, RoomAct::Join), 1).len(), 0);
    assert_eq!(say(&mut room, 65, "hello").len(), 64, "but talk goes to everybody");
}
