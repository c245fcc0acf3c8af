//! Our own dialect, as `docs/PROTOCOL.md` says it.
//! Never sends a byte of a file inside a frame that is not whole of one state: it closes, or says that the file changed.

use std::sync::Arc;

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{LISTING, REQUEST_TIME},
    transfer::{
        Answer, Blake3, Code, Entry, EntryKind, FileHead, Hello, Identity, Name, PageWriter, Request,
        Requests, Stat, TO_THE_END, Wanted, WireError, data_head, encode_error, wire,
    },
};
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Connection, Got},
    hashes::{HashError, PendingHash},
    offer::Offer,
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

impl From<HashError> for No {
    fn from(error: HashError) -> Self {
        Self::Told(match error {
            HashError::Busy => Code::Busy,
            HashError::Changed => Code::Changed,
            HashError::Unread => Code::Trouble,
        })
    }
}

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Keep,
    Close,
}

/// Answers requests until the connection is over.
pub(super) async fn answer(connection: &mut Connection, offer: &Offer, deadline: Instant) -> CloseMode {
    if let Err(leave) = greet(connection, deadline).await {
        return leave;
    }
    let mut deadline = deadline;
    let mut requests = Requests::default();
    loop {
        let held = std::mem::take(&mut connection.held);
        let mut rest = held.as_slice();
        while !rest.is_empty() {
            let after = match requests.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(request)) => follow(connection, offer, request).await,
                Err(error) => refuse(connection, error).await,
            };
            match after {
                Ok(After::Keep) => deadline = Instant::now() + REQUEST_TIME,
                Ok(After::Close) => return CloseMode::Lingering(Ending::Closed),
                Err(broke) => return broke.leave(),
            }
        }
        let is_between = requests.held() == 0;
        let until = if is_between { Instant::now() + connection.shared.idle } else { deadline };
        match connection.read(until).await {
            Got::More if is_between => deadline = Instant::now() + REQUEST_TIME,
            Got::More => {}
            Got::End => return CloseMode::Lingering(Ending::PeerClosed),
            Got::Late => return CloseMode::Lingering(Ending::Idle),
            Got::Gone(why) => return CloseMode::Gone(why),
        }
    }
}

/// Reads the client's preamble and sends ours.
async fn greet(connection: &mut Connection, deadline: Instant) -> Result<(), CloseMode> {
    let hello = loop {
        if let Some(hello) = connection.held.first_chunk::<{ wire::HELLO }>() {
            break Hello::decode(*hello);
        }
        match connection.read(deadline).await {
            Got::More => {}
            Got::End => return Err(CloseMode::Lingering(Ending::PeerClosed)),
            Got::Late => return Err(CloseMode::Lingering(Ending::Idle)),
            Got::Gone(why) => return Err(CloseMode::Gone(why)),
        }
    };
    // Whoever does not speak it is not answered in it.
    let hello = hello.map_err(|_| CloseMode::Lingering(Ending::Refused))?;
    connection.held.drain(..wire::HELLO);
    let ours = Hello {
        version: hello.version.min(wire::VERSION),
        capabilities: wire::capability::LIST | wire::capability::HASH,
    };
    connection.send(&ours.encode(), Then::Nothing).await.map_err(Broke::leave)
}

/// Answers what is no request.
async fn refuse(connection: &mut Connection, error: WireError) -> Result<After, Broke> {
    let (code, after) = match error {
        WireError::Unknown(_) => (Code::Unsupported, After::Keep),
        // A name that is too long has been passed over; of a frame that is too long nothing has.
        WireError::Long { limit, .. } if limit < sockeye_core::limit::REQUEST => {
            (Code::TooLarge, After::Keep)
        }
        WireError::Long { .. } => (Code::TooLarge, After::Close),
        WireError::Malformed(_) | WireError::Magic | WireError::Version(_) => (Code::Malformed, After::Close),
    };
    let mut asked = connection.asked(Dialect::Sockeye, Ask::Unclear, b"");
    asked.detail = Some(error.to_string().into());
    tell(connection, code).await?;
    connection.over(asked, outcome(code)).await;
    Ok(after)
}

async fn tell(connection: &mut Connection, code: Code) -> Result<(), Broke> {
    let mut out = Vec::new();
    encode_error(code, words(code), &mut out);
    connection.send(&out, Then::Nothing).await
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
async fn follow(connection: &mut Connection, offer: &Offer, request: Request<'_>) -> Result<After, Broke> {
    let ask = match request {
        Request::Bye => return Ok(After::Close),
        Request::List { .. } => Ask::List,
        Request::Stat { .. } => Ask::Stat,
        Request::Get { .. } => Ask::Get,
        Request::Hash { .. } => Ask::Hash,
    };
    let mut asked = connection.asked(Dialect::Sockeye, ask, request.name());
    let done = match request {
        Request::List { path, cursor, page } => list(connection, offer, path, cursor, page).await,
        Request::Stat { path } => stat(connection, offer, path).await,
        Request::Get { name, offset, length, identity, wanted } => {
            asked.offset = offset;
            get(connection, offer, name, (offset, length), identity, wanted).await
        }
        Request::Hash { name, identity } => hash(connection, offer, name, identity).await,
        Request::Bye => Ok(()),
    };
    let (ended, how) = match done {
        Ok(()) => (Ok(After::Keep), Outcome::Done),
        Err(No::Broke(broke)) => (Err(broke), broke.outcome()),
        Err(No::Told(code)) => match tell(connection, code).await {
            Ok(()) if code == Code::Busy => (Ok(After::Close), outcome(code)),
            Ok(()) => (Ok(After::Keep), outcome(code)),
            Err(broke) => (Err(broke), broke.outcome()),
        },
    };
    connection.over(asked, how).await;
    ended
}

fn open(offer: &Offer, name: &[u8], identity: Option<Identity>) -> Result<Arc<Offered>, No> {
    let name = Name::parse(name).map_err(|_| Shut::Absent)?;
    let file = offer.tree.open(&name)?;
    if identity.is_some_and(|wanted| wanted != file.state.identity()) {
        return Err(No::Told(Code::Changed));
    }
    Ok(Arc::new(file))
}

async fn get(
    connection: &mut Connection,
    offer: &Offer,
    name: &[u8],
    (offset, length): (u64, u64),
    identity: Option<Identity>,
    wanted: Wanted,
) -> Result<(), No> {
    let file = open(offer, name, identity)?;
    let rest = file.state.size.checked_sub(offset).ok_or(No::Told(Code::Range))?;
    let length = if length == TO_THE_END { rest } else { length.min(rest) };
    let known = offer.hashes.known(&file.state);
    // Made while the bytes travel; who cannot have it so soon may ask for it alone.
    let making = match (wanted, known) {
        (Wanted::Hash, None) => offer.hashes.begin(Arc::clone(&file)).await.ok(),
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
    if length <= SMALL && connection.pace.is_unlimited() {
        if length > 0 {
            out.extend_from_slice(&data_head(u32::try_from(length).unwrap_or(u32::MAX)));
            read(&file, offset, length, &mut out).map_err(unsent)?;
        }
        let hash = made(connection, making, known).await?;
        if !file.is_unchanged() {
            return Err(No::Told(Code::Changed));
        }
        Answer::Done(hash).encode(&mut out);
        connection.send(&out, Then::Nothing).await?;
        connection.took(length);
        return Ok(());
    }
    connection.begin(name, length);
    connection.send(&out, Then::More).await?;
    let (mut at, end) = (offset, offset + length);
    while at < end {
        let piece = STRETCH.min(end - at);
        data(connection, &file, at, piece).await?;
        at += piece;
    }
    let hash = made(connection, making, known).await?;
    if !file.is_unchanged() {
        return Err(No::Told(Code::Changed));
    }
    out.clear();
    Answer::Done(hash).encode(&mut out);
    Ok(connection.send(&out, Then::Nothing).await?)
}

/// Sends one frame of bytes. Where none of it was sent, or all of it, an error can follow; otherwise nothing can.
async fn data(connection: &mut Connection, file: &Offered, from: u64, length: u64) -> Result<(), No> {
    let head = data_head(u32::try_from(length).unwrap_or(u32::MAX));
    let before = connection.counters.bytes_out;
    match connection.send_file(&head, file, from, length).await {
        Ok(()) => Ok(()),
        Err(broke) => match connection.counters.bytes_out - before {
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
async fn made(
    connection: &Connection,
    making: Option<PendingHash>,
    known: Option<Blake3>,
) -> Result<Option<Blake3>, No> {
    let Some(making) = making else { return Ok(known) };
    let cut = &connection.shared.run.cut;
    tokio::select! {
        biased;
        () = cut.cancelled() => Err(Broke::Stopped.into()),
        made = making.made() => Ok(Some(made?)),
    }
}

async fn hash(
    connection: &mut Connection,
    offer: &Offer,
    name: &[u8],
    identity: Option<Identity>,
) -> Result<(), No> {
    let file = open(offer, name, identity)?;
    let known = offer.hashes.known(&file.state);
    let making = match known {
        Some(_) => None,
        None => Some(offer.hashes.begin(Arc::clone(&file)).await?),
    };
    let hash = made(connection, making, known).await?.ok_or(No::Told(Code::Trouble))?;
    let mut out = Vec::new();
    Answer::Hashed(file.state.identity(), hash).encode(&mut out);
    Ok(connection.send(&out, Then::Nothing).await?)
}

async fn stat(connection: &mut Connection, offer: &Offer, path: &[u8]) -> Result<(), No> {
    let folder = |folder: Option<&Name>| {
        let state = offer.tree.list(folder)?.state;
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
            match offer.tree.open(&name) {
                Ok(Offered { state, .. }) => Stat {
                    kind: EntryKind::File,
                    size: state.size,
                    mtime_ns: state.mtime_ns,
                    identity: state.identity(),
                    hash: offer.hashes.known(&state),
                },
                Err(Shut::Absent) => folder(Some(&name))?,
                Err(busy) => return Err(busy.into()),
            }
        }
    };
    let mut out = Vec::new();
    Answer::Stat(stat).encode(&mut out);
    Ok(connection.send(&out, Then::Nothing).await?)
}

async fn list(
    connection: &mut Connection,
    offer: &Offer,
    path: &[u8],
    cursor: &[u8],
    most: u32,
) -> Result<(), No> {
    let name = match path {
        b"" => None,
        path => Some(Name::parse(path).map_err(|_| Shut::Absent)?),
    };
    let from = match cursor {
        b"" => Place::default(),
        // One that we never gave leads nowhere.
        cursor => Place(i64::from_be_bytes(cursor.try_into().map_err(|_| Shut::Absent)?)),
    };
    let page = offer.list(move |tree| page(tree, name.as_ref(), from, most)).await?;
    connection.send(&page, Then::Nothing).await?;
    connection.sent += page.len() as u64;
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
