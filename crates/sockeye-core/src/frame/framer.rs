//! Cuts the bytes of one direction of one conversation into messages, in place wherever it can.
//! Never holds more than one unfinished frame and what a [`Flow::Stop`] left behind.

mod cutting;

use self::cutting::Cutting;
use super::error::FrameError;
use super::table::{FramingKind, each};
use super::{Check, Flow, Framing, Message, PassedOver};
use crate::unit::At;

/// The cutting state of one direction of one conversation.
///
/// Bytes go in by [`Framer::feed`]; messages come out through a closure, borrowed from the input. Only an unfinished
/// frame is copied. After an error nothing more is cut and every call returns that error again.
///
/// ```
/// use sockeye_core::{
///     frame::{Flow, Framer, Framing},
///     unit::At,
/// };
///
/// // Four bytes of little-endian length, then the message: `struct.pack('i', len)`.
/// let framing = Framing::parse("py-struct-i")?;
/// let mut stream = Vec::new();
/// for message in ["hello", "", "世界"] {
///     framing.encode(message.as_bytes(), &mut stream)?;
/// }
///
/// let mut framer = Framer::new(framing);
/// let mut messages = Vec::new();
/// for read in stream.chunks(7) {
///     framer.feed(read, At::START, |message| {
///         messages.push(String::from_utf8_lossy(message.body).into_owned());
///         Flow::Go
///     })?;
/// }
/// assert_eq!(messages, ["hello", "", "世界"]);
/// assert_eq!(framer.held(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    // RawCut framing needs none as long as nobody says Stop, and an idle conversation keeps none for it.
    cutting: Option<Box<Cutting>>,
}

impl Framer {
    /// A framer at the beginning of a stream.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self { framing, cutting: None }
    }

    /// The framing it cuts by.
    #[must_use]
    pub fn framing(&self) -> &Framing {
        &self.framing
    }

    /// Cuts `input`, which came at `at`, and hands each message to `take` in order. When `take` answers
    /// [`Flow::Stop`], the rest of the input is copied and kept, and so is all that is fed before [`Framer::resume`]:
    /// whoever says Stop should stop reading, too.
    ///
    /// With `raw` every feed is one message, an empty one (an empty datagram) included.
    ///
    /// # Errors
    /// The first [`FrameError`] of the stream, after all messages before it were taken.
    #[inline]
    pub fn feed<F>(&mut self, input: &[u8], at: At, mut take: F) -> Result<(), FrameError>
    where
        F: FnMut(Message<'_>) -> Flow,
    {
        let rule = &*self.framing.0;
        if let (None, None, FramingKind::Raw(_)) = (&self.cutting, &rule.sum, &rule.kind) {
            if take(Message { body: input, check: Check::None }) == Flow::Stop {
                self.cutting.get_or_insert_default().stopped = true;
            }
            return Ok(());
        }
        let cutting = self.cutting.get_or_insert_default();
        cutting.alive()?;
        match &rule.kind {
            FramingKind::Raw(raw) => cutting.read(raw, rule, input, &mut take),
            FramingKind::Idle(idle) => {
                if at >= cutting.last.after(idle.gap) {
                    cutting.flush(idle, rule, &mut take)?;
                }
                cutting.last = at;
                cutting.feed(idle, rule, input, &mut take)
            }
            kind => each!(kind, cut => cutting.feed(cut, rule, input, &mut take)),
        }
    }

    /// Goes on after a [`Flow::Stop`] with what was kept; does nothing otherwise.
    ///
    /// # Errors
    /// As [`Framer::feed`].
    pub fn resume<F>(&mut self, _at: At, mut take: F) -> Result<(), FrameError>
    where
        F: FnMut(Message<'_>) -> Flow,
    {
        let (rule, Some(cutting)) = (&*self.framing.0, &mut self.cutting) else { return Ok(()) };
        cutting.alive()?;
        each!(&rule.kind, cut => cutting.resume(cut, rule, &mut take))
    }

    /// Whether a [`Flow::Stop`] was said and not resumed: whole messages may still be inside.
    #[must_use]
    #[inline]
    pub fn stopped(&self) -> bool {
        self.cutting.as_ref().is_some_and(|cutting| cutting.stopped)
    }

    /// The stream ended. Framings whose last message may lack its delimiter (`line`, `crlf`, `nul`, `delim`) deliver
    /// what is left as a message, `raw` and `idle` as a chunk. If a Stop is pending or is said now, call it again
    /// until [`Framer::stopped`] is false.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] for a frame that was cut short; otherwise as [`Framer::feed`].
    pub fn finish<F>(&mut self, at: At, mut take: F) -> Result<(), FrameError>
    where
        F: FnMut(Message<'_>) -> Flow,
    {
        self.resume(at, &mut take)?;
        let (rule, Some(cutting)) = (&*self.framing.0, &mut self.cutting) else { return Ok(()) };
        if cutting.stopped {
            return Ok(());
        }
        each!(&rule.kind, cut => cutting.finish(cut, rule, &mut take))
    }

    /// When [`Framer::tick`] is due: only with `idle`, while a chunk waits for more.
    #[must_use]
    #[inline]
    pub fn wake(&self) -> Option<At> {
        match (&self.framing.0.kind, &self.cutting) {
            (FramingKind::Idle(idle), Some(cutting)) if !cutting.stopped && cutting.failed.is_none() => {
                (!cutting.held.is_empty()).then(|| cutting.last.after(idle.gap))
            }
            _ => None,
        }
    }

    /// Delivers a chunk for which nothing more came in time; does nothing before [`Framer::wake`].
    pub fn tick<F>(&mut self, at: At, mut take: F)
    where
        F: FnMut(Message<'_>) -> Flow,
    {
        let due = self.wake().is_some_and(|wake| at >= wake);
        if let (true, FramingKind::Idle(idle), Some(cutting)) = (due, &self.framing.0.kind, &mut self.cutting)
        {
            // A chunk is delivered as it is, so nothing can fail; a failure would be kept and told by the next feed.
            let _ = cutting.flush(idle, &self.framing.0, &mut take);
        }
    }

    /// How many bytes are kept: an unfinished frame, and what came after a Stop.
    #[must_use]
    pub fn held(&self) -> usize {
        self.leftover().len()
    }

    /// The bytes that are kept, so that a view can show them; after an error, those it was found in (at most 1 KiB
    /// of them more than were kept before).
    #[must_use]
    pub fn leftover(&self) -> &[u8] {
        self.cutting.as_ref().map_or(&[], |cutting| cutting.held.bytes())
    }

    /// What was passed over since this was asked last: bytes that belonged to no frame, or to none that could be read.
    #[inline]
    pub fn take_passed_over(&mut self) -> PassedOver {
        self.cutting.as_mut().map_or_else(PassedOver::default, |cutting| std::mem::take(&mut cutting.passed))
    }
}

impl Framing {
    /// A message as whoever is sent it hears it: framing may write its length into it. One that cannot be framed stays as it is.
    #[must_use]
    pub fn filled_in(&self, message: &[u8]) -> Vec<u8> {
        let mut framed = Vec::new();
        let mut heard: Option<Vec<u8>> = None;
        if self.encode(message, &mut framed).is_ok() {
            let _ = Framer::new(self.clone()).feed(&framed, At::START, |message: Message<'_>| {
                heard.get_or_insert_with(|| message.body.to_vec());
                Flow::Go
            });
        }
        heard.unwrap_or_else(|| message.to_vec())
    }
}

#[cfg(test)]
mod tests;
