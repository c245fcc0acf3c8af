//! A thousand conversations over real TCP, half-closed by either end at a random place of a random order.
//! Never with any other purpose: not a byte may be missing, and nobody may be reset.

use std::{net::SocketAddr, sync::Arc};

use futures_util::{StreamExt, stream};
use sockeye_core::{
    event::{Ending, EventDetail, What},
    plan::Console,
    rule::Dice,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
};

use super::{ListenPlan, Server, plan};
use crate::{Action, Order, To};

/// A number from 0 to `most`.
fn upto(dice: &mut Dice, most: u64) -> usize {
    usize::try_from(dice.between(0..=most)).unwrap()
}

fn words(dice: &mut Dice, most: u64) -> Vec<u8> {
    let mut words = vec![0; upto(dice, most)];
    dice.bytes(&mut words);
    words
}

/// Writes and reads in a random order, ends its direction once all is written, then reads to the end.
async fn echoed(at: SocketAddr, order: u64) -> usize {
    let mut dice = Dice::new(2026, order);
    let said = words(&mut dice, 20_000);
    let mut stream = TcpStream::connect(at).await.unwrap();
    let (mut written, mut heard) = (0, Vec::new());
    while written < said.len() {
        let n = upto(&mut dice, 4000).min(said.len() - written);
        stream.write_all(&said[written..written + n]).await.unwrap();
        written += n;
        while heard.len() < written && dice.chance(0.4) {
            let mut room = vec![0; upto(&mut dice, 3000) + 1];
            let n = stream.read(&mut room).await.unwrap();
            assert!(n > 0, "order {order}: it ended before we did");
            heard.extend(&room[..n]);
        }
    }
    stream.shutdown().await.unwrap();
    stream.read_to_end(&mut heard).await.unwrap();
    assert!(heard == said, "order {order}: {} of {} bytes came back", heard.len(), said.len());
    said.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn echo_gives_everything_back_in_five_hundred_orders() {
    let server = Server::start(plan("127.0.0.1:0", "echo"), EventDetail::Summary).await;
    let at = server.at;
    let sizes = stream::iter(0..500).map(|order| echoed(at, order)).buffer_unordered(40);
    let said: usize = sizes.collect::<Vec<_>>().await.iter().sum();
    let summary = server.end().await.0.summary;
    assert_eq!((summary.accepted, summary.reset, summary.totals.dropped), (500, 0, 0));
    assert_eq!((summary.totals.bytes_in, summary.totals.bytes_out), (said as u64, said as u64));
}

/// Writes some, waits for the server's end or not, writes the rest, ends.
async fn told(at: SocketAddr, order: u64, greeted: Arc<Semaphore>) -> usize {
    let mut dice = Dice::new(1121, order);
    let mut stream = TcpStream::connect(at).await.unwrap();
    let mut ready = [0; 5];
    stream.read_exact(&mut ready).await.unwrap();
    // Whoever is greeted gets the order that is given to all.
    greeted.add_permits(1);
    let (before, after) = (words(&mut dice, 9000), words(&mut dice, 9000));
    stream.write_all(&before).await.unwrap();
    let waits = dice.chance(0.7);
    if waits {
        assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0, "order {order}");
    }
    stream.write_all(&after).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0, "order {order}: an end, and nothing else");
    before.len() + after.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_first_still_hears_everything_in_five_hundred_orders() {
    let rules = "rules:greeting = 'ready'\n[[rule]]\nequals = 'never said'\nreply = '!'\n";
    let plan = ListenPlan { console: Console::Operator, ..plan("127.0.0.1:0", rules) };
    let mut server = Server::start(plan, EventDetail::Messages).await;
    let at = server.at;
    let mut said = 0;
    for round in 0..10 {
        let greeted = Arc::new(Semaphore::new(0));
        let clients = stream::iter(0..50).map(|n| told(at, round * 50 + n, Arc::clone(&greeted)));
        let sizes = clients.buffer_unordered(50).collect::<Vec<_>>();
        let order = async {
            let _ = greeted.acquire_many(50).await.unwrap();
            server.orders.send(Order { to: To::All, what: Action::Half }).await.unwrap();
        };
        let (sizes, ()) = tokio::join!(sizes, order);
        said += sizes.iter().sum::<usize>();
        // The client had our end long ago, and does not wait for us to hear the rest: a stop now would be too early.
        for _ in 0..50 {
            let why =
                server.see(|e| if let What::Closed { why, .. } = e.what { Some(why) } else { None }).await;
            assert!(
                matches!(why, Ending::Closed | Ending::PeerClosed),
                "in order, whoever was first: {why:?}"
            );
        }
    }
    let summary = server.end().await.0.summary;
    assert_eq!((summary.accepted, summary.reset), (500, 0));
    assert_eq!((summary.totals.bytes_in, summary.totals.bytes_out), (said as u64, 500 * 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discard_hears_everything_and_says_nothing() {
    let server = Server::start(plan("127.0.0.1:0", "discard"), EventDetail::Summary).await;
    let at = server.at;
    let one = |order| async move {
        let mut dice = Dice::new(77, order);
        let said = words(&mut dice, 30_000);
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(&said).await.unwrap();
        stream.shutdown().await.unwrap();
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
        said.len()
    };
    let sizes = stream::iter(0..100).map(one).buffer_unordered(20);
    let said: usize = sizes.collect::<Vec<_>>().await.iter().sum();
    let summary = server.end().await.0.summary;
    assert_eq!((summary.totals.bytes_in, summary.totals.bytes_out), (said as u64, 0));
}
