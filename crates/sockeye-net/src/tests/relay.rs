//! Two sessions joined between two links: what a relay will be, driven by a loop of a few lines.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use sockeye_core::{
    behaviour::Forward,
    event::{Ending, EventDetail},
    rule::Dice,
    session::{Half, Joined, Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Medium, Unit},
};
use tokio::io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::hub;
use crate::{hub::Hub, link::Link};

const MUCH: usize = 64 << 20;

fn half(hub: &Arc<Hub>, conn: u64, faults: &[FaultSpec]) -> Session {
    let config = SessionConfig {
        common: &hub.common,
        conn,
        peer: "tcp://192.0.2.1:1".into(),
        local: "tcp://192.0.2.2:2",
        took: None,
        medium: Medium::Stream,
        side: Side::Server,
        faults,
        idle: None,
    };
    Session::open(config, Box::new(Forward), At::START)
}

/// Drives both halves as far as their links let them; ready once both are over.
fn turn(
    joined: &mut Joined,
    links: &mut [DuplexStream; 2],
    buffer: &mut Vec<u8>,
    cx: &mut Context<'_>,
) -> Poll<()> {
    let at = At::START;
    loop {
        let mut moved = false;
        for (half, index) in [(Half::Left, 0), (Half::Right, 1)] {
            let link = &mut links[index];
            while joined.half(half).out().has_front() {
                let Poll::Ready(sent) = link.poll_send(cx, joined.half(half).out().front()) else { break };
                joined.wrote(half, sent.unwrap(), at);
                moved = true;
            }
            if joined.half(half).out().fin_due() && std::pin::Pin::new(link).poll_shutdown(cx).is_ready() {
                joined.half(half).out().fin_done();
                moved = true;
            }
            if !joined.half(half).wants_input() {
                continue;
            }
            buffer.clear();
            if let Poll::Ready(read) = links[index].poll_receive(cx, buffer) {
                let unit = if read.unwrap() == 0 { Unit::End } else { Unit::Data(buffer) };
                joined.receive(half, unit, at);
                moved = true;
            }
        }
        if [Half::Left, Half::Right].iter().all(|half| joined.half(*half).is_done()) {
            return Poll::Ready(());
        }
        if !moved {
            return Poll::Pending;
        }
    }
}

/// Says `total` bytes and hears as many, both at once.
async fn talk(link: DuplexStream, seed: u64, total: usize) -> (u64, u64) {
    let (mut reader, mut writer) = tokio::io::split(link);
    let write = async move {
        let (mut dice, mut sum, mut left) = (Dice::new(seed, 0), 0, total);
        let mut block = vec![0; 100_000];
        while left > 0 {
            let n = left.min(block.len());
            dice.bytes(&mut block[..n]);
            sum = mixed(sum, &block[..n]);
            writer.write_all(&block[..n]).await.unwrap();
            left -= n;
        }
        writer.shutdown().await.unwrap();
        sum
    };
    let read = async move {
        let (mut sum, mut block) = (0, vec![0; 70_000]);
        loop {
            match reader.read(&mut block).await.unwrap() {
                0 => return sum,
                n => sum = mixed(sum, &block[..n]),
            }
        }
    };
    tokio::join!(write, read)
}

/// A sum that depends on each byte and its place.
fn mixed(sum: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(sum, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(*byte) + 1))
}

#[tokio::test]
async fn sixty_four_mebibytes_pass_both_ways_at_once() {
    let (hub, _seen) = hub(EventDetail::Summary);
    let mut joined = Joined::new(half(&hub, 1, &[]), half(&hub, 2, &[]));
    let (left, client) = duplex(64 * 1024);
    let (right, server) = duplex(16 * 1024);
    let relay = tokio::spawn(async move {
        let (mut links, mut buffer) = ([left, right], Vec::with_capacity(64 * 1024));
        poll_fn(|cx| turn(&mut joined, &mut links, &mut buffer, cx)).await;
        [Half::Left, Half::Right].map(|half| {
            let why = joined.half(half).orderly();
            (joined.half(half).finish(why, At::START), *joined.half(half).counters())
        })
    });
    let (client, server) = tokio::join!(talk(client, 1, MUCH), talk(server, 2, MUCH));
    assert_eq!((client.0, server.0), (server.1, client.1), "each heard what the other said");
    for (why, counters) in relay.await.unwrap() {
        assert!(matches!(why, Ending::PeerClosed | Ending::Closed));
        assert_eq!((counters.bytes_in, counters.bytes_out, counters.dropped), (MUCH as u64, MUCH as u64, 0));
    }
}
