//! Our own dialect, as `docs/PROTOCOL.md` says it.
//! Never sends a byte of a file inside a frame that is not whole of one state: it closes, or says that the file changed.

use std::{ops::ControlFlow, sync::Arc};

use sockeye_core::{
    event::{Ask, Dialect, Ending, Outcome},
    limit::{LISTING, REQUEST_TIME},
    transfer::{
        Answer, Blake3, Code, Entry, EntryKind, FileHead, Hello, Identity, Name, PageWriter, Request,
        Requests, Stat, TO_THE_END, Wanted, WireError, data_head, encode_error, wire,
    },
};
use sockeye_sys::Flush;
use tokio::time::Instant;

use super::{
    close::CloseMode,
    connection::{Connection, ReadOutcome},
    hashes::{HashError, PendingHash},
    offering::Offering,
    send::{SMALL, STRETCH, SendError, read},
};
use crate::tree::{Cursor, Offered, OpenError, Tree, identity_of};

/// Bytes of an entry beside its name.
const ENTRY: usize = 20;

/// Why a request is not answered with what it asks for.
enum RequestError {
    /// It is answered with an error.
    Code(Code),
    /// Nothing more can be sent on this connection.
    Send(SendError),
}

impl From<SendError> for RequestError {
    fn from(error: SendError) -> Self {
        Self::Send(error)
    }
}

impl From<OpenError> for RequestError {
    fn from(error: OpenError) -> Self {
        Self::Code(match error {
            OpenError::Absent => Code::Absent,
            OpenError::Busy => Code::Busy,
        })
    }
}

impl From<HashError> for RequestError {
    fn from(error: HashError) -> Self {
        Self::Code(match error {
            HashError::Busy => Code::Busy,
            HashError::Changed => Code::Changed,
            HashError::Unread => Code::Trouble,
        })
    }
}

/// Answers requests until the connection is over.
pub(super) async fn answer(connection: &mut Connection, offering: &Offering, deadline: Instant) -> CloseMode {
    if let Err(how) = greet(connection, deadline).await {
        return how;
    }
    let mut deadline = deadline;
    let mut requests = Requests::default();
    loop {
        let held = std::mem::take(&mut connection.held);
        let mut rest = held.as_slice();
        while !rest.is_empty() {
            let after = match requests.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(request)) => follow(connection, offering, request).await,
                Err(error) => refuse(connection, error).await,
            };
            match after {
                Ok(ControlFlow::Continue(())) => deadline = Instant::now() + REQUEST_TIME,
                Ok(ControlFlow::Break(())) => return CloseMode::Lingering(Ending::Closed),
                Err(error) => return error.close_mode(),
            }
        }
        let is_between = requests.held() == 0;
        let until = if is_between { Instant::now() + connection.shared.idle } else { deadline };
        match connection.read(until).await {
            ReadOutcome::More if is_between => deadline = Instant::now() + REQUEST_TIME,
            ReadOutcome::More => {}
            ReadOutcome::End => return CloseMode::Lingering(Ending::PeerClosed),
            ReadOutcome::Late => return CloseMode::Lingering(Ending::Idle),
            ReadOutcome::Gone(why) => return CloseMode::Gone(why),
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
            ReadOutcome::More => {}
            ReadOutcome::End => return Err(CloseMode::Lingering(Ending::PeerClosed)),
            ReadOutcome::Late => return Err(CloseMode::Lingering(Ending::Idle)),
            ReadOutcome::Gone(why) => return Err(CloseMode::Gone(why)),
        }
    };
    // A client that does not speak the protocol would not understand an error frame.
    let hello = hello.map_err(|_| CloseMode::Lingering(Ending::Refused))?;
    connection.held.drain(..wire::HELLO);
    let ours = Hello {
        version: hello.version.min(wire::VERSION),
        capabilities: wire::capability::LIST | wire::capability::HASH,
    };
    connection.send(&ours.encode(), Flush::Now).await.map_err(SendError::close_mode)
}

/// Answers a frame that is no valid request.
async fn refuse(connection: &mut Connection, error: WireError) -> Result<ControlFlow<()>, SendError> {
    let (code, after) = match error {
        WireError::Unknown(_) => (Code::Unsupported, ControlFlow::Continue(())),
        // A frame with too long a name was skipped whole; a frame that is too long was not, so the stream is out of step.
        WireError::Long { limit, .. } if limit < sockeye_core::limit::REQUEST => {
            (Code::TooLarge, ControlFlow::Continue(()))
        }
        WireError::Long { .. } => (Code::TooLarge, ControlFlow::Break(())),
        WireError::Malformed(_) | WireError::Magic | WireError::Version(_) => {
            (Code::Malformed, ControlFlow::Break(()))
        }
    };
    let mut record = connection.begin_request(Dialect::Sockeye, Ask::Unclear, b"");
    record.detail = Some(Box::new(error.text()));
    tell(connection, code).await?;
    connection.end_request(record, outcome(code)).await;
    Ok(after)
}

async fn tell(connection: &mut Connection, code: Code) -> Result<(), SendError> {
    let mut out = Vec::new();
    encode_error(code, words(code), &mut out);
    connection.send(&out, Flush::Now).await
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
async fn follow(
    connection: &mut Connection,
    offering: &Offering,
    request: Request<'_>,
) -> Result<ControlFlow<()>, SendError> {
    let ask = match request {
        Request::Bye => return Ok(ControlFlow::Break(())),
        Request::List { .. } => Ask::List,
        Request::Stat { .. } => Ask::Stat,
        Request::Get { .. } => Ask::Get,
        Request::Hash { .. } => Ask::Hash,
    };
    let mut record = connection.begin_request(Dialect::Sockeye, ask, request.name());
    let done = match request {
        Request::List { path, cursor, page } => list(connection, offering, path, cursor, page).await,
        Request::Stat { path } => stat(connection, offering, path).await,
        Request::Get { name, offset, length, identity, wanted } => {
            record.offset = offset;
            get(connection, offering, name, (offset, length), identity, wanted).await
        }
        Request::Hash { name, identity } => hash(connection, offering, name, identity).await,
        Request::Bye => Ok(()),
    };
    let (ended, how) = match done {
        Ok(()) => (Ok(ControlFlow::Continue(())), Outcome::Done),
        Err(RequestError::Send(error)) => (Err(error), error.outcome()),
        Err(RequestError::Code(code)) => match tell(connection, code).await {
            Ok(()) if code == Code::Busy => (Ok(ControlFlow::Break(())), outcome(code)),
            Ok(()) => (Ok(ControlFlow::Continue(())), outcome(code)),
            Err(error) => (Err(error), error.outcome()),
        },
    };
    connection.end_request(record, how).await;
    ended
}

fn open(offering: &Offering, name: &[u8], identity: Option<Identity>) -> Result<Arc<Offered>, RequestError> {
    let name = Name::parse(name).map_err(|_| OpenError::Absent)?;
    let file = offering.tree.open(&name)?;
    if identity.is_some_and(|wanted| wanted != identity_of(&file.state)) {
        return Err(RequestError::Code(Code::Changed));
    }
    Ok(Arc::new(file))
}

async fn get(
    connection: &mut Connection,
    offering: &Offering,
    name: &[u8],
    (offset, length): (u64, u64),
    identity: Option<Identity>,
    wanted: Wanted,
) -> Result<(), RequestError> {
    let file = open(offering, name, identity)?;
    let rest = file.state.size.checked_sub(offset).ok_or(RequestError::Code(Code::Range))?;
    let length = if length == TO_THE_END { rest } else { length.min(rest) };
    let known = offering.hashes.known(&file.state);
    // Computed while the bytes travel. Where no permit is free the client may ask for the hash by itself later.
    let making = match (wanted, known) {
        (Wanted::Hash, None) => offering.hashes.begin(Arc::clone(&file)).await.ok(),
        _ => None,
    };
    let head = FileHead {
        size: file.state.size,
        offset,
        length,
        mtime_ns: file.state.mtime_ns,
        identity: identity_of(&file.state),
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
            return Err(RequestError::Code(Code::Changed));
        }
        Answer::Done(hash).encode(&mut out);
        connection.send(&out, Flush::Now).await?;
        connection.count_sent(length);
        return Ok(());
    }
    connection.begin_file(name, length);
    connection.send(&out, Flush::Later).await?;
    let (mut at, end) = (offset, offset + length);
    while at < end {
        let piece = STRETCH.min(end - at);
        data(connection, &file, at, piece).await?;
        at += piece;
    }
    let hash = made(connection, making, known).await?;
    if !file.is_unchanged() {
        return Err(RequestError::Code(Code::Changed));
    }
    out.clear();
    Answer::Done(hash).encode(&mut out);
    Ok(connection.send(&out, Flush::Now).await?)
}

/// Sends one frame of bytes. An error frame can follow only where none or all of it was sent.
async fn data(
    connection: &mut Connection,
    file: &Offered,
    from: u64,
    length: u64,
) -> Result<(), RequestError> {
    let head = data_head(u32::try_from(length).unwrap_or(u32::MAX));
    let before = connection.counters.bytes_out;
    match connection.send_file(&head, file, from, length).await {
        Ok(()) => Ok(()),
        Err(error) => match connection.counters.bytes_out - before {
            0 => Err(unsent(error)),
            all if all == head.len() as u64 + length => Err(unsent(error)),
            _ => Err(error.into()),
        },
    }
}

/// The error that says why a file is not sent; `Send` where the connection itself failed.
fn unsent(error: SendError) -> RequestError {
    match error {
        SendError::Changed => RequestError::Code(Code::Changed),
        SendError::Unread => RequestError::Code(Code::Trouble),
        other => RequestError::Send(other),
    }
}

/// The hash to send behind a file's bytes: the known one, or else the pending one.
async fn made(
    connection: &Connection,
    making: Option<PendingHash>,
    known: Option<Blake3>,
) -> Result<Option<Blake3>, RequestError> {
    let Some(making) = making else { return Ok(known) };
    let cut = &connection.shared.run.cut;
    tokio::select! {
        biased;
        () = cut.cancelled() => Err(SendError::Stopped.into()),
        made = making.made() => Ok(Some(made?)),
    }
}

async fn hash(
    connection: &mut Connection,
    offering: &Offering,
    name: &[u8],
    identity: Option<Identity>,
) -> Result<(), RequestError> {
    let file = open(offering, name, identity)?;
    let known = offering.hashes.known(&file.state);
    let making = match known {
        Some(_) => None,
        None => Some(offering.hashes.begin(Arc::clone(&file)).await?),
    };
    let hash = made(connection, making, known).await?.ok_or(RequestError::Code(Code::Trouble))?;
    let mut out = Vec::new();
    Answer::Hashed(identity_of(&file.state), hash).encode(&mut out);
    Ok(connection.send(&out, Flush::Now).await?)
}

async fn stat(connection: &mut Connection, offering: &Offering, path: &[u8]) -> Result<(), RequestError> {
    let folder = |folder: Option<&Name>| {
        let state = offering.tree.list(folder)?.state;
        Ok::<Stat, OpenError>(Stat {
            kind: EntryKind::Folder,
            size: 0,
            mtime_ns: state.mtime_ns,
            identity: identity_of(&state),
            hash: None,
        })
    };
    let stat = match path {
        b"" => folder(None)?,
        path => {
            let name = Name::parse(path).map_err(|_| OpenError::Absent)?;
            match offering.tree.open(&name) {
                Ok(Offered { state, .. }) => Stat {
                    kind: EntryKind::File,
                    size: state.size,
                    mtime_ns: state.mtime_ns,
                    identity: identity_of(&state),
                    hash: offering.hashes.known(&state),
                },
                Err(OpenError::Absent) => folder(Some(&name))?,
                Err(busy) => return Err(busy.into()),
            }
        }
    };
    let mut out = Vec::new();
    Answer::Stat(stat).encode(&mut out);
    Ok(connection.send(&out, Flush::Now).await?)
}

async fn list(
    connection: &mut Connection,
    offering: &Offering,
    path: &[u8],
    cursor: &[u8],
    most: u32,
) -> Result<(), RequestError> {
    let name = match path {
        b"" => None,
        path => Some(Name::parse(path).map_err(|_| OpenError::Absent)?),
    };
    let from = match cursor {
        b"" => Cursor::default(),
        // A cursor that this server never gave.
        cursor => Cursor(i64::from_be_bytes(cursor.try_into().map_err(|_| OpenError::Absent)?)),
    };
    let page = offering.list(move |tree| page(tree, name.as_ref(), from, most)).await?;
    connection.send(&page, Flush::Now).await?;
    connection.sent += page.len() as u64;
    Ok(())
}

fn page(tree: &Tree, folder: Option<&Name>, from: Cursor, most: u32) -> Result<Vec<u8>, OpenError> {
    let most = if most == 0 { u32::MAX } else { most };
    let mut out = Vec::new();
    let mut writer = PageWriter::new(&mut out);
    let mut length = 0;
    let next = tree.list(folder)?.page(from, |listed| {
        let size = if listed.kind == EntryKind::Folder { 0 } else { listed.state.size };
        let entry = Entry { kind: listed.kind, size, mtime_ns: listed.state.mtime_ns, name: listed.name };
        length += listed.name.len() + ENTRY;
        match length < LISTING && writer.count() < most && writer.push(&entry).is_some() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    })?;
    writer.finish(next.map(|place| place.0.to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice));
    Ok(out)
}
