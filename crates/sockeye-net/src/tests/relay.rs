//! Two links and what passes between them: all of it, both ways at once, and each end as itself.

use std::sync::Arc;

use sockeye_core::{
    event::{Ending, EventDetail, Leg},
    frame::Framing,
    rule::Dice,
    session::{Session, SessionConfig},
    stage::{FaultSpec, Side},
    unit::{At, Medium},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::hub;
use crate::{
    drive::{Drive, Pair},
    hub::Hub,
};

const MUCH: usize = 64 << 20;

fn leg(hub: &Arc<Hub>, leg: Leg, link: DuplexStream, faults: &[FaultSpec]) -> Drive<DuplexStream> {
    let config = SessionConfig {
        common: &hub.common,
        conn: 1,
        peer: "tcp://192.0.2.1:1".into(),
        local: "tcp://192.0.2.2:2",
        took: None,
        medium: Medium::Stream,
        side: if leg == Leg::Client { Side::Server } else { Side::Client },
        faults,
        idle: None,
    };
    let session = Session::open_leg(config, leg, &Framing::raw(), At::START);
    Drive::new(link, session, Arc::clone(hub), 1, None)
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
    let (left, client) = duplex(64 * 1024);
    let (right, server) = duplex(16 * 1024);
    let pair = Pair::new(leg(&hub, Leg::Client, left, &[]), leg(&hub, Leg::Target, right, &[]));
    let relay = tokio::spawn(pair);
    let (client, server) = tokio::join!(talk(client, 1, MUCH), talk(server, 2, MUCH));
    let outcome = relay.await.unwrap();
    assert_eq!((client.0, server.0), (server.1, client.1), "each heard what the other said");

    assert!(matches!(outcome.why, Ending::PeerClosed | Ending::Closed), "{outcome:?}");
    for counters in [outcome.client, outcome.target] {
        assert_eq!((counters.bytes_in, counters.bytes_out, counters.dropped), (MUCH as u64, MUCH as u64, 0));
    }
}
