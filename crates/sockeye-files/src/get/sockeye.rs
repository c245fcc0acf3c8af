//! Asks in our own protocol: files, hashes and folders over one connection.
//! Never believes more than the frames say, and never takes a name from them without its grammar.

use sockeye_core::{
    event::{Failure, Kind, Operation, Thing},
    transfer::{
        Answer, Answers, Blake3, Code, EntryKind, Hello, Identity, Name, Request, TO_THE_END, Wanted,
        WireError,
        name::check,
        wire::{self, capability},
    },
};
use sockeye_text::{Text, text};

use super::{
    remote::{FetchError, Remote, RemoteConnection},
    source::{BodyRead, FileRequest, FileSource, RemoteFile},
};

/// Bytes read at once of answers without file bytes; the longest is a page of a folder.
const ANSWER: usize = 16 * 1024;

/// A server that speaks our protocol.
#[derive(Debug)]
pub(super) struct SockeyeClient {
    remote: Remote,
    line: Option<RemoteConnection>,
    answers: Answers,
    /// What was read and not looked at yet.
    held: Vec<u8>,
    capabilities: u16,
    /// Bytes of the open file that are still to come.
    left: u64,
    /// The name of the open file.
    open: Vec<u8>,
}

/// One entry of a remote folder.
#[derive(Clone, Debug)]
pub(super) struct RemoteEntry {
    pub(super) name: Box<[u8]>,
    pub(super) is: Thing,
    pub(super) size: u64,
    pub(super) mtime_ns: i64,
}

/// The next part of an open file's answer.
enum BodyPart {
    Bytes(usize),
    End(Option<Blake3>),
    Other(OwnedAnswer),
}

/// An answer other than file bytes, owned.
enum OwnedAnswer {
    File(RemoteFile, u64),
    Page(Vec<RemoteEntry>, Option<Vec<u8>>),
    Hashed(Blake3),
    Stat(EntryKind, u64),
    Refused(Code, String),
    Other,
}

impl SockeyeClient {
    pub(super) fn new(remote: Remote) -> Self {
        Self {
            remote,
            line: None,
            answers: Answers::default(),
            held: Vec::new(),
            capabilities: 0,
            left: 0,
            open: Vec::new(),
        }
    }

    /// One page of a folder; nothing where there is no such folder.
    pub(super) fn page(
        &mut self,
        path: &[u8],
        cursor: &[u8],
    ) -> Result<(Vec<RemoteEntry>, Option<Vec<u8>>), FetchError> {
        match self.request(&Request::List { path, cursor, page: 0 })? {
            OwnedAnswer::Page(items, next) => Ok((items, next)),
            OwnedAnswer::Refused(code, text) => Err(self.refused(path, code, &text)),
            _ => Err(self.nonsense(text!("get-no-page"))),
        }
    }

    /// What something is.
    pub(super) fn kind(&mut self, path: &[u8]) -> Result<Thing, FetchError> {
        self.stat(path).map(|(thing, _)| thing)
    }

    /// What something is, and its length in bytes.
    pub(super) fn stat(&mut self, path: &[u8]) -> Result<(Thing, u64), FetchError> {
        match self.request(&Request::Stat { path })? {
            OwnedAnswer::Stat(EntryKind::File, size) => Ok((Thing::File, size)),
            OwnedAnswer::Stat(EntryKind::Folder, _) => Ok((Thing::Folder, 0)),
            OwnedAnswer::Refused(code, text) => Err(self.refused(path, code, &text)),
            _ => Err(self.nonsense(text!("get-no-stat"))),
        }
    }

    /// Sends a request, the preamble first where the connection is new, and gives the answer to it.
    fn request(&mut self, request: &Request<'_>) -> Result<OwnedAnswer, FetchError> {
        let mut out = Vec::new();
        let is_new = self.line.is_none();
        if is_new {
            let capabilities = capability::LIST | capability::HASH;
            out.extend_from_slice(&Hello { version: wire::VERSION, capabilities }.encode());
            self.line = Some(self.remote.dial()?);
            self.answers = Answers::default();
            self.held.clear();
        }
        request.encode(&mut out).map_err(|error| self.nonsense(error.text()))?;
        self.line()?.write(&out)?;
        if is_new {
            self.greet()?;
        }
        self.reply()
    }

    fn line(&mut self) -> Result<&mut RemoteConnection, FetchError> {
        let lost = self.cut();
        self.line.as_mut().ok_or(lost)
    }

    fn greet(&mut self) -> Result<(), FetchError> {
        let mut hello = [0; wire::HELLO];
        let mut have = 0;
        while have < hello.len() {
            let rest = hello.get_mut(have..).unwrap_or_default();
            let Some(line) = &mut self.line else { return Err(self.cut()) };
            match line.read(rest) {
                Ok(0) if have == 0 => return Err(self.cut()),
                // The bytes before the end are enough to recognise another dialect.
                Ok(0) => break,
                Err(FetchError::Lost(_)) if have > 0 => break,
                Ok(count) => have += count,
                Err(error) => return Err(error),
            }
        }
        let spoken = Hello::decode(hello).and_then(|hello| match hello.version {
            wire::VERSION => Ok(hello),
            other => Err(WireError::Version(other)),
        });
        match spoken {
            Ok(hello) => {
                self.capabilities = hello.capabilities;
                Ok(())
            }
            Err(error) => {
                let failed = Failure::new(Operation::Get, self.remote.server(), Kind::Framing, error.text());
                Err(FetchError::Fatal(failed.hint(match hello.get(..have).unwrap_or_default() {
                    b"1" => text!("get-answered-name"),
                    [b'H', b'T', b'T', b'P', ..] => text!("get-answered-http"),
                    _ => text!("get-other-dialect"),
                })))
            }
        }
    }

    /// Reads up to `most` bytes behind what is held; whether any came within one look.
    fn hold(&mut self, most: usize) -> Result<bool, FetchError> {
        let before = self.held.len();
        let mut held = std::mem::take(&mut self.held);
        held.resize(before + most, 0);
        let read = self.line().and_then(|line| line.try_read(held.get_mut(before..).unwrap_or_default()));
        held.truncate(before + read.as_ref().ok().copied().flatten().unwrap_or(0));
        self.held = held;
        match read? {
            Some(0) => Err(self.cut()),
            read => Ok(read.is_some()),
        }
    }

    /// Counts bytes of the open file.
    fn came(&mut self, count: usize) -> Result<BodyRead, FetchError> {
        match self.left.checked_sub(count as u64) {
            Some(left) => {
                self.left = left;
                Ok(BodyRead::Bytes(count))
            }
            None => Err(self.nonsense(text!("get-sends-more"))),
        }
    }

    /// The next answer that is no bytes.
    fn reply(&mut self) -> Result<OwnedAnswer, FetchError> {
        loop {
            let mut input = self.held.as_slice();
            let reply = match self.answers.next(&mut input) {
                Ok(None) => None,
                Ok(Some(answer)) => Some(own(&answer)),
                Err(error) => return Err(self.nonsense(error.text())),
            };
            let left = input.len();
            let taken = self.held.len() - left;
            self.held.drain(..taken);
            if let Some(reply) = reply {
                return Ok(reply);
            }
            self.hold(ANSWER)?;
        }
    }

    fn refused(&mut self, name: &[u8], code: Code, text: &str) -> FetchError {
        let address = self.remote.address(name);
        let fail = |kind, detail: Text| Failure::new(Operation::Get, address.clone(), kind, detail);
        let said = |what: Text| match text {
            "" => what,
            words => text!("labelled", what = what, detail = words),
        };
        match code {
            Code::Absent => FetchError::Fatal(self.remote.absent(name)),
            Code::Changed | Code::Range => FetchError::Changed,
            Code::Busy => {
                self.hang_up();
                FetchError::Lost(fail(Kind::Broken, said(text!("get-busy"))))
            }
            Code::Trouble => FetchError::Fatal(fail(Kind::Broken, said(text!("get-trouble")))),
            Code::TooLarge | Code::Malformed | Code::Unsupported | Code::Other(_) => {
                self.hang_up();
                FetchError::Fatal(fail(Kind::Framing, said(text!("get-refused", code = code.number()))))
            }
        }
    }

    fn nonsense(&mut self, why: Text) -> FetchError {
        self.hang_up();
        FetchError::Fatal(Failure::new(Operation::Get, self.remote.server(), Kind::Framing, why))
    }

    fn cut(&self) -> FetchError {
        let detail = text!("get-cut");
        FetchError::Lost(Failure::new(Operation::Receive, self.remote.server(), Kind::Broken, detail))
    }
}

impl FileSource for SockeyeClient {
    fn open(&mut self, ask: FileRequest<'_>) -> Result<RemoteFile, FetchError> {
        let identity = ask.mark.and_then(|mark| std::str::from_utf8(mark).ok()).and_then(Identity::parse);
        let name = ask.name.as_bytes();
        let request = Request::Get {
            name,
            offset: ask.offset,
            length: TO_THE_END,
            identity: identity.filter(|_| ask.offset > 0),
            wanted: Wanted::Hash,
        };
        match self.request(&request)? {
            OwnedAnswer::File(opened, length) if opened.offset == ask.offset => {
                self.left = length;
                self.open = name.to_vec();
                if opened.size != opened.offset.checked_add(length) {
                    return Err(self.nonsense(text!("get-part-only")));
                }
                Ok(opened)
            }
            OwnedAnswer::Refused(code, text) => Err(self.refused(name, code, &text)),
            _ => Err(self.nonsense(text!("get-no-get"))),
        }
    }

    fn read(&mut self, room: &mut [u8]) -> Result<BodyRead, FetchError> {
        if self.held.is_empty() {
            let due = self.answers.due();
            if due > 0 {
                let room = room.get_mut(..due.min(room.len())).unwrap_or_default();
                return match self.line()?.try_read(room)? {
                    None => Ok(BodyRead::Nothing),
                    Some(0) => Err(self.cut()),
                    Some(count) => {
                        self.answers.pass(count);
                        self.came(count)
                    }
                };
            }
            // At most one frame head: the bytes behind it are read straight into the caller's room.
            if !self.hold(wire::HEAD)? {
                return Ok(BodyRead::Nothing);
            }
        }
        let most = self.held.len().min(room.len());
        let mut input = self.held.get(..most).unwrap_or_default();
        let found = match self.answers.next(&mut input) {
            Ok(Some(Answer::Data(bytes))) => {
                room.get_mut(..bytes.len()).unwrap_or_default().copy_from_slice(bytes);
                BodyPart::Bytes(bytes.len())
            }
            Ok(Some(Answer::Done(hash))) => BodyPart::End(hash),
            Ok(Some(answer)) => BodyPart::Other(own(&answer)),
            Ok(None) => BodyPart::Bytes(0),
            Err(error) => return Err(self.nonsense(error.text())),
        };
        let taken = most - input.len();
        self.held.drain(..taken);
        match found {
            BodyPart::Bytes(count) => self.came(count),
            BodyPart::End(hash) if self.left == 0 && self.held.is_empty() => Ok(BodyRead::End(hash)),
            BodyPart::Other(OwnedAnswer::Refused(code, text)) => {
                let name = std::mem::take(&mut self.open);
                Err(self.refused(&name, code, &text))
            }
            BodyPart::End(_) | BodyPart::Other(_) => Err(self.nonsense(text!("get-ends-early"))),
        }
    }

    fn hash(&mut self, name: &Name, mark: &[u8]) -> Result<Option<Blake3>, FetchError> {
        if self.capabilities & capability::HASH == 0 {
            return Ok(None);
        }
        let identity = std::str::from_utf8(mark).ok().and_then(Identity::parse);
        match self.request(&Request::Hash { name: name.as_bytes(), identity })? {
            OwnedAnswer::Hashed(hash) => Ok(Some(hash)),
            OwnedAnswer::Refused(Code::Changed, _) => Err(FetchError::Changed),
            OwnedAnswer::Refused(..) => Ok(None),
            _ => Err(self.nonsense(text!("get-no-hash"))),
        }
    }

    fn hang_up(&mut self) {
        self.line = None;
    }
}

fn own(answer: &Answer<'_>) -> OwnedAnswer {
    match answer {
        Answer::File(file) => OwnedAnswer::File(
            RemoteFile {
                size: Some(file.size),
                offset: file.offset,
                mark: Some(file.identity.to_string().into_bytes()),
                mtime_ns: Some(file.mtime_ns),
                hash: file.hash,
            },
            file.length,
        ),
        Answer::Page(entries) => OwnedAnswer::Page(
            entries.filter_map(|entry| item(&entry)).collect(),
            entries.next.map(<[u8]>::to_vec),
        ),
        Answer::Stat(stat) => OwnedAnswer::Stat(stat.kind, stat.size),
        Answer::Hashed(_, hash) => OwnedAnswer::Hashed(*hash),
        Answer::Error(code, text) => OwnedAnswer::Refused(*code, String::from_utf8_lossy(text).into_owned()),
        Answer::Data(_) | Answer::Done(_) => OwnedAnswer::Other,
    }
}

/// The entry, unless its name is one that could not be asked for.
fn item(entry: &sockeye_core::transfer::Entry<'_>) -> Option<RemoteEntry> {
    let is = match entry.kind {
        EntryKind::File => Thing::File,
        EntryKind::Folder => Thing::Folder,
        EntryKind::Other(_) => return None,
    };
    let is_plain = check(entry.name).is_ok() && !entry.name.contains(&b'/');
    is_plain.then(|| RemoteEntry { name: entry.name.into(), is, size: entry.size, mtime_ns: entry.mtime_ns })
}
