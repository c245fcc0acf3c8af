//! Frames, names and sidecars of transfers: what is written is read, however it is cut, and hostile numbers hold nothing.
//! Never touches a file or a socket.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use proptest::prelude::*;
use sockeye_core::{
    limit::{DATA, PAGE},
    transfer::{
        Answer, Answers, Blake3, Code, Entry, EntryKind, FileHead, Hello, Identity, Name, PageWriter,
        Request, Requests, Sidecar, SidecarError, TO_THE_END, Wanted, WireError, data_head, encode_error,
    },
};

#[path = "../../../fuzz/bodies/transfer.rs"]
mod body;

fn get(name: &[u8]) -> Request<'_> {
    Request::Get { name, offset: 0, length: TO_THE_END, identity: None, wanted: Wanted::Hash }
}

fn sidecar() -> Sidecar {
    Sidecar {
        server: "tcp://127.0.0.1:8889".to_owned(),
        name: Name::parse("docs/报告 1.pdf".as_bytes()).unwrap(),
        size: Some(1 << 20),
        mark: Some(b"\"e-tag\n\"".to_vec()),
        mtime_ns: Some(-5),
        hash: Some(Blake3([7; 32])),
        verified: 65536,
        prefix: Blake3([9; 32]),
    }
}

#[test]
fn the_preamble_is_what_the_document_says() {
    let hello = Hello { version: 1, capabilities: 3 };
    assert_eq!(hello.encode(), *b"\xf5SKY\x01\x00\x00\x03");
    assert_eq!(Hello::decode(hello.encode()), Ok(hello));
    assert_eq!(Hello::decode(*b"GET / HT"), Err(WireError::Magic));
    assert_eq!(Hello::decode(*b"\xf5SKY\x00\x00\x00\x03"), Err(WireError::Version(0)));
}

#[test]
fn a_request_is_what_the_document_says() {
    let mut out = Vec::new();
    get(b"a.txt").encode(&mut out).unwrap();
    let mut expected = b"\x03\x02\0\0\0\0\0\x25".to_vec();
    expected.extend([[0; 8], [0xff; 8], [0; 8], [0; 8]].concat());
    expected.extend(b"a.txt");
    assert_eq!(out, expected);
}

#[test]
fn what_is_too_long_is_not_written() {
    let mut out = vec![1];
    assert!(matches!(get(&[b'a'; 4097]).encode(&mut out), Err(WireError::Long { .. })));
    assert_eq!(out, [1]);
    let list = Request::List { path: b"", cursor: &[1; 513], page: 0 };
    assert!(list.encode(&mut out).is_err());
}

#[test]
fn an_unknown_request_and_a_long_name_are_passed_over_whole() {
    let mut stream = vec![0x70, 0, 0, 0, 0, 0, 0, 2, 1, 2, 2, 0, 0, 0, 0, 0, 0x10, 1];
    stream.resize(stream.len() + 4097, b'a');
    get(b"a").encode(&mut stream).unwrap();
    let (mut reader, mut rest) = (Requests::default(), stream.as_slice());
    assert_eq!(reader.next(&mut rest), Err(WireError::Unknown(0x70)));
    assert!(matches!(reader.next(&mut rest), Err(WireError::Long { .. })));
    assert_eq!(reader.next(&mut rest), Ok(Some(get(b"a"))));
}

#[test]
fn hostile_numbers_hold_nothing() {
    for head in [*b"\x84\0\0\0\xff\xff\xff\xff", *b"\x81\0\0\0\xff\xff\xff\xff", *b"\x83\0\0\0\0\0\0\x51"] {
        let (mut reader, mut rest) = (Answers::default(), head.as_slice());
        assert!(matches!(reader.next(&mut rest), Err(WireError::Long { .. })), "{head:02x?}");
        assert_eq!(reader.held(), 0);
    }
    let (mut reader, mut rest) = (Requests::default(), b"\x03\0\0\0\0\0\x20\x01".as_slice());
    assert!(matches!(reader.next(&mut rest), Err(WireError::Long { limit: 8192, .. })));
    let file = FileHead {
        size: 1 << 63,
        offset: 1,
        length: 1 << 63,
        mtime_ns: 0,
        identity: Identity([0; 16]),
        hash: None,
    };
    let mut out = Vec::new();
    Answer::File(file).encode(&mut out);
    assert_eq!(Answers::default().next(&mut out.as_slice()), Err(WireError::Malformed(0x83)));
}

#[test]
fn bytes_are_lent_and_never_collected() {
    let mut stream = data_head(u32::try_from(DATA).unwrap()).to_vec();
    stream.resize(stream.len() + DATA, 5);
    Answer::Done(Some(Blake3([1; 32]))).encode(&mut stream);
    let (mut reader, mut came) = (Answers::default(), 0);
    for mut piece in stream.chunks(777) {
        loop {
            match reader.next(&mut piece).unwrap() {
                None => break,
                Some(Answer::Data(bytes)) => came += bytes.len(),
                Some(answer) => assert_eq!((answer, came), (Answer::Done(Some(Blake3([1; 32]))), DATA)),
            }
        }
        assert!(reader.held() < 64);
    }
    assert!(reader.is_between_frames());
}

#[test]
fn a_page_takes_what_fits() {
    let entry = Entry { kind: EntryKind::File, size: 1, mtime_ns: 2, name: &[b'n'; 255] };
    let (mut out, mut count) = (Vec::new(), 0);
    let mut page = PageWriter::new(&mut out);
    while page.push(&entry).is_some() {
        count += 1;
    }
    assert_eq!(page.count(), count);
    assert!(page.push(&Entry { name: b"", ..entry }).is_none());
    page.finish(Some(b"next"));
    assert!(out.len() <= PAGE + 8 && out.len() > PAGE - 2000);
    let (mut reader, mut rest) = (Answers::default(), out.as_slice());
    let Some(Answer::Page(entries)) = reader.next(&mut rest).unwrap() else { panic!("no page") };
    assert_eq!((entries.len(), entries.next), (count as usize, Some(b"next".as_slice())));
    assert!(entries.into_iter().all(|found| found == entry));
}

#[test]
fn errors_are_cut_between_characters() {
    let mut out = Vec::new();
    encode_error(Code::Busy, &"错".repeat(100), &mut out);
    let (mut reader, mut rest) = (Answers::default(), out.as_slice());
    let Some(Answer::Error(Code::Busy, text)) = reader.next(&mut rest).unwrap() else { panic!("no error") };
    assert_eq!(text, "错".repeat(85).as_bytes());
    assert_eq!(Code::of(99), Code::Other(99));
    assert_eq!(Code::Other(99).number(), 99);
}

#[test]
fn a_sidecar_says_what_is_wrong_with_it() {
    let text = sidecar().write();
    assert_eq!(Sidecar::read(text.as_bytes()), Ok(sidecar()));
    assert_eq!(Sidecar::read(b"something else"), Err(SidecarError::Version));
    let cut = text.strip_suffix("\n").unwrap();
    assert_eq!(Sidecar::read(cut.as_bytes()), Err(SidecarError::Damaged));
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(Sidecar::read(&bytes).is_err(), "byte {at}");
    }
    assert_eq!(Sidecar::read(&[b'x'; 70_000]), Err(SidecarError::Long));
    let beyond = Sidecar { verified: 2, size: Some(1), ..sidecar() };
    let beyond = Sidecar::read(beyond.write().as_bytes());
    assert_eq!(beyond, Err(SidecarError::Beyond { verified: 2, size: 1 }));
    let dashes = Sidecar { size: None, mark: Some(b"-".to_vec()), mtime_ns: None, hash: None, ..sidecar() };
    assert_eq!(Sidecar::read(dashes.write().as_bytes()), Ok(dashes));
}

fn requests() -> impl Strategy<Value = Vec<u8>> {
    let bytes = |most| proptest::collection::vec(any::<u8>(), 0..most);
    let identity = || proptest::option::of(any::<[u8; 16]>().prop_map(Identity));
    let one = (0..5, bytes(300), bytes(512), any::<u64>(), any::<u32>(), identity(), any::<bool>());
    proptest::collection::vec(one, 0..6).prop_map(|all| {
        let mut out = Vec::new();
        for (kind, name, cursor, number, page, identity, hash) in &all {
            let wanted = if *hash { Wanted::Hash } else { Wanted::BytesAlone };
            let request = match kind {
                0 => Request::List { path: name, cursor, page: *page },
                1 => Request::Stat { path: name },
                2 => Request::Get { name, offset: *number, length: !*number, identity: *identity, wanted },
                3 => Request::Hash { name, identity: *identity },
                _ => Request::Bye,
            };
            request.encode(&mut out).unwrap();
        }
        out
    })
}

proptest! {
    #[test]
    fn requests_are_the_same_however_they_are_cut(stream in requests()) {
        body::request(&stream);
    }

    #[test]
    fn noise_is_the_same_however_it_is_cut(noise in proptest::collection::vec(any::<u8>(), 0..200), kind in 0x80u8..0x88) {
        let mut stream = vec![kind, 0, 0, 0, 0, 0, 0];
        stream.extend(&noise);
        body::answer(&stream);
        body::request(&noise);
        body::name(&noise);
        body::sidecar(&noise);
    }

    #[test]
    fn sidecars_are_read_back(name in "[a-z]{1,9}(/[^\\\\/\\x00-\\x1f\\x7f]{3,9}){0,3}", mark in any::<Option<Vec<u8>>>(), size in any::<u64>(), hash in any::<Option<[u8; 32]>>(), server in any::<String>(), time in any::<Option<i64>>()) {
        let name = Name::parse(name.as_bytes());
        prop_assume!(name.is_ok() && mark.as_ref().is_none_or(|mark| mark.len() < 9000));
        let written = Sidecar {
            server, name: name.unwrap(), size: Some(size), mark, mtime_ns: time, hash: hash.map(Blake3),
            verified: size / 2, prefix: Blake3([3; 32]),
        };
        prop_assert_eq!(Sidecar::read(written.write().as_bytes()), Ok(written));
    }
}
