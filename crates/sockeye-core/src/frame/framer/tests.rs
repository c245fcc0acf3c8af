//! What only the inside shows: how much memory a peer's words can make it take.

use crate::frame::{Flow, FrameError, Framer, Framing};
use crate::unit::At;

fn framer(spec: &str) -> Framer {
    Framer::new(Framing::parse(spec).unwrap())
}

#[test]
fn an_announcement_takes_no_memory() {
    for (spec, head) in
        [("len=4", &b"\x00\xff\xff\xff"[..]), ("varint", b"\xff\xff\xff\x07"), ("netstring", b"16000000:")]
    {
        let mut framer = framer(spec);
        framer.feed(head, At::START, |_| Flow::Go).unwrap();
        framer.feed(b"a few bytes", At::START, |_| Flow::Go).unwrap();
        assert_eq!(framer.held(), head.len() + 11);
        assert!(
            framer.cutting.as_ref().map_or(0, |cutting| cutting.held.capacity()) < 1024,
            "{spec}: {}",
            framer.cutting.as_ref().map_or(0, |cutting| cutting.held.capacity())
        );
    }
}

#[test]
fn memory_of_a_large_frame_is_given_back() {
    let mut framer = framer("len=4");
    framer.feed(&[0, 0x10, 0, 0], At::START, |_| Flow::Go).unwrap();
    let mut got = 0;
    for _ in 0..16 {
        framer
            .feed(&[7; 1 << 16], At::START, |message| {
                got = message.body.len();
                Flow::Go
            })
            .unwrap();
    }
    assert_eq!((got, framer.held()), (1 << 20, 0));
    assert!(framer.cutting.as_ref().map_or(0, |cutting| cutting.held.capacity()) <= 1 << 16);
}

#[test]
fn stopping_after_every_message_moves_little() {
    let mut framer = framer("len=1");
    let stream = b"\x01a".repeat(1 << 16);
    let mut count = 0;
    framer.feed(&stream, At::START, |_| Flow::Stop).unwrap();
    while framer.stopped() {
        count += 1;
        framer.resume(At::START, |_| Flow::Stop).unwrap();
    }
    assert_eq!(count, 1 << 16);
}

#[test]
fn what_broke_is_kept_to_be_shown() {
    let mut framer = framer("len=4");
    let mut stream = b"HTTP/1.1 400 Bad Request\r\n".to_vec();
    stream.resize(1 << 16, b'x');
    let error = framer.feed(&stream, At::START, |_| Flow::Go).unwrap_err();
    assert!(matches!(error, FrameError::TooLong { announced: 0x4854_5450, .. }));
    assert!(framer.leftover().starts_with(b"HTTP/1.1 400") && framer.held() <= 1024);
}
