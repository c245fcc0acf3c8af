//! The contract between the one cutting loop and the many framings.
//! Never keeps bytes: a framing only says where the first frame of a buffer ends.

use super::checksum::Checksum;
use super::error::FrameError;

/// What taking a message answers: cut the next one too, or keep the rest for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on cutting.
    Go,
    /// Cut nothing more until [`super::Framer::resume`]; what is left of the input is copied and kept.
    Stop,
}

/// How far an unfinished frame was scanned, so that no byte is looked at twice. Zero for a fresh frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    /// Bytes of the buffer that need not be looked at again.
    pub(super) at: usize,
    /// Whatever the framing counts on the way.
    pub(super) count: usize,
}

/// What a framing found at the front of a buffer. Every `used` is at least one byte.
#[derive(Clone, Copy, Debug)]
pub(super) enum CutStep {
    /// A whole frame of `used` bytes whose sealed body is `from..to`.
    Frame { used: usize, from: usize, to: usize },
    /// Bytes between frames that the framing allows there.
    Fill { used: usize },
    /// Bytes that belong to no frame; a run of them longer than the limit is an error.
    Garbage { used: usize },
    /// Not whole yet: nothing can change before the buffer holds `least` bytes; `total` is the frame's size, if known.
    Need { least: usize, total: Option<usize> },
}

/// Where the body of a frame is once opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// It is the sealed body, untouched.
    AsIs,
    /// It was unescaped into the scratch buffer.
    Scratch,
}

/// What the end of the stream makes of an unfinished frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// It is the last message.
    Message,
    /// It was cut short.
    Truncated,
}

/// One framing. Its answers depend on the bytes alone, never on how they were cut up on the way: an answer other than
/// [`CutStep::Need`] to a buffer is the answer to every longer buffer that starts the same.
pub(super) trait Cut {
    /// Where the first frame of `buf` (not empty) ends; `max` is the limit on a message in bytes.
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError>;

    /// Hands over the sealed bodies of the frames at the front of `buf` that need no second look, and answers how many
    /// bytes those were: the same frames that [`Cut::next`] would find one by one, faster. It may leave any to it.
    #[inline]
    fn sweep<F>(&self, _buf: &[u8], _max: usize, _take: &mut F) -> (usize, Flow)
    where
        F: FnMut(&[u8]) -> Flow,
    {
        (0, Flow::Go)
    }

    /// Undoes what sending did to the body of a frame.
    #[inline]
    fn open(&self, _sealed: &[u8], _scratch: &mut Vec<u8>, _max: usize) -> Result<Opened, FrameError> {
        Ok(Opened::AsIs)
    }

    /// Appends the frame of `message`; on an error the caller takes back what was appended.
    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError>;

    /// What an unfinished frame is when the stream ends.
    fn tail(&self) -> Tail {
        Tail::Truncated
    }
}

/// Appends `message` and its checksum, if there is one.
pub(super) fn put(message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) {
    out.extend_from_slice(message);
    if let Some(sum) = sum {
        sum.append(message, out);
    }
}

/// How many bytes `message` and its checksum are together.
pub(super) fn size(message: &[u8], sum: Option<Checksum>) -> usize {
    message.len().saturating_add(sum.map_or(0, Checksum::size))
}
