//! What cutting 16-byte messages from a TCP socket costs, beside tokio-util's codec, in interleaved rounds.
//! Never a test: it prints ratios, and only those of one run mean anything.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use std::{
    hint::black_box,
    io::Write as _,
    net::{SocketAddr, TcpListener as Sender},
    thread::JoinHandle,
};

use futures_util::StreamExt as _;
use sockeye_core::{
    frame::{Flow, Framer, Framing},
    unit::At,
};
use sockeye_sys::thread_time;
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    runtime::{Builder, Runtime},
};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

const MESSAGE: usize = 16;
const MESSAGES: usize = 8 << 20;
/// How much one read may bring: what the driver reads, and what is known to be fast on a good link.
const READS: [usize; 2] = [64 * 1024, 256 * 1024];
const ROUNDS: usize = 5;

fn main() {
    println!("16 B messages from a TCP socket: the receiver's ns of processor time per message");
    for read in READS {
        measure(read);
    }
}

fn measure(read: usize) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let ways: [fn(&Runtime, SocketAddr, usize) -> usize; 3] = [
        |runtime, at, read| runtime.block_on(discard(at, read)),
        |runtime, at, read| runtime.block_on(ours(at, read)),
        |runtime, at, read| runtime.block_on(theirs(at, read)),
    ];
    let mut costs = ways.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (way, costs) in ways.iter().zip(&mut costs) {
            let (at, sender) = sender();
            let began = thread_time().expect("a clock");
            let messages = way(&runtime, at, read);
            costs.push((thread_time().expect("a clock") - began).as_secs_f64() * 1e9 / messages as f64);
            sender.join().expect("the sender");
        }
    }
    let [floor, ours, theirs] = costs.map(median);
    println!(
        "reads of {} KiB: read alone {floor:.1}, sockeye {ours:.1}, LengthDelimitedCodec {theirs:.1}",
        read / 1024
    );
    println!("  {:.1} times with the system calls", theirs / ours);
    println!("  {:.1} times without them", (theirs - floor) / (ours - floor).max(0.1));
}

fn median(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs.get(costs.len() / 2).copied().unwrap_or_default()
}

/// A server that sends every message and closes.
fn sender() -> (SocketAddr, JoinHandle<()>) {
    let server = Sender::bind("127.0.0.1:0").expect("a port");
    let at = server.local_addr().expect("an address");
    let mut batch = Vec::new();
    let framing = Framing::parse("len=4").expect("a spec");
    for _ in 0..MESSAGES / 64 {
        framing.encode(&[7; MESSAGE], &mut batch).expect("a message");
    }
    let work = move || {
        let (mut stream, _) = server.accept().expect("a client");
        for _ in 0..64 {
            stream.write_all(&batch).expect("a reader");
        }
    };
    (at, std::thread::spawn(work))
}

async fn discard(at: SocketAddr, read: usize) -> usize {
    let mut stream = TcpStream::connect(at).await.expect("a server");
    let mut buffer = vec![0; read];
    while black_box(stream.read(&mut buffer).await.expect("bytes")) > 0 {}
    MESSAGES
}

async fn ours(at: SocketAddr, read: usize) -> usize {
    let mut stream = TcpStream::connect(at).await.expect("a server");
    let mut framer = Framer::new(Framing::parse("len=4").expect("a spec"));
    let mut buffer = vec![0; read];
    let mut messages = 0;
    loop {
        let len = stream.read(&mut buffer).await.expect("bytes");
        if len == 0 {
            assert_eq!(messages, MESSAGES);
            return messages;
        }
        let bytes = buffer.get(..len).unwrap_or_default();
        let cut = framer.feed(bytes, At::START, |message| {
            messages += usize::from(black_box(message.body).len() == MESSAGE);
            Flow::Go
        });
        cut.expect("frames");
    }
}

async fn theirs(at: SocketAddr, read: usize) -> usize {
    let stream = TcpStream::connect(at).await.expect("a server");
    let mut frames = FramedRead::with_capacity(stream, LengthDelimitedCodec::new(), read);
    let mut messages = 0;
    while let Some(message) = frames.next().await {
        messages += usize::from(black_box(message.expect("a frame")).len() == MESSAGE);
    }
    assert_eq!(messages, MESSAGES);
    messages
}
