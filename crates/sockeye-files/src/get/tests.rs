//! What `get` makes of servers over loopback: the connection, and the native dialect on it.
//! The servers are scripts: each says what it was told to, whatever it is asked.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use socket2::SockRef;
use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Thing},
    plan::Family,
    transfer::{
        Answer, Blake3, Code, Entry, EntryKind, FileHead, Hello, Identity, Name, PageWriter, Request,
        Requests, Stat, Wanted, data_head, encode_error, wire,
    },
};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{
    remote::{FetchError, Remote},
    sockeye::SockeyeClient,
    source::{BodyRead, FileRequest, FileSource as _, RemoteFile},
};

/// As long as nothing may come; those that wait for it wait no longer than a few looks.
const PATIENCE: Duration = Duration::from_millis(250);
/// As long as a test may take that is in order.
const LONG: Duration = Duration::from_secs(20);

/// A runtime, and a server that one thread plays.
struct Rig {
    _runtime: Runtime,
    remote: Remote,
    server: Option<JoinHandle<()>>,
}

impl Rig {
    /// Every connection is given to `play`, until it has had `connections` of them.
    fn new(connections: usize, play: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::tcp(listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            for _ in 0..connections {
                play(listener.accept().unwrap().0);
            }
        });
        let mut rig = Self::at(address);
        rig.server = Some(server);
        rig
    }

    /// A server that greets, reads one request and answers it with `answer`, cut at `cut` on its way.
    fn native(answer: Vec<u8>, cut: usize) -> Self {
        Self::new(1, move |mut stream| {
            let (first, rest) = answer.split_at(cut.min(answer.len()));
            hear_request(&mut stream);
            for piece in [first, rest] {
                // So that the two are two reads, where they are not joined by chance.
                stream.set_nodelay(true).unwrap();
                stream.write_all(piece).unwrap();
            }
        })
    }

    fn at(target: Address) -> Self {
        let runtime = Runtime::new().unwrap();
        let remote = Remote {
            target,
            family: Family::Any,
            connect_timeout: LONG,
            timeout: LONG,
            handle: runtime.handle().clone(),
            stop: CancellationToken::new(),
        };
        Self { _runtime: runtime, remote, server: None }
    }

    fn client(&self) -> SockeyeClient {
        SockeyeClient::new(self.remote.clone())
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // A test that fails has its own words.
        if let Some(server) = self.server.take().filter(|_| !thread::panicking()) {
            server.join().unwrap();
        }
    }
}

/// Reads the preamble and one request, and greets.
fn hear_request(stream: &mut TcpStream) {
    let mut hello = [0; wire::HELLO];
    stream.read_exact(&mut hello).unwrap();
    let capabilities = wire::capability::LIST | wire::capability::HASH;
    stream.write_all(&Hello { version: wire::VERSION, capabilities }.encode()).unwrap();
    hear_more(stream);
}

fn hear_more(stream: &mut TcpStream) {
    let (mut requests, mut byte) = (Requests::default(), [0; 1]);
    loop {
        stream.read_exact(&mut byte).unwrap();
        if requests.next(&mut byte.as_slice()).unwrap().is_some() {
            return;
        }
    }
}

fn name() -> Name {
    Name::parse(b"file").unwrap()
}

fn open(client: &mut SockeyeClient, offset: u64) -> Result<RemoteFile, FetchError> {
    let identity = IDENTITY.to_string();
    let mark = (offset > 0).then_some(identity.as_bytes());
    client.open(FileRequest { name: &name(), offset, mark })
}

/// Everything that comes of the open file, and how that ends.
fn read_all(client: &mut SockeyeClient) -> (Vec<u8>, Result<Option<Blake3>, FetchError>) {
    let (mut all, mut room) = (Vec::new(), [0; 1000]);
    loop {
        match client.read(&mut room) {
            Ok(BodyRead::Bytes(count)) => all.extend_from_slice(room.get(..count).unwrap()),
            Ok(BodyRead::Nothing) => {}
            Ok(BodyRead::End(hash)) => return (all, Ok(hash)),
            Err(error) => return (all, Err(error)),
        }
    }
}

const IDENTITY: Identity = Identity([3; 16]);
const HASH: Blake3 = Blake3([5; 32]);

fn head(size: u64, offset: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let length = size - offset;
    Answer::File(FileHead { size, offset, length, mtime_ns: 7, identity: IDENTITY, hash: None })
        .encode(&mut out);
    out
}

fn data(bytes: &[u8]) -> Vec<u8> {
    [data_head(u32::try_from(bytes.len()).unwrap()).as_slice(), bytes].concat()
}

fn done(hash: Option<Blake3>) -> Vec<u8> {
    let mut out = Vec::new();
    Answer::Done(hash).encode(&mut out);
    out
}

fn refusal(code: Code) -> Vec<u8> {
    let mut out = Vec::new();
    encode_error(code, "because", &mut out);
    out
}

fn fatal<T: std::fmt::Debug>(result: Result<T, FetchError>) -> Failure {
    match result {
        Err(FetchError::Fatal(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn lost<T: std::fmt::Debug>(result: Result<T, FetchError>) -> Failure {
    match result {
        Err(FetchError::Lost(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bytes_come_and_go_and_each_end_ends_its_own_direction() {
    let rig = Rig::new(1, |mut stream| {
        let mut heard = Vec::new();
        // It ends only where the client has half-closed.
        stream.read_to_end(&mut heard).unwrap();
        heard.reverse();
        stream.write_all(&heard).unwrap();
    });
    let mut connection = rig.remote.dial().unwrap();
    connection.write(b"abc").unwrap();
    connection.half_close().unwrap();
    let (mut all, mut room) = (Vec::new(), [0; 2]);
    loop {
        match connection.read(&mut room).unwrap() {
            0 => break,
            count => all.extend_from_slice(room.get(..count).unwrap()),
        }
    }
    assert_eq!(all, b"cba");
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_a_server_too() {
    let folder = crate::tests::Folder::empty();
    let path = folder.0.join("socket");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let rig = Rig::at(Address::parse(&format!("unix:{}", path.display())).unwrap());
    let server = thread::spawn(move || listener.accept().unwrap().0.write_all(b"here").unwrap());
    let mut connection = rig.remote.dial().unwrap();
    let mut room = [0; 4];
    assert_eq!(connection.read(&mut room).unwrap(), 4);
    assert_eq!((&room, connection.read(&mut room.clone()).unwrap()), (b"here", 0));
    server.join().unwrap();
}

#[test]
fn where_nobody_listens_it_is_said_what_to_look_at() {
    // Bound, so that nobody else has the port, and not listening.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let failure = lost(Rig::at(Address::tcp(address)).remote.dial());
    assert_eq!(failure.kind, Kind::Refused);
    assert!(
        failure.hint.as_ref().is_some_and(|hint| hint.to_string().contains("sockeye serve")),
        "{failure:?}"
    );
}

#[test]
fn silence_is_a_failure_after_the_time_for_it_and_a_reset_at_once() {
    let (told, hear) = std::sync::mpsc::channel::<()>();
    let mut rig = Rig::new(2, move |mut stream| {
        let mut first = [0; 1];
        stream.read_exact(&mut first).unwrap();
        if first == *b"r" {
            SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        } else {
            // Until the client has given up.
            let _ = hear.recv();
        }
    });
    rig.remote.timeout = PATIENCE;
    let mut silent = rig.remote.dial().unwrap();
    silent.write(b"s").unwrap();
    let begun = Instant::now();
    let failure = fatal(silent.read(&mut [0; 1]));
    assert_eq!(failure.kind, Kind::Timeout);
    assert!(begun.elapsed() >= PATIENCE - Duration::from_millis(100), "{:?}", begun.elapsed());
    drop(told);
    let mut reset = rig.remote.dial().unwrap();
    reset.write(b"r").unwrap();
    assert_eq!(lost(reset.read(&mut [0; 1])).kind, Kind::Reset);
}

#[test]
fn a_peer_that_does_not_read_is_given_up_too() {
    let (told, hear) = std::sync::mpsc::channel::<()>();
    let mut rig = Rig::new(1, move |_stream| {
        let _ = hear.recv();
    });
    rig.remote.timeout = PATIENCE;
    let mut connection = rig.remote.dial().unwrap();
    assert_eq!(fatal(connection.write(&vec![0; 64 * 1024 * 1024])).kind, Kind::Timeout);
    drop(told);
}

#[test]
fn a_stop_ends_whatever_waits() {
    let (told, hear) = std::sync::mpsc::channel::<()>();
    let rig = Rig::new(1, move |_stream| {
        let _ = hear.recv();
    });
    let mut connection = rig.remote.dial().unwrap();
    rig.remote.stop.cancel();
    assert!(matches!(connection.read(&mut [0; 1]), Err(FetchError::Stopped)));
    let never = std::future::pending::<()>();
    assert!(matches!(rig.remote.wait(never), Err(FetchError::Stopped)));
    assert!(matches!(rig.remote.dial(), Err(FetchError::Stopped)));
    drop(told);
}

#[test]
fn a_file_is_what_its_frames_say_wherever_they_are_cut() {
    let answer = [head(7, 0), data(b"abc"), data(b""), data(b"defg"), done(Some(HASH))].concat();
    // Within the head, between frames, within bytes, and in the last frame.
    for cut in [0, 1, 9, head(7, 0).len(), head(7, 0).len() + 9, answer.len() - 1, answer.len()] {
        let rig = Rig::native(answer.clone(), cut);
        let mut client = rig.client();
        let opened = open(&mut client, 0).unwrap();
        assert_eq!((opened.size, opened.offset, opened.mtime_ns), (Some(7), 0, Some(7)));
        assert_eq!(opened.mark, Some(IDENTITY.to_string().into_bytes()));
        let (all, end) = read_all(&mut client);
        assert_eq!((all.as_slice(), end.unwrap()), (b"abcdefg".as_slice(), Some(HASH)), "cut at {cut}");
    }
}

#[test]
fn the_rest_of_a_file_is_asked_for_by_its_state() {
    let (told, hear) = std::sync::mpsc::channel();
    let rig = Rig::new(1, move |mut stream| {
        let mut hello = [0; wire::HELLO];
        stream.read_exact(&mut hello).unwrap();
        let capabilities = wire::capability::HASH;
        stream.write_all(&Hello { version: wire::VERSION, capabilities }.encode()).unwrap();
        let (mut requests, mut byte) = (Requests::default(), [0; 1]);
        loop {
            stream.read_exact(&mut byte).unwrap();
            if let Some(Request::Get { name, offset, identity, wanted, .. }) =
                requests.next(&mut byte.as_slice()).unwrap()
            {
                told.send((name.to_vec(), offset, identity, wanted)).unwrap();
                break;
            }
        }
        stream.write_all(&[head(9, 4), data(b"efghi"), done(None)].concat()).unwrap();
    });
    let mut client = rig.client();
    assert_eq!(open(&mut client, 4).unwrap().offset, 4);
    assert_eq!(hear.recv().unwrap(), (b"file".to_vec(), 4, Some(IDENTITY), Wanted::Hash));
    let (all, end) = read_all(&mut client);
    assert_eq!((all.as_slice(), end.unwrap()), (b"efghi".as_slice(), None));
}

#[test]
fn an_answer_that_cannot_be_is_believed_in_no_part() {
    let frames = [
        ("another offset", head(9, 5)),
        ("a page", {
            let mut out = Vec::new();
            PageWriter::new(&mut out).finish(None);
            out
        }),
        ("no frame", b"\xee\0\0\0\0\0\0\0".to_vec()),
    ];
    for (what, answer) in frames {
        let rig = Rig::native(answer, 0);
        assert_eq!(fatal(open(&mut rig.client(), 0)).kind, Kind::Framing, "{what}");
    }
    for (what, bytes, kind) in [
        ("more than announced", [head(3, 0), data(b"abcd")].concat(), Kind::Framing),
        ("an end before the end", [head(3, 0), data(b"ab"), done(Some(HASH))].concat(), Kind::Framing),
        ("a file within a file", [head(3, 0), data(b"ab"), head(3, 0)].concat(), Kind::Framing),
        ("trouble in the middle", [head(3, 0), data(b"ab"), refusal(Code::Trouble)].concat(), Kind::Broken),
    ] {
        let rig = Rig::native(bytes, 0);
        let mut client = rig.client();
        open(&mut client, 0).unwrap();
        assert_eq!(fatal(read_all(&mut client).1).kind, kind, "{what}");
    }
}

#[test]
fn a_connection_that_ends_in_the_middle_is_lost_with_what_came_before() {
    let rig = Rig::native([head(9, 0), data(b"abcde").get(..10).unwrap().to_vec()].concat(), 0);
    let mut client = rig.client();
    open(&mut client, 0).unwrap();
    let (all, end) = read_all(&mut client);
    assert_eq!(all, b"ab");
    assert_eq!(lost(end).kind, Kind::Broken);
}

#[test]
fn refusals_are_what_their_codes_say() {
    let answer = |code| {
        let rig = Rig::native(refusal(code), 0);
        open(&mut rig.client(), 0)
    };
    assert_eq!(fatal(answer(Code::Absent)).kind, Kind::Absent);
    assert_eq!(fatal(answer(Code::Trouble)).kind, Kind::Broken);
    assert_eq!(lost(answer(Code::Busy)).kind, Kind::Broken);
    assert!(matches!(answer(Code::Changed), Err(FetchError::Changed)));
    assert!(matches!(answer(Code::Range), Err(FetchError::Changed)));
    let failure = fatal(answer(Code::Unsupported));
    assert_eq!(failure.kind, Kind::Framing);
    assert!(failure.detail.to_string().contains("because"), "the server's words: {failure:?}");
}

#[test]
fn who_answers_in_another_dialect_is_recognised() {
    for (answer, hint) in [
        (b"1".as_slice(), "--dialect name"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "--dialect http"),
        (b"220 ftp\r\n", "--dialect http or --dialect name"),
        (&Hello { version: wire::VERSION + 1, capabilities: 0 }.encode(), "--dialect http or --dialect name"),
    ] {
        let answer = answer.to_vec();
        let rig = Rig::new(1, move |mut stream| {
            stream.write_all(&answer).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            // Not reset before it is read.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let failure = fatal(open(&mut rig.client(), 0));
        assert_eq!(failure.kind, Kind::Framing);
        assert!(failure.hint.as_ref().is_some_and(|text| text.to_string().contains(hint)), "{failure:?}");
    }
}

#[test]
fn names_of_a_listing_that_lead_elsewhere_are_not_taken() {
    let mut page = Vec::new();
    let mut writer = PageWriter::new(&mut page);
    for (kind, name) in [
        (EntryKind::File, b"good".as_slice()),
        (EntryKind::Folder, b"folder"),
        (EntryKind::File, b".."),
        (EntryKind::File, b"a/b"),
        (EntryKind::File, b"line\nbreak"),
        (EntryKind::Other(9), b"fifo"),
    ] {
        writer.push(&Entry { kind, size: 1, mtime_ns: 0, name }).unwrap();
    }
    writer.finish(Some(b"on"));
    let rig = Rig::native(page, 30);
    let (entries, next) = rig.client().page(b"", b"").unwrap();
    let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_ref(), entry.is)).collect();
    assert_eq!(names, [(b"good".as_slice(), Thing::File), (b"folder", Thing::Folder)]);
    assert_eq!(next.as_deref(), Some(b"on".as_slice()));
}

#[test]
fn one_connection_does_until_it_is_let_go() {
    let rig = Rig::new(2, |mut stream| {
        let (mut stat, mut hashed) = (Vec::new(), Vec::new());
        let what = Stat { kind: EntryKind::File, size: 9, mtime_ns: 0, identity: IDENTITY, hash: None };
        Answer::Stat(what).encode(&mut stat);
        Answer::Hashed(IDENTITY, HASH).encode(&mut hashed);
        hear_request(&mut stream);
        stream.write_all(&stat).unwrap();
        for answer in [hashed, refusal(Code::Changed), refusal(Code::Absent)] {
            hear_more(&mut stream);
            stream.write_all(&answer).unwrap();
        }
        // Until the client lets go.
        assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
    });
    let mut client = rig.client();
    for _ in 0..2 {
        assert_eq!(client.stat(b"file").unwrap(), (Thing::File, 9));
        assert_eq!(client.hash(&name(), b"").unwrap(), Some(HASH));
        assert!(matches!(client.hash(&name(), b""), Err(FetchError::Changed)));
        assert_eq!(client.hash(&name(), b"").unwrap(), None, "it has none to give");
        client.hang_up();
    }
}
