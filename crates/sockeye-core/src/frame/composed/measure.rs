//! Tells how long the frame at the front of some bytes is, and whether it holds together.
//! Never looks for another one.

use data_encoding::HEXLOWER;
use sockeye_text::text;

use super::{
    escape::{Coding, Escape, Found},
    field::{Field, LengthRead},
    functions::{self, RtuLength, RtuRole},
    resp::{self, Walk, Walked},
    rule::{Composed, Sizing, ends_with},
    typed::{self, TypedLength},
};
use crate::frame::{
    cut::{Astray, Scan},
    error::FrameError,
};

/// What can be said of the frame at the front of some bytes.
pub(super) enum FrameSize {
    /// It takes so many bytes, which are all there.
    Whole(usize),
    /// Nothing can be said before so many bytes are there; the frame takes `total`, if that is known.
    Need { least: usize, total: Option<usize> },
    /// It is none.
    Wrong(NoFrame),
}

/// Why bytes are no frame.
pub(super) struct NoFrame {
    pub(super) error: FrameError,
    pub(super) why: Astray,
    /// How many bytes the frame would have had, if that is known.
    pub(super) region: usize,
}

/// Bytes of an escaped frame that are looked at for its length.
pub(super) const HEADER: usize = 64;

impl Composed {
    /// The frame at the front of `buf`.
    #[inline]
    pub(super) fn measure(&self, buf: &[u8], scan: &mut Scan, max: usize) -> FrameSize {
        match (&self.sizing, &self.coding) {
            (Sizing::Field(field), Coding::Plain) => self.by_length(field, buf, max),
            (Sizing::Field(field), Coding::Escape(escape)) if self.tail().is_empty() => {
                self.by_walking(field, escape, buf, scan, max)
            }
            (Sizing::Field(_) | Sizing::Tail, _) => self.by_tail(buf, scan, max),
            (Sizing::Functions { heard }, _) => self.by_function(buf, heard.unwrap_or(RtuRole::Server)),
            (Sizing::Values, _) => self.by_values(buf, scan, max),
            (Sizing::Typed, _) => self.by_type(buf, max),
        }
    }

    #[inline]
    pub(super) fn by_length(&self, field: &Field, buf: &[u8], max: usize) -> FrameSize {
        let total = match field.read(buf, self.start() + self.tail().len(), max) {
            LengthRead::Frame { total, .. } => total,
            LengthRead::Need(least) => return FrameSize::Need { least, total: None },
            LengthRead::Wrong(error) => return FrameSize::wrong(error, Astray::Length, 0),
        };
        // Without a head what is too short for its checksum is shown; with one it is no frame.
        let sum = if self.syncs() { self.sum_size() } else { 0 };
        if total < field.header() + sum + self.tail().len() {
            let least = (field.header() + sum + self.tail().len()) as u64;
            let error = FrameError::TooSmall { announced: total as u64, least };
            return FrameSize::wrong(error, Astray::Length, 0);
        }
        let Some(frame) = buf.get(..total) else {
            return FrameSize::Need { least: total, total: Some(total) };
        };
        if !ends_with(frame, self.tail()) {
            let found =
                HEXLOWER.encode(frame.get(total.saturating_sub(self.tail().len())..).unwrap_or_default());
            let what = text!("frame-tail", tail = HEXLOWER.encode(self.tail()), found = found);
            return FrameSize::wrong(FrameError::Malformed { framing: self.name, what }, Astray::Tail, total);
        }
        FrameSize::Whole(total)
    }

    /// By its length, where escapes hide how many bytes that is.
    pub(super) fn by_walking(
        &self,
        field: &Field,
        escape: &Escape,
        buf: &[u8],
        scan: &mut Scan,
        max: usize,
    ) -> FrameSize {
        let head = self.head().len();
        if scan.total == 0 {
            match field.read(&self.beginning(buf), self.start(), max) {
                LengthRead::Frame { total, .. } => (scan.total, scan.at, scan.count) = (total, head, head),
                LengthRead::Need(_) => {
                    return match escape.walk(buf, head, head, HEADER) {
                        Err(at) => self.broken(buf, at),
                        Ok(_) => FrameSize::Need { least: buf.len() + 1, total: None },
                    };
                }
                LengthRead::Wrong(error) => return FrameSize::wrong(error, Astray::Length, 0),
            }
        }
        match escape.walk(buf, scan.at, scan.count, scan.total) {
            Err(at) => self.broken(buf, at),
            Ok((at, have)) => {
                (scan.at, scan.count) = (at, have);
                match scan.total.saturating_sub(have) {
                    0 => FrameSize::Whole(at),
                    missing => FrameSize::Need { least: (buf.len() + 1).max(at + missing), total: None },
                }
            }
        }
    }

    /// The first bytes of the unescaped frame.
    pub(super) fn beginning(&self, buf: &[u8]) -> Vec<u8> {
        let head = self.head().len();
        let mut plain = buf.get(..head).unwrap_or(buf).to_vec();
        if let Coding::Escape(escape) = &self.coding {
            // A mark at the end, whose code has not come, stands for nothing yet.
            let (Ok((raw, _)) | Err(raw)) = escape.walk(buf, head, head, HEADER);
            escape.decode(buf.get(head..raw).unwrap_or_default(), &mut plain);
        }
        plain
    }

    pub(super) fn broken(&self, buf: &[u8], at: usize) -> FrameSize {
        let found = HEXLOWER.encode(buf.get(at..at + 2).unwrap_or_default());
        let what = text!("frame-escape", found = found);
        FrameSize::wrong(FrameError::Malformed { framing: self.name, what }, Astray::Escape, 0)
    }

    /// By its tail, which nothing before it can hold.
    pub(super) fn by_tail(&self, buf: &[u8], scan: &mut Scan, max: usize) -> FrameSize {
        let (head, tail) = (self.head().len(), self.tail().len());
        let from = scan.at.max(head);
        // What is escaped takes at most two bytes for one.
        let most = if matches!(self.coding, Coding::Plain) { max } else { max.saturating_mul(2) };
        let found = match &self.coding {
            Coding::Escape(escape) => match escape.find_tail(buf, from, self.tail()) {
                Found::Broken(at) if at.saturating_sub(self.start()) <= most => return self.broken(buf, at),
                Found::At(at) | Found::Broken(at) => Ok(at),
                Found::NotYet(at) => Err(at),
            },
            Coding::Plain | Coding::Digits => match self.tail.find(buf.get(from..).unwrap_or_default()) {
                Some(at) => Ok(from + at),
                None => Err((buf.len() + 1).saturating_sub(tail).max(from)),
            },
        };
        let (Ok(at) | Err(at)) = found;
        if at.saturating_sub(self.start()) > most {
            let hint = text!("no-end-came", end = text!("end-tail", bytes = HEXLOWER.encode(self.tail())));
            let error = FrameError::TooLong { announced: max as u64 + 1, limit: max, hint: Some(hint) };
            return FrameSize::wrong(error, Astray::Endless, 0);
        }
        match found {
            Ok(at) if self.is_shared(at + tail) => FrameSize::Whole(at + tail),
            Ok(at) => self.between(buf.get(..at + tail).unwrap_or(buf), at, max),
            Err(at) => {
                scan.at = at;
                FrameSize::Need { least: buf.len() + 1, total: None }
            }
        }
    }

    /// What ends with a tail, which begins at `at`: whether it holds together.
    pub(super) fn between(&self, raw: &[u8], at: usize, max: usize) -> FrameSize {
        let inner = raw.get(self.head().len()..at).unwrap_or_default();
        if let Coding::Digits = self.coding
            && (!inner.len().is_multiple_of(2) || !inner.iter().all(u8::is_ascii_hexdigit))
        {
            let what = text!("frame-no-digits");
            return FrameSize::wrong(
                FrameError::Malformed { framing: self.name, what },
                Astray::Escape,
                raw.len(),
            );
        }
        let escapes = match &self.coding {
            Coding::Plain => 0,
            Coding::Digits => inner.len() / 2,
            Coding::Escape(escape) => escape.hidden(inner),
        };
        let len = raw.len() - escapes;
        if len.saturating_sub(self.start() + self.tail().len()) > max {
            let announced = len.saturating_sub(self.start() + self.tail().len()) as u64;
            return FrameSize::wrong(
                FrameError::TooLong { announced, limit: max, hint: None },
                Astray::Length,
                0,
            );
        }
        if let Sizing::Field(field) = &self.sizing {
            let says = match field.read(&self.beginning(raw), 0, usize::MAX) {
                LengthRead::Frame { total, .. } => total,
                LengthRead::Need(least) => least,
                LengthRead::Wrong(error) => return FrameSize::wrong(error, Astray::Length, raw.len()),
            };
            if says != len {
                let what = text!("frame-length-tail", says = says, have = len);
                let error = FrameError::Malformed { framing: self.name, what };
                return FrameSize::wrong(error, Astray::Length, raw.len());
            }
        }
        FrameSize::Whole(raw.len())
    }

    pub(super) fn by_function(&self, buf: &[u8], speaker: RtuRole) -> FrameSize {
        match functions::length(buf, speaker) {
            RtuLength::Known(total) if buf.len() >= total => FrameSize::Whole(total),
            RtuLength::Known(total) => FrameSize::Need { least: total, total: Some(total) },
            RtuLength::Need(least) => FrameSize::Need { least, total: None },
            RtuLength::Unknown => {
                let what = text!("frame-function", code = HEXLOWER.encode(buf.get(1..2).unwrap_or_default()));
                let error = FrameError::Malformed { framing: self.name, what };
                FrameSize::wrong(error, Astray::Length, functions::LONGEST)
            }
        }
    }

    pub(super) fn by_values(&self, buf: &[u8], scan: &mut Scan, max: usize) -> FrameSize {
        let left = if scan.at == 0 { 1 } else { scan.count };
        let mut walk = Walk { at: scan.at, left };
        let walked = resp::walk(buf, &mut walk, max);
        (scan.at, scan.count) = (walk.at, walk.left);
        match walked {
            Ok(Walked::Whole(total)) => FrameSize::Whole(total),
            Ok(Walked::Need(least)) => FrameSize::Need { least, total: None },
            Err(what) => {
                FrameSize::wrong(FrameError::Malformed { framing: self.name, what }, Astray::Length, 0)
            }
        }
    }

    pub(super) fn by_type(&self, buf: &[u8], max: usize) -> FrameSize {
        match typed::length(buf) {
            TypedLength::Known { total, .. } if total > max => {
                let error = FrameError::TooLong { announced: total as u64, limit: max, hint: None };
                FrameSize::wrong(error, Astray::Length, 0)
            }
            TypedLength::Known { total, .. } if buf.len() >= total => FrameSize::Whole(total),
            TypedLength::Known { total, .. } => FrameSize::Need { least: total, total: Some(total) },
            TypedLength::Need(least) => FrameSize::Need { least, total: None },
            TypedLength::Wrong { announced } => {
                let error = FrameError::TooSmall { announced: u64::from(announced), least: 4 };
                FrameSize::wrong(error, Astray::Length, 0)
            }
        }
    }
}

impl FrameSize {
    #[cold]
    fn wrong(error: FrameError, why: Astray, region: usize) -> Self {
        Self::Wrong(NoFrame { error, why, region })
    }
}
