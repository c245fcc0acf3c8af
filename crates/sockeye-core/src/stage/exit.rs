//! The end of a chain: what has passed all stages leaves here, cut where the cutters say, each piece apart.
//! Never waits for bytes to fill a piece.

use std::{collections::VecDeque, time::Duration};

use super::fault::{Cutter, Held, StageContext, StreamPiece, report};
use crate::{
    event::{Conn, Event},
    unit::{At, Way},
};

/// A cutter and the piece it has decided on.
#[derive(Debug)]
pub(super) struct CutterPost {
    pub(super) name: &'static str,
    /// Which of the faults that were asked for it is.
    pub(super) place: usize,
    pub(super) context: StageContext,
    cutter: Box<dyn Cutter>,
    /// Offset in the stream at which its piece ends.
    end: u64,
    piece: StreamPiece,
}

/// What leaves, and when.
#[derive(Debug, Default)]
pub(super) struct Exit {
    /// In the order in which they were asked for.
    pub(super) cuttings: Vec<CutterPost>,
    due: VecDeque<Held>,
    held: usize,
    // Bytes of the first of `due` that have left.
    taken: usize,
    // Of the stream that has left.
    offset: u64,
    // Until then the next piece is kept back.
    shut: Option<At>,
    wake: Option<At>,
    over: bool,
}

impl Exit {
    /// Adds a cutter, whose first piece begins with what leaves next.
    pub(super) fn add(
        &mut self,
        name: &'static str,
        place: usize,
        cutter: Box<dyn Cutter>,
        context: StageContext,
    ) {
        let piece = StreamPiece { len: 0, gap: Duration::ZERO };
        self.cuttings.push(CutterPost { name, place, context, cutter, end: self.offset, piece });
    }

    /// Whether anything is cut here.
    pub(super) fn cuts(&self) -> bool {
        !self.cuttings.is_empty()
    }

    /// Whether the end has left, behind which nothing may.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn close(&mut self) {
        self.over = true;
        self.due = VecDeque::new();
        (self.held, self.taken) = (0, 0);
    }

    /// Keeps those cutters that `stays` says, and gives back the others. Where none stays, what waits goes on uncut and at once.
    pub(super) fn retain(&mut self, stays: impl Fn(usize) -> bool) -> Vec<CutterPost> {
        let all = std::mem::take(&mut self.cuttings);
        let (stay, gone): (Vec<_>, Vec<_>) = all.into_iter().partition(|cutting| stays(cutting.place));
        self.cuttings = stay;
        if self.cuttings.is_empty() {
            self.shut = None;
            if let Some(Held::Data(first)) = self.due.front_mut() {
                *first = first.get(self.taken..).unwrap_or_default().into();
            }
            self.held -= std::mem::take(&mut self.taken);
        }
        gone
    }

    pub(super) fn held(&self) -> usize {
        self.held - self.taken
    }

    pub(super) fn push(&mut self, unit: Held) {
        self.held += unit.cost();
        self.due.push_back(unit);
    }

    /// When the next piece may leave, if one waits only for that.
    pub(super) fn wake(&self) -> Option<At> {
        self.wake
    }

    /// The next unit or piece that may leave by `at`.
    pub(super) fn draw(&mut self, at: At, way: Way, notes: &mut Vec<Event>, conn: Conn) -> Option<Held> {
        self.wake = None;
        if let Some(until) = self.shut.filter(|until| *until > at && !self.due.is_empty()) {
            self.wake = Some(until);
            return None;
        }
        if !matches!(self.due.front()?, Held::Data(bytes) if !bytes.is_empty()) || self.cuttings.is_empty() {
            let unit = self.due.pop_front()?;
            self.held -= unit.cost();
            if let Held::Data(bytes) = &unit {
                self.offset += bytes.len() as u64;
            }
            if unit == Held::End {
                self.close();
            }
            return Some(unit);
        }
        self.cut(at, way, notes, conn)
    }

    /// The next piece of the unit in front.
    fn cut(&mut self, at: At, way: Way, notes: &mut Vec<Event>, conn: Conn) -> Option<Held> {
        for cutting in self.cuttings.iter_mut().filter(|cutting| cutting.end == self.offset) {
            cutting.piece = cutting.cutter.next(&mut cutting.context.dice);
            cutting.end = self.offset.saturating_add(cutting.piece.len.max(1));
            cutting.context.note(self.offset, cutting.piece.len);
            report(cutting.name, &mut cutting.context, way, at, notes, conn);
        }
        let Some(Held::Data(bytes)) = self.due.front() else { return None };
        let rest = bytes.get(self.taken..).unwrap_or_default();
        let end = self.cuttings.iter().map(|cutting| cutting.end).min()?;
        let len = usize::try_from(end - self.offset).unwrap_or(usize::MAX).min(rest.len());
        let piece = Held::Data(rest.get(..len).unwrap_or_default().into());
        self.cuttings.iter_mut().for_each(|cutting| cutting.context.count(piece.unit()));
        self.taken += len;
        self.offset += len as u64;
        if len == rest.len() {
            self.held -= self.due.pop_front().map_or(0, |unit| unit.cost());
            self.taken = 0;
        }
        let gaps = self.cuttings.iter().filter(|cutting| cutting.end == self.offset);
        self.shut = gaps.map(|cutting| at.after(cutting.piece.gap)).max();
        Some(piece)
    }
}
