//! Finds the next frame after damage: of all places where one may begin, the one whose frame is whole first.
//! Never takes the same place twice for the same bytes, and never spends more on it than so many bytes for each that came.

use memchr::{memchr, memmem::Finder};

use super::{
    measure::{FrameSize, NoFrame},
    rule::{Composed, Sizing},
};
use crate::frame::{
    check::Check,
    cut::{Astray, CutStep, Scan},
};

/// The largest frame that is waited for before what follows damage is shown, bytes.
const SMALL: usize = 4096;
/// How many places are looked at together.
const PLACES: usize = 64;

/// The places where a frame may begin: the heads in a buffer, or every byte where there is no head.
pub(super) struct Starts<'a> {
    head: &'a Finder<'static>,
    buf: &'a [u8],
    at: usize,
}

impl<'a> Starts<'a> {
    pub(super) fn new(head: &'a Finder<'static>, buf: &'a [u8], at: usize) -> Self {
        Self { head, buf, at }
    }

    /// What is at the front of bytes that do not begin with a head, and of which the first `at` are done with; `fill` may
    /// stand between frames.
    pub(super) fn skip_to(mut self, fill: Option<u8>) -> CutStep {
        let least = self.at.min(self.buf.len());
        let fill = fill.and_then(|fill| memchr(fill, self.buf.get(least..)?)).map(|at| least + at);
        let used = match self.next() {
            Some(at) => at,
            None => self.buf.len() - self.beginning().min(self.buf.len() - least),
        };
        let used = fill.map_or(used, |fill| fill.min(used));
        match used {
            0 => CutStep::Need { least: self.buf.len() + 1, total: None },
            used => CutStep::Garbage { used, why: Astray::Outside },
        }
    }

    /// How many bytes at the end may be the beginning of a head.
    fn beginning(&self) -> usize {
        let head = self.head.needle();
        let is_one = |n: &usize| head.get(..*n).is_some_and(|part| self.buf.ends_with(part));
        (1..head.len()).rev().find(is_one).unwrap_or(0)
    }
}

impl Iterator for Starts<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let rest = self.buf.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = self.at + self.head.find(rest)?;
        self.at = at + 1;
        Some(at)
    }
}

/// What stands in bytes in which a frame is looked for.
#[derive(Default)]
struct Look {
    /// Where frames may begin.
    places: Vec<usize>,
    /// Where the next one may, which was not looked at.
    more: Option<usize>,
    /// Frames that are whole, good or not: where they end and begin, those that end first first.
    whole: Vec<(usize, usize)>,
    /// Where the first begins that is not.
    waits: Option<usize>,
    /// How many bytes must be there before anything changes.
    least: usize,
    /// Whether the frame that follows the damage is whole.
    follows: bool,
    /// When that one may be taken as it is, good or bad: once no small frame before it can be good.
    due: usize,
}

impl Look {
    /// How many places lie before `used`: they are given up with these bytes, and no others take their turn.
    fn before(&self, used: usize) -> usize {
        self.places.iter().filter(|place| **place < used).count()
    }
}

/// Passes over so many bytes that are no frame.
fn over(used: usize) -> CutStep {
    CutStep::Garbage { used, why: Astray::Outside }
}

impl Composed {
    /// Where the next frame may begin, at `from` or behind it.
    pub(super) fn starts<'a>(&'a self, buf: &'a [u8], from: usize) -> Starts<'a> {
        Starts::new(&self.head, buf, from)
    }

    /// Whether a frame of `total` bytes is a tail of one frame and a head of the next, which are the same bytes.
    #[inline]
    pub(super) fn is_shared(&self, total: usize) -> bool {
        !self.tail().is_empty()
            && total == self.head().len() + self.tail().len()
            && self.head() == self.tail()
    }

    /// Passes over what is no frame, to the next place where one may begin.
    #[cold]
    pub(super) fn pass(&self, buf: &[u8], scan: &mut Scan, wrong: &NoFrame) -> CutStep {
        let used = match self.starts(buf, 1).skip_to(self.fill) {
            CutStep::Garbage { used, .. } => used,
            _ => 1,
        };
        // Where only a tail ends frames, the next one begins with the next head.
        if self.sum.is_some() && !matches!(self.sizing, Sizing::Tail) {
            let shared = if self.head() == self.tail() { self.tail().len() } else { 0 };
            scan.lost = wrong.region.saturating_sub(shared);
        }
        CutStep::Garbage { used, why: wrong.why }
    }

    /// What of a damaged frame, which was shown, is done with: what follows may be another.
    #[cold]
    pub(super) fn doubt(&self, buf: &[u8], used: usize, scan: &mut Scan) -> usize {
        // Where head and tail are the same, its tail may have been the head of the next.
        let end = if self.head() == self.tail() { used - self.tail().len() } else { used };
        let end = end.max(1);
        let next = self.starts(buf.get(..end).unwrap_or(buf), 1).next().unwrap_or(end);
        scan.lost = end - next;
        scan.shown = end - next;
        next
    }

    /// The next step inside what may be damaged: `scan.lost` bytes from here on.
    #[cold]
    pub(super) fn search(&self, buf: &[u8], scan: &mut Scan, max: usize) -> CutStep {
        let look = self.look(buf, scan, max);
        for (end, start) in &look.whole {
            if look.follows && *end > look.due {
                break;
            }
            // What is not new was judged when it became whole.
            if *end > scan.at && self.affords(buf.get(*start..*end).unwrap_or_default(), scan) {
                return match *start {
                    0 => CutStep::Frame { used: *end, from: 0, to: *end },
                    used => {
                        scan.places += look.before(used);
                        over(used)
                    }
                };
            }
        }
        if look.follows && look.due <= buf.len() {
            return over(scan.lost);
        }
        scan.at = buf.len();
        // What is not whole yet may be a frame; all before it is none.
        let waits = look.waits.or(look.follows.then_some(scan.lost));
        let used = match (waits, look.more) {
            (Some(first), _) => first,
            (None, Some(more)) => more,
            // What may be the beginning of a head is kept.
            (None, None) => (buf.len() - self.starts(buf, 0).beginning()).min(scan.lost),
        };
        scan.places = match (waits, look.more) {
            (None, Some(_)) => 0,
            _ => scan.places + look.before(used),
        };
        match used {
            0 => CutStep::Need { least: look.least.max(buf.len() + 1), total: None },
            used => over(used),
        }
    }

    /// Looks at the places where a frame may begin, so many at most.
    fn look(&self, buf: &[u8], scan: &Scan, max: usize) -> Look {
        let mut look = Look { least: buf.len() + 1, ..Look::default() };
        let mut starts = self.starts(buf, 0).take_while(|at| *at <= scan.lost);
        look.places = starts.by_ref().take(PLACES.saturating_sub(scan.places)).collect();
        look.more = starts.next();
        let mut least = usize::MAX;
        for &start in &look.places {
            match self.measure(self.within(buf, start, scan.lost), &mut Scan::default(), max) {
                FrameSize::Whole(total) if !self.is_shared(total) => {
                    look.whole.push((start + total, start));
                    look.follows |= start == scan.lost;
                    let counts = total <= SMALL || start == scan.lost;
                    look.due = look.due.max(if counts { start + total } else { 0 });
                }
                FrameSize::Need { least: need, total } if self.may_grow(buf, start, scan.lost) => {
                    least = least.min(start + need);
                    look.waits = look.waits.or(Some(start));
                    let is_small = total.is_none_or(|total| total <= SMALL);
                    look.due = look.due.max(if is_small { usize::MAX } else { 0 });
                }
                _ => {}
            }
        }
        if least != usize::MAX {
            look.least = least;
        }
        look.whole.sort_unstable();
        look
    }

    /// The bytes in which a frame that begins at `start` may lie: where only a tail ends frames, one that lies in a damaged
    /// frame ends with it.
    fn within<'a>(&self, buf: &'a [u8], start: usize, lost: usize) -> &'a [u8] {
        let rest = buf.get(start..).unwrap_or_default();
        match self.sizing {
            Sizing::Tail if start < lost => rest.get(..lost - start).unwrap_or(rest),
            _ => rest,
        }
    }

    fn may_grow(&self, buf: &[u8], start: usize, lost: usize) -> bool {
        !matches!(self.sizing, Sizing::Tail) || (start < lost && buf.len() < lost)
    }

    /// Whether `frame` is good, as far as what may be spent on asking allows.
    fn affords(&self, frame: &[u8], scan: &mut Scan) -> bool {
        match scan.credit.checked_sub(frame.len()) {
            Some(left) => {
                scan.credit = left;
                let mut scratch = Vec::new();
                let (plain, _) = self.plain(frame, &mut scratch);
                matches!(self.read(plain).1, Check::Good | Check::None)
            }
            None => false,
        }
    }

    /// Where the first whole frame begins behind an unfinished one, nothing more of which will come.
    pub(super) fn behind(&self, buf: &[u8], max: usize) -> Option<usize> {
        if !self.syncs()
            || (self.sum.is_none() && self.tail().is_empty())
            || matches!(self.sizing, Sizing::Tail)
        {
            return None;
        }
        let mut scan = Scan { credit: buf.len().saturating_mul(4), ..Scan::default() };
        for start in self.starts(buf, 1) {
            let rest = buf.get(start..).unwrap_or_default();
            if let FrameSize::Whole(total) = self.measure(rest, &mut Scan::default(), max)
                && self.affords(rest.get(..total).unwrap_or_default(), &mut scan)
            {
                return Some(start);
            }
        }
        None
    }
}
