//! What must hold of packets, keys and answers of Zabbix, whatever bytes come.
//! Never opens a socket: the fuzzer and the corpus replay hand the bytes in.

use sockeye_core::limit::{ZABBIX_ITEMS, ZABBIX_PACKET};
use sockeye_study::zabbix::{
    Bare, ItemCheck, PacketError, Packets, PassiveRequest, ZabbixKey, packet, taken,
};

/// The sizes of the pieces a stream is cut into: at once, byte by byte, and in two odd ways.
const PIECES: [&[usize]; 4] = [&[usize::MAX], &[1], &[3, 1, 7], &[12, 1, 200]];

/// What came out of a stream: the data of a packet, or why there is none.
fn read(stream: &[u8], bare: Bare, sizes: &[usize]) -> Result<Vec<u8>, PacketError> {
    let (mut packets, mut rest) = (Packets::new(bare), stream);
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).min(rest.len());
        let (piece, later) = rest.split_at(size);
        rest = later;
        if let Some(data) = packets.feed(piece)? {
            return Ok(data);
        }
        assert!(packets.held() <= ZABBIX_PACKET + 21, "{} bytes held", packets.held());
    }
    packets.end()
}

/// A stream from anywhere, as an agent and as whoever waits for a receipt hears it.
pub(crate) fn zabbix(stream: &[u8]) {
    for bare in [Bare::Line, Bare::Refused] {
        let once = read(stream, bare, &[usize::MAX]);
        for sizes in PIECES {
            assert_eq!(read(stream, bare, sizes), once, "in pieces of {sizes:?}");
        }
        if let Ok(data) = once {
            assert!(data.len() <= ZABBIX_PACKET + 21);
            if data.len() <= ZABBIX_PACKET {
                assert_eq!(read(&packet(&data), Bare::Refused, &[usize::MAX]).as_ref(), Ok(&data));
            }
            told(&data);
        }
    }
    told(stream);
}

/// The data of a packet, as each end reads it.
fn told(data: &[u8]) {
    let _ = taken(data);
    let request = PassiveRequest::read(data);
    let asked = request.items();
    assert!((1..=ZABBIX_ITEMS).contains(&asked.len()));
    let answers: Vec<_> = asked.iter().map(|item| Err(item.key.clone())).collect();
    let answer = read(&request.answer(&answers), Bare::Refused, &[usize::MAX]);
    assert!(answer.is_ok() || data.len() > ZABBIX_PACKET / 8, "{answer:?}");
    for item in asked {
        let _ = ItemCheck::parse(&item.key);
        if let Ok(key) = ZabbixKey::parse(&item.key) {
            let written = key.to_string();
            // What ends with a backslash cannot be quoted, and nothing that is asked for does.
            if !item.key.contains('\\') {
                assert_eq!(ZabbixKey::parse(&written), Ok(key), "{written}");
            }
        }
    }
}
