//! The gate in front of a listener, and its calm while the system refuses.
//! Never a listener: `listen` has those.

use std::io;

use sockeye_core::{
    event::{EventDetail, Notice, What},
    limit::Full,
};
use tokio::time::{Instant, advance};

use super::{drain, hub, ms};
use crate::accept::{Calm, Gate, room};

#[test]
fn room_is_what_was_asked_for_within_what_there_is() {
    assert_eq!(room(10, 1), 10);
    assert_eq!(room(0, 1), 1, "a listener that lets nobody in is none");
    let all = room(usize::MAX, 1);
    assert_eq!(room(usize::MAX, 2), all / 2);
    assert!(all < sockeye_sys::raise_descriptor_limit());
}

#[tokio::test(start_paused = true)]
async fn the_gate_lets_in_so_many_and_says_once_a_second_that_it_is_full() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let gate = Gate::new(2, Full::Wait);
    let mut last_said = None;
    let mut inside = Vec::new();
    for _ in 0..2 {
        inside.push(gate.enter(&hub.run, &mut last_said).await.unwrap());
    }
    assert!(drain(&mut seen).is_empty());
    for (wait, said) in [(0, 1), (400, 0), (400, 0), (400, 1), (2000, 1)] {
        advance(ms(wait)).await;
        let full = tokio::time::timeout(ms(0), gate.enter(&hub.run, &mut last_said)).await;
        assert!(full.is_err(), "a third was let in");
        let told = drain(&mut seen);
        assert_eq!(told, vec![What::Notice(Notice::AtLimit { open: 2 }); said], "after {wait} ms");
    }
    inside.pop();
    assert!(gate.enter(&hub.run, &mut last_said).await.is_some(), "one left, one may come in");
}

#[tokio::test(start_paused = true)]
async fn a_system_that_refuses_is_asked_less_and_less_and_told_of_once_a_second() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let mut calm = Calm::default();
    let full = || io::Error::from_raw_os_error(24);
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let before = Instant::now();
        calm.failed(&full(), &hub.run).await;
        pauses.push(before.elapsed().as_millis());
    }
    assert_eq!(pauses, [50, 100, 200, 400, 500, 500, 500, 500]);
    let told = drain(&mut seen);
    let words = |what: &What| matches!(what, What::Notice(Notice::AcceptFailed { detail }) if detail.key() == "errno-mfile");
    assert!(told.iter().all(words), "{told:?}");
    assert_eq!(told.len(), 3, "2.75 s, three words");

    calm.worked();
    let before = Instant::now();
    calm.failed(&full(), &hub.run).await;
    assert_eq!(before.elapsed(), ms(50), "after one success it begins anew");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_gone_before_it_was_accepted_costs_nothing() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let mut calm = Calm::default();
    for kind in [io::ErrorKind::ConnectionAborted, io::ErrorKind::Interrupted] {
        let before = Instant::now();
        calm.failed(&kind.into(), &hub.run).await;
        assert_eq!(before.elapsed(), ms(0));
    }
    assert!(drain(&mut seen).is_empty());
}
