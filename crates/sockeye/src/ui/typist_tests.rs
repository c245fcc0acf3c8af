//! What somebody types, and the orders it becomes.
//! Never a terminal: lines are handed in.

use sockeye_core::{charset::Charset, frame::Framing};
use tokio::sync::mpsc::Receiver;

use super::*;
use crate::ui::input::Source;

fn typist(role: Role, framing: &str, charset: &str) -> (Typist, Receiver<Order>) {
    let typing = Typing {
        source: Source::Commands,
        charset: Charset::parse(charset).unwrap(),
        framing: Framing::parse(framing).unwrap(),
        seed: 1,
        ..Typing::nobody(role)
    };
    let (orders, taken) = tokio::sync::mpsc::channel(64);
    let tools = Tools {
        quicks: Quicks::open(Some("/nonexistent/quick.toml".into())),
        roster: Roster::default(),
        logs: Logs::new(|_| Ok(())),
        wishes: tokio::sync::mpsc::channel(1).0,
    };
    (Typist::new(typing, Clock::start(), orders, Teller::nobody(), Shutdown::default(), tools), taken)
}

fn taken(receiver: &mut Receiver<Order>) -> Vec<(To, Action)> {
    let orders = std::iter::from_fn(|| receiver.try_recv().ok());
    // Where it stays is the engine's matter.
    let bare = |what| match what {
        Action::Again(message, _) => Action::Say(message),
        other => other,
    };
    orders.map(|order| (order.to, bare(order.what))).collect()
}

fn say(text: &[u8]) -> Action {
    Action::Say(Bytes::copy_from_slice(text).into())
}

#[test]
fn lines_become_messages_in_the_charset() {
    let (typist, mut orders) = typist(Role::Connect, "raw", "gbk");
    typist.run(&mut "你\r\n\n//x\n/hex 00ff\n/info\nlast".as_bytes());
    assert_eq!(
        taken(&mut orders),
        [
            (To::Default, say(b"\xc4\xe3")),
            (To::Default, say(b"/x")),
            (To::Default, say(b"\x00\xff")),
            (To::Default, Action::Info),
            (To::Default, say(b"last")),
            (To::All, Action::SayNoMore),
        ]
    );
}

#[test]
fn under_a_framing_an_empty_line_is_a_message() {
    let (mut typist, mut orders) = typist(Role::Connect, "line", "utf-8");
    assert_eq!(typist.line(""), Next::Line);
    assert_eq!(taken(&mut orders), [(To::Default, say(b""))]);
}

#[test]
fn what_cannot_be_sent_is_not_sent() {
    let (mut typist, mut orders) = typist(Role::Connect, "len=1", "ascii");
    typist.line("é");
    typist.line(&"x".repeat(300));
    typist.line("/file /nonexistent");
    typist.line("/nonsense");
    assert_eq!(taken(&mut orders), []);
}

#[test]
fn the_operator_addresses_clients_and_the_end_of_a_pipe_ends_nothing() {
    let (typist, mut orders) = typist(Role::Listen, "raw", "utf-8");
    typist.run(&mut b"/to 3 hello\n/all hi\n/list\n/close 3\n/half 2\n/reset 1\n".as_slice());
    assert_eq!(
        taken(&mut orders),
        [
            (To::conn(3), say(b"hello")),
            (To::All, say(b"hi")),
            (To::All, Action::List),
            (To::conn(3), Action::Close),
            (To::conn(2), Action::Half),
            (To::conn(1), Action::Reset),
        ]
    );
}

#[test]
fn quitting_stops_the_run() {
    let (mut typist, _orders) = typist(Role::Listen, "raw", "utf-8");
    assert_eq!(typist.line("/quit"), Next::Over);
    assert!(typist.shutdown().stop.is_cancelled());
    assert_eq!(typist.shutdown().signal(), None);
    drop(_orders);
    assert_eq!(typist.line("nobody takes it"), Next::Over);
}

#[test]
fn every_counts_and_stops() {
    let (mut typist, mut orders) = typist(Role::Connect, "raw", "utf-8");
    typist.line("/every 1ms n={counter}");
    let (said, anchors): (Vec<Action>, Vec<Anchor>) = (0..3)
        .map(|_| match orders.blocking_recv().unwrap().what {
            Action::Again(message, anchor) => (Action::Say(message), anchor),
            other => panic!("{other:?}"),
        })
        .unzip();
    assert_eq!(said, [say(b"n=1"), say(b"n=2"), say(b"n=3")]);
    assert!(anchors[0] == anchors[1] && anchors[1] == anchors[2], "all of it stays with one conversation");
    typist.line("/every off");
    drop(typist);
    // Its thread lets go of the channel.
    while orders.blocking_recv().is_some() {}
}
