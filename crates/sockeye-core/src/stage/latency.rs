//! `latency=100ms[,jitter=20ms][,dist=uniform|normal]`: every unit comes later, a stream still in order.
//! Never loses, joins or cuts a unit.

use std::{collections::VecDeque, time::Duration};

use super::fault::{Held, Stage, StageContext, Step, millis};
use crate::unit::{At, Medium, Unit};

/// How delays are spread around their mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Spread {
    /// Each delay of mean ± jitter is equally likely.
    #[default]
    Uniform,
    /// The jitter is the standard deviation; never less than no delay at all.
    Normal,
}

/// Delays by `base` and a draw of `jitter`: each datagram by its own, a stream by one for every block of it.
///
/// The blocks of a stream lie at fixed offsets, so that the same bytes get the same delays however they were chunked. A unit
/// waits for the longest delay of the blocks it touches, and for what is before it.
#[derive(Debug)]
pub(super) struct Latency {
    base: Duration,
    jitter: Duration,
    spread: Spread,
    // Sorted by release; a stream's releases never go backwards, datagrams may overtake each other.
    waiting: VecDeque<(At, Held)>,
    held: usize,
    offset: u64,
    // Where the block that was drawn for last ends, and its delay.
    block: u64,
    delay: Duration,
    told: Option<u64>,
}

/// Length of the block of a stream that begins at `offset`, in bytes: short at first, where conversations are small and
/// every message should get a delay of its own; as long as a segment of Ethernet in bulk.
fn block(offset: u64) -> u64 {
    (offset / 64).clamp(8, 1460)
}

impl Latency {
    pub(super) fn new(base: Duration, jitter: Duration, spread: Spread) -> Self {
        let (waiting, held, offset, block) = (VecDeque::new(), 0, 0, 0);
        Self { base, jitter, spread, waiting, held, offset, block, delay: base, told: None }
    }

    fn draw(&self, context: &mut StageContext) -> Duration {
        let jitter = u64::try_from(self.jitter.as_micros()).unwrap_or(u64::MAX / 4);
        if jitter == 0 {
            return self.base;
        }
        let micros = |wide: u128| Duration::from_micros(u64::try_from(wide).unwrap_or(u64::MAX));
        match self.spread {
            Spread::Uniform => {
                let up = context.dice.below(jitter.saturating_mul(2).saturating_add(1));
                (self.base + Duration::from_micros(up)).saturating_sub(self.jitter)
            }
            Spread::Normal => {
                let drawn = context.dice.normal();
                let off = micros((u128::from(drawn.unsigned_abs()) * u128::from(jitter)) >> 16);
                if drawn < 0 { self.base.saturating_sub(off) } else { self.base.saturating_add(off) }
            }
        }
    }

    /// Tells a delay that is another than the one before it.
    fn note(&mut self, offset: u64, delay: Duration, context: &mut StageContext) {
        let delay = millis(delay);
        if self.told != Some(delay) {
            self.told = Some(delay);
            context.note(offset, delay);
        }
    }

    /// The delay of the next `len` bytes of a stream.
    fn of_stream(&mut self, len: usize, context: &mut StageContext) -> Duration {
        let end = self.offset + len as u64;
        let mut longest = if self.offset < self.block { self.delay } else { Duration::ZERO };
        while self.block < end {
            self.delay = self.draw(context);
            self.note(self.block, self.delay, context);
            self.block += block(self.block);
            longest = longest.max(self.delay);
        }
        self.offset = end;
        longest
    }

    fn of_datagram(&mut self, len: usize, context: &mut StageContext) -> Duration {
        let delay = self.draw(context);
        self.note(self.offset, delay, context);
        self.offset += len as u64;
        delay
    }
}

impl Stage for Latency {
    fn offer(&mut self, unit: Unit<'_>, at: At, context: &mut StageContext) {
        let delay = match (unit, context.medium) {
            (Unit::Data(bytes), Medium::Stream) => self.of_stream(bytes.len(), context),
            (Unit::Data(bytes), Medium::Datagram) => self.of_datagram(bytes.len(), context),
            (Unit::End, _) => self.delay,
        };
        let mut release = at.after(delay);
        let place = match (context.medium, unit) {
            (Medium::Datagram, Unit::Data(_)) => self.waiting.partition_point(|(r, _)| *r <= release),
            _ => {
                release = self.waiting.back().map_or(release, |(last, _)| release.max(*last));
                self.waiting.len()
            }
        };
        let held = Held::of(unit);
        self.held += held.cost();
        self.waiting.insert(place, (release, held));
    }

    fn release(&mut self) -> Vec<Held> {
        self.held = 0;
        self.waiting.drain(..).map(|(_, held)| held).collect()
    }

    fn poll(&mut self, at: At, _context: &mut StageContext) -> Step {
        match self.waiting.front() {
            None => Step::Idle,
            Some((release, _)) if *release > at => Step::Wait(*release),
            Some(_) => match self.waiting.pop_front() {
                Some((_, held)) => {
                    self.held -= held.cost();
                    Step::Emit(held)
                }
                None => Step::Idle,
            },
        }
    }

    fn held(&self) -> usize {
        self.held
    }
}
