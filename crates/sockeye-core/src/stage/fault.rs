//! What faults are made of: units that are kept, stages that hold and change them, cutters that say where a stream is cut.

use std::{fmt, time::Duration};

use crate::{
    event::{Conn, Event, EventDetail, What},
    rule::Dice,
    unit::{At, Close, Dir, Medium, Unit},
};

/// A unit that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Bytes, or one datagram.
    Data(Box<[u8]>),
    /// The end of this direction.
    End,
}

impl Held {
    /// Copies `unit`.
    #[must_use]
    pub fn of(unit: Unit<'_>) -> Self {
        match unit {
            Unit::Data(bytes) => Self::Data(bytes.into()),
            Unit::End => Self::End,
        }
    }

    /// Borrows it back.
    #[must_use]
    pub fn unit(&self) -> Unit<'_> {
        match self {
            Self::Data(bytes) => Unit::Data(bytes),
            Self::End => Unit::End,
        }
    }

    /// What keeping it costs, in bytes: a peer that sends single bytes must not get memory for nothing.
    #[must_use]
    pub fn cost(&self) -> usize {
        UNIT_COST
            + match self {
                Self::Data(bytes) => bytes.len(),
                Self::End => 0,
            }
    }
}

/// What a queue and the allocator take for one kept unit besides its bytes, roughly.
const UNIT_COST: usize = 64;

/// What a stage does next when asked.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// This unit goes on.
    Emit(Held),
    /// The conversation ends here and now.
    Kill(Close),
    /// Nothing before then.
    Wait(At),
    /// Nothing until more is offered.
    Idle,
}

/// What a stage works with besides the units: its dice, the medium, and a place for notes.
#[derive(Debug)]
pub struct StageContext {
    /// This stage's own chance: same seed, conversation, direction and place in the chain, same numbers.
    pub dice: Dice,
    /// Stream or datagrams.
    pub medium: Medium,
    detail: EventDetail,
    notes: Vec<(u64, u64)>,
}

impl StageContext {
    /// The context of one stage.
    #[must_use]
    pub fn new(dice: Dice, medium: Medium, detail: EventDetail) -> Self {
        Self { dice, medium, detail, notes: Vec::new() }
    }

    /// Notes that the fault acted at `offset` of its direction, and the number it drew, if anybody looks.
    pub fn note(&mut self, offset: u64, amount: u64) {
        if self.detail.has_messages() {
            self.notes.push((offset, amount));
        }
    }
}

/// Something that happens to units in one direction.
pub trait Stage: Send + fmt::Debug {
    /// Takes a unit. The stage copies what it keeps.
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext);
    /// What it does next; asked until it says `Wait` or `Idle`. What it does to a unit as it lets it go is noted here.
    fn poll(&mut self, at: At, context: &mut StageContext) -> Step;
    /// Gives back all it holds, in order and at once: it is taken out of its chain.
    fn release(&mut self) -> Vec<Held>;
    /// What it keeps, in bytes, each unit at its [`Held::cost`]; above a limit the driver stops reading.
    fn held(&self) -> usize;
}

/// Something that decides where a stream is cut when it leaves its chain. Cuts are places in the stream: no later
/// stage can undo one, and nobody waits for bytes to fill a piece.
pub trait Cutter: Send + fmt::Debug {
    /// The next piece.
    fn next(&mut self, dice: &mut Dice) -> StreamPiece;
}

/// A piece of a stream that travels apart from the one behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamPiece {
    /// Its length in bytes, at least 1.
    pub len: u64,
    /// How long what follows is kept back once it has left.
    pub gap: Duration,
}

/// What a fault is made of.
#[derive(Debug)]
pub enum Fault {
    /// It holds, changes or ends what passes.
    Stage(Box<dyn Stage>),
    /// It cuts what leaves.
    Cutter(Box<dyn Cutter>),
}

/// Tells what a fault noted.
pub(super) fn report(
    fault: &'static str,
    context: &mut StageContext,
    dir: Dir,
    at: At,
    notes: &mut Vec<Event>,
    conn: Conn,
) {
    notes.extend(context.notes.drain(..).map(|(offset, amount)| Event {
        at,
        conn: Some(conn),
        leg: None,
        what: What::Fault { fault: fault.into(), dir, offset, amount },
    }));
}
