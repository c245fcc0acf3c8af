//! Answers: what a server says, as frames; a file's bytes are handed on as they come.
//! Never believes a length: a page, the longest of what is collected, has its limit, and bytes are never collected.

use super::{
    Blake3, Identity,
    wire::{self, Code, Collector, Fields, Head, WireError},
};
use crate::limit::{COMPONENT, CURSOR, DATA, ERROR_TEXT, PAGE};

const ENTRIES: u8 = 0x81;
const STAT: u8 = 0x82;
const FILE: u8 = 0x83;
const BYTES: u8 = 0x84;
const DONE: u8 = 0x85;
const HASHED: u8 = 0x86;
const ERROR: u8 = 0xff;

/// ENTRIES: there is a next page.
const MORE: u8 = 0x01;
/// STAT, FILE, DONE: the hash is there.
const KNOWS_HASH: u8 = 0x01;

/// Bytes of an entry before its name.
const ENTRY_HEAD: usize = 20;
/// Bytes of a page before its entries.
const PAGE_HEAD: usize = 8;

/// What something in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A number of a later version.
    Other(u8),
}

/// One thing in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes; 0 for a folder.
    pub size: u64,
    /// When it was changed last, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Its last component, as the server has it: it may be anything, escapes included.
    pub name: &'a [u8],
}

/// What a file or folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: EntryKind,
    /// Its length in bytes; 0 for a folder.
    pub size: u64,
    /// When it was changed last, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Which state of it.
    pub identity: Identity,
    /// The hash, if the server knows it already.
    pub hash: Option<Blake3>,
}

/// What comes before a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHead {
    /// The whole file's length in bytes.
    pub size: u64,
    /// Where the bytes that follow begin.
    pub offset: u64,
    /// How many follow.
    pub length: u64,
    /// When it was changed last, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Which state of it.
    pub identity: Identity,
    /// The whole file's hash, if the server knows it already.
    pub hash: Option<Blake3>,
}

/// What a server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// A page of a folder.
    Page(Entries<'a>),
    /// What something is.
    Stat(Stat),
    /// Bytes of a file follow.
    File(FileHead),
    /// Some of them.
    Data(&'a [u8]),
    /// Those were all, and the file did not change meanwhile.
    Done(Option<Blake3>),
    /// A file's hash.
    Hashed(Identity, Blake3),
    /// It cannot be done, or not be finished.
    Error(Code, &'a [u8]),
}

impl Answer<'_> {
    /// Appends the frame. A page is written with [`PageWriter`], bytes behind [`data_head`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Page(entries) => {
                let begin = wire::open(out, ENTRIES, if entries.next.is_some() { MORE } else { 0 });
                out.extend_from_slice(&entries.count.to_be_bytes());
                let cursor = entries.next.unwrap_or_default();
                out.extend_from_slice(&u16::try_from(cursor.len()).unwrap_or(u16::MAX).to_be_bytes());
                out.extend_from_slice(&[0, 0]);
                out.extend_from_slice(entries.rest);
                out.extend_from_slice(cursor);
                wire::close(out, begin);
            }
            Self::Stat(stat) => {
                let begin = wire::open(out, STAT, knows(stat.hash));
                out.extend_from_slice(&[stat.kind.number(), 0, 0, 0, 0, 0, 0, 0]);
                out.extend_from_slice(&stat.size.to_be_bytes());
                out.extend_from_slice(&stat.mtime_ns.to_be_bytes());
                out.extend_from_slice(&stat.identity.0);
                out.extend_from_slice(&or_zero(stat.hash));
                wire::close(out, begin);
            }
            Self::File(file) => {
                let begin = wire::open(out, FILE, knows(file.hash));
                out.extend_from_slice(&file.size.to_be_bytes());
                out.extend_from_slice(&file.offset.to_be_bytes());
                out.extend_from_slice(&file.length.to_be_bytes());
                out.extend_from_slice(&file.mtime_ns.to_be_bytes());
                out.extend_from_slice(&file.identity.0);
                out.extend_from_slice(&or_zero(file.hash));
                wire::close(out, begin);
            }
            Self::Data(bytes) => {
                out.extend_from_slice(&data_head(u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
                out.extend_from_slice(bytes);
            }
            Self::Done(hash) => {
                let begin = wire::open(out, DONE, knows(hash));
                out.extend_from_slice(&or_zero(hash));
                wire::close(out, begin);
            }
            Self::Hashed(identity, hash) => {
                let begin = wire::open(out, HASHED, 0);
                out.extend_from_slice(&identity.0);
                out.extend_from_slice(&hash.0);
                wire::close(out, begin);
            }
            Self::Error(code, text) => {
                let begin = wire::open(out, ERROR, 0);
                out.extend_from_slice(&code.number().to_be_bytes());
                out.extend_from_slice(text.get(..ERROR_TEXT).unwrap_or(text));
                wire::close(out, begin);
            }
        }
    }
}

/// Appends an error frame with words for people, cut to what fits.
pub fn encode_error(code: Code, text: &str, out: &mut Vec<u8>) {
    Answer::Error(code, wire::short(text).as_bytes()).encode(out);
}

/// The head of a frame behind which `length` raw bytes follow; at most [`DATA`].
#[must_use]
pub fn data_head(length: u32) -> [u8; wire::HEAD] {
    Head { kind: BYTES, flags: 0, length }.encode()
}

fn knows(hash: Option<Blake3>) -> u8 {
    if hash.is_some() { KNOWS_HASH } else { 0 }
}

fn or_zero(hash: Option<Blake3>) -> [u8; 32] {
    hash.map_or([0; 32], |hash| hash.0)
}

impl EntryKind {
    fn number(self) -> u8 {
        match self {
            Self::File => 1,
            Self::Folder => 2,
            Self::Other(number) => number,
        }
    }

    fn of(number: u8) -> Self {
        match number {
            1 => Self::File,
            2 => Self::Folder,
            other => Self::Other(other),
        }
    }
}

/// The entries of a page, each read when it is asked for; all of them have been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entries<'a> {
    count: u32,
    rest: &'a [u8],
    /// Where the next page begins, if there is one.
    pub next: Option<&'a [u8]>,
}

impl<'a> Entries<'a> {
    fn decode(head: Head, payload: &'a [u8]) -> Result<Self, WireError> {
        let mut fields = Fields::new(head.kind, payload);
        let (count, cursor) = (fields.u32()?, usize::from(fields.u16()?));
        fields.u16()?;
        let length = fields.rest.len().checked_sub(cursor).ok_or(fields.malformed())?;
        let (rest, cursor) = fields.rest.split_at_checked(length).ok_or(fields.malformed())?;
        if cursor.len() > CURSOR || head.has(MORE) == cursor.is_empty() {
            return Err(fields.malformed());
        }
        let mut check = Fields::new(head.kind, rest);
        for _ in 0..count {
            entry(&mut check)?;
        }
        check.end()?;
        Ok(Self { count, rest, next: head.has(MORE).then_some(cursor) })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let mut fields = Fields::new(ENTRIES, self.rest);
        let entry = entry(&mut fields).ok()?;
        self.rest = fields.rest;
        self.count = self.count.saturating_sub(1);
        Some(entry)
    }
}

fn entry<'a>(fields: &mut Fields<'a>) -> Result<Entry<'a>, WireError> {
    let [kind, _] = fields.array()?;
    let length = usize::from(fields.u16()?);
    let (size, mtime_ns) = (fields.u64()?, i64::from_be_bytes(fields.array()?));
    if length == 0 || length > COMPONENT {
        return Err(fields.malformed());
    }
    Ok(Entry { kind: EntryKind::of(kind), size, mtime_ns, name: fields.bytes(length)? })
}

/// Writes one page of a folder, entry by entry.
#[derive(Debug)]
pub struct PageWriter<'a> {
    out: &'a mut Vec<u8>,
    begin: usize,
    count: u32,
}

impl<'a> PageWriter<'a> {
    /// Begins a page at the end of `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        let begin = wire::open(out, ENTRIES, 0);
        out.extend_from_slice(&[0; PAGE_HEAD]);
        Self { out, begin, count: 0 }
    }

    /// Writes an entry; `None` where the page is full or no page could ever hold it (a name that is empty or longer
    /// than a component may be).
    pub fn push(&mut self, entry: &Entry<'_>) -> Option<()> {
        let used = self.out.len() - self.begin - wire::HEAD;
        let length = u16::try_from(entry.name.len()).ok().filter(|length| *length > 0)?;
        if usize::from(length) > COMPONENT || used + ENTRY_HEAD + usize::from(length) + CURSOR > PAGE {
            return None;
        }
        self.out.extend_from_slice(&[entry.kind.number(), 0]);
        self.out.extend_from_slice(&length.to_be_bytes());
        self.out.extend_from_slice(&entry.size.to_be_bytes());
        self.out.extend_from_slice(&entry.mtime_ns.to_be_bytes());
        self.out.extend_from_slice(entry.name);
        self.count += 1;
        Some(())
    }

    /// Entries written.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Ends the page. `next`, 1 to [`CURSOR`] bytes, is what the client gives back to get the next one.
    pub fn finish(self, next: Option<&[u8]>) {
        let cursor = next.filter(|cursor| !cursor.is_empty() && cursor.len() <= CURSOR).unwrap_or_default();
        self.out.extend_from_slice(cursor);
        let length = u16::try_from(cursor.len()).unwrap_or(0);
        if let Some(head) = self.out.get_mut(self.begin + wire::HEAD..).and_then(|page| page.get_mut(..6)) {
            let (count, cursor) = head.split_at_mut(4);
            count.copy_from_slice(&self.count.to_be_bytes());
            cursor.copy_from_slice(&length.to_be_bytes());
        }
        if let Some(flags) = self.out.get_mut(self.begin + 1).filter(|_| length > 0) {
            *flags = MORE;
        }
        wire::close(self.out, self.begin);
    }
}

/// Reads answers out of a server's stream, cut anywhere; a file's bytes come in the pieces they arrived in.
#[derive(Debug, Default)]
pub struct Answers {
    collector: Collector,
    /// Bytes of the current data frame that are still to come.
    left: usize,
}

impl Answers {
    /// The next answer of `input`, which is moved past what was taken; nothing where all was taken and more is needed.
    ///
    /// # Errors
    /// What is wrong with the frame; the stream makes no sense any more.
    pub fn next<'r, 'i: 'r>(&'r mut self, input: &mut &'i [u8]) -> Result<Option<Answer<'r>>, WireError> {
        loop {
            if self.left > 0 {
                if input.is_empty() {
                    return Ok(None);
                }
                let (now, later) = input.split_at(self.left.min(input.len()));
                self.left -= now.len();
                *input = later;
                return Ok(Some(Answer::Data(now)));
            }
            // An empty frame of bytes says nothing, and is passed over.
            match self.collector.bare(input, BYTES, DATA)? {
                Some(length) => self.left = length,
                None => break,
            }
        }
        match self.collector.next(input, longest)? {
            Some((head, payload)) => decode(head, payload).map(Some),
            None => Ok(None),
        }
    }

    /// Bytes of the current data frame that are still to come. They may be read past this reader, straight to where
    /// they are to lie, by who says so with [`Answers::pass`].
    #[must_use]
    pub fn due(&self) -> usize {
        self.left
    }

    /// So many bytes that were [due](Answers::due) were read elsewhere.
    pub fn pass(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
    }

    /// Bytes held of a frame that is not whole.
    #[must_use]
    pub fn held(&self) -> usize {
        self.collector.held()
    }

    /// Whether the stream may end here: nothing is held and no byte of a data frame is missing.
    #[must_use]
    pub fn is_between_frames(&self) -> bool {
        self.left == 0 && self.held() == 0
    }
}

fn longest(kind: u8) -> Result<usize, WireError> {
    match kind {
        ENTRIES => Ok(PAGE),
        BYTES => Ok(DATA),
        STAT => Ok(72),
        FILE => Ok(80),
        DONE => Ok(32),
        HASHED => Ok(48),
        ERROR => Ok(2 + ERROR_TEXT),
        kind => Err(WireError::Unknown(kind)),
    }
}

fn decode(head: Head, payload: &[u8]) -> Result<Answer<'_>, WireError> {
    let mut fields = Fields::new(head.kind, payload);
    let known = |hash: [u8; 32]| head.has(KNOWS_HASH).then_some(Blake3(hash));
    let answer = match head.kind {
        ENTRIES => return Entries::decode(head, payload).map(Answer::Page),
        ERROR => Answer::Error(Code::of(fields.u16()?), std::mem::take(&mut fields.rest)),
        STAT => {
            let [kind, ..]: [u8; 8] = fields.array()?;
            Answer::Stat(Stat {
                kind: EntryKind::of(kind),
                size: fields.u64()?,
                mtime_ns: i64::from_be_bytes(fields.array()?),
                identity: Identity(fields.array()?),
                hash: known(fields.array()?),
            })
        }
        FILE => {
            let file = FileHead {
                size: fields.u64()?,
                offset: fields.u64()?,
                length: fields.u64()?,
                mtime_ns: i64::from_be_bytes(fields.array()?),
                identity: Identity(fields.array()?),
                hash: known(fields.array()?),
            };
            if file.offset.checked_add(file.length).is_none_or(|end| end > file.size) {
                return Err(fields.malformed());
            }
            Answer::File(file)
        }
        DONE => Answer::Done(known(fields.array()?)),
        HASHED => Answer::Hashed(Identity(fields.array()?), Blake3(fields.array()?)),
        kind => return Err(WireError::Unknown(kind)),
    };
    fields.end()?;
    Ok(answer)
}
