//! Our own dialect, as `docs/PROTOCOL.md` says it.
//! Never sends a byte of a file inside a frame that is not whole of one state: it closes, or says that the file changed.

use std::sync::Arc;

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{LISTING, REQUEST_TIME, SCAN_WAIT},
    transfer::{
        Answer, Blake3, Code, Entry, EntryKind, FileHead, Hello, Identity, Name, PageWriter, Request,
        Requests, Stat, TO_THE_END, Wanted, WireError, data_head, encode_error, wire,
    },
};
use tokio::time::{Instant, timeout};

use super::{
    connection::{Got, Leave, Talk},
    hashes::{Busy, Making},
    send::{Broke, SMALL, STRETCH, Then, read},
};
use crate::tree::{Offered, Place, Shut, Taken, Tree};

/// Bytes of an entry beside its name.
const ENTRY: usize = 20;

/// Why a request is not answered with what it asks for.
enum No {
    /// It is answered with an error.
    Told(Code),
    /// Nothing more can be said on this connection.
    Broke(Broke),
}

impl From<Broke> for No {
    fn from(broke: Broke) -> Self {
        Self::Broke(broke)
    }
}

impl From<Shut> for No {
    fn from(shut: Shut) -> Self {
        Self::Told(match shut {
            Shut::Absent => Code::Absent,
            Shut::Busy => Code::Busy,
        })
    }
}

impl From<Busy> for No {
    fn from(Busy: Busy) -> Self {
        Self::Told(Code::Busy)
    }
}

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Keep,
    Close,
}

/// Answers requests until the connection is over.
pub(super) async fn answer(talk: &mut Talk, deadline: Instant) -> Leave {
    if let Err(leave) = greet(talk, deadline).await {
        return leave;
    }
    let mut deadline = deadline;
    let mut requests = Requests::default();
    loop {
        let held = std::mem::take(&mut talk.held);
        let mut rest = held.as_slice();
        while !rest.is_empty() {
            let after = match requests.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(request)) => follow(talk, request).await,
                Err(error) => refuse(talk, error).await,
            };
            match after {
                Ok(After::Keep) => deadline = Instant::now() + REQUEST_TIME,
                Ok(After::Close) => return Leave::Lingering(Ending::Closed),
                Err(broke) => return broke.leave(),
            }
        }
        let is_between = requests.held() == 0;
        let until = if is_between { Instant::now() + talk.patience() } else { deadline };
        match talk.read(until).await {
            Got::More if is_between => deadline = Instant::now() + REQUEST_TIME,
            Got::More => {}
            Got::End => return Leave::Lingering(Ending::PeerClosed),
            Got::Late => return Leave::Lingering(Ending::Idle),
            Got::Gone(why) => return Leave::Gone(why),
        }
    }
}

/// Reads the client's preamble and sends ours.
async fn greet(talk: &mut Talk, deadline: Instant) -> Result<(), Leave> {
    let hello = loop {
        if let Some(hello) = talk.held.first_chunk::<{ wire::HELLO }>() {
            break Hello::decode(*hello);
        }
        match talk.read(deadline).await {
            Got::More => {}
            Got::End => return Err(Leave::Lingering(Ending::PeerClosed)),
            Got::Late => return Err(Leave::Lingering(Ending::Idle)),
            Got::Gone(why) => return Err(Leave::Gone(why)),
        }
    };
    // Whoever does not speak it is not answered in it.
    let hello = hello.map_err(|_| Leave::Lingering(Ending::Refused))?;
    talk.held.drain(..wire::HELLO);
    let ours = Hello {
        version: hello.version.min(wire::VERSION),
        capabilities: wire::capability::LIST | wire::capability::HASH,
    };
    talk.send(&ours.encode(), Then::Nothing).await.map_err(Broke::leave)
}

/// Answers what is no request.
async fn refuse(talk: &mut Talk, error: WireError) -> Result<After, Broke> {
    let (code, after) = match error {
        WireError::Unknown(_) => (Code::Unsupported, After::Keep),
        // A name that is too long has been passed over; of a frame that is too long nothing has.
        WireError::Long { limit, .. } if limit < sockeye_core::limit::REQUEST => {
            (Code::TooLarge, After::Keep)
        }
        WireError::Long { .. } => (Code::TooLarge, After::Close),
        WireError::Malformed(_) | WireError::Magic | WireError::Version(_) => (Code::Malformed, After::Close),
    };
    let mut asked = talk.asked(Dialect::Sockeye, Ask::Unclear, b"");
    asked.detail = Some(error.to_string().into());
    tell(talk, code).await?;
    talk.over(asked, outcome(code)).await;
    Ok(after)
}

async fn tell(talk: &mut Talk, code: Code) -> Result<(), Broke> {
    let mut out = Vec::new();
    encode_error(code, words(code), &mut out);
    talk.send(&out, Then::Nothing).await
}

/// The words of an error frame: English, as the protocol is.
fn words(code: Code) -> &'static str {
    match code {
        Code::Absent => "there is no such file",
        Code::Changed => "the file is another one now",
        Code::Busy => "too much is asked for at once",
        Code::TooLarge => "the request is too long",
        Code::Malformed => "the request cannot be understood",
        Code::Unsupported => "this is not offered",
        Code::Range => "the file ends before that",
        Code::Trouble => "the file cannot be read",
        Code::Other(_) => "",
    }
}

fn outcome(code: Code) -> Outcome {
    match code {
        Code::Absent => Outcome::Absent,
        Code::Changed => Outcome::Changed,
        Code::Busy => Outcome::Busy,
        Code::Range => Outcome::OutOfRange,
        Code::Trouble => Outcome::Unread,
        Code::TooLarge => Outcome::TooLong,
        Code::Unsupported => Outcome::NotOffered,
        Code::Malformed | Code::Other(_) => Outcome::Malformed,
    }
}

/// Does what a request asks for.
async fn follow(talk: &mut Talk, request: Request<'_>) -> Result<After, Broke> {
    let ask = match request {
        Request::Bye => return Ok(After::Close),
        Request::List { .. } => Ask::List,
        Request::Stat { .. } => Ask::Stat,
        Request::Get { .. } => Ask::Get,
        Request::Hash { .. } => Ask::Hash,
    };
    let mut asked = talk.asked(Dialect::Sockeye, ask, request.name());
    let done = match request {
        Request::List { path, cursor, page } => list(talk, path, cursor, page).await,
        Request::Stat { path } => stat(talk, path).await,
        Request::Get { name, offset, length, identity, wanted } => {
            asked.offset = offset;
            get(talk, name, (offset, length), identity, wanted).await
        }
        Request::Hash { name, identity } => hash(talk, name, identity).await,
        Request::Bye => Ok(()),
    };
    let (ended, how) = match done {
        Ok(()) => (Ok(After::Keep), Outcome::Done),
        Err(No::Broke(broke)) => (Err(broke), broke.outcome()),
        Err(No::Told(code)) => match tell(talk, code).await {
            Ok(()) if code == Code::Busy => (Ok(After::Close), outcome(code)),
            Ok(()) => (Ok(After::Keep), outcome(code)),
            Err(broke) => (Err(broke), broke.outcome()),
        },
    };
    talk.over(asked, how).await;
    ended
}

fn open(talk: &Talk, name: &[u8], identity: Option<Identity>) -> Result<Arc<Offered>, No> {
    let name = Name::parse(name).map_err(|_| Shut::Absent)?;
    let file = talk.service.tree.open(&name)?;
    if identity.is_some_and(|wanted| wanted != file.state.identity()) {
        return Err(No::Told(Code::Changed));
    }
    Ok(Arc::new(file))
}

async fn get(
    talk: &mut Talk,
    name: &[u8],
    (offset, length): (u64, u64),
    identity: Option<Identity>,
    wanted: Wanted,
) -> Result<(), No> {
    let file = open(talk, name, identity)?;
    let rest = file.state.size.checked_sub(offset).ok_or(No::Told(Code::Range))?;
    let length = if length == TO_THE_END { rest } else { length.min(rest) };
    let known = talk.service.hashes.known(&file.state);
    // Made while the bytes travel; who cannot have it so soon may ask for it alone.
    let making = match (wanted, known) {
        (Wanted::Hash, None) => talk.service.hashes.begin(Arc::clone(&file)).await.ok(),
        _ => None,
    };
    let head = FileHead {
        size: file.state.size,
        offset,
        length,
        mtime_ns: file.state.mtime_ns,
        identity: file.state.identity(),
        hash: known,
    };
    let mut out = Vec::new();
    Answer::File(head).encode(&mut out);
    if length <= SMALL && talk.is_unpaced() {
        if length > 0 {
            out.extend_from_slice(&data_head(u32::try_from(length).unwrap_or(u32::MAX)));
            read(&file, offset, length, &mut out).map_err(unsent)?;
        }
        let hash = made(talk, making, known).await?;
        if !file.is_unchanged() {
            return Err(No::Told(Code::Changed));
        }
        Answer::Done(hash).encode(&mut out);
        talk.send(&out, Then::Nothing).await?;
        talk.took(length);
        return Ok(());
    }
    talk.begin(name, length);
    talk.send(&out, Then::More).await?;
    let (mut at, end) = (offset, offset + length);
    while at < end {
        let piece = STRETCH.min(end - at);
        data(talk, &file, at, piece).await?;
        at += piece;
    }
    let hash = made(talk, making, known).await?;
    if !file.is_unchanged() {
        return Err(No::Told(Code::Changed));
    }
    out.clear();
    Answer::Done(hash).encode(&mut out);
    Ok(talk.send(&out, Then::Nothing).await?)
}

/// Sends one frame of bytes. Where none of it was sent, or all of it, an error can follow; otherwise nothing can.
async fn data(talk: &mut Talk, file: &Offered, from: u64, length: u64) -> Result<(), No> {
    let head = data_head(u32::try_from(length).unwrap_or(u32::MAX));
    let before = talk.counters.bytes_out;
    match talk.send_file(&head, file, from, length).await {
        Ok(()) => Ok(()),
        Err(broke) => match talk.counters.bytes_out - before {
            0 => Err(unsent(broke)),
            all if all == head.len() as u64 + length => Err(unsent(broke)),
            _ => Err(broke.into()),
        },
    }
}

/// What can be said of a file that is not sent.
fn unsent(broke: Broke) -> No {
    match broke {
        Broke::Changed => No::Told(Code::Changed),
        Broke::Unread => No::Told(Code::Trouble),
        other => No::Broke(other),
    }
}

/// The hash behind a file's bytes: the one that is known, or the one that was begun.
async fn made(talk: &Talk, making: Option<Making>, known: Option<Blake3>) -> Result<Option<Blake3>, No> {
    let Some(making) = making else { return Ok(known) };
    let cut = &talk.service.run.cut;
    tokio::select! {
        biased;
        () = cut.cancelled() => Err(Broke::Stopped.into()),
        made = making => made.unwrap_or(Err(Broke::Unread)).map(Some).map_err(unsent),
    }
}

async fn hash(talk: &mut Talk, name: &[u8], identity: Option<Identity>) -> Result<(), No> {
    let file = open(talk, name, identity)?;
    let known = talk.service.hashes.known(&file.state);
    let making = match known {
        Some(_) => None,
        None => Some(talk.service.hashes.begin(Arc::clone(&file)).await?),
    };
    let hash = made(talk, making, known).await?.ok_or(No::Told(Code::Trouble))?;
    let mut out = Vec::new();
    Answer::Hashed(file.state.identity(), hash).encode(&mut out);
    Ok(talk.send(&out, Then::Nothing).await?)
}

async fn stat(talk: &mut Talk, path: &[u8]) -> Result<(), No> {
    let folder = |folder: Option<&Name>| {
        let state = talk.service.tree.list(folder)?.state;
        Ok::<Stat, Shut>(Stat {
            kind: EntryKind::Folder,
            size: 0,
            mtime_ns: state.mtime_ns,
            identity: state.identity(),
            hash: None,
        })
    };
    let stat = match path {
        b"" => folder(None)?,
        path => {
            let name = Name::parse(path).map_err(|_| Shut::Absent)?;
            match talk.service.tree.open(&name) {
                Ok(Offered { state, .. }) => Stat {
                    kind: EntryKind::File,
                    size: state.size,
                    mtime_ns: state.mtime_ns,
                    identity: state.identity(),
                    hash: talk.service.hashes.known(&state),
                },
                Err(Shut::Absent) => folder(Some(&name))?,
                Err(busy) => return Err(busy.into()),
            }
        }
    };
    let mut out = Vec::new();
    Answer::Stat(stat).encode(&mut out);
    Ok(talk.send(&out, Then::Nothing).await?)
}

async fn list(talk: &mut Talk, path: &[u8], cursor: &[u8], most: u32) -> Result<(), No> {
    let name = match path {
        b"" => None,
        path => Some(Name::parse(path).map_err(|_| Shut::Absent)?),
    };
    let from = match cursor {
        b"" => Place::default(),
        // One that we never gave leads nowhere.
        cursor => Place(i64::from_be_bytes(cursor.try_into().map_err(|_| Shut::Absent)?)),
    };
    let turn = timeout(SCAN_WAIT, Arc::clone(&talk.service.listings).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(Shut::Busy.into()) };
    let tree = Arc::clone(&talk.service.tree);
    let reading = tokio::task::spawn_blocking(move || {
        let page = page(&tree, name.as_ref(), from, most);
        drop(turn);
        page
    });
    let page = reading.await.unwrap_or(Err(Shut::Busy))?;
    talk.send(&page, Then::Nothing).await?;
    talk.sent += page.len() as u64;
    Ok(())
}

fn page(tree: &Tree, folder: Option<&Name>, from: Place, most: u32) -> Result<Vec<u8>, Shut> {
    let most = if most == 0 { u32::MAX } else { most };
    let mut out = Vec::new();
    let mut writer = PageWriter::new(&mut out);
    let mut length = 0;
    let next = tree.list(folder)?.page(from, |listed| {
        let size = if listed.kind == EntryKind::Folder { 0 } else { listed.state.size };
        let entry = Entry { kind: listed.kind, size, mtime_ns: listed.state.mtime_ns, name: listed.name };
        length += listed.name.len() + ENTRY;
        match length < LISTING && writer.count() < most && writer.push(&entry).is_some() {
            true => Taken::Yes,
            false => Taken::Full,
        }
    })?;
    writer.finish(next.map(|place| place.0.to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice));
    Ok(out)
}
