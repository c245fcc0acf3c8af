//! Framing from outside: every row of the table, cut every way, beside other people's codecs, and under attack.
//! Never looks at how it is done.
#![allow(clippy::panic, clippy::unwrap_used)] // the functions here are tests' too

use std::time::Duration;

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;
use sockeye_core::frame::{
    ByteOrder, Check, Checksum, DEFAULT_MAX_FRAME, Flow, FrameError, Framer, Framing, Layout, SpecError, rows,
};
use sockeye_core::unit::At;
use tokio_util::codec::{AnyDelimiterCodec, Decoder, LengthDelimitedCodec, LinesCodec};

#[path = "../../../fuzz/bodies/frame.rs"]
#[allow(dead_code)]
mod body;

use body::{cut, same_however_cut, whole};

fn framing(spec: &str) -> Framing {
    Framing::parse(spec).unwrap_or_else(|error| panic!("{spec}: {error}"))
}

fn specs() -> Vec<&'static str> {
    let rows = rows().filter(|row| row.name != "raw" && row.name != "idle");
    rows.flat_map(|row| row.samples).copied().collect()
}

fn bodies(framing: &Framing, stream: &[u8]) -> Vec<Vec<u8>> {
    let out = whole(framing, stream);
    assert_eq!(out.end, Ok(()), "{framing}");
    out.messages.into_iter().map(|(body, _)| body).collect()
}

fn error(spec: &str, stream: &[u8]) -> FrameError {
    same_however_cut(&framing(spec), stream, 1).end.unwrap_err()
}

/// Bytes in which the framings' own bytes are frequent.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(b"\r\n\0\x02\x03\xc0\xdb\xdc\xdd#aab\xff~".to_vec());
    prop_oneof![
        3 => vec(prop_oneof![special, any::<u8>()], 0..40),
        1 => vec(any::<u8>(), 7),
        1 => vec(1_u8.., 250..260),
        1 => vec(any::<u8>(), 0..2000),
    ]
}

#[test]
fn the_table_is_sound() {
    let mut names: Vec<_> = rows().map(|row| row.name).collect();
    for row in rows() {
        assert!(!row.samples.is_empty() && !row.about.is_empty(), "{}", row.name);
        for sample in row.samples {
            assert_eq!(framing(sample).to_string(), *sample);
        }
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows().len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is sent comes out as it was, however the stream was cut and wherever the taker stopped.
    #[test]
    fn what_is_joined_is_cut_the_same(messages in vec(message(), 0..6), seed: u64, sum in 0..4_usize) {
        for spec in specs() {
            let mut framing = framing(spec);
            if let Some(sum) = ["crc16-modbus", "lrc", "crc32,le,skip=2"].get(sum) {
                let sum = Checksum::parse(sum).unwrap();
                framing = framing.clone().with_checksum(sum).unwrap_or(framing);
            }
            let (mut stream, mut sent) = (Vec::new(), Vec::new());
            for message in &messages {
                let before = stream.clone();
                if framing.encode(message, &mut stream).is_err() {
                    prop_assert_eq!(&before, &stream, "refused, so unchanged");
                    continue;
                }
                // A message that carries its own header has its length filled in: take it from there.
                let peer = framing.clone().of_peer();
                let one = whole(&peer, &stream[before.len()..]).messages;
                prop_assert_eq!(one.len(), 1, "{}", spec);
                let same_size = one[0].0.len() == message.len() || spec == "mqtt";
                let carries = framing.encode(&one[0].0, &mut Vec::new()).is_ok() && same_size;
                prop_assert!(one[0].0 == *message || (framing.fills_in() && carries), "{}", spec);
                sent.push((one[0].0.clone(), if framing.checksum().is_some() { Check::Good } else { Check::None }));
            }
            let got = same_however_cut(&framing.of_peer(), &stream, seed);
            prop_assert_eq!(got.end, Ok(()), "{}", spec);
            prop_assert_eq!(got.messages, sent, "{}", spec);
        }
    }

    /// Random bytes are an error or messages, but the same however they are cut.
    #[test]
    fn noise_is_the_same_however_cut(noise in message(), seed: u64, max in 0..300_usize) {
        for spec in specs() {
            same_however_cut(&framing(spec).with_max(max), &noise, seed);
        }
    }

    /// tokio-util's codec cuts the same frames, where its numbers are set so that it can.
    #[test]
    fn length_fields_agree_with_tokio_util(
        width in prop::sample::select(vec![1_usize, 2, 3, 4, 8]),
        little: bool,
        offset in 0..6_usize,
        adjust in -8..8_i64,
        strip in 0..20_usize,
        bodies in vec(vec(any::<u8>(), 0..60), 0..8),
        pieces in vec(1..30_usize, 1..20),
    ) {
        let header = offset + width;
        let strip = strip.min(header + usize::try_from(adjust.max(0)).unwrap());
        let spec = format!("len={width}{},offset={offset},adjust={adjust},strip={strip}", if little { ",le" } else { "" });
        let mut stream = Vec::new();
        for body in &bodies {
            let Ok(value) = u64::try_from(body.len() as i64 - adjust) else { continue };
            stream.extend(vec![0xaa; offset]);
            let bytes = value.to_be_bytes();
            let field = &bytes[8 - width..];
            if little { stream.extend(field.iter().rev()) } else { stream.extend(field) }
            stream.extend(body);
        }
        let mut builder = LengthDelimitedCodec::builder();
        builder.length_field_offset(offset).length_field_length(width).num_skip(strip);
        builder.length_adjustment(header as isize + adjust as isize - strip as isize);
        let mut codec = if little { builder.little_endian() } else { builder.big_endian() }.new_codec();
        let mut buffer = BytesMut::from(&stream[..]);
        let mut theirs = Vec::new();
        while let Some(frame) = codec.decode(&mut buffer).unwrap() {
            theirs.push((frame.to_vec(), Check::None));
        }
        let mut sizes = pieces.iter().cycle();
        let ours = cut(&framing(&spec), &stream, || *sizes.next().unwrap(), || Flow::Go);
        prop_assert_eq!(ours.end, Ok(()), "{}", &spec);
        prop_assert_eq!(ours.messages, theirs, "{}", &spec);
    }

    /// And its delimiter codecs.
    #[test]
    fn delimiters_agree_with_tokio_util(text in vec(prop::sample::select(b"ab\r\n#".to_vec()), 0..200)) {
        let mut codec = AnyDelimiterCodec::new(b"#".to_vec(), b"#".to_vec());
        let mut buffer = BytesMut::from(&text[..]);
        let mut theirs = Vec::new();
        while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
            theirs.push(frame.to_vec());
        }
        prop_assert_eq!(bodies(&framing("delim=23"), &text), theirs);

        let mut codec = LinesCodec::new();
        let mut buffer = BytesMut::from(&text[..]);
        let mut theirs = Vec::new();
        while let Some(line) = codec.decode(&mut buffer).unwrap() {
            theirs.push(line.into_bytes());
        }
        // What is left without its LF it trims of a CR; we keep the CR, which no LF followed.
        let tail = buffer.to_vec();
        theirs.extend((!tail.is_empty()).then_some(tail));
        prop_assert_eq!(bodies(&framing("line"), &text), theirs);
    }
}

#[test]
fn every_single_cut_of_short_streams_and_every_truncation() {
    for spec in specs() {
        let framing = framing(spec);
        let (mut stream, mut ends) = (Vec::new(), vec![0]);
        for message in [&b"\x01\x02\0\0\0\x01z"[..], b"seven..", b"", b"12345678", b"xyzxyzx"] {
            let _ = framing.encode(message, &mut stream);
            ends.push(stream.len());
        }
        let once = whole(&framing, &stream);
        assert_eq!(once.end, Ok(()), "{spec}");
        for at in 1..stream.len() {
            let mut sizes = [at, stream.len() - at].into_iter();
            assert_eq!(
                cut(&framing, &stream, || sizes.next().unwrap_or(1), || Flow::Go),
                once,
                "{spec} at {at}"
            );
            let part = whole(&framing, &stream[..at]);
            let unfinished = !ends.contains(&at);
            let delivers = matches!(spec, "line" | "crlf" | "nul") || spec.starts_with("delim=");
            match part.end {
                Err(FrameError::Truncated { have, want }) => {
                    let begun = ends.iter().rfind(|end| **end < at).unwrap();
                    assert!(unfinished && !delivers && have <= at - begun, "{spec} at {at}");
                    assert!(want.is_none_or(|want| want > have), "{spec} at {at}");
                }
                Err(error) => panic!("{spec} at {at}: {error}"),
                // A flag alone may be the end of something, or the beginning of nothing.
                Ok(()) => {
                    let flag = stream[..at].ends_with(b"\x7e");
                    assert!(!unfinished || delivers || spec == "slip" || flag, "{spec} at {at}");
                }
            }
        }
    }
}

#[test]
fn hostile_lengths_are_errors_at_once_and_hold_nothing() {
    let limit = DEFAULT_MAX_FRAME;
    for value in
        [u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 32, u64::from(u32::MAX), (1 << 31) - 1, limit as u64 + 1]
    {
        for (spec, bytes) in [("len=8", value.to_be_bytes()), ("len=8,le", value.to_le_bytes())] {
            let FrameError::TooLong { announced, limit: named, .. } = error(spec, &bytes) else {
                panic!("{spec}")
            };
            assert_eq!((announced, named), (value, limit));
        }
    }
    assert!(matches!(
        error("len=4", b"\xff\xff\xff\xff"),
        FrameError::TooLong { announced: 0xffff_ffff, .. }
    ));
    assert_eq!(error("py-struct-i", b"\xff\xff\xff\xff"), FrameError::Negative { value: -1 });
    assert_eq!(error("len=2,signed", b"\x80\0"), FrameError::Negative { value: -32768 });
    assert_eq!(error("len=8,signed", &[0xff; 8]), FrameError::Negative { value: -1 });
    let top = u64::MAX.to_be_bytes();
    for spec in
        ["len=8,adjust=1000000", "len=8,adjust=-1000000", "len=8,includes-header", "netty:100,0,8,9,8"]
    {
        assert!(matches!(error(spec, &top), FrameError::TooLong { .. }), "{spec}");
    }
    assert_eq!(error("len=8,adjust=-9", &[0; 8]), FrameError::TooSmall { announced: 0, least: 8 });
    assert_eq!(
        error("len=4,includes-header", b"\0\0\0\x03"),
        FrameError::TooSmall { announced: 3, least: 4 }
    );
    let largest = framing("len=8").with_max(usize::MAX);
    let end = same_however_cut(&largest, b"\x7f\xff\xff\xff\xff\xff\xff\0hello", 3).end;
    assert!(matches!(end, Err(FrameError::Truncated { have: 13, want: Some(_) })), "{end:?}");
}

#[test]
fn the_limit_is_checked_after_the_adjustment_and_is_exact() {
    for spec in
        ["len=2", "line", "crlf", "nul", "slip", "cobs", "stx-etx", "varint", "netstring", "delim=616162"]
    {
        let roomy = framing(spec);
        let narrow = framing(spec).with_max(300);
        for size in [299, 300, 301] {
            let message = vec![b'm'; size];
            let mut stream = Vec::new();
            roomy.encode(&message, &mut stream).unwrap();
            let got = same_however_cut(&narrow, &stream, 5);
            let too_long = matches!(got.end, Err(FrameError::TooLong { limit: 300, .. }));
            assert_eq!((got.end.is_ok(), too_long), (size <= 300, size > 300), "{spec} {size}");
            assert_eq!(narrow.encode(&message, &mut Vec::new()).is_ok(), size <= 300, "{spec} {size}");
        }
    }
    let frame = framing("len=1,adjust=100").with_max(110);
    assert!(matches!(
        whole(&frame, b"\x0b").end,
        Err(FrameError::TooLong { announced: 111, limit: 110, .. })
    ));
    // The limit of Netty's notation counts the header.
    assert!(matches!(
        error("netty:10,0,4,0,4", b"\0\0\0\x07"),
        FrameError::TooLong { announced: 11, limit: 10, .. }
    ));
    assert_eq!(bodies(&framing("netty:10,0,4,0,4"), b"\0\0\0\x06sixsix"), [b"sixsix"]);
}

#[test]
fn unfinished_data_is_limited_as_it_comes() {
    for spec in
        ["line", "crlf", "nul", "delim=2323", "slip", "cobs", "head=02,tail=03", "head=aa55,tail=0d0a"]
    {
        let mut framer = Framer::new(framing(spec).with_max(1000));
        let mut end = Ok(());
        for _ in 0..2000 {
            end = framer.feed(b"\xdb", At::START, |_| Flow::Go);
            assert!(framer.held() <= 2100, "{spec} holds {}", framer.held());
        }
        assert!(end.is_err() || spec == "slip", "{spec}");
    }
}

#[test]
fn errors_say_what_to_do() {
    let said = error("len=4", b" Ser").to_string();
    assert_eq!(
        said,
        "length 542336370 is the text ' Ser': the peer may be sending text, or the framing is misaligned; \
         a message of 542336370 bytes is over the limit of 16777216 bytes (--max-frame)"
    );
    assert!(
        error("len=4", b"\x05\0\0\0").to_string().contains("would be 5 in the other byte order: add le?")
    );
    assert!(error("len=4,le", b"\0\0\0\x05").to_string().contains("drop le?"));
    assert!(error("len=4", b"\xff\xff\xff\xfe").to_string().contains("negative as a signed number"));
    assert!(error("netstring", b"05:").to_string().contains("a colon follows the length 0, not 5"));
    assert!(error("netstring", b"5:hello;").to_string().contains("a comma ends it, not ;"));
    assert!(error("slip", b"a\xdbb\xc0").to_string().contains("followed by 62"));
    assert!(error("tpkt", b"\x16\x03").to_string().contains("version 03, not 16"));
    assert_eq!(
        error("len=4", b"\0\0\0\x09hello").to_string(),
        "the stream ended inside a frame: 9 bytes came of 13"
    );
}

#[test]
fn specs_are_refused_with_what_where_and_what_to_do() {
    for (spec, said) in [
        ("", "no framing is named; one of: raw, line"),
        ("lien", "did you mean `line`?"),
        ("json", "`json` is no framing; known are: raw, line"),
        ("len", "write len=N"),
        ("len=5", "write 1, 2, 3, 4 or 8"),
        ("len=0", "from 1 to 8"),
        ("len=4,strip=99", "strip=99 is more than the 4 bytes of the smallest frame; write strip=4"),
        ("len=4,ofset=2", "did you mean `offset`?"),
        ("len=4,le,le", "`le` is given twice"),
        ("len=4,le,be", "opposites"),
        ("len=4,le=1", "it takes no value"),
        ("len=1,adjust=-300", "make adjust larger"),
        ("len=4,offset=-1", "`-1` for `offset`"),
        ("fixed=0", "`0` for `fixed`"),
        ("fixed", "write fixed=N"),
        ("fixed=99999999999999999999", "whole number"),
        ("delim=", "at least one byte"),
        ("delim", "at least one byte"),
        ("delim=0d0", "odd number of hex digits"),
        ("delim=0g", "`g` is no hex digit"),
        ("head=02", "says nothing for `tail`: write `head=HEX,tail=HEX"),
        ("head=02,tial=03", "`tail`"),
        ("line=5", "write `line`"),
        ("line,", "a comma too many"),
        ("line:5", "write `line`"),
        ("idle=0", "from 1"),
        ("netty:1,2,3", "five whole numbers"),
        ("netty:65536,0,5,0,5", "write 1, 2, 3, 4 or 8"),
        ("netty:3,0,4,0,4", "maxFrame is smaller"),
        ("netty:100,-1,4,0,4", "at least 0"),
    ] {
        let error = Framing::parse(spec).expect_err(spec).to_string();
        assert!(error.contains(said), "{spec}: {error}");
        assert!(error.contains(spec), "{spec}: {error}");
    }
    assert!(
        matches!(Checksum::parse("crc16-modbas"), Err(SpecError::UnknownName { nearest: Some(near), .. }) if near == "crc16-modbus")
    );
}

#[test]
fn the_protocols_of_the_presets() {
    let sent = |spec: &str, message: &[u8]| {
        let mut out = Vec::new();
        framing(spec).encode(message, &mut out).map(|()| out)
    };
    assert_eq!(sent("py-struct-i", b"hi").unwrap(), b"\x02\0\0\0hi");
    assert_eq!(sent("py-struct-!I", b"hi").unwrap(), b"\0\0\0\x02hi");
    assert_eq!(sent("twisted-int32", b"").unwrap(), b"\0\0\0\0");
    assert_eq!(sent("tpkt", b"hello").unwrap(), b"\x03\0\0\x09hello");
    assert_eq!(sent("stx-etx", b"hi").unwrap(), b"\x02hi\x03");
    // A whole ADU goes in, its length whatever it was, and comes out.
    let adu = b"\0\x01\0\0\0\x06\x01\x03\0\x0a\0\x02";
    assert_eq!(sent("modbus-tcp", b"\0\x01\0\0\xff\xff\x01\x03\0\x0a\0\x02").unwrap(), adu);
    assert_eq!(bodies(&framing("modbus-tcp"), adu), [adu]);
    assert!(matches!(sent("modbus-tcp", b"\0\x01"), Err(FrameError::WrongSize { have: 2, .. })));
    assert_eq!(sent("len=2,offset=2,strip=4", b"hi").unwrap(), b"\0\0\0\x02hi");
    assert_eq!(sent("len=2,includes-header,le", b"hi").unwrap(), b"\x04\0hi");
    assert_eq!(sent("netstring", b"hello").unwrap(), b"5:hello,");
    assert_eq!(sent("slip", b"a\xc0\xdb").unwrap(), b"\xc0a\xdb\xdc\xdb\xdd\xc0");
    assert_eq!(sent("cobs", b"\x11\x22\0\x33").unwrap(), b"\x03\x11\x22\x02\x33\0");
    assert_eq!(sent("cobs", &[0x41; 254]).unwrap().len(), 256);
    assert_eq!(sent("line", b"a\r").unwrap(), b"a\r\r\n");
}

#[test]
fn a_message_that_its_frame_cannot_carry_is_refused_and_leaves_the_output_alone() {
    let big = vec![0; 256];
    for (spec, message) in [
        ("len=1", &big[..]),
        ("line", b"a\nb"),
        ("crlf", b"a\r\nb"),
        ("nul", b"a\0"),
        ("delim=2323", b"a#"),
        ("stx-etx", b"a\x03b"),
        ("fixed=7", b"six..."),
        ("slip", b""),
        ("netty:20,0,4,0,4", b"seventeen bytes.."),
    ] {
        let mut out = b"before".to_vec();
        assert!(framing(spec).encode(message, &mut out).is_err(), "{spec}");
        assert_eq!(out, b"before", "{spec}");
    }
    let refused = framing("len=1").encode(&big, &mut Vec::new()).unwrap_err();
    assert_eq!(refused, FrameError::DoesNotFit { value: 256, most: 255 });
    assert!(framing("py-struct-i").with_max(usize::MAX).encode(b"fits", &mut Vec::new()).is_ok());
}

#[test]
fn lines_and_tails() {
    assert_eq!(
        bodies(&framing("line"), b"a\r\n\nb\r\r\nc\rd\ntail\r"),
        [&b"a"[..], b"", b"b\r", b"c\rd", b"tail\r"]
    );
    assert_eq!(bodies(&framing("crlf"), b"a\nb\r\n\r\ntail\r"), [&b"a\nb"[..], b"", b"tail\r"]);
    assert_eq!(bodies(&framing("line"), b""), Vec::<Vec<u8>>::new());
}

#[test]
fn what_is_outside_of_the_markers_is_counted() {
    let got = same_however_cut(&framing("head=aa55,tail=0d0a"), b"no\xaaise\xaa\xaaUhello\r\r\n..", 9);
    assert_eq!((got.messages.len(), got.passed.bytes), (1, 9));
    assert_eq!(got.messages[0].0, b"hello\r");
    let endless = framing("stx-etx").with_max(100);
    let end = same_however_cut(&endless, &[b'x'; 101], 9).end;
    assert!(matches!(end, Err(FrameError::Malformed { .. })), "{end:?}");
}

#[test]
fn noise_between_frames_may_come_again_and_again() {
    let framing = framing("stx-etx").with_max(10);
    let got = same_however_cut(&framing, &b"0123456789\x02a\x03".repeat(5), 9);
    assert_eq!((got.end, got.messages.len(), got.passed.bytes), (Ok(()), 5, 50));
}

#[test]
fn escapes_do_not_count_against_the_limit() {
    let framing = framing("slip").with_max(100);
    let mut stream = Vec::new();
    framing.encode(&[0xc0; 100], &mut stream).unwrap();
    assert_eq!(same_however_cut(&framing, &stream, 9).messages.len(), 1);
    let mut over = Vec::new();
    framing.clone().with_max(101).encode(&[0xdb; 101], &mut over).unwrap();
    assert!(matches!(same_however_cut(&framing, &over, 9).end, Err(FrameError::TooLong { .. })));
}

#[test]
fn checksums_of_devices() {
    let modbus = Checksum::parse("CRC-16/MODBUS").unwrap();
    for (message, bytes) in [([1, 3, 0, 10, 0, 2], [0xe4, 0x09]), ([1, 3, 0, 0, 0, 2], [0xc4, 0x0b])] {
        let mut out = message.to_vec();
        modbus.append(&message, &mut out);
        assert_eq!(out[6..], bytes);
        assert_eq!(modbus.verify(&out), (&message[..], Check::Good));
        out[3] ^= 1;
        assert!(matches!(modbus.verify(&out), (body, Check::Bad { .. }) if body.len() == 6));
    }
    let digits = b"123456789";
    for (name, value) in [
        ("crc32", 0xcbf4_3926),
        ("CRC_16_MODBUS", 0x4b37),
        ("crc-16/xmodem", 0x31c3),
        ("crc16-ccitt-false", 0x29b1),
        ("crc8-maxim", 0xa1),
        ("sum8", 0xdd),
        ("sum16", 0x01dd),
        ("bcc", 0x31),
        ("lrc", 0x23),
        ("fletcher16", 0x1ede),
        ("adler32", 0x091e_01de),
    ] {
        assert_eq!(Checksum::parse(name).unwrap().compute(digits), value, "{name}");
    }
    let turned = Checksum::parse("crc16-modbus,be,skip=2").unwrap();
    assert_eq!(turned.to_string(), "crc16-modbus,be,skip=2");
    assert_eq!(turned.compute(b"xx123456789"), 0x4b37);
    for name in Checksum::names() {
        assert_eq!(Checksum::parse(name).unwrap().to_string(), name);
    }
    for wrong in ["", "crc99", "crc32,middle", "crc32,skip=x", "crc32,le,le", "crc32,be,le"] {
        assert!(Checksum::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_bad_checksum_is_delivered() {
    let framing = framing("line").with_checksum(Checksum::parse("xor8").unwrap()).unwrap();
    let got = whole(&framing, b"ab\x03\nab\x04\n\n");
    let layout = Layout { size: 1, order: ByteOrder::Big };
    let bad = Check::Bad { found: 4, expected: 3, layout };
    let empty = Check::Short { size: 1 };
    let want = [(&b"ab"[..], Check::Good), (b"ab", bad), (b"", empty)];
    assert_eq!(got.messages, want.map(|(body, check)| (body.to_vec(), check)));
}

#[test]
fn raw_keeps_the_edges_of_reads_even_while_stopped() {
    let mut framer = Framer::new(Framing::raw());
    let mut got: Vec<Vec<u8>> = Vec::new();
    framer
        .feed(b"one", At::START, |message| {
            got.push(message.body.to_vec());
            Flow::Stop
        })
        .unwrap();
    for read in [&b"two"[..], b"", b"three"] {
        framer.feed(read, At::START, |_| unreachable!()).unwrap();
    }
    assert!(framer.stopped() && framer.held() == 8);
    framer
        .resume(At::START, |message| {
            got.push(message.body.to_vec());
            Flow::Go
        })
        .unwrap();
    assert_eq!(got, [&b"one"[..], b"two", b"", b"three"]);
    assert!(!framer.stopped() && framer.held() == 0);
    assert!(framer.framing().is_raw() && framer.framing().is_chunk());
}

#[test]
fn idle_cuts_where_nothing_came() {
    let at = |ms| At(Duration::from_millis(ms));
    let mut framer = Framer::new(framing("idle=20").with_max(8));
    let mut got: Vec<Vec<u8>> = Vec::new();
    let mut take = |message: sockeye_core::frame::Message<'_>| {
        got.push(message.body.to_vec());
        Flow::Go
    };
    framer.feed(b"a", at(0), &mut take).unwrap();
    framer.feed(b"b", at(19), &mut take).unwrap();
    assert_eq!(framer.wake(), Some(at(39)));
    framer.tick(at(38), &mut take);
    framer.tick(at(39), &mut take);
    assert_eq!(framer.wake(), None);
    // A late tick changes nothing: the next bytes tell the time as well.
    framer.feed(b"c", at(50), &mut take).unwrap();
    framer.feed(b"d", at(70), &mut take).unwrap();
    framer.feed(b"0123456789", at(71), &mut take).unwrap();
    framer.finish(at(72), &mut take).unwrap();
    assert_eq!(got, [&b"ab"[..], b"c", b"d0123456", b"789"]);
    assert!(framing("idle=20").is_chunk() && !framing("idle=20").is_raw());
}

#[test]
fn a_frame_is_header_body_and_what_is_behind() {
    for (spec, message, body) in [
        ("len=4", "hello", 4..9),
        ("len=2,le", "", 2..2),
        ("varint", "hello", 1..6),
        ("netstring", "hello", 2..7),
        ("crlf", "hello", 0..5),
        ("head=02,tail=03", "hi", 1..3),
        ("raw", "hello", 0..5),
        ("slip", "a\u{10}b", 1..4),
    ] {
        let (framing, mut frame) = (framing(spec), Vec::new());
        framing.encode(message.as_bytes(), &mut frame).unwrap();
        assert_eq!(framing.body(&frame, message.as_bytes()), body, "{spec}: {frame:02x?}");
    }
    let sealed = framing("len=4").with_checksum(Checksum::parse("crc16-modbus").unwrap()).unwrap();
    let mut frame = Vec::new();
    sealed.encode(b"hello", &mut frame).unwrap();
    assert_eq!(sealed.body(&frame, b"hello"), 4..9);
}

#[test]
fn a_length_is_turned_where_it_has_an_order() {
    let turned = |spec: &str| framing(spec).turned();
    let mut frame = Vec::new();
    turned("len=4").unwrap().encode(b"hello", &mut frame).unwrap();
    assert_eq!(frame, b"\x05\0\0\0hello");
    assert_eq!(bodies(&turned("py-struct-i").unwrap(), b"\0\0\0\x02hi"), [b"hi"]);
    assert!(turned("len=1").is_none() && turned("line").is_none() && turned("varint").is_none());
}
