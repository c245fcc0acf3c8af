//! Connections of `serve` over loopback, with no process between: what is read, sent and closed.

mod native;

use std::{
    fs::{self, File},
    io::ErrorKind,
    sync::Arc,
    time::Duration,
};

use sockeye_core::{
    event::{Ending, Event, EventDetail, What},
    limit::REQUEST,
    plan::{Dialects, DotFiles},
    transfer::{
        Name,
        http::{HostScope, Hosts},
    },
};
use sockeye_net::{Clock, RunState, link::StreamSocket};
use sockeye_sys::Flush;
use sockeye_text::Language;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::Instant,
};

use super::{
    close::CloseMode,
    connection::{Connection, ReadOutcome, Shared},
    offering::Offering,
    pace::TotalRate,
    send::{SMALL, SendError},
};
use crate::{
    tests::Folder,
    tree::{Offered, Tree},
};

const IDLE: Duration = Duration::from_secs(30);
/// More than loopback takes from a server whose client does not read.
const LARGE: u64 = 64 * 1024 * 1024;

/// Which rate holds.
#[derive(Clone, Copy, Debug)]
enum Rate {
    None,
    Own(u64),
    Total(u64),
}

/// A server of one folder, without its listener.
struct Rig {
    folder: Folder,
    offering: Arc<Offering>,
    shared: Arc<Shared>,
    seen: mpsc::Receiver<Vec<Event>>,
}

impl Rig {
    fn new() -> Self {
        Self::paced(Rate::None)
    }

    fn paced(rate: Rate) -> Self {
        let folder = Folder::empty();
        let tree = Tree::new(&folder.0.join("offered"), DotFiles::Hide).unwrap();
        let hosts = Hosts { own: None, allowed: Vec::new(), reach: HostScope::Beyond };
        let offering = Arc::new(Offering::new(tree, hosts, Dialects::default()));
        let (events, seen) = mpsc::channel(1000);
        let run = Arc::new(RunState::new(Clock::start(), EventDetail::Messages, events, IDLE));
        let begun = run.clock.now();
        let (rate, total) = match rate {
            Rate::None => (None, None),
            Rate::Own(rate) => (Some(rate), None),
            Rate::Total(rate) => (None, Some(Arc::new(TotalRate::new(rate, begun)))),
        };
        let shared =
            Arc::new(Shared { run, idle: IDLE, language: Language::English, rate, total, progress: None });
        Self { folder, offering, shared, seen }
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.0.join("offered").join(name), bytes).unwrap();
    }

    /// A file of so many bytes that takes no room.
    fn sparse(&self, name: &str, length: u64) {
        File::create(self.folder.0.join("offered").join(name)).unwrap().set_len(length).unwrap();
    }

    fn open(&self, name: &str) -> Offered {
        self.offering.tree.open(&Name::parse(name.as_bytes()).unwrap()).unwrap()
    }

    /// A client, and the connection it has.
    async fn connect(&self) -> (TcpStream, Connection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        (
            client,
            Connection::new(
                StreamSocket::Tcp(stream),
                self.shared.run.number(),
                None,
                Arc::clone(&self.shared),
            ),
        )
    }

    fn told(&mut self) -> Vec<What> {
        let mut told = Vec::new();
        while let Ok(batch) = self.seen.try_recv() {
            told.extend(batch.into_iter().map(|event| event.what));
        }
        told
    }
}

fn bytes(length: u64) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

#[tokio::test]
async fn reading_tells_more_an_end_a_deadline_and_a_reset_apart() {
    let rig = Rig::new();
    let later = Instant::now() + IDLE;
    let (mut client, mut connection) = rig.connect().await;
    assert_eq!(connection.read(Instant::now()).await, ReadOutcome::Late);
    client.write_all(b"GE").await.unwrap();
    assert_eq!(connection.read(later).await, ReadOutcome::More);
    assert_eq!((connection.held.as_slice(), connection.counters.bytes_in), (b"GE".as_slice(), 2));
    client.shutdown().await.unwrap();
    assert_eq!(connection.read(later).await, ReadOutcome::End);

    let (client, mut connection) = rig.connect().await;
    client.set_zero_linger().unwrap();
    drop(client);
    assert_eq!(connection.read(later).await, ReadOutcome::Gone(Ending::PeerReset));
}

#[tokio::test]
async fn a_request_that_never_ends_is_not_held_without_bound() {
    let rig = Rig::new();
    let (mut client, mut connection) = rig.connect().await;
    let flood = tokio::spawn(async move {
        // The connection ends before all of it is taken.
        let _ = client.write_all(&vec![b'x'; 1024 * 1024]).await;
    });
    let later = Instant::now() + IDLE;
    while connection.held.len() < REQUEST {
        assert_eq!(connection.read(later).await, ReadOutcome::More);
    }
    for _ in 0..3 {
        let _ = connection.read(later).await;
    }
    assert!(connection.held.len() <= REQUEST + 1024, "{} bytes are held", connection.held.len());
    drop(connection);
    flood.await.unwrap();
}

#[tokio::test]
async fn the_stop_ends_who_waits_and_lets_who_has_begun_finish_until_the_cut() {
    let rig = Rig::new();
    let later = Instant::now() + IDLE;
    let (_idle, mut waiting) = rig.connect().await;
    let (mut client, mut begun) = rig.connect().await;
    client.write_all(b"half a req").await.unwrap();
    assert_eq!(begun.read(later).await, ReadOutcome::More);
    rig.shared.run.halt();
    assert_eq!(waiting.read(later).await, ReadOutcome::Gone(Ending::Stopped));
    assert_eq!(begun.read(Instant::now()).await, ReadOutcome::Late, "it may still come");
    client.write_all(b"uest").await.unwrap();
    assert_eq!(begun.read(later).await, ReadOutcome::More);
    rig.shared.run.cut.cancel();
    assert_eq!(begun.read(later).await, ReadOutcome::Gone(Ending::Stopped));
}

#[tokio::test]
async fn what_was_sent_before_a_lingering_close_arrives_though_more_was_said_than_heard() {
    let mut rig = Rig::new();
    let (mut client, mut connection) = rig.connect().await;
    client.write_all(b"never heard").await.unwrap();
    connection.stream.readable().await.unwrap();
    connection.send(b"bye", Flush::Now).await.unwrap();
    let closing = tokio::spawn(connection.close(CloseMode::Lingering(Ending::Closed)));
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).await.expect("a FIN, and no reset");
    assert_eq!(heard, b"bye");
    drop(client);
    closing.await.unwrap();
    let told = rig.told();
    let [What::Closed { why: Ending::Closed, counters, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((counters.bytes_in, counters.bytes_out), (11, 3));
    assert_eq!(rig.shared.run.summary().totals.bytes_out, 3);
}

#[tokio::test]
async fn a_reset_is_one() {
    let rig = Rig::new();
    let (mut client, mut connection) = rig.connect().await;
    connection.send(b"half of", Flush::Now).await.unwrap();
    connection.close(CloseMode::Reset(Ending::Failed)).await;
    let mut heard = Vec::new();
    assert_eq!(client.read_to_end(&mut heard).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn files_of_every_size_and_their_parts_are_sent_behind_their_head() {
    let rig = Rig::new();
    for (size, from) in
        [(0, 0), (1, 0), (SMALL, 0), (SMALL + 1, 0), (3 * 1024 * 1024 + 7, 0), (100_000, 99_990)]
    {
        let content = bytes(size);
        rig.write("file", &content);
        let (mut client, mut connection) = rig.connect().await;
        let whole = async {
            connection.send_file(b"head", &rig.open("file"), from, size - from).await.unwrap();
            assert_eq!((connection.sent, connection.counters.bytes_out), (size - from, size - from + 4));
            connection.stream.end();
        };
        let mut heard = Vec::new();
        let (read, ()) = tokio::join!(client.read_to_end(&mut heard), whole);
        read.unwrap();
        let from = usize::try_from(from).unwrap();
        assert!(heard == [b"head", content.get(from..).unwrap()].concat(), "{size} from {from}");
    }
}

#[tokio::test]
async fn a_file_that_is_another_one_by_now_is_not_sent() {
    let rig = Rig::new();
    for size in [10, 100_000] {
        rig.write("file", &bytes(size));
        let file = rig.open("file");
        rig.write("file", &bytes(size + 1));
        let (_client, mut connection) = rig.connect().await;
        assert_eq!(connection.send_file(b"head", &file, 0, size).await, Err(SendError::Changed));
        assert_eq!(connection.counters.bytes_out, 0, "not even its head");
    }
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_noticed() {
    let rig = Rig::new();
    rig.sparse("file", LARGE);
    let file = rig.open("file");
    let (mut client, mut connection) = rig.connect().await;
    let sending = tokio::spawn(async move { connection.send_file(b"head", &file, 0, LARGE).await });
    client.read_exact(&mut [0; 4]).await.unwrap();
    // What the client has not read is not all sent yet.
    rig.sparse("file", LARGE + 1);
    let mut all = Vec::new();
    client.read_to_end(&mut all).await.unwrap();
    assert_eq!(sending.await.unwrap(), Err(SendError::Changed));
    assert!((all.len() as u64) < LARGE);
}

#[tokio::test(start_paused = true)]
async fn who_takes_nothing_is_given_up_after_the_time_for_that() {
    let rig = Rig::new();
    rig.sparse("file", LARGE);
    let (_client, mut connection) = rig.connect().await;
    let begun = Instant::now();
    assert_eq!(connection.send_file(b"", &rig.open("file"), 0, LARGE).await, Err(SendError::Stalled));
    assert!(begun.elapsed() >= IDLE);
}

#[tokio::test]
async fn the_cut_ends_a_transfer_and_a_client_that_is_gone_does() {
    let rig = Rig::new();
    rig.sparse("file", LARGE);
    let (client, mut connection) = rig.connect().await;
    client.set_zero_linger().unwrap();
    drop(client);
    let sent = connection.send_file(b"", &rig.open("file"), 0, LARGE).await;
    assert!(matches!(sent, Err(SendError::Gone(Ending::PeerReset))), "{sent:?}");

    let (_client, mut connection) = rig.connect().await;
    rig.shared.run.cut.cancel();
    assert_eq!(connection.send_file(b"", &rig.open("file"), 0, LARGE).await, Err(SendError::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept() {
    const LENGTH: u64 = 512 * 1024;
    for rate in [Rate::Own(1024 * 1024), Rate::Total(1024 * 1024), Rate::None] {
        let rig = Rig::paced(rate);
        rig.sparse("file", LENGTH);
        let (mut client, mut connection) = rig.connect().await;
        let begun = Instant::now();
        let sending = async {
            connection.send_file(b"", &rig.open("file"), 0, LENGTH).await.unwrap();
            connection.stream.end();
        };
        let mut heard = Vec::new();
        let (read, ()) = tokio::join!(client.read_to_end(&mut heard), sending);
        assert_eq!(read.unwrap() as u64, LENGTH);
        let took = begun.elapsed();
        let is_kept = took >= Duration::from_millis(450);
        assert_eq!(is_kept, !matches!(rate, Rate::None), "{rate:?} took {took:?}");
    }
}
