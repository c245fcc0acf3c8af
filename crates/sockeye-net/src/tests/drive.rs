//! One conversation driven over pipes and made-up links, with time standing still until nothing else can happen.
//! Never a real socket.

use std::{
    io::ErrorKind,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use futures_util::FutureExt;
use sockeye_core::{
    event::{Ending, EventDetail, Kind, Notice, Operation, What},
    limit::{LINGER, OUTBOX, READ},
    rule::Dice,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::{Instant, timeout},
};

use super::{GRACE, Read, Told, calm, drain, hub, hub_with, ms, session};
use crate::{
    drive::{Drive, DriveOutcome},
    hub::{Hub, Mail, Post},
};

fn drive(hub: &Arc<Hub>, link: DuplexStream, spec: &str) -> Drive<DuplexStream> {
    Drive::new(link, session(hub, spec, None), Arc::clone(hub), 1, None)
}

/// What there is to read now.
fn now(peer: &mut DuplexStream) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 20];
    let n = peer.read(&mut bytes).now_or_never().map_or(0, |n| n.unwrap());
    bytes.truncate(n);
    bytes
}

#[tokio::test(start_paused = true)]
async fn it_writes_before_it_waits() {
    let (hub, _seen) = hub(EventDetail::Messages);
    let (link, mut peer) = duplex(1 << 20);
    let mut drive = drive(&hub, link, "rules:greeting = 'ready'\n[[rule]]\nprefix = 'q'\nreply = 'answer'\n");
    let mut once = || {
        let mut cx = Context::from_waker(Waker::noop());
        drive.poll_unpin(&mut cx)
    };
    assert!(once().is_pending());
    assert_eq!(now(&mut peer), b"ready", "one poll, and nothing was waited for");
    peer.write_all(b"question").await.unwrap();
    assert!(once().is_pending());
    assert_eq!(now(&mut peer), b"answer", "heard and answered in the same poll");
    peer.shutdown().await.unwrap();
    let Poll::Ready(outcome) = once() else { panic!("both directions are over") };
    assert_eq!(outcome.why, Ending::PeerClosed);
}

/// Sends `total` bytes in random pieces, with or without reading at the same time; gives back what came.
async fn push(peer: DuplexStream, total: usize, seed: u64) -> (Vec<u8>, Vec<u8>) {
    let (mut reader, mut writer) = tokio::io::split(peer);
    let mut dice = Dice::new(seed, 0);
    let mut said = vec![0; total];
    dice.bytes(&mut said);
    let words = said.clone();
    let write = async move {
        let mut rest = &words[..];
        while !rest.is_empty() {
            let n = usize::try_from(dice.between(1..=500)).unwrap().min(rest.len());
            writer.write_all(&rest[..n]).await.unwrap();
            rest = &rest[n..];
            if dice.chance(0.2) {
                tokio::task::yield_now().await;
            }
        }
        writer.shutdown().await.unwrap();
    };
    let mut heard = Vec::new();
    let read = async { reader.read_to_end(&mut heard).await.unwrap() };
    tokio::join!(write, read);
    (said, heard)
}

#[tokio::test(start_paused = true)]
async fn a_pipe_of_one_byte_loses_nothing() {
    for (seed, width) in [(1, 1), (2, 1), (3, 2), (4, 7), (5, 64), (6, 1000)] {
        let (hub, mut seen) = hub(EventDetail::Summary);
        let (link, peer) = duplex(width);
        let run = tokio::spawn(drive(&hub, link, "echo"));
        let (said, heard) = push(peer, 5000 + width * 100, seed).await;
        assert!(said == heard, "width {width}: {} of {} bytes", heard.len(), said.len());
        let outcome = run.await.unwrap();
        assert_eq!((outcome.why, outcome.counters.bytes_out), (Ending::PeerClosed, said.len() as u64));
        assert!(drain(&mut seen).is_empty(), "nobody looks");
    }
}

#[tokio::test(start_paused = true)]
async fn much_both_ways_at_once_through_narrow_pipes() {
    let (hub, _seen) = hub(EventDetail::Summary);
    let (link, peer) = duplex(4096);
    let run = tokio::spawn(drive(&hub, link, "echo"));
    let (said, heard) = push(peer, 6 * OUTBOX, 11).await;
    assert!(said == heard, "{} of {} bytes", heard.len(), said.len());
    assert_eq!(run.await.unwrap().why, Ending::PeerClosed);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_costs_a_bounded_amount_and_harms_nobody() {
    let (hub, _seen) = hub(EventDetail::Summary);
    let pipe = 64 * 1024;
    let (link, mut peer) = duplex(pipe);
    let stuck = tokio::spawn(calm(drive(&hub, link, "echo"), 500));
    let mut taken = 0;
    // With the clock paused this hour is over as soon as nothing moves any more.
    let _ = timeout(ms(3_600_000), async {
        loop {
            taken += peer.write(&[b'x'; 10_000]).await.unwrap();
        }
    })
    .await;
    let most = 2 * pipe + OUTBOX + READ;
    assert!((OUTBOX..=most).contains(&taken), "{taken} bytes were taken from a peer that reads nothing");

    let (link, other) = duplex(pipe);
    let run = tokio::spawn(drive(&hub, link, "echo"));
    let (said, heard) = push(other, 100_000, 3).await;
    assert!(said == heard, "another conversation goes on meanwhile");
    assert_eq!(run.await.unwrap().why, Ending::PeerClosed);

    // And once it reads, all of it comes.
    peer.shutdown().await.unwrap();
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.unwrap();
    assert_eq!((heard.len(), stuck.await.unwrap().why), (taken, Ending::PeerClosed));
}

#[tokio::test(start_paused = true)]
async fn closing_on_a_peer_that_reads_nothing_gives_up_after_the_grace_without_spinning() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let (link, mut peer) = duplex(10);
    let session = session(&hub, "echo", Some(ms(500)));
    let run = tokio::spawn(calm(Drive::new(link, session, Arc::clone(&hub), 1, None), 200));
    let begun = Instant::now();
    peer.write_all(b"more than ten bytes come back").await.unwrap();
    let outcome = run.await.unwrap();
    assert_eq!(outcome.why, Ending::Idle);
    let took = begun.elapsed();
    assert!((ms(500) + GRACE..ms(510) + GRACE).contains(&took), "{took:?}");
    assert!(matches!(drain(&mut seen).last(), Some(What::Closed { why: Ending::Idle, .. })));
}

#[tokio::test(start_paused = true)]
async fn a_close_of_ours_reads_on_for_a_while_so_that_it_is_no_reset() {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let (link, mut peer) = duplex(1000);
    let run = tokio::spawn(drive(&hub, link, "daytime"));
    let begun = Instant::now();
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.unwrap();
    assert!(heard.ends_with(b"\r\n"));
    peer.write_all(b"what nobody asked for").await.unwrap();
    let outcome = run.await.unwrap();
    assert_eq!((outcome.why, outcome.counters.messages_in), (Ending::Closed, 0));
    let took = begun.elapsed();
    assert!((LINGER..LINGER + ms(10)).contains(&took), "{took:?}");
    assert_eq!(now(&mut peer), b"");
    assert!(drain(&mut seen).contains(&What::Closing));

    // And no longer than the peer needs.
    let (link, mut peer) = duplex(1000);
    let run = tokio::spawn(drive(&hub, link, "daytime"));
    let begun = Instant::now();
    peer.shutdown().await.unwrap();
    assert_eq!((run.await.unwrap().why, begun.elapsed()), (Ending::Closed, ms(0)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_sends_what_waits() {
    let (hub, _seen) = hub(EventDetail::Messages);
    let (link, mut peer) = duplex(10);
    let run = tokio::spawn(drive(&hub, link, "echo"));
    peer.write_all(b"0123456789").await.unwrap();
    peer.write_all(b"abcdefghij").await.unwrap();
    tokio::task::yield_now().await;
    hub.run.halt();
    let mut heard = Vec::new();
    peer.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"0123456789abcdefghij");
    drop(peer);
    assert_eq!(run.await.unwrap().why, Ending::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_busy_conversation_learns_of_the_stop() {
    let (hub, _seen) = hub(EventDetail::Summary);
    let (link, mut peer) = duplex(1 << 16);
    let run = tokio::spawn(drive(&hub, link, "chargen"));
    let mut room = vec![0; 1 << 16];
    let mut heard = 0;
    while heard < 10 * OUTBOX {
        heard += peer.read(&mut room).await.unwrap();
    }
    hub.run.halt();
    let mut rest = Vec::new();
    peer.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() <= 2 * OUTBOX, "{} bytes after the stop", rest.len());
    drop(peer);
    assert_eq!(run.await.unwrap().why, Ending::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_view_that_does_not_look_makes_the_peer_wait_and_loses_nothing() {
    let (hub, mut seen) = hub_with("raw", EventDetail::Messages, 1, Post::None);
    let (link, mut peer) = duplex(100);
    let run = tokio::spawn(calm(drive(&hub, link, "echo"), 5000));
    let said = async move {
        let mut echoed = vec![0; 100];
        for _ in 0..50 {
            peer.write_all(&[b'm'; 100]).await.unwrap();
            peer.read_exact(&mut echoed).await.unwrap();
        }
        peer.shutdown().await.unwrap();
    };
    let mut said = Box::pin(said);
    assert!(timeout(ms(60_000), &mut said).await.is_err(), "nobody looks, so nothing more is read");
    let looking = async {
        let mut story = Vec::new();
        while let Some(batch) = seen.recv().await {
            story.extend(batch.into_iter().map(|event| event.what));
            if matches!(story.last(), Some(What::Closed { .. })) {
                return story;
            }
        }
        story
    };
    let (story, ()) = tokio::join!(looking, said);
    assert!(matches!(story.first(), Some(What::Opened { .. })));
    let heard: usize =
        story.iter().map(|w| if let What::Recv { data, .. } = w { data.len() } else { 0 }).sum();
    assert_eq!((heard, run.await.unwrap().why), (5000, Ending::PeerClosed));
    assert!(drain(&mut seen).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_gone_stops_nobody() {
    let (hub, seen) = hub(EventDetail::Messages);
    drop(seen);
    let (link, peer) = duplex(100);
    let run = tokio::spawn(drive(&hub, link, "echo"));
    let (said, heard) = push(peer, 10_000, 5).await;
    assert!(said == heard);
    assert_eq!(run.await.unwrap().why, Ending::PeerClosed);
}

/// What becomes of a conversation over a link that does as it is told.
async fn told(
    spec: &str,
    reads: Vec<Read>,
    writes: usize,
    then: Option<ErrorKind>,
) -> (DriveOutcome, Vec<What>) {
    let (hub, mut seen) = hub(EventDetail::Messages);
    let link = Told { reads: reads.into(), writes, then };
    let session = session(&hub, spec, None);
    let outcome = calm(Drive::new(link, session, hub, 1, None), 100).await;
    (outcome, drain(&mut seen))
}

#[tokio::test(start_paused = true)]
async fn a_reset_by_the_peer_is_told_as_one() {
    let reads = vec![Read::Bytes(b"x"), Read::Error(ErrorKind::ConnectionReset)];
    let (outcome, story) = told("echo", reads, 100, None).await;
    let failure = outcome.failure.unwrap();
    assert_eq!(
        (outcome.why, failure.kind, failure.operation),
        (Ending::PeerReset, Kind::Reset, Operation::Receive)
    );
    assert_eq!(outcome.counters.messages_in, 1);
    assert!(matches!(story.last(), Some(What::Closed { why: Ending::PeerReset, .. })));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_told_and_what_came_before_is_heard() {
    // The peer closed with our answer unread, and what it had sent before is still to be read.
    let reads = vec![Read::Bytes(b"one"), Read::Bytes(b"two"), Read::End];
    let (outcome, story) = told("echo", reads, 0, Some(ErrorKind::BrokenPipe)).await;
    assert_eq!((outcome.why, outcome.counters.messages_in), (Ending::PeerReset, 2));
    assert_eq!(outcome.counters.unsent, 3, "what was never taken is counted");
    assert_eq!(outcome.failure.map(|f| f.operation), Some(Operation::Send));
    assert!(matches!(story.last(), Some(What::Closed { .. })));
}

#[tokio::test(start_paused = true)]
async fn an_answer_lost_after_the_peers_end_is_no_orderly_end() {
    // Request, FIN, and then it is gone before the delayed answer.
    let rules = "rules:[[rule]]\nprefix = 'q'\nreply = 'answer'\ndelay = '100ms'\n";
    // After a FIN the system calls a reset a broken pipe.
    for error in [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset] {
        let reads = vec![Read::Bytes(b"question"), Read::End];
        let (outcome, _) = told(rules, reads, 3, Some(error)).await;
        assert_eq!((outcome.why, outcome.counters.bytes_out), (Ending::PeerReset, 3), "{error:?}");
        let failure = outcome.failure.expect("what was lost is told");
        assert_eq!(failure.operation, Operation::Send);
    }
}

#[tokio::test(start_paused = true)]
async fn last_words_that_cannot_be_sent_are_told() {
    let (outcome, _) = told("daytime", vec![Read::Nothing], 0, Some(ErrorKind::ConnectionReset)).await;
    assert_eq!(outcome.failure.map(|f| f.operation), Some(Operation::Send));
    assert_eq!(outcome.counters.dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn mail_is_given_in_order_and_one_who_does_not_empty_his_box_is_put_out() {
    let (hub, mut seen) = hub_with("line", EventDetail::Messages, 1000, Post::Mailboxes);
    let peer_name: Arc<str> = "tcp://192.0.2.1:1".into();
    let mailbox = hub.join(1, &peer_name).unwrap();
    let (link, mut peer) = duplex(100);
    let run = tokio::spawn(Drive::new(link, session(&hub, "chat", None), Arc::clone(&hub), 1, Some(mailbox)));
    let mut heard = vec![0; 24];
    peer.read_exact(&mut heard).await.unwrap();
    assert!(heard.starts_with(b"* you are guest1; 1 here"), "{}", String::from_utf8_lossy(&heard));
    // Somebody else talks and talks; this one reads no more.
    hub.room(2, sockeye_core::behaviour::RoomAct::Join);
    let line = vec![b'y'; 4000];
    for _ in 0..10_000 {
        hub.room(2, sockeye_core::behaviour::RoomAct::Line(line.clone()));
        tokio::task::yield_now().await;
        if run.is_finished() {
            break;
        }
    }
    assert_eq!(run.await.unwrap().why, Ending::TooSlow);
    assert!(matches!(drain(&mut seen).last(), Some(What::Closed { why: Ending::TooSlow, .. })));
}

#[tokio::test(start_paused = true)]
async fn what_our_side_orders_is_done() {
    let (hub, mut seen) = hub_with("line", EventDetail::Messages, 1000, Post::Mailboxes);
    let peer_name: Arc<str> = "tcp://192.0.2.1:1".into();
    let (sender, mail) = tokio::sync::mpsc::channel(10);
    let evicted = hub.join_shared(1, &peer_name, &sender);
    let mailbox = crate::hub::Mailbox { mail, evicted };
    let (link, mut peer) = duplex(100);
    let run =
        tokio::spawn(Drive::new(link, session(&hub, "discard", None), Arc::clone(&hub), 1, Some(mailbox)));
    for mail in [Mail::Say("one".into()), Mail::Info, Mail::Say("two".into()), Mail::Half] {
        sender.send((1, mail)).await.unwrap();
    }
    let mut heard = String::new();
    peer.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "one\ntwo\n");
    peer.write_all(b"still open this way\n").await.unwrap();
    peer.shutdown().await.unwrap();
    let outcome = run.await.unwrap();
    assert_eq!((outcome.why, outcome.counters.messages_in), (Ending::Closed, 1));
    let story = drain(&mut seen);
    assert!(story.iter().any(|what| matches!(what, What::Info(_))));
    assert!(!story.iter().any(|what| matches!(what, What::Notice(Notice::Unfinished { .. }))));
}

/// A link that keeps what it takes until it is flushed, and says so only by keeping it: TLS is one.
struct Keeping {
    link: DuplexStream,
    kept: Vec<u8>,
}

impl tokio::io::AsyncRead for Keeping {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.link).poll_read(cx, room)
    }
}

impl tokio::io::AsyncWrite for Keeping {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.kept.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.kept.is_empty() {
            let this = &mut *self;
            let n = std::task::ready!(Pin::new(&mut this.link).poll_write(cx, &this.kept))?;
            this.kept.drain(..n);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        assert!(self.kept.is_empty(), "a FIN before what was taken");
        Pin::new(&mut self.link).poll_shutdown(cx)
    }
}

impl crate::link::Link for Keeping {
    fn arm_reset(&self) {}

    fn info(&self) -> sockeye_core::event::SocketInfo {
        sockeye_core::event::SocketInfo::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_keeps_what_it_takes_is_flushed() {
    for detail in [EventDetail::Summary, EventDetail::Messages] {
        let (hub, _seen) = hub(detail);
        let (link, peer) = duplex(1000);
        let link = Keeping { link, kept: Vec::new() };
        let run = tokio::spawn(Drive::new(link, session(&hub, "echo", None), Arc::clone(&hub), 1, None));
        let (said, heard) = push(peer, 50_000, 5).await;
        assert!(said == heard, "{} of {} bytes", heard.len(), said.len());
        assert_eq!(run.await.unwrap().why, Ending::PeerClosed);
    }
}
