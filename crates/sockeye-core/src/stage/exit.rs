//! The end of a chain: what has passed all stages leaves here, cut where the cutters say, each piece apart.
//! Never waits for bytes to fill a piece.

use std::{collections::VecDeque, time::Duration};

use super::fault::{Cutter, Held, StageContext, StreamPiece, report};
use crate::{
    event::{Conn, Event},
    unit::{At, Dir},
};

/// A cutter and the piece it has decided on.
#[derive(Debug)]
struct Cutting {
    name: &'static str,
    cutter: Box<dyn Cutter>,
    context: StageContext,
    /// Offset in the stream at which its piece ends.
    end: u64,
    piece: StreamPiece,
}

/// What leaves, and when.
#[derive(Debug, Default)]
pub(super) struct Exit {
    cuttings: Vec<Cutting>,
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
    pub(super) fn add(&mut self, name: &'static str, cutter: Box<dyn Cutter>, context: StageContext) {
        let piece = StreamPiece { len: 0, gap: Duration::ZERO };
        self.cuttings.push(Cutting { name, cutter, context, end: 0, piece });
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

    /// All that waits here.
    pub(super) fn release(&mut self) -> Vec<Held> {
        let mut held: Vec<Held> = self.due.drain(..).collect();
        if let Some(Held::Data(first)) = held.first_mut() {
            *first = first.get(self.taken..).unwrap_or_default().into();
        }
        (self.held, self.taken) = (0, 0);
        held
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
    pub(super) fn draw(&mut self, at: At, dir: Dir, notes: &mut Vec<Event>, conn: Conn) -> Option<Held> {
        self.wake = None;
        if let Some(until) = self.shut.filter(|until| *until > at && !self.due.is_empty()) {
            self.wake = Some(until);
            return None;
        }
        if !matches!(self.due.front()?, Held::Data(bytes) if !bytes.is_empty()) || self.cuttings.is_empty() {
            let unit = self.due.pop_front()?;
            self.held -= unit.cost();
            if unit == Held::End {
                self.close();
            }
            return Some(unit);
        }
        self.cut(at, dir, notes, conn)
    }

    /// The next piece of the unit in front.
    fn cut(&mut self, at: At, dir: Dir, notes: &mut Vec<Event>, conn: Conn) -> Option<Held> {
        for cutting in self.cuttings.iter_mut().filter(|cutting| cutting.end == self.offset) {
            cutting.piece = cutting.cutter.next(&mut cutting.context.dice);
            cutting.end = self.offset.saturating_add(cutting.piece.len.max(1));
            cutting.context.note(self.offset, cutting.piece.len);
            report(cutting.name, &mut cutting.context, dir, at, notes, conn);
        }
        let Some(Held::Data(bytes)) = self.due.front() else { return None };
        let rest = bytes.get(self.taken..).unwrap_or_default();
        let end = self.cuttings.iter().map(|cutting| cutting.end).min()?;
        let len = usize::try_from(end - self.offset).unwrap_or(usize::MAX).min(rest.len());
        let piece = Held::Data(rest.get(..len).unwrap_or_default().into());
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
