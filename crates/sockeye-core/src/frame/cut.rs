//! The contract between the one cutting loop and the many framings.
//! Never keeps bytes: a framing only says where the first frame of a buffer ends.

use std::ops::Range;

use super::check::Check;
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

/// How far an unfinished frame was scanned, so that no byte is looked at twice. Zero for a fresh frame, but for the last four.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    /// Bytes of the buffer that need not be looked at again.
    pub(super) at: usize,
    /// Whatever the framing counts on the way.
    pub(super) count: usize,
    /// The size of the frame, where a framing had to look for it.
    pub(super) total: usize,
    /// Bytes from here on that belonged to what was no good frame: others are looked for in them.
    pub(super) lost: usize,
    /// How many places in them were looked at and given up.
    pub(super) places: usize,
    /// How many of the bytes were shown as a damaged message.
    pub(super) shown: usize,
    /// Bytes that may still be summed in looking for frames.
    pub(super) credit: usize,
}

/// What looking for frames may spend at first, and at most, in bytes to sum; and for each byte that is done with.
const CREDIT: (usize, usize, usize) = (1 << 20, 1 << 24, 16);

impl Default for Scan {
    fn default() -> Self {
        Self { at: 0, count: 0, total: 0, lost: 0, places: 0, shown: 0, credit: CREDIT.0 }
    }
}

impl Scan {
    /// The same behind `used` bytes that are done with.
    #[inline]
    pub(super) fn behind(&self, used: usize) -> Self {
        let credit = self.credit.saturating_add(used.saturating_mul(CREDIT.2)).min(CREDIT.1);
        let (lost, shown) = (self.lost.saturating_sub(used), self.shown.saturating_sub(used));
        let places = if lost == 0 { 0 } else { self.places };
        Self { at: 0, count: 0, total: 0, lost, places, shown, credit }
    }
}

/// Why bytes were passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Astray {
    /// They are outside of any frame.
    Outside,
    /// They begin as a frame whose length cannot be.
    Length,
    /// They begin as a frame that does not end with its tail.
    Tail,
    /// They begin as a frame with an escape that stands for nothing.
    Escape,
    /// They begin as a frame that has no end.
    Endless,
}

/// What a framing found at the front of a buffer. Every `used` is at least one byte.
#[derive(Clone, Copy, Debug)]
pub(super) enum CutStep {
    /// A whole frame of `used` bytes whose sealed body is `from..to`.
    Frame { used: usize, from: usize, to: usize },
    /// Bytes between frames that the framing allows there.
    Fill { used: usize },
    /// Bytes that belong to no frame; a run of them longer than the limit is an error.
    Garbage { used: usize, why: Astray },
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

/// A frame that was opened.
pub(super) struct Unsealed {
    /// Where its bytes are.
    pub(super) opened: Opened,
    /// Which of them are the message.
    pub(super) body: Range<usize>,
    /// What its checksum says.
    pub(super) check: Check,
}

/// What the end of the stream makes of an unfinished frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// It is the last message.
    Message,
    /// It was cut short.
    Truncated,
    /// It is none.
    Nothing,
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

    /// Opens the body of a frame and parts it from its checksum.
    #[inline]
    fn unseal(
        &self,
        sealed: &[u8],
        scratch: &mut Vec<u8>,
        sum: Option<Checksum>,
        max: usize,
    ) -> Result<Unsealed, FrameError> {
        let opened = self.open(sealed, scratch, max)?;
        let body = match opened {
            Opened::AsIs => sealed,
            Opened::Scratch => scratch,
        };
        let (body, check) = match sum {
            None => (body, Check::None),
            Some(sum) => sum.verify(body),
        };
        Ok(Unsealed { opened, body: 0..body.len(), check })
    }

    /// How many bytes of `buf` are done with once the frame at its front, of `used` bytes, was shown.
    #[inline]
    fn settle(&self, _buf: &[u8], used: usize, _check: Check, _scan: &mut Scan) -> usize {
        used
    }

    /// Where in what is left of a stream that ended the next frame begins, if the one at its front is given up.
    fn rescue(&self, _buf: &[u8], _max: usize) -> Option<usize> {
        None
    }

    /// Appends the frame of `message`; on an error the caller takes back what was appended.
    fn wrap(&self, message: &[u8], sum: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError>;

    /// What an unfinished frame is when the stream ends.
    fn tail(&self, _rest: &[u8]) -> Tail {
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
