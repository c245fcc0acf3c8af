//! How many nanoseconds one message costs to cut, beside tokio-util's codec.
//! Never measures a socket.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use sockeye_core::frame::{Flow, Framer, Framing};
use sockeye_core::unit::At;
use tokio_util::codec::{Decoder, LengthDelimitedCodec};

/// The size of one read.
const READ: usize = 64 * 1024;

fn main() {
    println!("decoding, reads of 64 KiB, ns per message");
    for size in [16, 64, 1024] {
        for spec in ["len=4", "len=2,le", "varint", "line", "crlf", "netstring", "slip", "cobs", "stx-etx"] {
            let message = vec![b'a'; size];
            let stream = stream(spec, &message);
            println!("{spec:>10} {size:>5} B  ours {:7.2}", ours(spec, &stream));
            if spec == "len=4" {
                println!("{spec:>10} {size:>5} B  tokio-util {:7.2}", theirs(&stream));
            }
        }
    }
    println!("encoding, ns per message");
    for spec in ["len=4", "line", "slip", "cobs"] {
        println!("{spec:>10}    16 B  ours {:7.2}", sending(spec));
    }
}

/// One read and 7 bytes full of frames: the last one is nearly always cut.
fn stream(spec: &str, message: &[u8]) -> Vec<u8> {
    let framing = Framing::parse(spec).expect("a spec");
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

fn ours(spec: &str, stream: &[u8]) -> f64 {
    let framing = Framing::parse(spec).expect("a spec");
    best(|| {
        let mut framer = Framer::new(framing.clone());
        let mut count = 0;
        for read in stream.chunks(READ) {
            framer
                .feed(black_box(read), At::START, |message| {
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
