//! Requests: what a client asks for, as frames.
//! Never checks a name beyond its length: the grammar is `name`'s, and a server answers what breaks it as absent.

use super::{
    Identity,
    wire::{self, Collector, Fields, Head, WireError},
};
use crate::limit::{CURSOR, NAME, REQUEST};

const LIST: u8 = 0x01;
const STAT: u8 = 0x02;
const GET: u8 = 0x03;
const HASH: u8 = 0x04;
const BYE: u8 = 0x05;

/// The identity field says something.
const EXPECTS: u8 = 0x01;
/// DONE is to carry the hash.
const WANTS_HASH: u8 = 0x02;

/// `length` of a GET that goes to the end of the file.
pub const TO_THE_END: u64 = u64::MAX;

/// Whether the hash of the whole file is wanted behind its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// In DONE.
    Hash,
    /// The bytes alone.
    BytesAlone,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// A page of a folder.
    List {
        /// The folder; empty for the one that is served.
        path: &'a [u8],
        /// Where the page before ended; empty for the first.
        cursor: &'a [u8],
        /// The most entries; 0 leaves it to the server.
        page: u32,
    },
    /// What a file or folder is.
    Stat {
        /// Its name; empty for the folder that is served.
        path: &'a [u8],
    },
    /// A file's bytes.
    Get {
        /// Its name.
        name: &'a [u8],
        /// Where to begin.
        offset: u64,
        /// How many; [`TO_THE_END`] for the rest.
        length: u64,
        /// What it has to be.
        identity: Option<Identity>,
        /// What is to come behind the bytes.
        wanted: Wanted,
    },
    /// The hash of a whole file.
    Hash {
        /// Its name.
        name: &'a [u8],
        /// What it has to be.
        identity: Option<Identity>,
    },
    /// Nothing more.
    Bye,
}

impl<'a> Request<'a> {
    /// Appends the frame.
    ///
    /// # Errors
    /// [`WireError::Long`] where it would be no request any more; `out` is as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        let (kind, flags) = self.head();
        let begin = wire::open(out, kind, flags);
        match *self {
            Self::List { path, cursor, page } => {
                out.extend_from_slice(&page.to_be_bytes());
                out.extend_from_slice(&u16::try_from(cursor.len()).unwrap_or(u16::MAX).to_be_bytes());
                out.extend_from_slice(&[0, 0]);
                out.extend_from_slice(cursor);
                out.extend_from_slice(path);
            }
            Self::Stat { path } => out.extend_from_slice(path),
            Self::Get { name, offset, length, identity, wanted: _ } => {
                out.extend_from_slice(&offset.to_be_bytes());
                out.extend_from_slice(&length.to_be_bytes());
                out.extend_from_slice(&identity.map_or([0; 16], |identity| identity.0));
                out.extend_from_slice(name);
            }
            Self::Hash { name, identity } => {
                out.extend_from_slice(&identity.map_or([0; 16], |identity| identity.0));
                out.extend_from_slice(name);
            }
            Self::Bye => {}
        }
        let length = out.len() - begin - wire::HEAD;
        let cursor = if let Self::List { cursor, .. } = self { cursor.len() } else { 0 };
        if length > REQUEST || self.name().len() > NAME || cursor > CURSOR {
            out.truncate(begin);
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            return Err(WireError::Long { kind, length, limit: REQUEST });
        }
        wire::close(out, begin);
        Ok(())
    }

    /// The name or path in it.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        match self {
            Self::List { path, .. } | Self::Stat { path } => path,
            Self::Get { name, .. } | Self::Hash { name, .. } => name,
            Self::Bye => b"",
        }
    }

    fn head(&self) -> (u8, u8) {
        let expects = |identity: Option<Identity>| if identity.is_some() { EXPECTS } else { 0 };
        match *self {
            Self::List { .. } => (LIST, 0),
            Self::Stat { .. } => (STAT, 0),
            Self::Get { identity, wanted, .. } => {
                let hash = if wanted == Wanted::Hash { WANTS_HASH } else { 0 };
                (GET, expects(identity) | hash)
            }
            Self::Hash { identity, .. } => (HASH, expects(identity)),
            Self::Bye => (BYE, 0),
        }
    }

    fn decode(head: Head, payload: &'a [u8]) -> Result<Self, WireError> {
        let mut fields = Fields::new(head.kind, payload);
        let request = match head.kind {
            LIST => {
                let page = fields.u32()?;
                let cursor = usize::from(fields.u16()?);
                fields.u16()?;
                if cursor > CURSOR {
                    return Err(fields.malformed());
                }
                Self::List { cursor: fields.bytes(cursor)?, page, path: fields.rest }
            }
            STAT => Self::Stat { path: fields.rest },
            GET => Self::Get {
                offset: fields.u64()?,
                length: fields.u64()?,
                identity: expected(head, fields.array()?),
                wanted: if head.has(WANTS_HASH) { Wanted::Hash } else { Wanted::BytesAlone },
                name: fields.rest,
            },
            HASH => Self::Hash { identity: expected(head, fields.array()?), name: fields.rest },
            BYE => {
                fields.end()?;
                Self::Bye
            }
            kind => return Err(WireError::Unknown(kind)),
        };
        if request.name().len() > NAME {
            let length = head.length;
            return Err(WireError::Long { kind: head.kind, length, limit: NAME });
        }
        Ok(request)
    }
}

fn expected(head: Head, identity: [u8; 16]) -> Option<Identity> {
    head.has(EXPECTS).then_some(Identity(identity))
}

/// Reads requests out of a client's stream, cut anywhere. After an error nothing more is read: the client and we no
/// longer agree where a frame begins, except after [`WireError::Unknown`] and a long name, which are answered.
#[derive(Debug, Default)]
pub struct Requests {
    collector: Collector,
}

impl Requests {
    /// The next request of `input`, which is moved past what was taken; nothing where all of it was taken and more is
    /// needed.
    ///
    /// # Errors
    /// What is wrong with the frame. A frame of an unknown type, or with a name that is too long, has been passed
    /// over whole; after any other error the stream makes no sense any more.
    pub fn next<'r, 'i: 'r>(&'r mut self, input: &mut &'i [u8]) -> Result<Option<Request<'r>>, WireError> {
        match self.collector.next(input, |_| Ok(REQUEST))? {
            Some((head, payload)) => Request::decode(head, payload).map(Some),
            None => Ok(None),
        }
    }

    /// Bytes held of a frame that is not whole.
    #[must_use]
    pub fn held(&self) -> usize {
        self.collector.held()
    }
}
