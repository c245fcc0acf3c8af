//! The one cutting loop, and what is known of a stream between two calls.

use std::collections::VecDeque;

use sockeye_text::text;

use crate::{
    frame::{
        Check, Flow, FramingRule, Message, PassedOver,
        cut::{Astray, Cut, CutStep, Opened, Scan, Tail, Unsealed},
        error::FrameError,
        held::HeldBytes,
    },
    unit::At,
};

/// What is known between two calls.
#[derive(Debug, Default)]
pub(super) struct Cutting {
    pub(super) held: HeldBytes,
    pub(super) scan: Scan,
    /// No frame is whole before this many bytes are held.
    pub(super) least: usize,
    /// The size of the unfinished frame, if known.
    pub(super) total: Option<usize>,
    pub(super) scratch: Vec<u8>,
    pub(super) stopped: bool,
    pub(super) failed: Option<Box<FrameError>>,
    pub(super) passed: PassedOver,
    /// Bytes of the stream that are done with.
    pub(super) front: u64,
    /// Garbage since the last frame, in bytes.
    pub(super) run: usize,
    /// The sizes of reads kept by `raw` after a Stop.
    pub(super) edges: VecDeque<usize>,
    /// When `idle` last got bytes.
    pub(super) last: At,
}

/// How much of what follows a broken frame is kept to be shown.
const SHOWN: usize = 1024;
/// How much is copied at first to complete a frame of unknown size.
const STRIDE: usize = 256;

impl Cutting {
    #[inline]
    pub(super) fn alive(&self) -> Result<(), FrameError> {
        self.failed.as_deref().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Remembers that the stream is broken, and the bytes it broke at.
    #[cold]
    fn fail(&mut self, rest: &[u8], error: FrameError) -> FrameError {
        self.held.push(rest.get(..SHOWN).unwrap_or(rest));
        self.failed = Some(Box::new(error.clone()));
        error
    }

    pub(super) fn feed<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        input: &[u8],
        take: &mut F,
    ) -> Result<(), FrameError>
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
    fn run<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        buf: &[u8],
        take: &mut F,
    ) -> (usize, Result<(), FrameError>)
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        // What is unescaped or summed is looked at one by one.
        let (mut at, flow) = match rule.sum {
            None => cut.sweep(buf, rule.max, &mut |body| take(Message { body, check: Check::None })),
            Some(_) => (0, Flow::Go),
        };
        self.front += at as u64;
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
    fn step<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        buf: &[u8],
        take: &mut F,
    ) -> Result<usize, FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        match cut.next(buf, &mut self.scan, rule.max)? {
            CutStep::Frame { used, from, to } => {
                let sealed = buf.get(from..to).unwrap_or_default();
                self.fresh(used);
                self.run = 0;
                let check = self.deliver(cut, rule, sealed, take)?;
                let used = cut.settle(buf, used, check, &mut self.scan);
                self.front += used as u64;
                Ok(used)
            }
            CutStep::Fill { used } => {
                self.fresh(used);
                self.front += used as u64;
                Ok(used)
            }
            CutStep::Garbage { used, why } => {
                self.pass(rule, used, why)?;
                Ok(used)
            }
            CutStep::Need { least, total } => {
                self.least = least;
                self.total = total;
                Ok(0)
            }
        }
    }

    /// Counts bytes that belong to no message, but for those that were shown as a damaged one.
    #[cold]
    fn pass(&mut self, rule: &FramingRule, used: usize, why: Astray) -> Result<(), FrameError> {
        let unseen = used.saturating_sub(self.scan.shown);
        self.fresh(used);
        self.front += used as u64;
        self.passed.count(unseen as u64, self.front, why);
        self.run = self.run.saturating_add(unseen);
        if self.run > rule.max {
            let what = text!("frame-garbage", limit = rule.max);
            return Err(FrameError::Malformed { framing: "head/tail", what });
        }
        Ok(())
    }

    #[inline]
    fn fresh(&mut self, used: usize) {
        self.scan = self.scan.behind(used);
    }

    #[inline]
    fn deliver<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        sealed: &[u8],
        take: &mut F,
    ) -> Result<Check, FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        let Unsealed { opened, body, check } = cut.unseal(sealed, &mut self.scratch, rule.sum, rule.max)?;
        let plain = match opened {
            Opened::AsIs => sealed,
            Opened::Scratch => &self.scratch,
        };
        if take(Message { body: plain.get(body).unwrap_or_default(), check }) == Flow::Stop {
            self.stopped = true;
        }
        Ok(check)
    }

    /// Completes the frame that is held with bytes of `input`, copying as few of them as it can; answers how many of
    /// them are done with. Returns with nothing held, or with all of `input` held, or stopped.
    #[inline(never)]
    fn mend<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        input: &[u8],
        take: &mut F,
    ) -> Result<usize, FrameError>
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
        rule: &FramingRule,
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

    pub(super) fn resume<C, F>(&mut self, cut: &C, rule: &FramingRule, take: &mut F) -> Result<(), FrameError>
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
            done = self.deliver(cut, rule, held.bytes().get(..size).unwrap_or_default(), take).map(|_| ());
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
    pub(super) fn read<C, F>(
        &mut self,
        cut: &C,
        rule: &FramingRule,
        input: &[u8],
        take: &mut F,
    ) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.stopped {
            self.held.push(input);
            self.edges.push_back(input.len());
            return Ok(());
        }
        self.deliver(cut, rule, input, take).map(|_| ())
    }

    /// Delivers all that is held as one message.
    pub(super) fn flush<C, F>(&mut self, cut: &C, rule: &FramingRule, take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        if self.stopped || self.held.is_empty() {
            return Ok(());
        }
        let mut held = std::mem::take(&mut self.held);
        self.fresh(held.bytes().len());
        let done = self.deliver(cut, rule, held.bytes(), take).map(|_| ());
        held.clear();
        self.held = held;
        done
    }

    pub(super) fn finish<C, F>(&mut self, cut: &C, rule: &FramingRule, take: &mut F) -> Result<(), FrameError>
    where
        C: Cut,
        F: FnMut(Message<'_>) -> Flow,
    {
        // A damaged length may have made one frame of all that came since.
        while !self.held.is_empty()
            && !self.stopped
            && let Some(next) = cut.rescue(self.held.bytes(), rule.max)
        {
            let mut held = std::mem::take(&mut self.held);
            let done = self.pass(rule, next, Astray::Length);
            held.drop_front(next);
            let (used, done) = if done.is_ok() { self.run(cut, rule, held.bytes(), take) } else { (0, done) };
            held.drop_front(used);
            self.held = held;
            done.map_err(|error| self.fail(&[], error))?;
        }
        if self.held.is_empty() || self.stopped {
            return Ok(());
        }
        let have = self.held.bytes().len();
        match cut.tail(self.held.bytes()) {
            Tail::Message if have <= rule.max => self.flush(cut, rule, take),
            Tail::Message => {
                let error = FrameError::TooLong { announced: have as u64, limit: rule.max, hint: None };
                Err(self.fail(&[], error))
            }
            Tail::Nothing => Ok(()),
            Tail::Truncated => Err(self.fail(&[], FrameError::Truncated { have, want: self.total })),
        }
    }
}
