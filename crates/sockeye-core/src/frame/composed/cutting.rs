//! Cuts and joins composed frames.
//! Never knows how long one is: that is measured beside it.

use data_encoding::HEXLOWER;
use sockeye_text::text;

use super::{
    escape::Coding,
    field::LengthRead,
    functions::RtuRole,
    measure::FrameSize,
    rule::{Composed, Sizing, ends_with},
};
use crate::frame::{
    check::Check,
    checksum::Checksum,
    cut::{Astray, Cut, CutStep, Scan, Tail, Unsealed},
    error::FrameError,
    parts::FrameParts,
};

impl Composed {
    /// Refuses a frame that would not be cut as it was made.
    fn prove(&self, raw: &[u8]) -> Result<(), FrameError> {
        if self.is_shared(raw.len()) {
            let want = text!("wanted-not-empty");
            return Err(FrameError::WrongSize { framing: self.name, have: 0, want });
        }
        let measured = match &self.sizing {
            // What we say is cut by whoever hears us.
            Sizing::Functions { heard } => self.by_function(raw, heard.unwrap_or(RtuRole::Server).other()),
            _ => self.measure(raw, &mut Scan::default(), usize::MAX),
        };
        match measured {
            FrameSize::Whole(total) if total == raw.len() => Ok(()),
            FrameSize::Whole(at) if !self.tail().is_empty() => {
                let what = text!("end-tail-marker", bytes = HEXLOWER.encode(self.tail()));
                let at = at.saturating_sub(self.tail().len() + self.start());
                Err(FrameError::ContainsDelimiter { what, at })
            }
            FrameSize::Wrong(wrong) => Err(wrong.error),
            FrameSize::Whole(wanted) | FrameSize::Need { least: wanted, .. } => {
                let want = text!("wanted-frame", size = wanted);
                Err(FrameError::WrongSize { framing: self.name, have: raw.len(), want })
            }
        }
    }

    /// Where the parts of one whole frame lie, as it travels.
    pub(in super::super) fn parts(&self, raw: &[u8]) -> Option<FrameParts> {
        let measured = self.measure(raw, &mut Scan::default(), usize::MAX);
        if !matches!(measured, FrameSize::Whole(total) if total == raw.len()) || !raw.starts_with(self.head())
        {
            return None;
        }
        let mut scratch = Vec::new();
        let (frame, _) = self.plain(raw, &mut scratch);
        let (head, end) = (self.head().len(), frame.len() - self.tail().len());
        let length = match &self.sizing {
            Sizing::Field(field) => match field.read(frame, 0, usize::MAX) {
                LengthRead::Frame { end, .. } => field.offset..end,
                _ => return None,
            },
            _ => head..head,
        };
        let seal = end.checked_sub(self.sum_size())?;
        let mark = ends_with(frame.get(..seal)?, &self.mark);
        let seal = match (self.sum.is_some(), mark) {
            (true, true) => seal.checked_sub(self.mark.len())?.max(length.end),
            _ => end,
        };
        let at = |place: usize| self.place(raw, place);
        let parts = FrameParts {
            head: 0..head,
            length: at(length.start)..at(length.end),
            body: at(length.end)..at(seal),
            checksum: at(seal)..at(end),
            tail: at(end)..raw.len(),
        };
        Some(parts)
    }

    /// Where a place of the unescaped frame lies in the one that travels.
    fn place(&self, raw: &[u8], place: usize) -> usize {
        let head = self.head().len();
        match &self.coding {
            _ if place <= head => place,
            Coding::Plain => place,
            Coding::Digits => head + 2 * (place - head),
            Coding::Escape(escape) => {
                let (Ok((at, _)) | Err(at)) = escape.walk(raw, head, head, place);
                at
            }
        }
    }
}

impl Cut for Composed {
    #[inline]
    fn next(&self, buf: &[u8], scan: &mut Scan, max: usize) -> Result<CutStep, FrameError> {
        if scan.lost > 0 {
            return Ok(self.search(buf, scan, max));
        }
        if let Some(fill) = self.fill
            && let used @ 1.. = buf.iter().take_while(|byte| **byte == fill).count()
        {
            return Ok(CutStep::Fill { used });
        }
        if !self.head().is_empty() && !buf.starts_with(self.head()) {
            return Ok(self.starts(buf, 0).skip_to(self.fill));
        }
        match self.measure(buf, scan, max) {
            FrameSize::Whole(total) if self.is_shared(total) => Ok(CutStep::Fill { used: self.head().len() }),
            FrameSize::Whole(total) => Ok(CutStep::Frame { used: total, from: 0, to: total }),
            FrameSize::Need { least, total } => Ok(CutStep::Need { least, total }),
            FrameSize::Wrong(wrong) if self.syncs() && wrong.why != Astray::Endless => {
                Ok(self.pass(buf, scan, &wrong))
            }
            FrameSize::Wrong(wrong) => Err(wrong.error),
        }
    }

    #[inline]
    fn unseal(
        &self,
        raw: &[u8],
        scratch: &mut Vec<u8>,
        _: Option<Checksum>,
        _: usize,
    ) -> Result<Unsealed, FrameError> {
        let (frame, opened) = self.plain(raw, scratch);
        let (body, check) = self.read(frame);
        Ok(Unsealed { opened, body, check })
    }

    #[inline]
    fn settle(&self, buf: &[u8], used: usize, check: Check, scan: &mut Scan) -> usize {
        if check.is_bad() && self.syncs() { self.doubt(buf, used, scan) } else { used }
    }

    fn tail(&self, rest: &[u8]) -> Tail {
        // A tail that might have been a head was none.
        if rest == self.head() && self.head() == self.tail() { Tail::Nothing } else { Tail::Truncated }
    }

    fn rescue(&self, buf: &[u8], max: usize) -> Option<usize> {
        self.behind(buf, max)
    }

    fn wrap(&self, message: &[u8], _: Option<Checksum>, out: &mut Vec<u8>) -> Result<(), FrameError> {
        let frame = self.frame_of(message)?;
        let start = out.len();
        let inner = frame.get(self.head().len()..frame.len() - self.tail().len()).unwrap_or_default();
        match &self.coding {
            Coding::Plain => out.extend_from_slice(&frame),
            Coding::Escape(escape) => {
                out.extend_from_slice(self.head());
                escape.encode(inner, out);
                out.extend_from_slice(self.tail());
            }
            Coding::Digits => {
                out.extend_from_slice(self.head());
                out.extend_from_slice(data_encoding::HEXUPPER.encode(inner).as_bytes());
                out.extend_from_slice(self.tail());
            }
        }
        self.prove(out.get(start..).unwrap_or_default())
    }
}
