//! Cuts the bytes of one direction of one conversation into messages, in place wherever it can.
//! Never holds more than one unfinished frame and what a [`Flow::Stop`] left behind.

use std::collections::VecDeque;

use super::cut::{Cut, CutStep, FramingKind, Opened, Scan, Tail, each};
use super::error::FrameError;
use super::held::HeldBytes;
use super::{Check, Flow, Framing, Message, Rule};
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

    /// How many bytes belonged to no frame since this was asked last: those outside head and tail.
    #[inline]
    pub fn take_skipped(&mut self) -> u64 {
        self.cutting.as_mut().map_or(0, |cutting| std::mem::take(&mut cutting.skipped))
    }
}

/// What is known between two calls.
#[derive(Debug, Default)]
struct Cutting {
    held: HeldBytes,
    scan: Scan,
    /// No frame is whole before this many bytes are held.
    least: usize,
    /// The size of the unfinished frame, if known.
    total: Option<usize>,
    scratch: Vec<u8>,
    stopped: bool,
    failed: Option<Box<FrameError>>,
    skipped: u64,
    /// Garbage since the last frame, in bytes.
    run: usize,
    /// The sizes of reads kept by `raw` after a Stop.
    edges: VecDeque<usize>,
    /// When `idle` last got bytes.
    last: At,
}

/// How much of what follows a broken frame is kept to be shown.
const SHOWN: usize = 1024;
/// How much is copied at first to complete a frame of unknown size.
const STRIDE: usize = 256;

impl Cutting {
    #[inline]
    fn alive(&self) -> Result<(), FrameError> {
        self.failed.as_deref().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Remembers that the stream is broken, and the bytes it broke at.
    #[cold]
    fn fail(&mut self, rest: &[u8], error: FrameError) -> FrameError {
        self.held.push(rest.get(..SHOWN).unwrap_or(rest));
        self.failed = Some(Box::new(error.clone()));
        error
    }

    fn feed<C, F>(&mut self, cut: &C, rule: &Rule, input: &[u8], take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.stopped {
            self.held.push(input);
            return Ok(());
        }
        let used = if self.held.is_empty() { 0 } else { self.mend(cut, rule, input, take)? };
        let rest = input.get(used..).unwrap_or_default();
        if self.stopped {
            self.held.push(rest);
            return Ok(());
        }
        if rest.is_empty() {
            return Ok(());
        }
        let (used, done) = self.run(cut, rule, rest, take);
        let rest = rest.get(used..).unwrap_or_default();
        match done {
            Ok(()) if rest.is_empty() => Ok(()),
            Ok(()) => {
                self.held.push(rest);
                Ok(())
            }
            Err(error) => Err(self.fail(rest, error)),
        }
    }

    /// Cuts `buf` until it holds no whole frame or a Stop is said; answers how much of it was used up.
    #[inline]
    fn run<C, F>(&mut self, cut: &C, rule: &Rule, buf: &[u8], take: &mut F) -> (usize, Result<(), FrameError>)
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        // What is unescaped or summed is looked at one by one.
        let (mut at, flow) = match rule.sum {
            None => cut.sweep(buf, rule.max, &mut |body| take(Message { body, check: Check::None })),
            Some(_) => (0, Flow::Go),
        };
        if flow == Flow::Stop {
            self.stopped = true;
            return (at, Ok(()));
        }
        while let Some(rest) = buf.get(at..).filter(|rest| !rest.is_empty()) {
            match self.step(cut, rule, rest, take) {
                Ok(0) => break,
                Ok(used) => at += used,
                Err(error) => return (at, Err(error)),
            }
            if self.stopped {
                break;
            }
        }
        (at, Ok(()))
    }

    /// Takes one step at the front of `buf` (not empty); answers how many bytes are done with, 0 if more must come.
    #[inline]
    fn step<C, F>(&mut self, cut: &C, rule: &Rule, buf: &[u8], take: &mut F) -> Result<usize, FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        match cut.next(buf, &mut self.scan, rule.max)? {
            CutStep::Frame { used, from, to } => {
                let sealed = buf.get(from..to).unwrap_or_default();
                self.fresh();
                self.run = 0;
                self.deliver(cut, rule, sealed, take)?;
                Ok(used)
            }
            CutStep::Fill { used } => {
                self.fresh();
                Ok(used)
            }
            CutStep::Garbage { used } => {
                self.fresh();
                self.skipped = self.skipped.saturating_add(used as u64);
                self.run = self.run.saturating_add(used);
                if self.run > rule.max {
                    let what = format!(
                        "more than {} bytes came before a head (--max-frame): is the peer using another framing?",
                        rule.max
                    );
                    return Err(FrameError::Malformed { framing: "head/tail", what });
                }
                Ok(used)
            }
            CutStep::Need { least, total } => {
                self.least = least;
                self.total = total;
                Ok(0)
            }
        }
    }

    #[inline]
    fn fresh(&mut self) {
        self.scan = Scan::default();
    }

    #[inline]
    fn deliver<C, F>(&mut self, cut: &C, rule: &Rule, sealed: &[u8], take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        let body = match cut.open(sealed, &mut self.scratch, rule.max)? {
            Opened::AsIs => sealed,
            Opened::Scratch => &self.scratch,
        };
        let (body, check) = match rule.sum {
            None => (body, Check::None),
            Some(sum) => sum.verify(body),
        };
        if take(Message { body, check }) == Flow::Stop {
            self.stopped = true;
        }
        Ok(())
    }

    /// Completes the frame that is held with bytes of `input`, copying as few of them as it can; answers how many of
    /// them are done with. Returns with nothing held, or with all of `input` held, or stopped.
    #[inline(never)]
    fn mend<C, F>(&mut self, cut: &C, rule: &Rule, input: &[u8], take: &mut F) -> Result<usize, FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        let mut held = std::mem::take(&mut self.held);
        let mut stride = STRIDE;
        let mut at = 0;
        let done = loop {
            let missing = self.least.saturating_sub(held.bytes().len()).max(1);
            // A known size is completed exactly; an unknown one is looked for in growing steps.
            let copy = if missing > 1 || self.total.is_some() { missing } else { stride };
            stride = stride.saturating_mul(4);
            let rest = input.get(at..).unwrap_or_default();
            let more = rest.get(..copy).unwrap_or(rest);
            if more.is_empty() {
                break Ok(());
            }
            held.push(more);
            at += more.len();
            let (used, done) = self.steps(cut, rule, held.bytes(), at, take);
            let left = held.bytes().len() - used;
            if used > 0 && left <= at {
                // What was copied too much is still in the input: go on there.
                at -= left;
                held.clear();
                break done;
            }
            held.drop_front(used);
            if done.is_err() || self.stopped {
                break done;
            }
        };
        self.held = held;
        let rest = input.get(at..).unwrap_or_default();
        done.map(|()| at).map_err(|error| self.fail(rest, error))
    }

    /// Cuts what is held until no more than `fresh` bytes of it are left, which are in the input too.
    fn steps<C, F>(
        &mut self,
        cut: &C,
        rule: &Rule,
        buf: &[u8],
        fresh: usize,
        take: &mut F,
    ) -> (usize, Result<(), FrameError>)
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        let mut used = 0;
        while let Some(rest) = buf.get(used..).filter(|rest| !rest.is_empty()) {
            match self.step(cut, rule, rest, take) {
                Ok(0) => break,
                Ok(n) => used += n,
                Err(error) => return (used, Err(error)),
            }
            if self.stopped || buf.len() - used <= fresh {
                break;
            }
        }
        (used, Ok(()))
    }

    fn resume<C, F>(&mut self, cut: &C, rule: &Rule, take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if !self.stopped {
            return Ok(());
        }
        self.stopped = false;
        let mut held = std::mem::take(&mut self.held);
        let mut done = Ok(());
        while let Some(size) = self.edges.pop_front() {
            done = self.deliver(cut, rule, held.bytes().get(..size).unwrap_or_default(), take);
            held.drop_front(size);
            if self.stopped || done.is_err() {
                break;
            }
        }
        if !self.stopped && done.is_ok() {
            let used;
            (used, done) = self.run(cut, rule, held.bytes(), take);
            held.drop_front(used);
        }
        self.held = held;
        done.map_err(|error| self.fail(&[], error))
    }

    /// One read of `raw`; after a Stop its edges are kept with it.
    fn read<C, F>(&mut self, cut: &C, rule: &Rule, input: &[u8], take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.stopped {
            self.held.push(input);
            self.edges.push_back(input.len());
            return Ok(());
        }
        self.deliver(cut, rule, input, take)
    }

    /// Delivers all that is held as one message.
    fn flush<C, F>(&mut self, cut: &C, rule: &Rule, take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.stopped || self.held.is_empty() {
            return Ok(());
        }
        self.fresh();
        let mut held = std::mem::take(&mut self.held);
        let done = self.deliver(cut, rule, held.bytes(), take);
        held.clear();
        self.held = held;
        done
    }

    fn finish<C, F>(&mut self, cut: &C, rule: &Rule, take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.held.is_empty() {
            return Ok(());
        }
        let have = self.held.bytes().len();
        match cut.tail() {
            Tail::Message if have <= rule.max => self.flush(cut, rule, take),
            Tail::Message => {
                let error = FrameError::TooLong { announced: have as u64, limit: rule.max, hint: None };
                Err(self.fail(&[], error))
            }
            Tail::Truncated => Err(self.fail(&[], FrameError::Truncated { have, want: self.total })),
        }
    }
}

#[cfg(test)]
mod tests;
