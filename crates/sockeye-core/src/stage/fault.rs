//! What faults are made of: units that are kept, stages that hold and change them, cutters that say where a stream is cut.

use std::{collections::VecDeque, fmt, time::Duration};

use crate::{
    event::{Conn, Event, EventDetail, TallyUnit, What},
    rule::Dice,
    unit::{At, Close, Medium, Unit, Way},
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
    /// Nothing passes any more; it ends the conversation then.
    Last(At),
    /// Nothing until more is offered.
    Idle,
}

/// Units that are kept in order, and what that costs.
#[derive(Debug, Default)]
pub struct HeldQueue {
    units: VecDeque<Held>,
    cost: usize,
}

impl HeldQueue {
    /// Puts one at the end.
    pub fn push(&mut self, unit: Held) {
        self.cost += unit.cost();
        self.units.push_back(unit);
    }

    /// Takes the first.
    pub fn pop(&mut self) -> Option<Held> {
        let unit = self.units.pop_front()?;
        self.cost -= unit.cost();
        Some(unit)
    }

    /// The first as what a stage does next.
    pub fn step(&mut self) -> Option<Step> {
        self.pop().map(Step::Emit)
    }

    /// Looks at the first.
    #[must_use]
    pub fn front(&self) -> Option<&Held> {
        self.units.front()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Takes all.
    pub fn release(&mut self) -> Vec<Held> {
        self.cost = 0;
        self.units.drain(..).collect()
    }

    /// What keeping them costs, in bytes.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.cost
    }
}

/// Where a chain stands.
#[derive(Clone, Copy, Debug)]
pub struct ChainConfig {
    /// Which direction it is.
    pub way: Way,
    /// Stream or datagrams.
    pub medium: Medium,
    /// Which events are built.
    pub detail: EventDetail,
    /// What all chance of the run derives from.
    pub seed: u64,
    /// The conversation.
    pub conn: Conn,
    /// When that opened.
    pub opened: At,
}

impl ChainConfig {
    /// That of a chain without faults, where nothing of it counts.
    pub(super) const NOWHERE: Self = Self {
        way: Way::Up,
        medium: Medium::Stream,
        detail: EventDetail::Summary,
        seed: 0,
        conn: 0,
        opened: At::START,
    };
}

/// What a stage works with besides the units: its dice, the medium, when all began, and a place for notes.
#[derive(Debug)]
pub struct StageContext {
    /// This stage's own chance: same seed, conversation, direction and place in the list of faults, same numbers.
    pub dice: Dice,
    /// Stream or datagrams.
    pub medium: Medium,
    /// Which direction it is.
    pub way: Way,
    /// The conversation.
    pub conn: Conn,
    /// When the conversation opened.
    pub opened: At,
    /// When the stage came into its chain: at the opening, or when the faults were changed.
    pub joined: At,
    detail: EventDetail,
    unit: TallyUnit,
    acts: u64,
    of: u64,
    notes: Vec<FaultNote>,
}

/// What a fault did, as it is told.
#[derive(Debug)]
struct FaultNote {
    offset: u64,
    amount: u64,
    bit: Option<u8>,
}

impl StageContext {
    pub(super) fn new(dice: Dice, config: ChainConfig, unit: TallyUnit, joined: At) -> Self {
        let ChainConfig { way, medium, detail, conn, opened, .. } = config;
        let of = u64::from(unit == TallyUnit::Conversations);
        Self { dice, medium, way, conn, opened, joined, detail, unit, acts: 0, of, notes: Vec::new() }
    }

    /// Notes that the fault acted at `offset` of its direction, and the number that belongs to it. It is counted in any
    /// case, and told if anybody looks.
    pub fn note(&mut self, offset: u64, amount: u64) {
        self.write(FaultNote { offset, amount, bit: None });
    }

    /// The same for a bit that was flipped in what was the byte `amount`.
    pub fn note_bit(&mut self, offset: u64, amount: u8, bit: u8) {
        self.write(FaultNote { offset, amount: u64::from(amount), bit: Some(bit) });
    }

    fn write(&mut self, note: FaultNote) {
        self.acts += 1;
        if self.detail.has_faults() {
            self.notes.push(note);
        }
    }

    /// Counts what the fault could act on.
    pub(super) fn count(&mut self, unit: Unit<'_>) {
        self.of += match (self.unit, unit) {
            (TallyUnit::Bytes, Unit::Data(bytes)) => bytes.len() as u64,
            (TallyUnit::Datagrams, Unit::Data(_)) | (TallyUnit::Ends, Unit::End) => 1,
            _ => 0,
        };
    }

    /// How often the fault acted, on how much it could have, and what that counts.
    pub(super) fn tally(&self) -> (u64, u64, TallyUnit) {
        (self.acts, self.of, self.unit)
    }
}

/// Something that happens to units in one direction.
pub trait Stage: Send + fmt::Debug {
    /// Takes a unit. The stage copies what it keeps.
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext);
    /// What it does next; asked at the opening of the conversation, whenever something was offered and when it wanted to be,
    /// until it says `Wait`, `Last` or `Idle`. What it does to a unit as it lets it go is noted here.
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
    /// Nothing, since its chance of doing anything is 0.
    Nothing,
}

/// A time as faults tell it: whole milliseconds.
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Tells what a fault noted.
pub(super) fn report(
    fault: &'static str,
    context: &mut StageContext,
    way: Way,
    at: At,
    notes: &mut Vec<Event>,
    conn: Conn,
) {
    notes.extend(context.notes.drain(..).map(|FaultNote { offset, amount, bit }| Event {
        at,
        conn: Some(conn),
        leg: None,
        what: What::Fault { fault: fault.into(), way, offset, amount, bit },
    }));
}
