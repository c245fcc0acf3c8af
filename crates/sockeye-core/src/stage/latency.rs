//! `latency=100ms[,jitter=20ms]`: every unit comes later, a stream still in order.
//! Never loses, joins or cuts a unit.

use std::{collections::VecDeque, time::Duration};

use super::{Held, Kit, Stage, Step};
use crate::unit::{At, Medium, Unit};

/// Delays every unit by `base` ± a uniform draw of `jitter`.
#[derive(Debug)]
pub(super) struct Latency {
    base: Duration,
    jitter: Duration,
    // Sorted by release; a stream's releases never go backwards, datagrams may overtake each other.
    waiting: VecDeque<(At, Held)>,
    held: usize,
    offset: u64,
}

impl Latency {
    pub(super) fn new(base: Duration, jitter: Duration) -> Self {
        Self { base, jitter, waiting: VecDeque::new(), held: 0, offset: 0 }
    }

    fn draw(&self, kit: &mut Kit) -> Duration {
        let spread = u64::try_from(self.jitter.as_micros()).unwrap_or(u64::MAX / 4);
        if spread == 0 {
            return self.base;
        }
        let up = Duration::from_micros(kit.dice.below(spread.saturating_mul(2).saturating_add(1)));
        (self.base + up).saturating_sub(self.jitter)
    }
}

impl Stage for Latency {
    fn offer(&mut self, unit: Unit<'_>, at: At, kit: &mut Kit) {
        let held = Held::of(unit);
        let delay = self.draw(kit);
        let mut release = at.after(delay);
        let place = match (kit.medium, &held) {
            (Medium::Datagram, Held::Data(_)) => self.waiting.partition_point(|(r, _)| *r <= release),
            _ => {
                release = self.waiting.back().map_or(release, |(last, _)| release.max(*last));
                self.waiting.len()
            }
        };
        if let Held::Data(bytes) = &held {
            kit.note(self.offset, u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
            self.offset += bytes.len() as u64;
        }
        self.held += held.len();
        self.waiting.insert(place, (release, held));
    }

    fn poll(&mut self, at: At) -> Step {
        match self.waiting.front() {
            None => Step::Idle,
            Some((release, _)) if *release > at => Step::Wait(*release),
            Some(_) => match self.waiting.pop_front() {
                Some((_, held)) => {
                    self.held -= held.len();
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
