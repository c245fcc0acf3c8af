//! How many nanoseconds one message costs to cut, beside tokio-util's codec, and beside it with a checksum by hand.
//! `cargo bench --bench frame [-- plain|devices|encoding]`. Never measures a socket.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use crc::{CRC_16_MODBUS, CRC_32_ISO_HDLC, Crc};
use sockeye_core::frame::{Checksum, Flow, Framer, Framing};
use sockeye_core::unit::At;
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

/// The size of one read.
const READ: usize = 64 * 1024;

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    let parts: [(&str, fn()); 3] = [("plain", plain), ("devices", devices), ("encoding", encoding)];
    for (name, part) in parts {
        if only.starts_with("--") || name == only {
            part();
        }
    }
}

fn plain() {
    println!("decoding, reads of 64 KiB, ns per message");
    for size in [16, 64, 1024] {
        for spec in ["len=4", "len=2,le", "varint", "line", "crlf", "netstring", "slip", "cobs", "stx-etx"] {
            let message = vec![b'a'; size];
            let stream = stream(&framing(spec, None), &message);
            println!("{spec:>10} {size:>5} B  ours {:7.2}", ours(&framing(spec, None), &stream));
            if spec == "len=4" {
                println!("{spec:>10} {size:>5} B  tokio-util {:7.2}", theirs(&stream));
            }
        }
    }
}

fn devices() {
    println!("decoding frames of a head, a length and a checksum, ns per message");
    for size in [16, 64, 1024] {
        for sum in ["crc16-modbus", "crc32,le"] {
            let frames = stream(&composed(sum), &vec![b'a'; size]);
            let (ours, theirs) = (ours(&composed(sum), &frames), by_hand(sum, &frames));
            println!("{sum:>14} {size:>5} B  ours {ours:8.2}  tokio-util, by hand {theirs:8.2}");
        }
    }
}

fn encoding() {
    println!("encoding, ns per message");
    for spec in ["len=4", "line", "slip", "cobs"] {
        println!("{spec:>10}    16 B  ours {:7.2}", sending(spec));
    }
}

fn framing(spec: &str, sum: Option<&str>) -> Framing {
    let framing = Framing::parse(spec).expect("a spec");
    match sum {
        Some(sum) => framing.with_checksum(Checksum::parse(sum).expect("a checksum")).expect("room for it"),
        None => framing,
    }
}

/// `aa55`, two bytes of length, the message, the checksum over all before it.
fn composed(sum: &str) -> Framing {
    let size = Checksum::parse(sum).expect("a checksum").len();
    framing(&format!("head=aa55,len=2,offset=2,strip=4,adjust={size}"), Some(&format!("{sum},from=0")))
}

/// One read and 7 bytes full of frames: the last one is nearly always cut.
fn stream(framing: &Framing, message: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    while stream.len() < 4 * READ {
        framing.encode(message, &mut stream).expect("a message");
    }
    stream
}

fn best(messages: impl Fn() -> u64) -> f64 {
    let mut best = f64::MAX;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(300) {
        let start = Instant::now();
        let count = messages();
        best = best.min(start.elapsed().as_nanos() as f64 / count as f64);
    }
    best
}

fn ours(framing: &Framing, stream: &[u8]) -> f64 {
    best(|| {
        let mut framer = Framer::new(framing.clone());
        let mut count = 0;
        for read in stream.chunks(READ) {
            framer
                .feed(black_box(read), At::START, |message| {
                    assert!(!message.check.is_bad());
                    black_box(message.body);
                    count += 1;
                    Flow::Go
                })
                .expect("frames");
        }
        count
    })
}

fn theirs(stream: &[u8]) -> f64 {
    best(|| {
        let mut codec = LengthDelimitedCodec::new();
        let mut buffer = BytesMut::with_capacity(2 * READ);
        let mut count = 0;
        for read in stream.chunks(READ) {
            buffer.extend_from_slice(black_box(read));
            while let Some(message) = codec.decode(&mut buffer).expect("frames") {
                black_box(&message[..]);
                count += 1;
            }
        }
        count
    })
}

/// What [`composed`] describes, written out.
fn by_hand(sum: &str, stream: &[u8]) -> f64 {
    let modbus = Crc::<u16>::new(&CRC_16_MODBUS);
    let ethernet = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let (size, is_short) = if sum == "crc16-modbus" { (2, true) } else { (4, false) };
    best(|| {
        let mut codec = LengthDelimitedCodec::builder()
            .length_field_offset(2)
            .length_field_length(2)
            .length_adjustment(4 + size)
            .num_skip(0)
            .new_codec();
        let mut buffer = BytesMut::with_capacity(2 * READ);
        let mut count = 0;
        for read in stream.chunks(READ) {
            buffer.extend_from_slice(black_box(read));
            while let Some(frame) = codec.decode(&mut buffer).expect("frames") {
                let (covered, seal) = frame.split_at(frame.len() - size.unsigned_abs());
                let is_good = if is_short {
                    seal == modbus.checksum(covered).to_le_bytes()
                } else {
                    seal == ethernet.checksum(covered).to_le_bytes()
                };
                assert!(covered.starts_with(&[0xaa, 0x55]) && is_good);
                black_box(&covered[4..]);
                count += 1;
            }
        }
        count
    })
}

fn sending(spec: &str) -> f64 {
    let framing = Framing::parse(spec).expect("a spec");
    best(|| {
        let mut out = Vec::with_capacity(READ);
        for _ in 0..1000 {
            framing.encode(black_box(b"sixteen bytes ok"), &mut out).expect("a message");
            black_box(&out);
            out.clear();
        }
        1000
    })
}
