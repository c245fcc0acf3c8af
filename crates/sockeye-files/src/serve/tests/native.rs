//! The native dialect: requests and the frames that answer them.

use std::{fs, sync::Arc};

use sockeye_core::{
    event::{Ask, Ending, Outcome, What},
    transfer::{
        Answer, Answers, Blake3, Code, EntryKind, FileHead, Hello, Identity, Request, Stat, TO_THE_END,
        Wanted,
        wire::{self, capability},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};

use super::{Rig, bytes};
use crate::serve::{dispatch::hold, send::SMALL};
use crate::tree::identity_of;

fn hash(bytes: &[u8]) -> Blake3 {
    Blake3(*blake3::hash(bytes).as_bytes())
}

/// What a server of our protocol says, one frame each; bytes that follow each other are one.
#[derive(Debug, PartialEq)]
enum Frame {
    File(FileHead),
    Bytes(Vec<u8>),
    Done(Option<Blake3>),
    Names(Vec<Vec<u8>>),
    Stat(Stat),
    Hashed(Identity, Blake3),
    Error(Code),
}

/// A client of our protocol.
struct Client {
    stream: TcpStream,
    answers: Answers,
    held: Vec<u8>,
}

impl Client {
    /// A client whose connection is held to its end.
    async fn of(rig: &Rig) -> (Self, JoinHandle<()>) {
        let (stream, connection) = rig.connect().await;
        let offering = Arc::clone(&rig.offering);
        let held = tokio::spawn(async move { hold(connection, &offering, "peer".to_owned(), None).await });
        (Self { stream, answers: Answers::default(), held: Vec::new() }, held)
    }

    async fn greet(&mut self) {
        let hello = Hello { version: wire::VERSION, capabilities: capability::LIST | capability::HASH };
        self.stream.write_all(&hello.encode()).await.unwrap();
        let mut answer = [0; wire::HELLO];
        self.stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(Hello::decode(answer).unwrap().version, wire::VERSION);
    }

    async fn ask(&mut self, request: Request<'_>) -> Vec<Frame> {
        let mut out = Vec::new();
        request.encode(&mut out).unwrap();
        self.send(&out).await
    }

    /// Sends these bytes, and reads on to the end of the answer to them.
    async fn send(&mut self, frame: &[u8]) -> Vec<Frame> {
        self.stream.write_all(frame).await.unwrap();
        let mut frames: Vec<Frame> = Vec::new();
        loop {
            let mut input = self.held.as_slice();
            let frame = match self.answers.next(&mut input).unwrap() {
                None => None,
                Some(Answer::File(head)) => Some(Frame::File(head)),
                Some(Answer::Data(bytes)) => Some(Frame::Bytes(bytes.to_vec())),
                Some(Answer::Done(hash)) => Some(Frame::Done(hash)),
                Some(Answer::Page(page)) => {
                    Some(Frame::Names(page.map(|entry| entry.name.to_vec()).collect()))
                }
                Some(Answer::Stat(stat)) => Some(Frame::Stat(stat)),
                Some(Answer::Hashed(identity, hash)) => Some(Frame::Hashed(identity, hash)),
                Some(Answer::Error(code, _)) => Some(Frame::Error(code)),
            };
            let taken = self.held.len() - input.len();
            self.held.drain(..taken);
            match (frame, frames.last_mut()) {
                (Some(Frame::Bytes(more)), Some(Frame::Bytes(bytes))) => bytes.extend(more),
                (Some(frame @ (Frame::File(_) | Frame::Bytes(_))), _) => frames.push(frame),
                (Some(last), _) => {
                    frames.push(last);
                    return frames;
                }
                (None, _) => {
                    assert_ne!(
                        self.stream.read_buf(&mut self.held).await.unwrap(),
                        0,
                        "it ended: {frames:?}"
                    );
                }
            }
        }
    }

    /// Whether nothing more comes.
    async fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0; 1]).await, Ok(0))
    }
}

fn get(name: &str) -> Request<'_> {
    let (name, wanted) = (name.as_bytes(), Wanted::Hash);
    Request::Get { name, offset: 0, length: TO_THE_END, identity: None, wanted }
}

#[tokio::test]
async fn a_file_comes_with_its_head_its_bytes_and_its_hash() {
    let mut rig = Rig::new();
    for size in [0, 5, SMALL + 1, 2 * 1024 * 1024 + 3] {
        let content = bytes(size);
        rig.write("file", &content);
        let (mut client, held) = Client::of(&rig).await;
        client.greet().await;
        let frames = client.ask(get("file")).await;
        let Some(Frame::File(head)) = frames.first() else { panic!("{size}: no head") };
        assert_eq!((head.size, head.offset, head.length), (size, 0, size));
        assert_eq!(head.identity, identity_of(&rig.open("file").state));
        let came: Vec<u8> = frames
            .iter()
            .filter_map(|frame| if let Frame::Bytes(bytes) = frame { Some(bytes.as_slice()) } else { None })
            .collect::<Vec<_>>()
            .concat();
        assert!(came == content, "{size}");
        assert_eq!(frames.last(), Some(&Frame::Done(Some(hash(&content)))));
        client.stream.shutdown().await.unwrap();
        assert!(client.is_closed().await);
        drop(client);
        held.await.unwrap();
        let told = rig.told();
        let [What::Served(served), What::Closed { why: Ending::PeerClosed, .. }] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!((served.ask, served.outcome, served.bytes), (Ask::Get, Outcome::Done, size));
    }
}

#[tokio::test]
async fn parts_and_states_are_what_was_asked_for_or_an_error_and_the_connection_goes_on() {
    let rig = Rig::new();
    rig.write("file", b"0123456789");
    rig.write(".hidden", b"hidden");
    let (mut client, _held) = Client::of(&rig).await;
    client.greet().await;
    let identity = identity_of(&rig.open("file").state);
    let part = |offset, length, identity| Request::Get {
        name: b"file",
        offset,
        length,
        identity,
        wanted: Wanted::BytesAlone,
    };
    let frames = client.ask(part(2, 3, Some(identity))).await;
    assert_eq!(frames.get(1..).unwrap(), [Frame::Bytes(b"234".to_vec()), Frame::Done(None)]);
    assert_eq!(client.ask(part(8, 100, None)).await.get(1), Some(&Frame::Bytes(b"89".to_vec())));
    assert_eq!(client.ask(part(11, 1, None)).await, [Frame::Error(Code::Range)]);
    assert_eq!(client.ask(part(0, 1, Some(Identity([7; 16])))).await, [Frame::Error(Code::Changed)]);
    for absent in ["absent", ".hidden", "../offered/file", "file/x", ""] {
        assert_eq!(client.ask(get(absent)).await, [Frame::Error(Code::Absent)], "{absent}");
    }
    assert_eq!(
        client.ask(Request::Hash { name: b"file", identity: None }).await,
        [Frame::Hashed(identity, hash(b"0123456789"))]
    );
}

#[tokio::test]
async fn folders_are_listed_a_page_at_a_time_and_things_are_told_by_kind() {
    let rig = Rig::new();
    for name in ["a", "b", "c"] {
        rig.write(name, name.as_bytes());
    }
    fs::create_dir(rig.folder.0.join("offered/folder")).unwrap();
    let (mut client, _held) = Client::of(&rig).await;
    client.greet().await;
    let frames = client.ask(Request::List { path: b"", cursor: b"", page: 0 }).await;
    let [Frame::Names(names)] = frames.as_slice() else { panic!("{frames:?}") };
    let mut names = names.clone();
    names.sort();
    assert_eq!(names, [b"a".as_slice(), b"b", b"c", b"folder"]);
    let frames = client.ask(Request::List { path: b"", cursor: b"", page: 3 }).await;
    assert!(matches!(frames.as_slice(), [Frame::Names(names)] if names.len() == 3), "{frames:?}");
    assert_eq!(
        client.ask(Request::List { path: b"a", cursor: b"", page: 0 }).await,
        [Frame::Error(Code::Absent)],
        "a file is no folder"
    );
    for (path, kind, size) in [
        (b"a".as_slice(), EntryKind::File, 1),
        (b"folder", EntryKind::Folder, 0),
        (b"", EntryKind::Folder, 0),
    ] {
        let frames = client.ask(Request::Stat { path }).await;
        let [Frame::Stat(stat)] = frames.as_slice() else { panic!("{frames:?}") };
        assert_eq!((stat.kind, stat.size), (kind, size), "{path:?}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_told_so_and_ends_it_only_where_nothing_else_can_be_done() {
    let mut rig = Rig::new();
    rig.write("file", b"content");
    let (mut client, held) = Client::of(&rig).await;
    client.greet().await;
    // A frame of a type that a later version may have, with three bytes in it.
    assert_eq!(client.send(b"\x6e\0\0\0\0\0\0\x03abc").await, [Frame::Error(Code::Unsupported)]);
    assert!(matches!(client.ask(get("file")).await.first(), Some(Frame::File(_))), "it goes on");
    // A frame that says it is longer than any request.
    assert_eq!(client.send(b"\x01\0\0\0\xff\xff\xff\xff").await, [Frame::Error(Code::TooLarge)]);
    assert!(client.is_closed().await);
    drop(client);
    held.await.unwrap();
    let outcomes: Vec<_> = rig
        .told()
        .into_iter()
        .filter_map(|what| if let What::Served(served) = what { Some(served.outcome) } else { None })
        .collect();
    assert_eq!(outcomes, [Outcome::NotOffered, Outcome::Done, Outcome::TooLong]);
}

#[tokio::test]
async fn who_greets_wrong_is_not_answered_in_our_protocol() {
    let rig = Rig::new();
    let (mut client, held) = Client::of(&rig).await;
    client.stream.write_all(&Hello { version: 0, capabilities: 0 }.encode()).await.unwrap();
    assert!(client.is_closed().await);
    drop(client);
    held.await.unwrap();
}
